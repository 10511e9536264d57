"""One metric on the ladder: equal, equal but for rounding, inside the declared tolerance, or neither.

The statistical rung is not here yet: where only noise could decide and runs differ, the result is `undecided`,
and says what would settle it. Never a guess that reads like an answer.
"""

from __future__ import annotations

import math
import statistics
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from reproof.verdict.comparison import Check, Spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reproof.runs.record import Metric
    from reproof.verdict.comparison import Against, Result
    from reproof.verdict.policy import Policy

ROUNDING = 1e-6  # relative; below it two results differ by the order of additions, not by their inputs


class Grounds(NamedTuple):
    """What is known about the runs beside their numbers.

    `repeatable`: the recorded runs repeat each other bit for bit, or the new ones do (two trainings of one seed
    at least), so that any difference is real. `same_class`: both sides ran on one numeric class. `same_seed`:
    both sides trained with one seed.
    """

    repeatable: bool
    same_class: bool
    same_seed: bool = True


class _Answer(NamedTuple):
    result: Result
    why: str | None = None


def check_metric(
    metric: Metric,
    recorded: Sequence[float],
    now: Sequence[float],
    policy: Policy,
    against: Against,
    grounds: Grounds,
) -> Check:
    """Judge one metric: `recorded` and `now` are its values (n and k of them, in its unit), newest last."""
    answer = _judge(recorded, now, policy, against, grounds)
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
        why=answer.why,
    )


def spread(values: Sequence[float]) -> Spread | None:
    """Count, mean, sample standard deviation and extremes; None for no values."""
    if not values:
        return None
    if not all(math.isfinite(value) for value in values):
        odd = next(value for value in values if not math.isfinite(value))
        return Spread(len(values), odd, None, odd, odd)
    sd = _deviation(values) if len(values) > 1 else None
    return Spread(len(values), _mean(values), sd, min(values), max(values))


def same_bits(one: float, other: float) -> bool:
    """Equal as results: NaN equals NaN, and -0 equals 0."""
    return one == other or (math.isnan(one) and math.isnan(other))


def _judge(
    recorded: Sequence[float], now: Sequence[float], policy: Policy, against: Against, grounds: Grounds
) -> _Answer:
    if not recorded:
        return _Answer("new")
    if not now:
        return _Answer("missing")
    if all(any(same_bits(value, old) for old in recorded) for value in now):
        return _Answer("equal")
    if not all(map(math.isfinite, now)):
        return _Answer("nan", "it is no finite number now")
    if not all(map(math.isfinite, recorded)):
        return _moved(now, recorded, policy, against, "the recorded number is not finite")
    if all(min(abs(value - old) for old in recorded) <= ROUNDING * abs(old_scale(recorded)) for value in now):
        return _Answer("rounding")
    before, after = _exact_mean(recorded), _exact_mean(now)
    allowed = policy.allowed(before)
    if allowed is None:
        return _by_noise(now, recorded, policy, against, grounds)
    if abs(after - before) <= allowed:
        return _Answer("tolerance")
    return _moved(now, recorded, policy, against, None)


def _by_noise(
    now: Sequence[float], recorded: Sequence[float], policy: Policy, against: Against, grounds: Grounds
) -> _Answer:
    """No tolerance is declared. Real differences of one key are drift; of another key, only noise can tell."""
    if against == "base":
        return _Answer("undecided", "no tolerance is declared, and how much it varies by itself is not known")
    if not grounds.same_class:
        return _Answer("undecided", "the recorded runs are of another numeric class (another kind of CPU)")
    if not grounds.same_seed:
        return _Answer(
            "undecided", "the recorded runs are of another seed, and what seeds change is not known"
        )
    if grounds.repeatable:
        return _moved(now, recorded, policy, against, "the training repeats bit for bit, so this is no noise")
    return _Answer("undecided", f"{len(recorded)} recorded run(s) do not tell how much it varies by itself")


def _moved(
    now: Sequence[float], recorded: Sequence[float], policy: Policy, against: Against, why: str | None
) -> _Answer:
    if against == "same-key" or policy.better == "none":
        return _Answer("drifted", why)
    higher = _mean(now) > _mean(recorded)
    return _Answer("better" if higher == (policy.better == "higher") else "worse", why)


def old_scale(recorded: Sequence[float]) -> float:
    """The size against which rounding is judged: the largest recorded magnitude."""
    return max(abs(value) for value in recorded)


def _mean(values: Sequence[float]) -> float:
    """The mean of finite values: of equal ones their value to the bit, of huge ones without overflow."""
    if min(values) == max(values):
        return values[0]
    try:
        return math.fsum(values) / len(values)
    except OverflowError:
        return math.fsum(value / len(values) for value in values)


def _deviation(values: Sequence[float]) -> float:
    try:
        return statistics.stdev(values)
    except OverflowError:
        return math.inf


def _exact_mean(values: Sequence[float]) -> Decimal:
    """The mean of the values as they are printed, so that a drop equal to the tolerance passes."""
    return sum((Decimal(repr(value)) for value in values), Decimal(0)) / len(values)
