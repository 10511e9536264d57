"""Keys that code reads, without a default, from a file that lacks them; params files that git does not track."""

from __future__ import annotations

import re

from reproof.lint.file_types import FileType, file_type
from reproof.lint.hyperparameters.module import Module
from reproof.lint.hyperparameters.place import is_test
from reproof.lint.parameters.keys import entered, read_document
from reproof.lint.parameters.loaders import LOADERS
from reproof.lint.parameters.objects import Objects
from reproof.lint.parameters.paths import called
from reproof.lint.parameters.project import Project
from reproof.lint.parameters.reach import is_called_configuration
from reproof.lint.parameters.reads import Reads
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable, Iterator
    from typing import Any

    from reproof.lint.parameters.tracing import Reader
    from reproof.lint.parameters.uses import Read
    from reproof.lint.source import Code, NotebookFile, PythonFile, SourceFile

    Keys = tuple[str, ...]

# Steps of tracing for one module; what needs more is no script, and stays unchecked.
MOST_WORK = 100_000
# A loader with a file's name, or the import of what was loaded, or is named, elsewhere: by their look.
_LOADERS = (b"yaml", b"toml", b"omegaconf", b"json.load", b"Box", b"munch", b"easydict")
_NAMES_A_FILE = re.compile(rb"\.(?:ya?ml|json|toml)\b")
_IMPORT = rb"(?:from|import)[ \t][^\n#]*\b(?:"
_IMPORTS_NAMES = re.compile(_IMPORT + rb"\w*(?:constants?|paths?|consts?|common|utils?)\b|" + rb"config\w*)")
_IMPORTS_OBJECT = re.compile(
    _IMPORT + rb"params?|cfg|conf|configs?|settings|hparams|PARAMS?|CFG|CONF|CONFIGS?|SETTINGS|HPARAMS)\b"
)


class Missing(Value):
    """A key that is read and not there; `near` is the dotted key of one that may be meant.

    Without keys it is the file as a whole that is missing, from git: it lies in the folder and in no commit.
    """

    keys: Keys
    path: str
    node: ast.expr
    code: Code
    near: str | None


def _loads(data: bytes) -> bool:
    return any(name in data for name in _LOADERS)


def is_worth_a_look(data: bytes) -> bool:
    """Whether code may read a params file, by its bytes: cheap, and rarely wrongly no."""
    if _loads(data) and (_NAMES_A_FILE.search(data) is not None or _IMPORTS_NAMES.search(data) is not None):
        return True
    return _IMPORTS_OBJECT.search(data) is not None


def missing(file: PythonFile | NotebookFile) -> Iterator[Missing]:
    """The keys that a module reads and that their file lacks, in the order of the code.

    Raises `InvalidFile` where a cell, or the file, cannot be parsed; after the keys of the other cells.
    """
    if is_test(file.path, file.data) or not is_worth_a_look(file.data):
        return
    module = Module(file.codes)
    yield from _found(file, module)
    if module.broken is not None:
        raise module.broken


def _found(file: PythonFile | NotebookFile, module: Module) -> list[Missing]:
    project = Project(file, module, MOST_WORK)
    objects = Objects(project)
    if not _may_hold(project.reader, objects):
        return []
    reads = Reads(objects)
    for _ in reads.look(project.reader):
        pass  # the trees are for those who look at paths, too
    if project.exhausted:
        return []
    documents = _Documents(file)
    changed = {target for read in reads.reads if read.changes for target in read.targets}
    optional = {
        target for read in reads.reads if not (read.required or read.whole) for target in read.targets
    }
    own = {id(code) for code in file.codes}  # a read may lie in a module that this one imports
    found: dict[int, Missing] = {}
    mine = [read for read in reads.reads if read.required and id(read.code) in own]
    for read in mine:
        if optional.isdisjoint(read.targets):
            one = _missing(read, documents, changed)
            if one is not None:
                found.setdefault(id(read.node), one)
    return sorted([*found.values(), *_untracked(file, mine)], key=_place)


def _untracked(file: SourceFile, reads: Iterable[Read]) -> Iterator[Missing]:
    """The first read of each params file that git does not track, although it tracks the code.

    What is called like data is left out, and what git is told to ignore: somebody means that. Only then is git
    asked for its list.
    """
    seen: set[str] = set()
    for read in sorted(reads, key=lambda read: (read.code.cell or 0, read.node.lineno, read.node.col_offset)):
        paths = {path for path, _ in read.targets}
        path = paths.pop()
        if paths or path in seen:
            continue
        seen.add(path)
        if (
            _holds_parameters(path)
            and file.is_tracked(path) is False
            and file.is_tracked(file.path)
            and path in file.repository()
        ):
            yield Missing((), path, read.node, read.code, None)


def _holds_parameters(path: str) -> bool:
    if FileType.PARAMS in file_type(path):
        return True
    return path.endswith((".yaml", ".yml", ".toml")) and is_called_configuration(path)


def _may_hold(reader: Reader, objects: Objects) -> bool:
    """Whether a module loads a file of the repository, or imports a module of the project that loads any."""
    for call, scope, code in reader.module.calls:
        site = reader.site(scope, code)
        loads = called(call.func, site) in LOADERS or getattr(call.func, "attr", "") == "load"
        if loads and any(held.path for held in objects.held(call, site)):
            return True
    modules = [
        (level, ".".join(part for part in (module, name) if part))
        for level, module, name in reader.imports.values()
    ]
    modules += [(level, module) for level, module, _ in reader.imports.values()]
    return any(
        other is not None and other is not reader and _loads(other.file.data)
        for level, module in dict.fromkeys([*modules, *reader.stars])
        for other in [reader.project.module(module, level, reader.file.folder)]
    )


def _missing(read: Read, documents: _Documents, changed: set[tuple[str, Keys]]) -> Missing | None:
    """The read's last key, if every file that it may be of has the keys before it, but not this one."""
    for path, keys in read.targets:
        if any(path == other and keys[: len(above)] == above for other, above in changed):
            return None
        mapping = documents.mapping(path, keys[:-1])
        if not mapping or entered(mapping, keys[-1:])[0]:
            return None
    path, keys = read.targets[0]
    return Missing(keys, path, read.node, read.code, documents.nearest(path, keys))


def _place(one: Missing) -> tuple[int, int, int]:
    return one.code.cell or 0, one.node.lineno, one.node.col_offset


class _Documents:
    """The params files that a module reads, each parsed once; what is no such file has no keys."""

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self._known: dict[str, Any] = {}

    def mapping(self, path: str, keys: Keys) -> dict[Any, Any] | None:
        """What a file has under some keys, if that is a mapping."""
        if path not in self._known:
            self._known[path] = self._read(path)
        there, value = entered(self._known[path], keys)
        return value if there and isinstance(value, dict) else None

    def _read(self, path: str) -> Any:
        file = self._file.neighbour(path)
        document = read_document(file) if file is not None else None
        composed = isinstance(document, dict) and isinstance(document.get("defaults"), list)
        return None if composed else document  # Hydra adds the files that `defaults` lists

    def nearest(self, path: str, keys: Keys) -> str | None:
        """A dotted key of the file that may be meant: one beside the missing one, or the same name elsewhere."""
        import difflib

        beside = [str(key) for key in self.mapping(path, keys[:-1]) or ()]
        near = difflib.get_close_matches(keys[-1], beside, n=1)
        if near:
            return ".".join((*keys[:-1], near[0]))
        known = [inner for inner in _all_keys(self._known.get(path), ()) if inner[-1] == keys[-1]]
        return ".".join(known[0]) if len(known) == 1 else None


def _all_keys(document: Any, keys: Keys) -> Iterator[Keys]:
    if isinstance(document, dict):
        for key, value in document.items():
            yield (*keys, str(key))
            yield from _all_keys(value, (*keys, str(key)))
