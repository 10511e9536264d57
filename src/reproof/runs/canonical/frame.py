"""What the readers of formats share: unambiguous framing of hashed values, and limits for what unpacks."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Protocol
    from zipfile import ZipInfo

    class Readable(Protocol):
        """Anything that gives bytes piece by piece."""

        def read(self, size: int, /) -> bytes: ...


CHUNK = 1 << 20
ROOM = 1 << 30  # bytes that even a tiny file may unpack to
RATIO = 200
MOST = 1 << 36  # bytes that no file may unpack to beyond


class UnreadableError(ValueError):
    """The file is not what its name says, or is more than a reader here takes on: its raw bytes are hashed."""


def framed(what: Any, chunks: Iterable[bytes] = ()) -> bytes:
    """The digest of a description (plain JSON values) and of the bytes that it describes."""
    digest = hashlib.sha256(json.dumps(what, sort_keys=True, separators=(",", ":")).encode("ascii") + b"\n")
    for chunk in chunks:
        digest.update(chunk)
    return digest.digest()


def allowance(path: str) -> int:
    """How many bytes a compressed file may unpack to, so that a bomb ends: it follows from its size alone."""
    return min(max(ROOM, RATIO * os.path.getsize(path)), MOST)


def pieces(handle: Readable, limit: int) -> Iterator[bytes]:
    """The rest of a stream in chunks; raises `UnreadableError` once it gave more than `limit` bytes."""
    while chunk := handle.read(CHUNK):
        limit -= len(chunk)
        if limit < 0:
            raise UnreadableError("it unpacks to more than is taken on")
        yield chunk


def plain(info: ZipInfo) -> None:
    """Refuse members that are packed by more than deflate: LZMA takes gigabytes of memory for a small file."""
    if info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise UnreadableError("a member is packed in an unusual way")
