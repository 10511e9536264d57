"""Edits of code: a literal's own characters give way to an expression; places in characters of a `Code`.

Also the places where that cannot be done: inside f-strings and patterns, where Python wants a literal.
"""

from __future__ import annotations

import ast
import re
import tokenize

from reproof.lint.finding import Unfixable
from reproof.lint.source import line_starts
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from reproof.lint.source import Code

_FSTRINGS = tuple(
    getattr(ast, name)
    for name in ("JoinedStr", "FormattedValue", "TemplateStr", "Interpolation")
    if hasattr(ast, name)
)


class CodeEdit(Value):
    """Replace the characters `start` to `end` of a piece of code by `text`."""

    code: Code
    start: int
    end: int
    text: str


class Places:
    """Nodes of one piece of code by their characters, and what lies around them."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.lines = line_starts(code.text)
        self._parents: dict[int, ast.AST] = {}
        for node in ast.walk(code.tree):
            for child in ast.iter_child_nodes(node):
                self._parents[id(child)] = node

    def offsets(self, node: ast.AST) -> tuple[int, int]:
        """The first character of a node, and the one behind it."""
        span = self.code.span(node)
        return (
            self.lines[span.line - 1] + span.column - 1,
            self.lines[span.end_line - 1] + span.end_column - 1,
        )

    def line_start(self, line: int) -> int:
        """The first character of a line that counts from 1; the text's end for lines behind it."""
        return self.lines[line - 1] if line <= len(self.lines) else len(self.code.text)

    def around(self, node: ast.AST) -> list[ast.AST]:
        """The nodes around, the nearest first; the last is the module."""
        found = []
        while (parent := self._parents.get(id(node))) is not None:
            found.append(parent)
            node = parent
        return found

    def statement(self, node: ast.AST) -> ast.stmt:
        """The statement of the module's own body that a node lies in."""
        outermost = [node, *self.around(node)][-2:][0]
        assert isinstance(outermost, ast.stmt)
        return outermost


def replaced(places: Places, node: ast.expr, expression: str) -> CodeEdit:
    """The edit that puts an expression in a literal's place; raises `Unfixable` where none may stand there."""
    around = places.around(node)
    if any(isinstance(each, _FSTRINGS) for each in around):
        raise Unfixable("the value stands inside an f-string: give it a name outside, then fix again")
    if any(isinstance(each, ast.pattern) for each in around):
        raise Unfixable("the value is a pattern of `match`, where only a literal may stand")
    if (compiler := _compiled(around, places.code.text)) is not None:
        raise Unfixable(
            f"{compiler} compiles this function, and it cannot read a dict there: hand the value in"
        )
    start, end = places.offsets(node)
    text = places.code.text
    if not text[start:end].strip() or text[start : start + 1].isspace():
        raise Unfixable("its place in the text is not clear")  # a masked magic, a form feed
    if "#" in text[start:end] and _has_comment(text[start:end]):
        raise Unfixable("comments stand inside the value, and would be lost: move it by hand")
    before = " " if re.match(r"\w", text[start - 1 : start]) else ""
    after = " " if re.match(r"\w", text[end : end + 1]) and re.search(r"\w$", expression) else ""
    return CodeEdit(places.code, start, end, f"{before}{expression}{after}")


def _compiled(around: list[ast.AST], text: str) -> str | None:
    """What compiles the function around to code that knows no Python globals: numba, triton, TorchScript."""
    for each in around:
        for decorator in getattr(each, "decorator_list", ()):
            named = ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)
            words = named.split(".")
            if words[-1] in {"njit", "vectorize", "guvectorize", "script", "script_method"} or (
                words[-1] in {"jit", "autotune"}
                and not {"jax", "eqx", "nnx", "nn"} & set(words)
                and not re.search(r"from jax import .*\bjit\b", text)
            ):
                return f"`@{named}`"
    methods = [each for each in around if isinstance(each, ast.FunctionDef)]
    if methods and methods[-1].name != "__init__" and re.search(r"\bjit\.script\(", text):
        return "`torch.jit.script`"
    return None


def _has_comment(text: str) -> bool:
    """Whether a comment stands in the source of a literal."""
    lines = iter(f"({text})".splitlines(keepends=True))
    try:
        return any(
            token.type == tokenize.COMMENT for token in tokenize.generate_tokens(lambda: next(lines, ""))
        )
    except (tokenize.TokenError, SyntaxError):
        return True


def is_repeated(places: Places, node: ast.AST) -> bool:
    """Whether the literal is made anew each time a function or a loop runs."""
    previous = node
    for each in places.around(node):
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return True
        if isinstance(each, ast.While | ast.comprehension):
            return True
        if isinstance(each, ast.For | ast.AsyncFor) and previous is not each.iter:
            return True
        previous = each
    return False


def prefers_single_quotes(text: str) -> bool:
    """Whether the code writes its short strings in single quotes more often than in double ones."""
    single = len(re.findall(r"'[\w .%/-]*'", text))
    return single > len(re.findall(r'"[\w .%/-]*"', text))


def newline_of(text: str) -> str:
    """The line end that a text uses; a plain one where it has none."""
    found = re.search(r"\r\n|\n|\r", text)
    return found.group() if found else "\n"
