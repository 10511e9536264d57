"""A record is written and read back equal, or it is refused with the place."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from reproof.runs import schema
from reproof.runs.key import key_of
from reproof.runs.record import Metric, RunRecord
from reproof.strict import SchemaError
from tests.runs.records import RECORDS, record

Plain = dict[str, Any]


@given(RECORDS)
def test_any_record_comes_back_to_the_bit(made: RunRecord) -> None:
    back = schema.load(schema.dump(made))
    # By its JSON, since NaN does not equal itself; everything else must.
    assert schema.to_dict(back) == schema.to_dict(made)
    assert key_of(back) == key_of(made)
    if all(metric.value == metric.value for metric in made.results.metrics):
        assert back == made


def test_names_that_are_not_utf_8_come_back() -> None:
    made = record(code=replace(record().code, files=(("caf\udce9.py", "b" * 40),), patch="-\udce9\n+é\n"))
    data = schema.dump(made)
    assert data.decode("utf-8").isprintable() is False
    assert schema.load(data) == made


def deep(path: str, value: Any) -> Callable[[Plain], None]:
    """A change of one place, named as in errors."""

    def change(plain: Plain) -> None:
        *parents, last = path.split(".")
        inner: Any = plain
        for name in parents:
            inner = inner[int(name)] if isinstance(inner, list) else inner[name]
        inner[last] = value

    return change


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("schema", "reproof-run/2", "it is of schema 'reproof-run/2'; this reproof reads reproof-run/1"),
        ("extra", 1, "it has unknown keys: extra"),
        ("code.extra", 1, "it.code has unknown keys: extra"),
        ("config.seed.extra", 1, "it.config.seed has unknown keys"),
        ("environment.observed.extra", 1, "it.environment.observed has unknown keys"),
        ("data.0.extra", 1, r"it.data\[0\] has unknown keys"),
        ("results.extra", 1, "it.results has unknown keys"),
        ("results.metrics.0.extra", 1, r"it.results.metrics\[0\] has unknown keys"),
        ("id", "../../etc", "it.id must be 8 to 64 hexadecimal digits"),
        ("id", "ab", "it.id must be 8 to 64 hexadecimal digits"),
        ("key", "A" * 64, "it.key must be 8 to 64 hexadecimal digits"),
        ("code.commit", "main", "it.code.commit must be 8 to 64 hexadecimal digits"),
        ("kind", "dreamt", "it.kind must be one of trained, locked, claimed"),
        ("origin", None, "it.origin must be a string"),
        ("created", "yesterday", "it.created must be a time such as"),
        ("created", "2026-01-31T12:00:00Z", "it.created must be a time such as"),
        ("code.files", [], "it.code.files must be an object"),
        ("config.parameters", {"a": []}, "it.config.parameters must be an object of which each"),
        ("results.seconds", "1", "it.results.seconds must be a number"),
        ("results.metrics.0.value", None, r"it.results.metrics\[0\].value must be a number"),
        ("results.metrics.0.rows", -1, r"it.results.metrics\[0\].rows must be a whole number"),
        ("data.0.size", 1.5, r"it.data\[0\].size must be a whole number"),
    ],
)
def test_a_record_with_one_wrong_place_is_refused_with_it(path: str, value: Any, says: str) -> None:
    plain = json.loads(schema.dump(record()))
    deep(path, value)(plain)
    with pytest.raises(SchemaError, match=says):
        schema.load(json.dumps(plain).encode(), "it")


@pytest.mark.parametrize("name", sorted(schema.to_dict(record())))
def test_a_record_that_lacks_a_part_is_refused(name: str) -> None:
    plain = json.loads(schema.dump(record()))
    del plain[name]
    with pytest.raises(SchemaError, match=f"it lacks {name}"):
        schema.load(json.dumps(plain).encode(), "it")


def test_a_record_beyond_the_limit_is_neither_written_nor_read() -> None:
    large = record(code=replace(record().code, patch="x" * schema.LIMIT))
    with pytest.raises(SchemaError, match="is larger than"):
        schema.dump(large)
    with pytest.raises(SchemaError, match="is larger than"):
        schema.load(b" " * (schema.LIMIT + 1))


def test_what_would_not_come_back_is_not_written() -> None:
    with pytest.raises(SchemaError):
        schema.dump(record(metrics=(Metric("auc", 0.9, rows=-1),)))
    with pytest.raises(SchemaError):
        schema.dump(record(created="now"))
