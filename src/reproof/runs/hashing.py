"""Hashes of data files and folders: on all cores, and only what changed since it was hashed last.

For inputs that nobody else hashes already: those of DVC have DVC's hash, tracked files git's. Artifacts are told by
what they mean (`canonical/`), data by its bytes. Knows nothing of git; the caller says where the cache lies.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from reproof.runs.folders import files_below, name_bytes, no_file
from reproof.runs.hash_cache import Stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    # Called with bytes done and bytes in all that are to be hashed, from the caller's own thread.
    Progress = Callable[[int, int], None]

BUFFER = (
    64 << 10
)  # bytes read at once: as many as a core has close at hand; hashing them lets other threads run
ALONE = 4 << 20  # bytes below which no thread is worth its start
TICK = 0.1  # seconds between two calls of the progress


@dataclass(frozen=True, slots=True)
class Hashed:
    """A file or a folder: `hash` is `sha256:<hex>`, `size` in bytes of all files, `files` how many."""

    hash: str
    size: int
    files: int


class Remembered(Protocol):
    """Digests of files that were hashed before; `HashCache` is one."""

    def known(self, stamps: Mapping[str, Stamp]) -> dict[str, str]:
        """The digests of those places that are as they were when they were hashed."""

    def keep(self, hashed: Mapping[str, tuple[Stamp, str]]) -> None:
        """Remember digests."""


def hash_data(
    paths: Iterable[str],
    cache: Remembered | None = None,
    progress: Progress | None = None,
    workers: int | None = None,
) -> dict[str, Hashed]:
    """The hashes of files and folders by path; a folder is its files' names and hashes, its name does not count.

    Raises `OSError` with the place for what cannot be read, is neither file nor folder, is a link into a circle, or
    is written to while it is read. `workers` is the number of threads (default: the cores that are ours).
    """
    trees = {path: _files_of(path) for path in paths}
    places = {place for tree in trees.values() for _, place in tree}
    digests, stamps = hash_files(places, cache, progress, workers)
    return {path: _summed(tree, digests, stamps) for path, tree in trees.items()}


def hash_files(
    places: Iterable[str],
    cache: Remembered | None = None,
    progress: Progress | None = None,
    workers: int | None = None,
    algorithm: str = "sha256",
) -> tuple[dict[str, str], dict[str, Stamp]]:
    """The digests (hexadecimal) and the stamps of files by place; raises `OSError` like `hash_data`.

    What `cache` holds must be of the same algorithm, one of `hashlib`.
    """
    stamps = {place: Stamp.of(os.stat(place)) for place in sorted(places)}
    digests = cache.known(stamps) if cache else {}
    left = [place for place in stamps if place not in digests]
    work = _Work(deque(sorted(left, key=lambda place: -stamps[place].size)), algorithm)
    work.run(sum(stamps[place].size for place in left), workers or _cores(), progress)
    if cache:
        cache.keep({place: (done.stamp, done.digest) for place, done in work.done.items() if done.settled})
    for place, done in work.done.items():
        digests[place], stamps[place] = done.digest, done.stamp
    return digests, stamps


def _files_of(path: str) -> tuple[tuple[str | None, str], ...]:
    """(name below the folder, place) of each file; of a single file, with no name."""
    status = os.stat(path)
    full = os.path.abspath(path)
    if stat.S_ISDIR(status.st_mode):
        return tuple((entry.name, entry.place) for entry in files_below(full))
    if not stat.S_ISREG(status.st_mode):
        raise no_file(path)
    return ((None, full),)


def _summed(
    tree: Sequence[tuple[str | None, str]], digests: Mapping[str, str], stamps: Mapping[str, Stamp]
) -> Hashed:
    size = sum(stamps[place].size for _, place in tree)
    if len(tree) == 1 and tree[0][0] is None:
        return Hashed(f"sha256:{digests[tree[0][1]]}", size, 1)
    whole = hashlib.sha256(b"folder\0")
    for name, place in tree:
        whole.update(digests[place].encode() + b" " + name_bytes(name or "") + b"\0")  # no name has a NUL
    return Hashed(f"sha256:{whole.hexdigest()}", size, len(tree))


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class _Done:
    digest: str
    stamp: Stamp
    settled: bool


@dataclass(slots=True)
class _Work:
    """Places to hash, the largest first, shared by threads: each takes the next one when it is free."""

    left: deque[str]
    algorithm: str
    done: dict[str, _Done] = field(default_factory=dict)
    errors: list[Exception] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    seen: list[int] = field(default_factory=list)  # bytes hashed, one count a thread

    def run(self, size: int, workers: int, progress: Progress | None) -> None:
        """Hash all; raises the first error. An interruption ends the threads before it goes on."""
        workers = min(workers, len(self.left))
        if not self.left:
            return
        if size <= ALONE and progress is None:
            workers = 0
        self.seen = [0] * max(1, workers)
        if workers:
            self._in_threads(size, workers, progress)
        else:
            self._take(0)
        if self.errors:
            raise self.errors[0]

    def _in_threads(self, size: int, workers: int, progress: Progress | None) -> None:
        threads = [threading.Thread(target=self._take, args=(number,)) for number in range(workers)]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                while thread.is_alive():
                    thread.join(TICK if progress else None)
                    if progress:
                        progress(min(sum(self.seen), size), size)
        finally:
            self.stop.set()
            for thread in threads:
                if thread.ident is not None:
                    thread.join()

    def _take(self, number: int) -> None:
        buffer = memoryview(bytearray(BUFFER))
        while not self.stop.is_set():
            try:
                place = self.left.popleft()
            except IndexError:
                return
            try:
                self.done[place] = self._hash(place, buffer, number)
            except Exception as error:  # noqa: BLE001  raised again by the thread that asked
                self.errors.append(error)
                self.stop.set()

    def _hash(self, place: str, buffer: memoryview, number: int) -> _Done:
        """One file; once more where it changed meanwhile."""
        for _ in range(2):
            began = time.time_ns()
            # Without waiting: what was a file a moment ago may be a pipe now.
            descriptor = os.open(place, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
            with open(descriptor, "rb", buffering=0) as handle:
                status = os.fstat(descriptor)
                if not stat.S_ISREG(status.st_mode):
                    raise no_file(place)
                before = Stamp.of(status)
                digest = hashlib.new(self.algorithm, usedforsecurity=False)
                try:
                    while not self.stop.is_set() and (count := handle.readinto(buffer)):
                        digest.update(buffer[:count])
                        self.seen[number] += count
                except OSError as error:
                    raise OSError(error.errno, error.strerror, place) from None
                if before == Stamp.of(os.fstat(descriptor)):
                    return _Done(digest.hexdigest(), before, before.settled(began))
        raise OSError(errno.EBUSY, "is written to while it is read", place)
