"""One dependency that is not pinned, ready to be told: its place, its message, and its cure if there is one."""

from __future__ import annotations

import re

from reproof.lint.finding import Edit
from reproof.lint.requirements.pinned import Reason, State, Verdict, specifier_place
from reproof.lint.source import InvalidFile
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from reproof.lint.source import SourceFile

LONGEST_SHOWN = 80
LARGEST = 1024 * 1024
LARGEST_COMPILED = 2 * LARGEST  # requirements with all their hashes
LARGEST_LOCK = 10 * LARGEST
MOST_LINES = 100_000

# What to write where the requirement itself must change, whichever file it stands in.
CURES = {
    Reason.NO_REF: "put the full commit (40 hex digits) after `@`",
    Reason.MOVING_REF: "put the full commit (40 hex digits) in its place",
    Reason.SHORT_COMMIT: "write all 40 hex digits of the commit",
    Reason.NO_HASH: "add `#sha256=…` of that file to the URL",
    Reason.VERSIONED_URL: "add `#sha256=…` of that file to the URL",
    Reason.VARIABLE: "write the version itself",
    Reason.ARBITRARY: "write `==`",
    Reason.CONDA: "write the environment with `pip freeze`, or keep it in environment.yml",
    Reason.UNREADABLE: "write it as `name==version`",
    Reason.LATEST: "name a tag of one version, or better the digest: `@sha256:…`",
    Reason.TAG: "name the digest or the full commit in its place",
}


class Dependency(Value):
    """One dependency as it stands in a file, judged, before locks are asked.

    `start` and `end` are offsets in the file's text, or in the source of the notebook's `cell`. `pinnable` says
    that they hold `text` character by character, so that a version can be put there; `versions` is the place of
    the versions alone, where a table keeps them apart from the name. `conda` says that conda reads it; `cure` is
    what to do about it where that depends on the place.
    """

    verdict: Verdict
    text: str
    start: int
    end: int
    pinnable: bool = False
    versions: tuple[int, int] | None = None
    conda: bool = False
    cure: str = ""
    cell: int | None = None
    constraints: tuple[str, ...] = ()

    def allowed(self, version: str) -> bool:
        """Whether a version satisfies what is asked for."""
        if self.conda:
            from reproof.lint.requirements.conda import conda_allows

            return conda_allows(self.verdict.specifier, version)
        from reproof.lint.requirements.pinned import allows

        return allows(self.verdict.specifier, version)

    def pinned_to(self, version: str) -> Edit | None:
        """The edit that pins it, in the offsets that it has itself; None where its place does not allow one."""
        if self.verdict.state is not State.UNPINNED or self.verdict.direct:
            return None
        if self.versions:
            return Edit(*self.versions, f"=={version}")
        if not self.pinnable:
            return None
        if self.conda:
            from reproof.lint.requirements.conda import constraint_place

            place = constraint_place(self.text)
            return Edit(self.start + place[0], self.start + place[1], f"=={version}") if place else None
        return pin(self.text, lambda position: self.start + position, version)


class Unpinned(Value):
    """A finding's content: offsets as its dependency has them, and the edit that pins with its title, or None."""

    name: str
    value: str
    start: int
    end: int
    message: str
    edit: Edit | None = None
    title: str = ""
    cell: int | None = None


def to_be_told(verdict: Verdict, strict: bool) -> bool:
    """Whether a verdict is a finding at all, before locks are asked."""
    if verdict.debatable:
        return strict
    return verdict.state in (State.UNPINNED, State.UNKNOWN)


def refuse_huge(file: SourceFile, largest: int = LARGEST) -> None:
    """Raise `InvalidFile` for a file so large that nobody wrote it; compilers of locks stay far below, too."""
    if len(file.data) > largest:
        raise InvalidFile(f"larger than {largest // 1024**2} MB, which no file of this kind should be")
    if largest <= LARGEST_COMPILED and max(file.data.count(b"\n"), file.data.count(b"\r")) > MOST_LINES:
        raise InvalidFile(f"more than {MOST_LINES:,} lines, which no file of this kind should have")


def pin(text: str, offset: Callable[[int], int], version: str) -> Edit:
    """The edit that puts `==version` in the place of a requirement's versions, all else left as it is.

    `offset` gives the place in the file of a position of `text`.
    """
    start, end = specifier_place(text) or (len(text), len(text))
    spaced = re.match(r"\(?[<>=!~]+(\s*)", text[start:end])
    first = offset(start) if end > start else offset(start - 1) + 1
    return Edit(first, offset(end - 1) + 1, f"=={spaced.group(1) if spaced else ''}{version}")


def shown(text: str) -> str:
    """A piece of a file as a message quotes it: in one line, short, and without credentials."""
    line = " ".join(text.split())
    short = line if len(line) <= LONGEST_SHOWN else f"{line[: LONGEST_SHOWN - 1]}…"
    return f"`{without_credentials(short)}`" if short else "an empty text"


def without_credentials(text: str) -> str:
    """The text, without what stands before the host in a URL."""
    if "://" not in text:
        return text
    from reproof.redact import redact

    return redact(text)
