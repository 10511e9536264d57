"""What lies around a file and pins it: `-r` and `-c` files, compiled files, locks beside, the workspace's lock.

Files are looked up by known names through `SourceFile.neighbour`, which stays inside the repository; each is
read once a run.
"""

from __future__ import annotations

import posixpath
import re

from reproof.lint.requirements.locks import Lock, is_hash_locked, read_pins, read_toml_lock
from reproof.lint.requirements.parse import Entry, EntryKind, parse_requirements
from reproof.lint.requirements.pyproject import table_at
from reproof.lint.requirements.toml_places import parse_toml
from reproof.lint.source import InvalidFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, TypeVar

    from reproof.lint.source import SourceFile

    T = TypeVar("T")

TOML_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml")

# Groups that projects use without declaring them, in the names of compiled files.
_USUAL_GROUPS = ("base", "main", "prod", "all", "dev", "test", "tests", "docs", "lint", "ci", "build")


class Surroundings:
    """Looks beside files, and remembers what it read for the other files of the same run."""

    def __init__(self) -> None:
        self._read: dict[tuple[Callable[[SourceFile], Any], str], tuple[SourceFile, Any]] = {}

    def followed(self, file: SourceFile) -> list[Lock]:
        """What pins the lines of a requirements file from outside: its `-c` files, and its `-r` files' exact
        lines that no marker restricts; those files' own `-r` and `-c` too. Loops end.
        """
        found: list[Lock] = []
        seen = {(file.path, EntryKind.INCLUDE)}
        waiting = list(self._named_files(file))
        while waiting:
            kind, path = waiting.pop(0)
            other = None if (path, kind) in seen else file.neighbour(path)
            seen.add((path, kind))
            if other is None:
                continue
            read = read_pins if kind is EntryKind.CONSTRAINTS else _unconditional_pins
            found.append(self._once(read, other))
            waiting += self._named_files(other)
        return found

    def loops(self, file: SourceFile, path: str) -> bool:
        """Whether the file that `-r path` or `-c path` names leads back to `file`."""
        seen: set[str] = set()
        waiting = [path]
        while waiting:
            current = waiting.pop()
            if current == file.path:
                return True
            other = None if current in seen else file.neighbour(current)
            seen.add(current)
            if other is not None:
                waiting += (named for _, named in self._named_files(other))
        return False

    def compiled(self, file: SourceFile) -> Lock | None:
        """The pins of the `.txt` that a compiler writes beside a `.in`; None where there is none."""
        other = file.neighbour(f"{file.path.removesuffix('.in')}.txt")
        return self._once(read_pins, other) if other else None

    def known_versions(self, file: SourceFile) -> Iterator[Lock]:
        """Locks that say which version a requirements file could pin: those beside it, or in the folder above
        a folder of requirements files, and its own compiled form (`<name>.lock`, `<name>-lock.txt`).
        """
        folders = [file.folder]
        if "requirements" in posixpath.basename(file.folder):
            folders.append(posixpath.dirname(file.folder))
        for folder in folders:
            yield from self._existing(file, folder, TOML_LOCKS, read_toml_lock)
        stem = posixpath.basename(file.path).removesuffix(".txt")
        yield from self._existing(file, file.folder, (f"{stem}.lock", f"{stem}-lock.txt"), read_pins)

    def project_locks(self, file: SourceFile, groups: Iterable[str]) -> Iterator[Lock]:
        """The locks that cover a `pyproject.toml`, the likeliest first.

        Beside it `uv.lock`, `poetry.lock`, `pdm.lock`, `pylock.toml` and `pylock.<group>.toml`; the `uv.lock`
        of the workspace that it belongs to; and requirement files of the usual names for a group
        (`requirements.txt`, `requirements-<group>.txt`, `requirements/<group>.txt`, …) that are hash-locked.
        """
        yield from self._existing(file, file.folder, TOML_LOCKS, read_toml_lock)
        if root := self._workspace(file):
            yield root
        names = list(dict.fromkeys([*groups, *_USUAL_GROUPS]))
        pylocks = [f"pylock.{name}.toml" for name in names if re.fullmatch(r"[\w-]+", name)]
        yield from self._existing(file, file.folder, pylocks, read_toml_lock)
        yield from self._existing(file, file.folder, _compiled_names(names), _hash_locked)

    def _existing(
        self,
        file: SourceFile,
        folder: str,
        names: Iterable[str],
        read: Callable[[SourceFile], Lock | None],
    ) -> Iterator[Lock]:
        for name in names:
            other = file.neighbour(posixpath.join(folder, name))
            lock = self._once(read, other) if other else None
            if lock:
                yield lock

    def _workspace(self, file: SourceFile) -> Lock | None:
        """The lock of the uv workspace of which this `pyproject.toml` is a member."""
        folder = file.folder
        while folder:
            member = posixpath.relpath(file.folder, parent := posixpath.dirname(folder) or ".")
            parent = "" if parent == "." else parent
            lock = file.neighbour(posixpath.join(parent, "uv.lock"))
            root = file.neighbour(posixpath.join(parent, "pyproject.toml")) if lock else None
            if lock and root and _is_member(self._once(_workspace_of, root), member):
                return self._once(read_toml_lock, lock)
            folder = parent
        return None

    def _named_files(self, file: SourceFile) -> list[tuple[EntryKind, str]]:
        entries = (entry for entry in self._once(_entries, file) if entry.verdict is None)
        named = ((entry.kind, resolve(file.path, entry.text)) for entry in entries)
        return [(kind, path) for kind, path in named if path is not None]

    def _once(self, read: Callable[[SourceFile], T], file: SourceFile) -> T:
        """The result of reading a file, remembered as long as the file stays the same."""
        known = self._read.get((read, file.path))
        if known is None or known[0] is not file:
            known = self._read[(read, file.path)] = (file, read(file))
        result: T = known[1]
        return result


def resolve(path: str, named: str) -> str | None:
    """The root-relative path that `-r named` in the file `path` means; None where it is outside or a URL."""
    if "://" in named or named.startswith(("/", "\\", "file:")) or re.match(r"[A-Za-z]:", named):
        return None
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(path), named.replace("\\", "/")))
    return None if joined == ".." or joined.startswith("../") else joined


def _entries(file: SourceFile) -> tuple[Entry, ...]:
    try:
        return parse_requirements(file.text)
    except InvalidFile:
        return ()  # told where that file is checked


def _unconditional_pins(file: SourceFile) -> Lock:
    return read_pins(file, conditional=False)


def _hash_locked(file: SourceFile) -> Lock | None:
    return read_pins(file) if is_hash_locked(file) else None


def _compiled_names(groups: list[str]) -> Iterator[str]:
    yield from ("requirements.txt", "requirements.lock", "requirements-lock.txt", "requirements_lock.txt")
    yield "requirements/requirements.txt"
    for group in groups:
        if re.fullmatch(r"[\w.-]+", group):
            yield f"requirements/{group}.txt"
            yield f"requirements-{group}.txt"
            yield f"requirements_{group}.txt"
            yield f"{group}-requirements.txt"


def _workspace_of(file: SourceFile) -> dict[str, Any]:
    try:
        return table_at(parse_toml(file.text), "tool", "uv", "workspace")
    except InvalidFile:
        return {}


def _is_member(workspace: dict[str, Any], member: str) -> bool:
    from fnmatch import fnmatchcase

    def matches(key: str) -> bool:
        patterns = workspace.get(key)
        return isinstance(patterns, list) and any(
            isinstance(each, str) and fnmatchcase(member, each.removesuffix("/")) for each in patterns
        )

    return matches("members") and not matches("exclude")
