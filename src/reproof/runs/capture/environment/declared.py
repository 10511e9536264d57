"""The declared environment, read from a commit alone: a part of the key."""

from __future__ import annotations

import posixpath
import re
import tomllib
from typing import TYPE_CHECKING

from reproof.errors import UsageError
from reproof.runs.record import Environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.ports import Snapshot

LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml")
REQUIREMENTS = ("requirements.txt", "requirements.in")
_REQUIREMENT = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(\[[^\]]*\])?\s*([^;#]*)")


def declared_environment(snapshot: Snapshot) -> Environment:
    """Name and version pairs of the lock; without a lock the requirement lines; and `.python-version`.

    Raises `UsageError` with the file for a lock that cannot be read.
    """
    declared: dict[str, str] = {}
    sources: list[str] = []
    for path in LOCKS:
        if (data := snapshot.read(path)) is not None:
            declared.update(_locked(data, path))
            sources.append(path)
            break
    else:
        for path in REQUIREMENTS:
            if snapshot.read(path) is not None:
                declared.update(_requirements(snapshot, path, sources))
                break
        else:
            declared.update(_project(snapshot, sources))
    if (version := snapshot.read(".python-version")) is not None:
        declared["python"] = version.decode("utf-8", "replace").strip()
        sources.append(".python-version")
    return Environment(tuple(sorted(declared.items())), tuple(sources))


def normal_name(name: str) -> str:
    """A package's name as PyPA normalises it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _locked(data: bytes, path: str) -> Iterator[tuple[str, str]]:
    """The packages of a TOML lock; of two entries of one name (other markers) both versions."""
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: not a lock that can be read: {error}") from None
    packages = document.get("package", document.get("packages"))
    versions: dict[str, list[str]] = {}
    for package in packages if isinstance(packages, list) else ():
        if isinstance(package, dict) and isinstance(package.get("name"), str):
            version = package.get("version")
            if isinstance(version, str):
                versions.setdefault(normal_name(package["name"]), []).append(version)
    for name, found in versions.items():
        yield name, " | ".join(sorted(set(found)))


def _requirements(snapshot: Snapshot, path: str, sources: list[str]) -> Iterator[tuple[str, str]]:
    """Requirement lines by name, `-r` and `-c` files of the repository followed; each file once."""
    data = snapshot.read(path)
    if data is None or path in sources:
        return
    sources.append(path)
    text = re.sub(r"\\\r?\n", " ", data.decode("utf-8-sig", "replace"))
    for line in text.splitlines():
        stripped = re.sub(r"(^|\s)#.*", "", line).strip()
        follow = re.match(r"(?:-r|-c|--requirement|--constraint)[ =]*(\S+)", stripped)
        if follow:
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), follow.group(1)))
            yield from _requirements(snapshot, target, sources)
        elif stripped and not stripped.startswith("-") and (match := _REQUIREMENT.match(stripped)):
            specifier = re.sub(r"\s*--hash\S*|\s+", "", match.group(3))
            yield normal_name(match.group(1)), specifier


def _project(snapshot: Snapshot, sources: list[str]) -> Iterator[tuple[str, str]]:
    data = snapshot.read("pyproject.toml")
    if data is None:
        return
    try:
        project = tomllib.loads(data.decode("utf-8")).get("project", {})
    except (ValueError, RecursionError) as error:
        raise UsageError(f"pyproject.toml: not TOML: {error}") from None
    lines = project.get("dependencies") if isinstance(project, dict) else None
    if not isinstance(lines, list) or not lines:
        return
    sources.append("pyproject.toml")
    for line in lines:
        if match := _REQUIREMENT.match(str(line).strip()):
            yield normal_name(match.group(1)), re.sub(r"\s+", "", match.group(3))
