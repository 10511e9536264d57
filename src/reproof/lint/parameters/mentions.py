"""Who else may read a params file: DVC, shell scripts, workflows, other languages, by their texts.

Python is not judged here (`path_uses.py`). A line that only lists or copies the file reads no key of it; any
other mention in a file that is run, or a command in a documentation, may.
"""

from __future__ import annotations

import posixpath
import re

from reproof.errors import UsageError
from reproof.lint.parameters.keys import interpolations
from reproof.value import Value

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
    r"(?:^|/)(?:dvc\.lock|poetry\.lock|uv\.lock|Pipfile\.lock|package-lock\.json|\.reproof-baseline\.json)$|\.dvc$"
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
_COMMAND = rf"^\s*(?:[$>!%]\s*)?(?:[\w.-]+=\S*\s+)*{_PROGRAM}"
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
    text = data.decode("utf-8", "replace")
    command = None
    if _DOCUMENTATION.search(file.path):
        command = re.compile(rf"{_COMMAND}|`[^`]*{_PROGRAM}[^`]*{re.escape(name)}[^`]*`", re.IGNORECASE)
    return _may_read(text, name, options, command)


def _may_read(text: str, name: str, options: Collection[str], command: re.Pattern[str] | None = None) -> bool:
    """`command` is what a line must look like to count; None where every line is run."""
    given = re.compile(
        r"python[\d.]*\s+(?:-m\s+)?[\w./-]+.*?\s--([\w-]+)[=\s]+[\"']?[\w./-]*" + re.escape(name)
    )
    for line in text.splitlines():
        if name not in line.partition(" #")[0] or _HARMLESS.search(line):
            continue
        if command is not None and not command.search(line):
            continue
        option = given.search(line)
        if option is None or option[1].replace("-", "_") not in options or line.count(name) > 1:
            return True
    return False


class Pipeline(Value):
    """What a `dvc.yaml` says: the keys of a params file that it reads, and its commands.

    The empty keys stand for the whole file.
    """

    keys: frozenset[Keys]
    commands: tuple[str, ...]

    def may_read(self, name: str, options: Collection[str]) -> bool:
        """Whether a command is given the file in a way that nobody follows; `options` as in `may_read`."""
        return any(_may_read(command.replace("\n", " "), name, options) for command in self.commands)


def read_pipeline(file: SourceFile, params: str) -> Pipeline | None:
    """What a `dvc.yaml` reads of a params file; None where the file is no YAML, so that nobody can say."""
    from reproof.yaml_text import load_yaml

    try:
        document = load_yaml(file.data, file.path)
    except UsageError:
        return None
    commands = [command for stage, _ in _stages(document, file) for command in _commands(stage)]
    return Pipeline(frozenset(_dvc_reads(document, file, params)), tuple(commands))


def _commands(stage: dict[Any, Any]) -> list[str]:
    commands = stage.get("cmd")
    return [
        each for each in (commands if isinstance(commands, list) else [commands]) if isinstance(each, str)
    ]


def _stages(document: Any, file: SourceFile) -> Iterator[tuple[dict[Any, Any], str]]:
    """Each stage, a `foreach`'s template in its place, with the folder that it runs in."""
    stages = document.get("stages") if isinstance(document, dict) else None
    for stage in stages.values() if isinstance(stages, dict) else ():
        if isinstance(stage, dict):
            template = stage.get("do")
            inner: dict[Any, Any] = template if isinstance(template, dict) else stage
            wdir = inner.get("wdir")
            yield (
                inner,
                posixpath.normpath(posixpath.join(file.folder, wdir if isinstance(wdir, str) else ".")),
            )


def _dvc_reads(document: Any, file: SourceFile, params: str) -> Iterator[Keys]:
    if isinstance(document, dict):
        yield from interpolations(file.data.decode("utf-8", "replace"))
        yield from _listed(document.get("vars"), file.folder, params)
    for stage, folder in _stages(document, file):
        yield from _listed(stage.get("vars"), folder, params)
        yield from _listed(stage.get("params"), folder, params)


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
