"""Which recorded runs a run is held against: those of its own key, and those of the base.

The base is the nearest first-parent ancestor of the merge base that has a record. Records come from the store,
and from what a commit carries itself (`locked.py`) where the store has none. Talks to ports only.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reproof.config import config_from_texts
from reproof.errors import UsageError
from reproof.ports import Head
from reproof.runs.acceptance import in_force, newest_last, still_expected
from reproof.runs.declared import declare
from reproof.runs.locked import committed_record
from reproof.runs.record import Results, RunRecord, oldest_first

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reproof.ports import Repository, RunStore
    from reproof.runs.acceptance import Acceptance
    from reproof.runs.declared import Declared

FARTHEST = 200  # first-parent commits that are looked back


@dataclass(frozen=True, slots=True)
class Base:
    """The base's commit, how many first-parent commits it lies behind the merge base, its runs (oldest first)."""

    commit: str
    distance: int
    runs: tuple[RunRecord, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """What runs of a key are held against: recorded runs of the key, and the base's. Acceptances are applied."""

    same_key: tuple[RunRecord, ...]
    base: Base | None
    acceptances: Sequence[Acceptance]


def held_against(store: RunStore, repository: Repository, key: str, commit: str, line_of: str) -> Held:
    """What a run of `key` at `commit` is held against; the base is on the first-parent line of `line_of`.

    Results that somebody accepted for this key answer for the difference to the base: then there is none.
    """
    acceptances = store.accepted()
    same_key = runs_of_key(store, repository, key, commit, acceptances)
    if in_force(acceptances, key):
        return Held(same_key, None, acceptances)
    base = find_base(store, repository, commit, line_of, acceptances)
    if base and base.runs[-1].key == key and not any(run.kind == "trained" for run in same_key):
        same_key = base.runs  # what a change commits as its results does not replace what it started from
    return Held(same_key, base, acceptances)


def runs_of_key(
    store: RunStore, repository: Repository, key: str, commit: str, acceptances: Sequence[Acceptance] = ()
) -> tuple[RunRecord, ...]:
    """Recorded runs of a key, as accepted; without any, what the commit itself carries, if it is of that key."""
    if accepted := in_force(acceptances, key):
        return _accepted_runs(store, repository, accepted, commit)
    stored = tuple(store.same_key(key))
    if stored:
        return stored
    own = record_in_commit(repository, commit)
    return (own,) if own and own.key == key else ()


def find_base(
    store: RunStore,
    repository: Repository,
    head: str,
    line_of: str,
    acceptances: Sequence[Acceptance] = (),
) -> Base | None:
    """The base of `head` on the first-parent line of `line_of`; None where nothing is recorded within reach.

    With `head` on that line itself (a push to the default branch), the look starts at its parent. Commits since
    then whose results were accepted are nearer than any of the line.
    """
    start = repository.merge_base(head, line_of)
    if start is None:
        return None
    accepted = {one.head: one for one in newest_last(acceptances)}
    if accepted:
        since = itertools.takewhile(lambda commit: commit != start, repository.first_parents(head))
        own = next((accepted[commit] for commit in since if commit in accepted), None)
        if own and (runs := _accepted_runs(store, repository, own, own.head)):
            return Base(own.head, 0, runs)
    line = list(repository.first_parents(start))[: FARTHEST + 1]
    if start == head:
        line = line[1:]
    if not line:
        return None
    base = _stored(store, repository, line, acceptances)
    for distance, commit in enumerate(line[: base.distance if base else None]):
        if commit in accepted and (runs := _accepted_runs(store, repository, accepted[commit], commit)):
            return Base(commit, distance, runs)
    if (base is None or base.distance) and (declared := declared_at(repository, line[0])):
        # Its runs may be of another commit that declares the same: before a merge, or before other files changed.
        runs = runs_of_key(store, repository, declared.key, line[0], acceptances)
        if clean := _clean(runs):
            return Base(line[0], 0, clean)
    return base


def _stored(
    store: RunStore, repository: Repository, line: Sequence[str], acceptances: Sequence[Acceptance]
) -> Base | None:
    """The first commit of the line with stored runs of a clean tree, and all such runs of the newest one's key."""
    start = 0
    while (commit := store.newest_recorded(line[start:])) is not None:
        start = line.index(commit) + 1
        if own := _clean(store.of_commit(commit)):
            runs = _clean(runs_of_key(store, repository, own[-1].key, commit, acceptances))
            return Base(commit, start - 1, runs or own)
    return None


def _clean(runs: Iterable[RunRecord]) -> tuple[RunRecord, ...]:
    """The runs that are none of uncommitted changes."""
    return tuple(run for run in runs if run.code.patch is None)


def _accepted_runs(
    store: RunStore, repository: Repository, accepted: Acceptance, commit: str
) -> tuple[RunRecord, ...]:
    """The runs of an acceptance's key that are expected since then, the accepted one among them.

    Where the store does not have that one (a pull request's), the acceptance itself says what its results were.
    """
    stored = still_expected(store.same_key(accepted.key), accepted)
    if any(run.id == accepted.to_run for run in stored):
        return stored
    for one in dict.fromkeys((accepted.head, commit)):
        if made := _told(repository, accepted, one):
            return oldest_first((made, *stored))
    return stored


def _told(repository: Repository, accepted: Acceptance, commit: str) -> RunRecord | None:
    """The accepted run as the acceptance tells it, with what the commit declares, if that has its key."""
    declared = declared_at(repository, commit)
    if declared is None or declared.key != accepted.key:
        return None
    return RunRecord(
        id=accepted.to_run,
        key=accepted.key,
        kind="claimed",
        created=accepted.when,
        origin="ci",
        code=declared.code,
        config=declared.config,
        environment=declared.environment,
        data=declared.data,
        results=Results(accepted.metrics),
        reproof=accepted.reproof,
    )


def runs_of_commit(store: RunStore, repository: Repository, commit: str) -> tuple[RunRecord, ...]:
    """The recorded runs of a commit, oldest first; without any, those of other commits that declare the same."""
    if recorded := tuple(store.of_commit(commit)):
        return recorded
    declared = declared_at(repository, commit)
    return _clean(store.same_key(declared.key)) if declared else ()


def record_in_commit(repository: Repository, commit: str) -> RunRecord | None:
    """The record that a commit's own files are; None where they are none or cannot be read."""
    declared = declared_at(repository, commit)
    if declared is None:
        return None
    commit = declared.code.commit
    try:
        return committed_record(repository.snapshot(commit), declared, repository.committed_at(commit))
    except UsageError:
        return None


def declared_at(repository: Repository, commit: str) -> Declared | None:
    """What a commit declares; None where this clone lacks it, or its files cannot be read."""
    try:
        commit = repository.resolve(commit)
        snapshot = repository.snapshot(commit)
        settings = config_from_texts(repository.root, snapshot.read)
        return declare(snapshot, settings, Head(commit, None, None, ()))
    except UsageError:
        return None
