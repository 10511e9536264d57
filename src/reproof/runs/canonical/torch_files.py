"""What `torch.save` wrote, by its values: tensors as dtype, shape and elements; dictionaries by sorted keys.

Read without torch and without unpickling (`symbols.py`), so it gives the same on every machine. Left out, since
they are not values: the archive's own name, its serialization id and alignment, devices, `requires_grad`, hooks,
strides, which tensors share memory, and version numbers of module classes (`_metadata`). Files of torch before
1.6, of big-endian machines, or with parts that are compressed are told by their bytes.
"""

from __future__ import annotations

import math
import os
import struct
from typing import TYPE_CHECKING, Any, BinaryIO
from zipfile import ZIP_STORED, ZipFile

from reproof.runs.canonical.arrays import c_strides, in_c_order
from reproof.runs.canonical.frame import CHUNK, ROOM, UnreadableError, allowance, framed, pieces, plain
from reproof.runs.canonical.symbols import Symbol, read_symbols

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from zipfile import ZipInfo

PICKLE = 64 * 1024 * 1024  # bytes of the archive's own pickle, tensors aside
# Bytes of an element by the dtype's name in torch.
WIDTHS = {
    "float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "complex128": 16, "complex64": 8, "complex32": 4,
    "int64": 8, "int32": 4, "int16": 2, "int8": 1, "uint64": 8, "uint32": 4, "uint16": 2, "uint8": 1, "bool": 1,
    "float8_e5m2": 1, "float8_e4m3fn": 1, "float8_e5m2fnuz": 1, "float8_e4m3fnuz": 1, "float8_e8m0fnu": 1,
    "qint8": 1, "quint8": 1, "qint32": 4,
}  # fmt: skip
# The typed storages' names; every other dtype names itself beside an untyped storage.
STORAGES = {
    "DoubleStorage": "float64", "FloatStorage": "float32", "HalfStorage": "float16", "BFloat16Storage": "bfloat16",
    "ComplexDoubleStorage": "complex128", "ComplexFloatStorage": "complex64", "LongStorage": "int64",
    "IntStorage": "int32", "ShortStorage": "int16", "CharStorage": "int8", "ByteStorage": "uint8",
    "BoolStorage": "bool", "QInt8Storage": "qint8", "QUInt8Storage": "quint8", "QInt32Storage": "qint32",
    "UntypedStorage": "uint8",
}  # fmt: skip
_NO_VALUES = frozenset({"data.pkl", "version", "byteorder"})


def torch_digest(path: str) -> str:
    """The digest of the saved object, and of the archive's other members (scripted code) by name."""
    with ZipFile(path) as archive, open(path, "rb") as handle:
        infos = archive.infolist()
        stem = _stem(infos)
        members = {info.filename[len(stem) :]: info for info in infos}
        if len(members) != len(infos) or not all(info.filename.startswith(stem) for info in infos):
            raise UnreadableError("a member is there twice, or beside the archive's folder")
        reader = _Reader(handle, members, allowance(path))
        if "byteorder" in members and reader.bytes_of("byteorder") != b"little":
            raise UnreadableError("its tensors are big-endian")
        if members["data.pkl"].file_size > PICKLE:
            raise UnreadableError("its pickle is larger than is read")
        saved = _Values(reader).digest(read_symbols(reader.bytes_of("data.pkl"))).hex()
        others = {}
        for name, info in members.items():
            if name not in _NO_VALUES and not name.startswith(("data/", ".")) and not name.endswith("/"):
                plain(info)
                reader.spend(info.file_size)
                with archive.open(info) as member:  # the code of a scripted module is compressed
                    others[name] = framed(None, pieces(member, info.file_size)).hex()
    return framed([saved, others]).hex()


def _stem(infos: list[ZipInfo]) -> str:
    """The folder that all members lie in, with its slash: torch names it after the file."""
    for info in infos:
        folder, slash, name = info.filename.partition("/")
        if slash and name == "data.pkl":
            return folder + "/"
    raise UnreadableError("it is no archive of torch")


class _Reader:
    """The bytes of stored members, at any place in them; at most `left` bytes in all."""

    def __init__(self, handle: BinaryIO, members: Mapping[str, ZipInfo], left: int) -> None:
        self._handle = handle
        self._members = members
        self._left = left
        self._size = os.fstat(handle.fileno()).st_size

    def size(self, name: str) -> int:
        """The bytes of a member."""
        return self._members[name].file_size

    def chunks(self, name: str, begin: int, size: int) -> Iterator[bytes]:
        """A part of a member in chunks; raises `UnreadableError` where the member is not that long."""
        start = self._start(name) + begin
        if begin < 0 or begin + size > self.size(name):
            raise UnreadableError("a tensor reaches beyond its storage")
        self.spend(size)
        while size:
            self._handle.seek(start)
            chunk = self._handle.read(min(size, CHUNK))
            if not chunk:
                raise UnreadableError("the file ends inside a member")
            start += len(chunk)
            size -= len(chunk)
            yield chunk

    def bytes_of(self, name: str) -> bytes:
        """A whole member; one must fit into memory."""
        if self.size(name) > ROOM:
            raise UnreadableError("a member is larger than is held in memory")
        return b"".join(self.chunks(name, 0, self.size(name)))

    def spend(self, size: int) -> None:
        """Count bytes that are hashed: many tensors may show the same few bytes again and again."""
        self._left -= size
        if self._left < 0:
            raise UnreadableError("it shows more bytes than are taken on")

    def _start(self, name: str) -> int:
        """Where a member's bytes begin: after its local header (APPNOTE 4.3.7), whose lengths are its own."""
        info = self._members[name]
        if info.compress_type != ZIP_STORED or info.flag_bits & 1 or info.file_size != info.compress_size:
            raise UnreadableError("a member is compressed or encrypted")
        self._handle.seek(info.header_offset)
        header = self._handle.read(30)
        if len(header) != 30 or header[:4] != b"PK\3\4":
            raise UnreadableError("a member has no header")
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        start = int(info.header_offset + 30 + name_length + extra_length)
        if start + info.file_size > self._size:
            raise UnreadableError("a member reaches beyond the file")
        return start


class _Values:
    """Digests of symbols. Each symbol is worked out once, so shared parts cost nothing; cycles are refused."""

    def __init__(self, reader: _Reader) -> None:
        self._reader = reader
        self._known: dict[int, bytes | None] = {}

    def digest(self, value: Any) -> bytes:
        """The digest of an atom or a symbol."""
        if not isinstance(value, Symbol):
            return _atom(value)
        identity = id(value)  # the symbols live as long as their root does
        if identity in self._known:
            found = self._known[identity]
            if found is None:
                raise UnreadableError("an object holds itself")
            return found
        self._known[identity] = None
        made = self._symbol(value)
        self._known[identity] = made
        return made

    def _symbol(self, value: Symbol) -> bytes:
        called = value.called
        if called in {"torch._utils _rebuild_tensor_v2", "torch._utils _rebuild_tensor_v3"}:
            return self._tensor(value.head[1].items)
        if called in {"torch._utils _rebuild_parameter", "torch._utils _rebuild_parameter_with_state"}:
            return self.digest(value.head[1].items[0])
        if called == "collections OrderedDict" and not value.items:
            return self._mapping(value)  # its state is `_metadata`: versions of module classes
        if value.kind == "persistent":
            dtype, name = _storage(value)
            size = self._reader.size(name)
            return framed(["storage", dtype], self._reader.chunks(name, 0, size))
        if value.kind == "dict" and not value.state:
            return self._mapping(value)
        if value.kind == "global":
            module, name = value.head
            return framed(["global", str(module).replace("numpy._core", "numpy.core"), str(name)])
        parts = [
            [self.digest(item).hex() for item in group] for group in (value.head, value.items, value.state)
        ]
        if value.kind == "set":
            parts[1].sort()
        return framed([value.kind, *parts, self._pairs(value)])

    def _mapping(self, value: Symbol) -> bytes:
        return framed(["dict", self._pairs(value)])

    def _pairs(self, value: Symbol) -> list[list[str]]:
        """Keys and values by the keys' digests; of a key that was set twice, the last."""
        found = {self.digest(key).hex(): item for key, item in value.pairs}
        return [
            [key, self.digest(item).hex()] for key, item in sorted(found.items(), key=lambda pair: pair[0])
        ]

    def _tensor(self, arguments: list[Any]) -> bytes:
        """(storage, offset, shape, strides, requires_grad, hooks[, dtype[, metadata]]), all counted in elements."""
        storage, offset, shape, strides = arguments[0], arguments[1], arguments[2].items, arguments[3].items
        dtype, name = _storage(storage)
        if len(arguments) > 6 and isinstance(arguments[6], Symbol) and arguments[6].kind == "global":
            dtype = str(arguments[6].head[1])
        width = WIDTHS[dtype]
        if not all(type(one) is int and 0 <= one < 2**63 for one in (offset, *shape, *strides)):
            raise UnreadableError("a tensor's shape is none")
        count = math.prod(shape)
        if len(strides) != len(shape):
            raise UnreadableError("a tensor's strides are none")
        if not count:
            return framed(["tensor", dtype, shape])
        if tuple(strides) == c_strides(shape):
            chunks = self._reader.chunks(name, offset * width, count * width)
            return framed(["tensor", dtype, shape], chunks)
        self._reader.spend(count * width)
        with memoryview(self._reader.bytes_of(name)) as data:
            gathered = in_c_order(data, width, offset, shape, strides)
            return framed(["tensor", dtype, shape], (bytes(chunk) for chunk in gathered))


def _storage(value: Any) -> tuple[str, str]:
    """A storage's dtype and its member's name, from `("storage", class, key, device, count)`."""
    what, kind, key, _, _ = value.head[0].items
    if value.kind != "persistent" or what != "storage" or kind.kind != "global" or not isinstance(key, str):
        raise UnreadableError("a storage that is none")
    return STORAGES[kind.head[1]], f"data/{key}"


def _atom(value: Any) -> bytes:
    if isinstance(value, float):
        return framed("float", [struct.pack("<d", value)])
    if isinstance(value, bytes):
        return framed("bytes", [value])
    return framed([type(value).__name__, hex(value) if type(value) is int else value])
