"""What differs between two runs: declared inputs by aspect, observed facts beside them, stages' outputs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reproof.runs.record import trained_by
from reproof.verdict.comparison import (
    Changes,
    Difference,
    FileChange,
    StageDifference,
    ValueChange,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from reproof.runs.record import Observed, RunRecord, Scalar, StageResult


def changes_between(old: RunRecord, new: RunRecord, lines: Mapping[str, tuple[int, int]]) -> Changes:
    """The declared differences; `lines` has (added, removed) by path where git could tell."""
    files = [change.name for change in _differences(old.code.files, new.code.files)]
    if old.code.patch != new.code.patch and not files:
        files = ["(uncommitted changes)"]
    config = [
        *_differences(old.config.parameters, new.config.parameters),
        *(
            ValueChange(f"command of {change.name}", change.old, change.new)
            for change in _differences(old.config.commands, new.config.commands)
        ),
    ]
    return Changes(
        code=tuple(FileChange(path, *lines.get(path, (None, None))) for path in files),
        config=tuple(config),
        environment=tuple(_differences(old.environment.declared, new.environment.declared)),
        data=tuple(
            _differences(
                ((item.path, item.hash) for item in old.data), ((item.path, item.hash) for item in new.data)
            )
        ),
    )


def observed_differences(old: RunRecord, new: RunRecord, told: Changes) -> tuple[Difference, ...]:
    """What was found different beside the key, the likely causes first, the seed last; each fact is told once.

    A package that `told` names already, as declared otherwise, is not told again. Of an old run that nobody
    observed only the lock can be told: packages that are not installed as it says.
    """
    before, after = old.environment.observed, new.environment.observed
    facts: Iterable[tuple[str, list[ValueChange]]] = ()
    if before is not None and after is not None:
        facts = _facts(old, new, before, after)
    elif after is not None:
        facts = [("package", _not_as_declared(new))]
    known = {change.name for change in told.environment}
    found: list[Difference] = []
    for what, changes in facts:
        for change in changes:
            if change.name not in known:
                found.append(Difference(what, change.name, change.old, change.new))
                known.add(change.name)
    one, other = old.config.seed, new.config.seed
    if one and other and one.value != other.value:
        found.append(Difference("seed", other.name, one.value, other.value))
    return tuple(found)


def _facts(
    old: RunRecord, new: RunRecord, before: Observed, after: Observed
) -> Iterator[tuple[str, list[ValueChange]]]:
    """(what, differences) by kind. A fact of a later kind that has a name of an earlier one is the same fact."""
    yield "package", _packages(old, new, before, after)
    yield "python", _differences(_one("python", before.python), _one("python", after.python))
    yield "origin", _of("origin of {}", before.origins, after.origins)
    yield "determinism", _differences(before.determinism, after.determinism)
    yield "variable", _differences(old.config.variables, new.config.variables)
    pieces = _numeric(before, after)
    yield "numeric-class", pieces
    libraries = _differences(before.libraries, after.libraries)
    yield "library", [change for change in libraries if not (pieces and _is_digest(change))]
    yield "accelerator", _differences(before.accelerators, after.accelerators)
    yield (
        "container",
        _of("image of the {}", _one("container", before.container), _one("container", after.container)),
    )
    yield "runner", _of("image of the {}", _one("runner", before.runner), _one("runner", after.runner))
    yield "interpreter", _of("{} of the interpreter", before.interpreter, after.interpreter)
    yield "machine", _differences(before.machine, after.machine)


def _packages(old: RunRecord, new: RunRecord, before: Observed, after: Observed) -> list[ValueChange]:
    """Installed packages that differ, first those that are not installed as they are declared, which is said."""
    meant, now_meant = (
        {one.name: one.declared for one in record.environment.disagreements or () if one.declared is not None}
        for record in (old, new)
    )
    found = [
        ValueChange(
            change.name,
            _beside(change.old, meant.get(change.name)),
            _beside(change.new, now_meant.get(change.name)),
        )
        for change in _differences(before.packages, after.packages)
    ]
    return sorted(found, key=lambda change: change.name not in meant and change.name not in now_meant)


def _beside(version: Scalar, declared: str | None) -> Scalar:
    return version if declared is None else f"{version or 'not installed'} (declared: {declared})"


def _not_as_declared(record: RunRecord) -> list[ValueChange]:
    return [
        ValueChange(one.name, f"{one.declared} (declared)", one.installed)
        for one in record.environment.disagreements or ()
        if one.declared is not None
    ]


def _numeric(before: Observed, after: Observed) -> list[ValueChange]:
    """Pieces of the class that differ, where both are known; of lists of words the words that do.

    Another digest of the fixed computation follows from the other pieces; it is told where it stands alone.
    """
    if before.numeric_class is None or after.numeric_class is None:
        return []
    found = [_words(change) for change in _differences(before.numeric_class, after.numeric_class)]
    return [change for change in found if not _is_digest(change)] or found


def _is_digest(change: ValueChange) -> bool:
    return change.name.endswith(" arithmetic")


def _words(change: ValueChange) -> ValueChange:
    if change.name not in ("instructions", "numpy kernels") or change.old is None or change.new is None:
        return change
    before, after = str(change.old).split(), str(change.new).split()
    gone = " ".join(word for word in before if word not in after)
    come = " ".join(word for word in after if word not in before)
    return ValueChange(change.name, gone or None, come or None) if gone or come else change


def _one(name: str, fact: str | None) -> tuple[tuple[str, Scalar], ...]:
    return ((name, fact),) if fact is not None else ()


def _of(
    words: str, old: Iterable[tuple[str, Scalar]], new: Iterable[tuple[str, Scalar]]
) -> list[ValueChange]:
    """Differences under names that say what they are of."""
    return [replace(change, name=words.format(change.name)) for change in _differences(old, new)]


def same_numeric_class(one: Observed | None, other: Observed | None) -> bool:
    """Whether bit equality may be asked: both classes known and equal piece by piece, or one of them unknown."""
    if one is None or other is None or one.numeric_class is None or other.numeric_class is None:
        return True
    return dict(one.numeric_class) == dict(other.numeric_class)


def stage_differences(old: RunRecord, new: RunRecord) -> tuple[StageDifference, ...]:
    """Each stage of the new run against the old one's; the first to differ on a path is `drifted`.

    A stage that both have from one training is `unknown`: nobody trained it again.
    """
    before = {stage.name: stage for stage in old.results.stages}
    differing: set[str] = set()
    found = []
    for stage in new.results.stages:
        known = before.get(stage.name)
        if known is None or _one_training(old, known, new, stage):
            found.append(StageDifference(stage.name, "unknown", stage.after))
        elif _same_outputs(known, stage):
            found.append(StageDifference(stage.name, "equal", stage.after))
        else:
            behind = any(name in differing for name in stage.after)
            found.append(StageDifference(stage.name, "downstream" if behind else "drifted", stage.after))
            differing.add(stage.name)
    return tuple(found)


def _one_training(old: RunRecord, known: StageResult, new: RunRecord, stage: StageResult) -> bool:
    taken = stage.reused or known.reused
    return taken is not None and trained_by(old, known) == trained_by(new, stage)


def _same_outputs(old: StageResult, new: StageResult) -> bool:
    return dict(old.outputs) == dict(new.outputs)


def _differences(old: Iterable[tuple[str, Scalar]], new: Iterable[tuple[str, Scalar]]) -> list[ValueChange]:
    before, after = dict(old), dict(new)
    return [
        ValueChange(name, before.get(name), after.get(name))
        for name in sorted(before.keys() | after.keys())
        if name not in before or name not in after or _differ(before[name], after[name])
    ]


def _differ(one: Scalar, other: Scalar) -> bool:
    """1 and 1.0 and True are three values: a type can change a training."""
    return type(one) is not type(other) or one != other
