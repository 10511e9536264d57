"""The files below a folder, in one order everywhere: by the bytes of their relative names.

Links are followed, since a training reads through them; a link back to a folder that encloses it is not, and
what is no file (pipes, sockets, devices) is named and never opened: reading one may wait without end. Files
are only listed here; hashing them is for `hashing.py` (inputs) and `canonical/` (artifacts).
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST = 500  # folders inside each other; no file system path is longer in earnest


@dataclass(frozen=True, slots=True)
class Entry:
    """`name` is relative to the folder, with `/`; `place` is a path that can be opened.

    `kind` is "file", "loop" (a link to a folder around it), "gone" (a link to nothing) or "special".
    """

    name: str
    place: str
    kind: Literal["file", "loop", "gone", "special"]


def entries_below(folder: str) -> tuple[Entry, ...]:
    """All that lies below a folder but folders themselves, sorted; raises `OSError` with the place."""
    status = os.stat(folder)
    found = list(_below(folder, "", {(status.st_dev, status.st_ino)}))
    return tuple(sorted(found, key=lambda entry: name_bytes(entry.name)))


def files_below(folder: str) -> tuple[Entry, ...]:
    """The files below a folder, sorted; raises `OSError` with the place for whatever is neither file nor folder."""
    entries = entries_below(folder)
    for entry in entries:
        if entry.kind == "loop":
            raise OSError(errno.ELOOP, "a link leads back to a folder around it", entry.place)
        if entry.kind == "gone":
            raise FileNotFoundError(errno.ENOENT, "a link leads to nothing", entry.place)
        if entry.kind == "special":
            raise no_file(entry.place)
    return entries


def no_file(place: str) -> OSError:
    """The error for a pipe, a socket or a device where a file should be."""
    return OSError(errno.EINVAL, "is neither a file nor a folder", place)


def name_bytes(name: str) -> bytes:
    """A name as the file system has it; names need not be UTF-8."""
    return name.encode("utf-8", "surrogateescape")


def _below(folder: str, prefix: str, around: set[tuple[int, int]]) -> Iterator[Entry]:
    if len(around) > DEEPEST:
        raise OSError(errno.ELOOP, "folders are nested too deeply", folder)
    with os.scandir(folder) as listing:
        items = [(item.name, item.path) for item in listing]
    for own, place in items:
        name = prefix + own
        try:
            status = os.stat(place)
        except OSError as error:
            if error.errno not in {errno.ENOENT, errno.ELOOP} or not os.path.islink(place):
                raise
            yield Entry(name, place, "loop" if error.errno == errno.ELOOP else "gone")
            continue
        identity = (status.st_dev, status.st_ino)
        if stat.S_ISREG(status.st_mode):
            yield Entry(name, place, "file")
        elif not stat.S_ISDIR(status.st_mode):
            yield Entry(name, place, "special")
        elif identity in around:
            yield Entry(name, place, "loop")
        else:
            yield from _below(place, name + "/", around | {identity})
