"""As many trainings as a verdict or a baseline asks for, each with its seed, within a budget of runs and of time.

Talks to functions only: what trains, what decides, what tells the time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reproof.training.waves import fresh_seeds
from reproof.verdict.compare import failed
from reproof.verdict.comparison import Comparison, NotChecked
from reproof.verdict.failure import Failure
from reproof.verdict.sample import (
    first_of_each_seed,
    independent,
    lacking,
    one_seed_repeats,
    sample_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reproof.runs.record import RunRecord, Scalar
    from reproof.training.trainings import Trainings
    from reproof.verdict.compare import Decision
    from reproof.verdict.question import Ask


@dataclass(frozen=True, slots=True)
class Budget:
    """What one verdict may spend: trainings in all, and seconds of wall-clock time."""

    runs: int
    seconds: float


def settle(
    training: Trainings,
    decide: Callable[[Sequence[RunRecord]], Decision],
    budget: Budget,
    clock: Callable[[], float],
    recorded: Sequence[RunRecord] = (),
    key: str | None = None,
) -> tuple[Comparison, list[RunRecord]]:
    """Train as often as the verdict asks for and the budget allows; the verdict, and the new runs.

    `decide` gives the verdict on the new runs so far. `recorded` are the runs that it holds them against, oldest
    first: the first new run repeats a seed of theirs, where that can be set. `key` is that of the new runs.
    """
    now: list[RunRecord] = []
    started, longest = clock(), 0.0
    seed = _recorded_seed(training, recorded)
    wanted: Ask | None = None
    comparison = failed(Failure("nothing was trained", None), None, 0)
    while True:
        began = clock()
        made = training.with_seed(seed)
        if isinstance(made, Failure):
            if wanted and wanted.seed == "fresh":
                return _without(comparison, wanted, f"with another seed it failed: {made.what}"), now
            return failed(made, key, len(now) + 1), now
        now.append(made)
        longest = max(longest, clock() - began)
        comparison, wanted = decide(now)
        if wanted is None:
            return comparison, now
        spent = _spent(budget, len(now), clock() - started + longest)
        if wanted.seed == "fresh" and training.reseeded is None:
            spent = "another seed cannot be set here"
        if spent:
            return _without(comparison, wanted, spent), now
        first = now[0].config.seed
        seed = _fresh_seed([*recorded, *now]) if wanted.seed == "fresh" else first.value if first else None


def measure_baseline(
    training: Trainings, most: int, known: Sequence[RunRecord] = ()
) -> list[RunRecord] | Failure:
    """Train as often as a baseline needs, beside what is `known` of this key; once at least.

    Two runs of one seed that repeat each other (to the bit, or but for rounding) are a baseline; three, where two
    may be equal by chance. Where they do not repeat, `most` different seeds are one, or `most` runs where no other
    seed can be set. Never one run: it cannot tell whether the training repeats.
    """
    known = independent(known)
    made: list[RunRecord] = []
    while not made or lacking([*known, *made], most, reseeds=bool(training.reseeded)):
        runs = [*known, *made]
        noisy = len(runs) > 1 and sample_of(runs).kind != "exact"
        seed = _fresh_seed(runs) if noisy and training.reseeded else None
        one = training.with_seed(seed)
        if isinstance(one, Failure):
            return one
        made.append(one)
    return made


def _without(comparison: Comparison, wanted: Ask, why: str) -> Comparison:
    """The verdict as it stands, with the training that it lacks named."""
    told = NotChecked("one more training", f"it was wanted {wanted.why}; {why}")
    return replace(comparison, not_checked=(told, *comparison.not_checked))


def measure_merge(training: Trainings, count: int) -> list[RunRecord] | Failure:
    """`count` runs of a version whose spread is known from those before it; of different seeds where possible."""
    made: list[RunRecord] = []
    while len(made) < count:
        one = training.with_seed(_fresh_seed(made) if made and training.reseeded else None)
        if isinstance(one, Failure):
            return one
        made.append(one)
    return made


def _fresh_seed(runs: Sequence[RunRecord]) -> Scalar:
    """A seed that none of the runs (one at least) has."""
    return fresh_seeds(runs[0].key, 1, (run.config.seed.value for run in runs if run.config.seed))[0]


def _recorded_seed(training: Trainings, recorded: Sequence[RunRecord]) -> Scalar:
    """The declared seed (None) where a recorded run has it, or none is known; else the newest recorded one."""
    values = [run.config.seed.value for run in recorded if run.config.seed]
    if not values or repr(training.seed) in map(repr, values):
        return None
    return values[-1]


def why_enough(runs: Sequence[RunRecord], most: int, *, reseeds: bool) -> str:
    """Why `runs`, of which none is `lacking`, are a baseline: half a sentence about them."""
    if one_seed_repeats(runs):
        return "they repeat each other, so any other result of these inputs is noticed"
    what = f"{len(first_of_each_seed(runs))} seeds" if reseeds else f"{len(runs)} runs of one seed"
    return f"{what} tell how much it varies (compare.baseline = {most})"


def _spent(budget: Budget, runs: int, seconds: float) -> str | None:
    """Which part of the budget another training would not fit in; `seconds` with it."""
    if runs >= budget.runs:
        return f"the budget of {budget.runs} training(s) is spent (retrains)"
    if seconds > budget.seconds:
        return f"another would not fit into the time budget of {budget.seconds:.0f} s (time-budget)"
    return None
