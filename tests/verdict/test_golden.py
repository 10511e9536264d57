"""The verdict's whole answers as files in golden/: each word and each figure that a person would read.

What they should say is held by the other tests and by `benchmarks/calibrate/`; these see that nothing of it
moves unnoticed. After a wanted change: `REPROOF_REWRITE=1 python -m pytest tests/verdict/test_golden.py`; then read
the diff.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.verdict.looks import LOOKS, shown_look
from tests.verdict.situations import SITUATIONS, shown

GOLDEN = Path(__file__).parent / "golden"


def entries(name: str) -> dict[str, str]:
    """Title -> text of a golden file."""
    path = GOLDEN / name
    parts = path.read_text(encoding="utf-8").split("## ")[1:] if path.exists() else []
    return {title: text for title, _, text in (part.partition("\n") for part in parts)}


def hold(name: str, title: str, made: str) -> None:
    """The answer is what the file says; or, when asked to, the file says what the answer is."""
    if os.environ.get("REPROOF_REWRITE"):
        GOLDEN.mkdir(exist_ok=True)
        told = entries(name) | {title: made + "\n"}
        order = [one for one in (SITUATIONS if name == "decisions.txt" else LOOKS) if one in told]
        (GOLDEN / name).write_text(
            "".join(f"## {one}\n{told[one]}" for one in order).rstrip() + "\n", encoding="utf-8"
        )
    assert made.rstrip() == entries(name)[title].rstrip()


@pytest.mark.parametrize("title", SITUATIONS)
def test_a_decision_is_the_golden_one(title: str) -> None:
    hold("decisions.txt", title, shown(SITUATIONS[title]()))


@pytest.mark.parametrize("title", LOOKS)
def test_the_looks_are_the_golden_ones(title: str) -> None:
    hold("looks.txt", title, shown_look(LOOKS[title]))


def test_the_files_hold_nothing_else() -> None:
    assert list(entries("decisions.txt")) == list(SITUATIONS)
    assert list(entries("looks.txt")) == list(LOOKS)
