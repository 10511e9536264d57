"""The globs of `exclude` and `per-file-ignores`: gitignore's, without negation.

A pattern without a slash (one at its end aside) matches a name in any folder; with one it counts from the
root. `*` and `?` stay within a name, `**` spans folders, a pattern that matches a folder holds for all that
lies in it, and one that ends in a slash matches folders only.
"""

from __future__ import annotations

import re

from reproof.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """A test of root-relative POSIX paths of files against any of the patterns; raises `UsageError`."""
    sources = [_translate(pattern) for pattern in patterns]
    if not sources:
        return lambda _: False
    pattern = re.compile("|".join(sources), re.DOTALL)
    return lambda path: pattern.fullmatch(path) is not None


def _translate(pattern: str) -> str:
    if pattern.startswith("!"):
        raise UsageError(f"the glob {pattern!r} cannot start with `!`", "List only what is to be left out.")
    body = pattern.strip("/").removeprefix("./")
    if not body:
        raise UsageError(f"the glob {pattern!r} matches nothing", "Name a file or a folder.")
    anchored = "/" in body or pattern.startswith(("/", "./"))
    parts = body.split("/")
    source = "" if anchored else "(?:.*/)?"
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        if part == "**":
            source += ".*" if last else "(?:.*/)?"
        else:
            source += _name(part) + ("" if last else "/")
    inside = "/.*" if pattern.endswith("/") else "(?:/.*)?"
    return f"(?:{source}{'' if parts[-1] == '**' else inside})"


def _name(part: str) -> str:
    """One name of the pattern as a regular expression; an unclosed `[` is a plain character."""
    source, index = "", 0
    while index < len(part):
        char = part[index]
        closing = part.find("]", index + 2) if char == "[" else -1
        if closing > 0:
            body = part[index + 1 : closing].replace("\\", "\\\\").replace("[", "\\[")
            source += f"[^/{body[1:]}]" if body[0] in "!^" else f"[{body}]"
            index = closing
        elif char == "*":
            source += "" if source.endswith("[^/]*") else "[^/]*"
        elif char == "?":
            source += "[^/]"
        else:
            source += re.escape(char)
        index += 1
    try:
        re.compile(source)
    except re.error as error:
        raise UsageError(f"the glob part {part!r} cannot be understood: {error}") from None
    return source
