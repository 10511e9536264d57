"""The rule `out-of-order-cells`: what it says about a notebook. What counts tell: `lint/notebooks/order.py`."""

from __future__ import annotations

from reproof.lint.file_types import FileType
from reproof.lint.finding import Aspect, Span
from reproof.lint.notebooks.order import disorder, failed, incomplete
from reproof.lint.notebooks.policy import executed
from reproof.lint.rule import Bad, Good, Rule
from reproof.lint.source import NotebookFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.config import CheckConfig
    from reproof.lint.finding import Finding
    from reproof.lint.rule import Tools
    from reproof.lint.source import SourceFile


def _notebook(*counts: str) -> str:
    cells = ",\n".join(
        f'  {{"cell_type": "code", "execution_count": {count}, "metadata": {{}}, "outputs": [], '
        f'"source": ["step({number})"]}}'
        for number, count in enumerate(counts, 1)
    )
    return f'{{\n "cells": [\n{cells}\n ],\n "metadata": {{}},\n "nbformat": 4,\n "nbformat_minor": 4\n}}\n'


_RESTART = (
    "restart the kernel, run all cells, save, and commit again; "
    "`reproof check --fix --unsafe-fixes` strips the notebook as it is"
)
_FIRST = Span(1, 1, 1, 1)


class OutOfOrderCells(Rule):
    """The execution counts of a notebook say that its cells were not run once, from top to bottom.

    What it finds:
        Counts other than 1, 2, 3, … in the order of the cells: a cell that ran after one below it, two
        cells with one count, and counts that are missing because a cell was run again, or was deleted.
        Cells without a count are passed over, so a cleaned notebook is silent; so is a notebook without any
        count. One finding for each notebook, which names the cells.

        With `policy = "executed"` in `[tool.reproof.check.notebooks]`, where outputs are the product, also a
        cell that was not run, and a stored error (but in a cell tagged `raises-exception`).

    Why it hurts reproducibility:
        What the outputs show came from an order of steps that is written nowhere. Run from top to bottom,
        the notebook may give other numbers, or stop.

    Instead:
        Restart the kernel and run all cells before you commit. If that fails, the notebook has told you so,
        and not your colleague.

    Fix:
        None, and none of `dirty-notebook` either: where this rule is selected and finds something, `--fix`
        does not strip the notebook, since the next commit would then pass without anything having been
        mended. `--fix --unsafe-fixes` strips it as it is.
    """

    name = "out-of-order-cells"
    aspect = Aspect.CODE
    files = FileType.NOTEBOOK
    holds_back = ("dirty-notebook", f"not by `--fix`, which would strip the evidence: {_RESTART}")
    VALID = (
        Good(_notebook("1", "2", "3"), path="example.ipynb"),
        Good(_notebook("null", "null"), path="example.ipynb"),
        Good(_notebook("1", "null", "2"), path="example.ipynb"),
    )
    INVALID = (
        Bad(_notebook("1", "3", "2"), says="cell 2 ran after cell 3", path="example.ipynb", names=("order",)),
        Bad(_notebook("1", "2", "5"), says="2 other runs", path="example.ipynb", names=("rerun",)),
        Bad(_notebook("4", "5"), says="cell 1 is In [4]", path="example.ipynb", names=("rerun",)),
        Bad(
            _notebook("1", "1"), says="cells 1 and 2 have one count", path="example.ipynb", names=("copied",)
        ),
    )

    def __init__(self, options: CheckConfig, tools: Tools) -> None:
        super().__init__(options, tools)
        self._executed = executed(options.notebooks)

    def check(self, file: SourceFile) -> Iterator[Finding]:
        """Yield what the counts tell; of a notebook that is committed as it was run, what is missing, too."""
        assert isinstance(file, NotebookFile)
        cells = file.raw_cells
        found = [disorder(cells)]
        if self._executed(file.path):
            found += [incomplete(cells), failed(cells)]
        for wrong in found:
            if wrong is not None:
                yield self.finding(
                    file,
                    _FIRST,
                    f"the cells were not run once, top to bottom: {wrong.words}",
                    name=wrong.kind,
                    kind=wrong.kind,
                    cell=wrong.cell,
                    help=_RESTART
                    if not self._executed(file.path)
                    else "restart, run all cells, save, commit again",
                )
