"""The dependencies of a requirements or constraints file that are not pinned, each with its next step."""

from __future__ import annotations

import re

from reproof.lint.finding import Edit
from reproof.lint.requirements.parse import Entry, EntryKind, parse_requirements
from reproof.lint.requirements.pinned import Reason, State, Verdict, allows, specifier_place
from reproof.lint.requirements.surroundings import Surroundings, resolve
from reproof.lint.requirements.unpinned import CURES, Unpinned, shown, to_be_told, without_credentials

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.requirements.locks import Lock
    from reproof.lint.source import SourceFile


def unpinned_in_requirements(file: SourceFile, around: Surroundings, strict: bool) -> Iterator[Unpinned]:
    """One `Unpinned` a requirement of the file itself that nothing pins.

    Files that `-r` and `-c` name are followed for what they pin; their own lines are theirs. Raises
    `InvalidFile` for a file that is not text.
    """
    pinning: list[Lock] | None = None
    for entry in parse_requirements(file.text):
        if entry.verdict is None:
            yield from _unfollowed(file, entry, around, strict)
        elif to_be_told(entry.verdict, strict):
            if pinning is None:
                pinning = _pinning(file, around)
            found = _unpinned(file, entry, entry.verdict, around, pinning)
            if found:
                yield found


def _pinning(file: SourceFile, around: Surroundings) -> list[Lock]:
    """What can pin a line of this file: the files that it follows, and the compiled form of a `.in`."""
    compiled = around.compiled(file) if file.path.endswith(".in") else None
    return [*around.followed(file), *([compiled] if compiled else [])]


def _unpinned(
    file: SourceFile, entry: Entry, verdict: Verdict, around: Surroundings, pinning: list[Lock]
) -> Unpinned | None:
    def allowed(version: str) -> bool:
        return allows(verdict.specifier, version)

    gaps = [lock.gap(verdict, allowed) for lock in pinning]
    if None in gaps and verdict.state is State.UNPINNED:
        return None
    told = Unpinned(
        name=verdict.name,
        value=without_credentials(verdict.specifier),
        start=entry.start,
        end=entry.end,
        message=f"{shown(entry.text)} {verdict.reason.value}",
    )
    if verdict.reason in CURES:
        return told.replace(message=f"{told.message}: {CURES[verdict.reason]}")
    if file.path.endswith(".in"):
        return _uncompiled(told, file, gaps)
    if verdict.reason is Reason.ONE_VERSION_RANGE:
        return _with_version(told, entry, str(verdict.version), "the only one that it allows")
    telling = [lock for lock in pinning if lock.broken or verdict.name in lock.packages]
    for lock in around.known_versions(file):
        version = lock.only_version(verdict.name)
        if version and lock.gap(verdict, allowed) is None:
            return _with_version(told, entry, version, f"the version in {lock.title}")
        if lock.broken or version:
            telling.append(lock)
    return _unversioned(told, file, telling[0].gap(verdict, allowed) if telling else None)


def _unversioned(told: Unpinned, file: SourceFile, gap: str | None) -> Unpinned:
    """With the way to get a version, where no file near has one that the line allows."""
    stem = file.path.removesuffix(".txt")
    because = f" ({gap})" if gap else ""
    return told.replace(
        message=f"{told.message}{because}: write the version that you trained with, `{told.name}==…`, or keep"
        f" the ranges in {stem}.in and run `pip-compile --generate-hashes {stem}.in`"
    )


def _uncompiled(told: Unpinned, file: SourceFile, gaps: list[str | None]) -> Unpinned:
    """With the way to compile a `.in`; the last gap is that of the compiled file, where there is one."""
    target = f"{file.path.removesuffix('.in')}.txt"
    gap = gaps[-1] if gaps else f"there is no {target}"
    return told.replace(
        message=f"{told.message}, and {gap}: run `pip-compile --generate-hashes {file.path}` and commit {target}"
    )


def _with_version(told: Unpinned, entry: Entry, version: str, origin: str) -> Unpinned:
    place = specifier_place(entry.text)
    if place is None:
        return told
    start, end = place
    written = entry.text[start:end]
    spaced = re.match(r"\(?[<>=!~]+(\s*)", written)
    text = f"=={spaced.group(1) if spaced else ''}{version}"
    first = entry.offset(start) if end > start else entry.offset(start - 1) + 1
    last = entry.offset(end - 1) + 1
    return told.replace(
        message=f"{told.message}: write `=={version}`, {origin}",
        edit=Edit(first, last, text),
        title=f"pin {told.name} to {version}, {origin}",
    )


def _unfollowed(file: SourceFile, entry: Entry, around: Surroundings, strict: bool) -> Iterator[Unpinned]:
    """What cannot be said of a file that `-r` or `-c` names: it is elsewhere, or it is this file again."""
    option = "-r" if entry.kind is EntryKind.INCLUDE else "-c"
    path = resolve(file.path, entry.text)
    if "${" in entry.text:
        why = "names its file by a variable, so it is not read: write the path" if strict else None
    elif "://" in entry.text:
        why = "can change at any time and is not fetched: commit a copy and name that"
    elif path is None:
        why = "lies outside of the repository, so it is not read: move it inside"
    elif around.loops(file, path):
        why = "leads back to this file: take it out"
    elif strict and file.neighbour(path) is None:
        why = "names a file that is not in the repository: commit it, or take the line out"
    else:
        why = None
    if why:
        name = without_credentials(entry.text)
        yield Unpinned(name, name, entry.start, entry.end, f"{shown(f'{option} {entry.text}')} {why}")
