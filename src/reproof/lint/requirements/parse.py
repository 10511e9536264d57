"""A requirements or constraints file -> its entries, as pip reads them, each with its place in the text.

Lines end where pip ends them, a final backslash continues them, comments start at `#` after a space, and
options start at the first word with a hyphen. Nothing is expanded, opened or fetched.
"""

from __future__ import annotations

import bisect
import enum
import posixpath
import re

from reproof.lint.requirements.line_options import why_pip_stops
from reproof.lint.requirements.pinned import Reason, State, Verdict, judge
from reproof.lint.source import InvalidFile
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class EntryKind(enum.Enum):
    """What a line of a requirements file asks for."""

    REQUIREMENT = "requirement"
    INCLUDE = "include"
    CONSTRAINTS = "constraints"
    SOURCE = "source"
    REFUSED = "refused"


NAMING = (EntryKind.INCLUDE, EntryKind.CONSTRAINTS)  # these name another file


class Entry(Value):
    """One requirement (editable ones too), the file that `-r` or `-c` names, an option that says where from, or
    options at which pip stops.

    `text` is the requirement without comment and options, the named path, or the options; `verdict` judges a
    requirement and is None for the others. `pieces` maps positions of `text` to offsets of the file's text: pairs
    of the first position of a piece and its offset.
    """

    kind: EntryKind
    text: str
    pieces: tuple[tuple[int, int], ...]
    hashed: bool = False
    verdict: Verdict | None = None

    def offset(self, position: int) -> int:
        """The offset in the file's text of a position of `text`."""
        index = bisect.bisect_right(self.pieces, position, key=lambda piece: piece[0]) - 1
        first, offset = self.pieces[index]
        return offset + position - first

    @property
    def start(self) -> int:
        return self.offset(0)

    @property
    def end(self) -> int:
        return self.offset(len(self.text) - 1) + 1


def parse_requirements(text: str) -> tuple[Entry, ...]:
    """The entries of a requirements file's text, in order. Raises `InvalidFile` where it holds NUL bytes."""
    if "\0" in text:
        line = len(re.findall(r"\r\n|\n|\r", text[: text.index("\0")])) + 1
        raise InvalidFile("not a requirements file: it holds NUL bytes", line)
    return tuple(entry for line in _logical_lines(text) for entry in _entries(line))


def lines_of(text: str) -> Iterator[str]:
    """The logical lines of a requirements file, without comments and blank ones, as pip reads them."""
    return (line.text for line in _logical_lines(text))


DEEPEST = 40


def resolve(path: str, named: str) -> str | None:
    """The root-relative path that `-r named` in the file `path` means; None where it is outside or a URL."""
    if "://" in named or named.startswith(("/", "\\", "file:")) or re.match(r"[A-Za-z]:", named):
        return None
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(path), named.replace("\\", "/")))
    if joined.count("/") > DEEPEST:  # a folder that is a link to itself gives a file ever longer names
        return None
    return None if joined == ".." or joined.startswith("../") else joined


class _Line:
    """A logical line: its text without comment and outer spaces, and where its pieces stand."""

    __slots__ = ("pieces", "text")

    def __init__(self, text: str, pieces: tuple[tuple[int, int], ...]) -> None:
        self.text = text
        self.pieces = pieces

    def named_file(self, kind: EntryKind, start: int, end: int) -> Entry:
        return Entry(kind, self.text[start:end], _cut(self.pieces, start, end), False, None)

    def requirement(self, start: int, end: int, hashed: bool = False, editable: bool = False) -> Entry:
        text = self.text[start:end]
        if editable and "://" not in text:
            verdict = Verdict(State.EXEMPT, Reason.LOCAL, text, direct=True)
        else:
            verdict = judge(text, hashed)
        return Entry(EntryKind.REQUIREMENT, text, _cut(self.pieces, start, end), hashed, verdict)


_LINE_ENDS = "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"


def _logical_lines(text: str) -> Iterator[_Line]:
    parts: list[str] = []
    pieces: list[tuple[int, int]] = []
    length = offset = 0
    for raw in text.splitlines(keepends=True):
        body = raw.rstrip(_LINE_ENDS)
        comment = body.lstrip().startswith("#")  # it ends a continued line, and stays a comment
        continues = body.endswith("\\") and not comment
        part = body.strip("\\") if continues else f" {body}" if comment and parts else body
        if part:
            pieces.append((length, offset + (body.index(part) if continues else len(body) - len(part))))
            parts.append(part)
            length += len(part)
        offset += len(raw)
        if parts and not continues:
            yield from _trimmed("".join(parts), pieces)
            parts, pieces, length = [], [], 0
    if parts:
        yield from _trimmed("".join(parts), pieces)


def _trimmed(joined: str, pieces: list[tuple[int, int]]) -> Iterator[_Line]:
    text = (joined[: _comment_start(joined)] if "#" in joined else joined).strip()
    if text:
        start = joined.index(text)
        yield _Line(text, _cut(pieces, start, start + len(text)))


def _cut(pieces: Sequence[tuple[int, int]], start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The pieces of the characters `start` to `end`, counted from `start`."""
    if len(pieces) == 1:
        return ((0, pieces[0][1] + start - pieces[0][0]),)
    ends = [first for first, _ in pieces[1:]] + [end]
    return tuple(
        (max(first - start, 0), offset + max(start - first, 0))
        for (first, offset), until in zip(pieces, ends, strict=True)
        if first < end and until > start
    )


def _comment_start(line: str) -> int:
    """Where the comment starts: a `#` at the start or after a space; the length where there is none."""
    at = line.find("#")
    while at > 0 and not line[at - 1].isspace():
        at = line.find("#", at + 1)
    return at if at >= 0 else len(line)


_INCLUDE = re.compile(r"(?:-r\s*|--requirement(?:\s*=\s*|\s+))(?=\S)")
_CONSTRAINTS = re.compile(r"(?:-c\s*|--constraint(?:\s*=\s*|\s+))(?=\S)")
_EDITABLE = re.compile(r"(?:-e\s*|--editable(?:\s*=\s*|\s+))(?=\S)")
_SOURCE = re.compile(r"(?:--(?:extra-)?index-url|-i|--find-links|-f|--pre|--trusted-host)(?![\w-])")
_HASH = re.compile(r"\s--hash(?:=|\s)")
_OPTIONS = re.compile(r"\s-")


def _entries(line: _Line) -> Iterator[Entry]:
    """What a line asks for, and its options, where pip stops at them."""
    if entry := _entry(line):
        yield entry
    options = 0 if line.text.startswith("-") else _OPTIONS.search(line.text)
    if options is not None:
        start = options if isinstance(options, int) else options.end() - 1
        if why_pip_stops(line.text[start:]):
            yield line.named_file(EntryKind.REFUSED, start, len(line.text))


def _entry(line: _Line) -> Entry | None:
    text = line.text
    if not text.startswith("-"):
        options = _OPTIONS.search(text)
        end = options.start() if options else len(text)
        return line.requirement(0, len(text[:end].rstrip()), bool(_HASH.search(text, end)))
    if editable := _EDITABLE.match(text):
        return line.requirement(*_word(text, editable.end()), editable=True)
    if include := _INCLUDE.match(text):
        return line.named_file(EntryKind.INCLUDE, *_word(text, include.end()))
    if constraints := _CONSTRAINTS.match(text):
        return line.named_file(EntryKind.CONSTRAINTS, *_word(text, constraints.end()))
    if _SOURCE.match(text):
        return line.named_file(EntryKind.SOURCE, 0, len(text))
    return None


def _word(text: str, start: int) -> tuple[int, int]:
    """The word at `start`, without the quotes around it."""
    quote = text[start]
    if quote in "'\"" and (end := text.find(quote, start + 1)) > start + 1:
        return start + 1, end
    space = re.compile(r"\s").search(text, start)
    return start, space.start() if space else len(text)
