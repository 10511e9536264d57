"""Where in the files of the head commit the reported changes stand: parameters, packages, data, code.

Pure: texts come through `read`, lines through a diff. All of it is a stranger's: a file that cannot be read has no
place, and a name is searched for as text, never as a pattern.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reproof.changed_lines import UNTOLD
from reproof.ci.conclusion import PLAIN
from reproof.lint.parameters.keys import read_params
from reproof.lint.source import InvalidFile, SourceFile
from reproof.ports import Annotation
from reproof.report import wording
from reproof.report.escape import PROSE_WIDTH, clean
from reproof.verdict.comparison import ValueChange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from reproof.changed_lines import Ranges
    from reproof.report.report import Report
    from reproof.runs.declared import Declared
    from reproof.verdict.comparison import Aspect

LARGEST = 4 * 1024 * 1024  # bytes of a file in which a place is looked for


@dataclass(frozen=True, slots=True)
class Sources:
    """What is known of the head: its declared inputs, its files, and the lines that differ from the base."""

    declared: Declared
    read: Callable[[str], bytes | None]
    lines: Mapping[str, Ranges]


def annotate_changes(report: Report, sources: Sources) -> tuple[Annotation, ...]:
    """One for each change with a place, those of the cause first."""
    found = [
        _annotation(report, aspect, path, line, message)
        for aspect, path, line, message in _places(report, sources)
        if path.encode("utf-8", "replace").decode() == path  # no other name can be sent
    ]
    return tuple(sorted(found, key=lambda one: one.level != "warning"))


def _annotation(report: Report, aspect: Aspect, path: str, line: int, message: str) -> Annotation:
    blamed = report.comparison.cause in (aspect, "several", "unknown")
    return Annotation(
        path=path,
        line=line,
        level="warning" if blamed and report.fails else "notice",
        title=f"reproof: {report.comparison.verdict}, {aspect} changed",
        message=clean(message, PROSE_WIDTH),
    )


def _places(report: Report, sources: Sources) -> Iterator[tuple[Aspect, str, int, str]]:
    changes = report.comparison.changes
    for change in changes.config:
        if place := _parameter(change.name, sources):
            yield ("config", *place, wording.changed_value(change, PLAIN))
    for change in (*changes.environment, *_packages(report)):
        if place := _package(change.name, sources):
            yield ("environment", *place, wording.changed_value(change, PLAIN))
    for change in changes.data:
        if place := _data(change.name, sources):
            yield ("data", *place, wording.changed_value(change, PLAIN))
    for file in changes.code:
        if ranges := _told(file.path, sources):
            yield ("code", file.path, ranges[0][0], wording.changed_file(file, PLAIN))


def _packages(report: Report) -> list[ValueChange]:
    """Installed otherwise although nothing declared changed: the line that does not pin it is to blame."""
    return [
        ValueChange(one.name, one.old, one.new)
        for one in report.comparison.observed
        if one.what == "package" and report.comparison.cause == "environment"
    ]


def _parameter(name: str, sources: Sources) -> tuple[str, int] | None:
    parameter = next((one for one in sources.declared.parameters if one.shown == name), None)
    if parameter is None or (file := _file(parameter.path, sources)) is None:
        return None
    try:
        params = read_params(file)
    except InvalidFile:
        return None
    dotted = {".".join(keys): place[0] for keys, place in params.places.items()}
    words = parameter.name.split(".")
    for end in range(len(words), 0, -1):  # an item of a list stands with the list
        if (offset := dotted.get(".".join(words[:end]))) is not None:
            return parameter.path, file.text.count("\n", 0, offset) + 1
    return parameter.path, 1


def _package(name: str, sources: Sources) -> tuple[str, int] | None:
    """The first line of a lock or a list of requirements that is about the package; a changed one rather."""
    words = "[-_.]".join(map(re.escape, re.split(r"[-_.]+", name)))
    line = re.compile(rf"^[\s\"'-]*(?:name\s*=\s*)?[\"']?{words}(?![\w.-])", re.IGNORECASE)
    for path in sources.declared.environment.sources:
        if place := _line(path, line, sources):
            return place
    return None


def _data(name: str, sources: Sources) -> tuple[str, int] | None:
    for path in (f"{name}.dvc", name):
        if ranges := _told(path, sources):
            return path, ranges[0][0]
    return _line(
        "dvc.lock", re.compile(rf"[\s-]*path: *[\"']?{re.escape(name)}[\"']?\s*$", re.MULTILINE), sources
    )


def _line(path: str, pattern: re.Pattern[str], sources: Sources) -> tuple[str, int] | None:
    if (file := _file(path, sources)) is None:
        return None
    try:
        lines = [number for number, line in enumerate(file.text.split("\n"), 1) if pattern.match(line)]
    except InvalidFile:
        return None
    changed = [line for line in lines if _near(line, _told(path, sources))]
    return (path, (changed or lines)[0]) if lines else None


def _told(path: str, sources: Sources) -> Ranges:
    """The changed lines of a file, where git shows which."""
    ranges = sources.lines.get(path, ())
    return () if ranges == UNTOLD else ranges


def _near(line: int, ranges: Ranges) -> bool:
    """A lock says the version in the line below the name."""
    return any(first <= line + 1 and line <= last for first, last in ranges)


def _file(path: str, sources: Sources) -> SourceFile | None:
    data = sources.read(path)
    return None if data is None or len(data) > LARGEST else SourceFile(path, data)
