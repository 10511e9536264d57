"""One metric on the ladder: equal, equal but for rounding, in the declared tolerance, or what noise has to decide.

What noise says is `sequential.py`'s; here stands what is certain without it, and what each finding is called.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from reproof.verdict.comparison import FEWER_ROWS, OTHER_CLASS, UNNAMED, UNRULED, Check, Spread
from reproof.verdict.noise import exact_mean, mean_of
from reproof.verdict.sample import ROUNDING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reproof.runs.record import Metric
    from reproof.verdict.comparison import Against, Result
    from reproof.verdict.policy import Policy
    from reproof.verdict.sequential import Doubt

FEWER = 2  # with less than one row in so many, a metric is no longer about the same data
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

    @property
    def surely_moves(self) -> bool:
        """Whether any difference beyond rounding is one of inputs, not of machines, seeds or noise."""
        return self.repeatable and self.same_class and self.same_seed


class Answer(NamedTuple):
    """A result word, and in a sentence what the word alone does not say."""

    result: Result
    why: str | None = None


class Pair(NamedTuple):
    """Recorded and new values of one metric, and by what they are held together.

    `known` is the spread of `recorded`; None where there are none. `metric` has the newest rows, `rows_before` are
    those of the newest recorded run; None where they are not known.
    """

    metric: Metric
    recorded: Sequence[float]
    known: Spread | None
    now: Sequence[float]
    policy: Policy
    against: Against
    rows_before: int | None = None


def check(pair: Pair, answer: Answer, noticed: float | None = None) -> Check:
    """The check with its answer; `noticed` is the smallest difference that would have been found."""
    metric = pair.metric
    return Check(
        metric=metric.name,
        slice=metric.slice,
        rows=metric.rows,
        against=pair.against,
        recorded=pair.known,
        now=tuple(pair.now),
        better=pair.policy.better,
        policy=pair.policy.shown,
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


def certain(pair: Pair, grounds: Grounds, *, noisy: bool = False) -> Answer | None:
    """The answer that needs no noise; None where only noise can tell.

    `noisy`: noise can tell. Then a value that was recorded before is no proof where others were, too, and a
    tolerance is held by means of several runs.
    """
    answer = _without_policy(pair)
    if answer:
        return answer
    assert pair.known
    recorded, now, policy = pair.recorded, pair.now, pair.policy
    if not noisy or policy.exact or pair.known.min == pair.known.max:
        if all(value in recorded for value in now):
            return Answer("equal")
        scale = max(abs(pair.known.min), abs(pair.known.max))
        if all(min(abs(value - float(old)) for old in recorded) <= ROUNDING * scale for value in now):
            return Answer("rounding")
    if policy.exact:
        return moved(pair)
    if policy.tolerates and not noisy:
        before = exact_mean(recorded)
        allowed = policy.allowed(before)
        assert allowed is not None
        return Answer("tolerance") if abs(exact_mean(now) - before) <= allowed else moved(pair)
    few = too_few_rows(pair.metric, pair.known.n, policy, grounds)
    if few or noisy:
        return few
    if pair.against == "same-key" and grounds.surely_moves:
        return moved(pair, "the training repeats bit for bit, so this is no noise")
    return None


def _without_policy(pair: Pair) -> Answer | None:
    """What follows from the numbers being there and finite."""
    if pair.known is None:
        return Answer("new")
    now = pair.now
    if not now:
        unnamed = pair.against == "base" and not pair.metric.slice and not pair.policy.named
        return Answer("missing", UNNAMED if unnamed else None)
    if math.isfinite(pair.known.mean) and math.isfinite(sum(now)):
        return None
    recorded = list(pair.recorded)
    finite = [value for value in recorded if math.isfinite(value)]
    strange = [value for value in now if not math.isfinite(value)]
    known = {repr(float(value)) for value in recorded if not math.isfinite(value)}
    if any(repr(value) not in known for value in strange):
        return Answer("nan", "it is no finite number now")
    if all(value in recorded for value in now if math.isfinite(value)):
        return Answer("equal")
    if not finite:
        return moved(pair, "the recorded number is not finite")
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


def on_fewer_rows(pair: Pair, answer: Answer) -> Answer:
    """The answer, unless it passes only because the metric stands on far fewer rows than it did.

    On few rows anything may be noise. Evaluating on a part of the data must not hide what the rest would show.
    """
    rows, before = pair.metric.rows, pair.rows_before or 0
    if answer.result not in ("statistical", "too-few-rows") or rows is None or rows * FEWER >= before:
        return answer
    if pair.metric.slice and before < pair.policy.min_rows:  # nor was it judged before
        return answer
    return Answer("undecided", f"{FEWER_ROWS}: {rows} now, {before} in the recorded runs")


def moved(pair: Pair, why: str | None = None) -> Answer:
    """What a real difference is called: drift for the same key, better or worse than the base."""
    if pair.against == "same-key" or pair.policy.better == "none":
        return Answer("drifted", why)
    assert pair.known
    higher = mean_of(pair.now) > pair.known.mean
    return Answer("better" if higher == (pair.policy.better == "higher") else "worse", why)


def doubted(doubt: Doubt, recorded: Sequence[float]) -> Answer:
    """Why noise leaves it open, after runs with these values."""
    n = len(recorded)
    match doubt:
        case "few":
            return Answer("undecided", f"{n} recorded run(s) do not tell how much it varies by itself")
        case "class":
            return Answer("undecided", OTHER_CLASS)
        case "power":
            return Answer("undecided", "runs vary too much by themselves to hold it to its tolerance")
        case "step":
            usual = max(map(list(recorded).count, recorded))
            same = f"all {n}" if usual == n else f"{usual} of {n}"
            return Answer(
                "undecided",
                f"it was the same in {same} recorded runs, so what a usual step is, is not known",
            )
        case "unconfirmed":
            return Answer("undecided", "one new run lies far off, and another does not")
        case "near":
            return Answer("undecided", "further off than usual, not far enough to be sure")


def unknown(pair: Pair, grounds: Grounds) -> Answer:
    """No tolerance is declared, and nothing is known of the noise."""
    if pair.against == "base":
        if grounds.surely_moves:
            return Answer("undecided", UNRULED)
        if grounds.repeatable and not grounds.same_class:
            return Answer("undecided", OTHER_CLASS)
        return Answer("undecided", "no tolerance is declared, and how much it varies by itself is not known")
    if not grounds.same_class:
        return Answer("undecided", OTHER_CLASS)
    if not grounds.same_seed:
        return Answer(
            "undecided", "the recorded runs are of another seed, and what seeds change is not known"
        )
    return doubted("few", pair.recorded)
