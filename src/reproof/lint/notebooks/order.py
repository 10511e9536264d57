"""What the execution counts of a notebook tell: whether its cells were run once, top to bottom, to the end.

Jupyter counts every run of a kernel, and stores with each cell the number of its last run. A kernel that was
restarted and ran all cells once leaves 1, 2, 3, … from top to bottom. Pure, on cells as parsed JSON.
"""

from __future__ import annotations

from itertools import pairwise

from reproof.lint.source import source_of_cell
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    # A cell's 1-based position, and its execution count.
    Run = tuple[int, int]

_SHOWN = 3


class Disorder(Value):
    """One thing that is wrong: its kind, the cell where it shows, and words for it."""

    kind: str
    cell: int
    words: str


def disorder(cells: Sequence[dict[str, Any]]) -> Disorder | None:
    """What the counts say against one run from top to bottom; None where nothing, or where there are none."""
    # A kernel counts from 1; what Databricks exports has 0 everywhere.
    runs = [(index, count) for index, raw in enumerate(cells, 1) if (count := count_of(raw) or 0) > 0]
    if [count for _, count in runs] == list(range(1, len(runs) + 1)):
        return None
    return _swapped(runs) or _repeated(runs) or _skipped(runs)


def count_of(raw: dict[str, Any]) -> int | None:
    """A code cell's execution count (nbformat 3: its prompt number); None where it has none."""
    if raw.get("cell_type") != "code":
        return None
    count = raw.get("execution_count", raw.get("prompt_number"))
    return count if isinstance(count, int) and not isinstance(count, bool) else None


def incomplete(cells: Sequence[dict[str, Any]]) -> Disorder | None:
    """The code cells that were not run, where others were to be; cells without code have no count."""
    left = [
        index
        for index, raw in enumerate(cells, 1)
        if raw.get("cell_type") == "code" and count_of(raw) is None and source_of_cell(raw).strip()
    ]
    return Disorder("not-run", left[0], f"{_cells(left)} not run") if left else None


def failed(cells: Sequence[dict[str, Any]]) -> Disorder | None:
    """The code cells whose stored output is an error; a tag `raises-exception` says that it is meant."""
    left = [index for index, raw in enumerate(cells, 1) if _fails(raw)]
    return (
        Disorder("error-output", left[0], f"{_cells(left)} stored with an error as output") if left else None
    )


def _fails(raw: dict[str, Any]) -> bool:
    metadata = raw.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    if isinstance(tags, list) and "raises-exception" in tags:
        return False
    outputs = raw.get("outputs")
    return isinstance(outputs, list) and any(
        isinstance(output, dict) and output.get("output_type") in {"error", "pyerr"} for output in outputs
    )


def _cells(left: Sequence[int]) -> str:
    if len(left) == 1:
        return f"cell {left[0]} is"
    shown = ", ".join(map(str, left[:_SHOWN]))
    return f"cells {shown}{f' and {len(left) - _SHOWN} more' if len(left) > _SHOWN else ''} are"


def _swapped(runs: list[Run]) -> Disorder | None:
    found = [(above, below) for (above, first), (below, then) in pairwise(runs) if first > then]
    if not found:
        return None
    shown = ", ".join(f"cell {above} ran after cell {below}" for above, below in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return Disorder("order", found[0][0], f"{shown}{more}")


def _repeated(runs: list[Run]) -> Disorder | None:
    for (above, first), (below, then) in pairwise(runs):
        if first == then:
            return Disorder("copied", below, f"cells {above} and {below} have one count, In [{first}]")
    return None


def _skipped(runs: list[Run]) -> Disorder | None:
    for (above, first), (below, then) in pairwise([(0, 0), *runs]):
        missing = then - first - 1
        if missing:
            before = f"after In [{first}] in cell {above}" if above else "and the first that is stored"
            lost = f"{missing} other run{'' if missing == 1 else 's'}"
            what = f"cell {below} is In [{then}] {before}: {lost} came before it"
            return Disorder("rerun", below, what)
    return None
