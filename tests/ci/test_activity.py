"""Event and inputs in, activity out: the table, and the lines that must not be crossed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from reproof.ci.activity import Activity, NoActivity, choose
from reproof.ci.event import Event, IssueComment, MeasuringRun
from reproof.ci.inputs import Inputs
from reproof.errors import UsageError
from reproof.ports import PullRequest

HEAD, BASE, TIP = "a" * 40, "b" * 40, "c" * 40
PULL = Event(
    "pull_request",
    "synchronize",
    "octo/demo",
    "main",
    "refs/pull/7/merge",
    "d" * 40,
    pull=PullRequest(7, HEAD, "topic", "octo/demo", BASE, "main"),
)
PUSH = Event("push", "", "octo/demo", "main", "refs/heads/main", TIP)
COMMENT = IssueComment(
    9, 7, True, "octo", "/reproof accept 12ab34 because x", dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
)
SAID = replace(PUSH, name="issue_comment", action="created", comment=COMMENT)


@pytest.mark.parametrize(
    ("event", "activity"),
    [
        (Event(), Activity("retrain")),
        (PULL, Activity("retrain", HEAD)),
        (replace(PULL, action="opened"), Activity("retrain", HEAD)),
        (PUSH, Activity("record", TIP)),
        (replace(PUSH, name="workflow_dispatch"), Activity("record", TIP)),
        (replace(PUSH, name="workflow_dispatch", ref="refs/heads/topic"), Activity("retrain", TIP)),
        (replace(PUSH, name="schedule"), Activity("audit", TIP)),
        (SAID, Activity("accept")),
        (
            replace(PUSH, name="merge_group", ref="refs/heads/gh-readonly-queue/main/x"),
            Activity("retrain", TIP),
        ),
    ],
    ids=lambda value: value.name or "no-event" if isinstance(value, Event) else None,
)
def test_the_event_chooses(event: Event, activity: Activity) -> None:
    assert choose(event, Inputs()) == activity


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (replace(PULL, action="closed"), "closed"),
        (replace(PUSH, ref="refs/heads/topic"), "refs/heads/topic"),
        (replace(PUSH, ref="refs/tags/v1"), "refs/tags/v1"),
        (replace(PUSH, deleted=True), "deleted"),
        (replace(PUSH, default_branch=None), "default branch"),
        (replace(PULL, name="pull_request_target"), "writing token"),
        (replace(SAID, comment=replace(COMMENT, on_pull_request=False)), "not on a pull request"),
        (replace(SAID, comment=replace(COMMENT, body="nice")), "no command"),
        (replace(SAID, action="edited"), "edited"),
        (replace(SAID, action="deleted"), "edited"),
        (replace(SAID, comment=replace(COMMENT, author="dependabot[bot]", by_program=True)), "a program"),
        (replace(PUSH, name="issues"), "issues"),
    ],
)
def test_nothing_to_do_says_why(event: Event, reason: str) -> None:
    made = choose(event, Inputs())
    assert isinstance(made, NoActivity)
    assert reason in made.reason


def test_a_pull_request_is_trained_at_its_head_and_never_at_the_merge_commit() -> None:
    made = choose(PULL, Inputs(activity="retrain"))
    assert made == Activity("retrain", HEAD)
    assert PULL.commit != HEAD


def test_a_comment_needs_a_pull_request_or_a_run_that_was_about_one() -> None:
    assert choose(PULL, Inputs(activity="comment")) == Activity("comment", HEAD)
    with pytest.raises(UsageError, match="pull request"):
        choose(PUSH, Inputs(activity="comment"))
    run = MeasuringRun(7, "pull_request", HEAD, "topic", "eve/demo", 77)
    assert choose(replace(PUSH, name="workflow_run", run=run), Inputs()) == Activity("comment")


def test_a_pull_request_is_never_recorded() -> None:
    with pytest.raises(UsageError, match="record must not run on a pull request"):
        choose(PULL, Inputs(activity="record"))


@pytest.mark.parametrize("activity", ["retrain", "record", "check", "audit"])
@pytest.mark.parametrize("event", ["pull_request_target", "workflow_run", "issue_comment"])
def test_nothing_of_a_pull_request_runs_with_a_writing_token(event: str, activity: str) -> None:
    with pytest.raises(UsageError, match=event):
        choose(replace(PULL, name=event), Inputs(activity=activity))  # type: ignore[arg-type]


def test_an_audit_is_about_the_default_branch_only() -> None:
    with pytest.raises(UsageError, match="audit must not run on pull_request"):
        choose(PULL, Inputs(activity="audit"))


def test_who_asks_for_accept_gets_the_same_answers() -> None:
    assert choose(SAID, Inputs(activity="accept")) == Activity("accept")
    assert isinstance(choose(PUSH, Inputs(activity="accept")), NoActivity)
