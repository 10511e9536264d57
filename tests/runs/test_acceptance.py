"""An acceptance as JSON: what is written reads back equal, and anything else is refused with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from reproof.runs.acceptance import Acceptance, dump, in_force, json_schema, load, newest_last, still_expected
from reproof.runs.record import Metric
from reproof.strict import SchemaError
from tests.runs.acceptances import ACCEPTANCES, acceptance
from tests.runs.records import record


@given(ACCEPTANCES)
def test_what_is_written_reads_back_equal_and_fits_the_published_schema(made: Acceptance) -> None:
    data = dump(made)
    assert dump(load(data)) == data
    jsonschema.validate(json.loads(data), json_schema())


BAD: list[tuple[str, Callable[[dict[str, Any]], Any], str]] = [
    ("another schema", lambda top: top.update(schema="reproof-acceptance/2"), "reads reproof-acceptance/1"),
    ("no reason", lambda top: top.update(why=" \n"), "why must be"),
    ("a long reason", lambda top: top.update(why="x" * 4001), "longer than 4000"),
    ("an unknown key", lambda top: top.update(verdict="ok"), "unknown keys: verdict"),
    ("a missing key", lambda top: top.pop("who"), "lacks who"),
    ("no run", lambda top: top.update(to_run=None), "to_run must be a string"),
    ("a path for a key", lambda top: top.update(key="../../x"), "key must be 64"),
    (
        "a word for a switch",
        lambda top: top.update(self_reported="no"),
        "self_reported must be true or false",
    ),
    ("a number for a moment", lambda top: top.update(when=3), "when must be a string"),
    ("a metric twice", lambda top: top.update(metrics=top["metrics"] * 2), "twice"),
]


@pytest.mark.parametrize(("change", "says"), [item[1:] for item in BAD], ids=[item[0] for item in BAD])
def test_anything_else_is_refused_with_its_place(change: Callable[[dict[str, Any]], Any], says: str) -> None:
    plain = json.loads(dump(acceptance()))
    change(plain)
    with pytest.raises(SchemaError, match=says):
        load(json.dumps(plain).encode())


def test_what_would_not_read_back_is_refused_when_it_is_written() -> None:
    with pytest.raises(SchemaError, match="why"):
        dump(acceptance(why=""))
    with pytest.raises(SchemaError, match="larger than"):
        dump(acceptance(metrics=tuple(Metric(f"{number:0900}", 0.5) for number in range(10_000))))


def test_what_can_be_recorded_can_be_accepted() -> None:
    metrics = tuple(Metric("auc", 0.5, (("site", f"{number:05}"),), 3) for number in range(50_000))
    assert load(dump(acceptance(metrics=metrics))).metrics == metrics


def test_the_newest_acceptance_of_a_key_is_in_force() -> None:
    old, new, other = acceptance(1), acceptance(2), acceptance(3, key="e" * 64)
    assert newest_last([new, other, old]) == (old, new, other)
    assert in_force([new, other, old], old.key) == new
    assert in_force([], old.key) is None


def test_replaced_runs_are_expected_no_more() -> None:
    runs = (record(1), record(2), record(3))
    one = replace(acceptance(), from_runs=(record(1).id, record(9).id))
    assert still_expected(runs, one) == runs[1:]
    assert still_expected(runs, None) == runs
