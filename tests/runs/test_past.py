"""The recorded versions behind a commit: on a real repository and a store in memory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from reproof.adapters.git import GitRepository
from reproof.runs.past import recorded_versions
from reproof.runs.record import RunRecord
from tests.adapters.memory_store import MemoryStore
from tests.repositories import commit, git, make_repository
from tests.runs.records import record


def run_of(commit_id: str, number: int, patch: str | None = None) -> RunRecord:
    return replace(record(number), code=replace(record().code, commit=commit_id, patch=patch))


def test_versions_are_those_of_the_line_oldest_first_and_clean(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "project", {"train.py": "print(1)\n"})
    commits = [git(root, "rev-parse", "HEAD")]
    commits += [commit(root, {"train.py": f"print({number})\n"}) for number in range(2, 6)]
    git(root, "checkout", "-q", "-b", "beside", commits[1])
    beside = commit(root, {"train.py": "print(9)\n"})
    store = MemoryStore()
    store.add(
        [
            run_of(commits[0], 1),
            run_of(commits[1], 2, patch="a change"),
            run_of(commits[2], 3),
            run_of(commits[2], 4),
            run_of(commits[4], 5),
            run_of(beside, 6),
        ]
    )
    repository = GitRepository(str(root))
    found = recorded_versions(store, repository, commits[4], 10)
    assert [(version.commit, len(version.runs)) for version in found] == [
        (commits[0], 1),
        (commits[2], 2),
        (commits[4], 1),
    ]
    assert [version.commit for version in recorded_versions(store, repository, commits[4], 2)] == [
        commits[2],
        commits[4],
    ]
    assert recorded_versions(store, repository, commits[1], 0) == ()
