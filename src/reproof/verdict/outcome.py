"""What the checks add up to: the two answers, how strong, by what cause, and what was not looked at. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reproof.runs.canonical import same_artifact, weight
from reproof.runs.record import Metric
from reproof.verdict.comparison import Baseline, NotChecked
from reproof.verdict.policy_lint import policy_findings
from reproof.verdict.question import Question, examined
from reproof.verdict.sample import agree, same_class, seed_of, varies_with_one_seed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reproof.config import CompareConfig
    from reproof.runs.baseline import Base
    from reproof.runs.record import RunRecord
    from reproof.verdict.comparison import (
        Cause,
        Changes,
        Check,
        Difference,
        Moved,
        Repeats,
        StageDifference,
        Strength,
    )

_MOST_TOLD = 20  # slices that are named one by one as not checked


def repeats(checks: Sequence[Check], unproven: bool) -> Repeats:
    """Does it repeat? `unproven`: agreement proves nothing.

    So it is where recorded runs contradict each other, and where the new run took a stage from one of them.
    """
    results = {check.result for check in checks}
    if results & {"drifted", "missing", "nan"}:
        return "drifted"
    if unproven or "undecided" in results or results == {"too-few-rows"}:
        return "undecided"
    return "reproduced" if checks else "no-baseline"


def moved(checks: Sequence[Check], base: Base | None, has_same_key: bool) -> Moved | None:
    """What did the change do? None where the base declares the same and that answers it."""
    if base is None:
        return None if has_same_key else "no-baseline"
    if any(check.fails for check in checks):
        return "regressed"
    results = {check.result for check in checks}
    if "undecided" in results or results == {"too-few-rows"}:
        return "undecided"
    return "changed" if results & {"better", "drifted", "missing"} else "unchanged"


def disagree(recorded: Sequence[RunRecord], settings: CompareConfig) -> bool:
    """Whether recorded runs of one key and seed contradict each other, beyond what the policy allows.

    Three runs of one environment that differ show noise, and noise is no contradiction. Two that differ may be
    that, unless a tolerance forbids it. Runs of several environments contradict each other where none shows any.
    """
    if len(recorded) < 2:
        return False
    seed = seed_of(recorded[-1])
    groups: dict[object, list[RunRecord]] = {}
    for run in recorded:
        if seed_of(run) == seed:
            groups.setdefault((run.kind == "trained", run.environment.observed), []).append(run)
    noisy = [runs for runs in groups.values() if any(not agree(runs[0], run) for run in runs[1:])]
    if any(len(runs) > 2 for runs in noisy):
        return False
    first, *others = (run for runs in groups.values() for run in runs)
    allowed = _AGREE if not noisy else {*_AGREE, "undecided"}
    for run in others:
        checks, _ = examined([Question.put((run,), (first,), "same-key", ())], settings)
        if any(check.result not in allowed for check in checks):
            return True
    return False


_AGREE = {"equal", "rounding", "tolerance", "new", "too-few-rows"}


def strength(
    repeats: Repeats,
    moved: Moved | None,
    checks: Sequence[Check],
    stages: Sequence[StageDifference],
    recorded: Sequence[RunRecord],
    newest: RunRecord,
) -> Strength | None:
    """The strongest claim that holds for all checks; None where the verdict is not one of agreement."""
    if not recorded or not checks or not (repeats == "reproduced" or moved == "unchanged"):
        return None
    results = {check.result for check in checks} - {"new", "too-few-rows"}
    if "statistical" in results:
        return "statistical"
    if "tolerance" in results:
        return "tolerance"
    if not results or not results <= {"equal", "rounding"}:
        return None
    # Bit equality is claimed within a numeric class only.
    like = [run for run in recorded if same_class(run, newest)]
    if results == {"equal"} and any(
        _same_artifacts(run, newest, stages) and _same_predictions(run, newest) is not False for run in like
    ):
        return "bitwise"
    return "predictions" if any(_same_predictions(run, newest) for run in recorded) else "metrics"


def _same_predictions(reference: RunRecord, newest: RunRecord) -> bool | None:
    """Whether every sample is predicted alike; None where one of the runs has no predictions."""
    before, after = reference.results.predictions, newest.results.predictions
    return before.hash == after.hash if before and after else None


def _same_artifacts(reference: RunRecord, newest: RunRecord, stages: Sequence[StageDifference]) -> bool:
    """All artifacts mean the same; where the recorded run has only `dvc.lock`'s hashes, all stages' outputs.

    Pictures only warn, and logs, PDF and HTML are not compared.
    """
    before, after = dict(reference.results.artifacts), dict(newest.results.artifacts)
    if not before:
        return bool(stages) and all(stage.result == "equal" for stage in stages)
    paths = [path for path in before.keys() | after.keys() if weight(path) == "counts"]
    return all(
        path in before and path in after and same_artifact(before[path], after[path]) is True
        for path in paths
    )


def cause(
    repeats: Repeats,
    moved: Moved | None,
    changes: Changes,
    observed: Sequence[Difference],
    now: Sequence[RunRecord],
    questions: Sequence[Question],
) -> Cause | None:
    """Which aspect did it, as far as records alone can tell."""
    if repeats == "drifted":
        # Where the recorded runs varied already, that the new ones do is no news and explains nothing.
        usual = any(question.against == "same-key" and question.noisy for question in questions)
        if not usual and varies_with_one_seed(now):
            return "nondeterminism"
        return "environment" if any(item.what != "seed" for item in observed) else "unknown"
    if moved in {"changed", "regressed"}:
        aspects = changes.aspects
        return "several" if len(aspects) > 1 else aspects[0] if aspects else "unknown"
    return None


def baseline(base: Base | None, same_key: Sequence[RunRecord]) -> Baseline | None:
    """Which recorded runs the answer is about."""
    if base:
        return Baseline("base", base.commit, base.distance, tuple(run.id for run in base.runs))
    if same_key:
        return Baseline("same-key", same_key[-1].code.commit, 0, tuple(run.id for run in same_key))
    return None


def not_checked(
    newest: RunRecord,
    same_key: Sequence[RunRecord],
    base: Base | None,
    disagree: bool,
    checks: Sequence[Check],
    questions: Sequence[Question],
    spent: int,
    settings: CompareConfig,
    taken: Mapping[str, str],
) -> tuple[NotChecked, ...]:
    """What was not looked at, and why; and which policies cannot do what they seem to.

    `taken` has the stages that were not trained, and the runs that they are from.
    """
    recorded = same_key or (base.runs if base else ())
    findings = policy_findings(settings, recorded)
    found = [
        *(NotChecked(f'the policy "{item.pattern}"', item.message) for item in findings[:_MOST_TOLD]),
        *_small_slices(checks),
        *_spread_notes(questions),
        *_artifact_notes(newest, same_key, base),
    ]
    if spent:
        found.append(
            NotChecked(
                "a fresh start",
                f"earlier attempts at this commit took {spent} of the looks that one verdict has, "
                "so this one has fewer",
            )
        )
    if disagree:
        found.append(
            NotChecked("whether it repeats", "the recorded runs of these inputs contradict each other")
        )
    for run in sorted(set(taken.values())):
        stages = ", ".join(stage for stage, trained in taken.items() if trained == run)
        found.append(NotChecked(f"whether {stages} repeats", f"taken from run {run}, not trained again"))
    if not same_key:
        found.append(
            NotChecked(
                "whether these inputs repeat",
                "no other run of the same code, config, environment and data is recorded",
            )
        )
    if not newest.data and not newest.results.stages:
        found.append(NotChecked("data", "none is declared, so a change of it goes unnoticed"))
    if not newest.environment.sources:
        why = "no lock and no requirements at the root declare one: another version alone trains nothing anew"
        found.append(NotChecked("the declared environment", why))
    found += _missing_artifacts(newest, recorded)
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


def _small_slices(checks: Sequence[Check]) -> list[NotChecked]:
    small = [check for check in checks if check.result == "too-few-rows"]
    told = [
        NotChecked(Metric(check.metric, 0.0, check.slice).label, check.why or "too few rows")
        for check in small[:_MOST_TOLD]
    ]
    if len(small) > _MOST_TOLD:
        told.append(
            NotChecked(f"{len(small) - _MOST_TOLD} more slices", "too few rows, or not known how many")
        )
    return told


def _spread_notes(questions: Sequence[Question]) -> list[NotChecked]:
    """What the spread is not one of, and which machines it is of."""
    found = []
    if any(question.noisy and question.sample.kind == "reruns" for question in questions):
        found.append(
            NotChecked("what another seed changes", "the recorded runs that tell the noise have one seed")
        )
    if any(not question.grounds.same_class for question in questions):
        found.append(
            NotChecked(
                "equality to the bit", "the recorded runs are of another numeric class (another kind of CPU)"
            )
        )
    return found


def _missing_artifacts(newest: RunRecord, recorded: Sequence[RunRecord]) -> list[NotChecked]:
    """Artifacts that the newest run did not write, by name where that is known; without any, what is equal."""
    results = newest.results
    missing = dict.fromkeys(results.unwritten or (), "declared as an artifact, and this run did not write it")
    if recorded and newest.kind == "trained":
        for path, _ in recorded[-1].results.artifacts:
            if path not in dict(results.artifacts):
                missing.setdefault(path, "the recorded run wrote it, and this one did not")
    found = [NotChecked(path, why) for path, why in list(missing.items())[:_MOST_TOLD]]
    if results.artifacts:
        return found
    of = "the metrics and the predictions" if results.predictions else "the metrics"
    why = "none is declared" if results.unwritten is not None else "none is declared, or none was written"
    if newest.kind != "trained":
        why = "no hash of one is known"
    elif missing:
        why = "none was written"
    return [*found, NotChecked("artifacts", f"{why}, so equality is that of {of}")]


def _artifact_notes(newest: RunRecord, same_key: Sequence[RunRecord], base: Base | None) -> list[NotChecked]:
    """Artifacts whose hashes do not compare, or differ where that only warns."""
    recorded = base.runs if base else same_key
    if not recorded:
        return []
    found = []
    after = dict(newest.results.artifacts)
    for path, old in recorded[-1].results.artifacts:
        new = after.get(path)
        if new is None or new == old:
            continue
        if weight(path) == "warns":
            found.append(NotChecked(path, "its pixels differ; pictures decide nothing"))
        elif weight(path) == "ignored":
            found.append(NotChecked(path, "it differs; such files are not compared"))
        elif same_artifact(old, new) is None:
            found.append(NotChecked(path, "one of the two machines had no library to read it with"))
    return found[:_MOST_TOLD]
