"""The one place where outside text is made safe for Markdown.

Outside text is everything that a repository, a training or a stranger's pull request can choose: metric names,
slices, paths, parameters, versions, log lines, branch names. It is only ever shown as code (a span or a fenced
block): GitHub makes no link, mention, picture, HTML or emoji there. Renderers never paste it bare.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

WIDTH = 80  # characters of an outside text that are shown
LOG_WIDTH = 200
PROSE_WIDTH = 300

# Control, format (bidi, zero width), surrogate, private, unassigned; line and paragraph separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters, marks and one sign that are drawn as nothing (Unicode's Default_Ignorable_Code_Point, and blank Braille).
_DRAWN_AS_NOTHING = frozenset(
    map(
        chr,
        (
            *(0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0),
            *range(0xFE00, 0xFE10),
            *range(0xE0100, 0xE01F0),
        ),
    )
)
_MOST_MARKS = 4  # on one letter; more of them cover the lines around it
_BREAK = "\u2060"  # word joiner: invisible, and no name or number follows the sign any more
_MENTION = re.compile(r"[@#](?=[\w-])")
_ORDER = re.compile(r"^(\s*/)(?=\w)")
# A word of a sentence, or a small number. Not: anything with an inner dot, slash, colon or sign, and not what
# GitHub could take for a commit.
_WORD = re.compile(
    r"\(?(?![0-9a-fA-F]{7})([A-Za-z]{1,30}(-[A-Za-z]{1,30})?('[a-z]{1,2})?|[0-9]{1,6}(\.[0-9]{1,4})?)[),;:.]{0,2}"
)
_ITEM = re.compile(r"[0-9]+[.)]")  # what begins a list where it is a line's first word
_URL = re.compile(r"https?://[A-Za-z0-9.:-]+(/[A-Za-z0-9._~-]+)*/?")


def clean(text: str, width: int = WIDTH) -> str:
    """One visible line of at most `width` characters: blanks for white space, `\ufffd` for what cannot be seen."""
    shown = text[: width + 1]
    if not (shown.isascii() and shown.isprintable()):  # most texts are plain, and a report has many
        shown = _unstacked("".join(map(_visible, shown)))
    return shown if len(shown) <= width else f"{shown[: width - 1]}…"


def named(text: str, width: int = WIDTH) -> str:
    """The same for a name, which a blank at either end makes another one: that is shown."""
    shown = clean(text, width)
    inner = shown.strip()
    if not inner:
        return "(empty)"
    before = len(shown) - len(shown.lstrip())
    return f"{'␣' * before}{inner}{'␣' * (len(shown) - before - len(inner))}"


def code(text: str, *, cell: bool = False) -> str:
    """A code span; `cell` says that it stands in a table, where a bare `|` would end the cell."""
    shown = _unmentioned(named(text))
    fence = "`" * (_longest_run(shown) + 1)
    pad = " " if shown[0] == "`" or shown[-1] == "`" else ""
    span = f"{fence}{pad}{shown}{pad}{fence}"
    return span.replace("|", "\\|") if cell else span


def prose(text: str, *, cell: bool = False) -> str:
    """An outside sentence, readable: its plain words as they are, everything else as code."""
    made: list[str] = []
    strange: list[str] = []
    for word in [*clean(text, PROSE_WIDTH).split(" "), ""]:
        if word and (not _WORD.fullmatch(word) or (not (made or strange) and _ITEM.match(word))):
            strange.append(word)
            continue
        if strange:
            made.append(code(" ".join(strange), cell=cell))
            strange = []
        if word:
            made.append(word)
    return " ".join(made)


def block(lines: Sequence[str]) -> str:
    """A fenced block of outside lines. A bot that looks for `/merge` in comments finds none of theirs."""
    return _fenced(
        [_ORDER.sub(rf"\1{_BREAK}", _unmentioned(clean(line, LOG_WIDTH))) for line in lines], "text"
    )


def commands(lines: Sequence[str], language: str) -> str:
    """A fenced block of our own lines, to be pasted as they are."""
    return _fenced([clean(line, LOG_WIDTH) for line in lines], language)


def _fenced(lines: Sequence[str], language: str) -> str:
    shown = [line.rstrip() for line in lines]
    fence = "`" * max(3, max(map(_longest_run, shown), default=0) + 1)
    return "\n".join([f"{fence}{language}", *shown, fence])


def link(words: str, url: str) -> str:
    """A link with our own words; the bare words where the URL, the runner's own, is of an unexpected form."""
    return f"[{words}]({url})" if _URL.fullmatch(url) else words


def _visible(letter: str) -> str:
    if letter in "\t\n\r\v\f\u2028\u2029\x85":
        return " "
    unseen = letter in _DRAWN_AS_NOTHING or unicodedata.category(letter) in _UNSEEN
    return "\ufffd" if unseen else letter


def _unstacked(text: str) -> str:
    made, marks = [], 0
    for letter in text:
        marks = marks + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        made.append("\ufffd" if marks > _MOST_MARKS else letter)
    return "".join(made)


def _unmentioned(text: str) -> str:
    return _MENTION.sub(lambda sign: sign.group() + _BREAK, text)


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
