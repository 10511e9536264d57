"""What a lock holds: name -> the versions it fixes. TOML locks of uv, poetry and pdm, `pylock.toml`, and
requirement files that a compiler wrote.

A lock counts for a requirement only where it holds the name at a version that the requirement allows.
"""

from __future__ import annotations

import re

from reproof.lint.requirements.parse import EntryKind, parse_requirements
from reproof.lint.requirements.pinned import Reason, State, Verdict, normalise
from reproof.lint.requirements.toml_places import parse_toml
from reproof.lint.requirements.unpinned import LARGEST_COMPILED, LARGEST_LOCK, refuse_huge
from reproof.lint.source import InvalidFile
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from reproof.lint.source import SourceFile


_VERSION = re.compile(r"[0-9][0-9A-Za-z.!+_-]*")


class Locked(Value):
    """One locked distribution. `direct` says that it is fixed as a commit, a hashed URL or a local folder."""

    version: str
    direct: bool = False


class Lock(Value):
    """What one file fixes: normalised name -> distributions (several where markers choose among them).

    `broken` says why the file cannot be read, and is None for one that can.
    """

    path: str
    packages: dict[str, tuple[Locked, ...]]
    broken: str | None = None

    @property
    def title(self) -> str:
        """The file's own name, for messages."""
        return self.path.rpartition("/")[2]

    def gap(self, verdict: Verdict, allowed: Callable[[str], bool]) -> str | None:
        """Why this lock does not pin a requirement, as a clause; None where it does."""
        if self.broken:
            return f"{self.title} cannot be read ({self.broken})"
        held = self.packages.get(verdict.name)
        if not held:
            return f"{self.title} does not hold {verdict.name}"
        if verdict.direct:
            return (
                None if any(each.direct for each in held) else f"{self.title} holds no commit or hash of it"
            )
        if any(allowed(each.version) for each in held):
            return None
        versions = ", ".join(sorted({each.version for each in held}))[:80]
        return f"{self.title} holds {verdict.name} {versions}, which is not allowed here"

    def only_version(self, name: str) -> str | None:
        """The version of a name that has exactly one here."""
        versions = {each.version for each in self.packages.get(name, ())}
        version = versions.pop() if len(versions) == 1 else ""
        return version if _VERSION.fullmatch(version) else None  # it may be put into a shell's command


def read_toml_lock(file: SourceFile) -> Lock:
    """A `uv.lock`, `poetry.lock`, `pdm.lock` or `pylock.toml`; a broken one is a `Lock` that says so."""
    try:
        refuse_huge(file, LARGEST_LOCK)
        document = parse_toml(file.text)
    except InvalidFile as invalid:
        return Lock(file.path, {}, f"line {invalid.line}: {invalid.message}")
    entries = document.get("package", document.get("packages", []))
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return Lock(file.path, {}, "no list of packages in it")
    return Lock(file.path, by_name(_toml_package(entry) for entry in entries))


def read_pins(file: SourceFile, conditional: bool = True) -> Lock:
    """The exact lines of a requirements or constraints file, those under a marker only if `conditional`."""
    try:
        refuse_huge(file, LARGEST_COMPILED)
        entries = parse_requirements(file.text)
    except InvalidFile as invalid:
        return Lock(file.path, {}, f"line {invalid.line}: {invalid.message}")
    verdicts = (entry.verdict for entry in entries if entry.verdict)
    pinned = (verdict for verdict in verdicts if verdict.state is State.PINNED)
    return Lock(
        file.path,
        by_name(
            (verdict.name, Locked(verdict.version or "", verdict.version is None))
            for verdict in pinned
            if conditional or not verdict.conditional
        ),
    )


def is_hash_locked(file: SourceFile) -> bool:
    """Whether every requirement of a file names one version and its hashes, as compilers write it."""
    try:
        refuse_huge(file, LARGEST_COMPILED)
        entries = parse_requirements(file.text)
    except InvalidFile:
        return False
    requirements = [entry for entry in entries if entry.kind is EntryKind.REQUIREMENT]
    return bool(requirements) and all(
        entry.hashed and entry.verdict is not None and entry.verdict.reason is Reason.EXACT
        for entry in requirements
    )


def by_name(packages: Iterable[tuple[str, Locked]]) -> dict[str, tuple[Locked, ...]]:
    """Distributions by their names, in the order of the file."""
    found: dict[str, tuple[Locked, ...]] = {}
    for name, locked in packages:
        found[name] = (*found.get(name, ()), locked)
    return found


_FIXED_SOURCES = frozenset({"editable", "virtual", "directory", "path", "vcs", "archive", "url", "revision"})


def _toml_package(entry: dict[str, Any]) -> tuple[str, Locked]:
    """Name and distribution of a `[[package]]` of any of the tools."""
    source = entry.get("source")
    source = source if isinstance(source, dict) else {}
    git = source.get("git")
    direct = (
        bool(_FIXED_SOURCES & (source.keys() | entry.keys()))
        or (isinstance(git, str) and "#" in git)
        or isinstance(source.get("resolved_reference"), str)
        or source.get("type") in ("directory", "file", "url")
    )
    return normalise(str(entry.get("name", ""))), Locked(str(entry.get("version", "")), direct)
