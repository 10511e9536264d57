"""Hashes of files that were hashed before, by what changes when a file is written: a small SQLite file.

A cache and nothing more: without it, or with a broken one, everything is hashed anew. Processes share it; one that
is killed leaves it whole, since SQLite rolls back. A row that does not fit its own checksum is not believed.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import zlib
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from reproof.runs.folders import name_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAME = "hashes.sqlite"
WAIT = 2.0  # seconds for another process's write; then the cache is done without
MOST = 1_000_000  # files that are remembered; the oldest entries go first
# A file that was written less than this before it was hashed may be written again without its time changing:
# file systems round times, the coarsest (FAT) to two seconds. git does the same with its index.
RACY = 2_000_000_000  # nanoseconds
# What a damaged database can bring about: even its messages may not be text.
_BROKEN = (OSError, sqlite3.Error, ValueError, TypeError, OverflowError, MemoryError)
# Errors that say nothing about the file's content.
_PASSING = frozenset({
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PERM,
})  # fmt: skip
_ASKED = 500  # places in one query; SQLite allows at least 999


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells one version of a file from another: device, inode, size in bytes, times in nanoseconds."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """The stamp in a file's status."""
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)

    def settled(self, moment: int) -> bool:
        """Whether a write after `moment` (nanoseconds since the epoch) is sure to change the stamp."""
        return max(self.modified, self.changed) + RACY < moment


class HashCache:
    """Hashes by place (an absolute path) and stamp, kept in a folder of reproof's own (`Repository.private`).

    One file is for hashes of one algorithm.
    """

    def __init__(self, folder: str, name: str = NAME) -> None:
        self.path = os.path.join(folder, name)

    def known(self, stamps: Mapping[str, Stamp]) -> dict[str, str]:
        """The hashes (hexadecimal digits) of those places that are as they were when they were hashed."""
        found: dict[str, str] = {}
        places = {name_bytes(place): place for place in stamps}
        keys = list(places)
        with self._open() as database:
            for start in range(0, len(keys) if database else 0, _ASKED):
                some = keys[start : start + _ASKED]
                # Only question marks are put into the statement.
                query = (
                    f"SELECT place, line, checksum FROM hashes WHERE place IN ({','.join('?' * len(some))})"  # noqa: S608
                )
                for key, line, checksum in database.execute(query, some) if database else ():
                    place = places.get(key)  # in a damaged database the index may lead elsewhere
                    stamp, _, digest = str(line).rpartition(" ")
                    if place and stamp == _line(stamps[place]) and checksum == _checksum(key, line):
                        found[place] = digest
        return found

    def keep(self, hashed: Mapping[str, tuple[Stamp, str]]) -> None:
        """Remember hashes. The caller leaves out files that were not `settled` when it began to read them."""
        if not hashed:
            return
        rows = []
        for place, (stamp, digest) in hashed.items():
            key, line = name_bytes(place), f"{_line(stamp)} {digest}"
            rows.append((key, line, _checksum(key, line)))
        with self._open() as database:
            if database:
                database.executemany("INSERT OR REPLACE INTO hashes VALUES (?, ?, ?)", rows)
                database.execute(
                    "DELETE FROM hashes WHERE rowid <= (SELECT max(rowid) FROM hashes) - ?", (MOST,)
                )
                database.commit()

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection | None]:
        """The database; None where there can be none. What fails inside is left: the cache is not needed."""
        database = None
        try:
            os.makedirs(os.path.dirname(self.path), exist_ok=True)
            database = sqlite3.connect(self.path, timeout=WAIT)
            database.execute(
                "CREATE TABLE IF NOT EXISTS hashes (place BLOB PRIMARY KEY, line TEXT, checksum INT)"
            )
        except _BROKEN as error:
            self._drop(database, error)
            database = None
        try:
            yield database
        except _BROKEN as error:
            self._drop(database, error)
        finally:
            if database:
                database.close()

    def _drop(self, database: sqlite3.Connection | None, error: Exception) -> None:
        """Remove a database that is broken; one that is only busy, or on a full disk, stays."""
        if database:
            database.close()
        code = getattr(error, "sqlite_errorcode", None)
        if not isinstance(error, OSError) and (code is None or code & 0xFF not in _PASSING):
            # The journal first: it must not be played back into a new database.
            for path in (self.path + "-journal", self.path):
                with contextlib.suppress(OSError):
                    os.unlink(path)


def _line(stamp: Stamp) -> str:
    return " ".join(map(str, astuple(stamp)))


def _checksum(key: bytes, line: str) -> int:
    return zlib.crc32(line.encode(), zlib.crc32(key))
