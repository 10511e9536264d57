"""The metrics of two runs, each beside the other's. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reproof.runs.record import RunRecord, Slice


@dataclass(frozen=True, slots=True)
class Pair:
    """One metric (or slice) in two runs, in its own unit; None where a run does not have it."""

    name: str
    slice: Slice
    label: str
    old: float | None
    new: float | None


def metrics_side_by_side(old: RunRecord, new: RunRecord) -> tuple[Pair, ...]:
    """Every metric of either run, by name and slice."""
    before = {metric.id: metric for metric in old.results.metrics}
    after = {metric.id: metric for metric in new.results.metrics}
    return tuple(
        Pair(
            *name,
            (before.get(name) or after[name]).label,
            before[name].value if name in before else None,
            after[name].value if name in after else None,
        )
        for name in sorted(before.keys() | after.keys())
    )
