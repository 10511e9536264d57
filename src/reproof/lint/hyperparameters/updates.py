"""Steps against a gradient by hand: `w = w - 0.1 * grad`, `w -= 0.1 * dw`, `map(lambda p, g: p - 0.1 * g, …)`."""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters import lexicon
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import is_number, is_unit
from reproof.lint.hyperparameters.nodes import first_target, last_name, target_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.module import Module
    from reproof.lint.source import Code

_GRADIENTS = names("grad grads gradient gradients g dw db dtheta delta")
_MAPS = names("map tree_map tree_multimap")
_WRAPPED = 4


def find(module: Module) -> Iterator[Hit]:
    """The literal learning rates of updates that are written out."""
    for change, _, code in module.changes:
        if isinstance(change.op, ast.Sub):
            yield from _step(target_name(change.target), change.value, code)
    for node, _, code in module.assigned(ast.BinOp):
        value = node.value
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Sub):
            name = target_name(first_target(node))
            if name == target_name(value.left):
                yield from _step(name, value.right, code)
    for call, _, code in module.called(_MAPS):
        update = call.args[0] if call.args else None
        if isinstance(update, ast.Lambda) and isinstance(update.body, ast.BinOp):
            taken = update.body
            if isinstance(taken.op, ast.Sub) and len(update.args.args) > 1:
                yield from _step(last_name(taken.left), taken.right, code)


def _step(name: str, value: ast.expr, code: Code) -> Iterator[Hit]:
    """The literal in `0.1 * grad`, either way round."""
    if not (name and isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult)):
        return
    for literal, other in ((value.left, value.right), (value.right, value.left)):
        if is_number(literal) and not is_unit(literal) and _is_gradient(other, name):
            yield Hit(code, literal, "learning_rate", "training")


def _is_gradient(node: ast.expr, name: str) -> bool:
    """`grad`, `w.grad`, `grads["w"]`, `dw` for a `w`."""
    for _ in range(_WRAPPED):
        spoken = last_name(node)
        if spoken.lower() == f"d{name.lower()}" or not _GRADIENTS.isdisjoint(
            (spoken.lower(), *lexicon.words(spoken))
        ):
            return True
        if not isinstance(node, ast.Attribute | ast.Subscript):
            return False
        node = node.value
    return False
