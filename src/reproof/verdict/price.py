"""What would settle an open verdict, and how long that takes. Pure.

Only where more runs can: a metric that repeats bit for bit, or one that lies at the edge after every look, needs
another policy and has no price.
"""

from __future__ import annotations

import math
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING

from reproof.runs.record import Metric
from reproof.verdict.comparison import Price
from reproof.verdict.noise import runs_to_hold
from reproof.verdict.policy import policy_for
from reproof.verdict.sample import lacking
from reproof.verdict.sequential import FEWEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reproof.config import CompareConfig
    from reproof.runs.record import RunRecord
    from reproof.verdict.comparison import Check, Comparison
    from reproof.verdict.question import Ask


def price(
    comparison: Comparison, wanted: Ask | None, settings: CompareConfig, runs: Sequence[RunRecord]
) -> Price | None:
    """The price of an undecided verdict; None where it is decided, or more runs say nothing.

    `wanted` is the training that the looks ask for next, `runs` tell how long one takes (their median).
    """
    if comparison.verdict != "undecided":
        return None
    open_ = [check for check in comparison.checks if check.result == "undecided"]
    few = _for_a_baseline(comparison, settings, runs)
    more = [_recorded_runs(check, settings, few) for check in open_]
    if open_ and all(more):
        return Price("recorded", max(count for count in more if count), _minutes(runs, max(map(int, more))))
    if wanted is not None:
        return Price("retrains", 1, _minutes(runs, 1))
    return None


def _for_a_baseline(comparison: Comparison, settings: CompareConfig, runs: Sequence[RunRecord]) -> int:
    """How many more trainings `reproof run --baseline` may take where the recorded ones are too few."""
    ids = comparison.baseline.runs if comparison.baseline else ()
    recorded = [run for run in runs if run.id in ids]
    return lacking(recorded, settings.baseline, reseeds=any(run.config.seed for run in recorded))


def _recorded_runs(check: Check, settings: CompareConfig, few: int) -> int:
    """How many more recorded runs could decide a check; 0 where no number of them surely can.

    `few` are those that a baseline needs, where there are too few to tell how much it varies.
    """
    known = check.recorded
    if (
        known is None
        or not math.isfinite(known.mean)
        or not check.now
        or known.sd == 0
        or check.on_fewer_rows
    ):
        return 0
    policy = policy_for(Metric(check.metric, 0.0, check.slice), settings)
    if not policy.tolerates:
        return max(few, FEWEST - known.n) if known.n < FEWEST else 0
    allowed = policy.allowed(Decimal(repr(known.mean)))
    if not allowed or known.sd is None:
        return 0
    off = abs(sum(check.now) / len(check.now) - known.mean)
    return runs_to_hold(off, known.sd, known.n, len(check.now), float(allowed))


def _minutes(runs: Sequence[RunRecord], count: int) -> float | None:
    seconds = [run.results.seconds for run in runs if run.results.seconds]
    return median(seconds) / 60 * count if seconds else None
