from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.lint.edits import apply_edits
from reproof.lint.notebooks.json_edits import edits_between


def edited(text: str, new: Any) -> str:
    return apply_edits(text, edits_between(text, json.loads(text), new))


@pytest.mark.parametrize(
    ("text", "new", "result"),
    [
        ('{"a": 1, "b": 2, "c": 3}', {"b": 2, "c": 3}, '{"b": 2, "c": 3}'),
        ('{"a": 1, "b": 2, "c": 3}', {"a": 1, "c": 3}, '{"a": 1, "c": 3}'),
        ('{"a": 1, "b": 2, "c": 3}', {"a": 1, "b": 2}, '{"a": 1, "b": 2}'),
        ('{"a": 1, "b": 2, "c": 3}', {"b": 2}, '{"b": 2}'),
        ('{ "a" : 1 ,\r\n\t"b" : [ ] }\n', {"a": 1}, '{ "a" : 1 }\n'),
        ('{"a": {\n "b": 1\n}}', {"a": {}}, '{"a": {}}'),
        ('{"a": [\n {"b": 1}\n]}', {"a": []}, '{"a": []}'),
        ('["", "x", ""]', ["", ""], '["", ""]'),
        ('[1, {"a": 1.0e0, "b": [7]}]', [1, {"a": 1.0, "b": None}], '[1, {"a": 1.0e0, "b": null}]'),
        ('{"\\u00e9\\"}": 1, "é": 2}', {"é": 2}, None),
        ('{"\\u00e9\\"}": 1, "n": 2}', {'é"}': None, "n": 2}, '{"\\u00e9\\"}": null, "n": 2}'),
        (' \n{"a": 1}', {}, " \n{}"),
        ("[1, 2]", ["é"], '["é"]'),
        ('{"a": {}}', {"a": []}, '{"a": []}'),
    ],
)
def test_only_what_differs_is_edited(text: str, new: Any, result: str | None) -> None:
    assert edited(text, new) == (result if result is not None else '{"é": 2}')


def test_equal_values_need_no_edit() -> None:
    assert edits_between(' {"a": [1, 2.50]}', {"a": [1, 2.5]}, {"a": [1, 2.5]}) == ()


_JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
)


@st.composite
def _strippings(draw: st.DrawFn) -> tuple[Any, Any]:
    """A value, and the same with members left out, items left out and leaves made null."""

    def stripped(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: stripped(item) for key, item in value.items() if draw(st.integers(0, 2))}
        if isinstance(value, list):
            kept = [item for item in value if draw(st.integers(0, 2))]
            return [stripped(item) for item in kept] if len(kept) == len(value) else kept
        return value if draw(st.booleans()) else None

    value = draw(_JSON)
    return value, stripped(value)


@given(_strippings(), st.sampled_from([None, 1, "\t"]), st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_edits_give_the_new_value_written_in_the_old_style(
    values: tuple[Any, Any], indent: int | str | None, ascii_only: bool, newline: str
) -> None:
    old, new = (
        json.dumps(value, indent=indent, ensure_ascii=ascii_only).replace("\n", newline) for value in values
    )
    result = edited(old, values[1])
    assert json.loads(result) == values[1]
    if isinstance(values[0], (dict, list)) and ascii_only is False:
        assert result == new
