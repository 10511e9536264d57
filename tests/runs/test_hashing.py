"""Data is told by its bytes; the cache only saves work, whatever happens to it."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from reproof.runs import hashing
from reproof.runs.hash_cache import NAME, HashCache
from reproof.runs.hashing import Hashed, hash_data

LONG_AGO = time.time() - 3600


def sha(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def one(path: Path, cache: HashCache | None = None) -> Hashed:
    return hash_data([str(path)], cache)[str(path)]


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every file had been written long before: so tests need not wait until a file may be cached."""
    monkeypatch.setattr("reproof.runs.hash_cache.RACY", -3600 * 10**9)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The places that were really read, in order."""
    read: list[str] = []
    real = hashing._Work._hash

    def noted(self: hashing._Work, place: str, buffer: memoryview, number: int) -> hashing._Done:
        read.append(os.path.basename(place))
        return real(self, place, buffer, number)

    monkeypatch.setattr(hashing._Work, "_hash", noted)
    return read


def test_a_file_has_the_hash_that_sha256sum_prints(tmp_path: Path) -> None:
    path = tmp_path / "a"
    data = os.urandom(3_000_001)
    path.write_bytes(data)
    assert one(path) == Hashed(sha(data), 3_000_001, 1)
    printed = subprocess.run(["sha256sum", str(path)], capture_output=True, check=True, text=True).stdout
    assert one(path).hash == "sha256:" + printed.split()[0]


def test_a_folder_is_its_files_by_name_and_content(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep/a").write_text("x")
    (folder / "b").write_text("yz")
    first = one(folder)
    assert (first.size, first.files) == (3, 2)
    folder.rename(tmp_path / "elsewhere")
    folder = tmp_path / "elsewhere"
    assert one(folder) == first, "its own name and place do not count"
    (folder / "b").rename(folder / "c")
    assert one(folder).hash != first.hash
    (folder / "c").rename(folder / "b")
    assert one(folder) == first
    (folder / "b").write_text("zy")
    assert one(folder).hash != first.hash


def test_an_empty_folder_is_no_empty_file(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    assert one(tmp_path / "folder").hash != one(tmp_path / "file").hash


def test_names_cannot_be_moved_into_each_other(tmp_path: Path) -> None:
    """One file with a line break in its name is not two files."""
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    digest = hashlib.sha256(b"").hexdigest()
    (tmp_path / f"one/a\n{digest} b").touch()
    (tmp_path / "two/a").touch()
    (tmp_path / "two/b").touch()
    assert one(tmp_path / "one").hash != one(tmp_path / "two").hash


def test_a_name_that_is_not_utf8_counts_like_others(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    first = os.path.join(os.fsencode(folder), b"\xff")
    with open(first, "wb") as handle:
        handle.write(b"x")
    before = one(folder).hash
    os.rename(first, os.path.join(os.fsencode(folder), b"\xfe"))
    assert one(folder).hash != before


def test_links_are_read_through(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store/a").write_text("x")
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "a").symlink_to(tmp_path / "store/a")
    assert one(folder) == one(tmp_path / "store")
    (tmp_path / "alias").symlink_to(folder)
    assert one(tmp_path / "alias") == one(folder)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        pytest.param(os.mkfifo, errno.EINVAL, id="a-pipe-is-not-waited-for"),
        pytest.param(lambda place: os.symlink(".", place), errno.ELOOP, id="a-link-to-its-own-folder"),
        pytest.param(lambda place: os.symlink(place, place), errno.ELOOP, id="a-link-to-itself"),
        pytest.param(lambda place: os.symlink("nowhere", place), errno.ENOENT, id="a-link-to-nothing"),
    ],
)
def test_what_is_no_file_is_an_error_with_its_place(tmp_path: Path, make: object, code: int) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    make(str(folder / "odd"))  # type: ignore[operator]
    with pytest.raises(OSError, match="odd") as caught:
        one(folder)
    assert caught.value.errno == code
    assert caught.value.filename == str(folder / "odd")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_an_error_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "secret").chmod(0)
    with pytest.raises(PermissionError, match="secret"):
        one(tmp_path)


def test_a_missing_path_and_a_device_are_errors(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="gone"):
        one(tmp_path / "gone")
    with pytest.raises(OSError, match="neither a file nor a folder"):
        hash_data(["/dev/zero"])


def test_a_file_that_is_being_written_is_refused(tmp_path: Path) -> None:
    """Half of one version and half of another would be the hash of nothing."""
    path = tmp_path / "growing"
    path.write_bytes(bytes(64 << 20))
    over = threading.Event()

    def write() -> None:
        with open(path, "ab", buffering=0) as handle:
            while not over.is_set():
                handle.write(b"x")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        with pytest.raises(OSError, match="written to while it is read"):
            one(path)
    finally:
        over.set()
        writer.join()


def test_only_what_changed_is_read_again(tmp_path: Path, settled: None, hashed: list[str]) -> None:
    folder, cache = tmp_path / "data", HashCache(str(tmp_path / "private"))
    folder.mkdir()
    for name in "abc":
        (folder / name).write_text(name)
    first = one(folder, cache)
    assert sorted(hashed) == ["a", "b", "c"]
    hashed.clear()
    assert one(folder, cache) == first
    assert hashed == []
    (folder / "b").write_text("B")
    assert one(folder, cache).hash != first.hash
    assert hashed == ["b"]


@pytest.mark.parametrize("keep_time", [True, False], ids=["its-times-set-back", "its-times-as-written"])
def test_another_content_of_the_same_size_is_seen(tmp_path: Path, settled: None, keep_time: bool) -> None:
    path, cache = tmp_path / "a", HashCache(str(tmp_path))
    path.write_text("one")
    os.utime(path, (LONG_AGO, LONG_AGO))
    assert one(path, cache).hash == sha(b"one")
    time.sleep(0.02)
    path.write_text("two")
    if keep_time:
        os.utime(path, (LONG_AGO, LONG_AGO))
    assert one(path, cache).hash == sha(b"two")


def test_a_file_put_in_its_place_is_seen(tmp_path: Path, settled: None) -> None:
    path, cache = tmp_path / "a", HashCache(str(tmp_path))
    path.write_text("one")
    one(path, cache)
    (tmp_path / "b").write_text("two")
    os.replace(tmp_path / "b", path)
    assert one(path, cache).hash == sha(b"two")


def test_what_was_written_just_now_is_not_trusted(tmp_path: Path, hashed: list[str]) -> None:
    """A second write in the same instant would leave the same times: git's racily clean entries."""
    path, cache = tmp_path / "a", HashCache(str(tmp_path))
    path.write_text("one")
    one(path, cache)
    one(path, cache)
    assert hashed == ["a", "a"]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"not a database, but long enough to look at " * 99, id="text"),
        pytest.param(b"SQLite format 3\0" + bytes(4000), id="only-the-magic"),
    ],
)
def test_a_broken_cache_is_ignored_and_replaced(
    tmp_path: Path, data: bytes, settled: None, hashed: list[str]
) -> None:
    path, cache = tmp_path / "a", HashCache(str(tmp_path))
    path.write_text("x")
    (tmp_path / NAME).write_bytes(data)
    for _ in range(4):
        assert one(path, cache).hash == sha(b"x")
    assert hashed in (["a"], ["a", "a"]), "it works again at the next hashing, or the one after"


def test_no_damage_to_the_cache_gives_a_wrong_hash(tmp_path: Path, settled: None) -> None:
    """300 caches, each with bytes changed at random places."""
    folder, chance = tmp_path / "data", random.Random(6)
    folder.mkdir()
    for number in range(40):
        (folder / f"file{number}").write_text(str(number))
    cache = HashCache(str(tmp_path))
    right = one(folder, cache)
    whole = (tmp_path / NAME).read_bytes()
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 30)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        (tmp_path / NAME).write_bytes(damaged)
        assert one(folder, cache) == right


def test_a_row_that_was_changed_is_not_believed(tmp_path: Path, settled: None) -> None:
    path, cache = tmp_path / "a", HashCache(str(tmp_path))
    path.write_text("x")
    one(path, cache)
    with contextlib.closing(sqlite3.connect(cache.path)) as database, database:
        database.execute("UPDATE hashes SET line = replace(line, substr(line, -64), ?)", ("0" * 64,))
    assert one(path, cache).hash == sha(b"x")


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    in_a_file = HashCache(str(tmp_path / "file" / "private"))
    in_the_way = HashCache(str(tmp_path))
    os.mkdir(in_the_way.path)
    for cache in (in_a_file, in_the_way):
        assert one(tmp_path / "file", cache).hash == sha(b"x")


def test_a_cache_that_is_locked_is_left_alone(
    tmp_path: Path, settled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reproof.runs.hash_cache.WAIT", 0.05)
    path, cache = tmp_path / "a", HashCache(str(tmp_path))
    path.write_text("x")
    one(path, cache)
    other = sqlite3.connect(cache.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    path.write_text("y")
    assert one(path, cache).hash == sha(b"y")
    other.execute("ROLLBACK")
    assert other.execute("SELECT count(*) FROM hashes").fetchone() == (1,)
    other.close()


CHILD = """
import sys
from reproof.runs import hash_cache
from reproof.runs.hashing import hash_data
hash_cache.RACY = -3600 * 10**9
folder, private, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
cache = hash_cache.HashCache(private)
for _ in range(rounds):
    found = hash_data([folder], cache)[folder]
    print(found.hash, flush=True)
    cache.keep({f"/elsewhere/{number}": (hash_cache.Stamp(1, 2, 3, 4, number), "0" * 64) for number in range(3000)})
"""


def test_processes_share_a_cache_and_may_be_killed(tmp_path: Path) -> None:
    """Six at once, three of them killed while they write: every answer is right, and the cache is whole."""
    folder = tmp_path / "data"
    folder.mkdir()
    for number in range(200):
        (folder / str(number)).write_text(str(number))
    right = one(folder).hash
    command = [sys.executable, "-c", CHILD, str(folder), str(tmp_path / "private")]
    patient = [subprocess.Popen([*command, "5"], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    killed = [subprocess.Popen([*command, "1000"], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = []
    for child in killed:
        assert child.stdout
        said.append(child.stdout.readline().strip())  # it is writing the many rows now
        child.send_signal(signal.SIGKILL)
        said += child.communicate()[0].split()
    for child in patient:
        said += child.communicate()[0].split()
        assert child.returncode == 0
    assert set(said) <= {right}
    assert len(said) >= 18
    with contextlib.closing(sqlite3.connect(tmp_path / "private" / NAME)) as database, database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("SELECT count(*) FROM hashes").fetchone()[0] >= 200


def test_the_cache_does_not_grow_without_end(
    tmp_path: Path, settled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reproof.runs.hash_cache.MOST", 10)
    cache = HashCache(str(tmp_path / "private"))
    for number in range(25):
        (tmp_path / "a").write_text(str(number))
        (tmp_path / "a").rename(tmp_path / str(number))
        one(tmp_path / str(number), cache)
    with contextlib.closing(sqlite3.connect(cache.path)) as database, database:
        assert database.execute("SELECT count(*) FROM hashes").fetchone() == (10,)


def test_progress_is_told_in_the_callers_thread_and_ends_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(30 << 20))
    (tmp_path / "b").write_bytes(bytes(10 << 20))
    told: list[tuple[int, int]] = []
    callers = set()

    def tell(done: int, whole: int) -> None:
        told.append((done, whole))
        callers.add(threading.current_thread())

    hash_data([str(tmp_path)], progress=tell)
    assert told[-1] == (40 << 20, 40 << 20)
    assert told == sorted(told)
    assert callers == {threading.current_thread()}


def test_an_interruption_ends_the_threads(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(100 << 20))
    before = threading.active_count()

    def interrupt(done: int, whole: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hash_data([str(tmp_path)], progress=interrupt)
    assert threading.active_count() == before
