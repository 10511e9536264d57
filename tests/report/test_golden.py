"""Whole outputs as files in golden/, reviewed in a diff like any other text.

After a wanted change: `REPROOF_REWRITE=1 python -m pytest tests/report/test_golden.py`, then read the diff, and
`make pictures` draws the documentation's pictures of them anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reproof.report import json as report_json
from reproof.report.markdown import comment, summary
from reproof.report.report import Report
from reproof.report.text import text
from tests.report.cases import VERDICTS

GOLDEN = Path(__file__).parent / "golden"


def hold(name: str, made: str) -> None:
    """The output is what the file says; or, when asked to, the file becomes what the output is."""
    path = GOLDEN / name
    if os.environ.get("REPROOF_REWRITE"):
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(made, encoding="utf-8")
    assert made == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_comment_is_the_golden_one(verdict: str) -> None:
    hold(f"{verdict}.comment.md", comment(VERDICTS[verdict]))


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_terminal_text_is_the_golden_one(verdict: str) -> None:
    hold(f"{verdict}.txt", text(VERDICTS[verdict]))


@pytest.mark.parametrize("verdict", ["regressed", "failed"])
def test_the_json_is_the_golden_one(verdict: str) -> None:
    hold(f"{verdict}.json", report_json.dump(VERDICTS[verdict]))


def test_the_summary_is_the_golden_one() -> None:
    hold("regressed.summary.md", summary(VERDICTS["regressed"]))


@pytest.mark.parametrize("verdict", VERDICTS)
def test_each_case_has_the_verdict_that_it_stands_for(verdict: str) -> None:
    assert VERDICTS[verdict].comparison.verdict == verdict


@pytest.mark.parametrize("report", VERDICTS.values(), ids=VERDICTS)
def test_colour_adds_codes_and_changes_no_word(report: Report) -> None:
    import re

    coloured = text(report, colour=True)
    assert coloured != text(report)
    assert re.sub(r"\x1b\[[0-9]+m", "", coloured) == text(report)
