"""Two small rules for the tests of the platform, and a way to run them on files that are really there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from reproof.config import CheckConfig
from reproof.lint.file_types import FileType
from reproof.lint.files import SourceTree
from reproof.lint.finding import Aspect, Edit, Finding, Fix, Span, Unfixable
from reproof.lint.linter import Linter
from reproof.lint.rule import Bad, Good, Rule, Tools
from reproof.lint.source import NotebookFile, PythonFile, SourceFile

HEADINGS = """

    What it finds:
        The word.

    Why it hurts reproducibility:
        It does not; this is a test.

    Instead:
        Another word.

    Fix:
        See the examples.
    """


class BadWord(Rule):
    __doc__ = f"""A file says `bad`, which is for tests only.{HEADINGS}"""

    name = "bad-word"
    aspect = Aspect.CODE
    files = FileType.PYTHON | FileType.NOTEBOOK | FileType.REQUIREMENTS
    VALID = (Good("good\n"),)
    INVALID = (Bad("bad\n", says="bad", fixed="good\n"),)

    def check(self, file: SourceFile) -> Iterator[Finding]:
        """Yield one finding a word; `bad!` needs an unsafe fix, `bad?` has one that cannot be made."""
        if isinstance(file, NotebookFile):
            for cell in file.cells:
                for number, line in enumerate(cell.source.split("\n"), 1):
                    for match in re.finditer(r"\bbad\b(?!-)", line):
                        span = Span(number, match.start() + 1, number, match.end() + 1)
                        yield self.finding(file, span, "a bad word", name="bad", cell=cell.index)
            return
        for match in re.finditer(r"\bbad\b(?!-)([!?]?)", file.text):
            fix = Fix("say good", match[1] != "!", lambda match=match: self._edits(match))  # type: ignore[misc]
            yield self.finding(file, file.span(*match.span()), "a bad word", name="bad", fix=fix)

    def _edits(self, match: re.Match[str]) -> tuple[Edit, ...]:
        if match[1] == "?":
            raise Unfixable("nobody is sure")
        return (Edit(*match.span(), "good"),)


class NeedsTree(Rule):
    __doc__ = f"""A module has no `ok`, which is for tests only.{HEADINGS}"""

    name = "needs-tree"
    aspect = Aspect.CONFIG
    files = FileType.PYTHON | FileType.NOTEBOOK
    VALID = (Good("ok\n"),)
    INVALID = (Bad("pass\n", says="no ok"),)

    def check(self, file: SourceFile) -> Iterator[Finding]:
        """Read the tree of every piece of code; crash where the code says `crash`."""
        assert isinstance(file, PythonFile | NotebookFile)
        for code in file.codes:
            if code.tree.body and "crash" in code.text:
                raise ZeroDivisionError("divided by\nzero")
            if "ok" not in code.text:
                yield self.finding(file, Span(1, 1, 1, 2), "no ok", name="ok", cell=code.cell)


def linter(root: Path, *rules: type[Rule], options: CheckConfig | None = None) -> Linter:
    """A linter of these rules on a folder."""
    options = options or CheckConfig()
    return Linter(SourceTree(str(root)), [rule(options, Tools()) for rule in rules], options)


def look(
    root: Path, path: str, text: str, *rules: type[Rule], options: CheckConfig | None = None
) -> list[Finding]:
    """The findings of a file of that text."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, newline="")
    return linter(root, *rules, options=options).look(path)
