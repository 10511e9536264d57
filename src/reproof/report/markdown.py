"""Report -> Markdown: the pull request's comment, and the job summary, which is the same uncut.

Here the parts are put in order and made to fit: each has a weight, the lightest goes first, and what went is
named. What a part looks like is `sections.py`; what is safe to show is `escape.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from reproof.report import sections, wording
from reproof.report.escape import link
from reproof.report.report import Report
from reproof.report.sections import VOICE, details
from reproof.report.state import state_of, write

MARKER = "<!-- reproof:v1:default -->"
COMMENT_LIMIT = 60_000  # bytes of UTF-8; GitHub refuses 65,536 characters
SUMMARY_LIMIT = 1024 * 1024  # bytes of UTF-8 of one step's summary

_COMMENT_ROWS = 12
_COMMENT_SLICES = 3
_HISTORIES = 3  # metrics
_UNCUT = 100_000
# What fails or is open is shown unfolded; where all is well, three lines do, and the rest is folded.
_QUIET = ("unchanged", "reproduced", "recorded")


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the report: `name` as a reader would call it, `weight` how late it is dropped."""

    name: str
    weight: int
    text: str


def comment(report: Report) -> str:
    """The whole comment, marker and state included, at most `COMMENT_LIMIT` bytes of UTF-8."""
    tail = f"\n\n{write(state_of(report))}\n"
    room = COMMENT_LIMIT - _size(MARKER) - _size(tail) - 1
    return f"{MARKER}\n{_fitted(report, _COMMENT_ROWS, _COMMENT_SLICES, room)}{tail}"


def summary(report: Report) -> str:
    """The job summary: every row, at most `SUMMARY_LIMIT` bytes of UTF-8."""
    return _fitted(report, _UNCUT, _UNCUT, SUMMARY_LIMIT - 1) + "\n"


def _fitted(report: Report, rows: int, slices: int, room: int) -> str:
    parts = [part for part in _parts(report, rows, slices) if part.text]
    dropped: list[str] = []
    while True:
        note = f"Left out because it is too long: {', '.join(dropped)}." if dropped else ""
        text = "\n\n".join([*(part.text for part in parts), *([note] if note else [])])
        if _size(text) <= room or len(parts) == 1:
            return text
        lightest = min(parts, key=lambda part: part.weight)
        parts.remove(lightest)
        dropped.append(lightest.name)


def _parts(report: Report, rows: int, slices: int) -> list[_Part]:
    """The parts in reading order; the weights say which are missed least."""
    head = _Part("the verdict", 100, _head(report))
    tables = [
        _Part("the metrics", 80, sections.metrics(report, rows)),
        _Part("the slices", 50, sections.slices(report, slices)),
        _Part("the predictions", 55, sections.predictions(report)),
        _Part("what changed", 70, sections.changes(report, rows)),
        _Part("the stages", 60, sections.stages(report, rows)),
    ]
    judged = [
        _Part("the determinism", 35, sections.determinism(report)),
        _Part("how each number was judged", 20, sections.policy(report, rows)),
        _Part("the history", 25, sections.history(report, _HISTORIES)),
        _Part("what was not checked", 40, sections.not_checked(report, rows)),
    ]
    again = _Part("how to reproduce it", 30, sections.reproduce(report))
    if report.comparison.verdict in _QUIET:
        numbers = "\n\n".join(part.text for part in tables if part.text)
        folded = _Part("the numbers", 80, details("Numbers", numbers) if numbers else "")
        return [head, folded, *judged, again]
    log = _Part("the log", 75, sections.log_tail(report))
    step = _Part("the next step", 90, sections.next_step(report))
    if step.text and report.comparison.verdict != "changed":
        return [head, log, *tables, step, *judged]
    return [head, log, *tables, step, *judged, again]


def _head(report: Report) -> str:
    it = report.comparison
    lines = [f"## {wording.SIGNS[it.verdict]} {wording.headline(report, VOICE)}"]
    if report.context.self_reported:
        lines += [
            "",
            "**Self-reported** by the pull request's own code: nobody here has checked these numbers.",
        ]
    facts = " · ".join(wording.facts(report, VOICE))
    places = {"log": report.context.run_url, "report with charts": report.context.page_url}
    facts += "".join(f" · {link(words, url)}" for words, url in places.items() if url)
    values = wording.values(report, VOICE)
    return "\n".join([*lines, *(["", values] if values else []), "", facts[:1].upper() + facts[1:]])


def _size(text: str) -> int:
    return len(text.encode())
