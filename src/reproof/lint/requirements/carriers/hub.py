"""Models and data sets that code loads from a hub by name: which of them can be another one next year.

Off by default (`kinds`), since only some projects load what changes. A load is pinned by `revision=` (`torch.hub`:
by what follows the colon) with a full commit; names that are no text, local paths and file formats are left alone.
"""

from __future__ import annotations

import ast
import re

from reproof.lint.requirements.direct import judge_revision
from reproof.lint.requirements.pinned import Verdict
from reproof.lint.requirements.unpinned import Dependency
from reproof.lint.source import line_starts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.source import Code, NotebookFile, PythonFile

# The call's last name -> the keyword of its first argument.
_LOADS = {
    "from_pretrained": "pretrained_model_name_or_path",
    "load_dataset": "path",
    "hf_hub_download": "repo_id",
    "snapshot_download": "repo_id",
}
_FORMATS = frozenset(
    {"csv", "json", "parquet", "text", "imagefolder", "audiofolder", "arrow", "pandas", "xml"}
)
_NAME = re.compile(r"[\w.-]+(?:/[\w.-]+)?")
CURE = "add `revision=` with the full commit (40 hex digits)"


def dependencies(file: PythonFile | NotebookFile) -> Iterator[Dependency]:
    """The loads of a script or of a notebook's cells."""
    if not re.search(rb"from_pretrained|load_dataset|_download|hub\.load", file.data):
        return
    for code in file.codes:
        starts = line_starts(code.text)
        for node in ast.walk(code.tree):
            if isinstance(node, ast.Call) and (verdict := _judge(node)):
                span = code.span(node)
                start = starts[span.line - 1] + span.column - 1
                end = starts[span.end_line - 1] + span.end_column - 1
                yield _told(code, verdict, start, end)


def _told(code: Code, verdict: Verdict, start: int, end: int) -> Dependency:
    text = " ".join(code.text[start:end].split())
    return Dependency(verdict, text, start, end, cure=CURE, cell=code.cell)


def _judge(call: ast.Call) -> Verdict | None:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    keywords = {each.arg: each.value for each in call.keywords if each.arg}
    if any(each.arg is None for each in call.keywords):
        return None  # `**options` may hold the revision
    if name == "load" and isinstance(call.func, ast.Attribute) and _is_hub(call.func.value):
        repository = _text(call.args[0] if call.args else keywords.get("repo_or_dir"))
        if repository is None or _text(keywords.get("source")) == "local" or "/" not in repository:
            return None
        title, _, revision = repository.partition(":")
        return _verdict(title, revision or None)
    if name not in _LOADS:
        return None
    title = _text(call.args[0] if call.args else keywords.get(_LOADS[name])) or ""
    if not _NAME.fullmatch(title) or title.startswith(".") or (name == "load_dataset" and title in _FORMATS):
        return None
    if name == "load_dataset" and "data_files" in keywords and "/" not in title:
        return None
    given = keywords.get("revision")
    if given is not None and _text(given) is None:
        return None  # from a name, an attribute, the configuration
    return _verdict(title, _text(given))


def _verdict(title: str, revision: str | None) -> Verdict:
    state, reason, debatable = judge_revision(revision)
    return Verdict(state, reason, title, revision or "", debatable=debatable, direct=True)


def _is_hub(node: ast.expr) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == "hub") or (
        isinstance(node, ast.Name) and node.id == "hub"
    )


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
