"""Shell text -> simple commands, each a list of words with their places. Nothing is run or looked up.

Quotes, comments, continued lines, here-documents, redirections and variables whose values the text itself
gives are understood; what only a running shell knows is marked as unresolved. Works for `sh`, and closely
enough for the lines of a notebook.
"""

from __future__ import annotations

import re

from reproof.lint.source import InvalidFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


MOST_WORDS = 10_000
LONGEST_VALUE = 1000  # characters; values made of values could double with every line


class Word:
    """One word: its text after quotes and variables, and its place in the text with quotes.

    `whole` says that place and text agree character by character inside of the quotes; `unresolved` that some
    of it is known to a running shell only; `cut` that a redirection follows without a space.
    """

    __slots__ = ("cut", "end", "quote", "start", "text", "unresolved", "whole")

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.quote = 0  # characters of a quote at each end
        self.whole = True
        self.unresolved = False
        self.cut = False

    def __repr__(self) -> str:
        return f"Word({self.text!r}, {self.start}, {self.end})"


_PLAIN = re.compile(r"[^\s'\"\\$`#;&|<>()]+")
_SINGLE = re.compile(r"'([^']*)'?")
_DOUBLE_PLAIN = re.compile(r"[^\"\\$`]+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CONTINUED = re.compile(r"\\\r?\n")
# Docker takes out comments and empty lines before the shell sees the text, and forgives spaces at the end.
_CONTINUED_IN_DOCKER = re.compile(r"\\[ \t]*\r?\n(?:[ \t]*#[^\n]*\n|[ \t]*\r?\n)*")
_COMMENT = re.compile(r"#[^\n]*")
_SPACE = re.compile(r"[ \t\r\f\v\xa0]+")
_REDIRECT = re.compile(r"(?:&>>?|<<<|<<-?|>>|[<>]&[\d-]?|<>|>\||[<>])")
_OPERATOR = re.compile(r"&&|\|\||;;|\|&|[;&|()\n]")
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\+?=(.*)", re.DOTALL)
_DEFAULT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?::?[-=](.*))?", re.DOTALL)


class Shell:
    """A reader of shell text between two offsets, with the variables that are known so far."""

    def __init__(
        self,
        text: str,
        start: int = 0,
        end: int | None = None,
        known: dict[str, str] | None = None,
        in_docker: bool = False,
    ) -> None:
        self.text = text
        self.at = start
        self.end = len(text) if end is None else end
        self.known = known if known is not None else {}
        self._continued = _CONTINUED_IN_DOCKER if in_docker else _CONTINUED
        self._documents: list[str] = []

    def commands(self) -> Iterator[list[Word]]:
        """Simple commands in order. Assignments and `export`s become known, one before a command to it alone."""
        words: list[Word] = []
        while self.at < self.end:
            if match := _SPACE.match(self.text, self.at, self.end) or self._continued.match(
                self.text, self.at, self.end
            ):
                self.at = match.end()
            elif self.text[self.at] == "#":
                comment = _COMMENT.match(self.text, self.at, self.end)
                self.at = comment.end() if comment else self.end
            elif match := _REDIRECT.match(self.text, self.at, self.end):
                self._redirect(match)
            elif match := _OPERATOR.match(self.text, self.at, self.end):
                self.at = match.end()
                if words:
                    yield from self._command(words)
                    words = []
                if match[0] == "\n":
                    self._skip_documents()
            else:
                words += self._word()
                if len(words) > MOST_WORDS:
                    line = self.text.count("\n", 0, self.at) + 1
                    raise InvalidFile(f"a command of more than {MOST_WORDS} words, which nobody wrote", line)
        if words:
            yield from self._command(words)

    def argument(self) -> list[Word]:
        """The next word, operators taken as text; none where only spaces and comments are left."""
        while match := _SPACE.match(self.text, self.at, self.end) or self._continued.match(
            self.text, self.at, self.end
        ):
            self.at = match.end()
        if self.at >= self.end:
            return []
        if self.text[self.at] in "\n#;&|<>()":
            self.at += 1
            return []
        return self._word()

    def _command(self, words: list[Word]) -> Iterator[list[Word]]:
        first = 0
        own: dict[str, str] = {}
        while first < len(words) and (given := _ASSIGNMENT.fullmatch(words[first].text)):
            own[given[1]] = "\0" if words[first].unresolved or len(given[2]) > LONGEST_VALUE else given[2]
            first += 1
        rest = words[first:]
        if not rest:
            for name, value in own.items():
                self._assign(name, value, unresolved=value == "\0")
            return
        if rest[0].text in ("export", "declare", "local", "readonly", "set"):
            for word in rest[1:]:
                if given := _ASSIGNMENT.fullmatch(word.text):
                    self._assign(given[1], given[2], word.unresolved)
        before = {name: self.known.get(name) for name in own}
        self.known.update(own)  # for this command only
        yield rest
        for name, earlier in before.items():
            if earlier is None:
                self.known.pop(name, None)
            else:
                self.known[name] = earlier

    def _assign(self, name: str, value: str, unresolved: bool) -> None:
        if unresolved or len(value) > LONGEST_VALUE or self.known.get(name, value) != value:
            self.known[name] = "\0"  # more than one value, or none that the text tells
        else:
            self.known[name] = value

    def _redirect(self, match: re.Match[str]) -> None:
        self.at = match.end()
        if match[0].startswith("<<") and match[0] != "<<<":
            if word := self._target():
                self._documents.append(word.text)
        elif not match[0].endswith(("&1", "&2", "&-")):
            self._target()

    def _target(self) -> Word | None:
        while space := _SPACE.match(self.text, self.at, self.end):
            self.at = space.end()
        if self.at >= self.end or _OPERATOR.match(self.text, self.at):
            return None
        words = self._word()
        return words[0] if words else None

    def _skip_documents(self) -> None:
        """Here-documents are text for a program, not commands."""
        for name in self._documents:
            # Indented or not: a script in YAML is indented as a whole.
            closing = re.compile(rf"^[ \t]*{re.escape(name)}[ \t\r]*$", re.MULTILINE)
            found = closing.search(self.text, self.at, self.end)
            self.at = found.end() if found else self.end
        self._documents = []

    def _word(self) -> list[Word]:
        """The word that starts here: several where an unquoted variable holds several."""
        begin = self.at
        parts: list[str] = []
        splits = False
        word = Word("", begin, begin)
        quoted = self.text[begin] if self.text[begin] in "'\"" else ""
        pieces = 0
        while self.at < self.end:
            char = self.text[self.at]
            if match := _PLAIN.match(self.text, self.at, self.end):
                parts.append(match[0])
                self.at = match.end()
            elif char == "'":
                match = _SINGLE.match(self.text, self.at, self.end)
                assert match
                parts.append(match[1])
                self.at = match.end()
            elif char == '"':
                self._double(parts, word)
            elif char == "\\":
                if self._continued.match(self.text, self.at, self.end):
                    break
                parts.append(self.text[self.at + 1 : min(self.at + 2, self.end)])
                word.whole = False
                self.at += 2
            elif char == "$" or char == "`":
                splits = self._expand(parts, word) or splits
            elif char == "#" and self.at > begin:
                parts.append("#")
                self.at += 1
            else:
                break
            pieces += 1
        self.at = min(self.at, self.end)
        word.end = self.at
        word.text = "".join(parts)
        word.quote = 1 if quoted and pieces == 1 else 0
        if word.text != self.text[begin + word.quote : word.end - word.quote]:
            word.whole = False
        word.cut = self.at < self.end and self.text[self.at] in "<>"
        if word.cut and word.text.isdigit():
            return []  # the number of a file descriptor: `2>&1`
        if splits and not word.unresolved:
            return [self._copy(part, word) for part in word.text.split()]
        return [word]

    @staticmethod
    def _copy(text: str, word: Word) -> Word:
        part = Word(text, word.start, word.end)
        part.whole = False
        return part

    def _double(self, parts: list[str], word: Word) -> None:
        self.at += 1
        while self.at < self.end and self.text[self.at] != '"':
            char = self.text[self.at]
            if match := _DOUBLE_PLAIN.match(self.text, self.at, self.end):
                parts.append(match[0])
                self.at = match.end()
            elif char == "\\":
                if match := self._continued.match(self.text, self.at, self.end):
                    self.at = match.end()
                else:
                    parts.append(self.text[self.at + 1 : min(self.at + 2, self.end)])
                    self.at += 2
                word.whole = False
            else:
                self._expand(parts, word)
        self.at += 1

    def _expand(self, parts: list[str], word: Word) -> bool:
        """Read `$NAME`, `${NAME:-default}`, `$(…)` or backticks; whether a known value has been put in."""
        start = self.at
        word.whole = False
        following = self.text[start + 1 : start + 2]
        if self.text[start] == "`":
            close = self.text.find("`", start + 1, self.end)
            self.at = close + 1 if close >= 0 else self.end
        elif following == "(":
            self.at = self._closing(start + 1, "(", ")")
        elif following == "{":
            self.at = self._closing(start + 1, "{", "}")
            default = _DEFAULT.fullmatch(self.text[start + 2 : self.at - 1])
            value = self.known.get(default[1], default[2]) if default else None
            if isinstance(value, str) and value != "\0" and "$" not in value:
                parts.append(value.strip("'\""))
                return True
        elif name := _NAME.match(self.text, start + 1, self.end):
            self.at = name.end()
            known = self.known.get(name[0], "\0")
            if known != "\0":
                parts.append(known)
                return True
        else:
            self.at = start + 1
            if following and following in "'\"":  # $'…' is a quote, and so is $"…"
                return False
            if following and following in "@*#?0123456789!-$":
                self.at += 1
            elif not following or not following.isalnum():
                parts.append("$")
                return False
        parts.append(self.text[start : self.at])
        word.unresolved = True
        return False

    def _closing(self, start: int, opening: str, closing: str) -> int:
        """Behind the bracket that closes the one at `start`; quotes inside are passed over as text."""
        depth = 0
        for match in re.compile(f"[{re.escape(opening + closing)}]").finditer(self.text, start, self.end):
            depth += 1 if match[0] == opening else -1
            if depth == 0:
                return match.end()
        return self.end
