"""Weights: of a loss's terms (`loss = ce + 0.5 * aux_loss`), of classes, of what is averaged to an ensemble.

How much a term, a class or a model counts is tuned like a learning rate. A smoothed value that is only shown
(`running_loss = 0.9 * running_loss + 0.1 * loss`) and an average (`0.5 * (a + b)`) are not.
"""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters import lexicon
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import is_fraction, is_number, is_unit
from reproof.lint.hyperparameters.nodes import first_target, inside, last_name, target_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.module import Module
    from reproof.lint.hyperparameters.scope import Scope
    from reproof.lint.source import Code

    Term = tuple[ast.expr | None, ast.expr]  # the literal factor, and what it weighs

_LOSSES = names(
    "loss losses criterion kl kld kldiv mse bce nll ce xent entropy penalty regularization regularizer "
    "reg l1 l2 dice lossg lossd gp recon reconstruction adversarial perceptual ssim lpips focal "
    "commitment"
)
_SMOOTHED = names("running avg average mean smooth smoothed ema moving total epoch sum mv")
_BLENDED = names("ensemble ens blend blended blending stack stacked")
_PREDICTED = names("pred preds prediction predictions predicted prob probs proba probas oof")
_FORECASTS = ("pred", "ensemble", "blend", "stack", "prob", "oof")
_HALF = 0.5
_HINGES = names("relu clamp clamp_min")
_PARTS = 12  # terms of one sum that are looked at
_WHOLE = 0.011  # how far weights that are written with two digits may miss 1


def find(module: Module) -> Iterator[Hit]:
    """The literal factors of losses' terms, and of predictions that are averaged."""
    for node, scope, code in module.assigned(ast.BinOp):
        yield from _blend(node.value, scope, code)
        if node.value is not None and isinstance(node.value.op, ast.Add | ast.Sub):  # type: ignore[attr-defined]
            name = target_name(first_target(node))
            terms = list(_terms(node.value))
            yield from _of_losses(name, terms, code)
            yield from _of_models(name, terms, code)
            if isinstance(first_target(node), ast.Subscript) and name:
                yield from _of_columns(terms, code)
    for change, _, code in module.changes:
        name = target_name(change.target)
        if isinstance(change.op, ast.Add) and isinstance(change.value, ast.BinOp) and _is_loss(name):
            yield from _of_losses(name, [(None, change.target), *_terms(change.value)], code)
    for value, scope, code in module.returns:
        yield from _blend(value, scope, code)
        name = getattr(scope.node, "name", "")
        if _is_loss(name) or "loss" in name.lower():
            yield from _of_losses(name, list(_terms(value)), code)


def _terms(value: ast.expr) -> Iterator[Term]:
    """What a sum adds up, each with its literal factor, if it has one."""
    todo = [value]
    for _ in range(2 * _PARTS):
        if not todo:
            return
        node = todo.pop()
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            todo += [node.right, node.left]
        else:
            yield _weighed(node)


def _weighed(node: ast.expr) -> Term:
    """`0.5 * aux_loss` and `aux_loss * 0.5`; of `0.5 * w * x` the first."""
    what = node
    for _ in range(_PARTS):
        if not (isinstance(what, ast.BinOp) and isinstance(what.op, ast.Mult)):
            break
        if is_number(what.left):
            return what.left, what.right
        if is_number(what.right):
            return what.right, what.left
        what = what.left
    return None, node


def _of_losses(name: str, terms: list[Term], code: Code) -> Iterator[Hit]:
    if len(terms) < 2:
        return
    spoken = lexicon.words(name)
    if not _SMOOTHED.isdisjoint(spoken) and any(
        target_name(what) == name for factor, what in terms if factor
    ):
        return
    losses = [_speaks(what) for _, what in terms]
    if not (any(losses) and (_is_loss(name) or all(losses))):
        return
    factors = [factor for factor, _ in terms if factor is not None]
    if len(factors) == len(terms) and _are_equal(factors):
        return  # an average
    for (factor, what), is_loss in zip(terms, losses, strict=True):
        half = getattr(factor, "value", None) == _HALF and not is_loss and not _is_hinge(what)  # of a square
        if factor is not None and (is_loss or _is_loss(name)) and not (is_unit(factor) or half):
            yield Hit(code, factor, "loss_weight", "training")


def _is_hinge(what: ast.expr) -> bool:
    """`relu(margin - score).mean()`: what no half is the derivative's factor of."""
    return any(isinstance(part, ast.Call) and last_name(part.func) in _HINGES for part in inside(what))


def _speaks(what: ast.expr) -> bool:
    """Whether a term is a loss, by the name of what it is or what makes it."""
    for _ in range(_PARTS):
        if isinstance(what, ast.Call):
            if _is_loss(last_name(what.func)):
                return True
            what = what.func.value if isinstance(what.func, ast.Attribute) else what.func
        elif isinstance(what, ast.Subscript | ast.BinOp | ast.UnaryOp):
            if isinstance(what, ast.Subscript) and _is_loss(target_name(what)):
                return True
            what = (
                what.value
                if isinstance(what, ast.Subscript)
                else what.left
                if isinstance(what, ast.BinOp)
                else what.operand
            )
        else:
            return _is_loss(last_name(what))
    return False


def _is_loss(name: str) -> bool:
    return not _LOSSES.isdisjoint(lexicon.words(name))


def _of_models(name: str, terms: list[Term], code: Code) -> Iterator[Hit]:
    """`final = 0.6 * p1 + 0.4 * p2`: shares that add up to one, where a name says that predictions are averaged."""
    factors = [factor for factor, _ in terms if factor is not None and is_fraction(factor)]
    if len(terms) < 2 or len(factors) != len(terms):
        return
    whole = sum(factor.value for factor in factors if isinstance(factor, ast.Constant))  # type: ignore[misc]
    if abs(whole - 1) > _WHOLE or any(target_name(what) == name for _, what in terms):
        return
    spoken = {*lexicon.words(name), *(word for _, what in terms for word in _named(what))}
    if not (_BLENDED | _PREDICTED).isdisjoint(spoken):
        for factor in factors:
            yield Hit(code, factor, "ensemble_weight", "model")


def _of_columns(terms: list[Term], code: Code) -> Iterator[Hit]:
    """`df["risk"] = 0.6 * df["glucose"] + 0.4 * df["bmi"]`: a feature made of shares of others, no average."""
    factors = [factor for factor, what in terms if factor is not None and _is_column(what)]
    if len(factors) == len(terms) and all(map(is_fraction, factors)) and not _are_equal(factors):
        for factor in factors:
            yield Hit(code, factor, "feature_weight", "features")


def _is_column(what: ast.expr) -> bool:
    return isinstance(what, ast.Subscript) and target_name(what) != ""


def _are_equal(factors: list[ast.expr]) -> bool:
    return len({ast.dump(factor) for factor in factors}) == 1


def _blend(node: ast.expr | None, scope: Scope, code: Code) -> Iterator[Hit]:
    """`a * share + b * (1 - share)` of predictions, where `share` is written down: told there."""
    if not isinstance(node, ast.BinOp):
        return
    shares = [
        side for term in (node.left, node.right) if isinstance(term, ast.BinOp) for side in _factors(term)
    ]
    named = {each.id: each for each in shares if isinstance(each, ast.Name)}
    for each in shares:
        if not (isinstance(each, ast.BinOp) and isinstance(each.op, ast.Sub) and is_unit(each.left)):
            continue
        if isinstance(each.right, ast.Name) and each.right.id in named:
            traced = scope.trace(each.right, code)
            spoken = {*scope.spoken, *(word for term in shares for word in _named(term))}
            if traced and is_fraction(traced[0]) and any(word.startswith(_FORECASTS) for word in spoken):
                yield Hit(traced[1], traced[0], "ensemble_weight", "model")


def _factors(term: ast.BinOp) -> tuple[ast.expr, ...]:
    return (term.left, term.right) if isinstance(term.op, ast.Mult) else ()


def _named(what: ast.expr) -> tuple[str, ...]:
    while isinstance(what, ast.Subscript | ast.Call):
        if isinstance(what, ast.Subscript):
            if name := target_name(what):
                return lexicon.words(name)
            what = what.value
        else:
            what = what.func.value if isinstance(what.func, ast.Attribute) else what.func
    return lexicon.words(last_name(what))
