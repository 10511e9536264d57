"""Criteria in code: decision thresholds (`proba > 0.5`), gates (`assert accuracy > 0.85`), the rows that are kept.

Also what stops a training early, the factor of the interquartile range, and the weights of an ensemble: all are
numbers beside a name that says what they judge.
"""

from __future__ import annotations

import ast
import re

from reproof.lint.hyperparameters import choices, lexicon
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import is_date, is_fraction, is_number, is_zero
from reproof.lint.hyperparameters.nodes import first_target, last_name, string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.module import Module
    from reproof.lint.hyperparameters.scope import Scope
    from reproof.lint.source import Code

_PROBABILITY = names(
    "prob probs proba probas probability probabilities pred preds yhat prediction predictions predicted "
    "confidence conf confidences output outputs score scores similarity similarities sim sims iou ious"
)
_MAKES_PROBABILITY = frozenset({"predict_proba", "sigmoid", "softmax", "expit"})
_MEANS = names("mean average median")
# Metrics where something stops by them.
_ALSO_METRICS = names("loss losses score scores reward rewards returns")
_EXITS = frozenset({"exit", "_exit", "abort", "fail"})
# What counts the epochs without progress: its limit is the patience of an early stopping by hand.
_WAITING = names("patience wait waited noimprove noimprovement badepochs epochsnoimprove stall stagnation")
_Z_SCORES = names("zscore zscores")
_SWITCHES = frozenset({"stop_training", "should_stop", "early_stop", "stop"})
_ORDERED = (ast.Gt, ast.GtE, ast.Lt, ast.LtE)
_NAMES_OF_LIMITS = ("threshold", "thresh", "thres", "thr", "cutoff")
_KEEPS = names("reset_index copy dropna sort_values sort_index")
_AT_K = frozenset({("k",), ("topk",)})
_DEEPEST = 12
_COMPARED = re.compile(r"[<>]=?\s*-?\.?[1-9]|[<>]=?\s*0?\.\d")


def find(module: Module) -> Iterator[Hit]:
    """The literals of thresholds, gates, patience, filters of rows, outliers' cut-offs and ensembles' weights."""
    yield from _thresholds(module)
    yield from _gates(module)
    yield from _ranked(module)
    for call, scope, code in module.called(("drop",)):
        yield from _dropped(call, scope, code)
    queries = "query" in module.callees
    for node, scope, code in module.assigns:
        value = _chained(node.value)
        if isinstance(value, ast.Subscript):
            table = _table(value)
            if table and table == last_name(first_target(node)):
                yield from _filtered(table, value.slice, scope, code)
        elif queries and isinstance(value, ast.Call) and last_name(value.func) == "query":
            yield from _queried(node, value, code)
        elif isinstance(node.value, ast.BinOp):
            yield from _outliers(node.value, code)
            yield from _ensemble(node.value, code)


def _thresholds(module: Module) -> Iterator[Hit]:
    for compare, scope, code in module.compares:
        other = compare.comparators[0]
        if type(other) is ast.Name:
            if other.id.lower().endswith(_NAMES_OF_LIMITS):
                yield from _named(compare, scope, code)
            continue
        limit = _limit(compare)
        if limit is None or is_zero(limit):
            continue
        if is_fraction(limit) and _is_probability(_each_of(compare.left, scope, code)):
            yield Hit(code, limit, "threshold", "evaluation")
        elif _is_z_score(compare.left):
            yield Hit(code, limit, "z_score", "preprocessing")


def _named(compare: ast.Compare, scope: Scope, code: Code) -> Iterator[Hit]:
    """`cutoff = 0.4`, where something is compared with `cutoff`: told at the assignment."""
    limit = compare.comparators[0]
    if len(compare.ops) != 1 or not isinstance(compare.ops[0], _ORDERED):
        return
    traced = scope.trace(limit, code)
    if traced is not None and is_fraction(traced[0]):
        yield Hit(traced[1], traced[0], "threshold", "evaluation")


def _each_of(node: ast.expr, scope: Scope, code: Code) -> ast.expr:
    """What a name goes through: the `probs` of `1 if p > 0.5 else 0 for p in probs`."""
    if isinstance(node, ast.Name):
        binding = scope.binding(node, code)
        if binding is not None and binding.each and binding.value is not None:
            return binding.value
    return node


def _gates(module: Module) -> Iterator[Hit]:
    for test, _, code in module.tests:
        for condition in _conditions(test.test):
            limit = _limit(condition)
            if limit is None or is_zero(limit):
                continue
            if isinstance(test, ast.If) and _is_waiting(condition.left) and _stops(test):
                yield Hit(code, limit, "patience", "training")
            elif (metric := _metric(condition.left)) and (isinstance(test, ast.Assert) or _stops(test)):
                yield Hit(code, limit, metric, "evaluation")


def _ranked(module: Module) -> Iterator[Hit]:
    """`precision_at_k(y, scores, 10)`, `ndcg_at_k(truth, top, k=100)`: how far a ranking is judged."""
    for call, _, code in module.called(name for name in module.callees if name.endswith("_at_k")):
        named = [each.value for each in call.keywords if lexicon.words(each.arg or "")[-1:] in _AT_K]
        for value in (*call.args, *named):
            if is_number(value):
                yield Hit(code, value, "k", "evaluation")


def _conditions(test: ast.expr) -> Iterator[ast.Compare]:
    """The comparisons that a test is made of, `and` and `or` aside."""
    for part in test.values if isinstance(test, ast.BoolOp) else (test,):
        if isinstance(part, ast.Compare):
            yield part


def _is_z_score(node: ast.expr) -> bool:
    """Whether an expression is named like a z-score, `abs` and `np.abs` aside."""
    if isinstance(node, ast.Call) and len(node.args) == 1:
        node = node.args[0]
    name = last_name(node)
    return bool(name) and lexicon.squeeze(name) in _Z_SCORES


def _is_waiting(node: ast.expr) -> bool:
    name = last_name(node)
    return bool(name) and not _WAITING.isdisjoint((*lexicon.words(name), lexicon.squeeze(name)))


def _chained(value: ast.expr | None) -> ast.expr | None:
    """The expression below calls that leave its rows what they are: `df[df.age > 18].reset_index(drop=True)`."""
    for _ in range(_DEEPEST):
        if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute)):
            break
        if value.func.attr not in _KEEPS:
            break
        value = value.func.value
    return value


def _table(chosen: ast.Subscript) -> str:
    """The name of the table whose rows are chosen: `df[mask]`, `df.loc[mask]`; else empty."""
    table = chosen.value
    if isinstance(table, ast.Attribute) and table.attr == "loc":
        table = table.value
    return getattr(table, "id", "")


def _filtered(table: str, condition: ast.expr, scope: Scope, code: Code) -> Iterator[Hit]:
    """`df = df[(df.duration >= 1) & (df.duration <= 60)]`: the limits of what is trained on."""
    todo: list[ast.expr] = [condition]
    for _ in range(4 * _DEEPEST):
        if not todo:
            return
        part = todo.pop()
        if isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.Invert):
            todo.append(part.operand)
        elif isinstance(part, ast.BinOp) and isinstance(part.op, ast.BitAnd | ast.BitOr):
            todo += [part.right, part.left]
        elif isinstance(part, ast.Name):
            mask = scope.binding(part, code)
            if mask is not None and isinstance(mask.value, ast.Compare | ast.BinOp | ast.UnaryOp):
                todo.append(mask.value)
                code = mask.code
        elif isinstance(part, ast.Compare) and _is_of(part.left, table):
            limit = part.comparators[0]
            if is_date(limit):
                yield Hit(code, limit, "date_limit", "split")
            elif _limit(part) is not None and not is_zero(limit):
                yield Hit(code, limit, "cutoff", "preprocessing")


def _dropped(call: ast.Call, scope: Scope, code: Code) -> Iterator[Hit]:
    """`df.drop(df[df.area > 4000].index)`: the same limit, of what is left out."""
    rows = call.args[0] if call.args else None
    if isinstance(rows, ast.Attribute) and rows.attr == "index" and isinstance(rows.value, ast.Subscript):
        table = _table(rows.value)
        if table and isinstance(call.func, ast.Attribute) and table == last_name(call.func.value):
            yield from _filtered(table, rows.value.slice, scope, code)


def _queried(node: ast.Assign | ast.AnnAssign, call: ast.Call, code: Code) -> Iterator[Hit]:
    """`df = df.query("price < 500000")`: the same limit, in a text."""
    same = (
        isinstance(call.func, ast.Attribute)
        and last_name(call.func.value) == last_name(first_target(node)) != ""
    )
    if same and len(call.args) == 1 and _COMPARED.search(string(call.args[0]) or ""):
        yield Hit(code, call.args[0], "query", "preprocessing")


def _is_of(node: ast.expr, table: str) -> bool:
    """Whether the node is a column of the table: `df.age`, `df["age"]`."""
    for _ in range(_DEEPEST):  # also `df["text"].str.len()`
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value
        elif isinstance(node, ast.Attribute | ast.Subscript):
            if isinstance(node.value, ast.Name):
                return node.value.id == table
            node = node.value
        else:
            break
    return False


def _outliers(value: ast.BinOp, code: Code) -> Iterator[Hit]:
    """`q1 - 1.5 * iqr`: the factor of the interquartile range."""
    for side in (value.left, value.right):
        if isinstance(side, ast.BinOp) and isinstance(side.op, ast.Mult):
            for literal, other in ((side.left, side.right), (side.right, side.left)):
                if is_number(literal) and last_name(other).lower() in {"iqr", "irq"}:
                    yield Hit(code, literal, "iqr_factor", "preprocessing")


def _ensemble(value: ast.BinOp, code: Code) -> Iterator[Hit]:
    """`0.7 * xgb_pred + 0.3 * lgb_pred`: the weights of an ensemble."""
    weights: list[ast.expr] = []
    todo: list[ast.expr] = [value]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and len(todo) < _DEEPEST:
            todo += [node.right, node.left]
            continue
        if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult)):
            return
        parts = ((node.left, node.right), (node.right, node.left))
        literal = next((one for one, other in parts if is_fraction(one) and _is_probability(other)), None)
        if literal is None:
            return
        weights.append(literal)
    if len(weights) > 1:
        for literal in weights:
            yield Hit(code, literal, "ensemble_weight", "model")


def _limit(compare: ast.Compare) -> ast.expr | None:
    """The number that something is compared with by order."""
    if len(compare.ops) != 1 or not isinstance(compare.ops[0], _ORDERED):
        return None
    limit = compare.comparators[0]
    return limit if is_number(limit) else None


def _is_probability(node: ast.expr) -> bool:
    """Whether an expression is named, or made, like a model's probability."""
    for _ in range(_DEEPEST):
        if isinstance(node, ast.Subscript):
            node = node.value
        elif isinstance(node, ast.Call):
            if last_name(node.func) in _MAKES_PROBABILITY:
                return True
            if not isinstance(node.func, ast.Attribute):
                return False
            node = node.func.value
        else:
            return not _PROBABILITY.isdisjoint(lexicon.words(last_name(node)))
    return False


def _metric(node: ast.expr) -> str | None:
    """The metric that a name, an attribute or a constant key speaks of; its name as it is written."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        node = node.args[0] if node.args else node  # logs.get("accuracy")
    if isinstance(node, ast.Call) and last_name(node.func) in _MEANS and node.args:
        node = node.args[0]
    if isinstance(node, ast.Subscript):
        node = node.slice if string(node.slice) is not None else node.value
    name = string(node) or last_name(node)
    spoken = (*lexicon.words(name), name.lower())
    return None if (choices.METRICS | _ALSO_METRICS).isdisjoint(spoken) else lexicon.spelled(name)


def _stops(test: ast.If) -> bool:
    """Whether the branch ends the program or raises: then the comparison is a gate."""
    for statement in test.body:
        if isinstance(statement, ast.Raise | ast.Break):
            return True
        if isinstance(statement, ast.Assign) and last_name(statement.targets[0]) in _SWITCHES:
            return True
        called = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(called, ast.Call) and last_name(called.func) in _EXITS:
            return True
    return False
