"""The recorded versions behind a commit: what its line of first parents gave before. Talks to ports only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reproof.runs.baseline import FARTHEST

if TYPE_CHECKING:
    from reproof.ports import Repository, RunStore
    from reproof.runs.record import RunRecord


@dataclass(frozen=True, slots=True)
class Version:
    """A recorded commit and its runs of a clean tree (at least one), oldest first."""

    commit: str
    runs: tuple[RunRecord, ...]


def past_runs(
    store: RunStore, repository: Repository, commit: str, most: int
) -> tuple[tuple[RunRecord, ...], ...]:
    """The runs of the `most` recorded versions before a commit, newest version first."""
    versions = recorded_versions(store, repository, commit, most + 1)
    return tuple(version.runs for version in reversed(versions) if version.commit != commit)


def recorded_versions(store: RunStore, repository: Repository, commit: str, most: int) -> tuple[Version, ...]:
    """The newest `most` recorded versions on the first-parent line that ends with `commit`, oldest first.

    Looks back over `baseline.FARTHEST` commits. One version costs the store two questions.
    """
    line = list(repository.first_parents(commit))[: FARTHEST + 1]
    found: list[Version] = []
    while len(found) < most and (recorded := store.newest_recorded(line)) is not None:
        line = line[line.index(recorded) + 1 :]
        if clean := tuple(run for run in store.of_commit(recorded) if run.code.patch is None):
            found.append(Version(recorded, clean))
    return tuple(reversed(found))
