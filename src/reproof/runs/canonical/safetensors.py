"""safetensors by its tensors: name, dtype, shape, bytes. Free-form metadata and the order of names do not count.

The format: an unsigned 64-bit length, that many bytes of JSON, then the tensors' bytes, which the offsets of
the JSON must cover without holes or overlaps (huggingface/safetensors, "Format").
"""

from __future__ import annotations

import json
import math
import os
import struct
from typing import TYPE_CHECKING, Any

from reproof.runs.canonical.frame import UnreadableError, framed, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

HEADER = 100_000_000  # bytes of JSON; the format's own limit
PARSED = 64 * 1024 * 1024  # and ours: a million tensors are described in fewer


def safetensors_digest(path: str) -> str:
    """The digest of the tensors, sorted by name; elements are little-endian and in C order in every such file."""
    size = os.path.getsize(path)
    with open(path, "rb") as handle:
        (length,) = struct.unpack("<Q", handle.read(8))
        if length > min(HEADER, PARSED, size - 8):
            raise UnreadableError("the header is longer than the file, or than is parsed")
        header = json.loads(handle.read(length).decode("utf-8"), object_pairs_hook=_object)
        if not isinstance(header, dict):
            raise UnreadableError("the header is no object")
        header.pop("__metadata__", None)
        start = 8 + length
        spans = {name: _span(entry) for name, entry in header.items()}
        _cover(list(spans.values()), size - start)
        found = {}
        for name, (begin, end) in sorted(spans.items()):
            handle.seek(start + begin)
            entry = header[name]
            found[name] = framed([entry["dtype"], entry["shape"]], _span_bytes(handle, end - begin)).hex()
    return framed(found).hex()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise UnreadableError("a name is there twice")
    return made


def _span(entry: Any) -> tuple[int, int]:
    """A tensor's first byte and the one after its last."""
    if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
        raise UnreadableError("a tensor has other keys")
    shape, offsets = entry["shape"], entry["data_offsets"]
    if not isinstance(entry["dtype"], str) or not _counts(shape) or not _counts(offsets) or len(offsets) != 2:
        raise UnreadableError("a tensor's description is none")
    begin, end = offsets
    count = math.prod(shape)
    # A dtype's width is not looked up: formats below a byte exist, and new ones come. It must come out whole.
    if count and (end - begin) * 8 % count:
        raise UnreadableError("a tensor's bytes do not fit its shape")
    return begin, end


def _counts(values: Any) -> bool:
    return isinstance(values, list) and all(type(one) is int and 0 <= one < 2**63 for one in values)


def _cover(spans: list[tuple[int, int]], size: int) -> None:
    at = 0
    for begin, end in sorted(spans):
        if begin != at or end < begin:
            raise UnreadableError("the tensors leave a hole, or overlap")
        at = end
    if at != size:
        raise UnreadableError("the tensors do not fill the file")


def _span_bytes(handle: BinaryIO, size: int) -> Iterator[bytes]:
    yield from pieces(_Part(handle, size), size)


class _Part:
    """The next `size` bytes of a file, as a stream of their own; raises where there are fewer."""

    __slots__ = ("_handle", "_left")

    def __init__(self, handle: BinaryIO, size: int) -> None:
        self._handle = handle
        self._left = size

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most `size`."""
        data = self._handle.read(min(size, self._left))
        if not data and self._left:
            raise UnreadableError("the file ends inside a tensor")
        self._left -= len(data)
        return data
