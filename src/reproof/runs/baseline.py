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
    recorded = store.newest_recorded(line)
    if recorded != line[0] and (own := record_in_commit(repository, line[0])):
        return Base(line[0], 0, (own,))
    if recorded is None:
        return None
    clean = tuple(run for run in store.of_commit(recorded) if run.code.patch is None)
    return Base(recorded, line.index(recorded), clean) if clean else None


def record_in_commit(repository: Repository, commit: str) -> RunRecord | None:
    """The record that a commit's own files are; None where they are none or cannot be read."""
    snapshot = repository.snapshot(commit)
    try:
        settings = config_from_texts(repository.root, snapshot.read)
        declared = declare(snapshot, settings, Head(commit, None, None, ()))
        return committed_record(snapshot, declared, repository.committed_at(commit))
    except UsageError:
        return None
