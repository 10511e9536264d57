"""What differs between two runs: declared inputs by aspect, observed facts beside them, stages' outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reproof.verdict.comparison import (
    Changes,
    Difference,
    FileChange,
    StageDifference,
    ValueChange,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reproof.runs.record import Environment, Observed, RunRecord, Scalar, StageResult


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
    """What was found different beside the key, the likely causes first; each fact is told once.

    A package that `told` names already, as declared otherwise, is not told again.
    """
    found: list[Difference] = []
    if old.config.seed and new.config.seed and old.config.seed.value != new.config.seed.value:
        name = new.config.seed.name
        found.append(Difference("seed", name, old.config.seed.value, new.config.seed.value))
    before, after = old.environment.observed, new.environment.observed
    if before is None or after is None:
        return tuple(found)
    if before.python != after.python:
        found.append(Difference("python", "python", before.python, after.python))
    declared = {change.name for change in told.environment}
    found += [one for one in _packages(old.environment, new.environment) if one.name not in declared]
    for what, one, other in (
        ("origin", before.origins, after.origins),
        ("numeric-class", before.numeric_class or (), after.numeric_class or ()),
        ("library", before.libraries, after.libraries),
        ("accelerator", before.accelerators, after.accelerators),
        ("determinism", before.determinism, after.determinism),
        ("variable", old.config.variables, new.config.variables),
        ("container", _named("image", before.container), _named("image", after.container)),
        ("runner", _named("image", before.runner), _named("image", after.runner)),
        ("interpreter", before.interpreter, after.interpreter),
        ("machine", before.machine, after.machine),
    ):
        known = {fact.name for fact in found if fact.what in _SAID_BEFORE.get(what, ())}
        found += [
            Difference(what, change.name, change.old, change.new)
            for change in _differences(one, other)
            if change.name not in known
        ]
    return tuple(found)


# A numeric class is made of facts that stand elsewhere, too; a flag is a variable.
_SAID_BEFORE = {
    "library": ("numeric-class",),
    "accelerator": ("numeric-class",),
    "machine": ("numeric-class",),
    "variable": ("determinism",),
}


def _packages(old: Environment, new: Environment) -> list[Difference]:
    """Installed packages that differ; of one that is not installed as declared, this is said with its version."""
    before, after = (dict(one.observed.packages) if one.observed else {} for one in (old, new))
    found = []
    for change in _differences(before.items(), after.items()):
        values = [
            _against_the_lock(version, change.name, one)
            for version, one in ((change.old, old), (change.new, new))
        ]
        found.append(Difference("package", change.name, *values))
    return found


def _against_the_lock(version: Scalar, name: str, environment: Environment) -> Scalar:
    for one in environment.disagreements or ():
        if one.name == name and one.declared is not None:
            return f"{version or 'not installed'} (declared: {one.declared})"
    return version


def _named(name: str, fact: str | None) -> tuple[tuple[str, Scalar], ...]:
    return ((name, fact),) if fact is not None else ()


def same_numeric_class(one: Observed | None, other: Observed | None) -> bool:
    """Whether bit equality may be asked: both classes known and equal piece by piece, or one of them unknown."""
    if one is None or other is None or one.numeric_class is None or other.numeric_class is None:
        return True
    return dict(one.numeric_class) == dict(other.numeric_class)


def stage_differences(old: RunRecord, new: RunRecord) -> tuple[StageDifference, ...]:
    """Each stage of the new run against the old one's; the first to differ on a path is `drifted`."""
    before = {stage.name: stage for stage in old.results.stages}
    differing: set[str] = set()
    found = []
    for stage in new.results.stages:
        known = before.get(stage.name)
        if known is None:
            found.append(StageDifference(stage.name, "unknown", stage.after))
        elif _same_outputs(known, stage):
            found.append(StageDifference(stage.name, "equal", stage.after))
        else:
            behind = any(name in differing for name in stage.after)
            found.append(StageDifference(stage.name, "downstream" if behind else "drifted", stage.after))
            differing.add(stage.name)
    return tuple(found)


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
