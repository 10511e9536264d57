"""What is said in sentences: headline, values, cause, facts. The same words in Markdown and on a terminal.

For a reader without statistics (`docs/explanation/verdict.md`): values first, what to compare them with second,
and no word that sounds like a proof. How outside text is shown is the `Voice`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reproof.report import figures
from reproof.report.ranking import noteworthy, passed, ranked
from reproof.report.report import Report
from reproof.runs.record import Scalar
from reproof.verdict.comparison import (
    Accepted,
    Aspect,
    Changes,
    Check,
    Comparison,
    FileChange,
    Result,
    ValueChange,
    Verdict,
)
from reproof.visible import shown_number

SIGNS: dict[Verdict, str] = {
    "failed": "❌",
    "drifted": "❌",
    "regressed": "❌",
    "undecided": "⚪",
    "changed": "🔵",
    "unchanged": "✅",
    "reproduced": "✅",
    "recorded": "✅",
    "no-baseline": "⚪",
}
STRENGTHS = {
    "bitwise": "bit for bit",
    "predictions": "the same prediction for every sample",
    "metrics": "every metric equal",
    "tolerance": "within the declared tolerances",
    "statistical": "within what recorded runs vary by",
}
# Numbers and versions are readable, and harmless, without quotes.
_PLAIN = re.compile(r"[0-9]{1,5}(\.[0-9]{1,5}){0,2}")
_RESULTS: dict[Result, tuple[str, str]] = {
    "equal": ("✅", "equal"),
    "rounding": ("✅", "equal but for rounding"),
    "tolerance": ("✅", "in tolerance"),
    "statistical": ("✅", "usual variation"),
    "drifted": ("❌", "drifted"),
    "worse": ("❌", "worse"),
    "missing": ("❌", "missing"),
    "nan": ("❌", "no finite number"),
    "better": ("🔵", "better"),
    "new": ("🆕", "new"),
    "too-few-rows": ("⚪", "too few rows"),
    "undecided": ("⚪", "cannot tell"),
}
_LEFT = {"worse": "is worse than", "missing": "is missing from", "nan": "is no finite number, unlike"}


@dataclass(frozen=True, slots=True)
class Voice:
    """How a medium shows things: `quote` an outside name or value, `prose` an outside sentence, `strong` ours."""

    quote: Callable[[str], str]
    prose: Callable[[str], str]
    strong: Callable[[str], str]


def headline(report: Report, voice: Voice) -> str:
    """Verdict, strength and cause in one line, without the sign."""
    it = report.comparison
    parts = [_verdict(report, voice)]
    if it.verdict in ("drifted", "regressed", "changed", "undecided") and (cause := _cause(it, voice)):
        parts.append(cause)
    return ". ".join(parts)


def values(report: Report, voice: Voice) -> str | None:
    """The numbers behind the verdict in a sentence; None where there are none."""
    it = report.comparison
    if leading := noteworthy(it.checks):
        return _off(leading[0], report, voice)
    if done := passed(it.checks):
        return _same(done, voice)
    return None


def facts(report: Report, voice: Voice) -> list[str]:
    """What a reader needs to place it: stage, slice, effort, commits."""
    it = report.comparison
    said = []
    if stage := next((stage for stage in it.stages if stage.result == "drifted"), None):
        said.append(f"first stage to differ: {voice.quote(stage.name)}")
    slices = [check for check in noteworthy(it.checks) if check.slice]
    if slices and slices[0].result != "better" and it.verdict in ("drifted", "regressed", "undecided"):
        said.append(f"worst slice {voice.quote(slice_name(slices[0]))}")
    said.append(counted(it.retrains, "retrain") if it.retrains else "nothing trained")
    if report.minutes is not None and it.retrains:
        said.append(figures.duration(report.minutes))
    head = f"head {voice.quote(report.head[:7])}" if report.head else ""
    held = f"against {baseline(report, voice)}" if it.baseline else ""
    return [*said, *([f"{head} {held}".strip()] if head or held else [])]


def baseline(report: Report, voice: Voice) -> str:
    """`10 recorded runs of main (5be02d7, 2 commits before the branch point)`."""
    base = report.comparison.baseline
    if base is None:
        return "no recorded run"
    runs = counted(len(base.runs), "recorded run")
    whose = " of the same inputs" if base.kind == "same-key" else _of_base(report, voice)
    place = voice.quote(base.commit[:7])
    if base.distance and base.kind == "base":
        place += f", {counted(base.distance, 'commit')} before the branch point"
    return f"{runs}{whose} ({place}){_accepted(base.accepted, voice)}"


def _accepted(accepted: Accepted | None, voice: Voice) -> str:
    """`, accepted by Ada on 2026-01-31: why`."""
    if accepted is None:
        return ""
    who = voice.prose(accepted.who.partition(" <")[0] or accepted.who)
    vouched = " (self-reported numbers)" if accepted.self_reported else ""
    return f", accepted by {who} on {voice.prose(accepted.when[:10])}{vouched}: {voice.prose(accepted.why)}"


def sign(check: Check) -> str:
    """Passed, failed, moved, open or new, in one sign."""
    if check.result in ("drifted", "missing") and not check.fails:
        return "🔵"
    return _RESULTS[check.result][0]


def word(check: Check) -> str:
    """The result in one or two words."""
    if check.unruled:
        return "moved, no tolerance"
    if check.result == "drifted" and check.against == "base":
        return "moved"
    return _RESULTS[check.result][1]


def result(check: Check) -> str:
    """The result in words and, where the usual variation is known, how many of it the value lies off."""
    words = word(check)
    if check.result in ("worse", "better", "drifted"):
        return f"{words}{_by(check)}"
    if check.result == "undecided" and check.smallest_noticed is not None:
        return f"{words}: would notice {figures.rounded(check.smallest_noticed)} or more"
    return words


def metric_name(check: Check) -> str:
    """`auc` or `auc · country=BR`."""
    return " · ".join([check.metric, *([slice_name(check)] if check.slice else [])])


def slice_name(check: Check) -> str:
    """`country=BR · plan=trial`."""
    return " · ".join(f"{column}={value}" for column, value in check.slice)


def arrow(check: Check) -> str:
    """Which way is better, where that is known."""
    return {"higher": "\u00a0↑", "lower": "\u00a0↓", "none": ""}[check.better]


def changed_value(change: ValueChange, voice: Voice) -> str:
    """`train.lr` 0.1 → 0.2; added and removed are said."""
    name = voice.quote(change.name)
    if change.old is None:
        return f"{name} {scalar(change.new, voice)} (added)"
    if change.new is None:
        return f"{name} {scalar(change.old, voice)} (removed)"
    return f"{name} {scalar(change.old, voice)} → {scalar(change.new, voice)}"


def changed_file(change: FileChange, voice: Voice) -> str:
    """The path, with the lines added and removed."""
    if change.added is None or change.removed is None:
        return voice.quote(change.path)
    return f"{voice.quote(change.path)} (+{change.added} {figures.MINUS}{change.removed})"


def changed(changes: Changes, aspect: Aspect, voice: Voice) -> list[str]:
    """All changes of one aspect."""
    if aspect == "code":
        return [changed_file(change, voice) for change in changes.code]
    return [changed_value(change, voice) for change in getattr(changes, aspect)]


def scalar(value: Scalar, voice: Voice) -> str:
    """A parameter, version or hash; a hash is cut to what tells it apart."""
    if value is None:
        return "none"
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    if isinstance(value, float):
        text = shown_number(value)
    kind, colon, digest = text.partition(":")
    if colon and kind in ("md5", "git", "sha256"):
        text = digest[:8]
    return text if _PLAIN.fullmatch(text) else voice.quote(text)


def counted(count: int, noun: str) -> str:
    """`1 run`, `3 runs`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def listed(items: Sequence[str], most: int) -> str:
    """`a, b and 3 more`."""
    if len(items) > most:
        return f"{', '.join(items[:most])} and {len(items) - most} more"
    return ", ".join(items)


def _verdict(report: Report, voice: Voice) -> str:
    it = report.comparison
    main = f"what {_base(report, voice)} recorded"
    match it.verdict:
        case "failed":
            what = f": {voice.prose(it.failure.what)}" if it.failure else ""
            return f"{voice.strong('Training failed')}{what}"
        case "drifted":
            why = "nothing declared changed, and " if not it.changes.aspects else ""
            return (
                f"{voice.strong('Not reproduced')}: {why}{_names(it, voice)} differs from what was recorded"
            )
        case "regressed":
            return f"{voice.strong('Regressed')}: {_names(it, voice)} {_left(it)} {main}"
        case "undecided":
            return f"{voice.strong('Cannot tell yet')}{_undecided(it, voice)}"
        case "changed":
            strong = voice.strong("Changed")
            if gone := [check for check in ranked(it.checks) if check.result == "missing"]:
                rest = "nothing else is worse than the policy allows"
                return f"{strong}: {_first(gone, voice)} is gone and cannot be judged, {rest}"
            return f"{strong}: {_names(it, voice)} moved, nothing is worse than the policy allows"
        case "unchanged":
            return f"{voice.strong('Unchanged')}: the results are {main}{_strength(it)}"
        case "reproduced":
            return f"{voice.strong('Reproduced')}{_strength(it)}"
        case "recorded":
            return f"{voice.strong('Already recorded')}: these exact inputs were trained before"
        case "no-baseline":
            return (
                f"{voice.strong('Nothing to compare with')}: no run of {_base(report, voice)} is recorded yet"
            )


def _names(it: Comparison, voice: Voice) -> str:
    """The metric that leads, and how many more; metrics over all rows are named before slices."""
    leading = noteworthy(it.checks)
    if it.verdict in ("drifted", "regressed"):
        leading = ranked(it.worst)
    return _first(leading, voice) if leading else "a result"


def _first(checks: Sequence[Check], voice: Voice) -> str:
    """The first check's name, and how many more there are."""
    more = len(checks) - 1
    return voice.quote(metric_name(checks[0])) + (f" (and {more} more)" if more else "")


def _left(it: Comparison) -> str:
    worst = ranked(it.worst)
    return _LEFT.get(worst[0].result, "is worse than") if worst else "is worse than"


def _undecided(it: Comparison, voice: Voice) -> str:
    still = [check for check in ranked(it.checks) if check.result == "undecided"]
    if not still:
        return " whether it repeats" if it.repeats == "undecided" else ""
    if unruled := [check for check in still if check.unruled]:
        return f": {_first(unruled, voice)} moved, and no tolerance says how far it may"
    return f" whether {_first(still, voice)} moved"


def _strength(it: Comparison) -> str:
    return f", {STRENGTHS[it.strength]}" if it.strength else ""


def _cause(it: Comparison, voice: Voice) -> str | None:
    match it.cause:
        case None:
            return None
        case "nondeterminism":
            return f"Cause: {voice.strong('nondeterminism')} (the same seed gives different results)"
        case "unknown":
            return f"Cause: {voice.strong('unknown')}"
        case "several":
            aspects = " and ".join(it.changes.aspects) or "more than one aspect"
            return f"Cause: {voice.strong('several')} ({aspects} changed together)"
        case aspect:
            evidence = _evidence(it, aspect, voice)
            return f"Cause: {voice.strong(aspect)}" + (f" ({evidence})" if evidence else "")


def _evidence(it: Comparison, aspect: str, voice: Voice) -> str:
    if aspect == "code":
        items = [voice.quote(change.path) for change in it.changes.code]
    else:
        items = [changed_value(change, voice) for change in getattr(it.changes, aspect)]
    if not items and aspect == "environment":
        items = [changed_value(ValueChange(fact.name, fact.old, fact.new), voice) for fact in it.observed]
    return listed(items, 1) if items else ""


def _base(report: Report, voice: Voice) -> str:
    return voice.quote(report.context.base_ref) if report.context.base_ref else "the base"


def _of_base(report: Report, voice: Voice) -> str:
    return f" of {_base(report, voice)}"


def _off(check: Check, report: Report, voice: Voice) -> str:
    """`auc` is 0.9071; 10 recorded runs of main range 0.911 to 0.915: off by about 5 times the usual variation."""
    name, recorded, show = voice.quote(metric_name(check)), check.recorded, figures.number_format(check)
    if recorded is None:
        return f"{name} is {show(figures.mean(check.now))} now and was not recorded before."
    whose = _of_base(report, voice) if check.against == "base" else " of the same inputs"
    then = f"the one recorded run{whose} has {show(recorded.mean)}"
    if recorded.n > 1:
        span = figures.value_range(recorded, show)
        then = f"{recorded.n} recorded runs{whose} {'range' if ' ' in span else 'all have'} {span}"
    if not check.now:
        return f"{name} is missing now; {then}."
    off = figures.deviations(check)
    times = f": off by about {_times(abs(off))}the usual run-to-run variation" if off is not None else ""
    return f"{name} is {show(figures.mean(check.now))} now; {then}{times}."


def _same(done: Sequence[Check], voice: Voice) -> str:
    first = next((check for check in done if not check.slice), done[0])
    show = figures.number_format(first)
    more = f" and {counted(len(done) - 1, 'more check')}" if len(done) > 1 else ""
    verb = "agree" if len(done) > 1 else "agrees"
    said = f"{voice.quote(metric_name(first))} {show(figures.mean(first.now))}{more} {verb}"
    said += " with what was recorded."
    if first.smallest_noticed is not None and first.smallest_noticed > 0:
        said += f" A change of {voice.quote(first.metric)} below {figures.rounded(first.smallest_noticed)}"
        said += " would not have been noticed."
    elif first.result == "tolerance" and first.recorded and first.recorded.n == 1:
        said += " One recorded run does not tell how much it varies by itself, nor what would have gone unnoticed."
    return said


def _by(check: Check) -> str:
    off = figures.deviations(check)
    if off is None or abs(off) >= 1000:
        return ""
    return f", {'+' if off > 0 else figures.MINUS}{abs(off):.1f} sd"


def _times(off: float) -> str:
    return "1,000 or more times " if off >= 1000 else f"{off:.0f} times " if off >= 1.5 else ""
