"""A replay's answer: the comparison with the record, and by name all that was not as it was recorded. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reproof.verdict.comparison import NotChecked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reproof.replay.missing import Missing
    from reproof.runs.record import RunRecord
    from reproof.verdict.comparison import Comparison


def answer(comparison: Comparison, record: RunRecord, key: str, missing: Iterable[Missing]) -> Comparison:
    """The comparison with what could not be rebuilt among the things that were not checked.

    `key` is that of what was trained: another one than the record's means other inputs.
    """
    said = [NotChecked(item.what, f"not rebuilt as recorded: {item.why}") for item in missing]
    if key != record.key:
        said.append(
            NotChecked(
                "whether the inputs are those of the record",
                f"what was rebuilt has the key {key[:12]}, recorded (by reproof {record.reproof or 'unknown'}) "
                f"is {record.key[:12]}",
            )
        )
    return replace(comparison, not_checked=(*said, *comparison.not_checked))
