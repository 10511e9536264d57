"""What counts as a value written into code."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.lint.hyperparameters.literals import equals, is_literal, is_number, is_sequence, texts


def expression(source: str) -> ast.expr:
    return ast.parse(source, mode="eval").body


@pytest.mark.parametrize(
    "source",
    [
        "1",
        "1e-3",
        "-0.5",
        "2**10",
        "1e-3 * 2",
        "5 * 8",
        "'adam'",
        "(1, 2)",
        "[0.1, None]",
        "{'a': 1}",
        "range(1, 9)",
        "list(range(2, 100))",
        "np.logspace(-3, 3, 7)",
        "[0.7] * 5 + [0.6] * 5",
        "np.array([[1, 2], [3, 4]])",
    ],
)
def test_is_a_literal(source: str) -> None:
    assert is_literal(expression(source))


@pytest.mark.parametrize(
    "source",
    [
        "True",
        "None",
        "...",
        "b'x'",
        "''",
        "x",
        "cfg.lr",
        "[True, False]",
        "[]",
        "()",
        "{}",
        "f'{x}'",
        "1 + x",
        "[1, x]",
        "range(n)",
        "len([1])",
        "'/data/train.csv'",
        "'./out'",
        "{**a}",
        "[b'x', 1]",
        "np.zeros(3)",
    ],
)
def test_is_no_literal(source: str) -> None:
    assert not is_literal(expression(source))


def test_a_sequence_is_several_values() -> None:
    assert is_sequence(expression("[0.1, 0.01]"))
    assert is_sequence(expression("range(1, 21)"))
    assert not is_sequence(expression("'adam'"))


def test_texts_are_strings_only() -> None:
    assert texts(expression("['age', 'income']"))
    assert not texts(expression("['age', 1]"))
    assert not texts(expression("[]"))


def test_equality_with_a_default_is_by_value() -> None:
    assert equals(expression("1"), "1.0")
    assert equals(expression("(0.9, 0.999)"), "(0.9, 0.999)")
    assert not equals(expression("2"), "1.0")
    assert not equals(expression("True"), "1")
    assert not equals(expression("2**10"), "1024")  # arithmetic is not evaluated


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_every_number_is_one(value: float) -> None:
    assert is_number(expression(repr(value)))


def test_long_arithmetic_ends() -> None:
    assert not is_literal(expression(" + ".join(["1"] * 900)))
