"""The modules of a repository as one file imports them, and how much work a question about them may be.

All work of one question is counted, and ends at a bound, so that no code can make it long. What a module's names
stand for is asked of its `Reader`, in `tracing.py`.
"""

from __future__ import annotations

import posixpath

from reproof.lint.hyperparameters.module import Module
from reproof.lint.parameters.surroundings import folders_up
from reproof.lint.parameters.tracing import Reader
from reproof.lint.source import InvalidFile, NotebookFile, PythonFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from typing import Any

    from reproof.lint.parameters.tracing import Site

MOST_STEPS = 2_000  # of one question; real ones need dozens
MOST_WORK = 500_000  # steps of all questions about a repository
LARGEST_MODULE = 1_000_000  # bytes; what is larger was generated
_LONGEST_CHAIN = 24  # of names that stand for one another


class Project:
    """The modules of one repository that were looked into, seen from one file."""

    def __init__(
        self, file: PythonFile | NotebookFile, module: Module | None = None, most_work: int = MOST_WORK
    ) -> None:
        self.file = file
        self._most_work = most_work
        self._readers: dict[str, Reader | None] = {}
        self._busy: set[tuple[int, int, str]] = set()
        self.places: dict[int, tuple[ast.expr, list[Any]]] = {}  # answers of `paths.py`, by the node's id
        self._steps = 0
        self._work = 0
        self.cuts = 0  # questions that were cut off; what they gave a part to is not remembered
        self.exhausted = False  # whether a bound was met, so that an answer may lack a part
        self.reader = self._readers[file.path] = Reader(self, file, module or Module(file.codes))

    def enter(self, node: ast.AST, site: Site, question: str) -> bool:
        """Whether to go on with a question about a node; each True is to be followed by `leave`."""
        if not self._busy:
            self._work += self._steps
            self._steps = 0
        self._steps += 1
        key = (id(node), id(site.frame), question)
        if key in self._busy:
            self.cuts += 1
            return False
        if self._steps > MOST_STEPS or self._work > self._most_work or len(self._busy) > 2 * _LONGEST_CHAIN:
            self.exhausted = True
            self.cuts += 1
            return False
        self._busy.add(key)
        return True

    def leave(self, node: ast.AST, site: Site, question: str) -> None:
        self._busy.discard((id(node), id(site.frame), question))

    def module(self, dotted: str, level: int, folder: str) -> Reader | None:
        """The project's module of that name as `folder` imports it; None where it is no file of the project."""
        relative = dotted.replace(".", "/")
        if level:
            for _ in range(level - 1):
                folder = posixpath.dirname(folder)
            bases = [folder]
        else:
            bases = [*folders_up(folder), "src"]
        for base in dict.fromkeys(bases):
            stem = posixpath.join(base, relative) if relative else base
            for path in (f"{stem}.py", posixpath.join(stem, "__init__.py")):
                reader = self._reader(path)
                if reader is not None:
                    return reader
        return None

    def of(self, file: PythonFile | NotebookFile) -> Reader:
        """The reader of a file that is there already."""
        reader = self._readers.get(file.path)
        if reader is None:
            reader = self._readers[file.path] = Reader(self, file, Module(file.codes))
        return reader

    def _reader(self, path: str) -> Reader | None:
        if path not in self._readers:
            self._readers[path] = None
            file = self.file.neighbour(path)
            if isinstance(file, PythonFile) and len(file.data) <= LARGEST_MODULE:
                try:
                    self._readers[path] = Reader(self, file, Module(file.codes))
                except InvalidFile:
                    return None
        return self._readers[path]
