"""What counts as a value written into code.

A literal is a number, a string, a unary minus, arithmetic of numbers (`2**10`, `1e-3 * 2`), and tuples, lists
and dicts of these. A series made of literals alone (`range(1, 21)`, `np.logspace(-3, 3, 7)`) is one too. None
and booleans alone are not: they switch, they do not tune.
"""

from __future__ import annotations

import ast
import re

from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.nodes import last_name, string

# A literal that is nested deeper than this is data, not a hyperparameter.
_DEEPEST = 8
_LONGEST = 400
_ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Pow)
_SERIES = names("range list tuple arange linspace logspace geomspace array uniform loguniform randint expon")
_ARRAYS = names("tensor Tensor FloatTensor LongTensor as_tensor array asarray constant")
_MOVES = names("to cuda cpu float double half long int astype")
_DATE = re.compile(
    r"(?:19|20)\d\d[-/](?:0?[1-9]|1[0-2])(?:[-/](?:0?[1-9]|[12]\d|3[01]))?(?:[ T]\d\d:\d\d.*)?"
)


def is_number(node: ast.expr, depth: int = 0) -> bool:
    """Whether the node is a number, possibly by arithmetic of literals."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int | float) and not isinstance(node.value, bool)
    if depth > _DEEPEST:
        return False
    if isinstance(node, ast.Call):  # int(1e5)
        called = node.func.id if isinstance(node.func, ast.Name) else ""
        given = node.args[0] if len(node.args) == 1 and not node.keywords else None
        return called in {"int", "float"} and given is not None and is_number(given, depth + 1)
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub | ast.UAdd) and is_number(node.operand, depth + 1)
    if isinstance(node, ast.BinOp):
        return (
            isinstance(node.op, _ARITHMETIC)
            and is_number(node.left, depth + 1)
            and is_number(node.right, depth + 1)
        )
    return False


def is_fraction(node: ast.expr) -> bool:
    """Whether the node is a number with a point between 0 and 1."""
    return isinstance(node, ast.Constant) and isinstance(node.value, float) and 0 < node.value < 1


def is_text(node: ast.expr) -> bool:
    """Whether the node is a string that chooses something: not empty, and not a path."""
    text = string(node)
    return text is not None and bool(text.strip()) and not _is_path(text)


def _is_path(text: str) -> bool:
    begins = text.startswith(("/", "./", "../", "~"))
    return begins or "\\" in text or text.count("/") > 1 or "://" in text or "checkpoint-" in text


def is_literal(node: ast.expr, depth: int = 0) -> bool:
    """Whether the node is a literal as the module describes it."""
    if is_number(node) or is_text(node):
        return True
    if depth > _DEEPEST:
        return False
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return _all_literal(node.elts, depth)
    if isinstance(node, ast.Dict):
        keys = [key for key in node.keys if key is not None]
        return len(keys) == len(node.values) and _all_literal(node.values, depth)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mult):  # [0.1] * 5 + [0.2] * 5
        return is_literal(node.left, depth + 1) and is_literal(node.right, depth + 1)
    return is_series(node, depth)


def is_series(node: ast.expr, depth: int = 0) -> bool:
    """Whether the node is a call that makes a series of values from literals alone."""
    if not isinstance(node, ast.Call) or not node.args:
        return False
    given = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg != "dtype")]
    return last_name(node.func) in _SERIES and all(is_literal(value, depth + 1) for value in given)


def is_sequence(node: ast.expr) -> bool:
    """Whether the node is several values to go through: a list or tuple of literals, or a series."""
    return (isinstance(node, ast.Tuple | ast.List) and is_literal(node)) or is_series(node)


def texts(node: ast.expr) -> bool:
    """Whether the node is a list, tuple or set of strings only, with at least one."""
    return (
        isinstance(node, ast.List | ast.Tuple | ast.Set)
        and bool(node.elts)
        and all(string(item) is not None for item in node.elts)
    )


def lists_texts(node: ast.expr) -> bool:
    """Whether the node is a list of which at least one item is a string, beside what other lists hold (`*BASE`)."""
    return isinstance(node, ast.List | ast.Tuple | ast.Set) and any(
        string(item) is not None for item in node.elts[:_LONGEST]
    )


def is_date(node: ast.expr) -> bool:
    """Whether the node is a date of this century or the last, written as a string; the day may be left out."""
    text = string(node)
    return text is not None and _DATE.fullmatch(text) is not None


def is_zero(node: ast.expr) -> bool:
    """Whether the node is the number 0."""
    return isinstance(node, ast.Constant) and node.value == 0


def is_unit(node: ast.expr) -> bool:
    """Whether the node is 0, 1 or -1: they switch something on or off, they do not tune it."""
    while isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant) and node.value in (0, 1)


def is_sentinel(node: ast.expr) -> bool:
    """Whether the node is -1, which stands for all, none or automatic."""
    return isinstance(node, ast.UnaryOp) and getattr(node.operand, "value", None) == 1


def unwrapped(node: ast.expr) -> ast.expr:
    """The values that an array is made of: the list in `torch.tensor([1.0, 5.0]).to(device)`."""
    for _ in range(_DEEPEST):
        if not isinstance(node, ast.Call):
            break
        func = node.func
        if isinstance(func, ast.Attribute) and func.attr in _MOVES:
            node = func.value
        elif node.args and last_name(func) in _ARRAYS:
            node = node.args[0]
        else:
            break
    return node


def equals(node: ast.expr, source: str) -> bool:
    """Whether a literal has the value that `source` spells, number type aside (`1` equals `1.0`)."""
    if getattr(node, "end_col_offset", 0) - getattr(node, "col_offset", 0) > _LONGEST:
        return False
    try:
        value = ast.literal_eval(node)
        return bool(value == ast.literal_eval(source) and not isinstance(value, bool))
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return False


def _all_literal(nodes: list[ast.expr], depth: int) -> bool:
    """Literals, or switches beside at least one literal (`[None, 5]`)."""
    if not nodes or len(nodes) > _LONGEST:
        return False
    literal = [is_literal(node, depth + 1) for node in nodes]
    return any(literal) and all(
        is_one or (isinstance(node, ast.Constant) and not isinstance(node.value, bytes))
        for is_one, node in zip(literal, nodes, strict=True)
    )
