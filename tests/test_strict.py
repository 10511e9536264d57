"""Reading JSON of strangers: what is asked for is there and of its type, and nothing else is."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.strict import Fields, SchemaError, number, parse_json, read_number, shown_json


def read(text: str) -> Fields:
    return parse_json(text.encode(), "it", 10_000)


@given(st.floats())
def test_every_float_comes_back_from_json(value: float) -> None:
    back = read_number(json.loads(json.dumps(number(value), allow_nan=False)))
    assert back == value or (math.isnan(back) and math.isnan(value))
    assert math.copysign(1, back) == math.copysign(1, value) or math.isnan(value)


@given(st.dictionaries(st.text(), st.text(st.characters(exclude_categories=[])) | st.integers()))
def test_what_is_shown_as_json_reads_back_and_steers_no_terminal(values: dict[str, Any]) -> None:
    shown = shown_json(values)
    assert json.loads(shown) == values
    assert shown.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"[]", "it must be an object"),
        (b"{", "it is not JSON"),
        (b"\xff{}", "it is not JSON"),
        ('{"a": 1}'.encode("utf-16"), "it is not JSON"),
        (b'{"a": 1, "a": 2}', "a key is there twice"),
        (b'{"b": {"a": 1, "a": 2}}', "a key is there twice"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b'{"a": ' + b"1" * 5000 + b"}", "it is not JSON"),
        (b'{"a": ' + b"[" * 9000, "it is n"),
        (b" " * 10_001, "it is larger than 10000 bytes"),
    ],
)
def test_what_is_no_such_json_is_refused_and_named(data: bytes, says: str) -> None:
    with pytest.raises(SchemaError, match=says):
        parse_json(data, "it", 10_000)


@pytest.mark.parametrize(
    ("method", "value", "says"),
    [
        ("text", 1, "it.a must be a string"),
        ("text", None, "it.a must be a string"),
        ("text_or_none", 1, "it.a must be a string or null"),
        ("count_or_none", True, "it.a must be a whole number or null"),
        ("count_or_none", -1, "it.a must be a whole number or null"),
        ("count_or_none", 1.0, "it.a must be a whole number or null"),
        ("number", True, "it.a must be a number"),
        ("number", "1", "it.a must be a number"),
        ("number", None, "it.a must be a number"),
        ("number", 10**400, "it.a must be a number that a float can hold"),
        ("number_or_none", "nan", "it.a must be a number"),
        ("scalar", [], "it.a must be a string, number, boolean or null"),
        ("object", None, "it.a must be an object"),
        ("object_or_none", [], "it.a must be an object"),
        ("objects", {}, "it.a must be a list"),
        ("objects", [1], r"it.a\[0\] must be an object"),
        ("texts", ["a", 1], "it.a must be a list of strings"),
        ("numbers", [1, "x"], "it.a must be a list of numbers"),
        ("numbers", 1, "it.a must be a list"),
        ("pairs", {"x": 1}, "it.a must be an object of strings"),
        ("scalars", {"x": []}, "it.a must be an object of which each is a string, number"),
    ],
)
def test_a_value_of_another_type_is_refused_with_its_place(method: str, value: Any, says: str) -> None:
    with pytest.raises(SchemaError, match=says):
        getattr(Fields({"a": value}, "it"), method)("a")


def test_a_number_too_large_for_a_float_is_not_infinity() -> None:
    with pytest.raises(SchemaError, match=r"it\.a must be a number"):
        read('{"a": 1e999}').number("a")


def test_keys_that_are_missing_or_that_nobody_asked_for_are_named() -> None:
    with pytest.raises(SchemaError, match="it lacks b"):
        read('{"a": 1}').take("b")
    with (
        pytest.raises(SchemaError, match="it has unknown keys: b, c"),
        read('{"c": 1, "b": 2, "a": 3}') as fields,
    ):
        fields.take("a")


def test_an_error_inside_is_not_covered_by_the_keys_that_were_not_reached() -> None:
    with pytest.raises(ZeroDivisionError), read('{"a": 1}'):
        raise ZeroDivisionError
