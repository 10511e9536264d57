"""One metric on the ladder: equal, equal but for rounding, in the declared tolerance, or what noise has to decide.

What noise says is `sequential.py`'s; here stands what is certain without it, and what each finding is called.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from reproof.verdict.comparison import Check, Spread
from reproof.verdict.noise import mean_of
from reproof.verdict.sample import ROUNDING
from reproof.verdict.sequential import exact_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reproof.runs.record import Metric
    from reproof.verdict.comparison import Against, Result
    from reproof.verdict.policy import Policy
    from reproof.verdict.sequential import Doubt

UNKNOWN_ROWS = 5  # recorded runs that judge a slice by noise where its rows are not known


class Grounds(NamedTuple):
    """What is known about the runs beside their numbers.

    `repeatable`: the recorded runs repeat each other bit for bit, or the new ones do (two trainings of one seed
    at least), so that any difference is real. `same_class`: both sides ran on one numeric class. `same_seed`:
    both sides trained with one seed. `past`: degrees of freedom that past versions add.
    """

    repeatable: bool
    same_class: bool
    same_seed: bool = True
    past: int = 0


class Answer(NamedTuple):
    """A result word, and in a sentence what the word alone does not say."""

    result: Result
    why: str | None = None


def check(
    metric: Metric,
    recorded: Sequence[float],
    now: Sequence[float],
    policy: Policy,
    against: Against,
    answer: Answer,
    noticed: float | None = None,
) -> Check:
    """The check with its answer; `noticed` is the smallest difference that would have been found."""
    return Check(
        metric=metric.name,
        slice=metric.slice,
        rows=metric.rows,
        against=against,
        recorded=spread(recorded),
        now=tuple(now),
        better=policy.better,
        policy=policy.shown,
        result=answer.result,
        smallest_noticed=noticed,
        why=answer.why,
    )


def spread(values: Sequence[float]) -> Spread | None:
    """Count, mean, sample standard deviation and extremes; None for no values."""
    if not values:
        return None
    low, high = min(values), max(values)
    if not math.isfinite(sum(values)) and not all(map(math.isfinite, values)):
        odd = next(value for value in values if not math.isfinite(value))
        return Spread(len(values), odd, None, odd, odd)
    mean, sd = min(max(mean_of(values), low), high), None
    if len(values) > 1:
        sd = math.dist(values, (mean,) * len(values)) / math.sqrt(len(values) - 1)
    return Spread(len(values), mean, sd, low, high)


def certain(
    metric: Metric,
    recorded: Sequence[float],
    now: Sequence[float],
    policy: Policy,
    against: Against,
    grounds: Grounds,
) -> Answer | None:
    """The answer that needs no noise; None where only noise can tell."""
    answer = _without_policy(recorded, now, policy, against)
    if answer:
        return answer
    if all(value in recorded for value in now):
        return Answer("equal")
    scale = max(map(abs, recorded))
    if all(min(abs(value - old) for old in recorded) <= ROUNDING * scale for value in now):
        return Answer("rounding")
    before = exact_mean(recorded)
    allowed = policy.allowed(before)
    if allowed is not None:
        if abs(exact_mean(now) - before) <= allowed:
            return Answer("tolerance")
        return moved(now, recorded, policy, against)
    few = too_few_rows(metric, len(recorded), policy, grounds)
    if few:
        return few
    if against == "same-key" and grounds.repeatable and grounds.same_class and grounds.same_seed:
        return moved(now, recorded, policy, against, "the training repeats bit for bit, so this is no noise")
    return None


def certain_beside_noise(
    metric: Metric,
    recorded: Sequence[float],
    now: Sequence[float],
    policy: Policy,
    against: Against,
    grounds: Grounds,
) -> Answer | None:
    """The answer where a spread is known: what has no numbers to compare, and what no noise is asked about."""
    answer = _without_policy(recorded, now, policy, against)
    if answer:
        return answer
    if policy.exact:
        if all(value in recorded for value in now):
            return Answer("equal")
        return moved(now, recorded, policy, against)
    if min(recorded) == max(recorded):
        if all(value == recorded[0] for value in now):
            return Answer("equal")
        if all(abs(value - recorded[0]) <= ROUNDING * abs(recorded[0]) for value in now):
            return Answer("rounding")
    return too_few_rows(metric, len(recorded), policy, grounds)


def _without_policy(
    recorded: Sequence[float], now: Sequence[float], policy: Policy, against: Against
) -> Answer | None:
    """What follows from the numbers being there and finite."""
    if not recorded:
        return Answer("new")
    if not now:
        return Answer("missing")
    if math.isfinite(sum(recorded)) and math.isfinite(sum(now)):
        return None
    finite = [value for value in recorded if math.isfinite(value)]
    strange = [value for value in now if not math.isfinite(value)]
    known = {repr(value) for value in recorded if not math.isfinite(value)}
    if any(repr(value) not in known for value in strange):
        return Answer("nan", "it is no finite number now")
    if all(value in recorded for value in now if math.isfinite(value)):
        return Answer("equal")
    if not finite:
        return moved(now, recorded, policy, against, "the recorded number is not finite")
    if strange or len(finite) < len(recorded):
        return Answer("undecided", "some runs give no finite number")
    return None


def too_few_rows(metric: Metric, n: int, policy: Policy, grounds: Grounds) -> Answer | None:
    """A slice that noise must not judge; equality and declared tolerances hold at any size."""
    if not metric.slice or policy.tolerates:
        return None
    if metric.rows is None:
        if n >= UNKNOWN_ROWS or grounds.past >= UNKNOWN_ROWS - 1:
            return None
        return Answer(
            "too-few-rows",
            f"its rows are not known, and {n} recorded run(s) are fewer than {UNKNOWN_ROWS}; "
            'write them beside it as "rows"',
        )
    if metric.rows < policy.min_rows:
        return Answer("too-few-rows", f"{metric.rows} rows are fewer than {policy.min_rows} (min-rows)")
    return None


def moved(
    now: Sequence[float],
    recorded: Sequence[float],
    policy: Policy,
    against: Against,
    why: str | None = None,
) -> Answer:
    """What a real difference is called: drift for the same key, better or worse than the base."""
    if against == "same-key" or policy.better == "none":
        return Answer("drifted", why)
    higher = mean_of(now) > mean_of(recorded)
    return Answer("better" if higher == (policy.better == "higher") else "worse", why)


def doubted(doubt: Doubt, n: int) -> Answer:
    """Why noise leaves it open, after `n` recorded runs."""
    match doubt:
        case "few":
            return Answer("undecided", f"{n} recorded run(s) do not tell how much it varies by itself")
        case "class":
            return Answer("undecided", _OTHER_CLASS)
        case "power":
            return Answer("undecided", "runs vary too much by themselves to hold it to its tolerance")
        case "step":
            return Answer(
                "undecided",
                f"it was the same in all {n} recorded runs, so what a usual step is, is not known",
            )
        case "unconfirmed":
            return Answer("undecided", "one new run lies far off, and another does not")
        case "near":
            return Answer("undecided", "further off than usual, not far enough to be sure")


_OTHER_CLASS = "the recorded runs are of another numeric class (another kind of CPU)"


def unknown(recorded: Sequence[float], against: Against, grounds: Grounds) -> Answer:
    """No tolerance is declared, and nothing is known of the noise."""
    if against == "base":
        return Answer("undecided", "no tolerance is declared, and how much it varies by itself is not known")
    if not grounds.same_class:
        return Answer("undecided", _OTHER_CLASS)
    if not grounds.same_seed:
        return Answer(
            "undecided", "the recorded runs are of another seed, and what seeds change is not known"
        )
    return doubted("few", len(recorded))
