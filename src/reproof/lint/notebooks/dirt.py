"""What of a notebook is dirt: exactly what nbstripout would strip, cell ids kept.

This reads parsed JSON and nothing else, since it runs at every commit: neither nbstripout nor nbformat is
imported. How dirt is taken out is in `strip.py`; what the user is told is in the rule.
"""

from __future__ import annotations

from reproof.lint.source import InvalidFile
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

# What nbstripout's command line strips beside outputs and counts, in its own way of naming keys.
WIDGETS = "metadata.widgets"
DEFAULT_KEYS = (
    "metadata.signature",
    WIDGETS,
    "cell.metadata.collapsed",
    "cell.metadata.ExecuteTime",
    "cell.metadata.execution",
    "cell.metadata.heading_collapsed",
    "cell.metadata.hidden",
    "cell.metadata.scrolled",
)
_NOTEBOOK, _CELL, _CELL_METADATA = "metadata.", "cell.", "cell.metadata."
_NOTHING: list[Any] = []


class Stripping(Value):
    """What is stripped: the keys as nbstripout names them (`metadata.a`, `cell.metadata.b.c`).

    Where `executed`, outputs and execution counts are the product and stay.
    """

    keys: tuple[str, ...] = DEFAULT_KEYS
    executed: bool = False

    @classmethod
    def asked(cls, extra: Iterable[str], kept: Iterable[str], executed: bool = False) -> Stripping:
        """nbstripout's default with extra keys and without kept ones; outputs need the widgets' state."""
        left_out = {*kept, WIDGETS} if executed else {*kept}
        keys = dict.fromkeys((*DEFAULT_KEYS, *extra))
        return cls(tuple(key for key in keys if is_key(key) and key not in left_out), executed)


def is_key(key: str) -> bool:
    """Whether nbstripout takes a text for a key, and does not pass over it with a warning."""
    return key.startswith((_NOTEBOOK, _CELL))


class Dirt(Value):
    """One kind of dirt: the 1-based cells that have it (none: the notebook itself), and its metadata keys."""

    kind: str
    cells: tuple[int, ...] = ()
    keys: tuple[str, ...] = ()


class DirtFinder:
    """Finds what one `Stripping` strips, in one notebook after another."""

    def __init__(self, stripping: Stripping) -> None:
        self._executed = stripping.executed
        self._notebook = [key[len(_NOTEBOOK) :] for key in stripping.keys if key.startswith(_NOTEBOOK)]
        of_cells = [key for key in stripping.keys if key.startswith(_CELL)]
        # Nearly all keys are plain names in a cell's metadata, for which there is a quick way.
        self._plain = frozenset(
            key[len(_CELL_METADATA) :]
            for key in of_cells
            if key.startswith(_CELL_METADATA) and "." not in key[len(_CELL_METADATA) :]
        )
        self._deep = [key[len(_CELL) :] for key in of_cells if key[len(_CELL_METADATA) :] not in self._plain]

    def find(self, document: dict[str, Any], cells: Sequence[dict[str, Any]]) -> tuple[Dirt, ...]:
        """Each kind of dirt that a notebook has; `cells` are those of `document`.

        Kinds: keep-output-contradiction (where nbstripout gives up), outputs, execution-counts, metadata (of
        cells) and notebook-metadata. Raises `InvalidFile` where a part is not of the shape that notebooks have.
        """
        metadata = document.get("metadata") or {}
        if not isinstance(metadata, dict):
            raise InvalidFile("not a notebook: its metadata is not an object")
        executed, plain = self._executed, self._plain
        keep_all = executed or bool(metadata.get("keep_output"))
        contradicting, with_outputs, with_counts, with_metadata = [], [], [], []
        cell_keys: set[str] = set()
        for index, raw in enumerate(cells, 1):
            kept = keep_all
            if about := raw.get("metadata"):
                if not isinstance(about, dict):
                    raise InvalidFile("not a notebook: the cell's metadata is not an object", cell=index)
                kept = _keeps_output(about, keep_all)
                if _contradicts(about):
                    contradicting.append(index)
                if not plain.isdisjoint(about):
                    with_metadata.append(index)
                    cell_keys.update(plain.intersection(about))
            if self._deep and (deep := [key for key in self._deep if _has(raw, key)]):
                cell_keys.update(key.removeprefix("metadata.") for key in deep)
                if with_metadata[-1:] != [index]:
                    with_metadata.append(index)
            outputs = raw.get("outputs", _NOTHING)
            if outputs != _NOTHING and _drops_output(outputs, kept, index):
                with_outputs.append(index)
            if executed:
                continue
            if (
                raw.get("execution_count") is not None
                or raw.get("prompt_number") is not None
                or (kept and any(map(_counted, outputs)))
            ):
                with_counts.append(index)
        found = (
            ("keep-output-contradiction", contradicting, ()),
            ("outputs", with_outputs, ()),
            ("execution-counts", with_counts, ()),
            ("metadata", with_metadata, sorted(cell_keys)),
            ("notebook-metadata", (), self._notebook_keys(document, metadata)),
        )
        return tuple(Dirt(kind, tuple(where), tuple(keys)) for kind, where, keys in found if where or keys)

    def _notebook_keys(self, document: dict[str, Any], metadata: dict[str, Any]) -> list[str]:
        # nbformat forgets the signature of a version 4 notebook while it reads, so nbstripout never sees it there.
        version = document.get("nbformat")
        signed = isinstance(version, int) and version < 4
        return [key for key in self._notebook if _has(metadata, key) and (signed or key != "signature")]


def _has(holder: Any, key: str) -> bool:
    """Whether nbstripout finds a key: as it is, or its first word with the rest inside."""
    while isinstance(holder, dict):
        if key in holder:
            return True
        first, dot, key = key.partition(".")
        if not dot:
            return False
        holder = holder.get(first)
    return False


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
