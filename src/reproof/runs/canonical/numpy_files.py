"""`.npy` and `.npz` by logical value: dtype, shape and elements, whatever the order of bytes or of dimensions.

The format: NEP 1 and `numpy.lib.format`. Arrays of objects are pickles inside and are told by their bytes; so
are long doubles, whose elements have bytes without meaning in them.
"""

from __future__ import annotations

import ast
import math
import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from reproof.runs.canonical.arrays import c_strides, fortran_strides, in_c_order, little_endian
from reproof.runs.canonical.frame import CHUNK, ROOM, UnreadableError, allowance, framed, pieces, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reproof.runs.canonical.frame import Readable

HEADER = 1 << 16  # bytes of a header; NumPy itself takes 10,000 without being asked to trust more
_DESCR = re.compile(r"([<>=|])([biufcmMSUVa])(\d+)((?:\[[\w/]+\])?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Array:
    """A header: the dtype in one spelling, the order of an item's bytes, its size in bytes, shape, order."""

    dtype: Any
    order: tuple[int, ...]
    itemsize: int
    shape: tuple[int, ...]
    fortran: bool

    @property
    def size(self) -> int:
        return math.prod(self.shape) * self.itemsize


def npy_digest(path: str) -> str:
    """The digest of one array's dtype, shape and elements in C order, little-endian."""
    with open(path, "rb") as handle:
        array = _header(handle)
        if not array.fortran:
            return _digest(array, pieces(handle, array.size)).hex()
        return _digest(array, _transposed(array, _whole(handle, array))).hex()


def npz_digest(path: str) -> str:
    """The digest of the archive's arrays by name; of members that are no arrays, of their bytes."""
    left = allowance(path)
    members: dict[str, str] = {}
    with ZipFile(path) as archive:
        for info in archive.infolist():
            if info.filename in members:
                raise UnreadableError("a member is there twice")
            left -= info.file_size
            if left < 0:
                raise UnreadableError("it unpacks to more than is taken on")
            plain(info)
            with archive.open(info) as handle:
                members[info.filename] = _member(handle, info.filename, info.file_size).hex()
    return framed(members).hex()


def _member(handle: Readable, name: str, size: int) -> bytes:
    if not name.endswith(".npy"):
        return framed(None, pieces(handle, size))
    array = _header(handle)
    if not array.fortran:
        return _digest(array, pieces(handle, array.size))
    return _digest(array, _transposed(array, _whole(handle, array)))


def _whole(handle: Readable, array: _Array) -> memoryview:
    """All elements in memory: a memory map would kill the process when the file shrinks under it."""
    if array.size > ROOM:
        raise UnreadableError("an array in Fortran order is larger than is held in memory")
    data = b"".join(pieces(handle, array.size))
    if len(data) != array.size:
        raise UnreadableError("the array is not as long as its header says")
    return memoryview(data)


def _transposed(array: _Array, data: memoryview) -> Iterator[bytes | memoryview]:
    return in_c_order(data, array.itemsize, 0, array.shape, fortran_strides(array.shape))


def _digest(array: _Array, chunks: Iterable[bytes | memoryview]) -> bytes:
    counted = _Counted(chunks)
    if array.order != tuple(range(array.itemsize)):
        chunks = little_endian(counted, array.order, array.itemsize)
    else:
        chunks = counted
    made = framed([array.dtype, list(array.shape)], chunks)  # type: ignore[arg-type]  # any buffer is hashed
    if counted.seen != array.size:
        raise UnreadableError("the array is not as long as its header says")
    return made


class _Counted:
    """Chunks, and how many bytes they were."""

    __slots__ = ("_chunks", "seen")

    def __init__(self, chunks: Iterable[bytes | memoryview]) -> None:
        self._chunks = chunks
        self.seen = 0

    def __iter__(self) -> Iterator[bytes | memoryview]:
        for chunk in self._chunks:
            self.seen += len(chunk)
            yield chunk


def _header(handle: Readable) -> _Array:
    """The header of a `.npy` stream, which then stands at its elements."""
    magic = handle.read(8)
    if magic[:6] != b"\x93NUMPY" or magic[6:7] not in {b"\1", b"\2", b"\3"}:
        raise UnreadableError("it is no .npy file of a known version")
    width = "<H" if magic[6] == 1 else "<I"
    (length,) = struct.unpack(width, handle.read(struct.calcsize(width)))
    if length > HEADER:
        raise UnreadableError("the header is longer than is parsed")
    text = handle.read(length).decode("utf-8" if magic[6] == 3 else "latin-1")
    header = ast.literal_eval(text.strip())
    if not isinstance(header, dict) or header.keys() != {"descr", "fortran_order", "shape"}:
        raise UnreadableError("the header has other keys")
    shape, fortran = header["shape"], header["fortran_order"]
    if not isinstance(shape, tuple) or not all(type(one) is int and 0 <= one < 2**63 for one in shape):
        raise UnreadableError("the header's shape is none")
    dtype, order, itemsize = _dtype(header["descr"])
    if itemsize == 0 and math.prod(shape):
        raise UnreadableError("its elements have no size")
    array = _Array(dtype, tuple(order), itemsize, shape, bool(fortran))
    if array.fortran and array.shape and array.size and fortran_strides(shape) == c_strides(shape):
        return _Array(dtype, tuple(order), itemsize, shape, fortran=False)
    return array


def _dtype(descr: Any) -> tuple[Any, list[int], int]:
    """(the dtype in one spelling, positions of an item's bytes with the least significant first, itemsize)."""
    if isinstance(descr, str):
        return _plain_dtype(descr)
    if not isinstance(descr, list):
        raise UnreadableError("a dtype that is not known")
    fields, order, size = [], [], 0
    for field in descr:
        name, inner = field[0], field[1]
        dtype, positions, itemsize = _dtype(inner)
        shape = field[2] if len(field) > 2 else ()
        count = math.prod(shape) if all(type(one) is int and one >= 0 for one in shape) else -1
        if not 0 <= count * itemsize <= CHUNK:
            raise UnreadableError("a field that is larger than is taken on")
        if name:  # a field without a name is the padding of an aligned structure
            fields.append([name, dtype, list(shape)])
            order += [size + item * itemsize + position for item in range(count) for position in positions]
        size += count * itemsize
        if size > CHUNK:
            raise UnreadableError("an element that is larger than is taken on")
    return fields, order, size


def _plain_dtype(descr: str) -> tuple[str, list[int], int]:
    match = _DESCR.fullmatch(descr)
    if not match or len(match[3]) > 9:
        raise UnreadableError("a dtype that is not known, or pickled objects")
    end, kind, unit = match[1], match[2], match[4]
    count = int(match[3])
    size = 4 * count if kind == "U" else count
    width = {"c": size // 2, "U": 4, "S": 1, "a": 1, "V": 1, "b": 1}.get(kind, size)
    if size > CHUNK or (kind in "iufcmM" and width not in {1, 2, 4, 8}):
        raise UnreadableError("a dtype that is not known, or a long double")
    order = list(range(size))
    if end == ">" and width > 1:
        order = [begin + width - 1 - byte for begin in range(0, size, width) for byte in range(width)]
    return f"{'S' if kind == 'a' else kind}{count}{unit}", order, size
