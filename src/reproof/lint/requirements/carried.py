"""Dependencies of any carrier -> those that nothing pins, each with its next step and, where known, its fix."""

from __future__ import annotations

from reproof.lint.finding import Edit
from reproof.lint.requirements.pinned import Reason, State
from reproof.lint.requirements.surroundings import known_version
from reproof.lint.requirements.unpinned import (
    CURES,
    Dependency,
    Unpinned,
    refuse_huge,
    shown,
    to_be_told,
    without_credentials,
)
from reproof.lint.source import NotebookFile
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from reproof.lint.requirements.locks import Lock
    from reproof.lint.requirements.surroundings import Surroundings
    from reproof.lint.source import SourceFile


class Kind(Value):
    """A kind of carrier: its name in findings and in `kinds`, who reads it, and which locks can answer for it.

    `locks` are the files beside that pin what stands there; `remedy` is the command that makes one, None where
    there is no such tool. `debatable` says that a lock makes a line debatable instead of pinned.
    """

    name: str
    read: Callable[[SourceFile], Iterable[Dependency]]
    locks: Callable[[Surroundings, SourceFile], Iterable[Lock]] | None = None
    remedy: str | None = None
    fixable: bool = True


def unpinned_in(
    file: SourceFile, kind: Kind, around: Callable[[], Surroundings], strict: bool
) -> Iterator[Unpinned]:
    """One `Unpinned` a dependency that nothing pins. Raises `InvalidFile` as the kind's reader does."""
    if not isinstance(file, NotebookFile):  # it is as large as its outputs
        refuse_huge(file)
    locks: list[Lock] | None = None
    for each in kind.read(file):
        if to_be_told(each.verdict, strict):
            if locks is None:
                locks = list(kind.locks(around(), file)) if kind.locks else []
            found = _unpinned(each, kind, locks, file, around)
            if found:
                yield found


def _unpinned(
    each: Dependency, kind: Kind, locks: list[Lock], file: SourceFile, around: Callable[[], Surroundings]
) -> Unpinned | None:
    verdict = each.verdict
    answering = [*locks, *(around().constraints(file, each.constraints) if each.constraints else ())]
    gaps = [lock.gap(verdict, each.allowed) for lock in answering]
    if None in gaps and verdict.state is State.UNPINNED:
        return None

    def told(rest: str, edit: Edit | None = None, title: str = "") -> Unpinned:
        message = f"{shown(each.text)} {verdict.reason.value}{rest}"
        value = without_credentials(verdict.specifier)
        name = without_credentials(verdict.name or each.text.strip() or "?")
        return Unpinned(name, value, each.start, each.end, message, edit, title, each.cell)

    if each.cure or verdict.reason in CURES:
        return told(f": {each.cure or CURES[verdict.reason]}")
    if kind.fixable and not locks:  # where it has a lock, that is what must be written again
        telling = (around().known_to_conda(),) if each.conda else around().known_versions(file)
        known = known_version(telling, verdict.name, each.allowed)
        edit = each.pinned_to(known.version) if known else None
        if known and edit:
            lock = f", or run `{kind.remedy}` and commit the lock" if each.versions and kind.remedy else ""
            return told(f": {known.advice}{lock}", edit, known.title(verdict.name))
    return told(_step(each, kind, answering, gaps))


def _step(each: Dependency, kind: Kind, locks: list[Lock], gaps: list[str | None]) -> str:
    name = each.verdict.name
    write = (
        f"write `{name}=={'…'}`"
        if not each.conda
        else f"write `{name}==…` with the version that you trained with"
    )
    if each.verdict.reason is Reason.FUZZY:
        write = "write all of the version"
    for lock, gap in zip(locks, gaps, strict=True):
        if gap and (lock.broken or name in lock.packages or kind.remedy):
            remedy = f"run `{kind.remedy}` and commit it" if kind.remedy else write
            return f", and {gap}: {remedy}"
    if kind.remedy:
        return f", and there is no lock: run `{kind.remedy}` and commit the lock, or {write}"
    return f": {write}"
