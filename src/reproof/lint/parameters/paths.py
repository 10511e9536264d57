"""Which file of the repository an expression names: a path, or a stream that was opened on one."""

from __future__ import annotations

import ast
import posixpath

from reproof.lint.parameters.loaders import PARSING
from reproof.lint.parameters.signatures import declares, keyword
from reproof.lint.parameters.tracing import GIVEN
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from reproof.lint.parameters.tracing import Origin, Reader, Site


class Place(Value):
    """A path as the code builds it.

    `start` is where it begins: `folder` (relative to some folder), `root` (root-relative: it began at
    `__file__`), `unknown` (only its end was written out), or `argument` (it is one that nobody here gives).
    """

    path: str
    start: str = "folder"


class File(Value):
    """What a path leads to: `path` is root-relative, None where no such file was found.

    `name` is the file's name where that at least is known; `given` is true for an argument that is given by
    other modules, if at all.
    """

    path: str | None
    name: str | None = None
    given: bool = False


_ARGUMENT = Place("", "argument")
_SEVERAL = 4  # as many places are followed where a path may be one of several
# Calls that give the path that they are given, or a stream on it.
SAME = frozenset(
    {
        *("pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "str", "os.fspath", "open", "io.open"),
        *("os.path.abspath", "os.path.realpath", "os.path.normpath", "codecs.open", "pathlib.PurePosixPath"),
        *("hydra.utils.to_absolute_path", "io.StringIO", "io.BytesIO", "os.path.expanduser", "fsspec.open"),
    }
)
SAME_METHODS = frozenset(
    {"open", "read", "read_text", "read_bytes", "resolve", "absolute", "as_posix", "expanduser"}
)
_HERE = frozenset({"os.getcwd", "pathlib.Path.cwd", "hydra.utils.get_original_cwd"})


def located(node: ast.expr, site: Site) -> list[File]:
    """The files that the expression may name."""
    found = [file for place in _places(node, site) for file in _files(place, site.reader)]
    return list(dict.fromkeys(found))


def relative_to_code(folder: str, name: str, site: Site) -> File:
    """The file `name` in a folder given relative to the code's own, as Hydra does."""
    place = Place(_join(site.reader.file.folder, _join(folder, name)), "root")
    return _files(place, site.reader)[0]


def _files(place: Place | None, reader: Reader) -> list[File]:
    """The files that a path leads to, from the root and from the folders above the code."""
    if place is None or place.start == "argument":
        return [File(None, given=place is not None)]
    path = place.path.replace("\\", "/")
    found = []
    if not (place.start == "unknown" or path.startswith(("/", "~")) or "://" in path):
        for base in _bases(place, reader):
            full = posixpath.normpath(posixpath.join(base, path))
            if not full.startswith("..") and reader.project.file.neighbour(full) is not None:
                found.append(File(full, posixpath.basename(full)))
    return list(dict.fromkeys(found)) or [File(None, posixpath.basename(path) or None)]


def _bases(place: Place, reader: Reader) -> Iterator[str]:
    """Where a relative path may start. A notebook runs in its folder; a script where it was called."""
    folder = reader.file.folder
    notebook = reader.file.path.endswith(".ipynb")
    if place.start == "root":
        yield ""
        return
    above = []
    while folder:
        above.append(folder)
        folder = posixpath.dirname(folder)
    yield from (*above, "") if notebook else ("", *above)


def _places(node: ast.expr, site: Site) -> list[Place | None]:
    project = site.reader.project
    reads = _PLACES.get(type(node))
    if reads is None:
        return [None]
    known = project.places.get(id(node)) if site.frame is None else None
    if known is not None:
        return known[1]
    cuts = project.cuts
    if not project.enter(node, site, "path"):
        return [None]
    try:
        found = reads(node, site)
    finally:
        project.leave(node, site, "path")
    if site.frame is None and cuts == project.cuts:
        project.places[id(node)] = (node, found)
    return found


def _of(origins: list[Origin]) -> list[Place | None]:
    found: list[Place | None] = []
    for origin in origins:
        found += _places(*origin) if origin is not None else [None]
    return list(dict.fromkeys(found))


def _constant(node: ast.Constant, site: Site) -> list[Place | None]:  # noqa: ARG001  one form for all nodes
    if node.value is None:  # `path=None` is filled in below
        return []
    return [Place(node.value) if isinstance(node.value, str) else None]


def _name(node: ast.Name, site: Site) -> list[Place | None]:
    if node is GIVEN:
        return [_ARGUMENT]
    if node.id == "__file__":
        return [Place(site.reader.file.path, "root")]
    return _of(site.reader.origins(node, site))


def _attribute(node: ast.Attribute, site: Site) -> list[Place | None]:
    if node.attr == "parent":
        return [_above(place) for place in _places(node.value, site)]
    if site.reader.module.imports.dotted(node) == "os.curdir":
        return [Place("")]
    origins = site.reader.attribute(node, site)
    if origins is not None:
        return _of(origins)
    return _option(node, site)


def _above(place: Place | None) -> Place | None:
    if place is None or place.start in {"argument", "unknown"} or (not place.path and place.start == "root"):
        return None
    if place.path in {"", "."} or place.path.endswith(".."):
        return Place(_join(place.path, ".."), place.start)
    return Place(posixpath.dirname(place.path), place.start)


def _option(node: ast.Attribute, site: Site) -> list[Place | None]:
    """`args.config`, where `add_argument("--config", default="params.yaml")` says what it is by default."""
    parsed = isinstance(node.value, ast.Call) and getattr(node.value.func, "attr", "") in PARSING
    if not (parsed or isinstance(node.value, ast.Name)):
        return [None]
    for call, scope, code in site.reader.module.calls:
        called = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if called == "add_argument" and declares(call, node.attr):
            default = keyword(call, "default")
            if default is not None:
                return _places(default, site.reader.site(scope, code))
    return [None]


def _subscript(node: ast.Subscript, site: Site) -> list[Place | None]:
    """`Path(__file__).parents[1]`."""
    if (
        isinstance(node.value, ast.Attribute)
        and node.value.attr == "parents"
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, int)
        and 0 <= node.slice.value < 16
    ):
        places = _places(node.value.value, site)
        for _ in range(node.slice.value + 1):
            places = [_above(place) for place in places]
        return places
    return [None]


def _call(node: ast.Call, site: Site) -> list[Place | None]:
    name = called(node.func, site)
    first = node.args[0] if node.args else None
    if name in _HERE:
        return [Place("")]
    if name == "os.path.join" or (isinstance(node.func, ast.Attribute) and node.func.attr == "joinpath"):
        parts = node.args if name == "os.path.join" else [_receiver(node.func), *node.args]
        return _joined(parts, site)
    if name in {"pathlib.Path", "pathlib.PurePath"} and len(node.args) != 1:
        return _joined(node.args, site) if node.args else [Place("")]
    if name == "os.path.dirname" and first is not None:
        return [_above(place) for place in _places(first, site)]
    if name in {"os.environ.get", "os.getenv"}:
        return _places(node.args[1], site) if len(node.args) == 2 else [None]
    if name in SAME:
        file = first or keyword(node, "file")
        return _places(file, site) if file is not None else [None]
    if isinstance(node.func, ast.Attribute) and node.func.attr in SAME_METHODS:
        return _places(node.func.value, site)
    body = site.reader.called(node, site)
    if body is not None and body[1]:
        return _of([(value, body[0]) for value in body[1]])
    return [None]


def called(func: ast.expr, site: Site) -> str:
    """The dotted name of what is called, as it was imported; a builtin's own name; else empty."""
    dotted = site.reader.module.imports.dotted(func)
    if dotted is None and isinstance(func, ast.Name) and site.scope.lookup(func.id) is None:
        return func.id
    return dotted or ""


def _receiver(func: ast.expr) -> ast.expr:
    return func.value if isinstance(func, ast.Attribute) else func


def _joined(parts: list[ast.expr], site: Site) -> list[Place | None]:
    whole: list[Place | None] = [Place("")]
    for part in parts:
        ends = _places(part, site)
        whole = [_add(start, end) for start in whole[:_SEVERAL] for end in ends[:_SEVERAL]]
    return whole


def _add(start: Place | None, end: Place | None) -> Place | None:
    if end is None or end.start in {"argument", "root"} or end.path.startswith(("/", "~")):
        return end
    if start is None or start.start == "argument":
        return end.replace(start="unknown")
    return Place(_join(start.path, end.path), start.start)


def _binary(node: ast.BinOp, site: Site) -> list[Place | None]:
    """`folder / "params.yaml"`, and `folder + "/params.yaml"`."""
    if isinstance(node.op, ast.Div):
        return _joined([node.left, node.right], site)
    if isinstance(node.op, ast.Add):
        return _concatenated([node.left, node.right], site)
    return [None]


def _concatenated(parts: list[ast.expr], site: Site) -> list[Place | None]:
    whole: list[Place | None] = [Place("")]
    for part in parts:
        ends = _places(part.value if isinstance(part, ast.FormattedValue) else part, site)
        whole = [_glued(start, end) for start in whole[:_SEVERAL] for end in ends[:_SEVERAL]]
    return whole


def _glued(start: Place | None, end: Place | None) -> Place | None:
    if start is not None and end is not None and start.start != "argument":
        if end.start in {"argument", "unknown"} or not start.path:
            return end
        return Place(start.path + end.path, start.start)
    if end is not None and "/" in end.path:
        return Place(end.path.rpartition("/")[2], "unknown")
    return _ARGUMENT if _ARGUMENT in (start, end) else None


def _either(node: ast.IfExp, site: Site) -> list[Place | None]:
    return [*_places(node.body, site), *_places(node.orelse, site)]


def _or(node: ast.BoolOp, site: Site) -> list[Place | None]:
    return [place for value in node.values for place in _places(value, site)]


def _join(start: str, end: str) -> str:
    joined = posixpath.join(start, end)
    return posixpath.normpath(joined) if joined else ""


_PLACES: dict[type[ast.expr], Callable[[Any, Site], list[Place | None]]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Call: _call,
    ast.BinOp: _binary,
    ast.JoinedStr: lambda node, site: _concatenated(node.values, site),
    ast.IfExp: _either,
    ast.BoolOp: _or,
    ast.NamedExpr: lambda node, site: _places(node.value, site),
}
