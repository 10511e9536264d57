"""The rule `undefined-in-order`: what it says of a notebook's names. What is known: `lint/notebooks/names.py`."""

from __future__ import annotations

import json

from reproof.lint.file_types import FileType
from reproof.lint.finding import Aspect, Span
from reproof.lint.notebooks.name_check import Names, without_outputs
from reproof.lint.rule import Bad, Good, Rule
from reproof.lint.source import NotebookFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from reproof.config import CheckConfig
    from reproof.lint.finding import Finding
    from reproof.lint.notebooks.name_check import NameCheck, Use
    from reproof.lint.rule import Tools
    from reproof.lint.source import SourceFile


_NOTHING = Names()


def _notebook(*sources: str) -> str:
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": [source]}
        for source in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1) + "\n"


class UndefinedInOrder(Rule):
    """A notebook uses a name before the cell that defines it, or one that no cell defines.

    What it finds:
        Names that are undefined when the code cells run once, from top to bottom, as one module: used above
        the cell that defines them (the message names both cells), or defined in no cell at all, so that they
        only existed in the memory of somebody's session. One finding for each name of a notebook. ruff looks
        (F821), once for all notebooks, and honours `# noqa`.

        Known are IPython's names (`In`, `Out`, `_`, `get_ipython`, `display`), names that magics mention
        (`%%capture out`, `%time df = …`), parameters that papermill wrote into the metadata, and those of
        `builtins` in `[tool.reproof.check.notebooks]`, such as `["spark", "dbutils"]`. A cell tagged
        `raises-exception` is left alone, and so is a notebook in which names come unseen: `%run`, `%pylab`,
        `%store -r`, star imports, `exec`. A notebook with a cell that does not parse, and one of nbformat 3,
        is not checked, and that is said. A function that is called above what it needs is not seen.

    Why it hurts reproducibility:
        Run from top to bottom the notebook stops, or worse, finds another thing under that name. Who wrote it
        does not notice, since the session still remembers.

    Instead:
        Move the definition up, or write it; then restart the kernel and run all cells.

    Fix:
        None.
    """

    name = "undefined-in-order"
    aspect = Aspect.CODE
    files = FileType.NOTEBOOK
    waits = True
    VALID = (
        Good(_notebook("x = 1", "print(x)"), path="example.ipynb"),
        Good(_notebook("def show():\n    print(x)", "x = 1", "show()"), path="example.ipynb"),
        Good(_notebook("%%capture out\nprint(1)", "display(out, _)"), path="example.ipynb"),
    )
    INVALID = (
        Bad(
            _notebook("print(x)", "x = 1"),
            says="above cell 2, which defines it",
            path="example.ipynb",
            names=("x",),
        ),
        Bad(_notebook("y = x + 1"), says="no cell defines it", path="example.ipynb", names=("x",)),
    )

    def __init__(self, options: CheckConfig, tools: Tools) -> None:
        super().__init__(options, tools)
        self._builtins = frozenset(options.notebooks.builtins)
        self._check: NameCheck | None = None
        self._prepared: frozenset[str] = frozenset()
        self._later: frozenset[str] = frozenset()
        self._unchecked: dict[str, str] = {}

    def prepare(self, files: Mapping[str, str | bytes | None]) -> None:
        """Start the check of all notebooks, so that it runs while the other rules look."""
        if files and self.tools.check_names:
            self._prepared = frozenset(files)
            self._later = frozenset(path for path, where in files.items() if where is None)
            self._check = self.tools.check_names(files)

    def read(self, file: SourceFile) -> None:
        """Hand over a large notebook without its outputs, which somebody has parsed already."""
        if self._check and file.path in self._later:
            assert isinstance(file, NotebookFile)
            whole = "cells" not in file.document  # as nbformat 3 has it
            self._check.add(file.path, file.data if whole else without_outputs(file.document, file.raw_cells))

    def proceed(self, path: str) -> None:
        """Let the check go on with what was handed over."""
        if self._check and path in self._later:
            self._check.proceed(path)

    def has_answer(self, path: str) -> bool:
        """Whether something was found in a notebook, so that it is worth opening once more."""
        if self._check is None or path not in self._prepared:
            return True
        said = self._check.names(path)
        if said.problem is not None and said.cell is not None:
            self._leave(path, said)  # a cell that does not parse: nothing more to be seen in the file
            return False
        return said != _NOTHING

    def close(self) -> None:
        """Nobody waits any more."""
        if self._check:
            self._check.stop()

    def notes(self) -> list[str]:
        """What was not checked, and why."""
        shown = [f"{path}: names are not checked: {why}" for path, why in sorted(self._unchecked.items())[:3]]
        more = len(self._unchecked) - len(shown)
        return shown + ([f"and names of {more} more notebooks, for like reasons"] if more else [])

    def check(self, file: SourceFile) -> Iterator[Finding]:
        """Yield one finding for each name that is undefined in order."""
        assert isinstance(file, NotebookFile)
        if not file.codes:
            return
        from reproof.lint.notebooks import names as known

        said = self._names(file)
        if known.second_python(file):
            return
        if said.problem is not None:
            self._leave(file.path, said)
            return
        uses = [
            use for use in said.uses if not known.is_ipythons(use.name) and use.name not in self._builtins
        ]
        if not uses or known.hides_definitions(file):
            return
        seen = set(known.known_names(file))
        meant = {cell.index for cell in file.cells if "raises-exception" in cell.tags}
        for use in uses:
            if use.name not in seen and use.cell not in meant:
                seen.add(use.name)
                yield self._finding(file, use)

    def _leave(self, path: str, said: Names) -> None:
        where = f"cell {said.cell}: " if said.cell else ""
        self._unchecked.setdefault(path, f"{where}{said.problem}")

    def _finding(self, file: NotebookFile, use: Use) -> Finding:
        from reproof.lint.notebooks.names import defined_below

        place = defined_below(file.codes, use)
        below = place[0] if place else None
        if below is None:
            what = f"`{use.name}` is used in cell {use.cell}, and no cell defines it"
            next_step = "define or import it above; a name that the kernel defines belongs in `builtins`"
        elif below == use.cell:
            what = f"`{use.name}` is used in cell {use.cell} above the line that defines it"
            next_step = "move the definition up"
        else:
            what = f"`{use.name}` is used in cell {use.cell}, above cell {below}, which defines it"
            next_step = f"move cell {below} up, then restart the kernel and run all cells"
        return self.finding(
            file,
            Span(use.line, use.column, use.line, use.end_column),
            f"{what}: run from top to bottom, the notebook stops here",
            name=use.name,
            kind="hidden-state" if below is None else "used-above",
            cell=use.cell,
            help=next_step,
        )

    def _names(self, file: NotebookFile) -> Names:
        if self._check and file.path in self._prepared and _same_code(file):
            return self._check.names(file.path)
        if not self.tools.check_names:
            return _NOTHING
        check = self.tools.check_names({file.path: file.data})
        try:
            return check.names(file.path)
        finally:
            check.stop()


def _same_code(file: NotebookFile) -> bool:
    """Whether the code is what was checked: stripping a notebook does not change it, other fixes do."""
    if file.before is None:
        return True
    before = NotebookFile(file.path, file.before)
    return [code.text for code in before.codes] == [code.text for code in file.codes]
