"""Requirements where no lock is: requirement files as pip reads them, tables of pyproject.toml, setup.cfg, Pipfile.

A line counts as what it means: quotes, spaces, order, comments and hashes do not. Nothing is fetched or run.
"""

from __future__ import annotations

import configparser
import json
import posixpath
import re
from typing import TYPE_CHECKING, Any

from reproof.errors import UsageError
from reproof.lint.requirements.parse import lines_of
from reproof.lint.requirements.pinned import normalise, plain_requirement
from reproof.runs.capture.environment.locks import read_toml, table
from reproof.runs.capture.environment.wanted import Wanted, requirement_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.ports import Snapshot
    from reproof.runs.capture.environment.folder import Folder

REQUIREMENTS = ("requirements.txt", "requirements.in")
# Options of a file that decide which packages its lines get. An index may have other builds under one version.
_DECIDING = re.compile(
    r"(?P<name>-i|--index-url|--extra-index-url|-f|--find-links|--no-index|--pre|--prefer-binary|--no-binary"
    r"|--only-binary)(?:\s*=\s*|\s+|\b)(?P<value>.*)"
)
_SHORT = {"-i": "--index-url", "-f": "--find-links"}
_FILES = re.compile(r"(?P<kind>-r|-c|--requirement|--constraint)(?:\s*=\s*|\s*)(?P<path>\S+)")
_EDITABLE = re.compile(r"(?:-e|--editable)(?:\s*=\s*|\s+)(?P<what>\S+)")
_EGG = re.compile(r"#(?:.*&)?egg=([A-Za-z0-9][A-Za-z0-9._-]*)")
_NAMED = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(.*)")
LONGEST = 900  # characters of a line that is kept as a name
DEEPEST = 50  # files that include each other


def deciding_options(data: bytes) -> Iterator[tuple[str, str]]:
    """(long name, value) of a requirements file's options that decide which packages its lines get."""
    for line in lines_of(text_of(data)):
        if option := _DECIDING.match(line):
            yield _SHORT.get(option["name"], option["name"]), option["value"].strip()


class Lines:
    """Reads the files of one snapshot, each once, and keeps the names of those that it read."""

    def __init__(self, snapshot: Snapshot | Folder) -> None:
        self._snapshot = snapshot
        self.sources: list[str] = []

    def requirements(self, path: str, constraint: bool = False, depth: int = 0) -> Iterator[Wanted]:
        """The lines of a requirements file and of those that it names."""
        data = self._snapshot.read(path)
        if data is None or path in self.sources or depth > DEEPEST:
            return
        self.sources.append(path)
        for line in lines_of(text_of(data)):
            if named := _FILES.match(line):
                yield from self._named(path, named, constraint, depth)
            elif option := _DECIDING.match(line):
                name = option["name"]
                yield Wanted(_SHORT.get(name, name), option["value"].strip())
            elif edited := _EDITABLE.match(line):
                yield from self._place(path, edited["what"], "editable")
            elif not line.startswith("-"):
                yield from self._line(path, re.split(r"\s-", line, maxsplit=1)[0], constraint)

    def project(self) -> Iterator[Wanted]:
        """`[project]`, dependency groups and poetry's tables of pyproject.toml; without them setup.cfg, Pipfile."""
        found = [*self._pyproject()] or [*self._setup()] or [*self._pipfile()]
        yield from found

    def _named(self, path: str, named: re.Match[str], constraint: bool, depth: int) -> Iterator[Wanted]:
        limits = constraint or named["kind"] in ("-c", "--constraint")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), named["path"]))
        if "://" in named["path"] or self._snapshot.read(target) is None:
            yield Wanted("--constraint" if limits else "--requirement", named["path"])
        else:
            yield from self.requirements(target, limits, depth + 1)

    def _line(self, path: str, line: str, constraint: bool) -> Iterator[Wanted]:
        note = "constraint" if constraint else ""
        if wanted := _required(line, note):
            yield wanted
        elif "/" in line or line in {".", ".."} or line.endswith((".whl", ".tar.gz", ".zip")):
            yield from self._place(path, line, note)
        elif match := _NAMED.match(line):  # a line of conda's, or a typing error: pip will say which
            yield Wanted(normalise(match[1]), re.sub(r"\s+", "", match[2]), note=note)

    def _place(self, path: str, line: str, note: str) -> Iterator[Wanted]:
        """A URL or a folder. Of the project's own folder what it depends on counts."""
        egg = _EGG.search(line)
        bare = re.sub(r"\[[^\]]*\]$", "", line)
        if "://" not in line:
            place = posixpath.normpath(posixpath.join(posixpath.dirname(path), bare.removeprefix("file:")))
            if place == ".":
                yield from self.project()
            name, source = place, line
        else:
            name, source = re.sub(r"@[^@/]*$", "", line.partition("#")[0]), line
        yield Wanted(normalise(egg[1]) if egg else name[:LONGEST], source=source, note=note)

    def _pyproject(self) -> Iterator[Wanted]:
        data = self._snapshot.read("pyproject.toml")
        if data is None or "pyproject.toml" in self.sources:
            return
        document = read_toml(data, "pyproject.toml")
        project, poetry = table(document, "project"), table(document, "tool", "poetry")
        found = [*_each(project.get("dependencies"), "")]
        for extra, lines in table(project, "optional-dependencies").items():
            found += _each(lines, f"extra {extra}")
        for group, lines in table(document, "dependency-groups").items():
            found += _each(lines, f"group {group}")
        found += _poetry(table(poetry, "dependencies"), "")
        found += _poetry(table(poetry, "dev-dependencies"), "group dev")
        for group in table(poetry, "group"):
            found += _poetry(table(poetry, "group", group, "dependencies"), f"group {group}")
        if found:
            self.sources.append("pyproject.toml")
        yield from found

    def _setup(self) -> Iterator[Wanted]:
        data = self._snapshot.read("setup.cfg")
        if data is None or "setup.cfg" in self.sources:
            return
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            parser.read_string(text_of(data))
        except configparser.Error as error:
            raise UsageError(f"setup.cfg: cannot be read: {' '.join(str(error).split())}") from None
        found = [*_each(parser.get("options", "install_requires", fallback="").splitlines(), "")]
        if parser.has_section("options.extras_require"):
            for extra, lines in parser.items("options.extras_require"):
                found += _each(lines.splitlines(), f"extra {extra}")
        if found:
            self.sources.append("setup.cfg")
        yield from found

    def _pipfile(self) -> Iterator[Wanted]:
        data = self._snapshot.read("Pipfile")
        if data is None or "Pipfile" in self.sources:
            return
        self.sources.append("Pipfile")
        document = read_toml(data, "Pipfile")
        for category in sorted(document.keys() - {"source", "requires", "pipenv", "scripts"}):
            yield from _poetry(
                table(document, category), "" if category == "packages" else f"group {category}"
            )
        for name in ("python_version", "python_full_version"):
            if name in table(document, "requires"):
                yield Wanted("python", str(table(document, "requires")[name]))


def _required(line: str, note: str) -> Wanted | None:
    """A requirement as PEP 508 has it; None for any other line. Most need no `packaging`, slow to import."""
    if plain := plain_requirement(line.strip()):
        name, versions = plain
        return Wanted(normalise(name), versions, note=note, always=not note)
    requirement = requirement_of(line)
    if requirement is None:
        return None
    marker = str(requirement.marker or "")
    return Wanted(
        normalise(requirement.name),
        str(requirement.specifier),
        requirement.url or "",
        tuple(requirement.extras),
        marker,
        note,
        always=not marker and not note,
    )


def _each(lines: Any, note: str) -> Iterator[Wanted]:
    """A list of requirements; a group may include another one."""
    for line in lines if isinstance(lines, list) else ():
        if isinstance(line, dict):
            yield Wanted(f"include-group {line.get('include-group')}", note=note)
        elif str(line).strip():
            if wanted := _required(str(line), note):
                yield wanted
            else:
                match = _NAMED.match(str(line).strip())
                name, rest = (match[1], match[2]) if match else (str(line)[:LONGEST], "")
                yield Wanted(normalise(name), re.sub(r"\s+", "", rest), note=note)


def _poetry(lines: dict[str, Any], note: str) -> Iterator[Wanted]:
    """Name -> specifier or table, as poetry's and Pipenv's files have it; `python` stands among poetry's."""
    for name, told in lines.items():
        plain = told if isinstance(told, str) else json.dumps(told, sort_keys=True, default=str)
        yield Wanted(normalise(name), plain, note=note)
