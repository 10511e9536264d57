"""Whether the training repeats by itself, wherever a report is read."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from reproof.errors import UsageError
from reproof.report import html
from reproof.report.determinism import determinism
from reproof.report.json import dump, parse, to_dict
from reproof.report.markdown import comment, summary
from reproof.report.report import Report
from reproof.report.text import text
from reproof.report.wording import Voice
from reproof.verdict.comparison import Determinism
from tests.report.cases import DIFFER, EQUAL, REGRESSED, REPRODUCED

PLAIN = Voice(quote=str, prose=str, strong=str)


@pytest.mark.parametrize(
    ("it", "said"),
    [
        (EQUAL, "yes, 3 trainings with one seed gave equal metrics"),
        (DIFFER, "no, 3 trainings of the base with one seed gave different metrics, auc most, by 0.00042"),
        (replace(DIFFER, seed=None, own=True), "no, 3 trainings without a declared seed gave different"),
        (replace(EQUAL, repeats="rounding"), "but for rounding, 3 trainings"),
        (
            replace(DIFFER, by=None),
            "no, 3 trainings of the base with one seed gave different metrics, auc most, a number in some, ",
        ),
        (Determinism(None), "no two trainings of one seed are known, so nothing tells"),
    ],
)
def test_what_is_said(it: Determinism, said: str) -> None:
    assert dict(determinism(it, PLAIN))["Repeats"].startswith(said)


def test_threads_are_told_apart_from_variables() -> None:
    told = dict(determinism(EQUAL, PLAIN))
    assert told["Threads"] == "openblas threads (numpy) 2"
    assert told["Variables"] == "OMP_NUM_THREADS 2, PYTHONHASHSEED 0"
    assert dict(determinism(Determinism(None), PLAIN))["Seed"] == "none is declared"


def with_determinism(report: Report, made: Determinism | None) -> Report:
    return replace(report, comparison=replace(report.comparison, determinism=made))


@pytest.mark.parametrize("render", [comment, summary, text, html.page])
def test_every_report_says_it_and_one_without_runs_is_silent(render: Any) -> None:
    for report in (REGRESSED, REPRODUCED):
        assert "with one seed" in render(report)
        assert "eterminism" not in render(with_determinism(report, None))


def test_in_a_comment_it_is_folded() -> None:
    for report in (REGRESSED, REPRODUCED):
        assert "with one seed" not in comment(report).partition("<details>")[0]


def test_it_reads_back_equal_and_older_reports_lack_it() -> None:
    for report in (replace(REGRESSED, history=()), REPRODUCED):
        assert parse(dump(report), report.context) == report
    older = {key: value for key, value in to_dict(REPRODUCED).items() if key != "determinism"}
    assert parse(json.dumps(older), REPRODUCED.context) == with_determinism(REPRODUCED, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"repeats": "always"},
        {"own": 1},
        {"runs": -1},
        {"numeric_class": None},
        {"by": "NaN!"},
        {"facts": [{"name": "x"}]},
        {"facts": [{"name": "x", "value": "y", "html": "<b>"}]},
        {"more": 1},
    ],
)
def test_anything_else_is_refused(changes: dict[str, Any]) -> None:
    values = to_dict(REPRODUCED)
    values["determinism"] |= changes
    with pytest.raises(UsageError):
        parse(json.dumps(values))
