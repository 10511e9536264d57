"""Keys of a params file that nobody reads, told only where everybody who may read it is known.

The whole repository is asked: Python and notebooks are followed (`reads.py`, `path_uses.py`), DVC's own files
are read, and any other text that may read the file, any loader of an unknown file, and whatever is too large
to be looked at, ends in silence.
"""

from __future__ import annotations

import posixpath
import re

from reproof.lint.file_types import FileType, file_type
from reproof.lint.parameters.keys import ParamsFile, interpolations, read_params, spelled
from reproof.lint.parameters.mentions import is_text, may_read, read_pipeline
from reproof.lint.parameters.objects import Objects
from reproof.lint.parameters.path_uses import PathUses
from reproof.lint.parameters.project import Project
from reproof.lint.parameters.reads import Reads
from reproof.lint.parameters.trees import parses
from reproof.lint.source import InvalidFile, NotebookFile, PythonFile
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.parameters.uses import Door
    from reproof.lint.source import SourceFile

    Keys = tuple[str, ...]

# Above these bounds nobody is asked: looking at all of it would cost the commit seconds.
MOST_FILES = 2_000
MOST_BYTES = 48_000_000
MOST_MODULES = 300

_LOADS = re.compile(rb"yaml|toml|omegaconf|\bjson\b|hydra|dynaconf|\bbox\b|munch", re.IGNORECASE)
_CODE = FileType.PYTHON | FileType.NOTEBOOK
# Which loaders read which kind of file.
_READ_BY = {
    ".yaml": {"yaml", "omegaconf", "hydra", "dynaconf"},
    ".yml": {"yaml", "omegaconf", "hydra", "dynaconf"},
    ".json": {"json", "yaml", "omegaconf", "dynaconf"},
    ".toml": {"toml", "dynaconf"},
}


class _Unknown(Exception):  # noqa: N818  an answer: somebody may read the file in a way that nobody follows
    pass


class _Used(Value):
    """What is read: `whole` keys with all that is below them, `exact` ones alone."""

    whole: set[Keys]
    exact: set[Keys]

    def reads(self, keys: Keys) -> bool:
        """Whether the key is read, or something above it as a whole, or something below it."""
        if any(keys[:length] in self.whole for length in range(len(keys) + 1)):
            return True
        return any(other[: len(keys)] == keys for other in (*self.exact, *self.whole))


def unused(file: SourceFile) -> list[tuple[Keys, tuple[int, int]]]:
    """The keys of a params file that nobody reads, with their offsets, in the order of the file.

    Where nothing below a key is read, the key alone is told. Raises `InvalidFile` where the file is not what
    its name says.
    """
    params = read_params(file)
    if not params.places:
        return []
    try:
        used = _used(file, params)
    except _Unknown:
        return []
    return [(keys, params.places[keys]) for keys in _unread(params, used)]


def _unread(params: ParamsFile, used: _Used) -> Iterator[Keys]:
    told: set[Keys] = set()
    for keys in params.places:
        if keys[:-1] in told:
            told.add(keys)
        elif not keys[-1].startswith(("_", ".", "x-")) and not used.reads(tuple(map(spelled, keys))):
            told.add(keys)
            yield keys


def _used(file: SourceFile, params: ParamsFile) -> _Used:
    """The keys that are read. Raises `_Unknown`."""
    name = posixpath.basename(file.path)
    texts, modules = _everybody(file)
    options: set[str] = set()
    used = _read_by_code(file, name, modules, options) if modules else _Used(set(), set())
    templates: set[Keys] = set()
    listed: set[Keys] = set()
    for text in texts:
        if posixpath.basename(text.path) == "dvc.yaml":
            pipeline = read_pipeline(text, file.path)
            if pipeline is None or pipeline.may_read(name, options):
                raise _Unknown
            listed |= pipeline.keys
            templates |= set(interpolations(text.data.decode("utf-8", "replace")))
        elif text.path != file.path and may_read(text, name, options):
            raise _Unknown
    if () in listed or not (used.exact or used.whole or templates):
        raise _Unknown
    others = {*listed, *templates, *params.interpolations(), *params.shared}
    return _Used(used.whole | {tuple(map(spelled, keys)) for keys in others}, used.exact)


def _everybody(file: SourceFile) -> tuple[list[SourceFile], list[PythonFile | NotebookFile]]:
    """The texts that may name the file, and the modules that may read it. Raises `_Unknown` above the bounds."""
    name = posixpath.basename(file.path).encode()
    project = _project_folder(file)
    texts: list[SourceFile] = []
    code: list[PythonFile | NotebookFile] = []
    size = 0
    wanted = [path for path in file.repository() if file_type(path) & _CODE or is_text(path)]
    if len(wanted) > MOST_FILES:
        raise _Unknown
    for path in wanted:
        if not _is_near(path, project):
            continue
        other = file.neighbour(path)
        if other is None:
            continue
        size += len(other.data)
        if size > MOST_BYTES:
            raise _Unknown
        if isinstance(other, PythonFile | NotebookFile):
            code.append(other)
        elif name in other.data or posixpath.basename(path) == "dvc.yaml":
            texts.append(other)
    return texts, _relevant(code, name)


def _project_folder(file: SourceFile) -> str:
    """The nearest folder at or above the file that has Python below it: the file is that project's."""
    folders = {path.rpartition("/")[0] + "/" for path in file.repository() if file_type(path) & _CODE}
    folder = file.folder
    while folder and not any(each.startswith(f"{folder}/") for each in folders):
        folder = posixpath.dirname(folder)
    return folder


def _is_near(path: str, project: str) -> bool:
    """Whether a file lies in the project's folder, or in one above it: a sibling project is another one."""
    folder = path.rpartition("/")[0]
    return (
        not project or f"{path}".startswith(f"{project}/") or not folder or project.startswith(f"{folder}/")
    )


def _relevant(code: list[PythonFile | NotebookFile], name: bytes) -> list[PythonFile | NotebookFile]:
    """The modules that name the file or a loader, and those that import one of these, and so on."""
    found = [file for file in code if name in file.data or _LOADS.search(file.data)]
    rest = [file for file in code if not (name in file.data or _LOADS.search(file.data))]
    stems = {_stem(file.path) for file in found}
    fresh = set(stems)
    while fresh and rest:
        imports = re.compile(
            rb"(?:from|import)[ \t][^\n]*\b(?:" + b"|".join(map(re.escape, sorted(fresh))) + rb")\b"
        )
        more = [file for file in rest if imports.search(file.data)]
        rest = [file for file in rest if file not in more]
        fresh = {_stem(file.path) for file in more} - stems
        stems |= fresh
        found += more
    if len(found) > MOST_MODULES:
        raise _Unknown
    return found


def _stem(path: str) -> bytes:
    """The name that an import says: of the module, or of the package."""
    stem = posixpath.basename(path).rpartition(".")[0]
    return (
        posixpath.basename(posixpath.dirname(path)) if stem == "__init__" else stem
    ).encode() or b"__init__"


def _read_by_code(
    file: SourceFile, name: str, modules: list[PythonFile | NotebookFile], options: set[str]
) -> _Used:
    """The keys that code reads. Raises `_Unknown` where some code may read others, or none is seen to read."""
    followed = [module for module in modules if _can_be_followed(module, name)]
    if not followed:
        return _Used(set(), set())
    project = Project(followed[0])
    reads = Reads(Objects(project))
    paths = PathUses(name, reads)
    for module in followed:
        for tree in reads.look(project.of(module)):
            paths.look(tree)
    paths.finish()
    options |= paths.carriers
    if project.exhausted or not paths.blind.isdisjoint({file.path, None}) or file.path in reads.merged:
        raise _Unknown
    if any(_may_be(door, file.path, name) for door in reads.doors):
        raise _Unknown
    mine = [
        (tuple(map(spelled, keys)), read.whole)
        for read in reads.finish()
        for path, keys in read.targets
        if path == file.path
    ]
    return _Used({keys for keys, whole in mine if whole}, {keys for keys, whole in mine if not whole})


def _may_be(door: Door, path: str, name: str) -> bool:
    """Whether a loader of an unknown file may load this one."""
    return door.name in {None, name} and door.loader in _READ_BY[posixpath.splitext(path)[1]]


def _can_be_followed(module: PythonFile | NotebookFile, name: str) -> bool:
    """Whether the code is Python that parses.

    Raises `_Unknown` where it names the file and is none: another language's notebook, a shell line in a cell.
    """
    names_it = name.encode() in module.data
    try:
        codes = module.codes
        followed = all(parses(code) for code in codes)
    except InvalidFile:
        codes, followed = (), False
    if names_it and (not followed or not codes):
        raise _Unknown
    if names_it and isinstance(module, NotebookFile):
        seen = {code.cell for code in codes}
        for cell in module.cells:
            foreign = cell.kind == "code" and cell.index not in seen
            if name in cell.source and (foreign or (cell.kind == "code" and _in_magic(cell.source, name))):
                raise _Unknown
    return bool(codes)


def _in_magic(source: str, name: str) -> bool:
    """Whether a line that IPython gives to a shell, or to a magic, names the file."""
    return any(name in line and line.lstrip().startswith(("!", "%")) for line in source.splitlines())
