"""Where the keys and values of a TOML text stand. `tomllib` gives values only, and findings need a place.

`read_toml` gives both. The scanner runs on text that `tomllib` has accepted, so it only finds its way: it
checks nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from reproof.lint.source import InvalidFile
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    KeyPath = tuple[str | int, ...]


class TomlText(Value):
    """A parsed TOML text.

    `keys` and `values` map a path (keys, and positions in arrays) to the offsets of its first key and of its
    value, quotes included. A table that has a header of its own has the header's last key as its key.
    """

    text: str
    document: dict[str, Any]
    keys: dict[KeyPath, tuple[int, int]]
    values: dict[KeyPath, tuple[int, int]]

    def text_place(self, path: KeyPath) -> tuple[int, int] | None:
        """Where the characters of a string stand, without quotes; None where they are not as in the value."""
        value: Any = self.document
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        start, end = self.values.get(path, (0, 0))
        quote = 3 if self.text.startswith(('"""', "'''"), start) else 1
        same = isinstance(value, str) and self.text[start + quote : end - quote] == value
        return (start + quote, end - quote) if same else None


# `a.a.a…`: reading such a key takes time with the square of its length.
_DEEP_KEY = re.compile(r"(?<![\w\"'-])(?:[\w\"'-]++[ \t]*+\.[ \t]*+){100}")


@lru_cache(maxsize=8)
def parse_toml(text: str) -> dict[str, Any]:
    """The values of a TOML text, the same object for the same text. Raises `InvalidFile` with the line where it is
    not TOML.
    """
    import tomllib

    if deep := _DEEP_KEY.search(text):
        raise InvalidFile(
            "not TOML that can be read: nested too deeply", text.count("\n", 0, deep.start()) + 1
        )
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(where[1]), int(where[2])) if where else (text.count("\n") + 1, 1)
        raise InvalidFile(f"not TOML: {str(error).split(' (at ')[0]}", line, column) from None
    except RecursionError:
        raise InvalidFile("not TOML that can be read: nested too deeply") from None
    except ValueError as error:  # a number of thousands of digits
        raise InvalidFile(f"not TOML that can be read: {error}") from None


def read_toml(text: str) -> TomlText:
    """The values of a TOML text and their places. Raises `InvalidFile` as `parse_toml`."""
    document = parse_toml(text)
    scanner = _Scanner(text)
    try:
        scanner.document()
    except RecursionError:
        raise InvalidFile("not TOML that can be read: nested too deeply") from None
    return TomlText(text, document, scanner.keys, scanner.values)


# No group is possessive: before Python 3.11.5 those match wrongly (CPython's issue 106052). Each turn of a loop can
# begin in one way only, so that none is tried again in another.
_SPACE = re.compile(r"[ \t\r\n]*+(?:#[^\n]*+[ \t\r\n]*+)*")
_QUOTED = r"\"[^\"\\]*+(?:\\.[^\"\\]*+)*\"|'[^']*+'"
_KEY = re.compile(rf"[A-Za-z0-9_-]+|{_QUOTED}")
_STRING = re.compile(
    r"\"\"\"[^\"\\]*+(?:(?:\\.|\"(?!\"\"))[^\"\\]*+)*\"{3,5}"
    r"|'''[^']*+(?:'(?!'')[^']*+)*'{3,5}"
    rf"|{_QUOTED}",
    re.DOTALL,
)
_BARE = re.compile(r"[^,\]}#\r\n]+")


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.keys: dict[KeyPath, tuple[int, int]] = {}
        self.values: dict[KeyPath, tuple[int, int]] = {}
        self.lengths: dict[KeyPath, int] = {}  # of arrays of tables, so far

    def document(self) -> None:
        table: KeyPath = ()
        while self.skip() < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)

    def skip(self) -> int:
        space = _SPACE.match(self.text, self.at)
        self.at = space.end() if space else self.at
        return self.at

    def header(self) -> KeyPath:
        many = self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        path: KeyPath = ()
        places = []
        while True:
            key, place = self.key()
            path = (*path, key)
            places.append(place)
            if path in self.lengths and not (many and self.text[self.at] == "]"):
                path = (*path, self.lengths[path] - 1)
            if self.text[self.at] != ".":
                break
            self.at += 1
        self.at += 2 if many else 1
        if many:
            position = self.lengths.get(path, 0)
            self.lengths[path] = position + 1
            path = (*path, position)
        self.keys.setdefault(path, places[-1])
        return path

    def key(self) -> tuple[str, tuple[int, int]]:
        """One part of a dotted key, with the spaces around it read."""
        self.skip()
        match = _KEY.match(self.text, self.at)
        if match is None:
            raise AssertionError(f"tomllib accepts what is no key at {self.at}")
        self.at = match.end()
        self.skip()
        written = match[0]
        if written[0] == "'" or (written[0] == '"' and "\\" not in written):
            return written[1:-1], match.span()
        if written[0] == '"':
            return str(next(iter(parse_toml(f"{written}=0")))), match.span()
        return written, match.span()

    def pair(self, table: KeyPath) -> None:
        path = table
        first: tuple[int, int] | None = None
        while True:
            key, place = self.key()
            first = first or place
            path = (*path, key)
            self.keys.setdefault(path, first)
            if self.text[self.at] != ".":
                break
            self.at += 1
        self.at += 1  # the equals sign
        self.value(path)

    def value(self, path: KeyPath) -> None:
        start = self.skip()
        if string := _STRING.match(self.text, start):
            self.at = string.end()
        elif self.text[start] == "[":
            self.array(path)
        elif self.text[start] == "{":
            self.inline_table(path)
        elif bare := _BARE.match(self.text, start):
            self.at = start + len(bare[0].rstrip())
        self.values[path] = (start, self.at)

    def array(self, path: KeyPath) -> None:
        self.at += 1
        position = 0
        while self.text[self.skip()] != "]":
            self.value((*path, position))
            position += 1
            if self.text[self.skip()] == ",":
                self.at += 1
        self.at += 1

    def inline_table(self, path: KeyPath) -> None:
        self.at += 1
        while self.text[self.skip()] != "}":
            self.pair(path)
            if self.text[self.skip()] == ",":
                self.at += 1
        self.at += 1
