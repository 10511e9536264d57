"""From edits of code to edits of the file that holds it; a notebook's JSON stays as it is around them.

A cell's source is a string or a list of strings. An edit inside of it is written with JSON's escapes; new
whole lines in a list become items of their own, as notebooks are written.
"""

from __future__ import annotations

import json
import re

from reproof.lint.finding import Edit, Unfixable
from reproof.lint.source import NotebookFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from reproof.lint.parameters.rewrite import CodeEdit
    from reproof.lint.source import SourceFile


def edits_in_file(
    file: SourceFile, edits: Sequence[CodeEdit], cells: dict[int, CellSource] | None = None
) -> list[Edit]:
    """The same edits in the file's own characters, in the same order; raises `Unfixable`.

    `cells` keeps where the cells' sources stand, for the next edits of the same file.
    """
    if not isinstance(file, NotebookFile):
        return [Edit(edit.start, edit.end, edit.text) for edit in edits]
    cells = {} if cells is None else cells
    found = []
    for edit in edits:
        number = edit.code.cell or 0
        if number not in cells:
            cells[number] = CellSource(file, number, edit.code.text)
        found.append(cells[number].edit(edit))
    return found


_UNIT = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL
)


class _Token:
    """One JSON string of a cell's source: its place in the file, and where each of its characters stands."""

    def __init__(self, text: str, start: int, end: int, before: int) -> None:
        self.start, self.end = start, end  # quotes included
        self.before = before  # characters of the cell in front of it
        self.places = [start + 1 + unit.start() for unit in _UNIT.finditer(text[start + 1 : end - 1])]
        self.places.append(end - 1)

    @property
    def length(self) -> int:
        return len(self.places) - 1


class CellSource:
    """The source of one cell in the text of its notebook."""

    def __init__(self, file: NotebookFile, cell: int, source: str) -> None:
        from reproof.lint.notebooks.exact import read_exactly
        from reproof.lint.notebooks.json_edits import parts_of, place_of

        read_exactly(file.text)
        if not isinstance(file.document.get("cells"), list):
            raise Unfixable("the notebook is of an old format: save it once with a newer Jupyter")
        self._text = file.text
        self._ascii = file.text.isascii()
        self._ends_a_line = source.endswith("\n")
        start, end = place_of(file.text, "cells", cell - 1, "source")
        self._is_list = file.text[start] == "["
        strings = parts_of(file.text, start) if self._is_list else [(start, end)]
        self._tokens: list[_Token] = []
        before = 0
        for at, until in strings:
            if file.text[at] != '"':
                raise Unfixable("the cell's source is no text")
            self._tokens.append(_Token(file.text, at, until, before))
            before += self._tokens[-1].length
        if before != len(source) or not self._tokens:
            raise Unfixable("the cell's source is written in a way that cannot be edited safely")
        first = self._tokens[0].start
        self._between = (
            file.text[file.text.index(",", self._tokens[0].end) + 1 : self._tokens[1].start]
            if len(self._tokens) > 1
            else file.text[start + 1 : first]
        )

    def edit(self, edit: CodeEdit) -> Edit:
        """The edit in the characters of the notebook."""
        if edit.start == edit.end:
            return self._insertion(edit.start, edit.text)
        first, last = self._holding(edit.start), self._holding(edit.end - 1)
        start = first.places[edit.start - first.before]
        return Edit(start, last.places[edit.end - last.before], self._escaped(edit.text))

    def _holding(self, offset: int) -> _Token:
        return next(token for token in self._tokens if token.before <= offset < token.before + token.length)

    def _insertion(self, offset: int, text: str) -> Edit:
        lines = re.findall(r"[^\n]*\n|[^\n]+\Z", text)
        token = next(
            (each for each in self._tokens if each.before <= offset < each.before + each.length), None
        )
        if token is None:  # behind the last line
            at = self._tokens[-1].end - 1
            if not self._is_list:
                return Edit(at, at, self._escaped(text))
            if not text.startswith("\n") or self._ends_a_line:
                items = "".join(f',{self._between}"{self._escaped(line)}"' for line in lines)
                return Edit(at + 1, at + 1, items)
            items = "".join(f'",{self._between}"{self._escaped(line)}' for line in lines[1:])
            return Edit(at, at, self._escaped(lines[0]) + items)
        if self._is_list and offset == token.before:
            items = "".join(f'"{self._escaped(line)}",{self._between}' for line in lines)
            return Edit(token.start, token.start, items)
        at = token.places[offset - token.before]
        return Edit(at, at, self._escaped(text))

    def _escaped(self, text: str) -> str:
        return json.dumps(text, ensure_ascii=self._ascii)[1:-1]
