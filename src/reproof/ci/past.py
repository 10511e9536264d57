"""What the base's line recorded before, and what of it somebody accepted: the history that a report shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reproof.report.history import VERSIONS, histories
from reproof.runs.past import recorded_versions

if TYPE_CHECKING:
    from reproof.ports import Repository, RunStore
    from reproof.report.report import History
    from reproof.verdict.comparison import Comparison


def history_of(store: RunStore, repository: Repository, comparison: Comparison) -> tuple[History, ...]:
    """The history of a comparison's metrics; for the same key, that of the line of the recorded run's commit."""
    if comparison.baseline is None or not comparison.checks:
        return ()
    versions = recorded_versions(store, repository, comparison.baseline.commit, VERSIONS)
    return histories(versions, comparison.checks, {one.to_run: one.why for one in store.accepted()})
