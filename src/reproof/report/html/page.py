"""The page from top to bottom: what it says is `wording`'s and `advice`'s, the same as in the comment."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from reproof.report import advice, figures, wording
from reproof.report.determinism import determinism
from reproof.report.html import charts, heat
from reproof.report.html.markup import VOICE, code, escaped, items, lines, section, table
from reproof.report.html.style import STYLE
from reproof.report.predictions import predictions as sentence
from reproof.report.ranking import ranked
from reproof.report.report import Report
from reproof.verdict.comparison import ASPECTS, Check

ROWS = 300  # of one table; what is beyond is counted


def page(report: Report) -> str:
    """The whole document. Its policy for content allows one style sheet, this one, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    allowed = f"default-src 'none'; style-src 'sha256-{digest}'"
    body = "\n".join(part for part in (_head(report), *_sections(report), _foot(report)) if part)
    return (
        "<!DOCTYPE html>\n"
        '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{allowed}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{_title(report)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _title(report: Report) -> str:
    context = report.context
    place = f"{context.repository or ''}{f' #{context.pull}' if context.pull else ''}".strip()
    return escaped(f"reproof: {report.comparison.verdict}{f', {place}' if place else ''}")


def _head(report: Report) -> str:
    it = report.comparison
    facts = " · ".join(wording.facts(report, VOICE))
    values = wording.values(report, VOICE)
    warning = "Self-reported by the pull request's own code: nobody here has checked these numbers."
    return "\n".join(
        [
            "<header>",
            f'<h1 class="{it.verdict}">{wording.SIGNS[it.verdict]} {wording.headline(report, VOICE)}</h1>',
            *([f'<p class="warning">{warning}</p>'] if report.context.self_reported else []),
            *([f"<p>{values}</p>"] if values else []),
            f'<p class="facts">{facts[:1].upper()}{facts[1:]}</p>',
            "</header>\n<main>",
        ]
    )


def _sections(report: Report) -> list[str]:
    it = report.comparison
    step, intended = advice.next_step(report), advice.intended(report)
    again = advice.reproduce(report)
    return [
        section("The end of its log", lines(it.failure.log_tail)) if it.failure else "",
        section("Metrics", _metrics(report)),
        section("Slices", heat.slices(it.checks)),
        section("Predictions", _predictions(report)),
        section("What changed", _changed(report)),
        section("Observed differences", _observed(report)),
        section("Stages", _figure(charts.stage_graph(it.stages[:ROWS])), _more(len(it.stages), "stage")),
        section("Determinism", _determinism(report)),
        section(
            "What to do",
            *([f"<p>{escaped(step.why)}</p>", lines(step.commands)] if step else []),
            *(
                [f"<p>{'Intended? ' if intended.commands else ''}{escaped(intended.why)}</p>"]
                if intended
                else []
            ),
            *([lines(intended.commands)] if intended and intended.commands else []),
        ),
        section("Reproduce this", f"<p>{escaped(again.why)}</p>", lines(again.commands)) if not step else "",
        section("History", *_histories(report)),
        section("How each number was judged", _judged(report)),
        section(
            "Not checked",
            items(f"{escaped(item.what)}: {escaped(item.why)}" for item in it.not_checked[:ROWS]),
            _more(len(it.not_checked), "item"),
        ),
    ]


def _metrics(report: Report) -> str:
    checks = [check for check in ranked(report.comparison.checks) if not check.slice]
    if not checks:
        return ""
    head = ("Metric", "Recorded", "Now", "Recorded range, this run", "Result")
    return table("Metrics", head, map(_metric, checks[:ROWS])) + _more(len(checks), "metric")


def _metric(check: Check) -> Sequence[str]:
    show = figures.number_format(check)
    return (
        f"{code(check.metric)}{wording.arrow(check)}",
        _number(figures.spread(check.recorded, show) if check.recorded else figures.NOTHING),
        _number(show(figures.mean(check.now)) if check.now else figures.NOTHING),
        charts.recorded_range(check),
        f'<td class="{charts.tone(check)}">{wording.sign(check)} {escaped(wording.result(check))}</td>',
    )


def _predictions(report: Report) -> str:
    made = report.comparison.predictions
    return f"<p>{sentence(made, VOICE)}</p>" if made else ""


def _determinism(report: Report) -> str:
    it = report.comparison.determinism
    return table("Determinism", ("What", "How it is"), determinism(it, VOICE)) if it else ""


def _changed(report: Report) -> str:
    it = report.comparison
    if it.baseline is None or not it.changes.aspects:
        return ""
    rows = []
    for aspect in ASPECTS:
        told = wording.changed(it.changes, aspect, VOICE)
        more = f" and {len(told) - ROWS} more" if len(told) > ROWS else ""
        name = f"<strong>{aspect.capitalize()}</strong>" if aspect == it.cause else aspect.capitalize()
        rows.append((name, f"{'<br>'.join(told[:ROWS])}{more}" if told else "same"))
    return table("What changed", ("Aspect", "Against the recorded run"), rows)


def _observed(report: Report) -> str:
    facts = report.comparison.observed
    rows = [
        (
            code(fact.name),
            escaped(fact.what),
            wording.scalar(fact.old, VOICE),
            wording.scalar(fact.new, VOICE),
        )
        for fact in facts[:ROWS]
    ]
    if not rows:
        return ""
    head = ("Observed", "What", "Recorded", "Now")
    return table("Observed differences", head, rows) + _more(len(facts), "difference")


def _histories(report: Report) -> list[str]:
    whole = {check.metric: check for check in report.comparison.checks if not check.slice}
    made = []
    for past in report.history:
        drawn = charts.history(past, whole.get(past.metric))
        accepted = [
            f"{code(point.commit[:7])} accepted: {escaped(point.accepted)}"
            for point in past.points
            if point.accepted is not None
        ]
        if drawn:
            made.append(
                _figure(drawn, f"{code(past.metric)} over {wording.counted(len(past.points), 'commit')}")
            )
            made.append(items(accepted))
    return made


def _judged(report: Report) -> str:
    checks = ranked(report.comparison.checks)
    if not checks:
        return ""
    rows = [
        (
            code(wording.metric_name(check)),
            escaped(check.policy),
            _number(
                figures.NOTHING if check.smallest_noticed is None else figures.rounded(check.smallest_noticed)
            ),
            escaped(check.why) if check.why else figures.NOTHING,
        )
        for check in checks[:ROWS]
    ]
    fail_on = ", ".join(report.context.fail_on) or "nothing"
    head = ("Metric", "Policy", "Would notice", "Why")
    made = table("How each number was judged", head, rows) + _more(len(checks), "check")
    return f"{made}\n<p>The check fails on: {escaped(fail_on)}.</p>"


def _foot(report: Report) -> str:
    it = report.comparison
    facts = [f"run {code(it.run)}" if it.run else "", f"key {code(it.key[:12])}" if it.key else ""]
    told = " · ".join(["Made by reproof", *(fact for fact in facts if fact)])
    return f"</main>\n<footer><p>{told}</p></footer>"


def _figure(drawn: str, caption: str = "") -> str:
    if not drawn:
        return ""
    told = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure class="wide" tabindex="0">{told}{drawn}</figure>'


def _number(text: str) -> str:
    return f'<td class="number">{escaped(text)}</td>'


def _more(count: int, noun: str) -> str:
    return f"<p>and {wording.counted(count - ROWS, f'more {noun}')}</p>" if count > ROWS else ""
