"""Slices as a heat map: a row a slice, a column a metric, the worst first. A table, so that it can be read out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from reproof.report import figures, wording
from reproof.report.html.markup import code, escaped, table
from reproof.report.ranking import PASSED, ranked
from reproof.verdict.comparison import Check

SLICES = 200  # rows that are drawn
METRICS = 30  # columns that are drawn
_STEPS = (1.0, 2.0, 4.0)  # usual deviations from which on a cell is drawn in the first, second, third depth


def slices(checks: Sequence[Check]) -> str:
    """The map and its legend; nothing where there are no slices."""
    found = [check for check in ranked(checks) if check.slice]
    if not found:
        return ""
    names = list(dict.fromkeys(wording.slice_name(check) for check in found))
    metrics = list(dict.fromkeys(check.metric for check in found))
    at = {(wording.slice_name(check), check.metric): check for check in reversed(found)}
    rows = [
        (
            code(name),
            _rows(name, metrics, at),
            *(_cell(at.get((name, metric))) for metric in metrics[:METRICS]),
        )
        for name in names[:SLICES]
    ]
    head = ("Slice", "Rows", *(code(metric) for metric in metrics[:METRICS]))
    return (
        f"<p>{_said(found)} Each cell: how far from the recorded mean, in usual deviations (sd).</p>\n"
        f"{table('Slices', head, rows, 'heat')}{_left(len(names) - SLICES, len(metrics) - METRICS)}"
    )


def _said(found: Sequence[Check]) -> str:
    if all(check.result in PASSED for check in found):
        return f"All {len(found)} checks of slices agree." if len(found) > 1 else "The one slice agrees."
    counts = Counter("agree" if check.result in PASSED else wording.word(check) for check in found)
    told = ", ".join(f"{count} {words}" for words, count in counts.items())
    return f"{wording.counted(len(found), 'check')} of slices: {told}."


def _rows(name: str, metrics: Sequence[str], at: dict[tuple[str, str], Check]) -> str:
    counts = [
        check.rows for metric in metrics if (check := at.get((name, metric))) and check.rows is not None
    ]
    return f'<td class="number">{figures.rows(counts[0]) if counts else figures.NOTHING}</td>'


def _cell(check: Check | None) -> str:
    if check is None:
        return f"<td>{figures.NOTHING}</td>"
    off = figures.deviations(check)
    shown = figures.change(check) if off is None else f"{_signed(off)} sd"
    words = f"{wording.sign(check)} {escaped(shown)}"
    said = escaped(f"{wording.metric_name(check)}: {wording.result(check)}")
    return f'<td class="{_depth(check, off)}" title="{said}">{words}</td>'


def _depth(check: Check, off: float | None) -> str:
    judged = check.result != "too-few-rows"
    far = sum(abs(off) >= step for step in _STEPS) if off is not None and judged else 0
    if off is None or not far:
        return "even"
    if check.better == "none":
        return f"off-{far}"
    return f"{'better' if (off > 0) == (check.better == 'higher') else 'worse'}-{far}"


def _signed(off: float) -> str:
    return f"{'+' if off > 0 else figures.MINUS}{min(abs(off), 999):.1f}"


def _left(slices: int, metrics: int) -> str:
    said = [
        *([wording.counted(slices, "more slice")] if slices > 0 else []),
        *([wording.counted(metrics, "more metric")] if metrics > 0 else []),
    ]
    return f"<p>and {' and '.join(said)}</p>" if said else ""
