"""The activity `comment`: what was measured is judged again, and becomes a comment and a check run.

This half holds a writing token. It runs no code of the pull request and checks nothing out; what it gets is data,
read strictly. Nothing that GitHub refuses fails the job: the summary has the report all the same.
"""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from reproof.adapters.github import GitHub
from reproof.ci import measured as handover
from reproof.ci.conclusion import check_run
from reproof.ci.origin import pull_of_run
from reproof.ci.outputs import annotate, write_outputs, write_summary
from reproof.ci.trusted import trusted
from reproof.errors import Exit, ForgeError, UsageError
from reproof.report import markdown, state
from reproof.report.report import Context

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reproof.ci.event import Event
    from reproof.ci.inputs import Inputs
    from reproof.ci.measured import Measured
    from reproof.ports import Comment, Forge, PullRequest
    from reproof.report.report import Report


NEEDED = "pull-requests: write"


class _Nothing(Exception):  # noqa: N818  not an error: a reason to write nothing
    pass


def post_comment(environ: Mapping[str, str], event: Event, inputs: Inputs) -> int:
    """Judge what was measured and write about it; returns the exit code.

    Raises `UsageError` for what cannot be used, or is not about the pull request's head.
    """
    if event.repository is None:
        raise UsageError("a comment needs a repository")
    if inputs.token is None and inputs.measured is None:
        return _unposted(environ, f"there is no token: give the job `{NEEDED}`")
    forge = GitHub(event.repository, inputs.token or "", event.api_url)
    try:
        pull = _pull(event, forge)
        measured, attempt = _measured(event, inputs, forge)
    except (ForgeError, _Nothing) as reason:
        return _unposted(environ, _why(reason))
    head = _head(forge, pull) if inputs.token else pull.head
    if head != pull.head:
        return _unposted(environ, f"the pull request moved on to {head[:7]} meanwhile")
    if measured.head != pull.head:
        raise UsageError(
            f"what was measured is about {measured.head[:7]}, the pull request's head is {pull.head[:7]}"
        )
    url = f"{event.server_url}/{event.repository}.git"
    with trusted(url, pull, inputs.token) as half:
        rules = half.settings.compare.fail_on if inputs.fail_on is None else inputs.fail_on
        # Each attempt before it took a look at least.
        context = _context(event, pull, half.base, rules, forge if inputs.token else None)
        report = half.report(measured, context, attempt - 1)
        if inputs.token is None:
            return _unposted(environ, f"there is no token: give the job `{NEEDED}`", report)
        check = check_run(report, pull.head, half.annotations(report))
    try:
        forge.write_check(check)
    except ForgeError as error:
        _warn(environ, f"no check run was written: {_why(error)}")
    try:
        address = _write(forge, report, pull.number, inputs.comment)
    except ForgeError as error:
        return _unposted(environ, _why(error), report)
    write_outputs(environ, {"comment-url": address or "", "verdict": report.comparison.verdict})
    return Exit.FINE


def _pull(event: Event, forge: Forge) -> PullRequest:
    """The pull request to write to: the event's own, or the one that the measuring run was about."""
    if event.pull is not None:
        return event.pull
    if event.run is None:
        raise UsageError("a comment needs a pull request")
    if event.run.event != "pull_request":
        raise _Nothing(f"the measuring run was started by {event.run.event}, not by a pull request")
    pull = pull_of_run(event.run, forge.open_pulls(event.run.head_owner, event.run.head_ref))
    if pull is None:
        raise _Nothing(f"no open pull request has the head {event.run.head[:7]} any more")
    return pull


def _head(forge: Forge, pull: PullRequest) -> str:
    """Where the pull request stands now; after a forced push, its old head can no longer be fetched."""
    try:
        return forge.head_of(pull.number)
    except ForgeError:
        return pull.head  # what stops us here stops us again when we write, and is said there


def _measured(event: Event, inputs: Inputs, forge: Forge) -> tuple[Measured, int]:
    """What was measured, and in which attempt.

    An output is of the measuring job as it ran last: GitHub sees to that. An artifact is of whoever uploaded one:
    an attempt that ended before it had a report leaves that of the attempt before where it was.
    """
    named = handover.attempt_named(inputs.measured or "")
    if inputs.measured is not None and named is None:
        return handover.unpack(inputs.measured), event.measuring_attempt
    run, attempt = event.measuring_run, named or event.measuring_attempt
    if run is None:
        raise _Nothing("there is neither the input measured nor a run to take the artifact from")
    measured = handover.of_run(forge, run)
    if measured.attempt != attempt:
        raise _Nothing(
            f"attempt {attempt} of the measuring run left nothing to report, and the artifact there is of attempt "
            f"{measured.attempt}; see why it ended, then run its failed jobs again"
        )
    return measured, attempt


def _context(
    event: Event, pull: PullRequest, base: str, fail_on: tuple[str, ...], forge: Forge | None
) -> Context:
    return Context(
        repository=event.repository,
        pull=pull.number,
        base_ref=pull.base_ref,
        base_commit=base,
        fail_on=fail_on,
        run_url=event.run_url,
        page_url=_page(event, forge) if forge else None,
        self_reported=pull.is_outside(event.repository),
    )


def _page(event: Event, forge: Forge) -> str | None:
    """Where the measuring run's artifact, with report.html in it, can be loaded. No link is no trouble."""
    if event.measuring_run is None:
        return None
    with contextlib.suppress(ForgeError):
        number = forge.artifact_id(event.measuring_run, handover.ARTIFACT)
        return f"{event.run_url}/artifacts/{number}" if number else None
    return None


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


def _unposted(environ: Mapping[str, str], why: str, report: Report | None = None) -> int:
    """Say why nothing was written; the report, where there is one, becomes the summary."""
    _warn(environ, f"no comment was written: {why}")
    if report is not None:
        write_summary(environ, markdown.summary(report))
    verdict = report.comparison.verdict if report else ""
    write_outputs(environ, {"comment-url": "", "verdict": verdict})
    return Exit.FINE


def _warn(environ: Mapping[str, str], what: str) -> None:
    print(f"reproof: {what}", file=sys.stderr)
    annotate(environ, "warning", what)


def _why(reason: Exception) -> str:
    hint = reason.hint if isinstance(reason, ForgeError) else None
    return f"{reason}. {hint or ''}".strip()
