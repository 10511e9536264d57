"""Where the code that reads the parameters file goes, and what it says.

It stands once, at the module's level: behind the imports and above the first use. `import yaml` goes where
isort and ruff sort it. What is there already is used.
"""

from __future__ import annotations

import ast
import itertools
import re
import sys

from reproof.lint.finding import Unfixable
from reproof.lint.parameters.rewrite import CodeEdit, newline_of
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from reproof.lint.parameters.rewrite import Places
    from reproof.lint.source import Code

_SIMPLE = (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.If, ast.Try, ast.Delete, ast.Assert)
_NAMES = ("params", "hyperparameters", "parameters", "training_params")
_HANDLES = ("file", "params_file", "parameters_file")


class Loader(Value):
    """The inserted code: the name that holds the parameters from there on, and the edits that insert it.

    `imports` is true where the code did not import PyYAML before.
    """

    name: str
    edits: tuple[CodeEdit, ...]
    imports: bool


def names_in(codes: Iterable[Code]) -> set[str]:
    """Every name that the code uses or binds anywhere, so that a new one shadows nothing."""
    found: set[str] = set()
    for code in codes:
        for node in ast.walk(code.tree):
            if isinstance(node, ast.Name):
                found.add(node.id)
            elif isinstance(node, ast.arg):
                found.add(node.arg)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found.add(node.name)
            elif isinstance(node, ast.alias):
                found.add((node.asname or node.name).partition(".")[0])
            elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
                found.add(node.name)
            elif isinstance(node, ast.Global | ast.Nonlocal):
                found.update(node.names)
    return found


def names_bound(places: Iterable[Places]) -> set[str]:
    """Every name that the code gives a value somewhere; those that it only reads are left out."""
    found: set[str] = set()
    for each in places:
        for node in ast.walk(each.code.tree):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                found.add(node.id)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found.add(node.name)
            elif isinstance(node, ast.arg):
                found.add(node.arg)
            elif isinstance(node, ast.alias):
                found.add((node.asname or node.name).partition(".")[0])
    return found


def plain_loader(
    places: Sequence[Places],
    uses: Sequence[ast.AST],
    path: str,
    *,
    is_own: Callable[[str], bool],
    taken: Collection[str],
    quote: str,
    utf8: bool,
) -> Loader:
    """The plain loader of a `.py` file or a notebook: `import yaml` and a `with` that reads `path`.

    `places` are the pieces of code in order, `uses` the nodes that will read the parameters (each in one of
    the pieces), `is_own` says whether a module name is the project's own, `taken` are names that cannot be used.
    Raises `Unfixable`.
    """
    taken = {*taken, *names_in(each.code for each in places)}
    if any(_binds_unseen_names(each) for each in places):
        taken.add(_NAMES[0])
    name = next((each for each in _NAMES if each not in taken), None)
    handle = next((each for each in _HANDLES if each not in taken), None)
    if name is None or handle is None:
        raise Unfixable("every fit name for the parameters is taken in this file: rename one")
    home, used = _home(places, uses)
    preamble = _Preamble(home, used)
    code = home.code
    newline = newline_of(code.text)
    module = _yaml_import(places, home, preamble)
    encoding = f", encoding={quote}utf-8{quote}" if utf8 else ""
    lines = [
        f"with open({quote}{path}{quote}{encoding}) as {handle}:",
        f"{_indentation(code)}{name} = {module or 'yaml'}.safe_load({handle})",
    ]
    pieces: list[tuple[int, list[str]]] = []
    if module is None:
        pieces.append(_import_edit(preamble, "import yaml", is_own))
    at = preamble.end
    following = code.text[at : at + 1]
    if code.text[:at].strip():
        lines.insert(0, "")
    if following not in {"", "\n", "\r"}:
        lines.append("")
    if pieces and pieces[0][0] == at and not preamble.imports:
        gap = [""] if lines[0] == "" else []
        lines = [*gap, *pieces.pop()[1], *([] if gap else [""]), *lines]
    pieces.append((at, lines))
    return Loader(name, tuple(_insertions(code, pieces, newline)), module is None)


def _binds_unseen_names(places: Places) -> bool:
    """Whether a star import may bind the usual name, or bind it anew below the loader."""
    return any(
        isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in ast.walk(places.code.tree)
    )


def _insertions(code: Code, pieces: list[tuple[int, list[str]]], newline: str) -> Iterable[CodeEdit]:
    by_place: dict[int, list[str]] = {}
    for at, lines in pieces:
        by_place.setdefault(at, []).extend(lines)
    for at, lines in sorted(by_place.items()):
        text = newline.join(lines)
        open_end = at == len(code.text) and code.text[-1:] not in {"", "\n", "\r"}
        yield CodeEdit(code, at, at, newline + text if open_end else text + newline)


def _home(places: Sequence[Places], uses: Sequence[ast.AST]) -> tuple[Places, list[ast.stmt]]:
    """The piece of code that gets the loader, with the statements in it that use the parameters.

    In a notebook: the first cell with imports, else the first code cell; no cell behind the first use, none
    that papermill replaces, none that is a cell magic's.
    """
    statements: dict[int, list[ast.stmt]] = {}
    first = len(places)
    by_node = {id(node): index for index, each in enumerate(places) for node in ast.walk(each.code.tree)}
    for use in uses:
        index = by_node[id(use)]
        statements.setdefault(index, []).append(places[index].statement(use))
        first = min(first, index)
    fit = [
        index
        for index, each in enumerate(places[: first + 1])
        if not each.code.declares_parameters and "injected-parameters" not in each.code.tags
    ]
    with_imports = [
        index
        for index in fit
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in places[index].code.tree.body)
    ]
    for index in (*with_imports, *fit):
        if index in with_imports or not places[index].code.text.lstrip().startswith("%%"):
            return places[index], statements.get(index, [])
    raise Unfixable(
        "there is no cell above the first use that could read the parameters: add one with the imports"
    )


class _Preamble:
    """The imports at the top of the code, and where what follows them may be inserted.

    `end` is the offset of the line below the last import, or of the first statement that uses parameters.
    """

    def __init__(self, places: Places, used: Sequence[ast.stmt]) -> None:
        self.places = places
        users = {id(statement) for statement in used}
        self.imports: list[ast.Import | ast.ImportFrom] = []
        body = places.code.tree.body
        last: ast.stmt | None = None
        if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            last = body[0] if isinstance(body[0].value.value, str) else None
        first_user: ast.stmt | None = None
        for statement in body:
            if id(statement) in users:
                first_user = statement
                break
            if isinstance(statement, ast.Import | ast.ImportFrom):
                self.imports.append(statement)
                last = statement
            elif not isinstance(statement, _SIMPLE) or _is_main(statement):
                break
            elif isinstance(statement, ast.If | ast.Try) and _imports_inside(statement):
                last = statement
        first_user = first_user or next((each for each in body if id(each) in users), None)
        if last is not None:
            line = _free_line(body, (last.end_lineno or last.lineno) + 1)
            if first_user is not None and line > _first_line(first_user):
                raise Unfixable("the value stands on one line with an import: give it a line of its own")
        elif first_user is not None:
            line = _above(places, _first_line(first_user))
        else:
            line = _free_line(body, len(places.lines) + 1) if body else 1
        self.end = places.line_start(line)


def _is_main(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and any(
        isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(statement.test)
    )


def _imports_inside(statement: ast.stmt) -> bool:
    return any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(statement))


def _first_line(statement: ast.stmt) -> int:
    decorators = getattr(statement, "decorator_list", [])
    return min(int(each.lineno) for each in (statement, *decorators))


def _free_line(body: Sequence[ast.stmt], line: int) -> int:
    """The line, or the first one below at whose start no statement goes on (`import a; x = (` …)."""
    for statement in body:
        if _first_line(statement) < line <= (statement.end_lineno or statement.lineno):
            line = (statement.end_lineno or statement.lineno) + 1
    return line


def _above(places: Places, line: int) -> int:
    """The line, or the first of the comments that stand right above it; never above a shebang."""
    lines = places.code.lines
    while line > 1 and lines[line - 2].startswith("#"):
        above = lines[line - 2]
        if above.startswith(("#!", "# %%", "#%%")) or re.match(r"#.*coding[:=]", above):
            break
        line -= 1
    return line


def _indentation(code: Code) -> str:
    """How the code indents the body of its first block; four spaces where it has none."""
    for statement in ast.walk(code.tree):
        body = getattr(statement, "body", None)
        if isinstance(statement, ast.stmt) and isinstance(body, list) and body[0].lineno > statement.lineno:
            outer = re.match(r"[ \t]*", code.lines[statement.lineno - 1])
            inner = re.match(r"[ \t]*", code.lines[body[0].lineno - 1])
            more = inner.group()[len(outer.group()) :] if inner and outer else ""
            return more if re.fullmatch(r" {1,8}|\t", more) else "    "
    return "    "


def _yaml_import(places: Sequence[Places], home: Places, preamble: _Preamble) -> str | None:
    """The name by which PyYAML is imported above the loader; None where it is not."""
    for each in places:
        for statement in each.code.tree.body:
            if each is home and each.line_start(statement.lineno) >= preamble.end:
                break
            if isinstance(statement, ast.Import):
                for alias in statement.names:
                    if alias.name == "yaml":
                        return alias.asname or "yaml"
        if each is home:
            break
    return None


def _import_edit(preamble: _Preamble, line: str, is_own: Callable[[str], bool]) -> tuple[int, list[str]]:
    """Where an import of a third party is sorted in: a place, and the lines to put there."""
    groups = _groups(preamble)
    places = preamble.places
    for group in groups:
        third = [each for each in group if _section(each, is_own) == "third"]
        if third:
            return places.line_start(_sorted_line(third)), [line]
    behind = [group for group in groups if _section(group[-1], is_own) in {"future", "standard"}]
    if behind:
        end = _free_line(places.code.tree.body, (behind[-1][-1].end_lineno or 0) + 1)
        below = places.code.lines[end - 1 : end]
        return places.line_start(end), ["", line, *([""] if below and below[0].strip() else [])]
    if groups:
        return places.line_start(groups[0][0].lineno), [line, ""]
    return preamble.end, [line]


def _sorted_line(third: Sequence[ast.Import | ast.ImportFrom]) -> int:
    plain = [each for each in third if isinstance(each, ast.Import)]
    kinds = [isinstance(each, ast.Import) for each in third]
    mixed = plain and kinds != sorted(kinds, reverse=True)
    among = third if mixed or not plain else plain
    before = [each for each in among if _module(each).lower() < "yaml"] if plain else []
    if before:
        return (before[-1].end_lineno or before[-1].lineno) + 1
    return among[0].lineno


def _groups(preamble: _Preamble) -> list[list[ast.Import | ast.ImportFrom]]:
    """The imports in runs without an empty line or another statement between, each on lines of its own."""
    groups: list[list[ast.Import | ast.ImportFrom]] = []
    lines = preamble.places.code.lines
    body = preamble.places.code.tree.body
    shared = {
        line for one, other in itertools.pairwise(body) if (line := one.end_lineno) == _first_line(other)
    }
    previous: ast.stmt | None = None
    for statement in body:
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            previous = None
            continue
        if preamble.places.line_start(statement.lineno) >= preamble.end:
            break
        if {statement.lineno, statement.end_lineno} & shared:
            previous = None
            continue
        between = lines[(previous.end_lineno or 0) : statement.lineno - 1] if previous else [""]
        if previous is None or any(not each.strip() for each in between):
            groups.append([])
        groups[-1].append(statement)
        previous = statement
    return groups


def _module(statement: ast.Import | ast.ImportFrom) -> str:
    return statement.names[0].name if isinstance(statement, ast.Import) else statement.module or ""


def _section(statement: ast.Import | ast.ImportFrom, is_own: Callable[[str], bool]) -> str:
    root = _module(statement).partition(".")[0]
    if isinstance(statement, ast.ImportFrom) and statement.level:
        return "own"
    if root == "__future__":
        return "future"
    if root in sys.stdlib_module_names:
        return "standard"
    return "own" if is_own(root) else "third"
