from __future__ import annotations

import pytest

from reproof.lint.finding import Unfixable
from reproof.lint.notebooks.exact import read_exactly


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": {"b": 1, "b": 1}}', "'b' is there twice"),
        ("[NaN]", "NaN is not JSON"),
        ("[-Infinity]", "-Infinity is not JSON"),
        ("[1e400]", "1e400 is beyond a float"),
        ("[-1e400]", "-1e400 is beyond a float"),
        ("[" + "9" * 400 + "]", "99999999999999999… is beyond a float"),
        (r'["\ud83d"]', "surrogate"),
        (r'{"\uDC00": 1}', "surrogate"),
        (r'["\ude00\ud83d"]', "surrogate"),
    ],
)
def test_what_would_not_survive_writing_is_refused_by_name(text: str, words: str) -> None:
    with pytest.raises(Unfixable, match=words):
        read_exactly(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'["\ud83d\ude00"]', ["😀"]),
        (r'["\\ud83d"]', [r"\ud83d"]),
        ("[12345678901234567890]", [12345678901234567890]),
        ('{"a": {"b": 1}, "b": 1.7e308}', {"a": {"b": 1}, "b": 1.7e308}),
    ],
)
def test_what_survives_is_read(text: str, value: object) -> None:
    assert read_exactly(text) == value


def test_nesting_beyond_the_parser_is_refused() -> None:
    with pytest.raises(Unfixable, match="nested too deeply"):
        read_exactly("[" * 200_000 + "]" * 200_000)
