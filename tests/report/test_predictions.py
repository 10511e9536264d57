"""Which predictions differ, in a sentence, wherever a report is read."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from reproof.errors import UsageError
from reproof.report import html
from reproof.report.json import dump, parse, to_dict
from reproof.report.markdown import comment, summary
from reproof.report.predictions import predictions
from reproof.report.report import Report
from reproof.report.text import text
from reproof.report.wording import Voice
from reproof.verdict.comparison import Flips, PredictionChanges
from tests.report.cases import REGRESSED, REPRODUCED, RUNS

PLAIN = Voice(quote=str, prose=str, strong=str)
CATS = PredictionChanges(
    RUNS[0], 1204, 12, broken=8, mended=3, flips=(Flips("cat", "dog", 7), Flips("1", "0", 2))
)


DIFFER = "of 1\u202f204 predictions differ from those of run"
TRUTH = "8 right before and wrong now, 3 the other way round"
PAIRS = "cat → dog (7), 1 → 0 (2)."


def told(**changes: Any) -> str:
    return predictions(replace(CATS, **changes), PLAIN)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {},
            f"12 {DIFFER} 00c0ffee0015 (churn 1 %): {TRUTH}; most often {PAIRS}",
        ),
        ({"differ": 9}, f"{TRUTH}; {PAIRS}"),
        (
            {"differ": 1, "broken": None, "mended": None, "flips": ()},
            "1 of 1\u202f204 predictions differs from those of run 00c0ffee0015 (churn 0.083 %).",
        ),
        (
            {"differ": 2, "rounded": 3, "broken": None, "largest": 0.01234, "flips": ()},
            f"2 {DIFFER} 00c0ffee0015 (churn 0.17 %), 3 more by rounding only: by up to 0.012.",
        ),
        ({"differ": 0}, "None of 1\u202f204 predictions differs from those of run 00c0ffee0015."),
        (
            {"differ": 0, "rounded": 3},
            "None of 1\u202f204 predictions differs from those of run 00c0ffee0015 but for rounding (3).",
        ),
        ({"differ": 1203}, "(churn over 99 %)"),
        ({"differ": 1204}, "(churn 100 %)"),
        ({"rows": 0, "differ": 0}, "None of 0 predictions"),
    ],
)
def test_what_is_said(changes: dict[str, Any], said: str) -> None:
    assert told(**changes) == said if said.endswith("run 00c0ffee0015.") else said in told(**changes)


def with_predictions(report: Report, made: PredictionChanges | None = CATS) -> Report:
    return replace(report, comparison=replace(report.comparison, predictions=made))


@pytest.mark.parametrize("render", [comment, summary, text, html.page])
def test_every_report_says_it(render: Any) -> None:
    for report in (REGRESSED, REPRODUCED):
        assert "churn 1 %" in render(with_predictions(report))
        assert "churn" not in render(report)


def test_where_all_is_well_it_is_folded() -> None:
    assert "churn" not in comment(with_predictions(REPRODUCED)).partition("<details>")[0]


def test_it_reads_back_equal_and_older_reports_lack_it() -> None:
    report = replace(with_predictions(REGRESSED), history=())
    assert parse(dump(report), report.context) == report
    older = to_dict(report)
    del older["predictions"]
    assert parse(json.dumps(older)).comparison.predictions is None


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("run", "$(id)", "run must be"),
        ("rows", -1, "rows"),
        ("rows", 11, "more samples than there are"),
        ("rounded", 1200, "more samples than there are"),
        ("broken", 1205, "more samples than there are"),
        ("differ", None, "differ"),
        ("mended", "many", "mended"),
        ("largest", "large", "largest"),
        ("flips", [{"old": "a", "new": "b", "samples": 1205}], "more samples than there are"),
        ("flips", [{"old": 1, "new": "b", "samples": 1}], "old"),
        ("extra", 1, "unknown keys: extra"),
    ],
)
def test_what_is_no_such_comparison_is_refused(key: str, value: object, said: str) -> None:
    top = to_dict(with_predictions(REGRESSED))
    top["predictions"][key] = value
    with pytest.raises(UsageError, match=said):
        parse(json.dumps(top))
