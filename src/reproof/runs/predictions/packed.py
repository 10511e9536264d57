"""A table of predictions as few bytes, to be kept in a record and compared with later runs; and back.

One line of JSON, then the values (and targets) compressed: a million labels of two classes take about 0.2 MB. The
ids are kept as their digest only: they may name people, and the newer run's file has them again.
"""

from __future__ import annotations

import array
import base64
import json
import sys
import zlib

from reproof.runs.predictions.table import MOST_LABELS, Predictions, code_of, little_endian
from reproof.runs.record import MOST_KEPT
from reproof.strict import SchemaError, parse_json

FORMAT = "reproof-predictions/1"
HEADER = 4 * 1024 * 1024  # bytes of the line of JSON
MOST_ROWS = 500_000  # few bytes may inflate to many rows, and each is looked at


def pack(table: Predictions) -> bytes:
    """The bytes of a table; equal tables give equal bytes."""
    header = {
        "format": FORMAT,
        "rows": table.rows,
        "samples": table.samples,
        "labels": None if table.labels is None else list(table.labels),
        "targets": table.targets is not None,
    }
    targets = b"" if table.targets is None else little_endian(table.targets)
    line = json.dumps(header, ensure_ascii=True, separators=(",", ":")).encode("ascii")
    return line + b"\n" + zlib.compress(little_endian(table.values) + targets)


def keep(table: Predictions) -> str | None:
    """The table as a record holds it; None where that is too much."""
    if table.rows > MOST_ROWS:
        return None
    data = pack(table)
    return base64.b64encode(data).decode("ascii") if len(data) <= MOST_KEPT else None


def kept(text: str, digest: str) -> Predictions:
    """The inverse of `keep`; raises `SchemaError` for another text, and for a table that has another hash."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise SchemaError("predictions are broken") from None
    table = unpack(data)
    if table.hash != digest:
        raise SchemaError("predictions are not those of their hash")
    return table


def unpack(data: bytes, what: str = "predictions") -> Predictions:
    """The table of packed bytes, without ids; raises `SchemaError` for anything that `pack` does not write."""
    line, _, body = data.partition(b"\n")
    with parse_json(line, what, HEADER) as fields:
        fields.one_of("format", (FORMAT,))
        rows, samples = fields.count_or_none("rows"), fields.text_or_none("samples")
        labels, targets = fields.take("labels"), fields.take("targets")
    if rows is None or not 0 < rows <= MOST_ROWS or not isinstance(targets, bool):
        raise SchemaError(f"{what} has a wrong number of rows")
    if labels is not None:
        if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
            raise SchemaError(f"{what}.labels must be a list of strings or null")
        if not 0 < len(labels) <= MOST_LABELS or labels != sorted(set(labels)):
            raise SchemaError(f"{what}.labels must be sorted, and each there once")
    columns = _columns(body, "d" if labels is None else code_of(len(labels)), rows, 2 if targets else 1, what)
    if labels is not None and max(map(max, columns)) >= len(labels):
        raise SchemaError(f"{what} names a label that it does not have")
    return Predictions(
        labels=None if labels is None else tuple(labels),
        values=columns[0],
        targets=columns[1] if targets else None,
        samples=samples,
    )


def _columns(
    body: bytes, code: str, rows: int, count: int, what: str
) -> list[array.array[int] | array.array[float]]:
    size = array.array(code).itemsize * rows
    stream = zlib.decompressobj()
    try:
        plain = stream.decompress(body, size * count + 1)
    except zlib.error:
        raise SchemaError(f"{what} is broken") from None
    if len(plain) != size * count or not stream.eof or stream.unused_data:
        raise SchemaError(f"{what} is not as long as it says")
    columns: list[array.array[int] | array.array[float]] = []
    for position in range(count):
        column: array.array[int] = array.array(code, plain[position * size : (position + 1) * size])
        if sys.byteorder == "big":
            column.byteswap()
        columns.append(column)
    return columns
