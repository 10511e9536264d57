"""What of a notebook is dirt: exactly what nbstripout would strip by default, cell ids kept.

This reads parsed JSON and nothing else, since it runs at every commit: neither nbstripout nor nbformat is
imported. How dirt is taken out is in `strip.py`; what the user is told is in the rule.
"""

from __future__ import annotations

from reproof.lint.source import InvalidFile
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from reproof.lint.source import Cell

# The keys that nbstripout strips from the metadata of the notebook, and from that of a cell.
NOTEBOOK_KEYS = ("signature", "widgets")
CELL_KEYS = ("collapsed", "ExecuteTime", "execution", "heading_collapsed", "hidden", "scrolled")
_CELL_KEYS = frozenset(CELL_KEYS)
_NOTHING: list[Any] = []


class Dirt(Value):
    """One kind of dirt: the 1-based cells that have it (none: the notebook itself), and its metadata keys."""

    kind: str
    cells: tuple[int, ...] = ()
    keys: tuple[str, ...] = ()


def find_dirt(document: dict[str, Any], cells: Sequence[Cell]) -> tuple[Dirt, ...]:
    """Each kind of dirt that a notebook has; `cells` are those of `document`.

    Kinds: keep-output-contradiction (where nbstripout gives up), outputs, execution-counts, metadata (of
    cells) and notebook-metadata. Raises `InvalidFile` where a part is not of the shape that notebooks have.
    """
    metadata = document.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise InvalidFile("not a notebook: its metadata is not an object")
    keep_all = bool(metadata.get("keep_output"))
    contradicting, with_outputs, with_counts, with_metadata = [], [], [], []
    cell_keys: set[str] = set()
    for cell in cells:
        raw, kept = cell.raw, keep_all
        if about := raw.get("metadata"):
            if not isinstance(about, dict):
                raise InvalidFile("not a notebook: the cell's metadata is not an object", cell=cell.index)
            kept = _keeps_output(about, keep_all)
            if _contradicts(about):
                contradicting.append(cell.index)
            if not _CELL_KEYS.isdisjoint(about):
                with_metadata.append(cell.index)
                cell_keys.update(_CELL_KEYS.intersection(about))
        outputs = raw.get("outputs", _NOTHING)
        if outputs != _NOTHING and _drops_output(outputs, kept, cell.index):
            with_outputs.append(cell.index)
        if (
            raw.get("execution_count") is not None
            or raw.get("prompt_number") is not None
            or (kept and any(map(_counted, outputs)))
        ):
            with_counts.append(cell.index)
    found = (
        ("keep-output-contradiction", contradicting, ()),
        ("outputs", with_outputs, ()),
        ("execution-counts", with_counts, ()),
        ("metadata", with_metadata, sorted(cell_keys)),
        ("notebook-metadata", (), _notebook_keys(document, metadata)),
    )
    return tuple(Dirt(kind, tuple(where), tuple(keys)) for kind, where, keys in found if where or keys)


def _notebook_keys(document: dict[str, Any], metadata: dict[str, Any]) -> tuple[str, ...]:
    # nbformat forgets the signature of a version 4 notebook while it reads, so nbstripout never sees it there.
    version = document.get("nbformat")
    signed = isinstance(version, int) and version < 4
    return tuple(key for key in NOTEBOOK_KEYS if key in metadata and (signed or key != "signature"))


def _tagged(metadata: dict[str, Any]) -> bool:
    tags = metadata.get("tags", ())
    return isinstance(tags, (list, str, dict)) and "keep_output" in tags


def _contradicts(metadata: dict[str, Any]) -> bool:
    return (
        "keep_output" in metadata
        and not metadata["keep_output"]
        and "init_cell" not in metadata
        and _tagged(metadata)
    )


def _keeps_output(metadata: dict[str, Any], keep_all: bool) -> bool:
    if "init_cell" in metadata:
        return bool(metadata["init_cell"])
    if _tagged(metadata):
        return True
    return bool(metadata.get("keep_output", keep_all))


def _drops_output(outputs: Any, kept: bool, cell: int) -> bool:
    if not isinstance(outputs, (list, dict, str)):
        raise InvalidFile("not a notebook: the cell's outputs are not a list", cell=cell)
    if kept:
        return False
    return not isinstance(outputs, list) or any(map(_weighs, outputs))


def _weighs(output: Any) -> bool:
    """Whether an output holds any text at all; nbstripout leaves an output that does not."""
    pending = [output]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
        elif item != "":
            return True
    return False


def _counted(output: Any) -> bool:
    return isinstance(output, dict) and output.get("execution_count") is not None
