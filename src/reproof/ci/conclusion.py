"""A report as a check run: the conclusion by the verdict, the title, the summary within GitHub's limit. Pure."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

from reproof.ports import CheckRun
from reproof.report import markdown, wording
from reproof.report.escape import PROSE_WIDTH, clean
from reproof.report.wording import Voice

if TYPE_CHECKING:
    from reproof.ports import Annotation
    from reproof.report.report import Report

NAME = "reproof"
GREEN = ("changed", "unchanged", "reproduced", "recorded")
MOST_ANNOTATIONS = 200
LONGEST_TITLE = 200  # characters
PLAIN = Voice(quote=clean, prose=lambda words: clean(words, PROSE_WIDTH), strong=str)


def conclusion(report: Report) -> Literal["success", "failure", "neutral"]:
    """Green only for what was seen to hold; numbers that nobody here vouches for never are, nor do they fail.

    What was recorded and is gone was not seen to hold: a change that takes a slice away may be right, and a person
    has to say so.
    """
    it = report.comparison
    if report.context.self_reported:
        return "neutral"
    if report.fails:
        return "failure"
    gone = any(check.result == "missing" for check in it.checks)
    return "success" if it.verdict in GREEN and not gone else "neutral"


def check_run(report: Report, head: str, annotations: tuple[Annotation, ...] = ()) -> CheckRun:
    """The check run of a report on the commit `head`. Its title is plain text, its summary the job's."""
    summary = markdown.summary(report)
    if len(summary.encode()) > markdown.COMMENT_LIMIT:
        summary = markdown.comment(report)
    title = wording.headline(report, PLAIN)
    run = report.context.run_url or ""
    concluded = conclusion(report)
    # After an unclear answer it is looked for by its id: that of an earlier attempt, which said something else, is
    # another one.
    said = hashlib.sha256(f"{concluded}\n{summary}".encode("utf-8", "replace")).hexdigest()[:16]
    return CheckRun(
        name=NAME,
        head=head,
        id=f"reproof:{head}:{run.rpartition('/')[2]}:{said}",
        conclusion=concluded,
        title=clean(f"Self-reported: {title}" if report.context.self_reported else title, LONGEST_TITLE),
        summary=summary,
        annotations=annotations[:MOST_ANNOTATIONS],
        url=report.context.run_url,
    )
