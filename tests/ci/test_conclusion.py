"""A report as a check run: green only for what was seen to hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reproof.ci.conclusion import LONGEST_TITLE, MOST_ANNOTATIONS, check_run, conclusion
from reproof.ports import Annotation
from reproof.report.report import Report
from reproof.verdict.comparison import Check, Spread
from tests.report.cases import HEAD, VERDICTS

CONCLUSIONS = {
    "failed": "failure",
    "drifted": "failure",
    "regressed": "failure",
    "undecided": "neutral",
    "changed": "success",
    "unchanged": "success",
    "reproduced": "success",
    "recorded": "success",
    "no-baseline": "neutral",
}


@pytest.mark.parametrize("report", VERDICTS.values(), ids=VERDICTS)
def test_the_verdict_decides(report: Report) -> None:
    verdict = report.comparison.verdict
    assert conclusion(report) == CONCLUSIONS[verdict]
    allowed = replace(report, context=replace(report.context, fail_on=()))
    assert conclusion(allowed) == ("success" if CONCLUSIONS[verdict] == "success" else "neutral")
    fork = replace(report, context=replace(report.context, self_reported=True))
    assert conclusion(fork) == "neutral"


@pytest.mark.parametrize("report", VERDICTS.values(), ids=VERDICTS)
def test_the_title_is_plain_and_the_summary_fits(report: Report) -> None:
    check = check_run(report, HEAD)
    assert 0 < len(check.title) <= LONGEST_TITLE
    assert not set("*\n") & set(check.title)
    assert len(check.summary.encode()) < 65_535


def test_a_long_summary_is_the_comments() -> None:
    one = Check("auc", (), 10, "base", Spread(2, 0.5, 0.1, 0.4, 0.6), (0.5,), "higher", "exact", "worse")
    checks = tuple(one._replace(metric=f"metric {number}") for number in range(2000))
    report = next(report for report in VERDICTS.values() if report.comparison.verdict == "regressed")
    long = replace(report, comparison=replace(report.comparison, checks=checks))
    assert len(check_run(long, HEAD).summary.encode()) < 65_535


def test_annotations_are_capped_and_the_run_is_its_name() -> None:
    notes = tuple(Annotation("a.py", line, "notice", "t", "m") for line in range(1, 500))
    report = next(iter(VERDICTS.values()))
    check = check_run(report, HEAD, notes)
    assert len(check.annotations) == MOST_ANNOTATIONS
    assert check.id.startswith(f"reproof:{HEAD}:4242:")


def test_a_check_run_that_says_something_else_is_another_one() -> None:
    """An attempt whose answer got lost must not take that of the attempt before for its own."""
    reports = [*VERDICTS.values(), *(replace(one, minutes=99.0) for one in VERDICTS.values())]
    said = {
        (check.conclusion, check.summary, check.id) for check in (check_run(one, HEAD) for one in reports)
    }
    assert len({id_ for *_, id_ in said}) == len({said_[:2] for said_ in said}) > 1
