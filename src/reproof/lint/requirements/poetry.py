"""Poetry's own way to write dependencies: `"^1.2"`, `"1.2.3"`, tables with `version`, `git`, `path`, `url`.

Judged like any requirement; a range is translated to standard specifiers, so that a lock can be held to it.
"""

from __future__ import annotations

import re

from reproof.lint.requirements.direct import judge_source
from reproof.lint.requirements.pinned import (
    LONGEST,
    Reason,
    State,
    Verdict,
    allows,
    judge_clauses,
    normalise,
)


def judge_poetry(name: str, value: object) -> Verdict | None:
    """Judge one entry of a poetry dependency table; None where it names no version, place or revision."""
    if isinstance(value, str):
        return _judge_constraint(normalise(name), value)
    if isinstance(value, dict):
        placed = judge_source(normalise(name), value)
        if placed is None and "version" in value:
            return _judge_constraint(normalise(name), str(value["version"]))
        return placed
    return Verdict(State.UNKNOWN, Reason.UNREADABLE, normalise(name), repr(value)[:80])


def poetry_allows(constraint: str, version: str) -> bool:
    """Whether a version satisfies a constraint in poetry's form."""
    return any(allows(specifier, version) for specifier in _alternatives(constraint))


def _judge_constraint(name: str, constraint: str) -> Verdict:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    if len(constraint) > LONGEST:
        return Verdict(State.UNKNOWN, Reason.UNREADABLE, name, constraint[:80])
    alternatives = _alternatives(constraint)
    try:
        judged = [
            judge_clauses([(each.operator, each.version) for each in SpecifierSet(specifier)])
            for specifier in alternatives
        ]
    except InvalidSpecifier:
        return Verdict(State.UNKNOWN, Reason.UNREADABLE, name, constraint[:80])
    if len(judged) > 1:
        return Verdict(State.UNPINNED, Reason.RANGE, name, constraint)
    state, reason, version = judged[0]
    return Verdict(state, reason, name, constraint, version)


def _alternatives(constraint: str) -> list[str]:
    """Standard specifiers, any of which may hold, of a constraint in poetry's form."""
    return [_standard(part) for part in re.split(r"\s*\|\|?\s*", constraint.strip())]


def _standard(constraint: str) -> str:
    parts = re.findall(r"(?:[<>=!~^]+\s*)?[^\s,<>=!~^]+", constraint)
    return ",".join(filter(None, (_standard_part(part.replace(" ", "")) for part in parts)))


def _standard_part(part: str) -> str:
    operator, version = re.fullmatch(r"([<>=!~^]*)(.*)", part, re.DOTALL).groups()  # type: ignore[union-attr]
    if version in ("*", "x") and operator in ("", "=", "=="):
        return ""
    if operator in ("^", "~") and (release := re.match(r"\d+(?:\.\d+)*", version)):
        return f">={version},<{_upper(operator, release[0])}"
    return f"{'==' if operator in ('', '=') else operator}{version}"


def _upper(operator: str, release: str) -> str:
    """The first version that `^release` or `~release` leaves out."""
    numbers = [int(number) for number in release.split(".")]
    if operator == "~":
        index = min(len(numbers), 2) - 1
    else:
        index = next((place for place, number in enumerate(numbers) if number), len(numbers) - 1)
    return ".".join(map(str, [*numbers[:index], numbers[index] + 1]))
