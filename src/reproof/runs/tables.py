"""Rows and columns of a table by streaming through it: CSV, TSV, JSON, JSON lines, NumPy arrays. Bounded.

Other formats (Parquet, Excel) and what is beyond the budget are not counted: None, never a guess.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import os
from dataclasses import dataclass
from itertools import islice

CHUNK = 1 << 20
HEAD = 1 << 16  # bytes in which the head of a table must end
MOST = 64 << 20  # bytes that one look through all tables may read
QUOTED = 8 << 20  # bytes of a file whose rows must be parsed, since a quoted cell may hold a line break
COLUMNS = 10_000
SUFFIXES = {".csv": ",", ".tsv": "\t"}


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` without the head; `columns` in order, None where the table names none."""

    rows: int
    columns: tuple[str, ...] | None


class Budget:
    """Bytes that may still be read."""

    def __init__(self, most: int = MOST) -> None:
        self.left = most

    def allows(self, size: int) -> bool:
        """Take the bytes where there are enough left."""
        if size > self.left:
            return False
        self.left -= size
        return True


def table_of(place: str, budget: Budget) -> Table | None:
    """The table in a file; None for what is none, cannot be parsed, or is too large. Raises `OSError`."""
    suffix = os.path.splitext(place)[1].lower()
    if suffix not in {*SUFFIXES, ".jsonl", ".json", ".npy"}:
        return None
    size = min(os.path.getsize(place), HEAD if suffix == ".npy" else 1 << 62)
    if not budget.allows(size):
        return None
    try:
        if suffix in SUFFIXES:
            return _delimited(place, SUFFIXES[suffix])
        return {".jsonl": _lines, ".json": _json, ".npy": _npy}[suffix](place)
    except (ValueError, TypeError, LookupError, SyntaxError, RecursionError, MemoryError, csv.Error):
        return None


def _delimited(place: str, delimiter: str) -> Table | None:
    rows = _count_lines(place)
    if rows is None:
        if os.path.getsize(place) > QUOTED:
            return None
        with open(place, encoding="utf-8-sig", errors="strict", newline="") as handle:
            rows = sum(1 for row in csv.reader(handle, delimiter=delimiter) if row)
    with open(place, "rb") as handle:
        start = handle.read(HEAD).decode("utf-8-sig", "ignore")
    head = next((row for row in csv.reader(io.StringIO(start, newline=""), delimiter=delimiter) if row), None)
    if head is None:
        return Table(0, None)
    named = len(head) <= COLUMNS and not any(_is_number(cell) for cell in head)
    return Table(rows - 1, tuple(cell[:1000] for cell in head)) if named else Table(rows, None)


def _count_lines(place: str) -> int | None:
    """Lines of a file in which each line is a row; None where quotes or empty lines say that it must be parsed."""
    lines, returns, pairs, last = 0, 0, 0, b"\n"
    with open(place, "rb") as handle:
        while chunk := handle.read(CHUNK):
            joined = last + chunk
            if any(odd in joined for odd in (b'"', b"\n\n", b"\n\r")):
                return None
            lines += chunk.count(b"\n")
            returns += chunk.count(b"\r")
            pairs += joined.count(b"\r\n")
            last = chunk[-1:]
    return lines + (last != b"\n") if returns == pairs else None  # a lone \r ends a line, too


def _lines(place: str) -> Table:
    rows, columns = 0, None
    with open(place, "rb") as handle:
        for line in handle:
            if not line.strip():
                continue
            if not rows:
                first = json.loads(line)
                columns = tuple(map(str, islice(first, COLUMNS))) if isinstance(first, dict) else None
            rows += 1
    return Table(rows, columns)


def _json(place: str) -> Table | None:
    """A list of samples; any other JSON is no table."""
    with open(place, "rb") as handle:
        value = json.loads(handle.read(QUOTED + 1)[: QUOTED + 1])
    if not isinstance(value, list):
        return None
    first = value[0] if value else None
    return Table(len(value), tuple(map(str, islice(first, COLUMNS))) if isinstance(first, dict) else None)


def _npy(place: str) -> Table | None:
    """The first axis of an array, from its head."""
    with open(place, "rb") as handle:
        start = handle.read(HEAD)
    if not start.startswith(b"\x93NUMPY") or len(start) < 12:
        return None
    wide = start[6] > 1
    length = int.from_bytes(start[8:12] if wide else start[8:10], "little")
    begin = 12 if wide else 10
    head = ast.literal_eval(start[begin : begin + length].decode("utf-8").strip())
    shape = head["shape"]
    return Table(int(shape[0]), None) if shape and 0 <= int(shape[0]) < 2**63 else None


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
