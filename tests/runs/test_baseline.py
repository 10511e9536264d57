"""What a run is held against, and which run a person means: on a real repository and a store in memory."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from reproof.adapters.git import GitRepository
from reproof.errors import UsageError
from reproof.runs.baseline import (
    FARTHEST,
    declared_at,
    find_base,
    held_against,
    record_in_commit,
    runs_of_key,
)
from reproof.runs.find import default_line, find_run
from reproof.runs.record import RunRecord
from reproof.runs.text import table, whole
from tests.adapters.memory_store import MemoryStore
from tests.repositories import commit, git, make_repository
from tests.runs.acceptances import acceptance
from tests.runs.records import record


def run_of(commit_id: str, number: int = 1, patch: str | None = None) -> RunRecord:
    return replace(record(number), code=replace(record().code, commit=commit_id, patch=patch))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "project", {"train.py": "print(1)\n"})


def store_of(*records: RunRecord) -> MemoryStore:
    store = MemoryStore()
    store.add(records)
    return store


def test_the_base_is_the_nearest_recorded_ancestor_of_the_merge_base(root: Path) -> None:
    commits = [git(root, "rev-parse", "HEAD")]
    commits += [commit(root, {"train.py": f"print({number})\n"}) for number in (2, 3)]
    git(root, "checkout", "-q", "-b", "feature")
    head = commit(root, {"train.py": "print(9)\n"})
    git(root, "checkout", "-q", "main")
    later = commit(root, {"other.py": ""})
    repository = GitRepository(str(root))
    other = replace(run_of(later, 2), key="b" * 64)
    base = find_base(store_of(run_of(commits[0]), other), repository, head, "main")
    assert base is not None
    assert (base.commit, base.distance, [run.id for run in base.runs]) == (commits[0], 2, [record().id])
    assert find_base(store_of(run_of(head)), repository, head, "main") is None


def test_runs_of_the_base_are_all_of_its_key_wherever_they_were_recorded(root: Path) -> None:
    repository = GitRepository(str(root))
    first = git(root, "rev-parse", "HEAD")
    git(root, "checkout", "-q", "-b", "topic")
    topic = commit(root, {"train.py": "print(2)\n"})
    declared = declared_at(repository, topic)
    assert declared is not None
    git(root, "checkout", "-q", "main")
    merged = commit(root, {"train.py": "print(2)\n"})
    named = commit(root, {"README.md": "more words\n"})
    head = commit(root, {"train.py": "print(3)\n"})
    runs = [replace(run_of(topic, number), key=declared.key) for number in (2, 3)]
    dirty = replace(run_of(topic, 4, patch="+x"), key=declared.key)
    for line in (named, merged):
        base = find_base(store_of(run_of(first), *runs, dirty), repository, head, line)
        assert base is not None
        assert (base.commit, base.distance, list(base.runs)) == (line, 0, runs)
    again = replace(run_of(named, 5), key=declared.key)
    base = find_base(store_of(*runs, again), repository, head, "main")
    assert base is not None
    assert (base.commit, list(base.runs)) == (named, [*runs, again]), "one new run does not hide the others"


def test_a_revision_without_runs_of_its_own_has_those_of_its_key(root: Path) -> None:
    repository = GitRepository(str(root))
    first = git(root, "rev-parse", "HEAD")
    declared = declared_at(repository, first)
    assert declared is not None
    run = replace(run_of(first), key=declared.key)
    store = store_of(run, replace(run_of(first, 2, patch="+x"), key=declared.key))
    commit(root, {"README.md": "words\n"})
    assert find_run(store, repository, "HEAD") == run
    commit(root, {"train.py": "print(4)\n"})
    with pytest.raises(UsageError, match="no run of HEAD"):
        find_run(store, repository, "HEAD")


def test_on_the_line_itself_the_look_starts_at_the_parent(root: Path) -> None:
    first = git(root, "rev-parse", "HEAD")
    head = commit(root, {"train.py": "print(2)\n"})
    base = find_base(store_of(run_of(first), run_of(head, 2)), GitRepository(str(root)), head, "main")
    assert base is not None
    assert (base.commit, base.distance) == (first, 0)


def test_runs_of_uncommitted_changes_are_no_base(root: Path) -> None:
    first = git(root, "rev-parse", "HEAD")
    head = commit(root, {"train.py": "print(2)\n"})
    repository = GitRepository(str(root))
    assert find_base(store_of(run_of(first, patch="+x")), repository, head, "main") is None
    clean = find_base(store_of(run_of(first, patch="+x"), run_of(first, 2)), repository, head, "main")
    assert clean is not None
    assert [run.id for run in clean.runs] == [record(2).id]


def test_behind_uncommitted_runs_an_older_clean_one_is_found(root: Path) -> None:
    first = git(root, "rev-parse", "HEAD")
    second = commit(root, {"train.py": "print(2)\n"})
    head = commit(root, {"train.py": "print(3)\n"})
    store = store_of(run_of(first), run_of(second, 2, patch="+x"))
    base = find_base(store, GitRepository(str(root)), head, "main")
    assert base is not None
    assert (base.commit, base.distance) == (first, 1)


def test_nothing_is_looked_for_beyond_the_reach(root: Path) -> None:
    first = git(root, "rev-parse", "HEAD")
    stream = "".join(
        f"commit refs/heads/main\ncommitter A <a@b> {1_800_000_000 + number} +0000\ndata 0\n"
        + (f"from {first}\n" if number == 0 else "")
        + "\n"
        for number in range(FARTHEST + 2)
    )
    (root / "stream").write_text(stream)
    with (root / "stream").open() as handle:
        subprocess.run(["git", "fast-import", "--quiet"], cwd=root, stdin=handle, check=True)
    repository = GitRepository(str(root))
    assert find_base(store_of(run_of(first)), repository, git(root, "rev-parse", "main"), "main") is None


def test_what_the_base_carries_itself_counts_where_the_store_has_nothing_of_it(root: Path) -> None:
    first = commit(root, {"metrics.json": '{"auc": 0.9}'})
    head = commit(root, {"train.py": "print(2)\n", "metrics.json": '{"auc": 0.8}'})
    repository = GitRepository(str(root))
    base = find_base(MemoryStore(), repository, head, "main")
    assert base is not None
    assert (base.commit, [run.kind for run in base.runs]) == (first, ["claimed"])
    own = record_in_commit(repository, head)
    assert own is not None
    assert runs_of_key(MemoryStore(), repository, own.key, head) == (own,)
    assert runs_of_key(MemoryStore(), repository, "0" * 64, head) == ()


def test_results_that_a_change_commits_do_not_replace_what_it_started_from(root: Path) -> None:
    """Nothing declared changes, so that both are of one key; only the base's are held against."""
    first = commit(root, {"metrics.json": '{"auc": 0.9}'})
    git(root, "switch", "-q", "-c", "topic")
    head = commit(root, {"metrics.json": '{"auc": 0.7}'})
    repository = GitRepository(str(root))
    own = record_in_commit(repository, head)
    assert own is not None
    held = held_against(MemoryStore(), repository, own.key, head, "main")
    assert [run.code.commit for run in held.same_key] == [first]
    assert [metric.value for run in held.same_key for metric in run.results.metrics] == [0.9]


def test_a_commit_whose_files_cannot_be_read_carries_no_record(root: Path) -> None:
    commit(root, {"metrics.json": '{"auc": 0.9}', "reproof.toml": "train = 3\n"})
    assert record_in_commit(GitRepository(str(root)), "HEAD") is None


def test_replaced_runs_of_a_key_are_not_held_against(root: Path) -> None:
    head = git(root, "rev-parse", "HEAD")
    old, new, later = run_of(head), run_of(head, 2), run_of(head, 3)
    store, repository = store_of(old, new, later), GitRepository(str(root))
    store.accept(acceptance(1, head=head, to_run=new.id, from_runs=(old.id,)))
    held = held_against(store, repository, old.key, head, "main")
    assert (held.same_key, held.base) == ((new, later), None)
    store.accept(acceptance(2, head=head, to_run=old.id, from_runs=(new.id, later.id)))
    assert held_against(store, repository, old.key, head, "main").same_key == (old,)


def test_accepted_results_of_a_key_answer_for_the_difference_to_the_base(root: Path) -> None:
    base = run_of(git(root, "rev-parse", "HEAD"))
    git(root, "checkout", "-q", "-b", "feature")
    head = commit(root, {"train.py": "print(9)\n"})
    changed = replace(run_of(head, 2), key="b" * 64)
    store, repository = store_of(base, changed), GitRepository(str(root))
    before = held_against(store, repository, changed.key, head, "main")
    assert before.base is not None
    assert before.base.runs == (base,)
    store.accept(acceptance(head=head, key=changed.key, to_run=changed.id, from_runs=(base.id,)))
    after = held_against(store, repository, changed.key, head, "main")
    assert (after.same_key, after.base) == ((changed,), None)


def test_what_descends_from_an_accepted_commit_is_held_against_its_results(root: Path) -> None:
    base = run_of(git(root, "rev-parse", "HEAD"))
    git(root, "checkout", "-q", "-b", "feature")
    accepted = commit(root, {"train.py": "print(9)\n"})
    changed = replace(run_of(accepted, 2), key="b" * 64)
    commit(root, {"train.py": "print(10)\n"})
    head = commit(root, {"train.py": "print(11)\n"})
    store, repository = store_of(base, changed), GitRepository(str(root))
    store.accept(acceptance(head=accepted, key=changed.key, to_run=changed.id))
    held = held_against(store, repository, "c" * 64, head, "main")
    assert held.base is not None
    assert (held.base.commit, held.base.distance, held.base.runs) == (accepted, 0, (changed,))
    git(root, "checkout", "-q", "-b", "other", "main")
    other = commit(root, {"train.py": "print(12)\n"})
    elsewhere = held_against(store, repository, "c" * 64, other, "main")
    assert elsewhere.base is not None
    assert elsewhere.base.runs == (base,)


def test_a_run_that_only_its_acceptance_tells_is_a_baseline(root: Path) -> None:
    base = run_of(git(root, "rev-parse", "HEAD"))
    git(root, "checkout", "-q", "-b", "feature")
    accepted = commit(root, {"train.py": "print(9)\n", "metrics.json": '{"auc": 0.9}'})
    repository = GitRepository(str(root))
    own = record_in_commit(repository, accepted)
    assert own is not None
    store = store_of(base)
    metrics = record(metrics={"auc": 0.7}).results.metrics
    store.accept(acceptance(head=accepted, key=own.key, to_run="ab" * 6, metrics=metrics))
    (told,) = held_against(store, repository, own.key, accepted, "main").same_key
    assert (told.id, told.key, told.kind, told.results.metrics) == ("ab" * 6, own.key, "claimed", metrics)
    assert (told.code, told.config, told.environment) == (own.code, own.config, own.environment)
    head = commit(root, {"train.py": "print(10)\n"})
    held = held_against(store, repository, "c" * 64, head, "main")
    assert held.base is not None
    assert held.base.runs == (told,)


def test_a_base_whose_results_were_accepted_counts_as_accepted(root: Path) -> None:
    first = git(root, "rev-parse", "HEAD")
    head = commit(root, {"train.py": "print(2)\n"})
    old, new = run_of(first), run_of(first, 2)
    store = store_of(old, new)
    store.accept(acceptance(head=first, to_run=new.id, from_runs=(old.id,)))
    held = held_against(store, GitRepository(str(root)), "c" * 64, head, "main")
    assert held.base is not None
    assert (held.base.commit, held.base.runs) == (first, (new,))


def test_a_run_is_found_by_id_prefix_and_revision(root: Path) -> None:
    head = git(root, "rev-parse", "HEAD")
    one, other = replace(run_of(head), id="abcd12345678"), replace(run_of(head, 2), id="abce12345678")
    store, repository = store_of(one, other), GitRepository(str(root))
    assert find_run(store, repository, "abcd12345678") == find_run(store, repository, "abcd") == one
    assert find_run(store, repository, "HEAD") == find_run(store, repository, head[:10]) == other
    with pytest.raises(UsageError, match="fits more than one run: abcd12345678, abcd99999999"):
        find_run(store_of(one, replace(other, id="abcd99999999")), repository, "abcd")
    with pytest.raises(UsageError, match="neither a recorded run nor a revision"):
        find_run(store, repository, "ffff")
    with pytest.raises(UsageError, match="'abc' is too short for a run's id") as refused:
        find_run(store, repository, "abc")
    assert "4 digits" in (refused.value.hint or "")


def test_a_branch_that_reads_like_an_id_is_a_branch_where_no_run_is_meant(root: Path) -> None:
    git(root, "branch", "beef")
    run = run_of(git(root, "rev-parse", "HEAD"))
    assert find_run(store_of(run), GitRepository(str(root)), "beef") == run


def test_the_record_that_a_commit_carries_is_found_by_the_id_under_which_it_is_listed(root: Path) -> None:
    commit(root, {"metrics.json": '{"auc": 0.9}'})
    repository = GitRepository(str(root))
    own = record_in_commit(repository, "HEAD")
    assert own is not None
    assert (
        find_run(MemoryStore(), repository, own.id[:8]) == find_run(MemoryStore(), repository, "HEAD") == own
    )


def test_a_commit_without_a_run_is_named_with_what_to_do(root: Path) -> None:
    with pytest.raises(UsageError, match="no run of HEAD"):
        find_run(MemoryStore(), GitRepository(str(root)), "HEAD")


def test_the_default_line_is_the_remote_s_head_then_the_usual_names_then_head(
    root: Path, tmp_path: Path
) -> None:
    head = git(root, "rev-parse", "HEAD")
    git(tmp_path, "clone", "-q", str(root), "copy")
    commit(tmp_path / "copy", {"new.py": ""})
    assert default_line(GitRepository(str(tmp_path / "copy"))) == head
    git(root, "branch", "-m", "main", "trunk")
    assert default_line(GitRepository(str(root))) == head


def test_text_of_strangers_moves_no_cursor() -> None:
    evil = "\x1b[2J\u202e\r\n::error::x"
    hostile = record(
        metrics={f"auc{evil}": 0.9},
        code=replace(record().code, files=((evil, "b" * 40),)),
        config=replace(record().config, parameters=((evil, evil),), commands=((evil, evil),)),
        environment=replace(record().environment, declared=((evil, evil),), sources=(evil,)),
    )
    for text in (table([hostile]), whole(hostile)):
        assert not set(text) & set("\x1b\u202e\r")
        assert "\n::error" not in text


def test_many_runs_are_listed_newest_first() -> None:
    lines = table([record(number) for number in range(3)]).splitlines()
    assert [line.split()[0] for line in lines] == ["run", *(record(number).id for number in (2, 1, 0))]


def test_accepted_and_replaced_runs_are_called_so() -> None:
    evil = "\x1b[2J\n::error::x"
    made = acceptance(to_run=record(2).id, from_runs=(record(1).id,), why=f"better{evil}", who=f"Ada{evil}")
    lines = table([record(number) for number in range(3)], [made]).splitlines()
    assert ["accepted" in line for line in lines] == [False, True, False, False]
    assert ["replaced" in line for line in lines] == [False, False, True, False]
    assert "accepted" not in whole(record(3), [made])
    for number in (1, 2):
        shown = whole(record(number), [made])
        assert "on 2026-02-01: better" in shown
        assert "\x1b" not in shown
        assert "\n::error" not in shown
