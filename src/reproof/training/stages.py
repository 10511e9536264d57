"""Which stages of a pipeline are trained, and which are taken as a recorded run made them. Pure.

A stage may be taken from a recorded run where that had the same stage key, seed, variables and observed
environment: then training it again would give the same, if it repeats at all. Behind a stage that is trained all
stages are trained.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reproof.runs.record import trained_by
from reproof.runs.stage_keys import in_order

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from reproof.runs.record import Config, Observed, RunRecord, StageResult


@dataclass(frozen=True, slots=True)
class Reused:
    """A stage's results: the id of the run that trained it, and the stage with the hashes of its outputs."""

    run: str
    stage: StageResult

    @property
    def outputs(self) -> tuple[tuple[str, str], ...]:
        """Paths and hashes."""
        return self.stage.outputs


@dataclass(frozen=True, slots=True)
class Choice:
    """The stages to train, each after those that it waits for, and the ones that are taken."""

    trained: tuple[str, ...]
    reused: tuple[Reused, ...] = ()


def choose_stages(
    upstream: Mapping[str, tuple[str, ...]],
    keys: Mapping[str, str],
    recorded: Iterable[RunRecord],
    lacking: Collection[tuple[str, str]] = (),
) -> Choice:
    """What to train of a pipeline so that all of it is as declared.

    `upstream` has for each stage the ones that it waits for (`Pipeline.upstream`), `keys` the stages' keys;
    `recorded` are runs that `comparable` lets through, the best first; `lacking` are (run, stage) whose outputs are
    not at hand. A stage that a recorded run had itself taken goes by the run that trained it.
    """
    found: dict[str, Reused] = {}
    for record in recorded:
        for stage in record.results.stages:
            usable = stage.key is not None and stage.key == keys.get(stage.name) and bool(stage.outputs)
            run = trained_by(record, stage)
            if usable and (run, stage.name) not in lacking:
                found.setdefault(stage.name, Reused(run, stage))
    trained = downstream(upstream, (name for name in upstream if name not in found))
    return Choice(
        tuple(name for name in in_order(upstream) if name in trained),
        tuple(found[name] for name in upstream if name not in trained),
    )


def comparable(record: RunRecord, config: Config, observed: Observed) -> bool:
    """Whether a recorded run's stages may stand for those of a run with this seed, variables and environment."""
    theirs = record.environment.observed
    return (
        record.kind == "trained"
        and theirs is not None
        and record.config.seed == config.seed
        and record.config.variables == config.variables
        and (theirs.python, theirs.packages, theirs.origins)
        == (observed.python, observed.packages, observed.origins)
        and theirs.numeric_class == observed.numeric_class
    )


def downstream(upstream: Mapping[str, tuple[str, ...]], names: Iterable[str]) -> frozenset[str]:
    """The stages and all that wait for them, however far."""
    followers: dict[str, list[str]] = {}
    for name, before in upstream.items():
        for other in before:
            followers.setdefault(other, []).append(name)
    return _reached(names, followers)


def as_far_as(upstream: Mapping[str, tuple[str, ...]], name: str) -> frozenset[str]:
    """The stage and all that it waits for."""
    return _reached([name], upstream)


def _reached(names: Iterable[str], edges: Mapping[str, Iterable[str]]) -> frozenset[str]:
    found: set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += edges.get(name, ())
    return frozenset(found)
