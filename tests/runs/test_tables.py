"""Rows and columns of tables are counted as the `csv` module reads them, or not at all."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reproof.runs import tables
from reproof.runs.tables import Budget, Table, table_of


def table(folder: Path, name: str, content: bytes, budget: Budget | None = None) -> Table | None:
    (folder / name).write_bytes(content)
    return table_of(str(folder / name), budget or Budget())


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("x.csv", b"a,b\n1,2\n3,4\n", Table(2, ("a", "b"))),
        ("x.csv", b"a,b\r\n1,2\r\n3,4", Table(2, ("a", "b"))),
        ("x.csv", b"\xef\xbb\xbfa,b\n1,2\n", Table(1, ("a", "b"))),
        ("x.csv", b"1,2\n3,4\n", Table(2, None)),
        ("x.csv", b'a,"b\nc"\n"1\n",2\n', Table(1, ("a", "b\nc"))),
        ("x.csv", b"a\n1\n\n\n2\n\n", Table(2, ("a",))),
        ("x.csv", b"", Table(0, None)),
        ("x.tsv", b"a\tb\n1\t2\n", Table(1, ("a", "b"))),
        ("X.CSV", b"a\n1\n", Table(1, ("a",))),
        ("x.jsonl", b'{"a": 1, "b": 2}\n\n{"a": 3}\n', Table(2, ("a", "b"))),
        ("x.jsonl", b"not json\n", None),
        ("x.json", b'{"a": 1}', None),
        ("x.json", b"[" * 100_000, None),
        ("x.csv", b'a,b\n\xff,"\n', None),
        ("x.npy", b"\x93NUMPY\x01\x00\xff\xff" + b"(" * 60_000, None),
        ("x.npy", b"\x93NUMPY\x01\x00\x14\x00{'shape': (-1, 2)}  ", None),
        ("x.npy", b"no array", None),
        ("x.parquet", b"PAR1", None),
    ],
)
def test_a_table_by_its_rows_and_columns(
    tmp_path: Path, name: str, content: bytes, expected: Table | None
) -> None:
    assert table(tmp_path, name, content) == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(content=st.text('a,\n\r"1', max_size=30), chunk=st.integers(1, 5))
def test_counting_lines_and_parsing_give_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, chunk: int
) -> None:
    monkeypatch.setattr(tables, "CHUNK", chunk)
    found = table(tmp_path, "x.csv", content.encode())
    try:
        rows = [row for row in csv.reader(io.StringIO(content, newline="")) if row]
    except csv.Error:
        assert found is None
        return
    head = bool(rows) and not any(tables._is_number(cell) for cell in rows[0])
    assert found == Table(len(rows) - head, tuple(rows[0]) if head else None)


def test_no_more_is_read_than_the_budget_allows(tmp_path: Path) -> None:
    budget = Budget(10)
    assert table(tmp_path, "a.csv", b"a\n1\n", budget) == Table(1, ("a",))
    assert table(tmp_path, "b.csv", b"a\n1\n2\n3\n", budget) is None
    assert table(tmp_path, "c.csv", b"a\n1\n", budget) == Table(1, ("a",))
