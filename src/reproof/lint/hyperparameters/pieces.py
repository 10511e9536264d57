"""Literals that set a value without being all of it: a branch, an element, a share of a length, a lambda.

`0.1 if big else 0.01`, `(opt.beta1, 0.999)`, `int(0.8 * len(data))`, `lambda epoch: 0.95**epoch`: the numbers
in them are as hardcoded as a bare one.
"""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters import lexicon
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import is_fraction, is_number, is_text, is_unit
from reproof.lint.hyperparameters.nodes import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_DEEPEST = 4
_LOOK = 60
_COUNTS = names("len shape size n num count total samples rows steps iterations batches epochs")
# What leaves a number what it is.
_ROUNDING = frozenset({"int", "round", "float", "max", "min", "ceil", "floor"})


def pieces(node: ast.expr, depth: int = 0) -> Iterator[tuple[ast.expr, bool]]:
    """The literals in an expression that is not a literal itself, each with whether it is debatable.

    A share of something counted is not; other arithmetic of a literal and a name is, since it may just
    convert a unit or scale a configured value.
    """
    if depth > _DEEPEST:
        return
    if isinstance(node, ast.IfExp):
        yield from _each((node.body, node.orelse), _chooses, depth)
    elif isinstance(node, ast.Tuple | ast.List):
        yield from _each(node.elts, _tunes, depth)
    elif isinstance(node, ast.Dict):
        yield from _each(node.values, _chooses, depth)
    elif isinstance(node, ast.Lambda):
        number = _first_number(node.body)
        if number is not None:
            yield number, False
    elif isinstance(node, ast.Call):
        if last_name(node.func) in _ROUNDING:
            for argument in node.args:
                yield from pieces(argument, depth + 1)
    elif isinstance(node, ast.BinOp):
        yield from _arithmetic(node, depth)


def share(node: ast.expr) -> ast.expr | None:
    """The literal of a share: the 0.8 of `int(0.8 * len(x))`, `round(n * 0.8)` or `0.8 * n`; None for others."""
    for _ in range(_DEEPEST):
        if isinstance(node, ast.Call) and len(node.args) in (1, 2):
            if last_name(node.func) not in _ROUNDING:
                return None
            node = node.args[0]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            for literal, other in ((node.left, node.right), (node.right, node.left)):
                if is_share(literal) and not is_number(other):
                    return literal
            node = node.left
        else:
            return None
    return None


def is_share(node: ast.expr) -> bool:
    """Whether the node is a number between 0 and 1, as `0.8`, `.2` and `4 / 5` are."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        parts = (node.left, node.right)
        numbers = [part.value for part in parts if isinstance(part, ast.Constant)]
        return (
            len(numbers) == 2
            and all(type(each) in (int, float) for each in numbers)
            and 0 < numbers[0] < numbers[1]  # type: ignore[operator]
        )
    return is_fraction(node)


def _is_count(node: ast.expr) -> bool:
    """Whether the node counts something, by its look: `len(x)`, `x.shape[0]`, `n`, `total_steps`."""
    while isinstance(node, ast.Subscript | ast.BinOp):
        node = node.value if isinstance(node, ast.Subscript) else node.left
    if isinstance(node, ast.Call):
        node = node.func
    return not _COUNTS.isdisjoint(lexicon.words(last_name(node)))


def _each(
    nodes: Iterable[ast.expr], sets: Callable[[ast.expr], bool], depth: int
) -> Iterator[tuple[ast.expr, bool]]:
    for node in nodes:
        if sets(node):
            yield node, False
        else:
            yield from pieces(node, depth + 1)


def _arithmetic(node: ast.BinOp, depth: int) -> Iterator[tuple[ast.expr, bool]]:
    sides = (node.left, node.right)
    literal = share(node)
    if literal is not None:
        yield literal, not any(map(_is_count, sides))
        return
    if isinstance(node.op, ast.Mult | ast.Div):
        for side in sides:
            if is_number(side) and not is_unit(side):
                yield side, True
    if not any(is_number(side) for side in sides):
        for side in sides:
            yield from pieces(side, depth + 1)


def _tunes(node: ast.expr) -> bool:
    """Whether the node is a number that sets something: 0, 1 and -1 switch it off, or on."""
    return is_number(node) and not is_unit(node)


def _chooses(node: ast.expr) -> bool:
    return _tunes(node) or is_text(node)


def _first_number(node: ast.AST) -> ast.expr | None:
    todo: list[ast.AST] = [node]
    for _ in range(_LOOK):
        if not todo:
            break
        inner = todo.pop(0)
        if isinstance(inner, ast.expr) and is_number(inner) and not is_unit(inner):
            return inner
        todo.extend(ast.iter_child_nodes(inner))
    return None
