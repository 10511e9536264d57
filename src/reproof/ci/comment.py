"""The activity `comment`: a measured report, checked, becomes the pull request's one comment.

This half holds a writing token. It runs no code of the pull request and checks nothing out; what it gets is
data, read strictly. Nothing that GitHub refuses fails the job: the summary has the report all the same.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from reproof.adapters.github import GitHub
from reproof.ci.outputs import annotate, write_outputs, write_summary
from reproof.errors import Exit, ForgeError, UsageError
from reproof.report import json as report_json
from reproof.report import markdown, state
from reproof.report.report import DEFAULT_FAIL_ON, Context

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reproof.ci.event import Event, PullRequest
    from reproof.ci.inputs import Inputs
    from reproof.ports import Comment, Forge
    from reproof.report.report import Report


def post_comment(environ: Mapping[str, str], event: Event, inputs: Inputs) -> int:
    """Create or edit the comment of the event's pull request; returns the exit code."""
    pull = event.pull
    if pull is None or inputs.report is None or event.repository is None:
        raise UsageError("a comment needs a pull request and a measured report")
    report = report_json.parse(inputs.report, _context(event, pull, inputs))
    if report.head != pull.head:
        raise UsageError(
            f"the report is about {(report.head or 'no commit')[:7]}, the pull request's head is {pull.head[:7]}"
        )
    if inputs.token is None:
        return _unposted(environ, report, "there is no token: give the job `pull-requests: write`")
    forge = GitHub(event.repository, inputs.token, event.api_url)
    try:
        url = _write(forge, report, pull.number, inputs.comment)
    except ForgeError as error:
        return _unposted(environ, report, f"{error.message}. {error.hint or ''}".strip())
    write_outputs(environ, {"comment-url": url or "", "verdict": report.comparison.verdict})
    return Exit.FINE


def _context(event: Event, pull: PullRequest, inputs: Inputs) -> Context:
    return Context(
        repository=event.repository,
        pull=pull.number,
        base_ref=pull.base_ref,
        base_commit=pull.base,
        fail_on=DEFAULT_FAIL_ON if inputs.fail_on is None else inputs.fail_on,
        run_url=event.run_url,
        self_reported=event.from_fork,
    )


def _write(forge: Forge, report: Report, pull: int, mode: str) -> str | None:
    """The comment's address, or None where the mode, or a newer push, asks for none."""
    old = forge.our_comment(pull, markdown.MARKER)
    silence = _silence(report, old, mode)
    if silence:
        print(f"reproof: no comment: {silence}", file=sys.stderr)
        return old.url if old else None
    head = forge.head_of(pull)
    if head != report.head:
        print(f"reproof: no comment: the pull request moved on to {head[:7]} meanwhile", file=sys.stderr)
        return old.url if old else None
    written = forge.write_comment(pull, markdown.comment(report), old)
    print(f"reproof: {'updated' if old else 'wrote'} {written.url}", file=sys.stderr)
    return written.url


def _silence(report: Report, old: Comment | None, mode: str) -> str | None:
    """Why nothing is to be said; None where something is."""
    if mode == "never":
        return "comment is set to never"
    if mode == "failures" and not report.fails and old is None:
        return "nothing failed, and comment is set to failures"
    known = state.read(old.body) if old else None
    if mode == "changes" and known and known.news == state.state_of(report).news:
        return "the last one says the same"
    return None


def _unposted(environ: Mapping[str, str], report: Report, why: str) -> int:
    print(f"reproof: no comment was written: {why}", file=sys.stderr)
    annotate(environ, "warning", f"no comment was written: {why}")
    write_summary(environ, markdown.summary(report))
    write_outputs(environ, {"comment-url": "", "verdict": report.comparison.verdict})
    return Exit.FINE
