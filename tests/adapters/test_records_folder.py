"""The records folder on a real disk: contract, many writers at once, kills, and files that are not ours."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reproof.adapters.records_folder import RecordsFolder
from reproof.errors import NotSentError, StoreError
from reproof.ports import RunStore
from reproof.runs.schema import LIMIT, dump
from tests.adapters.run_store_contract import ALL, NEW, OLD, OTHER, RunStoreContract
from tests.runs.acceptances import acceptance
from tests.runs.records import record

HERE = Path(__file__).parents[2]
ADD = """
import sys
from reproof.adapters.records_folder import RecordsFolder
from tests.runs.records import record
folder, first, each, count = sys.argv[1], *map(int, sys.argv[2:])
for number in range(first, first + count, each):
    RecordsFolder(folder).add([record(one) for one in range(number, number + each)])
    print(number, flush=True)
"""


class TestFolder(RunStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> RunStore:
        return RecordsFolder(str(tmp_path / "records"))


def start(folder: Path, first: int, each: int, count: int) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-c", ADD, str(folder), str(first), str(each), str(count)]
    return subprocess.Popen(words, cwd=HERE, stdout=subprocess.PIPE)


def test_what_is_stored_lies_as_on_the_records_branch(tmp_path: Path) -> None:
    RecordsFolder(str(tmp_path)).add([OLD])
    key, commit = OLD.key, OLD.code.commit
    assert (tmp_path / "runs" / key[:2] / key / f"{OLD.id}.json").read_bytes() == dump(OLD)
    assert (tmp_path / "commits" / commit[:2] / commit / f"{key}-{OLD.id}").read_bytes() == b""


def test_ten_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    running = [start(tmp_path, number * 10, 1, 10) for number in range(10)]
    for process in running:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert [made.id for made in RecordsFolder(str(tmp_path)).all()] == [record(n).id for n in range(100)]


def test_a_kill_at_any_moment_leaves_all_or_none_of_an_addition_and_the_next_works(tmp_path: Path) -> None:
    draw = random.Random(6)
    for turn in range(8):
        folder = tmp_path / str(turn)
        process = start(folder, 0, 5, 50_000)
        assert process.stdout is not None
        process.stdout.readline()  # it is writing now
        time.sleep(draw.uniform(0, 0.05))
        process.kill()
        said = process.communicate()[0].split()
        assert process.returncode == -signal.SIGKILL
        store = RecordsFolder(str(folder))
        found = {made.id for made in store.all()}
        assert len(found) % 5 == 0
        assert len(found) >= 5 * len(said)
        store.add([record(60_000)])
        assert {made.id for made in store.of_commit("c" * 40)} == found | {record(60_000).id}
        assert os.listdir(folder / "arriving") == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"{}", "lacks schema", id="no-record"),
        pytest.param(b" " * (LIMIT + 9), "larger than", id="too-large"),
        pytest.param(dump(NEW), "another run than its name says", id="another-run"),
        pytest.param(b'{"a":' * 99_999, "nested too deeply|not JSON", id="bottomless"),
    ],
)
def test_a_file_that_is_not_ours_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    store = RecordsFolder(str(tmp_path))
    store.add([OLD])
    path = tmp_path / "runs" / OLD.key[:2] / OLD.key / f"{OLD.id}.json"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=says) as refused:
        store.same_key(OLD.key)
    assert path.name in refused.value.message


@pytest.mark.parametrize("kind", ["loop", "folder"])
def test_what_is_no_file_in_place_of_a_record_or_an_acceptance_is_named(tmp_path: Path, kind: str) -> None:
    store = RecordsFolder(str(tmp_path))
    store.add([OLD])
    store.accept(acceptance(1))
    for path in [*tmp_path.glob("runs/*/*/*.json"), *tmp_path.glob("accepted/*/*/*.json")]:
        path.unlink()
        if kind == "folder":
            path.mkdir()
        else:
            path.symlink_to(path.name)
    for look in (
        store.all,
        lambda: store.newest(1),
        lambda: store.of_commit(OLD.code.commit),
        store.accepted,
    ):
        with pytest.raises(StoreError, match=r"\.json cannot be read"):
            look()


def test_files_that_systems_leave_everywhere_do_not_disturb(tmp_path: Path) -> None:
    store = RecordsFolder(str(tmp_path))
    store.add([OLD])
    arrived = tmp_path / "arriving/left"
    arrived.mkdir()
    (arrived / f"{NEW.id}.json").write_bytes(dump(NEW))
    for folder in (tmp_path / "arriving", arrived, *tmp_path.glob("runs/*/*")):
        for name in (".DS_Store", ".nfs0001", "._x.json", "notes.txt"):
            (folder / name).write_text("x")
    assert tuple(store.all()) == (OLD, NEW)
    store.add([OTHER])
    assert set(store.all()) == {OLD, NEW, OTHER}


def test_a_pipe_in_place_of_a_record_does_not_make_it_wait(tmp_path: Path) -> None:
    store = RecordsFolder(str(tmp_path))
    store.add([OLD])
    path = tmp_path / "runs" / OLD.key[:2] / OLD.key / f"{OLD.id}.json"
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(StoreError, match=path.name):
        store.same_key(OLD.key)


@pytest.mark.parametrize("key", ["../../x", "", "AA"])
def test_what_is_no_key_leads_nowhere(tmp_path: Path, key: str) -> None:
    store = RecordsFolder(str(tmp_path))
    store.add(ALL)
    assert tuple(store.same_key(key)) == tuple(store.of_commit(key)) == ()


def test_a_folder_that_cannot_be_made_is_an_error_with_the_next_step(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = RecordsFolder(str(tmp_path / "file"))
    for records in ([OLD], []):
        with pytest.raises(StoreError, match="cannot be written") as refused:
            store.add(records)
        assert not isinstance(refused.value, NotSentError), "nothing was kept"
        assert "path" in (refused.value.hint or "")
    with pytest.raises(StoreError, match="is no folder"):
        store.newest(3)
