"""Numbers that cut a value in two: `(proba > 0.4).astype(int)`, `np.where(score > 0.7, 1, 0)`, `y = (rating > 3)`.

A fraction that decides between 0 and 1 is a decision threshold, whatever is compared; any number is what defines
the label where the result is one. So is what filters features by their correlation, unless it is only drawn.
"""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters import lexicon
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import is_fraction, is_number, is_unit, is_zero
from reproof.lint.hyperparameters.nodes import first_target, inside, last_name, string, target_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.module import Module
    from reproof.lint.source import Code

_ORDERED = (ast.Gt, ast.GtE, ast.Lt, ast.LtE)
_TO_NUMBERS = names("astype int float long double byte type")
_LABELS = names("y label labels target targets class outcome churn default fraud")
_SKEWED = names("skew skewed skewness")
_CORRELATED = names("corr correlation correlations corrs vif skew skewed skewness")
# Where a calendar is cut is what the column means: `weekday >= 5`.
_CALENDAR = names("day days dayofweek weekday week dow hour hours month months minute minutes quarter time")
_APPLIES = names("apply map transform")
_ASKED = _TO_NUMBERS | {"where"}
_DRAWS = names("heatmap imshow matshow clustermap spy")
# What is compared by chance, or says how long something took, decides nothing.
_CHANCES = names("random rand uniform randn random_sample")


def find(module: Module) -> Iterator[Hit]:
    """The literal limits of comparisons that become numbers, of labels, and of features by correlation."""
    fractions = any(is_fraction(compare.comparators[0]) for compare, _, _ in module.limits)
    for call, _, code in module.called(_TO_NUMBERS | {"where"}) if fractions else ():
        compare = _made_number(call)
        if compare is not None and (limit := _limit(compare)) is not None and is_fraction(limit):
            yield Hit(code, limit, "threshold", "evaluation")
    for node, _, code in module.assigned(ast.Call, ast.Compare, ast.Attribute):
        value = node.value
        if isinstance(value, ast.Attribute) and value.attr == "values":
            value = value.value
        if isinstance(value, ast.Call):
            if last_name(value.func) not in _ASKED:
                continue
        elif not isinstance(value, ast.Compare):
            continue
        target = first_target(node)
        yield from _assigned(target_name(target), value, code, isinstance(target, ast.Subscript))
    yield from _masked(module)
    yield from _classed(module)
    drawn = {id(each) for call, _, _ in module.called(_DRAWS) for each in call.args}
    for compare, _, code in module.limits:
        limit = compare.comparators[0]
        if id(compare) in drawn:
            continue
        ordered = isinstance(compare.ops[0], _ORDERED) and len(compare.ops) == 1
        if ordered and is_fraction(limit) and _speaks_of(compare.left, _CORRELATED):
            yield Hit(code, limit, "feature_threshold", "features")
        elif ordered and is_number(limit) and not is_zero(limit) and _speaks_of(compare.left, _SKEWED):
            yield Hit(code, limit, "skew_threshold", "preprocessing")


def _masked(module: Module) -> Iterator[Hit]:
    """`labels[(valence > 4) & (valence <= 6)] = 1`: where one class ends."""
    for node, _, code in module.assigned(ast.Constant):
        target = first_target(node)
        if not isinstance(target, ast.Subscript) or _LABELS.isdisjoint(
            lexicon.words(last_name(target.value))
        ):
            continue
        for part in inside(target.slice):
            limit = _limit(part) if isinstance(part, ast.Compare) else None
            if limit is not None and not is_zero(limit):
                yield Hit(code, limit, "label_cutoff", "labels")


def _classed(module: Module) -> Iterator[Hit]:
    """`df["target"] = df["price"].apply(level)`: the limits in `level`, an own function or a lambda."""
    made: set[str] = set()
    lambdas: set[int] = set()
    for node, _, _ in module.assigned(ast.Call):
        call = node.value
        if not isinstance(call, ast.Call) or last_name(call.func) not in _APPLIES or not call.args:
            continue
        target = first_target(node)
        words = lexicon.words(
            string(target.slice) or "" if isinstance(target, ast.Subscript) else target_name(target)
        )
        if _LABELS.isdisjoint(words):
            continue
        if isinstance(call.args[0], ast.Name):
            made.add(call.args[0].id)
        elif isinstance(call.args[0], ast.Lambda):
            lambdas.add(id(call.args[0]))
    for compare, scope, code in module.limits if made or lambdas else ():
        function = scope.node
        if not (id(function) in lambdas or getattr(function, "name", "") in made):
            continue
        limit = _limit(compare)
        if limit is not None and not is_zero(limit):
            yield Hit(code, limit, "label_cutoff", "labels")


def _made_number(call: ast.Call) -> ast.Compare | None:
    """The comparison in `(x > 0.5).astype(int)`, `int(x > 0.5)`, `np.where(x > 0.5, 1, 0)`."""
    func = call.func
    if last_name(func) == "where":
        if len(call.args) == 3 and all(map(is_unit, call.args[1:])):
            return call.args[0] if isinstance(call.args[0], ast.Compare) else None
        return None
    if isinstance(func, ast.Attribute):
        return func.value if isinstance(func.value, ast.Compare) else None
    inner = call.args[0] if len(call.args) == 1 else None
    return inner if isinstance(inner, ast.Compare) else None


def _limit(compare: ast.Compare) -> ast.expr | None:
    """The number that something is compared with by order; None for what chance made."""
    if len(compare.ops) != 1 or not isinstance(compare.ops[0], _ORDERED):
        return None
    if isinstance(compare.left, ast.Call) and last_name(compare.left.func) in _CHANCES:
        return None
    limit = compare.comparators[0]
    return limit if is_number(limit) and not is_unit(limit) else None


def _assigned(name: str, value: ast.expr, code: Code, column: bool) -> Iterator[Hit]:
    """What a name, or a column, is set to."""
    words = lexicon.words(name)
    if isinstance(value, ast.Call):
        compare = _made_number(value)
    else:
        compare = value if isinstance(value, ast.Compare) else None
    limit = _limit(compare) if compare is not None and _is_column(compare.left) else None
    if compare is None or limit is None:
        return
    if not _LABELS.isdisjoint(words):
        yield Hit(code, limit, "label_cutoff", "labels")
    elif column and _CALENDAR.isdisjoint(lexicon.words(target_name(compare.left))):
        yield Hit(code, limit, "cutoff", "preprocessing")  # `df["adult"] = (df["age"] >= 18).astype(int)`


def _is_column(node: ast.expr) -> bool:
    """`df["rating"]`, `df.rating`."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)


def _speaks_of(node: ast.expr, words: frozenset[str]) -> bool:
    return any(
        isinstance(part, ast.Name | ast.Attribute) and not words.isdisjoint(lexicon.words(last_name(part)))
        for part in inside(node)
    )
