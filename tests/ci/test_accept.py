"""The command in a comment: one line, at the start, nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.ci.accept import Asked, asked
from reproof.errors import UsageError
from reproof.runs.acceptance import LONGEST_WHY


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("/reproof accept 12ab34 because the split is fair now", Asked("12ab34", "the split is fair now")),
        ("  /reproof accept 12ab34cd56ef because x\r\n", Asked("12ab34cd56ef", "x")),
        (
            "/reproof accept 12ab34 because https://me:secret-word@example.org says so",
            Asked("12ab34", "https://***@example.org says so"),
        ),
    ],
)
def test_one_line_is_a_command(body: str, found: Asked) -> None:
    assert asked(body) == found


@pytest.mark.parametrize(
    "body",
    [
        "",
        "/reproof",
        "/reproof accept",
        "/reproof accept 12ab34",
        "/reproof accept 12ab34 because",
        "/reproof accept 12ab34 because ",
        "/reproof accept 12ab3 because short",
        "/reproof accept HEAD because x",
        "/reproof accept 12AB34 because x",
        "/reproof accept 12ab34; because x",
        "/reproof  accept 12ab34 because x",
        "> /reproof accept 12ab34 because x",
        "please\n/reproof accept 12ab34 because x",
        "/reproof accept 12ab34 because x\nand more",
        "/reproof accept 12ab34 because x\u2028/reproof accept 654321 because y\n\nz",
        "/reproof accept 12ab34 because " + "x" * (LONGEST_WHY + 1),
    ],
)
def test_everything_else_is_none(body: str) -> None:
    with pytest.raises(UsageError) as caught:
        asked(body)
    assert "/reproof accept RUN because" in (caught.value.hint or "")


@given(st.text())
def test_no_text_breaks_it(body: str) -> None:
    try:
        found = asked(body)
    except UsageError:
        return
    assert "\n" not in found.why
