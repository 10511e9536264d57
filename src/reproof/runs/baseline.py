"""Which recorded runs a run is held against: those of its own key, and those of the base.

The base is the nearest first-parent ancestor of the merge base that has a record. Records come from the store,
and from what a commit carries itself (`locked.py`) where the store has none. Talks to ports only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reproof.config import config_from_texts
from reproof.errors import UsageError
from reproof.ports import Head
from reproof.runs.declared import declare
from reproof.runs.locked import committed_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reproof.ports import Repository, RunStore
    from reproof.runs.record import RunRecord

FARTHEST = 200  # first-parent commits that are looked back


@dataclass(frozen=True, slots=True)
class Base:
    """The base's commit, how many first-parent commits it lies behind the merge base, its runs (oldest first)."""

    commit: str
    distance: int
    runs: tuple[RunRecord, ...]


def runs_of_key(store: RunStore, repository: Repository, key: str, commit: str) -> tuple[RunRecord, ...]:
    """Recorded runs of a key; without any, what the commit itself carries, if it is of that key."""
    stored = tuple(store.same_key(key))
    if stored:
        return stored
    own = record_in_commit(repository, commit)
    return (own,) if own and own.key == key else ()


def find_base(store: RunStore, repository: Repository, head: str, line_of: str) -> Base | None:
    """The base of `head` on the first-parent line of `line_of`; None where nothing is recorded within reach.

    With `head` on that line itself (a push to the default branch), the look starts at its parent.
    """
    start = repository.merge_base(head, line_of)
    if start is None:
        return None
    line = list(repository.first_parents(start))[: FARTHEST + 1]
    if start == head:
        line = line[1:]
    if not line:
        return None
    base = _stored(store, line)
    if (base is None or base.distance) and (own := record_in_commit(repository, line[0])):
        # Results are often committed after the run that gave them: then that run is stored by its key.
        return Base(line[0], 0, tuple(store.same_key(own.key)) or (own,))
    return base


def _stored(store: RunStore, line: Sequence[str]) -> Base | None:
    """The first commit of the line with stored runs of a clean tree."""
    start = 0
    while (commit := store.newest_recorded(line[start:])) is not None:
        start = line.index(commit) + 1
        if clean := tuple(run for run in store.of_commit(commit) if run.code.patch is None):
            return Base(commit, start - 1, clean)
    return None


def record_in_commit(repository: Repository, commit: str) -> RunRecord | None:
    """The record that a commit's own files are; None where they are none or cannot be read."""
    commit = repository.resolve(commit)
    snapshot = repository.snapshot(commit)
    try:
        settings = config_from_texts(repository.root, snapshot.read)
        declared = declare(snapshot, settings, Head(commit, None, None, ()))
        return committed_record(snapshot, declared, repository.committed_at(commit))
    except UsageError:
        return None
