"""The parts of a report in Markdown, one function a part: a comparison in, lines out, nothing known of limits.

`most` is how many rows a part may show; what is beyond is counted, never silently gone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from reproof.report import advice, figures, wording
from reproof.report.determinism import determinism as known
from reproof.report.diagram import diagram
from reproof.report.escape import block, code, commands, prose
from reproof.report.predictions import predictions as sentence
from reproof.report.ranking import PASSED, ranked
from reproof.report.report import Report
from reproof.report.wording import Voice
from reproof.verdict.comparison import ASPECTS, Check

VOICE = Voice(quote=code, prose=prose, strong=lambda text: f"**{text}**")
CELL = Voice(
    quote=lambda text: code(text, cell=True),
    prose=lambda text: prose(text, cell=True),
    strong=lambda text: f"**{text}**",
)
_STAGES = {"equal": "✅", "drifted": "❌ first difference", "downstream": "↳", "unknown": "⚪"}
_TAIL = 25  # lines of a failed training's log that a comment shows


def metrics(report: Report, most: int) -> str:
    """The table of metrics over all rows, worst first."""
    checks = [check for check in ranked(report.comparison.checks) if not check.slice]
    if not checks:
        return ""
    strips = any(figures.strip(check) for check in checks)
    legend = "`├ min ┼ mean ┤ max` ▲ now" if strips else "Change"
    head = ("Metric", f"Recorded{_count(_recorded_counts(checks))}", f"Now{_count(_now_counts(checks))}")
    table = _table((*head, legend, "Result"), [_metric_row(check, strips) for check in checks[:most]])
    return _and_more(table, len(checks) - most, "metric")


def slices(report: Report, most: int) -> str:
    """The slices that did not pass, worst first, or a line that says that all did."""
    checks = [check for check in ranked(report.comparison.checks) if check.slice]
    if not checks:
        return ""
    open_ = [check for check in checks if check.result not in PASSED]
    if not open_:
        return f"All {len(checks)} slices agree." if len(checks) > 1 else "The one slice agrees."
    title = f"Slice (worst {min(most, len(open_))} of {len(checks)})"
    return _table((title, "Rows", "Recorded", "Now", "Result"), [_slice_row(check) for check in open_[:most]])


def predictions(report: Report) -> str:
    """Which predictions differ, in a sentence."""
    made = report.comparison.predictions
    return sentence(made, VOICE) if made else ""


def changes(report: Report, most: int) -> str:
    """What differs between the declared inputs, by aspect; the observed differences where those are none."""
    it = report.comparison
    if it.baseline is None:
        return ""
    if not it.changes.aspects:
        return observed(report, most)
    rows = [
        (
            f"**{aspect.capitalize()}**" if aspect == it.cause else aspect.capitalize(),
            wording.listed(wording.changed(it.changes, aspect, CELL), most) or "same",
        )
        for aspect in ASPECTS
    ]
    parts = [
        "### What changed\n" + _table(("Aspect", "Against the recorded run"), rows),
        observed(report, most),
    ]
    return "\n\n".join(part for part in parts if part)


def observed(report: Report, most: int) -> str:
    """Facts outside of the declared inputs that differ: what nobody wrote down and moved all the same."""
    facts = report.comparison.observed
    if not facts:
        return ""
    rows = [
        (
            CELL.quote(fact.name),
            CELL.prose(fact.what),
            wording.scalar(fact.old, CELL),
            wording.scalar(fact.new, CELL),
        )
        for fact in facts[:most]
    ]
    table = _table(("Observed", "What", "Recorded", "Now"), rows)
    return "### Observed differences\n" + _and_more(table, len(facts) - most, "difference")


def stages(report: Report, most: int) -> str:
    """The pipeline in one line: `prepare` ✅ → `train` ❌ first difference → …"""
    items = [f"{code(stage.name)} {_STAGES[stage.result]}" for stage in report.comparison.stages]
    if len(items) > most:
        items = [*items[:most], f"{len(items) - most} more"]
    return " → ".join(items)


def determinism(report: Report) -> str:
    """Folded: whether the training repeats by itself, and what decides that."""
    it = report.comparison.determinism
    if it is None:
        return ""
    return details("Determinism", "\n".join(f"- {what}: {how}" for what, how in known(it, VOICE)))


def log_tail(report: Report, most: int = _TAIL) -> str:
    """The end of a failed training's log."""
    failure = report.comparison.failure
    if failure is None:
        return ""
    if not failure.log_tail:
        return "The training wrote no log."
    return f"The end of its log:\n{block(failure.log_tail[-most:])}"


def next_step(report: Report) -> str:
    """The step to take, with its commands."""
    step = advice.next_step(report)
    parts = [
        f"**Next.** {step.why}\n{commands(step.commands, step.language)}" if step else "",
        accept(report),
    ]
    return "\n\n".join(part for part in parts if part)


def accept(report: Report) -> str:
    """What to do where the new results are wanted; folded where it takes a command."""
    step = advice.intended(report)
    if step is None or not step.commands:
        return step.why if step else ""
    return details("Intended? Accept it", f"{step.why}\n{commands(step.commands, step.language)}")


def reproduce(report: Report, _: int = 0) -> str:
    """Folded: how to see the same on one's own machine."""
    step = advice.reproduce(report)
    return details("Reproduce this on your machine", f"{step.why}\n{commands(step.commands, 'sh')}")


def policy(report: Report, most: int) -> str:
    """Folded: how each number was judged, and what would have been noticed."""
    checks = ranked(report.comparison.checks)
    if not checks:
        return ""
    rows = [
        (
            CELL.quote(wording.metric_name(check)),
            CELL.prose(check.policy),
            figures.NOTHING if check.smallest_noticed is None else figures.rounded(check.smallest_noticed),
            CELL.prose(check.why) if check.why else figures.NOTHING,
        )
        for check in checks[:most]
    ]
    table = _table(("Metric", "Policy", "Would notice", "Why"), rows)
    fail_on = ", ".join(report.context.fail_on) or "nothing"
    told = f"The check fails on: {fail_on}."
    return details("How each number was judged", f"{_and_more(table, len(checks) - most, 'check')}\n\n{told}")


def history(report: Report, most: int) -> str:
    """Folded: the recorded means of the leading metrics over commits and, last, this run's, as diagrams."""
    whole = {check.metric: check for check in report.comparison.checks if not check.slice}
    drawn = []
    for past in report.history[:most]:
        means = [point.recorded.mean for point in past.points]
        check = whole.get(past.metric)
        now = [figures.mean(check.now)] if check and check.now else []
        if means and all(map(math.isfinite, [*means, *now])):
            names = [*(point.commit[:7] for point in past.points), *(["now"] if now else [])]
            if not (chart := diagram(names, [*means, *now])):
                continue
            drawn.append(f"{code(past.metric)}\n{chart}")
            drawn += [
                f"{code(point.commit[:7])} was accepted: {prose(point.accepted)}"
                for point in past.points
                if point.accepted is not None
            ]
    return details("History", "\n\n".join(drawn)) if drawn else ""


def not_checked(report: Report, most: int) -> str:
    """Folded: what was not looked at, and why."""
    items = report.comparison.not_checked
    if not items:
        return ""
    lines = [f"- {prose(item.what)}: {prose(item.why)}" for item in items[:most]]
    if len(items) > most:
        lines.append(f"- and {len(items) - most} more")
    return details(f"Not checked ({len(items)})", "\n".join(lines))


def details(title: str, body: str) -> str:
    """A folded part; the title is ours."""
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"


def _metric_row(check: Check, strips: bool) -> tuple[str, ...]:
    show = figures.number_format(check)
    recorded, now = check.recorded, figures.mean(check.now)
    if strips:
        shown = figures.strip(check)
        middle = f"`{shown}`" if shown else figures.NOTHING
    else:
        middle = figures.change(check)
    return (
        f"{wording.sign(check)} {CELL.quote(check.metric)}{wording.arrow(check)}",
        figures.spread(recorded, show) if recorded else figures.NOTHING,
        show(now) if check.now else figures.NOTHING,
        middle,
        wording.result(check),
    )


def _slice_row(check: Check) -> tuple[str, ...]:
    show = figures.number_format(check)
    return (
        f"{wording.sign(check)} {CELL.quote(wording.metric_name(check))}{wording.arrow(check)}",
        figures.NOTHING if check.rows is None else figures.rows(check.rows),
        figures.spread(check.recorded, show) if check.recorded else figures.NOTHING,
        show(figures.mean(check.now)) if check.now else figures.NOTHING,
        wording.result(check),
    )


def _recorded_counts(checks: Iterable[Check]) -> set[int]:
    return {check.recorded.n for check in checks if check.recorded}


def _now_counts(checks: Iterable[Check]) -> set[int]:
    return {len(check.now) for check in checks if check.now}


def _count(counts: set[int]) -> str:
    """` (n = 10)` where all rows have the same count."""
    return f" (n = {counts.pop()})" if len(counts) == 1 else ""


def _and_more(table: str, left: int, noun: str) -> str:
    return f"{table}\n\nand {wording.counted(left, f'more {noun}')}" if left > 0 else table


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
