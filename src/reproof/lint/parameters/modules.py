"""Whether a module is only imported: then no folder is the one that it runs in, and no relative path is right.

A module of a package is imported by a script, a service or a test, each started from a folder of its own. What runs
by itself is left alone: a DVC stage, a `__main__` guard, a training or a command line at the module's own level.
"""

from __future__ import annotations

import ast
import posixpath

from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.nodes import last_name
from reproof.lint.parameters.trees import parses

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reproof.lint.parameters.dvc_edits import Stage
    from reproof.lint.source import NotebookFile, PythonFile

# What only a script does as it is read: no library trains, prints or reads the command line when imported.
_RUNS = names(
    "main parse_args parse_known_args print backward cross_val_score cross_validate minimize optimize"
)
_TRAINS = ("fit", "train")
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def only_imported(file: PythonFile | NotebookFile, stages: Sequence[Stage]) -> bool:
    """Whether a file is a module of a package that nothing says is run by itself."""
    path = file.path
    if stages or path.endswith(".ipynb") or posixpath.basename(path) == "__main__.py":
        return False
    if file.neighbour(posixpath.join(file.folder, "__init__.py")) is None:
        return False
    return not any(_runs(node) for code in file.codes if parses(code) for node in _own_level(code.tree))


def _runs(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        name = last_name(node.func)
        return name in _RUNS or name.startswith(_TRAINS)
    return isinstance(node, ast.Compare) and getattr(node.left, "id", "") == "__name__"


def _own_level(tree: ast.Module) -> Iterator[ast.AST]:
    """What is run when the module is read: everything but the bodies of functions and classes."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        yield node
        todo += [child for child in ast.iter_child_nodes(node) if not isinstance(child, _SCOPES)]
