"""Finding the run or the line of history that a person means. Talks to ports only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reproof.errors import UsageError
from reproof.runs.baseline import record_in_commit, runs_of_commit

if TYPE_CHECKING:
    from reproof.ports import Repository, RunStore
    from reproof.runs.record import RunRecord

SHORTEST = 4  # digits of a run's id that may stand for it
HEXADECIMAL = frozenset("0123456789abcdef")
MOST_CARRIED = 50  # first-parent commits that are looked at for what they carry themselves
DEFAULT_LINES = ("origin/HEAD", "origin/main", "origin/master", "main", "master")


def find_run(store: RunStore, repository: Repository, words: str) -> RunRecord:
    """The run of an id or a unique prefix, else the newest of a revision, else what that commit carries.

    Runs of a revision are those of its commit, else those of others that declare the same; runs of uncommitted
    changes come last.

    Raises `UsageError` where nothing fits, or where a prefix fits more than one run.
    """
    if len(words) >= SHORTEST and _hexadecimal(words):
        fitting = list(store.starting_with(words))
        if not fitting:
            head = repository.head().commit
            fitting = [own for own in carried(repository, head) if own.id.startswith(words)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            ids = ", ".join(record.id for record in fitting[:4])
            raise UsageError(f"{words!r} fits more than one run: {ids}", "Type more digits.")
    try:
        commit = repository.resolve(words)
    except UsageError:
        if _hexadecimal(words) and len(words) < SHORTEST:
            raise UsageError(
                f"{words!r} is too short for a run's id, and no revision",
                f"Type {SHORTEST} digits of the id at least; `reproof runs` lists runs.",
            ) from None
        raise
    recorded = runs_of_commit(store, repository, commit)
    clean = [run for run in recorded if run.code.patch is None]
    newest = (clean or recorded)[-1:]
    found = newest[0] if newest else record_in_commit(repository, commit)
    if found is None:
        raise UsageError(
            f"no run of {words} ({commit[:7]}) is recorded",
            "`reproof run` records one of what is checked out; `reproof runs` lists all.",
        )
    return found


def _hexadecimal(words: str) -> bool:
    return bool(words) and set(words) <= HEXADECIMAL


def is_recorded(store: RunStore, run: str) -> bool:
    """Whether a store has the run of an id."""
    return any(one.id == run for one in store.starting_with(run))


def carried(repository: Repository, commit: str, most: int = MOST_CARRIED) -> list[RunRecord]:
    """What a commit and its first-parent ancestors carry themselves, newest first; `most` commits are looked at.

    A result that stays in the tree while other files change is a record of each commit with which it agrees; of
    those with the same key and the same metrics only the oldest within reach is given: there it was made.
    """
    found: dict[object, RunRecord] = {}
    for one in repository.first_parents(commit)[:most]:
        if record := record_in_commit(repository, one):
            found[record.key, record.kind, record.results] = record
    return list(found.values())


def default_line(repository: Repository) -> str:
    """The commit at the end of the default branch, as far as this clone knows one; else HEAD."""
    for name in DEFAULT_LINES:
        try:
            return repository.resolve(name)
        except UsageError:
            continue
    return repository.head().commit
