from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reproof.adapters.nbstripout import strip_notebook
from reproof.lint.finding import Unfixable
from reproof.lint.notebooks.dirt import DEFAULT_KEYS, Dirt, DirtFinder, Stripping
from reproof.lint.source import InvalidFile, NotebookFile
from tests.lint.notebooks.generated import as_nbstripout_sees_it, texts

STREAM = {"output_type": "stream", "name": "stdout", "text": ["1\n"]}
RESULT = {
    "output_type": "execute_result",
    "execution_count": 3,
    "data": {"text/plain": ["1"]},
    "metadata": {},
}


def code(**members: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": [],
    } | members


def notebook(*cells: Any, **metadata: Any) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def dirt_of(document: dict[str, Any], stripping: Stripping | None = None) -> tuple[Dirt, ...]:
    return dirt_in(NotebookFile("n.ipynb", json.dumps(document).encode()), stripping)


def dirt_in(file: NotebookFile, stripping: Stripping | None = None) -> tuple[Dirt, ...]:
    return DirtFinder(stripping or Stripping()).find(file.document, file.raw_cells)


def test_a_clean_notebook_has_no_dirt() -> None:
    assert dirt_of(notebook(code(), code(metadata={"tags": ["parameters"]}), kernelspec={})) == ()


def test_each_kind_lists_the_cells_that_have_it() -> None:
    found = dirt_of(
        notebook(
            code(),
            code(outputs=[STREAM], metadata={"scrolled": True}),
            code(outputs=[STREAM], execution_count=1, metadata={"ExecuteTime": {}}),
            widgets={},
        )
    )
    assert found == (
        Dirt("outputs", (2, 3)),
        Dirt("execution-counts", (3,)),
        Dirt("metadata", (2, 3), ("ExecuteTime", "scrolled")),
        Dirt("notebook-metadata", (), ("widgets",)),
    )


@pytest.mark.parametrize(
    "metadata",
    [
        {"keep_output": True},
        {"tags": ["keep_output"]},
        {"init_cell": True},
        {"init_cell": True, "keep_output": False, "tags": ["keep_output"]},
        {"tags": ["keep_output"], "keep_output": True},
    ],
)
def test_kept_outputs_are_no_dirt(metadata: dict[str, Any]) -> None:
    assert dirt_of(notebook(code(outputs=[STREAM], metadata=metadata))) == ()


def test_the_notebook_keeps_outputs_where_a_cell_does_not_say_otherwise() -> None:
    cells = (
        code(outputs=[STREAM]),
        code(outputs=[STREAM], metadata={"keep_output": False}),
        code(outputs=[STREAM], metadata={"init_cell": False}),
    )
    assert dirt_of(notebook(*cells, keep_output=True)) == (Dirt("outputs", (2, 3)),)


def test_the_count_of_a_kept_output_is_dirt() -> None:
    kept = code(outputs=[RESULT], metadata={"keep_output": True})
    assert dirt_of(notebook(kept)) == (Dirt("execution-counts", (1,)),)


def test_an_output_that_holds_nothing_is_no_dirt() -> None:
    assert dirt_of(notebook(code(outputs=[{}, {"text": [""]}]))) == ()


def test_tags_that_contradict_the_metadata_are_named() -> None:
    cell = code(outputs=[STREAM], metadata={"keep_output": False, "tags": ["keep_output"]})
    assert dirt_of(notebook(code(), cell)) == (Dirt("keep-output-contradiction", (2,)),)


def test_only_an_old_notebook_still_has_its_signature_when_nbstripout_sees_it() -> None:
    old = {"worksheets": [], "metadata": {"signature": "sha256:0"}, "nbformat": 3, "nbformat_minor": 0}
    assert dirt_of(old) == (Dirt("notebook-metadata", (), ("signature",)),)
    assert dirt_of(notebook(signature="sha256:0")) == ()


def test_prompt_numbers_of_all_worksheets_are_found() -> None:
    sheets = [{"cells": [code()]}, {"cells": [{"cell_type": "code", "prompt_number": 0, "input": ""}]}]
    old = {"worksheets": sheets, "metadata": {}, "nbformat": 3, "nbformat_minor": 0}
    assert dirt_of(old) == (Dirt("execution-counts", (2,)),)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (notebook() | {"metadata": [1]}, "its metadata is not an object"),
        (notebook(code(metadata="x")), "the cell's metadata is not an object"),
        (notebook(code(outputs=None)), "outputs are not a list"),
        (notebook(code(outputs=3)), "outputs are not a list"),
    ],
)
def test_parts_of_another_shape_are_invalid(document: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidFile, match=words):
        dirt_of(document)


@pytest.mark.parametrize(
    "document",
    [
        notebook(code(metadata=None)),
        notebook(code(metadata={"tags": None})),
        notebook(code(metadata={"tags": 3})),
        notebook(code(outputs=["", 0], metadata={"keep_output": True})),
        {"cells": []},
        {"cells": [{}], "nbformat": "4"},
    ],
)
def test_odd_but_harmless_parts_are_no_dirt(document: dict[str, Any]) -> None:
    assert dirt_of(document) == ()


def test_outputs_nested_a_thousand_times_are_weighed_without_recursion() -> None:
    nested: Any = []
    for _ in range(5000):
        nested = [nested]
    file = NotebookFile("n.ipynb", b'{"cells": [{}]}')
    file.raw_cells[0]["outputs"] = [nested]
    assert dirt_in(file) == ()


def test_extra_and_kept_keys_are_named_as_nbstripout_names_them() -> None:
    cells = (
        code(metadata={"papermill": {"status": "completed", "tags": []}, "scrolled": True}),
        code(attachments={}),
    )
    document = notebook(*cells, kernelspec={"name": "x"}, **{"vnd.a+b": 1})
    extra = (
        "cell.metadata.papermill.status",
        "cell.attachments",
        "metadata.vnd.a+b",
        "metadata.kernelspec.name",
    )
    found = dirt_of(document, Stripping.asked(extra, ["cell.metadata.scrolled"]))
    assert found == (
        Dirt("metadata", (1, 2), ("attachments", "papermill.status")),
        Dirt("notebook-metadata", (), ("vnd.a+b", "kernelspec.name")),
    )


def test_where_outputs_are_the_product_only_the_sessions_metadata_is_dirt() -> None:
    cells = (
        code(outputs=[RESULT], execution_count=3, metadata={"scrolled": True}),
        code(outputs=[STREAM], metadata={"keep_output": False}),
    )
    found = dirt_of(notebook(*cells, widgets={}), Stripping.asked((), (), executed=True))
    assert found == (Dirt("outputs", (2,)), Dirt("metadata", (1,), ("scrolled",)))


KEYS = [
    *DEFAULT_KEYS,
    "cell.metadata.other",
    "metadata.kernelspec",
    "cell.metadata.tags.a",
    "cell.attachments",
]


@settings(max_examples=100, deadline=None)
@given(
    texts(),
    st.lists(st.sampled_from(KEYS), max_size=4),
    st.lists(st.sampled_from(KEYS), max_size=4),
    st.booleans(),
)
def test_dirt_is_what_is_stripped_whatever_the_options(
    text: str, extra: list[str], kept: list[str], executed: bool
) -> None:
    stripping = Stripping.asked(extra, kept, executed)
    file = NotebookFile("n.ipynb", text.encode())
    found = dirt_in(file, stripping)
    try:
        changed = strip_notebook(file.document, stripping) != file.document
    except Unfixable:
        assert (
            any(dirt.kind == "keep-output-contradiction" for dirt in found) or file.document["nbformat"] == 3
        )
        return
    signature_only = file.document["nbformat"] == 4 and "signature" in file.document["metadata"]
    assert bool(found) == changed or signature_only


@settings(max_examples=100, deadline=None)
@given(texts())
def test_dirt_is_what_nbstripout_would_change(text: str) -> None:
    file = NotebookFile("n.ipynb", text.encode())
    before, after = as_nbstripout_sees_it(text)
    assert bool(dirt_in(file)) == (before != after)
