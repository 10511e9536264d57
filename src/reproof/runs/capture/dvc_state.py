"""MD5s that DVC has computed already, read from its own state: so that what `dvc add` hashed is not hashed again.

DVC remembers each file's hash by inode, time and size in an SQLite file outside of the repository. Where that is
not found, or looks otherwise than known here, nothing is known, and the file is hashed. Nothing is written there.
"""

from __future__ import annotations

import configparser
import contextlib
import hashlib
import json
import os
import sqlite3
import sys
from typing import TYPE_CHECKING

from reproof.runs.hash_cache import HashCache, Stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

OURS = "dvc-hashes.sqlite"
MOST_STATES = 64  # of other repositories and of checkouts that are gone; the newest are asked
VERSION = 1  # of DVC's entries
_ASKED = 500  # paths in one query; SQLite allows at least 999
_MD5_DIGITS = frozenset("0123456789abcdef")
_BROKEN = (OSError, sqlite3.Error, ValueError, TypeError, LookupError, AttributeError, RecursionError)


class DvcHashes:
    """MD5s by place and stamp: those that reproof computed itself, and those of DVC's state."""

    def __init__(self, root: str, private: str, environ: Mapping[str, str]) -> None:
        """`private` is reproof's folder; DVC's settings are those of the repository at `root`."""
        self._own = HashCache(private, OURS)
        self._folders = tuple(_state_folders(root, environ))

    def known(self, stamps: Mapping[str, Stamp]) -> dict[str, str]:
        """The MD5s (32 hexadecimal digits) of those places that are as they were when they were hashed."""
        found = self._own.known(stamps)
        for path in _databases(self._folders) if len(found) < len(stamps) else ():
            left = {place: stamp for place, stamp in stamps.items() if place not in found}
            if not left:
                break
            with contextlib.suppress(*_BROKEN):
                found |= _of_state(path, left)
        return found

    def keep(self, hashed: Mapping[str, tuple[Stamp, str]]) -> None:
        """Remember what was hashed here, in a file of our own."""
        self._own.keep(hashed)


def _state_folders(root: str, environ: Mapping[str, str]) -> Iterator[str]:
    """Where DVC keeps what it knows of repositories: as it is told, else as on this system."""
    if told := environ.get("DVC_SITE_CACHE_DIR"):
        yield told
        return
    parser = configparser.RawConfigParser(strict=False)
    with contextlib.suppress(configparser.Error, ValueError, OSError):
        parser.read([os.path.join(root, ".dvc", name) for name in ("config", "config.local")], "utf-8")
        if told := parser.get("core", "site_cache_dir", fallback=None):
            yield os.path.join(root, told)
            return
    yield "/Library/Caches/dvc" if sys.platform == "darwin" else "/var/tmp/dvc"  # noqa: S108  DVC's own choice


def _databases(folders: Iterable[str]) -> list[str]:
    """The states that belong to us, the newest first: the folder may be everybody's."""
    found = []
    for folder in folders:
        try:
            names = os.listdir(os.path.join(folder, "repo"))
        except OSError:
            continue
        for name in names:
            path = os.path.join(folder, "repo", name, "hashes", "local", "cache.db")
            with contextlib.suppress(OSError):
                status = os.stat(path)
                if sys.platform == "win32" or status.st_uid == os.geteuid():
                    found.append((status.st_mtime_ns, path))
    return [path for _, path in sorted(found, reverse=True)[:MOST_STATES]]


def _of_state(path: str, stamps: Mapping[str, Stamp]) -> dict[str, str]:
    """What one state says; raises one of `_BROKEN` for what is none."""
    found = {}
    keys = list(stamps)
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1)) as database:
        for start in range(0, len(keys), _ASKED):
            some = keys[start : start + _ASKED]
            # Only question marks are put into the statement.
            query = f"SELECT key, value FROM Cache WHERE raw = 1 AND key IN ({','.join('?' * len(some))})"  # noqa: S608
            for place, value in database.execute(query, some):
                entry = json.loads(value)
                digest = entry["hash_info"].get("md5")
                if (
                    entry.get("version") == VERSION
                    and entry["checksum"] == _token(stamps[place])
                    and isinstance(digest, str)
                    and len(digest) == 32
                    and not set(digest) - _MD5_DIGITS
                ):
                    found[place] = digest
    return found


def _token(stamp: Stamp) -> str:
    """A file's identity as DVC writes it: inode, time as a float of seconds, size."""
    seconds, nanoseconds = divmod(stamp.modified, 10**9)
    identity = ([stamp.inode, seconds + 1e-9 * nanoseconds, stamp.size],)
    return str(int(hashlib.md5(str(identity).encode(), usedforsecurity=False).hexdigest(), 16))
