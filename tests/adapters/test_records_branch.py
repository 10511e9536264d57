"""The records branch on real git: contract, concurrency, kills, servers that allow less, and the clone's peace."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.adapters.records_branch import RecordsBranch
from reproof.adapters.records_branch.bare import BareRepository, _tree
from reproof.errors import NotSentError, StoreError
from reproof.git_program import GitRefusedError
from reproof.ports import RunStore
from reproof.runs.acceptance import dump as dump_acceptance
from reproof.runs.schema import dump
from tests.adapters.memory_store import MemoryStore
from tests.adapters.run_store_contract import ALL, NEW, OLD, OTHER, RunStoreContract
from tests.repositories import commit, git, listing, make_repository
from tests.runs.acceptances import acceptance
from tests.runs.records import record

pytestmark = pytest.mark.usefixtures("plain_git")

REF = "refs/heads/reproof-records"
REMOTES = {
    "filtering": (("uploadpack.allowFilter", "true"), ("uploadpack.allowAnySHA1InWant", "true")),
    "without-filters": (),
    "without-tree-filters": (("uploadpack.allowFilter", "true"), ("uploadpackfilter.tree.allow", "false")),
    "shallow-tree-filters": (("uploadpack.allowFilter", "true"), ("uploadpackfilter.tree.maxDepth", "1")),
}


def bare(folder: Path, settings: tuple[tuple[str, str], ...] = REMOTES["filtering"]) -> Path:
    """An empty remote."""
    folder.mkdir()
    git(folder, "init", "-q", "--bare", "-b", "main")
    for name, value in settings:
        git(folder, "config", name, value)
    return folder


def clone(remote: Path | None, folder: Path) -> Path:
    make_repository(folder, {"train.py": "print()\n"})
    if remote:
        git(folder, "remote", "add", "origin", remote.as_uri())
    return folder


def branch(root: Path, *, push: bool = True) -> RecordsBranch:
    return RecordsBranch(str(root), str(root / ".git/reproof/records.git"), REF, push=push)


def names(remote: Path) -> list[str]:
    """The ids on a remote's branch, by what git itself says."""
    return [
        path[-17:-5] for path in git(remote, "ls-tree", "-r", "--name-only", REF).split() if "runs/" in path
    ]


def assert_whole(remote: Path, runs: int, acceptances: int = 0) -> None:
    """The remote is sound; the branch has that many runs, each with its index entry, and only additions."""
    git(remote, "fsck", "--strict")
    paths = git(remote, "ls-tree", "-r", "--name-only", REF).split()
    assert len([path for path in paths if path.startswith("accepted/")]) == acceptances
    assert len([path for path in paths if path.startswith("runs/")]) == runs
    assert len([path for path in paths if path.startswith("commits/")]) == runs
    assert set(git(remote, "log", "--name-status", "--format=", REF).split()[::2]) <= {"A"}


class TestMemoryStore(RunStoreContract):
    @pytest.fixture
    def store(self) -> RunStore:
        return MemoryStore()


class TestWithRemote(RunStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> RunStore:
        return branch(clone(bare(tmp_path / "origin"), tmp_path / "clone"))


class TestWithoutRemote(RunStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> RunStore:
        return branch(clone(None, tmp_path / "clone"))


class TestKeptHere(RunStoreContract):
    """`--no-push`: what waits is found like what is published."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> RunStore:
        return branch(clone(bare(tmp_path / "origin"), tmp_path / "clone"), push=False)


@pytest.mark.parametrize("kind", sorted(REMOTES))
def test_another_clone_sees_what_was_recorded_whatever_the_server_allows(tmp_path: Path, kind: str) -> None:
    remote = bare(tmp_path / "origin", REMOTES[kind])
    branch(clone(remote, tmp_path / "one")).add(ALL)
    other = clone(remote, tmp_path / "two")
    assert tuple(branch(other).same_key(OLD.key)) == (OLD, NEW)
    assert tuple(branch(other).of_commit("1" * 40)) == (OLD, OTHER)
    assert tuple(branch(other).starting_with(OTHER.id)) == (OTHER,)
    assert branch(other).newest_recorded(["2" * 40]) == "2" * 40
    assert tuple(branch(other).all()) == ALL
    branch(other).add([record(9)])
    assert_whole(remote, 4)


def test_a_filtered_fetch_brings_no_record_until_one_is_asked_for(tmp_path: Path) -> None:
    remote = bare(tmp_path / "origin")
    branch(clone(remote, tmp_path / "one")).add([record(number) for number in range(30)])
    two = clone(remote, tmp_path / "two")
    assert branch(two).newest_recorded(["9" * 40]) is None
    listed = git(two / ".git/reproof/records.git", "cat-file", "--batch-all-objects", "--batch-check").split(
        "\n"
    )
    assert [line for line in listed if " blob " in line] == []


def test_reading_many_runs_asks_the_server_a_few_times_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote = bare(tmp_path / "origin")
    branch(clone(remote, tmp_path / "one")).add(
        [record(number, key=f"{number:02x}" * 32) for number in range(40)]
    )
    trace = tmp_path / "trace"
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(trace))
    assert len(branch(clone(remote, tmp_path / "two")).all()) == 40
    assert 1 <= upload_packs(trace) <= 4


def upload_packs(trace: Path) -> int:
    """How often a remote was asked for something."""
    lines = trace.read_text().splitlines()
    return len([line for line in lines if '"child_start"' in line and "upload-pack" in line])


def test_a_search_of_many_commits_asks_the_server_a_few_times_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote = bare(tmp_path / "origin")
    commits = [f"{number:02x}" * 20 for number in range(200)]
    made = [replace(OLD, id=f"{n:012x}", code=replace(OLD.code, commit=commits[n])) for n in range(200)]
    branch(clone(remote, tmp_path / "one")).add(made)
    trace = tmp_path / "trace"
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(trace))
    asked = [commit[:2] + "e5" * 19 for commit in commits]  # not recorded, and all of their folders are there
    assert branch(clone(remote, tmp_path / "two")).newest_recorded([*asked[:-1], commits[-1]]) == commits[-1]
    assert upload_packs(trace) <= 8


def test_the_newest_runs_are_read_without_the_folders_and_the_records_of_others(tmp_path: Path) -> None:
    remote = bare(tmp_path / "origin")
    store = branch(clone(remote, tmp_path / "one"))
    for number in range(4):
        store.add([record(number * 10 + one, key=f"{number}{one}" * 32) for one in range(10)])
    two = clone(remote, tmp_path / "two")
    assert [made.id for made in branch(two).newest(3)] == [record(number).id for number in (37, 38, 39)]
    listed = git(two / ".git/reproof/records.git", "cat-file", "--batch-all-objects", "--batch-check")
    assert listed.count(" blob ") <= 30
    assert branch(two).newest(12)[0].id == record(28).id


def test_where_messages_do_not_tell_what_was_added_the_newest_are_found_all_the_same(tmp_path: Path) -> None:
    remote = bare(tmp_path / "origin")
    one = clone(remote, tmp_path / "one")
    branch(one).add(ALL)
    tree = git(remote, "rev-parse", f"{REF}^{{tree}}")
    git(
        remote,
        "update-ref",
        REF,
        git(remote, "-c", "user.name=a", "commit-tree", "-m", "Told otherwise", tree),
    )
    assert tuple(branch(clone(remote, tmp_path / "two")).newest(1)) == (OTHER,)


@pytest.mark.parametrize("kind", sorted(REMOTES))
def test_a_message_that_names_what_is_no_record_is_an_error(tmp_path: Path, kind: str) -> None:
    """A server that gives no history without its trees is asked for the records, and the message goes unread."""
    remote = bare(tmp_path / "origin", REMOTES[kind])
    branch(clone(remote, tmp_path / "one")).add(ALL)
    tree = git(remote, "rev-parse", f"{REF}^{{tree}}")
    for oid in (tree, "1" * 40):
        forged = f"x\n\nruns/aa/{OLD.key}/{OLD.id}.json {oid}"
        git(remote, "update-ref", REF, git(remote, "commit-tree", "-m", forged, tree))
        two = branch(clone(remote, tmp_path / f"two{oid}"))
        if kind == "without-tree-filters":
            assert tuple(two.newest(1)) == (OTHER,)
            continue
        with pytest.raises(StoreError):
            two.newest(1)


def test_a_record_in_a_place_that_is_not_its_own_is_refused(tmp_path: Path) -> None:
    remote = bare(tmp_path / "origin")
    path = f"runs/aa/{'aa' * 30}/{OLD.id}.json"
    root = make_repository(tmp_path / "vandal", {path: dump(OLD).decode()})
    git(root, "push", "-q", str(remote), f"main:{REF}")
    with pytest.raises(StoreError, match=f"{path} holds another run"):
        branch(clone(remote, tmp_path / "clone")).same_key("aa" * 30)


def test_the_users_clone_gets_no_object_no_ref_and_no_setting(tmp_path: Path) -> None:
    remote = bare(tmp_path / "origin")
    root = clone(remote, tmp_path / "clone")
    git(root, "push", "-q", "origin", "main")
    before = listing(root)
    branch(root).add(ALL)
    assert tuple(branch(root).all()) == ALL
    assert listing(root) == before
    assert git(root, "status", "--porcelain") == ""


def test_a_shallow_clone_records_and_reads(tmp_path: Path) -> None:
    remote = bare(tmp_path / "origin")
    root = clone(remote, tmp_path / "one")
    for _ in range(3):
        git(root, "commit", "-q", "--allow-empty", "-m", "more")
    git(root, "push", "-q", "origin", "main")
    git(tmp_path, "clone", "-q", "--depth=1", remote.as_uri(), "shallow")
    branch(tmp_path / "shallow").add([OLD])
    assert tuple(branch(root).all()) == (OLD,)


def test_runs_of_the_time_before_the_remote_go_out_with_the_first_add(tmp_path: Path) -> None:
    root = clone(None, tmp_path / "clone")
    branch(root).add([OLD])
    remote = bare(tmp_path / "origin")
    git(root, "remote", "add", "origin", str(remote))
    assert tuple(branch(root).all()) == (OLD,)
    branch(root).add([NEW])
    assert_whole(remote, 2)
    assert tuple(branch(clone(remote, tmp_path / "other")).all()) == (OLD, NEW)


def test_a_repository_of_sha_256_has_its_records_at_its_remote_too(tmp_path: Path) -> None:
    for folder, options in (("origin.git", ("--bare",)), ("project", ())):
        git(tmp_path, "init", "-q", "-b", "main", "--object-format=sha256", *options, folder)
    root = tmp_path / "project"
    git(root, "remote", "add", "origin", (tmp_path / "origin.git").as_uri())
    commit(root, {"train.py": "print()\n"})
    branch(root).add([NEW])
    git(tmp_path, "clone", "-q", "origin.git", "fresh")
    assert branch(tmp_path / "fresh").same_key(NEW.key) == (NEW,)


def test_a_remote_that_is_named_relative_to_the_clone_is_found(tmp_path: Path) -> None:
    remote = bare(tmp_path / "origin")
    root = clone(None, tmp_path / "clone")
    git(root, "remote", "add", "origin", "../origin")
    branch(root).add([OLD])
    assert_whole(remote, 1)


def test_what_a_protected_branch_refuses_is_kept_and_goes_out_with_the_next_add(tmp_path: Path) -> None:
    remote = bare(tmp_path / "origin")
    hook = remote / "hooks/update"
    hook.write_text("#!/bin/sh\necho 'this branch is protected' >&2\nexit 1\n")
    hook.chmod(0o755)
    root = clone(remote, tmp_path / "clone")
    with pytest.raises(StoreError) as refused:
        branch(root).add([OLD])
    assert "1 recorded run(s) could not be pushed" in refused.value.message
    assert "this branch is protected" in refused.value.message
    assert "rules that protect it" in (refused.value.hint or "")
    assert tuple(branch(root).all()) == (OLD,)
    hook.unlink()
    branch(root).add([NEW])
    assert_whole(remote, 2)
    assert list((root / ".git/reproof/records.git/pending").iterdir()) == []


def test_a_branch_of_code_gets_no_record_whatever_the_configuration_says(tmp_path: Path) -> None:
    remote = bare(tmp_path / "origin")
    root = clone(remote, tmp_path / "clone")
    git(root, "push", "-q", "origin", "HEAD:refs/heads/main")
    before = git(remote, "rev-parse", "main")
    wrong = RecordsBranch(str(root), str(root / ".git/reproof/records.git"), "refs/heads/main")
    with pytest.raises(StoreError) as refused:
        wrong.add([OLD])
    assert "refs/heads/main: it is a branch with other files and no records" in refused.value.message
    assert "`ref` of [tool.reproof.store]" in (refused.value.hint or "")
    assert git(remote, "rev-parse", "main") == before
    branch(root).add([NEW])  # the ref is corrected: what was kept goes out, too
    assert_whole(remote, 2)


def test_a_remote_that_cannot_be_reached_loses_nothing_and_says_so_without_credentials(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    remote = bare(tmp_path / "origin")
    root = clone(None, tmp_path / "clone")
    git(root, "remote", "add", "origin", "https://ada:hunter2secret@127.0.0.1:9/x.git")
    with pytest.raises(StoreError) as refused:
        branch(root).add([OLD])
    assert "hunter2secret" not in f"{refused.value.message} {refused.value.hint}"
    assert tuple(branch(root).all()) == (OLD,)
    said = capsys.readouterr().err
    assert "cannot be fetched" in said
    assert "hunter2secret" not in said
    kept = root / ".git/reproof"
    assert not [path for path in kept.rglob("*") if path.is_file() and b"hunter2secret" in path.read_bytes()]
    git(root, "remote", "set-url", "origin", str(remote))
    branch(root).add([])
    assert_whole(remote, 1)


def test_records_that_cannot_be_read_any_more_are_an_error_not_an_empty_answer(tmp_path: Path) -> None:
    remote = bare(tmp_path / "origin")
    branch(clone(remote, tmp_path / "one")).add([OLD, NEW])
    store = branch(clone(remote, tmp_path / "two"))
    assert store.newest_recorded(["9" * 40]) is None
    shutil.rmtree(remote)
    with pytest.raises(StoreError):
        store.same_key(OLD.key)


def test_a_branch_that_was_deleted_at_the_remote_is_empty_here_too(tmp_path: Path) -> None:
    remote = bare(tmp_path / "origin")
    root = clone(remote, tmp_path / "clone")
    branch(root).add([OLD])
    assert tuple(branch(root).all()) == (OLD,)
    git(remote, "update-ref", "-d", REF)
    assert tuple(branch(root).all()) == ()
    branch(root).add([NEW])
    assert_whole(remote, 1)


PLACE = f"runs/{OLD.key[:2]}/{OLD.key}/{OLD.id}.json"


def push_raw(remote: Path, scratch: Path, mode: str, path: str, content: str | bytes) -> None:
    """Make the remote's branch one file: bytes, or an object by id, under any mode and name."""
    make_repository(scratch)
    if isinstance(content, bytes):
        (scratch / "content").write_bytes(content)
        content = git(scratch, "hash-object", "-w", "content")
    git(scratch, "update-index", "--add", "--cacheinfo", f"{mode},{content},{path}")
    tree = git(scratch, "write-tree", "--missing-ok")
    git(scratch, "push", "-q", str(remote), f"{git(scratch, 'commit-tree', '-m', 'x', tree)}:{REF}")


@pytest.mark.parametrize(
    ("mode", "path", "content", "says"),
    [
        ("100644", PLACE, b"{}", "lacks schema"),
        ("120000", PLACE, b"/etc/passwd", "is not JSON"),
        ("160000", PLACE, "1" * 40, "is no file, but a commit"),
        ("100644", f"{PLACE}/x", b"{}", "lacks schema|is no file, but a tree"),
        ("100644", PLACE, b" " * (8 * 1024 * 1024 + 1), "has 8388609 bytes, more than"),
        ("100644", PLACE, b"[" * 200_000, "nested too deeply"),
        ("100644", PLACE, dump(OLD).replace(b'"id"', b'"id": "x", "id"', 1), "a key is there twice"),
        ("100644", PLACE, dump(OLD).replace(OLD.id.encode(), b"../../../x"), "hexadecimal digits"),
        ("100644", PLACE, dump(record(5, key=OLD.key)), "holds another run"),
        ("100644", f"runs/bb/{'bb' * 32}/{OLD.id}.json", dump(OLD), "holds another run"),
        ("100644", "runs", b"x", "leads through runs, which is no folder"),
    ],
)
def test_what_is_no_record_of_ours_is_named_with_its_path(
    tmp_path: Path, mode: str, path: str, content: str | bytes, says: str
) -> None:
    remote = bare(tmp_path / "origin")
    push_raw(remote, tmp_path / "vandal", mode, path, content)
    store = branch(clone(remote, tmp_path / "clone"))
    key = path.split("/")[2] if path != "runs" else OLD.key
    for look in (store.all, lambda: store.same_key(key), lambda: store.newest(3)):
        with pytest.raises(StoreError, match=says) as refused:
            look()
        assert path.removesuffix("/x") in refused.value.message
        assert refused.value.hint


def test_a_record_of_a_newer_reproof_is_not_called_broken(tmp_path: Path) -> None:
    remote = bare(tmp_path / "origin")
    newer = dump(OLD).replace(b"reproof-run/4", b"reproof-run/99")
    push_raw(remote, tmp_path / "colleague", "100644", PLACE, newer)
    with pytest.raises(StoreError, match="install a newer one") as refused:
        branch(clone(remote, tmp_path / "clone")).all()
    assert "Nothing is wrong" in (refused.value.hint or "")


@pytest.mark.parametrize("lost", ["HEAD", "objects", "refs"])
def test_a_damaged_repository_of_ours_is_made_anew_and_keeps_what_waits(tmp_path: Path, lost: str) -> None:
    remote = bare(tmp_path / "origin")
    root = clone(remote, tmp_path / "clone")
    branch(root).add([OLD])
    branch(root, push=False).add([NEW])
    damaged = root / ".git/reproof/records.git" / lost
    (shutil.rmtree if damaged.is_dir() else os.unlink)(damaged)
    assert tuple(branch(root).all()) == (OLD, NEW)
    branch(root).add([])
    assert_whole(remote, 2)


@pytest.mark.parametrize("remote", [True, False])
def test_where_git_cannot_write_the_run_is_kept_and_the_place_is_told(tmp_path: Path, remote: bool) -> None:
    root = clone(bare(tmp_path / "origin") if remote else None, tmp_path / "clone")
    assert tuple(branch(root).all()) == ()
    objects = root / ".git/reproof/records.git/objects"
    full = [objects / f"{number:02x}" for number in range(256)]
    for place in full:  # git can make no object here, as on a full disk
        place.touch()
    with pytest.raises(NotSentError, match=r"records\.git cannot be written") as refused:
        branch(root).add([OLD])
    assert "Make room" in (refused.value.hint or "")
    assert tuple(branch(root).all()) == (OLD,)
    for place in full:
        place.unlink()
    branch(root).add([])
    assert tuple(branch(root).all()) == (OLD,)


def test_a_repository_that_many_make_at_once_is_made_by_one(tmp_path: Path) -> None:
    root = clone(None, tmp_path / "clone")
    folder = root / ".git/reproof/records.git"
    ours = BareRepository(str(folder), str(root), None)
    for damaged in [False] * 3 + [True] * 3:
        if damaged:
            (folder / "HEAD").unlink()
        else:
            shutil.rmtree(folder, ignore_errors=True)
        with ThreadPoolExecutor(12) as pool:
            assert list(pool.map(lambda _: ours.ensure(), range(12))) == [None] * 12
        assert ours.tip("refs/heads/none") is None
        assert sorted(path.name for path in folder.parent.iterdir()) == ["records.git", "records.git.lock"]


@pytest.mark.parametrize("kind", ["sha1", "sha256"])
def test_a_tree_is_read_as_git_lists_it(tmp_path: Path, kind: str) -> None:
    git(tmp_path, "init", "-q", "--bare", f"--object-format={kind}", "made.git")
    folder, width = tmp_path / "made.git", 64 if kind == "sha256" else 40
    listed = [
        f"{mode} {what} {'0123456789abcdef' * 4:.{width}}\t{name}"
        for mode, what, name in [
            ("100644", "blob", "a"),
            ("100755", "blob", "run me.sh"),
            ("120000", "blob", "link"),
            ("040000", "tree", "é"),
            ("160000", "commit", "module"),
        ]
    ]
    made = subprocess.run(
        ["git", "mktree", "--missing"],
        cwd=folder,
        input="\n".join(listed).encode(),
        capture_output=True,
        check=True,
    )
    ours = BareRepository(str(folder), str(tmp_path), None, offline=True)
    tree = made.stdout.decode().strip()
    lines = git(folder, "ls-tree", "-z", tree).split("\0")
    assert [f"{one.mode} {one.type} {one.oid}\t{one.name}" for one in ours.entries(tree)] == lines[:-1]


@given(st.binary(max_size=120))
def test_bytes_that_are_no_tree_are_refused(data: bytes) -> None:
    with contextlib.suppress(GitRefusedError):
        assert sum(len(one.name.encode("utf-8", "surrogateescape")) + 20 for one in _tree(data, 20)) <= len(
            data
        )


def test_what_no_file_of_ours_can_hold_is_refused_before_anything_is_kept(tmp_path: Path) -> None:
    root = clone(None, tmp_path / "clone")
    with pytest.raises(StoreError, match="cannot be recorded"):
        branch(root).add([OLD, record(5, created="yesterday")])
    assert tuple(branch(root).all()) == ()


ADD_FIVE = """
import sys
from reproof.adapters.records_branch import RecordsBranch
from tests.runs.acceptances import acceptance
from tests.runs.records import record
root, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
for number in range(first, first + count):
    store = RecordsBranch(root, root + "/.git/reproof/records.git", "refs/heads/reproof-records")
    if "accept" in sys.argv[4:]:
        store.accept(acceptance(number))
    if "add" in sys.argv[4:]:
        store.add([record(number)])
"""


def start_adding(
    root: Path, first: int, count: int = 5, what: Sequence[str] = ("add",), **variables: str
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", ADD_FIVE, str(root), str(first), str(count), *what],
        env=os.environ | variables,
        cwd=Path(__file__).parents[2],
        stderr=subprocess.PIPE,
    )


@pytest.mark.skipif("REPROOF_HEAVY" not in os.environ, reason="takes a minute: REPROOF_HEAVY=1")
def test_twenty_processes_with_ten_runs_each_make_two_hundred_records(tmp_path: Path) -> None:
    remote = bare(tmp_path / "origin")
    roots = [clone(remote, tmp_path / f"clone{number}") for number in range(20)]
    running = [start_adding(root, number * 10, 10) for number, root in enumerate(roots)]
    running += [start_adding(root, number, 1, ["accept"]) for number, root in enumerate(roots)]
    for process in running:
        _, errors = process.communicate(timeout=1200)
        assert process.returncode == 0, errors.decode()
    assert_whole(remote, 200, 20)
    assert sorted(names(remote)) == sorted(record(number).id for number in range(200))


@pytest.mark.parametrize("clones", [4, 1])
def test_four_processes_at_once_lose_nothing_and_write_nothing_twice(tmp_path: Path, clones: int) -> None:
    remote = bare(tmp_path / "origin")
    roots = [clone(remote, tmp_path / f"clone{number}") for number in range(clones)]
    running = [start_adding(roots[number % clones], number * 5) for number in range(4)]
    for process in running:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors.decode()
    assert_whole(remote, 20)
    assert sorted(names(remote)) == sorted(record(number).id for number in range(20))


def test_records_and_acceptances_written_at_once_lose_nothing(tmp_path: Path) -> None:
    remote = bare(tmp_path / "origin")
    roots = [clone(remote, tmp_path / f"clone{number}") for number in range(2)]
    running = [start_adding(roots[number % 2], number * 3, 3, ["accept", "add"]) for number in range(4)]
    for process in running:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors.decode()
    assert_whole(remote, 12, 12)
    accepted = branch(clone(remote, tmp_path / "other")).accepted()
    assert accepted == tuple(acceptance(number) for number in range(12))


def test_processes_of_a_clone_without_a_remote_lose_nothing(tmp_path: Path) -> None:
    root = clone(None, tmp_path / "clone")
    for process in [start_adding(root, number * 5) for number in range(3)]:
        assert process.communicate(timeout=120)[0] is None
        assert process.returncode == 0
    assert len(branch(root).all()) == 15


# A `git` that kills its caller, and then itself, when it comes to a verb: before or after the real git's work.
DEADLY = """#!/bin/sh
real={real}
case " $* " in *" {verb} "*)
    [ {when} = after ] && "$real" "$@"
    kill -9 "$PPID"
    kill -9 $$ ;;
esac
exec "$real" "$@"
"""


def with_deadly_git(folder: Path, verb: str, when: str) -> str:
    """A PATH on which git is deadly."""
    program = folder / "bin/git"
    program.parent.mkdir()
    program.write_text(DEADLY.format(real=shutil.which("git"), verb=verb, when=when))
    program.chmod(0o755)
    return f"{program.parent}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("verb", ["init", "fetch", "hash-object", "mktree", "commit-tree", "push"])
def test_a_kill_at_any_moment_leaves_the_branch_whole_and_the_next_write_works(
    tmp_path: Path, verb: str, when: str
) -> None:
    remote = bare(tmp_path / "origin")
    branch(clone(remote, tmp_path / "other")).add([record(50)])
    root = clone(remote, tmp_path / "clone")
    dying = start_adding(root, 0, PATH=with_deadly_git(tmp_path, verb, when))
    assert dying.wait(timeout=60) == -signal.SIGKILL
    assert dying.stderr is not None
    dying.stderr.close()
    assert_whole(remote, 2 if (verb, when) == ("push", "after") else 1)
    branch(root).add([record(60)])
    kept = {record(50).id, record(60).id}
    if verb != "init":  # then the record was written before git was asked
        kept.add(record(0).id)
    assert set(names(remote)) == kept
    assert_whole(remote, len(kept))


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("verb", ["init", "fetch", "hash-object", "mktree", "commit-tree", "push"])
def test_a_kill_while_accepting_leaves_the_branch_whole_and_the_next_write_brings_it(
    tmp_path: Path, verb: str, when: str
) -> None:
    remote = bare(tmp_path / "origin")
    branch(clone(remote, tmp_path / "other")).add([record(50)])
    root = clone(remote, tmp_path / "clone")
    dying = start_adding(root, 0, what=["accept"], PATH=with_deadly_git(tmp_path, verb, when))
    assert dying.wait(timeout=60) == -signal.SIGKILL
    assert dying.stderr is not None
    dying.stderr.close()
    assert_whole(remote, 1, 1 if (verb, when) == ("push", "after") else 0)
    branch(root).add([record(60)])
    assert_whole(remote, 2, 0 if verb == "init" else 1)
    assert tuple(branch(root).accepted()) == (() if verb == "init" else (acceptance(0),))


def test_acceptances_of_the_time_before_the_remote_go_out_with_the_first_write(tmp_path: Path) -> None:
    root = clone(None, tmp_path / "clone")
    branch(root).accept(acceptance())
    remote = bare(tmp_path / "origin")
    git(root, "remote", "add", "origin", str(remote))
    assert tuple(branch(root).accepted()) == (acceptance(),)
    branch(root).add([NEW])
    assert_whole(remote, 1, 1)


def test_what_lies_among_acceptances_and_is_none_is_named(tmp_path: Path) -> None:
    remote = bare(tmp_path / "origin")
    made = acceptance()
    path = f"accepted/{made.key[:2]}/{made.key}/{'ab' * 6}.json"
    root = make_repository(tmp_path / "vandal", {path: dump_acceptance(made).decode()})
    git(root, "push", "-q", str(remote), f"main:{REF}")
    with pytest.raises(StoreError, match="another acceptance than its name says"):
        branch(clone(remote, tmp_path / "one")).accepted()
    commit(root, {path: "{}"})
    git(root, "push", "-q", str(remote), f"main:{REF}")
    with pytest.raises(StoreError, match="lacks schema"):
        branch(clone(remote, tmp_path / "two")).accepted()


def test_acceptances_between_do_not_make_the_newest_runs_cost_the_others(tmp_path: Path) -> None:
    remote = bare(tmp_path / "origin")
    store = branch(clone(remote, tmp_path / "one"))
    for number in range(6):
        store.add([record(number, key=f"{number:02x}" * 32)])
        store.accept(acceptance(number))
    two = clone(remote, tmp_path / "two")
    assert [made.id for made in branch(two).newest(2)] == [record(4).id, record(5).id]
    listed = git(two / ".git/reproof/records.git", "cat-file", "--batch-all-objects", "--batch-check")
    assert listed.count(" blob ") <= 4


def test_a_lock_that_a_killed_git_left_does_not_stop_the_next(tmp_path: Path) -> None:
    remote = bare(tmp_path / "origin")
    root = clone(remote, tmp_path / "clone")
    branch(root).add([OLD])
    (root / ".git/reproof/records.git/shallow.lock").touch()
    (root / ".git/reproof/records.git/refs/reproof/published.lock").touch()
    branch(clone(remote, tmp_path / "other")).add([NEW])
    started = time.monotonic()
    assert tuple(branch(root).all()) == (OLD, NEW)
    assert time.monotonic() - started < 5


def test_a_file_cut_short_by_a_crash_is_named(tmp_path: Path) -> None:
    root = clone(None, tmp_path / "clone")
    branch(root).add([OLD])
    waiting = root / ".git/reproof/records.git/pending/cut.json"
    waiting.write_bytes(dump(NEW)[:100])
    with pytest.raises(StoreError, match=r"cut\.json"):
        branch(root).all()
