"""What a rule found: where, what, why, and how to fix it. Values only; nothing here reads or prints.

Lines and columns are 1-based and count characters. In a notebook `cell` is the 1-based position among
all cells and lines count inside that cell; a fact of the notebook as a whole has no cell.
"""

from __future__ import annotations

import enum

from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Aspect(enum.Enum):
    """The four aspects of a training; rules, records and reports are ordered by them."""

    CODE = "code"
    CONFIG = "config"
    ENVIRONMENT = "environment"
    DATA = "data"


class Span(Value):
    """A place in a file (or in a notebook's cell): 1-based, end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Edit(Value):
    """Replace the characters `start` to `end` of a file's text by `text`.

    Offsets count characters of `SourceFile.text`. `path` names another file than the finding's own.
    """

    start: int
    end: int
    text: str
    path: str | None = None


class Unfixable(Exception):  # noqa: N818  an answer, not an error
    """Raised by `Fix.make` when the edits cannot be made without losing something; says why."""


class Fix(Value):
    """The cure of one finding. Safe ones run with `--fix`, others with `--unsafe-fixes` too.

    `make` returns the edits, or raises `Unfixable`; it is called only when a fix was asked for, so that
    looking for findings does not pay for curing them. `notes` is asked when they were applied: what they
    leave to do.
    """

    title: str
    safe: bool
    make: Callable[[], tuple[Edit, ...]]
    notes: Callable[[], tuple[str, ...]] = tuple


class Finding(Value):
    """One finding, in the words of the public format (`--format json`).

    `source` is the text of its first line, without the end of an endless one; None where the finding is a fact
    of the file, or of the cell, as a whole.
    """

    rule: str
    aspect: Aspect
    kind: str
    path: str
    span: Span
    name: str
    message: str
    help: str
    cell: int | None = None
    value: str | None = None
    fix: Fix | None = None
    source: str | None = None

    @property
    def order(self) -> tuple[str, int, int, int, str]:
        """Sort key: path, cell, line, column, rule."""
        return (self.path, self.cell or 0, self.span.line, self.span.column, self.rule)
