"""What to do now: for each verdict the commands that a reader can paste, and why. Only commands that exist.

Commands hold nothing but our words, numbers and hexadecimal ids, so that pasting one is safe.
"""

from __future__ import annotations

from dataclasses import dataclass

from reproof.report.figures import duration
from reproof.report.report import Report
from reproof.verdict.comparison import OTHER_CLASS, Check, Price
from reproof.verdict.sequential import FEWEST

_ID = 12  # digits of a commit or run that a command shows
_TOO_FEW = "Too few recorded runs tell how much it varies by itself."
_WIDE = "Too few recorded runs hold it to its tolerance."
_FEWER = "Evaluate on all the rows that the recorded runs had: on so few of them anything may be chance."
_EXACT = "The training repeats exactly, so more runs say nothing."
_CONSTANT = "It was the same in all recorded runs, which does not tell how far it may move."
_ELSEWHERE = "The recorded runs are of another kind of CPU. Record some on this kind, then run this again:"
_RECORD_FIRST = "Record first, then run this again:"
_NEAR = "It is further off than usual, and not far enough to be sure."


@dataclass(frozen=True, slots=True)
class Advice:
    """A sentence of ours, and the lines to paste that belong to it; `language` is theirs."""

    why: str
    commands: tuple[str, ...] = ()
    language: str = "sh"


def next_step(report: Report) -> Advice | None:
    """The one step that settles or mends it; None where there is nothing to do."""
    it = report.comparison
    match it.verdict:
        case "failed" | "no-baseline" if report.context.replayed:
            return None  # it failed here, and what it lacked is named
        case "drifted" if report.context.replayed:
            return Advice(
                "Train it in your own environment, and hold it against the same run:", _again(report)
            )
        case "failed":
            return Advice(
                "See it fail on your machine, with the whole log:", (*_checkout(report), "reproof run")
            )
        case "drifted":
            why = "Train it on your machine, hold it against the same runs, and rebuild the recorded one:"
            if it.cause == "environment" and any(fact.what == "package" for fact in it.observed):
                why = f"Pin what moved by itself. To see it: {why[:1].lower()}{why[1:]}"
            return Advice(why, (*_again(report), *_replay(report)))
        case "regressed":
            return Advice("Train it on your machine and hold it against the same runs:", _again(report))
        case "undecided":
            return _settling(report)
        case "no-baseline":
            return Advice(
                "Record what it starts from (a workflow can, at every merge), then run this again:",
                _record(report),
            )
        case "recorded" if it.baseline and it.baseline.accepted and len(it.baseline.runs) == 1:
            why = "The accepted run alone does not tell how much this varies by itself; more runs of it do:"
            return Advice(why, _record(report))
    return None


def _settling(report: Report) -> Advice:
    """What settles an open verdict."""
    it, open_ = report.comparison, _open(report)
    if any(check.on_fewer_rows for check in open_):
        return Advice(f"{_FEWER} To see it:", _again(report))
    if it.repeats == "undecided" and not open_ and not _small(report):
        return Advice("Train all of it once more, and hold it against the same runs:", _again(report))
    if it.price and it.price.of == "retrains":
        return Advice(f"{_NEAR} {_price(it.price)} Train once more:", _again(report))
    if any(check.why == OTHER_CLASS for check in open_):
        return Advice(_ELSEWHERE, _record(report))
    if _too_few(report):
        return Advice(f"{_TOO_FEW} {_price(it.price, at_most=True)} {_RECORD_FIRST}", _record(report))
    constant = any(check.recorded and check.recorded.n > 1 and check.recorded.sd == 0 for check in open_)
    if it.price and not constant:
        return Advice(f"{_WIDE} {_price(it.price)} {_RECORD_FIRST}", _record(report))
    why = _CONSTANT if constant else _NEAR
    if any(check.unruled for check in open_):
        why = _EXACT
    return Advice(
        f"{why} Declare how far it may move, in pyproject.toml (in reproof.toml without `tool.reproof.`):",
        ('[tool.reproof.compare.metrics."*"]', 'tolerance = "1%"'),
        "toml",
    )


def intended(report: Report) -> Advice | None:
    """What to do where the new results are wanted; None where the verdict does not ask."""
    it = report.comparison
    unruled = it.verdict == "undecided" and any(check.unruled for check in it.checks)
    if it.verdict == "changed" or unruled:
        return Advice("Intended? Then nothing is to be done: once merged, the new results are recorded.")
    if it.verdict not in ("drifted", "regressed") or it.run is None or report.context.replayed:
        return None
    if report.context.pull:
        why = "Somebody with write permission makes it what is expected by a comment (workflows/accept.yml):"
        return Advice(why, (f"/reproof accept {it.run[:_ID]} because …",), "text")
    if not report.context.recorded:
        why = "This run is not recorded. Record one, and make it what is expected from here on:"
        return Advice(why, (*_checkout(report), "reproof run", "reproof accept HEAD -m WHY"))
    return Advice("Make it what is expected from here on:", (f"reproof accept {it.run[:_ID]} -m WHY",))


def _price(price: Price | None, *, at_most: bool = False) -> str:
    """`3 more recorded runs, about 12 min, could settle it.`; `at_most`: fewer may do."""
    if price is None:
        return "More of them could."
    what = "recorded run" if price.of == "recorded" else "retrain"
    most = "Up to " if at_most and price.runs > 1 else ""
    runs = f"{price.runs} more {what}{'s' if price.runs > 1 else ''}"
    time = "" if price.minutes is None else f", about {duration(price.minutes)},"
    return f"{most}{runs}{time} could settle it."


def reproduce(report: Report) -> Advice:
    """The way to the same training on the reader's machine."""
    if report.comparison.verdict == "recorded" and report.comparison.run:
        shown = f"reproof show {report.comparison.run[:_ID]}"
        return Advice("See the recorded run:", (shown,))
    return Advice("Needs a clone, the project's environment and reproof installed:", _again(report))


def _too_few(report: Report) -> bool:
    """Whether what is open is open for want of recorded runs: they are few, and not all alike."""
    known = [check.recorded for check in _open(report) if check.recorded]
    return any(one.n < FEWEST for one in known) and not any(one.n > 1 and one.sd == 0 for one in known)


def _small(report: Report) -> bool:
    return {check.result for check in report.comparison.checks} == {"too-few-rows"}


def _open(report: Report) -> list[Check]:
    return [check for check in report.comparison.checks if check.result == "undecided"]


def _again(report: Report) -> tuple[str, ...]:
    base = report.comparison.baseline
    held = f"reproof compare --with {base.runs[0][:_ID]}" if base and base.runs else "reproof compare"
    return (*_checkout(report), "reproof run", held)


def _replay(report: Report) -> tuple[str, ...]:
    base = report.comparison.baseline
    return (f"reproof replay {base.runs[-1][:_ID]}",) if base and base.runs else ()


def _checkout(report: Report) -> tuple[str, ...]:
    pull = report.context.pull
    switch = _switch(report, report.head)
    fetch = (f"git fetch origin pull/{pull}/head",) if pull and switch else ()
    return (*fetch, *switch)


def _record(report: Report) -> tuple[str, ...]:
    base = report.comparison.baseline
    commit = base.commit if base else report.context.base_commit
    return (*_switch(report, commit), "reproof run --baseline")


def _switch(report: Report, commit: str | None) -> tuple[str, ...]:
    """The line that checks a commit out; none where it is known to be."""
    if commit is None or commit == report.context.checked_out:
        return ()
    return (f"git switch --detach {commit[:_ID]}",)
