"""Names that a notebook uses before it defines them, or without: what is known anyway, and where they come from.

Which names are undefined says a `NameChecker` (`name_check.py`), for which the cells are one module, in order.
Here is what it cannot know: IPython's own names, names that magics define, parameters that papermill sets, and
in which cell a name is defined at last.
"""

from __future__ import annotations

import ast
import re

from reproof.lint.source import InvalidFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from reproof.lint.notebooks.name_check import Use
    from reproof.lint.source import Code, NotebookFile

_IPYTHON = re.compile(
    r"In|Out|_{1,3}|_i{1,3}|_\d+|_i\d+|_[iod]h|_exit_code|get_ipython|display|exit|quit|__IPYTHON__"
)
# Kernels that define more, by a word in the notebook's metadata.
_KERNELS = {
    "databricks": frozenset({"spark", "sc", "sqlContext", "dbutils", "displayHTML", "table", "sql"}),
    "pyspark": frozenset({"spark", "sc", "sqlContext"}),
}
# Magics that define no names; what others name counts as defined.
_DEFINE_NOTHING = frozenset(
    "pip conda mamba micromamba uv cd env set_env matplotlib config load_ext reload_ext unload_ext autoreload "  # noqa: SIM905
    "autosave aimport ls ll pwd cat cp mv rm rmdir mkdir head tail less more man alias unalias timeit who whos "
    "who_ls tensorboard reset history hist magic lsmagic precision doctest_mode debug pdb xmode colors "
    "automagic quickref notebook inline bookmark dhist popd pushd bash sh script html HTML javascript js latex "
    "markdown svg SVG writefile file perl ruby cmd system sx".split()
)
_HIDDEN_DEFINITIONS = re.compile(
    r"^[ \t]*%(?:run|pylab|store[ \t]+-r|load|loadpy|recall|rerun)\b|^[ \t]*from[ \t]+[\w.]+[ \t]+import[ \t]?\*"
    r"|\b(?:globals|locals|vars)\(\)[ \t]*(?:\[|\.update|\.setdefault)|(?<![\w.])exec\("
    r"|\bget_ipython\(\)\.(?:run|ev|ex|push)"
    r"|\buser_ns\b"
)
_HINTS = (
    *("%run", "%pylab", "%store", "%load", "%re", "import *", "import*", "globals", "locals", "vars("),
    *("exec(", "get_ipython", "user_ns"),
)
_MAGIC_LINE = re.compile(r"^[ \t]*(?:[\w, \t.]+=[ \t]*)?%{1,2}([A-Za-z_]\w*)(.*)$", re.MULTILINE)
# What stands behind a name that is assigned to, alone, annotated or among others; and what makes it an argument.
_BOUND = re.compile(r"[ \t]*(?::=|(?:[-+*/@%&|^]|//|\*\*|<<|>>)?=(?!=)|[:,)\]#\\]|$)")
_MAKES = frozenset({"import", "as", "for"})
_CALL = re.compile(r"\w\(")
_WORD = re.compile(r"[^\W\d]\w*")


def hides_definitions(file: NotebookFile) -> bool:
    """Whether names come into the notebook unseen, so that nothing can be said: `%run`, star imports, exec."""
    sources = (cell.source for cell in file.cells if cell.kind == "code")
    return any(
        _HIDDEN_DEFINITIONS.search(line)
        for source in sources
        if any(hint in source for hint in _HINTS)  # the pattern takes its time
        for line in source.splitlines()
        if any(hint in line for hint in _HINTS)
    )


def known_names(file: NotebookFile) -> frozenset[str]:
    """Names that the kernel, magics or papermill define in this notebook; IPython's own aside."""
    metadata = file.document.get("metadata")
    known: set[str] = set()
    if isinstance(metadata, dict):
        papermill = metadata.get("papermill")
        parameters = papermill.get("parameters") if isinstance(papermill, dict) else None
        known.update(parameters if isinstance(parameters, dict) else ())
        kernel = " ".join([*metadata, _kernel_name(metadata)]).lower()
        for word, names in _KERNELS.items():
            known.update(names if word in kernel else ())
    for cell in file.cells:
        if cell.kind == "code" and "%" in cell.source:
            known.update(_magic_words(cell.source))
    return frozenset(known)


def is_ipythons(name: str) -> bool:
    """Whether IPython itself defines a name."""
    return _IPYTHON.fullmatch(name) is not None


def second_python(file: NotebookFile) -> bool:
    """Whether a notebook says that it is Python 2, whose names are others."""
    metadata = file.document.get("metadata")
    if not isinstance(metadata, dict):
        return False
    language = metadata.get("language_info")
    version = language.get("version") if isinstance(language, dict) else None
    return str(version).startswith("2") or _kernel_name(metadata).lower() in {"python2", "python 2"}


def defined_below(codes: tuple[Code, ...], use: Use) -> tuple[int, int] | None:
    """Cell and line of the first place after a use where its name is bound for the whole notebook."""
    for code in codes:
        if (code.cell or 0) < use.cell or use.name not in code.text or not _looks_bound(code.text, use.name):
            continue
        try:
            tree = code.tree
        except InvalidFile:
            continue
        for statement in _statements(tree.body):
            if _binds(statement, use.name):
                place = code.cell or 0, statement.lineno
                if place > (use.cell, use.line):
                    return place
    return None


def _looks_bound(text: str, name: str) -> bool:
    """Whether some line may bind a name; parsing every cell that mentions it would take its time."""
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    lines = text.splitlines()
    for number, line in enumerate(lines):
        for match in word.finditer(line) if name in line else ():
            how = _BOUND.match(line, match.end())
            if _may_bind(line[: match.start()], how and how[0]):
                keyword = how is not None and how[0] == "="
                if _runs_in_the_cell(lines, number, keyword):
                    return True
    return False


def _may_bind(before: str, after: str | None) -> bool:
    """Whether a name is imported, defined or assigned to, by its line; `after` is what follows such a name."""
    words = before.split()
    if not _MAKES.isdisjoint(words) or words[-1:] in (["def"], ["class"]):
        return True
    if after is None or after.endswith(":="):
        return after is not None
    return not _CALL.search(before) and (after.endswith("=") or not ("=" in before or words[:1] == ["del"]))


def _runs_in_the_cell(lines: list[str], number: int, keyword: bool) -> bool:
    """Whether a line may be of no function or class, by its indentation, and no argument where `keyword`."""
    indent = _indent(lines[number])
    for line in reversed(lines[:number]):
        if indent == 0:
            break
        if line.strip() and _indent(line) < indent:
            indent = _indent(line)
            if line.lstrip().startswith(("def ", "class ", "async def ")):
                return False
            if keyword and line.rstrip().endswith(("(", ",")):
                return False
    return True


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _kernel_name(metadata: dict[str, Any]) -> str:
    spec = metadata.get("kernelspec")
    return f"{spec.get('name', '')}" if isinstance(spec, dict) else ""


def _magic_words(source: str) -> Iterator[str]:
    first = source.lstrip()
    if first.startswith("%%"):
        magic = _WORD.search(first)
        if magic and magic.group() not in _DEFINE_NOTHING:
            yield from _WORD.findall(source)
        return
    for match in _MAGIC_LINE.finditer(source):
        if match.group(1) not in _DEFINE_NOTHING:
            yield from _WORD.findall(match.group(2))


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run in the notebook's own scope, in order; functions and classes are not entered."""
    for statement in body:
        yield statement
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for name in ("body", "handlers", "cases", "orelse", "finalbody"):
                inner = getattr(statement, name, ())
                yield from _statements([each for part in inner for each in _unwrapped(part)])


def _unwrapped(part: Any) -> list[ast.stmt]:
    return part.body if isinstance(part, (ast.ExceptHandler, ast.match_case)) else [part]


def _binds(statement: ast.stmt, name: str) -> bool:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return statement.name == name
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return any((alias.asname or alias.name.partition(".")[0]) == name for alias in statement.names)
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        for target in _targets(statement)
        for node in ast.walk(target)
    )


def _targets(statement: ast.stmt) -> list[ast.expr]:
    """The expressions in which a statement may bind a name for the scope that it stands in."""
    if isinstance(statement, ast.Assign):
        return statement.targets
    if isinstance(statement, (ast.AugAssign, ast.AnnAssign, ast.For, ast.AsyncFor)):
        return [statement.target]
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return [item.optional_vars for item in statement.items if item.optional_vars]
    # `if (found := …)` and the like: the names of comprehensions, which stay inside them, are not among these.
    tests = [getattr(statement, part, None) for part in ("test", "value", "subject")]
    return [
        node.target
        for test in tests
        if isinstance(test, ast.expr)
        for node in ast.walk(test)
        if isinstance(node, ast.NamedExpr)
    ]
