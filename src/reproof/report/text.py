"""Report -> text for a terminal or a log. Colour is the caller's to decide."""

from __future__ import annotations

from collections.abc import Sequence

from reproof.report import advice, figures, wording
from reproof.report.advice import Advice
from reproof.report.determinism import determinism
from reproof.report.escape import LOG_WIDTH, PROSE_WIDTH, clean
from reproof.report.predictions import predictions as sentence
from reproof.report.ranking import ranked
from reproof.report.report import Report
from reproof.report.wording import Voice
from reproof.verdict.comparison import ASPECTS, Check

_COLOURS = {"❌": "31", "⚪": "33", "🔵": "34", "✅": "32"}
_STAGES = {"equal": "✅", "drifted": "❌ first difference", "downstream": "↳", "unknown": "⚪"}
_ROWS = 200  # checks that are shown, the worst first
_WIDEST = 40  # columns of a metric's name


def text(report: Report, *, colour: bool = False) -> str:
    """The report as plain lines with a final newline; `colour` adds ANSI codes."""
    it = report.comparison
    parts = [
        _head(report, _voice(colour), colour),
        _metrics(report),
        sentence(it.predictions, _voice(False)) if it.predictions else "",
        _changes(report, _voice(False)),
        " → ".join(f"{clean(stage.name)} {_STAGES[stage.result]}" for stage in it.stages),
        _log(report),
        _determinism(report),
        _lines("not checked:", [f"{_prose(item.what)}: {_prose(item.why)}" for item in it.not_checked]),
        _next(report),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _voice(colour: bool) -> Voice:
    return Voice(
        quote=clean, prose=_prose, strong=lambda words: f"\x1b[1m{words}\x1b[22m" if colour else words
    )


def _prose(words: str) -> str:
    return clean(words, PROSE_WIDTH)


def _head(report: Report, voice: Voice, colour: bool) -> str:
    sign = wording.SIGNS[report.comparison.verdict]
    headline = wording.headline(report, voice)
    first = f"\x1b[{_COLOURS[sign]}m{sign} {headline}\x1b[39m" if colour else f"{sign} {headline}"
    notes = ["self-reported by the pull request's own code"] if report.context.self_reported else []
    values = wording.values(report, voice)
    return "\n".join([first, *notes, *([values] if values else []), " · ".join(wording.facts(report, voice))])


def _metrics(report: Report) -> str:
    checks = ranked(report.comparison.checks)
    if not checks:
        return ""
    rows = [_row(check) for check in checks[:_ROWS]]
    table = _aligned([("metric", "recorded", "now", "change", "result"), *rows])
    left = len(checks) - _ROWS
    return f"{table}\nand {wording.counted(left, 'more check')}" if left > 0 else table


def _row(check: Check) -> tuple[str, ...]:
    show = figures.number_format(check)
    now = figures.mean(check.now)
    return (
        clean(wording.metric_name(check), _WIDEST),
        figures.spread(check.recorded, show) if check.recorded else figures.NOTHING,
        show(now) if check.now else figures.NOTHING,
        figures.change(check),
        f"{wording.sign(check)} {wording.result(check)}",
    )


def _changes(report: Report, voice: Voice) -> str:
    it = report.comparison
    said = [
        f"{aspect:<12} {change}"
        for aspect in ASPECTS
        for change in wording.changed(it.changes, aspect, voice)
    ]
    seen = [
        f"{clean(fact.what)} {clean(fact.name)}: {wording.scalar(fact.old, voice)} → "
        f"{wording.scalar(fact.new, voice)}"
        for fact in it.observed
    ]
    return "\n\n".join(part for part in (_lines("what changed:", said), _lines("observed:", seen)) if part)


def _log(report: Report) -> str:
    failure = report.comparison.failure
    return (
        _lines("the end of its log:", [clean(line, LOG_WIDTH) for line in failure.log_tail])
        if failure
        else ""
    )


def _determinism(report: Report) -> str:
    it = report.comparison.determinism
    told = determinism(it, _voice(False)) if it else []
    return _lines("determinism:", [f"{what.lower():<14} {how}" for what, how in told])


def _next(report: Report) -> str:
    step, wanted = advice.next_step(report), advice.intended(report)
    parts = [
        _lines(f"next: {step.why}", step.commands) if step else "",
        _wanted(wanted) if wanted else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _wanted(step: Advice) -> str:
    return _lines(f"intended? {step.why}", step.commands) if step.commands else step.why


def _lines(title: str, lines: Sequence[str]) -> str:
    return "\n".join([title, *(f"  {line}" for line in lines)]) if lines else ""


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
