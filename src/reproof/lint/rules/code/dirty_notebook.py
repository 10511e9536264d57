"""The rule `dirty-notebook`: what it says about a notebook. What dirt is and how it goes: `lint/notebooks/`."""

from __future__ import annotations

from reproof.lint.file_types import FileType
from reproof.lint.finding import Aspect, Fix, Span
from reproof.lint.notebooks.dirt import DirtFinder, Stripping
from reproof.lint.notebooks.policy import executed
from reproof.lint.rule import Bad, Good, Rule
from reproof.lint.source import InvalidFile, NotebookFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.config import CheckConfig
    from reproof.lint.finding import Edit, Finding
    from reproof.lint.notebooks.dirt import Dirt
    from reproof.lint.rule import Tools
    from reproof.lint.source import SourceFile

_CLEAN = """{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": null,
   "id": "a1",
   "metadata": {},
   "outputs": [],
   "source": ["print(1)"]
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
_RUN = _CLEAN.replace(
    '"outputs": []', '"outputs": [{"name": "stdout", "output_type": "stream", "text": ["1\\n"]}]'
).replace('"execution_count": null', '"execution_count": 7')
_KEPT = _RUN.replace('"metadata": {},\n   "outputs"', '"metadata": {"tags": ["keep_output"]},\n   "outputs"')
_TIMED = _CLEAN.replace('"metadata": {},\n   "outputs"', '"metadata": {"collapsed": true},\n   "outputs"')
_WIDGETS = _CLEAN.replace(
    '"metadata": {},\n "nbformat"', '"metadata": {"kernelspec": {}, "widgets": {"state": 1}},\n "nbformat"'
)
_CONTRADICTING = _CLEAN.replace(
    '"metadata": {},\n   "outputs"',
    '"metadata": {"keep_output": false, "tags": ["keep_output"]},\n   "outputs"',
)


_FIRST = Span(1, 1, 1, 1)


class DirtyNotebook(Rule):
    """A notebook is committed with what one run left in it: outputs, execution counts, session metadata.

    What it finds:
        Outputs of cells, execution counts (`In [7]`), and metadata that belongs to one session: widget
        state, timings, and which cells were folded or scrolled. It is what nbstripout strips by default,
        in notebooks of any language. Cell ids are not dirt. To keep the output of a cell, tag it
        `keep_output`, or set `"keep_output": true` in its metadata or in that of the whole notebook; counts
        are dirt even there. One finding for each kind, at the first cell that has it.

        `extra-keys` and `keep-metadata-keys` of `[tool.reproof.check.notebooks]` name further metadata and
        exceptions as nbstripout's options do (`cell.metadata.papermill`); nbstripout's own git settings
        (`filter.nbstripout.extrakeys` and `.keepmetadatakeys`) count as well. Where outputs are the product,
        as in a book, `policy = "executed"` (or `executed = ["docs/"]` for some folders) leaves outputs, counts
        and widget state alone, and `out-of-order-cells` then demands that they are complete.

    Why it hurts reproducibility:
        A stored output looks like a result, but nothing ties it to the code above it: the cell may have
        been edited since, or run in another order, with other data. Every run changes the file, so the
        diff that a reviewer should read drowns in images and counters, two branches conflict without
        disagreeing, and rows of private data can be published by a plot or a `df.head()`.

    Instead:
        Commit the code, and let each run make its own outputs: metrics and figures belong in files that
        the training writes and that reproof can record and compare.

    Fix:
        Safe. `reproof check --fix` strips the notebook as nbstripout would. Only what is stripped changes:
        indent, key order, line ends, and how characters are written stay as they are. A notebook whose
        JSON would not survive being read and written (a key that is there twice, NaN, half a surrogate
        pair, a number beyond a float) is reported and left alone.
    """

    name = "dirty-notebook"
    aspect = Aspect.CODE
    files = FileType.NOTEBOOK
    VALID = (
        Good(_CLEAN, path="example.ipynb"),
        Good(_KEPT.replace('"execution_count": 7', '"execution_count": null'), path="example.ipynb"),
    )
    INVALID = (
        Bad(
            _RUN,
            says="outputs are stored in 1 cell",
            path="example.ipynb",
            fixed=_CLEAN,
            names=("execution-counts", "outputs"),
        ),
        Bad(_KEPT, says="execution counts", path="example.ipynb", names=("execution-counts",)),
        Bad(_TIMED, says="(collapsed)", path="example.ipynb", fixed=_CLEAN),
        Bad(
            _WIDGETS,
            says="(widgets)",
            path="example.ipynb",
            fixed=_WIDGETS.replace(', "widgets": {"state": 1}', ""),
        ),
        Bad(_CONTRADICTING, says="remove one of the two", path="example.ipynb"),
    )

    def __init__(self, options: CheckConfig, tools: Tools) -> None:
        super().__init__(options, tools)
        self._executed = executed(options.notebooks)
        self._finders: dict[bool, tuple[Stripping, DirtFinder]] = {}

    def check(self, file: SourceFile) -> Iterator[Finding]:
        """Yield one finding for each kind of dirt, all with the same fix."""
        assert isinstance(file, NotebookFile)
        document = file.document
        if file.encoding not in {"utf-8", "utf-8-sig"}:
            raise InvalidFile(f"not a notebook: notebooks are UTF-8, this is {file.encoding}")
        stripping, finder = self._finder(self._executed(file.path))
        found = finder.find(document, file.raw_cells)
        if not found:
            return
        contradicting = any(dirt.kind == "keep-output-contradiction" for dirt in found)
        fix = None if contradicting else self._fix(file, stripping)
        for dirt in found:
            yield self.finding(
                file,
                _FIRST,
                _message(dirt, fixable=not contradicting),
                name=dirt.kind,
                kind=dirt.kind,
                cell=dirt.cells[0] if dirt.cells else None,
                value=", ".join(dirt.keys) or None,
                help="run `reproof check --fix`" if fix else None,
                fix=fix,
            )

    def _finder(self, executed: bool) -> tuple[Stripping, DirtFinder]:
        if executed not in self._finders:
            own = self.options.notebooks
            extra, kept = self.tools.keys_of_git() if self.tools.keys_of_git else ((), ())
            stripping = Stripping.asked((*extra, *own.extra_keys), (*kept, *own.keep_metadata_keys), executed)
            self._finders[executed] = stripping, DirtFinder(stripping)
        return self._finders[executed]

    def _fix(self, file: NotebookFile, stripping: Stripping) -> Fix | None:
        strip = self.tools.strip_notebook
        if strip is None:
            return None
        made: list[tuple[Edit, ...]] = []

        def make() -> tuple[Edit, ...]:
            if not made:
                from reproof.lint.notebooks.strip import stripping_edits

                made.append(stripping_edits(file.text, strip, stripping))
            return made[0]

        return Fix("strip what the run left in the notebook", True, make)


def _message(dirt: Dirt, fixable: bool) -> str:
    count = len(dirt.cells)
    where = "in 1 cell" if count == 1 else f"in {count} cells, this is the first"
    keys = ", ".join(dirt.keys)
    what = {
        "keep-output-contradiction": f"keep_output is false in the metadata but among the tags {where}",
        "outputs": f"outputs are stored {where}",
        "execution-counts": f"execution counts are stored {where}",
        "metadata": f"metadata of one session ({keys}) is stored {where}",
        "notebook-metadata": f"metadata of one session ({keys}) is stored in the notebook's own metadata",
    }[dirt.kind]
    if dirt.kind == "keep-output-contradiction":
        return f"{what}: remove one of the two, until then nothing is stripped from this notebook"
    if not fixable:
        return f"{what}: strip it once keep_output is settled"
    return f"{what}: strip it before you commit"
