from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.lint.notebooks.order import disorder, failed, incomplete


def cells(*counts: Any, **members: Any) -> list[dict[str, Any]]:
    return [
        {"cell_type": "code", "execution_count": count, "source": ["x"], "metadata": {}, "outputs": []}
        | members
        for count in counts
    ]


@pytest.mark.parametrize(
    ("counts", "kind", "cell", "words"),
    [
        ((1, 3, 2), "order", 2, "cell 2 ran after cell 3"),
        (
            (5, 4, 3, 2, 1),
            "order",
            1,
            "cell 1 ran after cell 2, cell 2 ran after cell 3, cell 3 ran after cell 4 and 1 more",
        ),
        ((2, None, 1), "order", 1, "cell 1 ran after cell 3"),
        ((1, 2, 2), "copied", 3, "cells 2 and 3 have one count, In [2]"),
        ((1, 2, 4), "rerun", 3, "cell 3 is In [4] after In [2] in cell 2: 1 other run came before it"),
        ((3, 4), "rerun", 1, "cell 1 is In [3] and the first that is stored: 2 other runs came before it"),
        ((0, 1), "order", None, None),
    ],
)
def test_what_counts_tell(counts: tuple[Any, ...], kind: str, cell: int | None, words: str | None) -> None:
    found = disorder(cells(*counts))
    if words is None:
        assert found is None or found.kind != kind
        return
    assert found is not None
    assert (found.kind, found.cell, found.words) == (kind, cell, words)


@pytest.mark.parametrize(
    "counts", [(), (None, None), (1, 2, 3), (1, None, 2), ("7", True, 1.5, None), (0, 0), (1, -1, 2)]
)
def test_one_run_from_top_to_bottom_or_none_is_no_disorder(counts: tuple[Any, ...]) -> None:
    assert disorder(cells(*counts)) is None


@given(st.lists(st.none() | st.integers(-3, 12), max_size=8))
def test_there_is_disorder_exactly_where_the_counts_are_not_1_to_n(counts: list[int | None]) -> None:
    run = [count for count in counts if count is not None and count > 0]
    found = disorder(cells(*counts))
    assert (found is None) == (run == list(range(1, len(run) + 1)))
    if found:
        assert (counts[found.cell - 1] or 0) > 0


def test_prompt_numbers_of_old_notebooks_count() -> None:
    old = [{"cell_type": "code", "prompt_number": number} for number in (2, 1)]
    assert disorder(old) is not None


def test_markdown_has_no_count() -> None:
    assert disorder([{"cell_type": "markdown", "execution_count": 9}, *cells(1)]) is None


def test_a_cell_with_code_and_no_count_was_not_run() -> None:
    found = incomplete([*cells(1, None), *cells(None, source=" \n"), *cells(None)])
    assert found is not None
    assert (found.cell, found.words) == (2, "cells 2, 4 are not run")


def test_a_stored_error_is_one_unless_it_is_meant() -> None:
    error = [{"output_type": "error", "ename": "NameError"}]
    meant = cells(1, outputs=error, metadata={"tags": ["raises-exception"]})
    assert failed(meant) is None
    found = failed([*meant, *cells(2, outputs=error)])
    assert found is not None
    assert (found.kind, found.cell, found.words) == (
        "error-output",
        2,
        "cell 2 is stored with an error as output",
    )
