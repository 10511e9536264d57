"""Run by the *user's* interpreter: digests of tables by the values of their columns, one line an answer.

Asked by lines of JSON on standard input, each a path; answers `<number of the line> <sha256>`, with `-`
for a table that it cannot read. Standard library and pyarrow only, and nothing newer than Python 3.8.

What counts: the columns in their order, names, logical types, whether null, values, the number of rows. What does
not: compression, encoding, row groups, chunks, dictionaries, 32- or 64-bit offsets, metadata (pandas notes its own
version there).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import struct
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

ROWS = 1 << 16


class UnknownTypeError(Exception):
    """A type that is not told by value here."""


def logical(arrow: Any, type_: Any) -> str:
    """A type as text, the ways to store one thing made one."""
    t = arrow.types
    if hasattr(type_, "storage_type"):
        return logical(arrow, type_.storage_type)
    if t.is_dictionary(type_):
        return logical(arrow, type_.value_type)
    name = str(type_)
    if name in ("string", "large_string", "string_view"):
        return "string"
    if name in ("binary", "large_binary", "binary_view"):
        return "binary"
    if t.is_struct(type_):
        fields = [type_.field(i) if hasattr(type_, "field") else type_[i] for i in range(type_.num_fields)]
        return "struct<" + ", ".join(json.dumps(f.name) + ": " + logical(arrow, f.type) for f in fields) + ">"
    if t.is_map(type_):
        return "map<" + logical(arrow, type_.key_type) + ", " + logical(arrow, type_.item_type) + ">"
    if t.is_fixed_size_list(type_):
        return f"list[{type_.list_size}]<{logical(arrow, type_.value_type)}>"
    if t.is_list(type_) or t.is_large_list(type_):
        return "list<" + logical(arrow, type_.value_type) + ">"
    return name


class Column:
    """The digest of one column's values, fed in pieces of any length: where they are cut does not show."""

    def __init__(self, arrow: Any) -> None:
        self.arrow = arrow
        self.streams: dict[str, Any] = {}

    def feed(self, array: Any, where: str = "") -> None:
        """More values; `where` names the part of a nested type."""
        arrow = self.arrow
        if isinstance(array, arrow.ChunkedArray):
            for chunk in array.chunks:
                self.feed(chunk, where)
            return
        if hasattr(array, "storage"):
            array = array.storage
        t, type_ = arrow.types, array.type
        if t.is_dictionary(type_):
            self.feed(array.dictionary_decode(), where)
            return
        self.add(where + "?", mask(arrow, array.is_valid()))
        if t.is_null(type_):
            return
        if str(type_) in ("string_view", "binary_view"):
            array = array.cast(arrow.large_string() if str(type_) == "string_view" else arrow.large_binary())
            type_ = array.type
        if t.is_list(type_) or t.is_large_list(type_) or t.is_map(type_):
            self.lists(array, where)
        elif t.is_binary(type_) or t.is_string(type_) or t.is_large_binary(type_) or t.is_large_string(type_):
            self.texts(array, where)
        else:
            self.others(array, where)

    def others(self, array: Any, where: str) -> None:
        """Structures, lists of one length, booleans, and elements of one width."""
        t, type_ = self.arrow.types, array.type
        if t.is_struct(type_):
            # flatten() gives the fields with the structure's own nulls laid over them, and keeps to the slice.
            for i, field in enumerate(array.flatten()):
                self.feed(field, f"{where}.{i}")
        elif t.is_fixed_size_list(type_):
            self.feed(array.filter(array.is_valid()).flatten(), where + "[]")
        elif t.is_boolean(type_):
            self.add(where, mask(self.arrow, array.fill_null(False)))
        else:
            self.fixed(array, where)

    def lists(self, array: Any, where: str) -> None:
        """Lengths, and the items of all lists after each other."""
        arrow, type_ = self.arrow, array.type
        array = array.filter(array.is_valid())  # what lies under a null is no value
        wide = self.arrow.types.is_large_list(type_)
        offsets = numbers(array.buffers()[1], array.offset, len(array) + 1, 8 if wide else 4)
        self.add(where + "#", lengths(offsets))
        start, end = (offsets[0], offsets[-1]) if len(array) else (0, 0)
        if arrow.types.is_map(type_):
            self.feed(array.keys.slice(start, end - start), where + "[k]")
            self.feed(array.items.slice(start, end - start), where + "[v]")
        else:
            self.feed(array.values.slice(start, end - start), where + "[]")

    def texts(self, array: Any, where: str) -> None:
        """Lengths, and the bytes of all texts after each other."""
        t, type_ = self.arrow.types, array.type
        array = array.filter(array.is_valid())
        wide = t.is_large_binary(type_) or t.is_large_string(type_)
        _, bounds, data = array.buffers()
        offsets = numbers(bounds, array.offset, len(array) + 1, 8 if wide else 4)
        self.add(where + "#", lengths(offsets))
        if len(array) and offsets[-1] > offsets[0]:
            self.add(where, memoryview(data)[offsets[0] : offsets[-1]])

    def fixed(self, array: Any, where: str) -> None:
        """Elements of one width: their bytes, of those that are not null."""
        if array.type.num_fields if hasattr(array.type, "num_fields") else 0:
            raise UnknownTypeError(str(array.type))
        try:
            bits = array.type.bit_width
        except ValueError:
            raise UnknownTypeError(str(array.type)) from None
        if bits % 8:
            raise UnknownTypeError(str(array.type))
        array = array.filter(array.is_valid())
        if len(array):
            width = bits // 8
            begin = array.offset * width
            self.add(where, memoryview(array.buffers()[1])[begin : begin + len(array) * width])

    def add(self, where: str, data: Any) -> None:
        """More bytes of one part."""
        if where not in self.streams:
            self.streams[where] = hashlib.sha256()
        if len(data):
            self.streams[where].update(data)

    def digest(self) -> list[tuple[str, str]]:
        """Of all parts by name. A part that no value has come to is left out: pieces may be empty."""
        empty = hashlib.sha256().hexdigest()
        found = sorted((where, stream.hexdigest()) for where, stream in self.streams.items())
        return [pair for pair in found if pair[1] != empty]


def mask(arrow: Any, booleans: Any) -> Any:
    """A byte a value."""
    array = booleans.cast(arrow.uint8())
    if not len(array):
        return b""
    return memoryview(array.buffers()[1])[array.offset : array.offset + len(array)]


def numbers(buffer: Any, offset: int, count: int, width: int) -> Any:
    """Offsets from a buffer; an empty array may have none."""
    if buffer is None or buffer.size < (offset + count) * width:
        return [0] * count
    return memoryview(buffer)[offset * width : (offset + count) * width].cast("q" if width == 8 else "i")


def lengths(offsets: Any) -> bytes:
    """Differences of offsets, as 64-bit little-endian numbers."""
    values = list(offsets)
    return struct.pack(f"<{len(values) - 1}q", *[values[i + 1] - values[i] for i in range(len(values) - 1)])


def batches(arrow: Any, path: str) -> tuple[Any, Iterator[Any]]:
    """(schema, record batches) of a table in any of the formats."""
    suffix = os.path.splitext(path)[1].lower()
    if suffix in (".parquet", ".pq"):
        file = import_module("pyarrow.parquet").ParquetFile(path)
        return file.schema_arrow, file.iter_batches(batch_size=ROWS)
    ipc = import_module("pyarrow.ipc")
    source = arrow.OSFile(path, "rb")
    try:
        reader = ipc.open_file(source)
        return reader.schema, (reader.get_batch(i) for i in range(reader.num_record_batches))
    except arrow.ArrowInvalid:
        pass
    source.seek(0)
    try:
        reader = ipc.open_stream(source)
        return reader.schema, iter(reader)
    except arrow.ArrowInvalid:
        # The first version of Feather
        table = import_module("pyarrow.feather").read_table(path, memory_map=False)
        return table.schema, iter(table.to_batches())


def table_digest(arrow: Any, path: str) -> str:
    """The digest of one table; raises what pyarrow raises, or `UnknownTypeError`."""
    schema, found = batches(arrow, path)
    columns = [Column(arrow) for _ in schema]
    rows = 0
    for batch in found:
        rows += batch.num_rows
        for start in range(0, batch.num_rows, ROWS):
            part = batch.slice(start, ROWS)
            for column, array in zip(columns, part.columns):  # noqa: B905  newer than Python 3.8
                column.feed(array)
    described = [
        [field.name, logical(arrow, field.type), columns[i].digest()] for i, field in enumerate(schema)
    ]
    text = json.dumps(["table", rows, described], separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def main() -> None:
    answers, sys.stdout = sys.stdout, sys.stderr  # what a library prints is no answer
    try:
        arrow = import_module("pyarrow")
    except Exception:  # noqa: BLE001  a broken installation is none
        return
    if sys.byteorder != "little":
        return
    with contextlib.suppress(Exception):  # newer versions do not register it
        # Before 14.0.1, reading a file unpickled what it named an extension type (CVE-2023-47248).
        arrow.unregister_extension_type("arrow.py_extension_type")
    for number, line in enumerate(sys.stdin):
        try:
            digest = table_digest(arrow, json.loads(line))
        except Exception:  # noqa: BLE001  broken, or of a type that is not known: its bytes tell it
            digest = "-"
        answers.write(f"{number} {digest}\n")
        answers.flush()


main()
