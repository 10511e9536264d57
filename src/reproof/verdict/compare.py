"""Records in, `Comparison` out. Pure: no clock, no disk, no network.

`repeats` holds the new runs against recorded ones of the same key, `moved` against the base's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reproof.runs.record import Metric, oldest_first
from reproof.verdict.changes import (
    changes_between,
    observed_differences,
    same_numeric_class,
    stage_differences,
)
from reproof.verdict.comparison import Baseline, Changes, Comparison, Failure, NotChecked
from reproof.verdict.ladder import Grounds, check_metric, same_bits
from reproof.verdict.policy import policy_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reproof.config import CompareConfig
    from reproof.runs.baseline import Base
    from reproof.runs.record import RunRecord, Slice
    from reproof.verdict.comparison import (
        Against,
        Cause,
        Check,
        Difference,
        Moved,
        Repeats,
        StageDifference,
        Strength,
    )


def compare(
    now: Sequence[RunRecord],
    same_key: Sequence[RunRecord],
    base: Base | None,
    settings: CompareConfig,
    lines: Mapping[str, tuple[int, int]] | None = None,
    retrains: int | None = None,
) -> Comparison:
    """The verdict on runs of one key. `now` are the new runs; empty when nothing was trained.

    `same_key` are recorded runs of that key, `base` those of the base; in any order. `lines` has (added,
    removed) by path. `retrains` is how many of `now` were trained for this verdict (default: all).
    """
    now, same_key = oldest_first(now), oldest_first(same_key)
    newest = (now or same_key)[-1]
    if base:
        base = replace(base, runs=oldest_first(base.runs))
    if base and base.runs[-1].key == newest.key:
        same_key = same_key or base.runs
        base = None  # the base declares the same: one question is left
    repeat_checks = _checks(now, same_key, settings, "same-key") if now else ()
    judged = now or same_key
    move_checks = _checks(judged, base.runs, settings, "base") if base else ()
    disagree = _disagree(same_key, settings)
    repeats = _repeats(repeat_checks, disagree)
    moved = _moved(move_checks, base, settings, has_same_key=bool(same_key))
    # What drifted is explained by what differs from its own key's runs, what moved by what differs from the base.
    reference = base.runs[-1] if base else same_key[-1] if same_key else None
    changes = changes_between(reference, newest, lines or {}) if reference else Changes()
    told = changes
    if repeats == "drifted":
        reference, told = same_key[-1], Changes()
    observed = observed_differences(reference, newest, told) if reference else ()
    stages = stage_differences(reference, newest) if reference and now else ()
    return Comparison(
        run=newest.id,
        key=newest.key,
        repeats=repeats,
        moved=moved,
        strength=_strength(repeats, moved, (*repeat_checks, *move_checks), stages, reference, newest),
        cause=_cause(repeats, moved, changes, observed, now),
        baseline=_baseline(base, same_key),
        retrains=len(now) if retrains is None else retrains,
        checks=(*repeat_checks, *move_checks),
        changes=changes,
        observed=observed,
        stages=stages,
        not_checked=_not_checked(newest, same_key, base, disagree),
    )


def failed(failure: Failure, key: str | None, retrains: int) -> Comparison:
    """The answer where the training itself gave nothing to compare."""
    return Comparison(
        run=None, key=key, repeats="no-baseline", moved=None, failure=failure, retrains=retrains
    )


def nothing_trained(key: str) -> Comparison:
    """The answer where no run of the key is recorded and none was to be trained."""
    return Comparison(run=None, key=key, repeats="no-baseline", moved=None)


def wants_same_seed_retrain(comparison: Comparison, now: Sequence[RunRecord]) -> bool:
    """Whether one more training with the same seed would settle an `undecided` repeat.

    One run that differs from one recorded run may be noise or drift; if a second one equals the first bit for
    bit, the training is deterministic here, and the difference is real.
    """
    return comparison.repeats == "undecided" and len(now) == 1


def repeat_each_other(records: Sequence[RunRecord]) -> bool:
    """At least two runs of one seed, all with the same metrics to the bit."""
    if len(records) < 2 or len(_seeds(records)) > 1:
        return False
    first = {metric.id: metric.value for metric in records[0].results.metrics}
    return all(
        first.keys() == {metric.id for metric in record.results.metrics}
        and all(same_bits(first[metric.id], metric.value) for metric in record.results.metrics)
        for record in records[1:]
    )


def _checks(
    now: Sequence[RunRecord], recorded: Sequence[RunRecord], settings: CompareConfig, against: Against
) -> tuple[Check, ...]:
    if not recorded:
        return ()
    grounds = Grounds(
        repeatable=repeat_each_other(recorded) or repeat_each_other(now),
        same_class=same_numeric_class(recorded[-1].environment.observed, now[-1].environment.observed),
        same_seed=len(_seeds((*recorded, *now))) == 1,
    )
    before, after = _values(recorded), _values(now)
    newest = {metric.id: metric for record in (*recorded, *now) for metric in record.results.metrics}
    return tuple(
        check_metric(
            metric, before.get(name, ()), after.get(name, ()), policy_for(metric, settings), against, grounds
        )
        for name, metric in sorted(newest.items())
    )


def _values(records: Sequence[RunRecord]) -> dict[tuple[str, Slice], list[float]]:
    values: dict[tuple[str, Slice], list[float]] = {}
    for record in records:
        for metric in record.results.metrics:
            values.setdefault(metric.id, []).append(metric.value)
    return values


def _seeds(records: Sequence[RunRecord]) -> set[str]:
    """Different seeds: 1 and True and "1" are three."""
    return {repr(record.config.seed.value) if record.config.seed else "" for record in records}


def _disagree(recorded: Sequence[RunRecord], settings: CompareConfig) -> bool:
    """Whether recorded runs of one key and seed contradict each other, beyond what the policy allows."""
    one_seed = [run for run in recorded if _seeds([run]) == _seeds(recorded[-1:])]
    checks = (check for run in one_seed[1:] for check in _checks([run], one_seed[:1], settings, "same-key"))
    return any(check.result not in {"equal", "rounding", "tolerance", "new"} for check in checks)


def _repeats(checks: Sequence[Check], disagree: bool) -> Repeats:
    """Where recorded runs contradict each other, agreement with one of them proves nothing."""
    results = {check.result for check in checks}
    if results & {"drifted", "missing", "nan"}:
        return "drifted"
    if disagree or results & {"undecided", "too-few-rows"}:
        return "undecided"
    return "reproduced" if checks else "no-baseline"


def _moved(
    checks: Sequence[Check], base: Base | None, settings: CompareConfig, has_same_key: bool
) -> Moved | None:
    if base is None:
        return None if has_same_key else "no-baseline"
    if any(_regressed(check, settings) for check in checks):
        return "regressed"
    results = {check.result for check in checks}
    if "undecided" in results:
        return "undecided"
    return "changed" if results & {"better", "drifted", "missing"} else "unchanged"


def _regressed(check: Check, settings: CompareConfig) -> bool:
    """A missing metric is one only when the configuration names it; a missing slice never is."""
    if check.result == "missing":
        return not check.slice and policy_for(Metric(check.metric, 0.0), settings).named
    return check.result in {"worse", "nan"}


def _strength(
    repeats: Repeats,
    moved: Moved | None,
    checks: Sequence[Check],
    stages: Sequence[StageDifference],
    reference: RunRecord | None,
    newest: RunRecord,
) -> Strength | None:
    """The strongest claim that holds for all checks; None where the verdict is not one of agreement."""
    if reference is None or not checks or not (repeats == "reproduced" or moved == "unchanged"):
        return None
    results = {check.result for check in checks} - {"new"}
    if "statistical" in results:
        return "statistical"
    if "tolerance" in results:
        return "tolerance"
    if not results <= {"equal", "rounding"}:
        return None
    return "bitwise" if results == {"equal"} and _same_artifacts(reference, newest, stages) else "metrics"


def _same_artifacts(reference: RunRecord, newest: RunRecord, stages: Sequence[StageDifference]) -> bool:
    """All artifacts equal; where the recorded run has only `dvc.lock`'s hashes, all stages' outputs."""
    if reference.results.artifacts:
        return dict(newest.results.artifacts) == dict(reference.results.artifacts)
    return bool(stages) and all(stage.result == "equal" for stage in stages)


def _cause(
    repeats: Repeats,
    moved: Moved | None,
    changes: Changes,
    observed: Sequence[Difference],
    now: Sequence[RunRecord],
) -> Cause | None:
    """Which aspect did it, as far as records alone can tell."""
    if repeats == "drifted":
        if len(now) > 1 and not repeat_each_other(now):
            return "nondeterminism"
        return "environment" if any(item.what != "seed" for item in observed) else "unknown"
    if moved in {"changed", "regressed"}:
        aspects = changes.aspects
        return "several" if len(aspects) > 1 else aspects[0] if aspects else "unknown"
    return None


def _baseline(base: Base | None, same_key: Sequence[RunRecord]) -> Baseline | None:
    if base:
        return Baseline("base", base.commit, base.distance, tuple(run.id for run in base.runs))
    if same_key:
        return Baseline("same-key", same_key[-1].code.commit, 0, tuple(run.id for run in same_key))
    return None


def _not_checked(
    newest: RunRecord, same_key: Sequence[RunRecord], base: Base | None, disagree: bool
) -> tuple[NotChecked, ...]:
    found = []
    if disagree:
        found.append(
            NotChecked("whether it repeats", "the recorded runs of these inputs contradict each other")
        )
    if not same_key:
        found.append(
            NotChecked(
                "whether it repeats", "no run of the same code, config, environment and data is recorded"
            )
        )
    if not newest.data and not newest.results.stages:
        found.append(NotChecked("data", "none is declared, so a change of it goes unnoticed"))
    if not newest.results.artifacts:
        found.append(NotChecked("artifacts", "none is declared, so equality is that of the metrics"))
    if newest.environment.observed is None:
        found.append(NotChecked("the observed environment", "this record was read from committed files"))
    if any(record.kind != "trained" for record in (*same_key, *(base.runs if base else ()))):
        found.append(
            NotChecked(
                "how the recorded numbers came about",
                "some are read from committed files, not from a training",
            )
        )
    return tuple(found)
