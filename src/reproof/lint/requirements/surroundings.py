"""What lies around a file and pins it: `-r` and `-c` files, compiled files, locks beside, the workspace's lock.

Files are looked up by known names through `SourceFile.neighbour`, which stays inside the repository; each is
read once a run.
"""

from __future__ import annotations

import posixpath
import re

from reproof.lint.file_types import FileType
from reproof.lint.requirements.locks import Lock, Locked, is_hash_locked, read_pins, read_toml_lock
from reproof.lint.requirements.other_locks import (
    read_conda_lock,
    read_explicit_lock,
    read_pipfile_lock,
    read_pixi_lock,
)
from reproof.lint.requirements.parse import NAMING, EntryKind, parse_requirements, resolve
from reproof.lint.requirements.pyproject import table_at
from reproof.lint.requirements.toml_places import parse_toml
from reproof.lint.requirements.unpinned import LARGEST_COMPILED, refuse_huge
from reproof.lint.source import InvalidFile
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, TypeVar

    from reproof.lint.source import SourceFile

    T = TypeVar("T")

TOML_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml")

# Groups that projects use without declaring them, in the names of compiled files.
_USUAL_GROUPS = ("base", "main", "prod", "all", "dev", "test", "tests", "docs", "lint", "ci", "build")

# Of files compiled from a `.in` that are not `<its name>.txt`: locks, and one file for each version of Python.
_PYTHONS = range(14, 7, -1)
_COMPILED_ENDINGS = (
    ".lock",
    *(f"{joint}lock.txt" for joint in "-_."),
    *(
        form.format(minor)
        for minor in _PYTHONS
        for form in ("_lock_3_{}.txt", "-3.{}.txt", "-py3{}.txt", "-py3.{}.txt")
    ),
)

_NAMES_A_FILE = re.compile(r"^[ \t]*-(?:[rc]|-requirement|-constraint)", re.MULTILINE)


class KnownVersion(Value):
    """A version that a requirement could name, and what has it."""

    version: str
    origin: str

    @property
    def advice(self) -> str:
        """The next step, as a clause."""
        return f"write `=={self.version}`, the version in {self.origin}"

    def title(self, name: str) -> str:
        """What the fix does."""
        return f"pin {name} to {self.version}, the version in {self.origin}"


def known_version(locks: Iterable[Lock], name: str, allowed: Callable[[str], bool]) -> KnownVersion | None:
    """The first version of a name in these that is allowed; None where there is none."""
    for lock in locks:
        version = lock.only_version(name)
        if version and allowed(version):
            return KnownVersion(version, lock.title)
    return None


class Surroundings:
    """Looks beside files, and remembers what it read for the other files of the same run."""

    def __init__(
        self,
        installed: Callable[[], dict[str, str]] | None = None,
        installed_by_conda: Callable[[], dict[str, str]] | None = None,
    ) -> None:
        self._installed = installed
        self._installed_by_conda = installed_by_conda
        self._environments: dict[str, Lock] = {}
        self._read: dict[tuple[Callable[[SourceFile], Any], str], tuple[SourceFile, Any]] = {}

    def followed(self, file: SourceFile) -> list[Lock]:
        """What pins the lines of a requirements file from outside: its `-c` files, and its `-r` files' exact
        lines that no marker restricts; those files' own `-r` and `-c` too. Loops end.
        """
        found: list[Lock] = []
        seen = {(file.path, EntryKind.INCLUDE)}
        waiting = list(self._once(_named_files, file))
        while waiting:
            kind, path = waiting.pop()
            other = None if (path, kind) in seen else file.neighbour(path)
            seen.add((path, kind))
            if other is None:
                continue
            read = read_pins if kind is EntryKind.CONSTRAINTS else _unconditional_pins
            found.append(self._once(read, other))
            waiting += self._once(_named_files, other)
        return found

    def looping(self, file: SourceFile) -> frozenset[str]:
        """The files that lead back to `file` by `-r` and `-c`, itself among them where it is in a loop."""
        named_by: dict[str, set[str]] = {}
        reached = {file.path: file}
        waiting = [file]
        while waiting:
            current = waiting.pop()
            for _, path in self._once(_named_files, current):
                other = reached[path] if path in reached else file.neighbour(path)
                named_by.setdefault(path, set()).add(current.path)
                if other is not None and path not in reached:
                    reached[path] = other
                    waiting.append(other)
        looping: set[str] = set()
        backwards = [file.path]
        while backwards:
            before = named_by.get(backwards.pop(), set()) - looping
            looping |= before
            backwards += before
        return frozenset(looping)

    def compiled(self, file: SourceFile) -> Lock | None:
        """The pins of what a compiler wrote from a `.in`: the `.txt` beside it, or a file of another usual name
        that mentions it; None where there is neither.
        """
        stem = file.path.removesuffix(".in")
        if other := file.neighbour(f"{stem}.txt"):
            return self._once(read_pins, other)
        for ending in _COMPILED_ENDINGS:
            other = file.neighbour(f"{stem}{ending}")
            if other and posixpath.basename(file.path).encode() in other.data:
                return self._once(read_pins, other)
        return None

    def constraints(self, file: SourceFile, named: Iterable[str]) -> Iterator[Lock]:
        """The constraints files that a command names: seen from the file's folder, or from the root.

        Where a build copies files to a place of its own, the name alone is looked for.
        """
        for name in named:
            for path in (resolve(file.path, name), resolve("", name), name.rpartition("/")[2]):
                other = file.neighbour(path) if path else None
                if other:
                    yield self._once(read_pins, other)
                    break

    def requirements_beside(self, file: SourceFile) -> Iterator[Lock]:
        """The pins of `requirements.txt` beside a `setup.py` or `setup.cfg`, and of the project's locks."""
        yield from self._existing(file, file.folder, ("requirements.txt",), read_pins)
        yield from self.project_locks(file, ())

    def script_locks(self, file: SourceFile) -> Iterator[Lock]:
        """The lock of one script, `<script>.py.lock`."""
        yield from self._existing(file, "", (f"{file.path}.lock",), read_toml_lock)

    def pipfile_locks(self, file: SourceFile) -> Iterator[Lock]:
        """`Pipfile.lock` beside."""
        yield from self._existing(file, file.folder, ("Pipfile.lock",), read_pipfile_lock)

    def pixi_locks(self, file: SourceFile) -> Iterator[Lock]:
        """`pixi.lock` beside."""
        yield from self._existing(file, file.folder, ("pixi.lock",), read_pixi_lock)

    def conda_locks(self, file: SourceFile) -> Iterator[Lock]:
        """What conda-lock writes beside an environment: one file for all platforms, or a list of URLs each."""
        stem = re.sub(r"\.ya?ml$", "", posixpath.basename(file.path))
        names = (
            "conda-lock.yml",
            "conda-lock.yaml",
            f"{stem}.conda-lock.yml",
            f"{stem}.lock.yml",
            f"{stem}-lock.yml",
        )
        yield from self._existing(file, file.folder, names, read_conda_lock)
        platforms = ("linux-64", "osx-arm64", "osx-64", "win-64", "linux-aarch64")
        explicit = [f"{head}{each}.lock" for head in ("conda-", f"{stem}-") for each in platforms]
        yield from self._existing(file, file.folder, explicit, read_explicit_lock)

    def known_versions(self, file: SourceFile) -> Iterator[Lock]:
        """What says which version a line could name, the nearest first: the compiled form of a requirements file
        (`<name>.lock`, `<name>-lock.txt`); the locks, then the `requirements.txt`, of its folder and of those
        above; and last the environment that the training runs in.
        """
        if FileType.REQUIREMENTS in file.type:
            stem = posixpath.basename(file.path).removesuffix(".txt")
            yield from self._existing(file, file.folder, (f"{stem}.lock", f"{stem}-lock.txt"), read_pins)
        folder = file.folder
        while True:
            yield from self._existing(file, folder, TOML_LOCKS, read_toml_lock)
            if posixpath.join(folder, "requirements.txt") != file.path:
                yield from self._existing(file, folder, ("requirements.txt",), _unconditional_pins)
            if not folder:
                break
            folder = posixpath.dirname(folder)
        yield self._of_environment()

    def known_to_conda(self) -> Lock:
        """What conda has installed where the training runs: its names and versions are not those of pip's index."""
        return self._of_installed("the training's conda environment", self._installed_by_conda)

    def _of_environment(self) -> Lock:
        """What is installed where the training runs, in the form of a lock."""
        return self._of_installed("the training's environment", self._installed)

    def _of_installed(self, title: str, look: Callable[[], dict[str, str]] | None) -> Lock:
        if title not in self._environments:
            versions = look() if look else {}
            held: dict[str, tuple[Locked, ...]] = {name: (Locked(each),) for name, each in versions.items()}
            self._environments[title] = Lock(title, held)
        return self._environments[title]

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

    def uv_root(self, file: SourceFile) -> tuple[SourceFile, str] | None:
        """The `uv.lock` that covers a `pyproject.toml`, and the folder of that file relative to the lock's.

        In a member of a workspace uv reads the workspace's lock, and leaves one beside the member alone.
        """
        lock = self._workspace_lock(file)
        if lock is None and (own := file.neighbour(posixpath.join(file.folder, "uv.lock"))):
            return own, ""
        return lock

    def _workspace(self, file: SourceFile) -> Lock | None:
        found = self._workspace_lock(file)
        return self._once(read_toml_lock, found[0]) if found else None

    def _workspace_lock(self, file: SourceFile) -> tuple[SourceFile, str] | None:
        """The lock of the uv workspace of which this `pyproject.toml` is a member, and where the member lies."""
        folder = file.folder
        while folder:
            member = posixpath.relpath(file.folder, parent := posixpath.dirname(folder) or ".")
            parent = "" if parent == "." else parent
            lock = file.neighbour(posixpath.join(parent, "uv.lock"))
            root = file.neighbour(posixpath.join(parent, "pyproject.toml")) if lock else None
            if lock and root and _is_member(self._once(_workspace_of, root), member):
                return lock, member
            folder = parent
        return None

    def _once(self, read: Callable[[SourceFile], T], file: SourceFile) -> T:
        """The result of reading a file, remembered as long as the file stays the same."""
        known = self._read.get((read, file.path))
        if known is None or known[0] is not file:
            known = self._read[(read, file.path)] = (file, read(file))
        result: T = known[1]
        return result


def _named_files(file: SourceFile) -> list[tuple[EntryKind, str]]:
    """What `-r` and `-c` name inside the repository; nothing for a file that is not text, as is told there."""
    try:
        refuse_huge(file, LARGEST_COMPILED)
        entries = parse_requirements(file.text) if _NAMES_A_FILE.search(file.text) else ()
    except InvalidFile:
        return []
    named = ((each.kind, resolve(file.path, each.text)) for each in entries if each.kind in NAMING)
    return list(dict.fromkeys((kind, path) for kind, path in named if path is not None))


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
