# ruff: noqa: E501  code before and after stands on one line
from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reproof.lint.edits import apply_edits
from reproof.lint.finding import Unfixable
from reproof.lint.parameters.yaml_edits import LARGEST, YamlFile

LR: dict[tuple[str, ...], Any] = {("train", "lr"): 0.001}


def added(text: str, values: dict[tuple[str, ...], Any] | None = None) -> str:
    file = YamlFile("params.yaml", text)
    after = apply_edits(text, file.added(values or LR))
    assert YamlFile("params.yaml", after).added(values or LR) == ()
    kept = iter(after)
    assert all(character in kept for character in text), "something was taken away"
    return after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("", "train:\n  lr: 0.001\n", id="no file yet"),
        pytest.param("# mine\n", "# mine\ntrain:\n  lr: 0.001\n", id="comments only"),
        pytest.param("# mine", "# mine\ntrain:\n  lr: 0.001", id="no final newline stays so"),
        pytest.param("a: 1", "a: 1\ntrain:\n  lr: 0.001", id="no final newline below a key"),
        pytest.param("a: 1\r\n", "a: 1\r\ntrain:\r\n  lr: 0.001\r\n", id="the line ends of Windows"),
        pytest.param("train:\n  a: 1\nb: 2\n", "train:\n  a: 1\n  lr: 0.001\nb: 2\n", id="a section is extended"),
        pytest.param(
            "train:\n    a: 1  # why\n    # about b\nb: 2\n",
            "train:\n    a: 1  # why\n    lr: 0.001\n    # about b\nb: 2\n",
            id="comments stay where they are",
        ),
        pytest.param("train:\nb: 2\n", "train:\n  lr: 0.001\nb: 2\n", id="a section that is empty"),
        pytest.param("train: # soon\nb: 2\n", "train: # soon\n  lr: 0.001\nb: 2\n", id="an empty one with a comment"),
        pytest.param("b:\n    c: 1\ntrain:\n", "b:\n    c: 1\ntrain:\n    lr: 0.001\n", id="the file's indentation"),
        pytest.param(
            "a:\n  b: 1\n\nc:\n  d: 2\n",
            "a:\n  b: 1\n\nc:\n  d: 2\n\ntrain:\n  lr: 0.001\n",
            id="sections that are set apart by empty lines",
        ),
        pytest.param("train: {a: 1}\n", "train: {a: 1, lr: 0.001}\n", id="braces"),
        pytest.param("train: {}\n", "train: {lr: 0.001}\n", id="empty braces"),
        pytest.param("{a: 1}\n", "{a: 1, train: {lr: 0.001}}\n", id="the whole file in braces"),
        pytest.param("train:\n  - 1\n", None, id="a list"),
        pytest.param("train: 5\n", None, id="a number"),
        pytest.param("train: null\n", None, id="a null that is written out"),
        pytest.param(
            "train:\n  a: |\n    text\n\nb: 1\n", "train:\n  a: |\n    text\n\n  lr: 0.001\nb: 1\n", id="a block of text"
        ),
        pytest.param("train:\n  a: [1,\n    2]\n", "train:\n  a: [1,\n    2]\n  lr: 0.001\n", id="a list over lines"),
        pytest.param(
            'train:\n  a: "one\n    two" # x\n', 'train:\n  a: "one\n    two" # x\n  lr: 0.001\n', id="a text over lines"
        ),
        pytest.param("---\na: 1\n...\n", "---\na: 1\ntrain:\n  lr: 0.001\n...\n", id="a document's marks"),
        pytest.param('"train":\n  a: 1\n', '"train":\n  a: 1\n  lr: 0.001\n', id="a key in quotes"),
        pytest.param("? train\n: a: 1\n", "? train\n: a: 1\n  lr: 0.001\n", id="a key with a question mark"),
        pytest.param("a: &x 1\nb: *x\n", "a: &x 1\nb: *x\ntrain:\n  lr: 0.001\n", id="aliases elsewhere"),
        pytest.param("a: 1\nb: &x\n  c: 2\nd: *x\n", "a: 1\nb: &x\n  c: 2\nd: *x\ntrain:\n  lr: 0.001\n",
                     id="an alias as the last value"),
        pytest.param("b: &x {c: 1}\ntrain: *x\n", None, id="the section is an alias"),
        pytest.param("train: &x\n  a: 1\nb: *x\n", None, id="the section has an alias elsewhere"),
        pytest.param("b: &x\n  c: 1\ntrain:\n  <<: *x\n", None, id="a merge key"),
        pytest.param("a: 1\n---\nb: 2\n", None, id="several documents"),
        pytest.param("a: b: c\n", None, id="broken"),
        pytest.param("a:\n\t- 1\n", None, id="tabs"),
        pytest.param("- a\n", None, id="a list at the top"),
        pytest.param("just text\n", None, id="a text at the top"),
        pytest.param("a: !!python/object:os.system x\n", None, id="a tag that would run something"),
        pytest.param("a: 2024-13-45\n", None, id="a date that is none"),
        pytest.param("train:\n  a: 1\ntrain:\n  b: 2\n", None, id="a section that is there twice"),
        pytest.param("train:\n  a: |\n    text", None, id="a block of text that would get a line end"),
        pytest.param("...\n", None, id="an end without a document"),
        pytest.param("a: \x07\n", None, id="control characters"),
        pytest.param("a: " + "[" * 2000, None, id="brackets without end"),
        pytest.param("a: *b\n", None, id="an alias of nothing"),
    ],
)  # fmt: skip
def test_a_file_is_extended_where_it_stands_or_refused(before: str, after: str | None) -> None:
    if after is not None:
        assert added(before) == after
        return
    with pytest.raises(Unfixable) as refused:
        added(before)
    assert "params.yaml" in str(refused.value)


def test_several_keys_are_put_into_their_sections_in_order() -> None:
    values: dict[tuple[str, ...], Any] = {
        ("train", "optimizer_d", "lr"): 0.1,
        ("model", "p"): 0.5,
        ("train", "optimizer_d", "name"): "on",
        ("data", "features"): ["age", "income"],
    }
    assert added("train:\n  a: 1\nmodel:\n  q: 1\n", values) == (
        "train:\n  a: 1\n  optimizer_d:\n    lr: 0.1\n    name: \"on\"\n"
        "model:\n  q: 1\n  p: 0.5\ndata:\n  features: [age, income]\n"
    )  # fmt: skip


def test_a_long_list_has_a_line_for_each_item() -> None:
    names = [f"a_rather_long_name_{number}" for number in range(6)]
    lines = added("a: 1\n", {("data", "features"): names}).splitlines()
    assert lines[2] == "  features:"
    assert lines[3:] == [f"    - {name}" for name in names]


@pytest.mark.parametrize("there", ["0.001", "1.0e-3", "0.0010"])
def test_the_same_value_is_used_as_it_is(there: str) -> None:
    assert YamlFile("params.yaml", f"train:\n  lr: {there}\n").added(LR) == ()


@pytest.mark.parametrize(
    ("there", "says"),
    [
        ("0.1", "`train.lr: 0.1` and the code has 0.001"),
        ("1e-3", "PyYAML takes a number without a point for a string: write 0.001"),
        ("'0.001'", "write 0.001"),
        ("", "`train.lr: None`"),
    ],
)
def test_another_value_is_a_conflict_that_says_what_to_do(there: str, says: str) -> None:
    with pytest.raises(Unfixable) as refused:
        YamlFile("params.yaml", f"train:\n  lr: {there}\n").added(LR)
    assert says in str(refused.value)
    assert "decide which one counts" in str(refused.value)


@pytest.mark.parametrize(("there", "value"), [("1", 1.0), ("1", True), ("[1, 2]", [1, 2.0]), ("yes", "yes")])
def test_a_value_of_another_type_is_another_value(there: str, value: Any) -> None:
    with pytest.raises(Unfixable, match="decide which one counts"):
        YamlFile("params.yaml", f"train:\n  lr: {there}\n").added({("train", "lr"): value})


def test_a_file_that_is_too_large_is_not_read() -> None:
    with pytest.raises(Unfixable, match="too large"):
        YamlFile("params.yaml", "a: 1\n" * LARGEST)


def test_a_file_that_grows_by_its_aliases_ends_soon() -> None:
    """Nine aliases of nine aliases, and so on: a list of nine thousand millions, if it were written out."""
    text = "a0: &a0 [x, x]\n"
    for depth in range(1, 40):
        text += f"a{depth}: &a{depth} [{', '.join([f'*a{depth - 1}'] * 9)}]\n"
    assert added(text).endswith("train:\n  lr: 0.001\n")


def test_a_file_that_holds_itself_ends_too() -> None:
    assert added("a: &a {b: *a}\n").endswith("train:\n  lr: 0.001\n")


KEYS = st.sampled_from(["train", "model", "lr", "a", "b"])
DOCUMENTS = st.recursive(
    st.none() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, DOCUMENTS, max_size=4), st.sampled_from([None, True, False]), st.integers(2, 6))
def test_any_document_keeps_all_it_holds_or_is_refused(document: Any, flow: bool | None, indent: int) -> None:
    text = yaml.safe_dump(document, default_flow_style=flow, indent=indent, allow_unicode=True)
    values: dict[tuple[str, ...], Any] = {("train", "lr"): 0.5, ("model", "x", "y"): [1, 2], ("c",): "no"}
    try:
        after = added(text, values)
    except Unfixable:
        return
    read = yaml.safe_load(after)
    assert (read["train"].pop("lr"), read["model"]["x"].pop("y"), read.pop("c")) == (0.5, [1, 2], "no")


@given(st.text("ab: -\n\t#&*!|>'\"[]{},?%@`0.<", max_size=40))
def test_any_text_is_extended_or_refused_and_never_crashes(text: str) -> None:
    try:
        added(text)
    except Unfixable as refused:
        assert str(refused)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("train: &a\n  b: *a\n", id="a mapping"),
        pytest.param("train: &a\n  b:\n    - *a\n", id="a list in it"),
        pytest.param("train:\n  b: &a\n    - *a\n", id="a list"),
        pytest.param("train: &a\n  b: &c\n    d: *a\n", id="two deep"),
        pytest.param("&a train: &b\n  *a : *b\n", id="keys, too"),
    ],
)
def test_what_holds_itself_comes_to_an_end(text: str) -> None:
    """Found by the fuzzer: the innermost end of such a mapping was looked for without end."""
    try:
        after = added(text)
    except Unfixable:
        return
    assert yaml.safe_load(after)["train"]["lr"] == 0.001
