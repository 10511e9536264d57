"""The dependencies of a requirements or constraints file that are not pinned, each with its next step."""

from __future__ import annotations

from functools import cached_property

from reproof.lint.finding import Edit
from reproof.lint.requirements.parse import Entry, EntryKind, parse_requirements, resolve
from reproof.lint.requirements.pinned import Reason, State, Verdict, allows
from reproof.lint.requirements.unpinned import (
    CURES,
    Unpinned,
    pin,
    refuse_huge,
    shown,
    to_be_told,
    without_credentials,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reproof.lint.requirements.locks import Lock
    from reproof.lint.requirements.surroundings import Surroundings
    from reproof.lint.source import SourceFile


def unpinned_in_requirements(
    file: SourceFile, around: Callable[[], Surroundings], strict: bool
) -> Iterator[Unpinned]:
    """One `Unpinned` a requirement of the file itself that nothing pins.

    Files that `-r` and `-c` name are followed for what they pin; their own lines are theirs. `around` is asked
    for only where a line needs it. Raises `InvalidFile` for a file that is not text.
    """
    refuse_huge(file)
    neighbourhood: _Neighbourhood | None = None
    for entry in parse_requirements(file.text):
        if entry.verdict and not to_be_told(entry.verdict, strict):
            continue
        neighbourhood = neighbourhood or _Neighbourhood(file, around())
        if entry.verdict is None:
            yield from _unfollowed(entry, neighbourhood, strict)
        elif found := _unpinned(entry, entry.verdict, neighbourhood):
            yield found


class _Neighbourhood:
    """A requirements file with what lies around it, each looked at when a line first asks for it."""

    def __init__(self, file: SourceFile, around: Surroundings) -> None:
        self.file = file
        self._around = around

    @cached_property
    def pinning(self) -> list[Lock]:
        """What can pin a line: the files that the file follows, and last the compiled form of a `.in`."""
        compiled = self._around.compiled(self.file) if self.file.path.endswith(".in") else None
        return [*self._around.followed(self.file), *([compiled] if compiled else [])]

    @cached_property
    def known_versions(self) -> list[Lock]:
        """What knows a version that a line could name."""
        return list(self._around.known_versions(self.file))

    @cached_property
    def looping(self) -> frozenset[str]:
        """The files that lead back to this one."""
        return self._around.looping(self.file)


def _unpinned(entry: Entry, verdict: Verdict, near: _Neighbourhood) -> Unpinned | None:
    def allowed(version: str) -> bool:
        return allows(verdict.specifier, version)

    gaps = [lock.gap(verdict, allowed) for lock in near.pinning]
    if None in gaps and verdict.state is State.UNPINNED:
        return None

    def told(rest: str, edit: Edit | None = None, title: str = "") -> Unpinned:
        message = f"{shown(entry.text)} {verdict.reason.value}{rest}"
        value = without_credentials(verdict.specifier)
        return Unpinned(verdict.name, value, entry.start, entry.end, message, edit, title)

    def pinned_to(version: str, origin: str) -> Unpinned:
        title = f"pin {verdict.name} to {version}, {origin}"
        return told(f": write `=={version}`, {origin}", pin(entry.text, entry.offset, version), title)

    if verdict.reason in CURES:
        return told(f": {CURES[verdict.reason]}")
    if near.file.path.endswith(".in"):
        return told(_uncompiled(near.file.path, gaps))
    if verdict.reason is Reason.ONE_VERSION_RANGE:
        return pinned_to(str(verdict.version), "the only one that it allows")
    telling = [lock for lock in near.pinning if lock.broken or verdict.name in lock.packages]
    for lock in near.known_versions:
        version = lock.only_version(verdict.name)
        if version and lock.gap(verdict, allowed) is None:
            return pinned_to(version, f"the version in {lock.title}")
        if lock.broken or version:
            telling.append(lock)
    because = f" ({telling[0].gap(verdict, allowed)})" if telling else ""
    stem = near.file.path.removesuffix(".txt")
    return told(
        f"{because}: write the version that you trained with, `{verdict.name}==…`, or keep the ranges in {stem}.in"
        f" and run `pip-compile --generate-hashes {stem}.in`"
    )


def _uncompiled(path: str, gaps: list[str | None]) -> str:
    """The way to compile a `.in`; the last gap is that of the compiled file, where there is one."""
    target = f"{path.removesuffix('.in')}.txt"
    gap = gaps[-1] if gaps else f"there is no {target}"
    return f", and {gap}: run `pip-compile --generate-hashes {path}` and commit {target}"


def _unfollowed(entry: Entry, near: _Neighbourhood, strict: bool) -> Iterator[Unpinned]:
    """What cannot be said of a file that `-r` or `-c` names: it is elsewhere, or it is this file again."""
    option = "-r" if entry.kind is EntryKind.INCLUDE else "-c"
    path = resolve(near.file.path, entry.text)
    if "${" in entry.text:
        why = "names its file by a variable, so it is not read: write the path" if strict else None
    elif "://" in entry.text:
        why = "can change at any time and is not fetched: commit a copy and name that"
    elif path is None:
        why = "lies outside of the repository, so it is not read: move it inside"
    elif path in near.looping:
        why = "leads back to this file: take it out"
    elif strict and near.file.neighbour(path) is None:
        why = "names a file that is not in the repository: commit it, or take the line out"
    else:
        why = None
    if why:
        name = without_credentials(entry.text)
        yield Unpinned(name, name, entry.start, entry.end, f"{shown(f'{option} {entry.text}')} {why}")
