"""The activity `audit`: does the default branch still reproduce? One issue says so while it does not."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from reproof.adapters.github import GitHub
from reproof.ci.outputs import annotate
from reproof.errors import ForgeError
from reproof.report import markdown
from reproof.report.escape import PROSE_WIDTH, clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reproof.ci.event import Event
    from reproof.ci.inputs import Inputs
    from reproof.ports import Forge
    from reproof.report.report import Report

MARKER = "<!-- reproof:v1:audit -->"


def keep_issue(environ: Mapping[str, str], event: Event, inputs: Inputs, report: Report) -> None:
    """Open, update or close the issue. What GitHub refuses is said, and fails nothing."""
    if inputs.token is None or event.repository is None:
        return _warn(environ, "there is no token: give the job `issues: write`")
    try:
        url = keep(GitHub(event.repository, inputs.token, event.api_url), report)
    except ForgeError as error:
        return _warn(environ, f"{error}. {error.hint or ''}")
    print(f"reproof: audit: {url or 'no issue is needed'}", file=sys.stderr)
    return None


def keep(forge: Forge, report: Report) -> str | None:
    """The issue's address where one was written; an open question changes nothing."""
    it = report.comparison
    known = forge.our_issue(MARKER)
    if it.failure or it.repeats == "drifted":
        branch = clean(report.context.base_ref or "the default branch", PROSE_WIDTH)
        what = "cannot be trained any more" if it.failure else "does not reproduce any more"
        return forge.write_issue(f"reproof: {branch} {what}", _body(report), known).url
    if it.repeats == "reproduced" and known is not None:
        return forge.close_issue(known, _body(report)).url
    return None


def _body(report: Report) -> str:
    """The report as a comment has it, below a marker of its own."""
    return markdown.comment(report).replace(markdown.MARKER, MARKER, 1)


def _warn(environ: Mapping[str, str], why: str) -> None:
    print(f"reproof: no issue was written: {why}", file=sys.stderr)
    annotate(environ, "warning", f"no issue was written: {why}")
