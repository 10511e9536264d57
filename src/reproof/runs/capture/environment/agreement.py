"""Whether what is installed is what is declared: missing packages, other versions, and what no lock names. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.markers import InvalidMarker, Marker, UndefinedEnvironmentName
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from reproof.runs.record import Disagreement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reproof.runs.capture.environment.declared import DeclaredEnvironment
    from reproof.runs.capture.environment.wanted import Wanted
    from reproof.runs.record import Observed

# They install, and no lock names them.
INSTALLERS = frozenset(("pip", "setuptools", "wheel", "uv", "poetry", "pdm", "pipenv", "distribute"))


def disagreements(
    declared: DeclaredEnvironment, observed: Observed, markers: Mapping[str, str]
) -> tuple[Disagreement, ...]:
    """By name. What is declared under a marker, in an extra or a group may be missing; any other version may not.

    `markers` are the training interpreter's values of PEP 508.
    """
    installed = dict(observed.packages)
    own = {name for name, origin in observed.origins if origin.startswith(("editable: ", "local: "))}
    wanted: dict[str, list[Wanted]] = {}
    for one in declared.packages:
        wanted.setdefault(one.name, []).append(one)
    found = []
    for name, choices in sorted(wanted.items()):
        value = " | ".join(sorted({one.version or one.source or "any version" for one in choices}))
        version = installed.get(name)
        if version is None:
            if any(one.always for one in choices):
                found.append(Disagreement(name, value, None))
        elif not _fits(version, choices, markers):
            found.append(Disagreement(name, value, version))
    if declared.complete:
        extra = installed.keys() - wanted.keys() - own - INSTALLERS
        found += [Disagreement(name, None, installed[name]) for name in extra]
    return tuple(sorted(found, key=lambda one: one.name))


def _fits(version: str, choices: list[Wanted], markers: Mapping[str, str]) -> bool:
    """A locked version is one of those of the lock; a line's specifier holds wherever its marker does."""
    if any(one.exact for one in choices):
        return any(not one.version or _same(version, one.version) for one in choices)
    return all(_allows(one, version) for one in choices if _applies(one.marker, markers))


def _same(one: str, other: str) -> bool:
    """1.0 is 1.0.0; a lock of an index has no local part (`+cpu`) where the build on disk has one."""
    try:
        installed, locked = Version(one), Version(other)
    except InvalidVersion:
        return one == other
    return installed == locked or (not locked.local and Version(installed.public) == locked)


def _allows(one: Wanted, version: str) -> bool:
    try:
        return SpecifierSet(one.version).contains(Version(version), prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return True  # poetry's `^1.2`, a line of conda's: not judged


def _applies(marker: str, markers: Mapping[str, str]) -> bool:
    try:
        return not marker or Marker(marker).evaluate({"extra": "", **markers})
    except (InvalidMarker, UndefinedEnvironmentName, InvalidVersion):
        return False
