"""A file as the rules see it: bytes, text, tree and cells, each made once, whichever rule asks first.

Nothing here opens a file: `lint/files.py` hands in the bytes and a `Neighbours` that reads other files of
the repository for the rules that must look beside (locks, `-r` files). What cannot be decoded or parsed
raises `InvalidFile`, which the linter turns into one `invalid-file` finding.
"""

from __future__ import annotations

import bisect
import re
import sys

from reproof.lint.file_types import FileType, file_type
from reproof.lint.finding import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Sequence
    from typing import Any

    Neighbours = Callable[[str], "SourceFile | None"]


class InvalidFile(Exception):  # noqa: N818  named after the finding that it becomes
    """The file cannot be read as what its name says. `line` is 1-based, counted in `cell` if given."""

    def __init__(self, message: str, line: int = 1, column: int = 1, cell: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.cell = cell


class SourceFile:
    """One file of the repository: path, bytes, and lazily its text and line table."""

    def __init__(self, path: str, data: bytes, neighbours: Neighbours | None = None) -> None:
        self.path = path
        self.data = data
        self.type = file_type(path)
        self._neighbours = neighbours
        self.listing: Callable[[], Sequence[str]] | None = None  # of the repository; set by the tree
        self.tracks: Callable[[str], bool | None] | None = None  # git's index; set by the tree
        self.before: bytes | None = None  # where a fix of this run changed it; set by the tree
        self._text: str | None = None
        self._line_starts: list[int] | None = None
        self._lines: tuple[str, list[str]] | None = None
        self.encoding = "utf-8"

    def neighbour(self, path: str) -> SourceFile | None:
        """Another file of the repository by its root-relative path; None where there is none to read."""
        return self._neighbours(path) if self._neighbours else None

    def repository(self) -> Sequence[str]:
        """The paths of all files of the repository, for the rule that must know who else reads this one."""
        return self.listing() if self.listing else ()

    def is_tracked(self, path: str) -> bool | None:
        """Whether git's index has a file, so that the next commit has it, too; None where nobody can say."""
        return self.tracks(path) if self.tracks else None

    @property
    def folder(self) -> str:
        """The folder of this file, POSIX and root-relative; empty for the root."""
        return self.path.rpartition("/")[0]

    @property
    def text(self) -> str:
        """The decoded text with its own line ends, without a byte order mark; raises `InvalidFile`."""
        if self._text is None:
            self._text = self._decode()
        return self._text

    def encode(self, text: str) -> bytes:
        """The bytes of a changed text in this file's own encoding, byte order mark included."""
        if self.encoding == "utf-16":  # in the byte order that the file has, not the machine's
            order = "utf-16-be" if self.data.startswith(b"\xfe\xff") else "utf-16-le"
            return self.data[:2] + text.encode(order)
        return text.encode(self.encoding)

    def _decode(self) -> str:
        if self.data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
            raise InvalidFile("not utf-8 text but utf-32, which next to no tool reads: save it as UTF-8")
        if self.data.startswith(b"\xef\xbb\xbf"):
            self.encoding = "utf-8-sig"
        elif self.data.startswith((b"\xff\xfe", b"\xfe\xff")):
            self.encoding = "utf-16"
        try:
            return self.data.decode(self.encoding)
        except UnicodeDecodeError as error:
            line = self.data.count(b"\n", 0, error.start) + 1
            raise InvalidFile(f"not {self.encoding} text: {error.reason}", line) from None
        except UnicodeError as error:  # of some codecs of the standard library
            raise InvalidFile(f"not {self.encoding} text: {error}") from None

    def line(self, number: int, cell: int | None = None) -> str | None:
        """The text of a 1-based line, in a notebook's cell if given, without its end; None where there is none."""
        try:
            text = self._cell_text(cell) if cell else self.text
        except InvalidFile:
            return None
        if self._lines is None or self._lines[0] is not text:
            self._lines = text, re.split(r"\r\n|\n|\r", text)
        lines = self._lines[1]
        return lines[number - 1] if 0 < number <= len(lines) else None

    def _cell_text(self, cell: int) -> str:
        raise InvalidFile(f"no notebook, so no cell {cell}")

    def span(self, start: int, end: int) -> Span:
        """The span of the characters `start` to `end` of the text."""
        return Span(*self._position(start), *self._position(end))

    def _position(self, offset: int) -> tuple[int, int]:
        if self._line_starts is None:
            self._line_starts = line_starts(self.text)
        return _position(self._line_starts, offset)


def span_at(starts: list[int], start: int, end: int) -> Span:
    """The span of the characters `start` to `end` of a text whose `line_starts` these are."""
    return Span(*_position(starts, start), *_position(starts, end))


def _position(starts: list[int], offset: int) -> tuple[int, int]:
    line = bisect.bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1


def line_starts(text: str) -> list[int]:
    """Offsets of the first character of each line; `\\n`, `\\r\\n` and `\\r` end a line."""
    return [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text))]


class Code:
    """Python source with its tree: a whole `.py` file, or one code cell of a notebook.

    It does not know its file: a cycle would keep the trees of a run until the collector goes through them.
    """

    def __init__(self, text: str, cell: int | None = None, tags: tuple[str, ...] = ()) -> None:
        self.text = text
        self.cell = cell
        self.tags = tags
        # The cell in which papermill looks for a notebook's parameters, and the one that it adds to set them.
        self.declares_parameters = not {"parameters", "injected-parameters"}.isdisjoint(tags)
        self._tree: ast.Module | None = None
        self._lines: list[str] | None = None

    @property
    def tree(self) -> ast.Module:
        """The syntax tree; raises `InvalidFile` where the source does not parse."""
        if self._tree is None:
            from reproof.lint.ipython import parse_cell, parse_script

            parse = parse_script if self.cell is None else parse_cell
            self._tree = parse(self.text, lambda text: _parse(text, self.cell))
        return self._tree

    @property
    def lines(self) -> list[str]:
        if self._lines is None:
            self._lines = re.split(r"\r\n|\n|\r", self.text)
        return self._lines

    def span(self, node: ast.AST) -> Span:
        """The span of a node, in characters (the tree counts UTF-8 bytes)."""
        line: int = node.lineno  # type: ignore[attr-defined]
        end_line: int = node.end_lineno  # type: ignore[attr-defined]
        return Span(
            line,
            self._column(line, node.col_offset),  # type: ignore[attr-defined]
            end_line,
            self._column(end_line, node.end_col_offset),  # type: ignore[attr-defined]
        )

    def source_of(self, node: ast.AST) -> str:
        """The node's own source text."""
        span = self.span(node)
        if span.line == span.end_line:
            return self.lines[span.line - 1][span.column - 1 : span.end_column - 1]
        middle = self.lines[span.line : span.end_line - 1]
        first = self.lines[span.line - 1][span.column - 1 :]
        return "\n".join([first, *middle, self.lines[span.end_line - 1][: span.end_column - 1]])

    def _column(self, line: int, byte: int) -> int:
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        if text.isascii():
            return byte + 1
        return len(text.encode("utf-8")[:byte].decode("utf-8", "replace")) + 1


class PythonFile(SourceFile):
    """A `.py` file: one piece of code."""

    def __init__(self, path: str, data: bytes, neighbours: Neighbours | None = None) -> None:
        super().__init__(path, data, neighbours)
        self._codes: tuple[Code, ...] | None = None

    def _decode(self) -> str:
        declared = re.match(
            rb"^(?:[ \t\f]*(?:#.*)?\r?\n)?[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", self.data[:400]
        )
        if declared and not self.data.startswith(b"\xef\xbb\xbf"):
            self.encoding = declared.group(1).decode("ascii")
            try:
                "".encode(self.encoding)
            except (LookupError, UnicodeError):
                raise InvalidFile(f"unknown encoding {self.encoding!r}") from None
        return super()._decode()

    @property
    def codes(self) -> tuple[Code, ...]:
        if self._codes is None:
            self._codes = (Code(self.text),)
        return self._codes


class RequirementsFile(SourceFile):
    """A requirements or constraints file: only its comments may hold what is not UTF-8, as old files do."""

    def _decode(self) -> str:
        try:
            return super()._decode()
        except InvalidFile:
            if self.encoding != "utf-8":
                raise
            self.encoding = "latin-1"  # a character a byte: every byte outside an edit stays as it is
            return self.data.decode(self.encoding)


class Cell:
    """One cell of a notebook: its position, kind, source and metadata, as the file has them."""

    __slots__ = ("index", "kind", "metadata", "raw")

    def __init__(self, index: int, raw: dict[str, Any]) -> None:
        self.index = index
        self.raw = raw
        self.kind: str = raw.get("cell_type", "")
        metadata = raw.get("metadata")
        self.metadata: dict[str, Any] = metadata if isinstance(metadata, dict) else {}

    @property
    def tags(self) -> tuple[str, ...]:
        """The cell's tags; none where the file has something else than a list of them."""
        tags = self.metadata.get("tags")
        return tuple(str(tag) for tag in tags) if isinstance(tags, list) else ()

    @property
    def source(self) -> str:
        """The cell's text, whether the file has it as one string or as lines."""
        return source_of_cell(self.raw)


def source_of_cell(raw: dict[str, Any]) -> str:
    """The text of a cell as JSON, whether the file has it as one string or as lines."""
    source = raw.get("source", raw.get("input", ""))
    if not isinstance(source, list):
        return str(source)
    try:
        return "".join(source)
    except TypeError:
        return "".join(map(str, source))


class NotebookFile(SourceFile):
    """A Jupyter notebook, nbformat 3 and 4, read with the JSON parser alone."""

    def __init__(self, path: str, data: bytes, neighbours: Neighbours | None = None) -> None:
        super().__init__(path, data, neighbours)
        self._document: dict[str, Any] | None = None
        self._cells: tuple[Cell, ...] | None = None
        self._codes: tuple[Code, ...] | None = None

    @property
    def document(self) -> dict[str, Any]:
        """The notebook as JSON; raises `InvalidFile` where it is not a notebook."""
        if self._document is None:
            self._document = self._load()
        return self._document

    def _load(self) -> dict[str, Any]:
        import json

        try:
            document = json.loads(self.text)
        except json.JSONDecodeError as error:
            raise InvalidFile(f"not JSON: {error.msg}", error.lineno, error.colno) from None
        except RecursionError:
            raise InvalidFile("not a notebook: JSON nested too deeply") from None
        except ValueError as error:
            raise InvalidFile(f"not JSON that can be read: {error}") from None
        if not isinstance(document, dict) or not isinstance(_raw_cells(document), list):
            raise InvalidFile("not a notebook: no list of cells")
        return document

    def _cell_text(self, cell: int) -> str:
        raw = self.raw_cells
        return source_of_cell(raw[cell - 1]) if cell <= len(raw) else ""

    @property
    def raw_cells(self) -> list[dict[str, Any]]:
        """The cells as JSON, those of all worksheets one after the other; raises `InvalidFile`."""
        raw = _raw_cells(self.document) or []
        for index, cell in enumerate(raw, 1):
            if not isinstance(cell, dict):
                raise InvalidFile(f"not a notebook: cell {index} is not an object")
        return raw

    @property
    def cells(self) -> tuple[Cell, ...]:
        if self._cells is None:
            self._cells = tuple(Cell(index, cell) for index, cell in enumerate(self.raw_cells, 1))
        return self._cells

    @property
    def language(self) -> str:
        """The kernel's language, lower case; Python where the notebook does not say."""
        metadata = self.document.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        for holder, key in (("language_info", "name"), ("kernelspec", "language")):
            value = metadata.get(holder)
            if isinstance(value, dict) and isinstance(value.get(key), str):
                return str(value[key]).lower()
        return "python"

    @property
    def codes(self) -> tuple[Code, ...]:
        """The Python code cells; cells of other languages (by kernel or by `%%` magic) are left out."""
        if self._codes is None:
            from reproof.lint.ipython import foreign_cell

            cells = self.cells if self.language in {"python", "ipython", "python3"} else ()
            self._codes = tuple(
                Code(cell.source, cell.index, cell.tags)
                for cell in cells
                if cell.kind == "code" and not foreign_cell(cell.source)
            )
        return self._codes


def open_source(path: str, data: bytes, neighbours: Neighbours | None = None) -> SourceFile:
    """The right kind of `SourceFile` for a path."""
    kind = file_type(path)
    if FileType.PYTHON in kind:
        return PythonFile(path, data, neighbours)
    if FileType.NOTEBOOK in kind:
        return NotebookFile(path, data, neighbours)
    if FileType.REQUIREMENTS in kind:
        return RequirementsFile(path, data, neighbours)
    return SourceFile(path, data, neighbours)


def _raw_cells(document: dict[str, Any]) -> list[Any] | None:
    cells = document.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = document.get("worksheets")  # nbformat 3 and older
    if not isinstance(sheets, list) or not all(isinstance(sheet, dict) for sheet in sheets):
        return None
    lists = [sheet.get("cells", []) for sheet in sheets]
    return (
        [cell for cells in lists for cell in cells] if all(isinstance(each, list) for each in lists) else None
    )


def _parse(text: str, cell: int | None = None) -> ast.Module:
    import ast
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes in the user's strings are not ours to tell
            return ast.parse(text)
    except SyntaxError as error:
        raise InvalidFile(
            f"{_not_python()}: {error.msg}", error.lineno or 1, error.offset or 1, cell
        ) from None
    except ValueError as error:
        raise InvalidFile(f"{_not_python()}: {error}", cell=cell) from None
    except (RecursionError, MemoryError):
        raise InvalidFile("not Python that can be parsed: nested too deeply", cell=cell) from None


def _not_python() -> str:
    """With the version that said so: a newer one takes more."""
    return "not Python {}.{}".format(*sys.version_info)
