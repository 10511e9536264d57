"""Accepting results: what an acceptance says of recorded runs, and who stands behind a comparison. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reproof import __version__
from reproof.runs.acceptance import Acceptance, newest_last
from reproof.verdict.compare import compare
from reproof.verdict.comparison import Accepted

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

    Runs of its key that agree with it, by the project's own policy, go on counting. `name` is the acceptance's id,
    `when` UTC in ISO 8601.
    """
    others = [other for other in same_key if other.id != run.id]
    replaced = [
        other.id for other in others if compare([run], [other], None, settings).repeats != "reproduced"
    ]
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


def naming(comparison: Comparison, acceptances: Iterable[Acceptance]) -> Comparison:
    """The comparison with the acceptance that made its baseline what it is, where there is one."""
    baseline = comparison.baseline
    found = [one for one in newest_last(acceptances) if baseline and one.to_run in baseline.runs]
    if baseline is None or not found:
        return comparison
    one = found[-1]
    accepted = Accepted(one.to_run, one.who, one.when, one.why, one.self_reported)
    return replace(comparison, baseline=replace(baseline, accepted=accepted))
