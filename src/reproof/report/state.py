"""The machine-readable state that a comment of ours ends with, invisible to readers.

It is a Markdown link definition, which no renderer shows. What it holds says which comment is ours and whether
a new report says anything new; nothing in it is trusted beyond that.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass

from reproof.report.ranking import noteworthy
from reproof.report.report import Report
from reproof.strict import SchemaError, parse_json

_LIMIT = 4096  # bytes of the JSON inside
_LINE = re.compile(r"\n\n\[reproof\]: data:application/json;base64,([A-Za-z0-9+/]{1,6000}={0,2})\s*\Z")


@dataclass(frozen=True, slots=True)
class State:
    """`head` is the commit that the comment is about; `news` a digest of what it says."""

    verdict: str
    news: str
    head: str | None = None


def state_of(report: Report) -> State:
    """The state of a comment about this report."""
    return State(report.comparison.verdict, _news(report), report.head)


def write(state: State) -> str:
    """The definition's line; a blank line must stand before it."""
    data = json.dumps({"verdict": state.verdict, "news": state.news, "head": state.head}).encode()
    return f"[reproof]: data:application/json;base64,{base64.b64encode(data).decode()}"


def read(body: str) -> State | None:
    """The state that a comment ends with; None where there is none that can be read."""
    # A comment that was edited in a browser comes back with CRLF.
    found = _LINE.search(body.replace("\r\n", "\n"))
    if not found:
        return None
    try:
        with parse_json(base64.b64decode(found.group(1), validate=True), "state", _LIMIT) as fields:
            return State(fields.text("verdict"), fields.text("news"), fields.text_or_none("head"))
    except (SchemaError, binascii.Error):
        return None


def _news(report: Report) -> str:
    """A digest of what a reader would call the message: the words, not the digits or the commit.

    Where results can be accepted it is the run, too: the command that the comment shows names it, and only what was
    measured at the newest head can be accepted.
    """
    it = report.comparison
    said = [
        it.verdict,
        it.strength,
        it.cause,
        [[check.metric, list(check.slice), check.result] for check in noteworthy(it.checks)],
        [list(map(str, (change.name, change.old, change.new))) for change in it.changes.config],
        [list(map(str, (change.name, change.old, change.new))) for change in it.changes.environment],
        [list(map(str, (change.name, change.old, change.new))) for change in it.changes.data],
        [change.path for change in it.changes.code],
        it.run if it.verdict in ("drifted", "regressed") else None,
        it.failure and [it.failure.what, it.failure.exit_code],
        report.context.self_reported,
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]
