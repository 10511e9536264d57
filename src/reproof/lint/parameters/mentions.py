"""Who else may read a params file: DVC, shell scripts, workflows, other languages, by their texts.

Python is not judged here (`path_uses.py`). A line that only lists or copies the file reads no key of it; any
other mention in a file that is run, or a command in a documentation, may.
"""

from __future__ import annotations

import posixpath
import re

from reproof.errors import UsageError
from reproof.lint.parameters.keys import interpolations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import Any

    from reproof.lint.source import SourceFile

    Keys = tuple[str, ...]

# What is neither code nor configuration nor documentation is not opened.
_TEXTS = re.compile(
    r"(?i)(?:\.(?:r|rmd|qmd|jl|sh|bash|zsh|fish|ps1|bat|cmd|ya?ml|toml|cfg|ini|conf|json|md|rst|txt|mk|make|"
    r"js|ts|mjs|go|java|kt|scala|cpp|cc|c|h|rs|rb|pl|lua|m|tf|nf|smk|groovy|j2|jinja2?|env|cmake)|"
    r"(?:^|/)[A-Z][\w-]*|(?:^|/)(?:[Mm]ake|[Jj]ust|[Ss]nake|[Dd]ocker)file[\w.-]*|(?:^|/)\.env[\w.-]*)$"
)
_GENERATED = re.compile(
    r"(?:^|/)(?:dvc\.lock|poetry\.lock|uv\.lock|Pipfile\.lock|package-lock\.json)$|\.dvc$"
)
_DOCUMENTATION = re.compile(r"(?i)\.(?:md|rst|txt)$|(?:^|/)(?:README|LICENSE|CHANGELOG|CONTRIBUTING)[^/]*$")
_IGNORES = re.compile(r"(?:^|/)\.(?:git|docker|dvc)(?:ignore|attributes)$")
# A list's item, a comment, an output, a copy: none of them looks for a key.
_HARMLESS = re.compile(
    r"^\s*(?:#|//|--|REM\b|;|<!--)|^\s*-\s*[\"']?[\w./*-]+[\"']?\s*:?\s*,?\s*(?:#.*)?$|"
    r"^\s*(?:RUN\s+|run:\s*)?(?:COPY|ADD|git\s+(?:add|commit|diff|push)|echo|cat|ls|code|vim|nano)\b|hashFiles\("
)
# What a documentation tells to type, as a line of its own; or in backquotes, see `may_read`.
_PROGRAM = r"(?:python[\d.]*|rscript|julia|yq|jq|make|sh|bash|docker|papermill|dvc|uv|poetry|conda|\./)\b"
_COMMAND = re.compile(rf"(?i)^\s*(?:[$>!%]\s*)?(?:[\w.-]+=\S*\s+)*{_PROGRAM}")
LARGEST_TEXT = 1_000_000  # bytes


def is_text(path: str) -> bool:
    """Whether a file may be one that reads another: by its name, code, configuration or documentation."""
    return bool(_TEXTS.search(path)) and not _GENERATED.search(path) and not _IGNORES.search(path)


def may_read(file: SourceFile, name: str, options: Collection[str]) -> bool:
    """Whether a text mentions a file, by its name, in a line that may read it.

    A Python script of the project that is given the file by one of `options` is followed as code instead.
    """
    data = file.data[:LARGEST_TEXT]
    if name.encode() not in data:
        return False
    documentation = _DOCUMENTATION.search(file.path) is not None
    given = re.compile(
        r"python[\d.]*\s+(?:-m\s+)?[\w./-]+.*?\s--([\w-]+)[=\s]+[\"']?[\w./-]*" + re.escape(name)
    )
    quoted = re.compile(rf"(?i)`[^`]*{_PROGRAM}[^`]*{re.escape(name)}[^`]*`")
    for line in data.decode("utf-8", "replace").splitlines():
        if (
            name not in line.partition(" #")[0]
            or _HARMLESS.search(line)
            or (documentation and not (_COMMAND.search(line) or quoted.search(line)))
        ):
            continue
        option = given.search(line)
        if option is None or option[1].replace("-", "_") not in options or line.count(name) > 1:
            return True
    return False


def dvc_reads(file: SourceFile, params: str) -> Iterator[Keys] | None:
    """The keys of a params file that a `dvc.yaml` reads: `params:` lists, `vars` and templates.

    The empty keys stand for the whole file. None where the file is no YAML, so that nobody can say.
    """
    from reproof.yaml_text import load_yaml

    try:
        document = load_yaml(file.data, file.path)
    except UsageError:
        return None
    return _dvc_reads(document, file, params)


def _dvc_reads(document: Any, file: SourceFile, params: str) -> Iterator[Keys]:
    if not isinstance(document, dict):
        return
    yield from interpolations(file.data.decode("utf-8", "replace"))
    yield from _listed(document.get("vars"), file.folder, params)
    stages = document.get("stages")
    for stage in stages.values() if isinstance(stages, dict) else ():
        if not isinstance(stage, dict):
            continue
        template = stage.get("do")  # of a `foreach`
        inner: dict[Any, Any] = template if isinstance(template, dict) else stage
        wdir = inner.get("wdir")
        at = posixpath.normpath(posixpath.join(file.folder, wdir if isinstance(wdir, str) else "."))
        yield from _listed(inner.get("vars"), at, params)
        yield from _listed(inner.get("params"), at, params)


def _listed(items: Any, folder: str, params: str) -> Iterator[Keys]:
    """`- train.lr`, `- params.yaml: [train.lr]`, and `- params.yaml:` for all of it; `vars` likewise."""
    for item in items if isinstance(items, list) else ():
        if isinstance(item, str):
            name, _, keys = item.partition(":")
            if _is(name, folder, params):
                yield from (tuple(key.split(".")) for key in keys.split(",") if key) if keys else [()]
            elif _is("params.yaml", folder, params):
                yield tuple(item.split("."))
        elif isinstance(item, dict):
            for name, listed in item.items():
                if _is(str(name), folder, params):
                    keys_of = [str(key) for key in listed] if isinstance(listed, list) else []
                    yield from (tuple(key.split(".")) for key in keys_of) if keys_of else [()]


def _is(name: str, folder: str, params: str) -> bool:
    """Whether a path in `dvc.yaml` is that file. A template in it may be any file."""
    return "${" in name or posixpath.normpath(posixpath.join(folder, name)) == params
