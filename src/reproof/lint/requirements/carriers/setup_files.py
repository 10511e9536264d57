"""`setup.cfg` and `setup.py`: the requirements that they state as text. `setup.py` is parsed and never run."""

from __future__ import annotations

import ast
import re
from collections import deque

from reproof.lint.requirements.parse import EntryKind, parse_requirements
from reproof.lint.requirements.pinned import Reason, State, judge, normalise
from reproof.lint.requirements.unpinned import Dependency
from reproof.lint.source import InvalidFile, line_starts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.source import PythonFile, SourceFile

CURE = "keep the range and commit a lock, or a `requirements.txt` beside it that pins `{name}`"
_HEADER = re.compile(r"\[([^\]\n]+)\]")
_OPTION = re.compile(r"([^\s:=#;][^:=\n]*?)[ \t]*[:=]")


def setup_cfg(file: SourceFile) -> Iterator[Dependency]:
    """`install_requires`, `tests_require` and the extras of a `setup.cfg`. Raises `InvalidFile` for NUL bytes."""
    text = file.text
    own = ""
    for section, option, pieces in _options(text):
        if section == "metadata" and option == "name":
            own = normalise("".join(text[start:end] for start, end in pieces).strip())
        wanted = section == "options.extras_require" or (
            section == "options" and option in ("install_requires", "tests_require")
        )
        for start, end in pieces if wanted else ():
            yield from _lines(text, start, end, own)


def _options(text: str) -> Iterator[tuple[str, str, list[tuple[int, int]]]]:
    """Section, option, and the places of the lines of its value."""
    if "\0" in text:
        raise InvalidFile("not a setup.cfg: it holds NUL bytes", text.count("\n", 0, text.index("\0")) + 1)
    section, option = "", ""
    pieces: list[tuple[int, int]] = []
    for match in re.finditer(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+", text):
        start, line = match.start(), match[0].rstrip()
        if not line.strip() or line.lstrip()[0] in "#;":
            continue
        if line[0] in " \t":
            if option:
                pieces.append((start, start + len(line)))
            continue
        if option:
            yield section, option, pieces
        option, pieces = "", []
        if header := _HEADER.match(line):
            section = header[1].strip()
        elif named := _OPTION.match(line):
            option = named[1].strip().lower().replace("-", "_") if section == "options" else named[1].strip()
            pieces = [(start + named.end(), start + len(line))]
    if option:
        yield section, option, pieces


def _lines(text: str, start: int, end: int, own: str) -> Iterator[Dependency]:
    """The requirements of one line of a value."""
    line = text[start:end]
    if line.strip().startswith(("file:", "%(", "attr:")):
        return
    for each in parse_requirements(line):
        if each.kind is EntryKind.REQUIREMENT and each.verdict:
            yield _dependency(each.text, start + each.start, start + each.end, own)


def _dependency(written: str, start: int, end: int, own: str) -> Dependency:
    verdict = judge(written)
    if own and verdict.name == own and not verdict.direct:
        verdict = verdict.replace(state=State.EXEMPT, reason=Reason.SELF)
    cure = CURE.format(name=verdict.name) if verdict.state is State.UNPINNED and not verdict.direct else ""
    return Dependency(verdict, written, start, end, cure=cure)


_ARGUMENTS = frozenset({"install_requires", "tests_require", "extras_require"})
MOST_PARTS = 100_000


def setup_py(file: PythonFile) -> Iterator[Dependency]:
    """The literal requirements of the `setup()` call, also through names of literal lists of the module."""
    if not re.search(rb"install_requires|extras_require|tests_require", file.data):
        return
    code = file.codes[0]
    starts = line_starts(code.text)
    module = _Module(code.tree)
    own = ""
    seen: set[int] = set()
    for keyword in module.arguments():
        if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
            own = normalise(str(keyword.value.value))
    for keyword in module.arguments():
        for node in module.texts(keyword.value) if keyword.arg in _ARGUMENTS else ():
            if id(node) in seen:
                continue
            seen.add(id(node))
            span = code.span(node)
            start, end = (
                starts[span.line - 1] + span.column - 1,
                starts[span.end_line - 1] + span.end_column - 1,
            )
            written = str(node.value).strip()
            quote = 1 if code.text[start:end][1:-1].strip() == written else 0
            for line in [written] if "\n" not in written else []:
                if line and not line.startswith("#"):
                    yield _dependency(line, start + quote, end - quote, own)


class _Module:
    """A module's assignments of names, followed as far as they are literals."""

    def __init__(self, tree: ast.Module) -> None:
        self._values: dict[str, list[ast.expr]] = {}
        self._calls: list[ast.Call] = []
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "setup":
                self._calls.append(node)
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self._bind(target, node.value)
            elif isinstance(node, (ast.AugAssign, ast.AnnAssign)) and node.value is not None:
                self._bind(node.target, node.value)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._values.setdefault(target.id, []).append(value)
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            self._values.setdefault(target.value.id, []).append(value)

    def arguments(self) -> Iterator[ast.keyword]:
        """The keyword arguments of the `setup()` calls, `**` of a literal mapping among them."""
        for call in self._calls:
            for keyword in call.keywords:
                if keyword.arg is not None:
                    yield keyword
                    continue
                for mapping in self._mappings(keyword.value):
                    for key, value in zip(mapping.keys, mapping.values, strict=True):
                        if isinstance(key, ast.Constant):
                            yield ast.keyword(str(key.value), value)

    def _mappings(self, node: ast.expr) -> list[ast.Dict]:
        values = self._values.get(node.id, []) if isinstance(node, ast.Name) else [node]
        return [value for value in values if isinstance(value, ast.Dict)]

    def texts(self, root: ast.expr) -> Iterator[ast.Constant]:
        """The text constants that a value is made of: lists, mappings' values, sums, and names of those."""
        waiting: deque[ast.expr] = deque([root])
        names: set[str] = set()
        parts = 0
        while waiting and parts < MOST_PARTS:
            node = waiting.popleft()
            parts += 1
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node
            elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
                waiting.extendleft(reversed(node.elts))
            elif isinstance(node, ast.Dict):
                waiting.extendleft(reversed(node.values))
            elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.BitOr)):
                waiting.extendleft((node.right, node.left))
            elif isinstance(node, ast.Starred):
                waiting.appendleft(node.value)
            elif isinstance(node, ast.Name) and node.id not in names:
                names.add(node.id)
                waiting.extendleft(reversed(self._values.get(node.id, [])))
            elif isinstance(node, ast.Call) and ast.unparse(node.func) in (
                "list",
                "dict",
                "tuple",
                "set",
                "sorted",
            ):
                waiting.extendleft(reversed([*node.args, *(keyword.value for keyword in node.keywords)]))
