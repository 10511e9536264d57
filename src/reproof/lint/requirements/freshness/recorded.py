"""What a `uv.lock` records of the projects that it was made from, compared with their `pyproject.toml`.

uv writes requirements in its own form: names normalised, `python_version` as `python_full_version`, extras as a
part of the marker. So versions are compared as sets, and markers by what they answer in many environments.
"""

from __future__ import annotations

import posixpath

from reproof.lint.requirements.pinned import judge, normalise
from reproof.lint.requirements.pyproject import table_at
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from packaging.requirements import Requirement


class Wanted(Value):
    """One requirement, declared or recorded: what of it has to be the same on both sides.

    `source` is the kind of place that it comes from where that is no index: git, url or path.
    """

    name: str
    specifier: str
    extras: tuple[str, ...]
    marker: str
    source: str = ""
    loose: bool = False

    def __str__(self) -> str:
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        return f"{self.name}{extras}{self.specifier}{f' ({self.source})' if self.source else ''}"


def differences(manifest: dict[str, Any], lock: dict[str, Any], folder: str, is_root: bool) -> Iterator[str]:
    """What the lock records otherwise than the project in `folder` (relative to the lock) declares, as clauses."""
    project = table_at(manifest, "project")
    entry = _own_entry(lock, folder)
    if is_root:
        yield from _of_root(manifest, lock)
    if not project:
        return
    name = normalise(str(project.get("name", "")))
    if entry is None:
        if not _is_script_only(lock):
            yield f"it does not hold the project {name}"
        return
    if normalise(str(entry.get("name", ""))) != name:
        yield f"it records the project as {entry.get('name')}, which is called {name}"
        return
    recorded_version, version = entry.get("version"), project.get("version")
    if (
        isinstance(version, str)
        and isinstance(recorded_version, str)
        and not _same_version(version, recorded_version)
    ):
        yield f"it records version {recorded_version} of {name}, which is {version}"
    yield from _of_requirements(manifest, entry, lock)


def _own_entry(lock: dict[str, Any], folder: str) -> dict[str, Any] | None:
    packages = lock.get("package")
    for each in packages if isinstance(packages, list) else ():
        source = table_at(each, "source")
        for kind in ("editable", "virtual", "directory"):
            place = source.get(kind)
            if isinstance(place, str) and posixpath.normpath(place) == posixpath.normpath(folder or "."):
                return dict(each)
    return None


def _is_script_only(lock: dict[str, Any]) -> bool:
    return "requirements" in table_at(lock, "manifest")


def _of_root(manifest: dict[str, Any], lock: dict[str, Any]) -> Iterator[str]:
    """What is said once for a workspace: constraints and overrides, the strategy of resolving."""
    uv = table_at(manifest, "tool", "uv")
    recorded = table_at(lock, "manifest")
    for key, own in (("constraints", "constraint-dependencies"), ("overrides", "override-dependencies")):
        declared = list(_parsed(uv.get(own), {}))
        held = list(map(_of_entry, _tables(recorded.get(key))))
        if not _same_bounds(declared, held):
            yield f"its {key} are not those of [tool.uv]"
    options = table_at(lock, "options")
    for key, own in (("resolution-mode", "resolution"), ("prerelease-mode", "prerelease")):
        usual = {"resolution": "highest", "prerelease": "if-necessary-or-explicit"}[own]
        if str(uv.get(own, usual)) != str(options.get(key, usual)):
            yield f"it was resolved with another `{own}`"


def _of_requirements(manifest: dict[str, Any], entry: dict[str, Any], lock: dict[str, Any]) -> Iterator[str]:
    project = table_at(manifest, "project")
    metadata = table_at(entry, "metadata")
    dynamic = project.get("dynamic")
    dynamic = dynamic if isinstance(dynamic, list) else []
    python = str(lock.get("requires-python", ""))
    own_python = project.get("requires-python")
    members = table_at(lock, "manifest").get("members", [])
    if isinstance(own_python, str) and len(members) < 2 and not _same_pythons(own_python, python):
        yield f"it is made for Python {python}, and the project asks for {own_python}"
        return
    sources = {normalise(name): each for name, each in table_at(manifest, "tool", "uv", "sources").items()}
    if "dependencies" not in dynamic and "optional-dependencies" not in dynamic:
        declared = list(_parsed(project.get("dependencies"), sources))
        for extra, listed in table_at(project, "optional-dependencies").items():
            declared += _parsed(listed, sources, f"extra == '{normalise(extra)}'")
        held = [_of_entry(each) for each in _tables(metadata.get("requires-dist"))]
        yield from _unmatched(declared, held, python)
    groups = _groups(manifest, sources)
    recorded = table_at(metadata, "requires-dev")
    for group in sorted({*groups, *map(normalise, recorded)}):
        held = [
            _of_entry(each)
            for name in recorded
            if normalise(name) == group
            for each in _tables(recorded[name])
        ]
        for difference in _unmatched(groups.get(group, []), held, python):
            yield f"{difference} (group {group})"


def _groups(manifest: dict[str, Any], sources: dict[str, Any]) -> dict[str, list[Wanted]]:
    """The dependency groups with what they include; uv's own `dev-dependencies` belong to `dev`."""
    tables = {normalise(name): listed for name, listed in table_at(manifest, "dependency-groups").items()}

    def lines(name: str) -> list[str]:
        """The lines of a group and of all that it includes, each group once."""
        found: list[str] = []
        seen = {name}
        waiting = [name]
        while waiting:
            listed = tables.get(waiting.pop())
            for item in listed if isinstance(listed, list) else ():
                if isinstance(item, str):
                    found.append(item)
                elif isinstance(item, dict) and "include-group" in item:
                    inner = normalise(str(item["include-group"]))
                    waiting += [inner] if inner not in seen else []
                    seen.add(inner)
        return found

    groups = {name: list(_parsed(lines(name), sources)) for name in tables}
    older = table_at(manifest, "tool", "uv").get("dev-dependencies")
    if isinstance(older, list):
        groups.setdefault("dev", []).extend(_parsed(older, sources))
    return groups


def _parsed(listed: object, sources: dict[str, Any], extra: str = "") -> Iterator[Wanted]:
    for text in listed if isinstance(listed, list) else ():
        requirement = _requirement(text) if isinstance(text, str) else None
        if requirement is None:
            yield Wanted(judge(str(text)).name, "", (), "", loose=True)
            continue
        name = normalise(requirement.name)
        marker = str(requirement.marker or "")
        marker = f"({marker}) and {extra}" if marker and extra else marker or extra
        source = sources.get(name)
        kind, specifier = ("url", "") if requirement.url else ("", str(requirement.specifier))
        if requirement.url and requirement.url.startswith("git+"):
            kind = "git"
        if source is not None:
            kind, specifier = _kind_of_source(source, kind, specifier)
        extras = tuple(sorted(map(normalise, requirement.extras)))
        yield Wanted(name, specifier, extras, marker, kind, isinstance(source, list))


def _kind_of_source(source: object, kind: str, specifier: str) -> tuple[str, str]:
    if not isinstance(source, dict):
        return kind, specifier
    if "git" in source:
        return "git", ""
    if "path" in source or source.get("workspace"):
        return "path", ""
    if "url" in source:
        return "url", ""
    return kind, specifier  # an index


def _requirement(text: str) -> Requirement | None:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(text.strip())
    except (InvalidRequirement, RecursionError):
        return None


def _tables(listed: object) -> list[dict[str, Any]]:
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _of_entry(entry: dict[str, Any]) -> Wanted:
    kind = next(
        (of for key, of in _KINDS if key in entry),
        "",
    )
    extras = entry.get("extras")
    extras = tuple(sorted(map(normalise, map(str, extras)))) if isinstance(extras, list) else ()
    specifier = "" if kind else str(entry.get("specifier", ""))
    return Wanted(
        normalise(str(entry.get("name", ""))), specifier, extras, str(entry.get("marker", "")), kind
    )


_KINDS = (
    *(("git", "git"), ("url", "url"), ("path", "path"), ("editable", "path"), ("directory", "path")),
    ("virtual", "path"),
)


def _unmatched(declared: list[Wanted], held: list[Wanted], python: str) -> Iterator[str]:
    left = list(held)
    for each in declared:
        match = next((other for other in left if _same(each, other, python)), None)
        if match is not None:
            left.remove(match)
            continue
        near = next((other for other in left if other.name == each.name), None)
        if near is None:
            if not _never(each.marker, python):
                yield f"it does not record {each}"
        else:
            left.remove(near)
            if not each.loose:
                yield f"it records {near} where {each} is declared"
    names = {each.name for each in declared if each.loose}
    for other in left:
        if other.name not in names:
            yield f"it records {other}, which is not declared"


def _same(declared: Wanted, held: Wanted, python: str) -> bool:
    if (declared.name, declared.extras, declared.source) != (held.name, held.extras, held.source):
        return False
    return _same_specifiers(declared.specifier, held.specifier) and _same_markers(
        declared.marker, held.marker, python
    )


def _same_bounds(declared: list[Wanted], held: list[Wanted]) -> bool:
    """Whether constraints or overrides are the same, in any order."""
    one, other = (sorted(each, key=lambda wanted: (wanted.name, wanted.marker)) for each in (declared, held))
    return len(one) == len(other) and all(
        first.name == second.name and _same_specifiers(first.specifier, second.specifier)
        for first, second in zip(one, other, strict=True)
    )


def _same_version(first: str, second: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(first) == Version(second)
    except InvalidVersion:
        return first == second


def _same_specifiers(first: str, second: str) -> bool:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(first) == SpecifierSet(second)
    except InvalidSpecifier:
        return first == second


_PYTHONS = tuple(f"3.{minor}.{patch}" for minor in range(25) for patch in (0, 1, 2, 5, 8, 11, 15, 20))


def _same_pythons(first: str, second: str) -> bool:
    """Whether two ranges of Python allow the same versions, of those that there are or may be."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    if _same_specifiers(first, second):
        return True
    try:
        one, other = SpecifierSet(first), SpecifierSet(second)
    except InvalidSpecifier:
        return True
    return all(one.contains(each) == other.contains(each) for each in (*_PYTHONS, "2.7.18", "4.0.0"))


def _environments(python: str) -> Iterator[dict[str, str]]:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        allowed = SpecifierSet(python)
    except InvalidSpecifier:
        allowed = SpecifierSet()
    platforms = (("linux", "Linux", "posix"), ("darwin", "Darwin", "posix"), ("win32", "Windows", "nt"))
    versions = [f"3.{minor}.{patch}" for minor in range(6, 17) for patch in (0, 7)]
    for full in filter(allowed.contains, versions):
        for platform, system, name in platforms:
            for machine in ("x86_64", "arm64" if platform == "darwin" else "aarch64", "AMD64"):
                for implementation in ("CPython", "PyPy"):
                    yield {
                        "python_version": full.rpartition(".")[0],
                        "python_full_version": full,
                        "sys_platform": platform,
                        "platform_system": system,
                        "os_name": name,
                        "platform_machine": machine,
                        "implementation_name": implementation.lower(),
                        "platform_python_implementation": implementation,
                    }


def _answers(marker: str, python: str, extras: list[str]) -> list[bool] | None:
    from packaging.markers import InvalidMarker, Marker, UndefinedEnvironmentName

    try:
        asked = Marker(marker) if marker else None
        return [
            asked.evaluate({**environment, "extra": extra}) if asked else True
            for environment in _environments(python)
            for extra in ["", *extras]
        ]
    except (InvalidMarker, UndefinedEnvironmentName, RecursionError):
        return None


def _same_markers(first: str, second: str, python: str) -> bool:
    import re

    if first.replace('"', "'").replace(" ", "") == second.replace('"', "'").replace(" ", ""):
        return True
    extras = sorted(set(re.findall(r"extra\s*==\s*['\"]([^'\"]+)", f"{first} {second}")))
    one, other = _answers(first, python, extras), _answers(second, python, extras)
    return one is None or other is None or one == other


def _never(marker: str, python: str) -> bool:
    """Whether no environment that the project allows needs it."""
    import re

    answers = _answers(marker, python, re.findall(r"extra\s*==\s*['\"]([^'\"]+)", marker)) if marker else None
    return answers is not None and not any(answers)
