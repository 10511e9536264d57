"""Evaluation criteria in code: decision thresholds (`proba > 0.5`) and gates (`assert accuracy > 0.85`)."""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters import lexicon
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import is_number, is_zero

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.module import Module

_PROBABILITY = names("prob probs proba probas probability probabilities pred preds yhat")
_MAKES_PROBABILITY = frozenset({"predict_proba", "sigmoid", "softmax", "expit"})
_METRICS = names(
    "accuracy acc f1 auc auroc auprc precision recall rmse mae mse r2 mape iou map bleu rouge logloss "
    "perplexity"
)
_EXITS = frozenset({"exit", "_exit", "abort", "fail"})
_ORDERED = (ast.Gt, ast.GtE, ast.Lt, ast.LtE)
_DEEPEST = 12


def find(module: Module) -> Iterator[Hit]:
    """The literal of a decision threshold or of an evaluation gate."""
    for compare, _, code in module.compares:
        limit = _limit(compare)
        if limit is not None and _is_fraction(limit) and _is_probability(compare.left):
            yield Hit(code, limit, "threshold", "evaluation")
    for test, _, code in module.tests:
        condition = test.test
        if not isinstance(condition, ast.Compare):
            continue
        limit = _limit(condition)
        metric = _metric(condition.left)
        if limit is None or is_zero(limit) or metric is None:
            continue
        if isinstance(test, ast.Assert) or _stops(test):
            yield Hit(code, limit, metric, "evaluation")


def _limit(compare: ast.Compare) -> ast.expr | None:
    """The number that something is compared with by order."""
    if len(compare.ops) != 1 or not isinstance(compare.ops[0], _ORDERED):
        return None
    limit = compare.comparators[0]
    return limit if is_number(limit) else None


def _is_fraction(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, float) and 0 < node.value < 1


def _is_probability(node: ast.expr) -> bool:
    """Whether an expression is named, or made, like a model's probability."""
    for _ in range(_DEEPEST):
        if isinstance(node, ast.Subscript):
            node = node.value
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in _MAKES_PROBABILITY:
                return True
            if not isinstance(node.func, ast.Attribute):
                return False
            node = node.func.value
        elif isinstance(node, ast.Attribute):
            return not _PROBABILITY.isdisjoint(lexicon.words(node.attr))
        else:
            return isinstance(node, ast.Name) and not _PROBABILITY.isdisjoint(lexicon.words(node.id))
    return False


def _metric(node: ast.expr) -> str | None:
    """The metric that a name, an attribute or a constant key speaks of; its name as it is written."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        name = node.slice.value if isinstance(node.slice.value, str) else ""
    elif isinstance(node, ast.Attribute):
        name = node.attr
    else:
        name = node.id if isinstance(node, ast.Name) else ""
    spoken = [*lexicon.words(name), name.lower()]
    return lexicon.spelled(name) if not _METRICS.isdisjoint(spoken) or name.lower() in {"r2", "f1"} else None


def _stops(test: ast.If) -> bool:
    """Whether the branch ends the program or raises: then the comparison is a gate."""
    for statement in test.body:
        if isinstance(statement, ast.Raise):
            return True
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            called = statement.value.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in _EXITS:
                return True
    return False
