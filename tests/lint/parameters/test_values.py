from __future__ import annotations

import ast
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reproof.lint.finding import Unfixable
from reproof.lint.parameters.values import moved, same, yaml_text

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8"), max_size=20)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


def of(source: str) -> tuple[Any, str]:
    found = moved(ast.parse(source, mode="eval").body)
    return found.value, found.rebuilt


@given(VALUES)
def test_what_is_written_comes_back_in_value_and_type(value: Any) -> None:
    """Or it is refused: some characters do not survive YAML."""
    try:
        text = yaml_text(value)
    except Unfixable:
        return
    assert same(yaml.safe_load(text), value)
    assert same(yaml.safe_load(f"a:\n  b: {text}\n"), {"a": {"b": value}})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(1e-3, "0.001", id="PyYAML takes 1e-3 for a string"),
        pytest.param(1e-30, "1.0e-30", id="PyYAML takes 1e-30 for a string"),
        pytest.param(1.5e300, "1.5e+300", id="an exponent needs its sign"),
        pytest.param(1e16, "1.0e+16", id="repr writes 1e+16"),
        pytest.param(float("inf"), ".inf", id="1e999"),
        pytest.param(-0.0, "-0.0", id="the sign of zero"),
        pytest.param(3.0, "3.0", id="a float stays one"),
        pytest.param(3, "3", id="an int stays one"),
        pytest.param("on", '"on"', id="a switch in YAML 1.1"),
        pytest.param("yes", '"yes"', id="another switch"),
        pytest.param("y", '"y"', id="a switch to other readers"),
        pytest.param("1_000", '"1_000"', id="a number with underscores"),
        pytest.param("12:30", '"12:30"', id="a number to the base of sixty"),
        pytest.param("1e-3", '"1e-3"', id="a number to YAML 1.2"),
        pytest.param("2020-01-01", '"2020-01-01"', id="a date"),
        pytest.param("", '""', id="empty"),
        pytest.param("a: b", '"a: b"', id="a mapping"),
        pytest.param("#1", '"#1"', id="a comment"),
        pytest.param("null", '"null"', id="nothing"),
        pytest.param("nan", '"nan"', id="not a number to OmegaConf"),
        pytest.param("neg_log_loss", "neg_log_loss", id="a plain word"),
        pytest.param("sepal length (cm)", '"sepal length (cm)"', id="brackets"),
        pytest.param("größe", '"größe"', id="letters of other languages stay readable"),
        pytest.param("a\tb\n", '"a\\tb\\n"', id="control characters"),
        pytest.param([None, True, 0.5], "[null, true, 0.5]", id="a list with switches"),
        pytest.param({0: 1, 1: 5.0}, "{0: 1, 1: 5.0}", id="class weights"),
    ],
)
def test_a_value_is_written_so_that_every_reader_agrees(value: Any, text: str) -> None:
    assert yaml_text(value) == text
    assert same(yaml.safe_load(text), value)


@pytest.mark.parametrize(
    ("source", "value", "rebuilt"),
    [
        ("2**10", 1024, "{}"),
        ("1e-3 * 2", 0.002, "{}"),
        ("-0.5", -0.5, "{}"),
        ("1 / 3", 1 / 3, "{}"),
        ("[0.1] * 2 + [1]", [0.1, 0.1, 1], "{}"),
        ("(1, 2)", [1, 2], "tuple({})"),
        ("[(1, 1), (1, 2)]", [[1, 1], [1, 2]], "[tuple(each) for each in {}]"),
        ("'a' 'b'", "ab", "{}"),
        ("{'a': [1, 2]}", {"a": [1, 2]}, "{}"),
    ],
)
def test_a_literal_is_worked_out_as_python_does(source: str, value: Any, rebuilt: str) -> None:
    assert of(source) == (value, rebuilt)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        pytest.param("{'a', 'b'}", "no sets", id="a set"),
        pytest.param("range(1, 21)", "`range(…)`", id="a range is no list"),
        pytest.param("np.logspace(-3, 3, 7)", "`logspace(…)`", id="an array is no list"),
        pytest.param("((1, 2), (3, 4))", "tuples lie inside", id="a tuple of tuples"),
        pytest.param("{'a': (1, 2)}", "tuples lie inside", id="a dict of tuples"),
        pytest.param("{1: 'a', True: 'b'}", "twice", id="keys that are equal"),
        pytest.param("{(1, 2): 3}", "no plain dict", id="a tuple as a key"),
        pytest.param("{**base, 'a': 1}", "no plain value", id="a dict that takes another in"),
        pytest.param("b'ab'", "no plain value", id="bytes"),
        pytest.param("1j", "no plain value", id="a complex number"),
        pytest.param("1 / 0", "cannot be worked out", id="division by zero"),
        pytest.param("9**9**9", "too large", id="a power that would never end"),
        pytest.param("2**4000", "too large", id="a huge number"),
        pytest.param("0x" + "f" * 5000, "too large", id="a number whose digits Python refuses to write"),
        pytest.param("(-8) ** 0.5", "too large", id="a power that is complex"),
        pytest.param("'a' * 10**9", "too long", id="a text that would fill the memory"),
        pytest.param("[" * 30 + "1" + "]" * 30, "nested too deeply", id="nested without end"),
        pytest.param("x", "no plain value", id="a name"),
        pytest.param("f'{x}'", "no plain value", id="an f-string"),
    ],
)
def test_what_yaml_cannot_hold_is_refused_with_the_reason(source: str, why: str) -> None:
    with pytest.raises(Unfixable) as refused:
        of(source)
    assert why in str(refused.value)


def test_half_of_a_surrogate_pair_stands_as_an_escape() -> None:
    assert yaml_text("\ud83d") == '"\\ud83d"'


def test_sameness_is_of_type_order_and_sign_too() -> None:
    assert not same(1, 1.0)
    assert not same(True, 1)
    assert not same(0.0, -0.0)
    assert same(float("nan"), float("nan"))
    assert not same({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert same({"a": 1, "b": 2}, {"b": 2, "a": 1}, ordered=False)
    assert not same([1], (1,))


def test_values_that_hold_themselves_are_compared_in_the_end() -> None:
    one: list[Any] = []
    one.append(one)
    other: list[Any] = []
    other.append(other)
    assert same(one, other)
