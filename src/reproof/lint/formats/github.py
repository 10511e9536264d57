"""Findings as annotations of a GitHub job: workflow commands, as many as GitHub shows, and all as text.

GitHub shows 10 errors of a step, and cuts nothing off by itself, so that the rest would be lost without a word:
behind the tenth a notice says how many more there are. Every finding stands in the log as text, too, and no name of
a file or line of source is a command there. A line of a notebook's cell is no line of its file, so the annotation
names the cell and stands at the top of the file.
"""

from __future__ import annotations

from reproof.inert import inert
from reproof.lint.formats import text
from reproof.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from reproof.lint.finding import Finding

MOST = 10
# Far below the 64 KB that a message may have.
LONGEST = 4000


def render(findings: Sequence[Finding]) -> str:
    """All findings as text, then the annotations of the first ones."""
    parts = [inert(text.render(findings, colour=False))]
    parts += [_annotation(finding) for finding in findings[:MOST]]
    if len(findings) > MOST:
        more = text.count(len(findings) - MOST, "more finding")
        parts.append(f"::notice title=reproof::{more}: see the log of this step\n")
    return "".join(parts)


def _annotation(finding: Finding) -> str:
    span, where = finding.span, ""
    if finding.cell:
        where = f"cell {finding.cell}, line {span.line}: "
        places = {"line": 1}
    else:
        places = {"line": span.line, "endLine": span.end_line}
        if span.line == span.end_line:  # columns of other spans are not shown
            places |= {"col": span.column, "endColumn": max(span.end_column, span.column)}
    properties = {"file": finding.path, **places, "title": f"reproof: {finding.rule}"}
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    message = _data(f"{where}{finding.message}\n{finding.help}")
    return f"::error {listed}::{message}\n"


def _data(words: str) -> str:
    cut = words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
    escaped = cut.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return "".join(letter if letter.isprintable() else visible(letter) for letter in escaped)


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")
