"""Which activity an event asks for. Pure: an event and the inputs in, an activity or a reason for none out.

The trust line is drawn here: code of a pull request is never recorded, never trained under
`pull_request_target`, and the activity that writes (`comment`) is one that trains nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from reproof.ci.event import Event
from reproof.ci.inputs import ActivityName, Inputs
from reproof.errors import UsageError


@dataclass(frozen=True, slots=True)
class Activity:
    """What to do. `commit` is the full id to train or to report on; None is what is checked out."""

    name: ActivityName
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class NoActivity:
    """Nothing to do, and why: a sentence for the log."""

    reason: str


def choose(event: Event, inputs: Inputs) -> Activity | NoActivity:
    """The activity for this event; raises `UsageError` where the workflow asks for what must not be."""
    if inputs.activity == "auto":
        found = _automatic(event)
        if inputs.engine == "matrix" and isinstance(found, Activity) and found.name == "retrain":
            return Activity("plan", found.commit)
        return found
    _refuse(event, inputs)
    if inputs.activity == "accept":
        return _said(event)
    return Activity(inputs.activity, _commit(event))


def _automatic(event: Event) -> Activity | NoActivity:
    match event.name:
        case "" | "merge_group":
            return Activity("retrain", _commit(event))
        case "schedule":
            return Activity("audit", _commit(event))
        case "issue_comment":
            return _said(event)
        case "pull_request" if event.action == "closed":
            return NoActivity("the pull request is closed")
        case "pull_request":
            return Activity("retrain", _commit(event))
        case "push" if event.deleted:
            return NoActivity("a branch was deleted")
        case "push" if event.on_default_branch:
            return Activity("record", _commit(event))
        case "push":
            return NoActivity(f"only pushes to the default branch are recorded, and this is {event.ref}")
        case "workflow_dispatch":
            return Activity("record" if event.on_default_branch else "retrain", _commit(event))
        case "workflow_run":
            return Activity("comment")
        case "pull_request_target":
            return NoActivity("pull_request_target would run a pull request's code with a writing token")
    return NoActivity(f"the event {event.name} asks for nothing that reproof does")


def _said(event: Event) -> Activity | NoActivity:
    comment = event.comment
    if comment is None or not comment.on_pull_request:
        return NoActivity("the comment is not on a pull request")
    if event.action != "created":
        return NoActivity("only a new comment is a command; an edited one is not")
    if comment.by_program:  # it may repeat what anybody told it
        return NoActivity(f"{comment.author} is a program, and to accept results is a person's word")
    if not comment.body.lstrip().startswith("/reproof"):
        return NoActivity("the comment is no command to reproof")
    return Activity("accept")


def _refuse(event: Event, inputs: Inputs) -> None:
    if event.name in ("pull_request_target", "workflow_run") and inputs.activity != "comment":
        raise UsageError(
            f"activity {inputs.activity} must not run on {event.name}: it gives strangers' code a token",
            "Use `on: pull_request` for the job that trains; workflows/README.md shows both jobs.",
        )
    if event.name == "issue_comment" and inputs.activity != "accept":
        raise UsageError(
            f"activity {inputs.activity} must not run on issue_comment: anybody may write one",
            "Take `activity` out of the workflow; what a comment asks for is found out by itself.",
        )
    if inputs.activity == "record" and event.pull is not None:
        raise UsageError(
            "activity record must not run on a pull request: what it trains would become the truth of main",
            "Record on `push` to the default branch: workflows/record.yml.",
        )
    if inputs.activity == "audit" and event.pull is not None:
        raise UsageError(
            f"activity audit must not run on {event.name}: it is about the default branch",
            "Run it on `schedule`: workflows/audit.yml.",
        )
    if inputs.activity != "comment":
        return
    if event.pull is None and event.run is None:
        raise UsageError(
            f"activity comment needs a pull request, and the event is {event.name or 'none'}",
            "Use it in a workflow that runs `on: pull_request` or `on: workflow_run`.",
        )


def _commit(event: Event) -> str | None:
    """A pull request's own head, never the ephemeral merge commit: that could not be trained again."""
    return event.pull.head if event.pull else event.commit
