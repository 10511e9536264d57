"""The state in a comment: read back, refused when planted badly, and silent about what is no news."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from reproof.report import state
from reproof.report.markdown import comment
from tests.report.cases import AUC, DRIFTED, RECORDED, REGRESSED, SKLEARN


def test_the_state_of_a_comment_reads_back() -> None:
    found = state.read(comment(REGRESSED))
    assert found == state.state_of(REGRESSED)
    assert found is not None
    assert (found.verdict, found.head) == ("regressed", REGRESSED.head)


def test_a_comment_that_came_back_from_a_browser_is_read() -> None:
    assert state.read(comment(REGRESSED).replace("\n", "\r\n")) == state.state_of(REGRESSED)


def line(data: bytes) -> str:
    return f"text\n\n[reproof]: data:application/json;base64,{base64.b64encode(data).decode()}\n"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "text",
        line(b"{}"),
        line(b"[]"),
        line(b"\xff"),
        line(b'{"verdict": "x", "news": "y", "head": null, "more": 1}'),
        line(b'{"verdict": 1, "news": "y", "head": null}'),
        line(b" " * 5000),
        "text\n\n[reproof]: data:application/json;base64,!!!!\n",
        "text\n\n[reproof]: data:application/json;base64,abc\n",
        line(b'{"verdict": "x", "news": "y", "head": null}') + "and more\n",
        "text\n[reproof]: data:application/json;base64,e30=\n",
    ],
)
def test_what_is_not_a_whole_state_at_the_end_is_none(body: str) -> None:
    assert state.read(body) is None


def test_another_commit_and_other_digits_are_no_news() -> None:
    checks = (AUC._replace(now=(0.9070,)), *REGRESSED.comparison.checks[1:])
    same = replace(REGRESSED, head="0" * 40, comparison=replace(REGRESSED.comparison, checks=checks))
    assert state.state_of(same).news == state.state_of(REGRESSED).news


def test_another_verdict_metric_or_cause_is_news() -> None:
    it = REGRESSED.comparison
    others = [
        DRIFTED,
        replace(REGRESSED, comparison=replace(it, checks=it.checks[1:])),
        replace(REGRESSED, comparison=replace(it, cause="code")),
        replace(REGRESSED, comparison=replace(it, changes=replace(it.changes, environment=(SKLEARN,)))),
        replace(REGRESSED, context=replace(REGRESSED.context, self_reported=True)),
    ]
    assert state.state_of(REGRESSED).news not in [state.state_of(other).news for other in others]


def test_another_run_is_news_where_it_can_be_accepted() -> None:
    """Else the comment would go on showing a command that names a run which is no longer the head's."""
    for report in (REGRESSED, DRIFTED, RECORDED):
        other = replace(report, comparison=replace(report.comparison, run="f" * 12))
        same = state.state_of(other).news == state.state_of(report).news
        assert same is (report is RECORDED)
