"""Accepting results: what an acceptance says of recorded runs, and who stands behind a comparison. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from reproof import __version__
from reproof.runs.acceptance import Acceptance, newest_last
from reproof.verdict.compare import compare
from reproof.verdict.comparison import Accepted
from reproof.verdict.sample import seed_of
from reproof.verdict.sequential import FEWEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reproof.config import CompareConfig
    from reproof.runs.baseline import Base
    from reproof.runs.record import RunRecord
    from reproof.verdict.comparison import Comparison


def acceptance_of(
    run: RunRecord,
    same_key: Sequence[RunRecord],
    base: Base | None,
    settings: CompareConfig,
    *,
    name: str,
    who: str,
    why: str,
    when: str,
    self_reported: bool = False,
) -> Acceptance:
    """The acceptance of a run's results, in place of those of `same_key` (its key's other runs) and of the base.

    Runs of its key that agree with it, by the project's own policy or within noise, go on counting. `name` is the
    acceptance's id, `when` UTC in ISO 8601.

    Raises `MissingToolError` where only noise can decide and SciPy is not installed.
    """
    others = [other for other in same_key if other.id != run.id]
    expected = {run.id, *(other.id for other in _agreeing(run, others, settings))}
    replaced = [other.id for other in others if other.id not in expected]
    before = base.runs if base else others
    return Acceptance(
        id=name,
        key=run.key,
        to_run=run.id,
        head=run.code.commit,
        from_key=before[-1].key if before else None,
        from_runs=(*replaced, *(other.id for other in (base.runs if base else ()))),
        metrics=run.results.metrics,
        who=who,
        why=why,
        when=when,
        self_reported=self_reported,
        reproof=__version__,
    )


def _agreeing(run: RunRecord, others: Sequence[RunRecord], settings: CompareConfig) -> Sequence[RunRecord]:
    """The other runs of its key that a run does not contradict: equal ones, and those that noise sets apart.

    Results move at a moment: of the runs that lie furthest from the accepted one in time, as many go as those
    nearer to it drifted from. What is left and not equal is its distribution if it agrees with that, or if too few
    runs tell: one of another seed, or three of one seed, which show that the training itself varies.
    """
    equal: list[RunRecord] = []
    rest: list[RunRecord] = []
    for other in sorted(others, key=lambda other: _apart(run, other)):
        same = compare([run], [other], None, settings).repeats == "reproduced"
        (equal if same else rest).append(other)
    for nearer in range(len(rest)):
        if compare([*rest[:nearer], run], rest[nearer:], None, settings).repeats == "drifted":
            rest = rest[:nearer]
            break
    if not rest or compare([run], rest, None, settings).repeats == "reproduced":
        return [*equal, *rest]
    here = [other for other in rest if other.environment.observed == run.environment.observed]
    reruns = [other for other in here if seed_of(other) == seed_of(run)]
    varies = len(reruns) + 1 >= FEWEST
    return [*equal, *(other for other in here if varies or other not in reruns)]


def _apart(run: RunRecord, other: RunRecord) -> dt.timedelta:
    """The time between two runs."""
    return abs(dt.datetime.fromisoformat(run.created) - dt.datetime.fromisoformat(other.created))


def naming(comparison: Comparison, acceptances: Iterable[Acceptance]) -> Comparison:
    """The comparison with the acceptance that made its baseline what it is, where there is one."""
    baseline = comparison.baseline
    found = [one for one in newest_last(acceptances) if baseline and one.to_run in baseline.runs]
    if baseline is None or not found:
        return comparison
    one = found[-1]
    accepted = Accepted(one.to_run, one.who, one.when, one.why, one.self_reported)
    return replace(comparison, baseline=replace(baseline, accepted=accepted))
