"""Windows over time: lags, rolling means, and how many steps a sample looks back.

A window counts where it makes a column (`df["ma"] = df["y"].rolling(7).mean()`) or samples
(`create_sequences(data, 30)`, `data[i - 60 : i]`); one that smooths a curve for a plot does not.
"""

from __future__ import annotations

import ast
from functools import lru_cache

from reproof.lint.hyperparameters import lexicon
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import is_literal, is_number, is_unit
from reproof.lint.hyperparameters.nodes import first_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.module import Module
    from reproof.lint.hyperparameters.scope import Scope
    from reproof.lint.source import Code

# Methods of a series, and what their first argument is.
_OVER_TIME = {"shift": "lag", "rolling": "window", "ewm": "span", "diff": "lag", "pct_change": "lag"}
_WINDOWS = names("window periods span halflife com alpha")
_MAKES = names("create make build generate gen get prepare split to sliding series convert")
_SAMPLES = names("sequence sequences window windows windowed lag lags lagged supervised lookback timeseries")
_DATASETS = frozenset({"create_dataset", "createdataset", "make_dataset"})
# Words of functions that make features: `def build_lag_features(frame)`.
_FEATURES = names("feature features lags indicator indicators")
_CHAIN = 6
_LOOK = 200
_LONGEST = 5000


def find(module: Module) -> Iterator[Hit]:
    """The literals of lags, rolling windows and samples over time."""
    if not module.callees.keys().isdisjoint(_OVER_TIME):
        for node, scope, code in module.assigned(ast.Call, ast.BinOp, ast.Subscript, ast.Attribute):
            target = first_target(node)
            if isinstance(target, ast.Subscript) and node.value is not None and _is_column(target.slice):
                yield from _column(node.value, scope, code)
        for call, scope, code in module.called(_OVER_TIME):
            if isinstance(call.func, ast.Attribute) and not _FEATURES.isdisjoint(scope.spoken):
                yield from _window(call, _OVER_TIME[call.func.attr], scope, code)
    for call, scope, code in module.called(name for name in module.callees if _makes_samples(name)):
        for value in call.args[1:]:
            traced = scope.trace(value, code)
            if traced is not None and _is_window(traced[0]):
                yield Hit(traced[1], traced[0], "window_size", "preprocessing")
    for loop, _, code in module.loops:
        yield from _sliding(loop, code)


def _is_column(index: ast.expr) -> bool:
    return isinstance(index, ast.JoinedStr) or (
        isinstance(index, ast.Constant) and isinstance(index.value, str)
    )


def _column(value: ast.expr, scope: Scope, code: Code) -> Iterator[Hit]:
    """The windows in a chain of methods: `df.groupby("id")["y"].shift(7).rolling(28).mean()`, sums included."""
    todo = [value]
    for _ in range(2 * _CHAIN):
        if not todo:
            return
        node = todo.pop()
        if isinstance(node, ast.BinOp):
            todo += [node.right, node.left]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            todo.append(node.func.value)
            if (name := _OVER_TIME.get(node.func.attr)) is not None:
                yield from _window(node, name, scope, code)
        elif isinstance(node, ast.Attribute | ast.Subscript):
            todo.append(node.value)


def _window(call: ast.Call, name: str, scope: Scope, code: Code) -> Iterator[Hit]:
    """The lag or the window that one method is given."""
    for argument in [*call.args[:1], *(each.value for each in call.keywords if each.arg in _WINDOWS)]:
        traced = scope.trace(argument, code)
        if traced is not None and not is_unit(traced[0]) and _is_amount(traced[0]):
            yield Hit(traced[1], traced[0], name, "preprocessing")


def _is_amount(node: ast.expr) -> bool:
    """A number, or several that are tried: no text such as `"7D"`, which is resampling."""
    return is_number(node) or (not isinstance(node, ast.Constant) and is_literal(node))


@lru_cache(maxsize=1 << 14)
def _makes_samples(name: str) -> bool:
    if lexicon.squeeze(name) in {lexicon.squeeze(each) for each in _DATASETS}:
        return True
    words = lexicon.words(name)
    return not _MAKES.isdisjoint(words) and not _SAMPLES.isdisjoint(words)


def _is_window(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and 1 < node.value < _LONGEST


def _sliding(loop: ast.For | ast.AsyncFor, code: Code) -> Iterator[Hit]:
    """`for i in range(60, len(data)): X.append(data[i - 60 : i])`: told once, at the loop."""
    called = loop.iter
    if not (isinstance(called, ast.Call) and len(called.args) > 1 and isinstance(loop.target, ast.Name)):
        return
    if getattr(called.func, "id", "") != "range" or not _is_window(called.args[0]):
        return
    start = called.args[0]
    todo: list[ast.AST] = list(loop.body)
    for _ in range(_LOOK):
        if not todo:
            return
        node = todo.pop()
        if (
            isinstance(node, ast.Slice)
            and isinstance(node.lower, ast.BinOp)
            and isinstance(node.lower.op, ast.Sub)
        ):
            back = node.lower.right
            if getattr(node.lower.left, "id", "") == loop.target.id and _equal(back, start):
                yield Hit(code, start, "window_size", "preprocessing")
                return
        todo.extend(ast.iter_child_nodes(node))


def _equal(one: ast.expr, other: ast.expr) -> bool:
    return isinstance(one, ast.Constant) and isinstance(other, ast.Constant) and one.value == other.value
