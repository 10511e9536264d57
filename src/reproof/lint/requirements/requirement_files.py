"""The dependencies of a requirements or constraints file that are not pinned, each with its next step."""

from __future__ import annotations

from functools import cached_property

from reproof.lint.finding import Edit
from reproof.lint.requirements.line_options import why_pip_stops
from reproof.lint.requirements.parse import NAMING, Entry, EntryKind, parse_requirements, resolve
from reproof.lint.requirements.pinned import VARIABLE, Reason, State, Verdict, allows
from reproof.lint.requirements.unpinned import (
    CURES,
    LARGEST_COMPILED,
    Unpinned,
    pin,
    refuse_huge,
    shown,
    to_be_told,
    without_credentials,
)
from reproof.lint.source import InvalidFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reproof.lint.requirements.locks import Lock
    from reproof.lint.requirements.surroundings import KnownVersion, Surroundings
    from reproof.lint.source import SourceFile


def unpinned_in_requirements(
    file: SourceFile, around: Callable[[], Surroundings], strict: bool
) -> Iterator[Unpinned]:
    """One `Unpinned` a requirement of the file itself that nothing pins.

    Files that `-r` and `-c` name are followed for what they pin; their own lines are theirs. `around` is asked
    for only where a line needs it. Raises `InvalidFile` for a file that is not text, and, last, at the first
    line whose options make pip stop.
    """
    refuse_huge(file, LARGEST_COMPILED)
    neighbourhood: _Neighbourhood | None = None
    entries = parse_requirements(file.text)
    refused: Entry | None = None
    for entry in entries:
        if entry.kind is EntryKind.REFUSED:
            refused = refused or entry
            continue
        if not (to_be_told(entry.verdict, strict) if entry.verdict else strict or entry.kind in NAMING):
            continue
        neighbourhood = neighbourhood or _Neighbourhood(file, entries, around())
        if entry.kind is EntryKind.SOURCE:
            yield from () if neighbourhood.hashed else (_another_source(entry),)
        elif entry.verdict is None:
            yield from _unfollowed(entry, neighbourhood, strict)
        elif found := _unpinned(entry, entry.verdict, neighbourhood):
            yield found
    if refused:
        span = file.span(refused.start, refused.end)
        raise InvalidFile(f"pip stops at {why_pip_stops(refused.text)}", span.line, span.column)


class _Neighbourhood:
    """A requirements file with what lies around it, each looked at when a line first asks for it."""

    def __init__(self, file: SourceFile, entries: tuple[Entry, ...], around: Surroundings) -> None:
        self.file = file
        self.entries = entries
        self._around = around

    @cached_property
    def pinning(self) -> list[Lock]:
        """What can pin a line: the files that the file follows, and last the compiled form of a `.in`."""
        return [*self._around.followed(self.file), *([self.compiled] if self.compiled else [])]

    @cached_property
    def compiled(self) -> Lock | None:
        """What a compiler made of a `.in`."""
        return self._around.compiled(self.file) if self.file.path.endswith(".in") else None

    @cached_property
    def known_versions(self) -> list[Lock]:
        """What knows a version that a line could name."""
        return list(self._around.known_versions(self.file))

    def known_version(self, name: str, allowed: Callable[[str], bool]) -> KnownVersion | None:
        """The version that something near has of a name, if the line allows it."""
        from reproof.lint.requirements.surroundings import known_version

        return known_version(self.known_versions, name, allowed)

    @cached_property
    def hashed(self) -> bool:
        """Whether some line has a hash: then pip wants one of every line."""
        return any(entry.hashed for entry in self.entries)

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

    if verdict.reason in CURES:
        return told(f": {CURES[verdict.reason]}")
    if near.file.path.endswith(".in"):
        return told(
            _uncompiled(near.file.path, near.compiled.gap(verdict, allowed) if near.compiled else None)
        )
    if near.hashed:
        return told(f": {_rehash(near.file.path)}")
    if verdict.reason is Reason.ONE_VERSION_RANGE:
        only = str(verdict.version)
        edit = pin(entry.text, entry.offset, only)
        return told(f": write `=={only}`, the only one that it allows", edit, f"pin {verdict.name} to {only}")
    if known := near.known_version(verdict.name, allowed):
        edit = pin(entry.text, entry.offset, known.version)
        return told(f": {known.advice}", edit, known.title(verdict.name))
    telling = [lock for lock in near.pinning if lock.broken or verdict.name in lock.packages]
    telling += [lock for lock in near.known_versions if lock.broken or lock.only_version(verdict.name)]
    because = f" ({telling[0].gap(verdict, allowed)})" if telling else ""
    stem = near.file.path.removesuffix(".txt")
    return told(
        f"{because}: write the version that you trained with, `{verdict.name}==…`, or keep the ranges in {stem}.in"
        f" and run `pip-compile --generate-hashes {stem}.in`"
    )


def _uncompiled(path: str, gap: str | None) -> str:
    """The way to compile a `.in`; the gap is that of the compiled file, where there is one."""
    target = f"{path.removesuffix('.in')}.txt"
    return f", and {gap or f'there is no {target}'}: run `pip-compile --generate-hashes {path}` and commit {target}"


def _another_source(entry: Entry) -> Unpinned:
    """An option that lets the same version come from elsewhere; with hashes it cannot."""
    option = entry.text.partition("=")[0].split()[0]
    if option == "--pre":
        why = "lets pre-releases in wherever a line allows more than one version: write the versions"
    else:
        why = "says where packages come from, and a version alone does not say which file: add hashes"
    return Unpinned(option, "", entry.start, entry.end, f"{shown(entry.text)} {why}")


def _rehash(path: str) -> str:
    """What to do where other lines have hashes: a version alone would make pip refuse the whole file."""
    source = f"{path.removesuffix('.txt')}.in"
    return (
        "other lines have hashes, and then pip takes no line without: write the range into"
        f" {source} and run `pip-compile --generate-hashes {source}`"
    )


def _unfollowed(entry: Entry, near: _Neighbourhood, strict: bool) -> Iterator[Unpinned]:
    """What cannot be said of a file that `-r` or `-c` names: it is elsewhere, nowhere, or this file again."""
    option = "-r" if entry.kind is EntryKind.INCLUDE else "-c"
    path = resolve(near.file.path, entry.text)
    if VARIABLE.search(entry.text):
        why = "names its file by a variable, so it is not read: write the path" if strict else None
    elif "://" in entry.text:
        why = "can change at any time and is not fetched: commit a copy and name that"
    elif path is None:
        why = "lies outside of the repository, so it is not read: move it inside"
    elif path in near.looping:
        why = "leads back to this file: take it out"
    elif (
        near.file.neighbour(path) is None
    ):  # one that git ignores is there where it was made, but in no clone
        why = "names a file that is not in the repository: commit it, or take the line out"
    else:
        why = None
    if why:
        name = without_credentials(entry.text)
        yield Unpinned(name, name, entry.start, entry.end, f"{shown(f'{option} {entry.text}')} {why}")
