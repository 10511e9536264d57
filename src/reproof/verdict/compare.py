"""Records in, `Comparison` out. Pure: no clock, no disk, no network.

`repeats` holds the new runs against recorded ones of the same key, `moved` against the base's. `decide` also says
whether one more training is wanted, and with which seed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from reproof.verdict import outcome
from reproof.verdict.changes import (
    changes_between,
    observed_differences,
    stage_differences,
)
from reproof.verdict.comparison import Changes, Comparison, NotChecked, PredictionChanges
from reproof.verdict.determinism import determinism_of
from reproof.verdict.failure import Failure
from reproof.verdict.predictions import prediction_changes
from reproof.verdict.price import price
from reproof.verdict.question import Question, ask, examined
from reproof.verdict.sample import independent, repeat_each_other, seed_of, shared_stages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from reproof.config import CompareConfig
    from reproof.runs.baseline import Base
    from reproof.runs.record import RunRecord
    from reproof.verdict.question import Ask

__all__ = [
    "Decision",
    "compare",
    "decide",
    "decide_by_past",
    "failed",
    "nothing_trained",
    "repeat_each_other",
]


class Decision(NamedTuple):
    """The verdict as it stands, and the training that could settle it; None where the verdict is final."""

    comparison: Comparison
    wanted: Ask | None


def compare(
    now: Sequence[RunRecord],
    same_key: Sequence[RunRecord],
    base: Base | None,
    settings: CompareConfig,
    lines: Mapping[str, tuple[int, int]] | None = None,
    retrains: int | None = None,
    history: Sequence[Sequence[RunRecord]] = (),
) -> Comparison:
    """The verdict on runs of one key. `now` are the new runs; empty when nothing was trained.

    `same_key` are recorded runs of that key, `base` those of the base; in any order. `lines` has (added,
    removed) by path. `retrains` is how many of `now` were trained for this verdict (default: all). `history` has
    the recorded runs of past versions, newest version first. Runs that share the training of a stage count as one.

    Raises `MissingToolError` where only noise can decide and SciPy is not installed.
    """
    return decide(now, same_key, base, settings, lines, retrains, history).comparison


def decide(
    now: Sequence[RunRecord],
    same_key: Sequence[RunRecord],
    base: Base | None,
    settings: CompareConfig,
    lines: Mapping[str, tuple[int, int]] | None = None,
    retrains: int | None = None,
    history: Sequence[Sequence[RunRecord]] = (),
    spent: int = 0,
) -> Decision:
    """As `compare`, and what to train next. `spent` are the looks that earlier attempts at this commit took.

    The order of `now` (by time) is the order of the looks: runs that were trained at once give the same verdict as
    the same runs one by one.
    """
    now = independent(now)
    same_key = independent(_without(now, same_key))
    history = [independent(_without(now, version)) for version in history]
    newest = (now or same_key)[-1]
    if base:
        held = independent(_without(now, base.runs))
        base = replace(base, runs=held) if held else None
    if base and base.runs[-1].key == newest.key:
        same_key = same_key or base.runs
        base = None  # the base declares the same: one question is left
    questions = []
    if now and same_key:
        questions.append(Question.put(now, same_key, "same-key", history))
    if base:
        questions.append(Question.put(now or same_key, base.runs, "base", history))
    checks, looked = examined(questions, settings, spent)
    disagree = outcome.disagree(same_key, settings)
    taken = shared_stages(newest, same_key) if now else {}
    repeats = outcome.repeats(
        [check for check in checks if check.against == "same-key"], unproven=disagree or bool(taken)
    )
    moved = outcome.moved(
        [check for check in checks if check.against == "base"], base, has_same_key=bool(same_key)
    )
    # What drifted is explained by what differs from its own key's runs, what moved by what differs from the base.
    reference = _nearest(base.runs, newest) if base else _nearest(same_key, newest) if same_key else None
    changes = changes_between(reference, newest, lines or {}) if reference else Changes()
    told = changes
    if repeats == "drifted":
        reference, told = _nearest(same_key, newest), Changes()
    observed = observed_differences(reference, newest, told) if reference else ()
    stages = stage_differences(reference, newest) if reference and now else ()
    predictions = prediction_changes(reference, newest) if reference and reference is not newest else None
    untold = (predictions,) if isinstance(predictions, NotChecked) else ()
    against = base.runs if base and repeats != "drifted" else same_key
    runs = (*now, *same_key, *(base.runs if base else ()))
    comparison = Comparison(
        run=newest.id,
        key=newest.key,
        repeats=repeats,
        moved=moved,
        strength=outcome.strength(repeats, moved, checks, stages, against, newest),
        cause=outcome.cause(repeats, moved, changes, observed, now, questions),
        baseline=outcome.baseline(base, same_key),
        retrains=len(now) if retrains is None else retrains,
        checks=checks,
        changes=changes,
        observed=observed,
        stages=stages,
        not_checked=(
            *outcome.not_checked(newest, same_key, base, disagree, checks, questions, spent, settings, taken),
            *untold,
        ),
        predictions=predictions if isinstance(predictions, PredictionChanges) else None,
        determinism=determinism_of(newest, runs),
    )
    wanted = ask(questions, checks, looked, now) if now else None
    return Decision(replace(comparison, price=price(comparison, wanted, settings, runs)), wanted)


def decide_by_past(
    now: Sequence[RunRecord],
    same_key: Sequence[RunRecord],
    base: Base | None,
    settings: CompareConfig,
    past: Callable[[], Sequence[Sequence[RunRecord]]],
    lines: Mapping[str, tuple[int, int]] | None = None,
    retrains: int | None = None,
    spent: int = 0,
) -> Decision:
    """As `decide`; `past` looks up the history, and is called only where it can matter."""
    first = decide(now, same_key, base, settings, lines, retrains, (), spent)
    if first.wanted is None and first.comparison.strength not in (None, "statistical"):
        return first  # equal, or inside a tolerance
    return decide(now, same_key, base, settings, lines, retrains, past(), spent)


def _without(now: Sequence[RunRecord], recorded: Sequence[RunRecord]) -> list[RunRecord]:
    """The recorded runs but the new ones among them: no run is evidence for itself."""
    own = {run.id for run in now}
    return [run for run in recorded if run.id not in own]


def _nearest(recorded: Sequence[RunRecord], newest: RunRecord) -> RunRecord:
    """The newest recorded run of the new one's seed, so that no seed is told as a difference; else the newest."""
    same = [run for run in recorded if seed_of(run) == seed_of(newest)]
    return (same or recorded)[-1]


def failed(failure: Failure, key: str | None, retrains: int) -> Comparison:
    """The answer where the training itself gave nothing to compare."""
    return Comparison(
        run=None, key=key, repeats="no-baseline", moved=None, failure=failure, retrains=retrains
    )


def nothing_trained(key: str) -> Comparison:
    """The answer where no run of the key is recorded and none was to be trained."""
    return Comparison(run=None, key=key, repeats="no-baseline", moved=None)
