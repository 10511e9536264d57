"""The paths that git's index holds, read from its bytes: what the next commit will have.

Starting git costs a commit more than all rules together, and this one question needs a list of names only. The
format is that of git's own `Documentation/gitformat-index`: versions 2, 3 and 4, SHA-1 and SHA-256. Nothing here
opens a file.
"""

from __future__ import annotations

import os
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_HASHES = (20, 32)  # bytes of an object's name: SHA-1, SHA-256
_STAT = 40  # bytes of times, inode, mode and size in front of it
_EXTENDED, _NAME, _INTENT_TO_ADD = 0x4000, 0x0FFF, 0x2000


def paths_in_index(data: bytes) -> frozenset[str] | None:
    """The paths that are staged, root-relative; None where the bytes do not say it all.

    That is so for an index of another version, a broken one, a split one (the rest lies in another file), and a
    sparse one (a folder stands for its files). What is only announced (`git add -N`) is not staged.
    """
    if len(data) < 12 or data[:4] != b"DIRC":
        return None
    version, count = struct.unpack(">II", data[4:12])
    if version not in {2, 3, 4} or count > len(data):
        return None
    for size in _HASHES:
        try:
            return frozenset(_entries(data, version, count, size))
        except (struct.error, ValueError, IndexError):
            continue
    return None


def _entries(data: bytes, version: int, count: int, size: int) -> Iterator[str]:
    """The names of the entries; raises `ValueError` and the like for what cannot be this format."""
    at, name = 12, b""
    for _ in range(count):
        start = at
        at += _STAT + size
        (flags,) = struct.unpack_from(">H", data, at)
        at += 2
        extended = 0
        if flags & _EXTENDED:
            (extended,) = struct.unpack_from(">H", data, at)
            at += 2
        kept = 0
        if version == 4:  # so many bytes fewer of the name before, then its own end
            dropped, at = _varint(data, at)
            kept = len(name) - dropped
        end = data.index(b"\0", at)
        name = name[:kept] + data[at:end] if kept >= 0 else b""
        if not name or (len(name) != (flags & _NAME) and (flags & _NAME) != _NAME):
            raise ValueError("not an entry's name")
        at = end + 1 if version == 4 else start + (end - start + 8) // 8 * 8
        if not extended & _INTENT_TO_ADD:
            yield os.fsdecode(name)
    for extension in _extensions(data, at, size):
        if extension in {b"link", b"sdir"}:
            raise ValueError("names lie elsewhere")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number as git packs it, and the offset behind it."""
    byte = data[at]
    value = byte & 0x7F
    while byte & 0x80:
        at += 1
        byte = data[at]
        value = ((value + 1) << 7) | (byte & 0x7F)
    return value, at + 1


def _extensions(data: bytes, at: int, size: int) -> Iterator[bytes]:
    while at + 8 <= len(data) - size:
        signature, length = struct.unpack_from(">4sI", data, at)
        yield signature
        at += 8 + length
