"""Where a project keeps its parameters, and from which folder a script opens them.

The parameters file is, in this order: what `[tool.reproof] params` names, what the script's DVC stage reads, the
nearest `params.yaml` in the script's folder or above, else a new `params.yaml` in the project's folder: the
nearest one with a file that says "a project begins here" (`pyproject.toml`, `requirements.txt`, `dvc.yaml`, …),
else the repository's root.

The code opens it as its run sees it. A DVC stage runs in its `wdir`, a notebook in its own folder, a script in
the project's folder; a script (or notebook) whose own literal paths lead to files from elsewhere runs there.
"""

from __future__ import annotations

import ast
import posixpath
import re

from reproof.lint.finding import Unfixable
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.parameters.trees import parses
from reproof.lint.source import InvalidFile
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.source import NotebookFile, PythonFile, SourceFile

_MARKERS = names(
    "pyproject.toml requirements.txt dvc.yaml reproof.toml setup.py setup.cfg environment.yml environment.yaml "
    "Pipfile pixi.toml conda.yaml requirements.in"
)
_MOST_PATHS = 40
_PATH = re.compile(r"[\w.~-][\w./~-]{0,150}\.\w{1,10}")


class Home(Value):
    """The root-relative path of the parameters file, how the code opens it, and why it is that one."""

    path: str
    opened: str
    exists: bool


def folders_up(folder: str) -> Iterator[str]:
    """The folder, its parents, and the root, which is empty."""
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def configured(file: SourceFile) -> tuple[str, ...]:
    """The files that `[tool.reproof] params` names, relative to the root."""
    for name, tables in (("reproof.toml", ()), ("pyproject.toml", ("tool", "reproof"))):
        other = file.neighbour(name)
        if other is None or b"params" not in other.data:
            continue
        from reproof.lint.requirements.pyproject import table_at
        from reproof.lint.requirements.toml_places import parse_toml

        try:
            named = table_at(parse_toml(other.text), *tables).get("params")
        except InvalidFile:
            continue
        if isinstance(named, list) and named and all(isinstance(each, str) for each in named):
            return tuple(posixpath.normpath(each) for each in named)
    return ()


def home_of(file: PythonFile | NotebookFile, stage_params: str | None, run_in: str | None) -> Home:
    """The parameters file of a script; `stage_params` and `run_in` are what its DVC stage says, if any.

    Raises `Unfixable` where the file that is named is no YAML.
    """
    named = configured(file)
    if named:
        path = next((each for each in named if each.endswith((".yaml", ".yml"))), named[0])
        base = ""
    elif stage_params is not None:
        path, base = stage_params, posixpath.dirname(stage_params)
    else:
        base = _project_folder(file)
        path = posixpath.join(base, "params.yaml")
    if not path.endswith((".yaml", ".yml")):
        raise Unfixable(
            f"the parameters stand in {path}, and only YAML files are extended: move the value by hand"
        )
    if run_in is None:
        run_in = _run_in(file, base)
    opened = posixpath.relpath(path, run_in or ".")
    return Home(path, opened, file.neighbour(path) is not None)


def _project_folder(file: SourceFile) -> str:
    """The folder of the nearest `params.yaml`, else of the nearest file that marks a project, else the root."""
    for group in (("params.yaml",), _MARKERS):
        for folder in folders_up(file.folder):
            if any(file.neighbour(posixpath.join(folder, name)) is not None for name in group):
                return folder
    return ""


def _run_in(file: PythonFile | NotebookFile, project: str) -> str:
    """The folder in which the code runs: where its own relative paths lead to files, else the usual one."""
    usual = file.folder if file.path.endswith(".ipynb") else project
    other = project if usual == file.folder else file.folder
    if usual == other:
        return usual
    votes = {usual: 0, other: 0}
    for path in _paths_in(file):
        for folder in votes:
            target = posixpath.normpath(posixpath.join(folder, path))
            votes[folder] += not target.startswith("..") and file.neighbour(target) is not None
    return other if votes[other] > votes[usual] else usual


def _paths_in(file: PythonFile | NotebookFile) -> list[str]:
    """The relative paths of files that stand in the code as literals."""
    found: dict[str, None] = {}
    for code in file.codes:
        for node in ast.walk(code.tree) if parses(code) else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _PATH.fullmatch(node.value):
                found[node.value] = None
    return list(found)[:_MOST_PATHS]
