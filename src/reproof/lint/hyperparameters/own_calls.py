"""Calls of the file's own functions and classes: `train(model, 10)`, where `def train(model, epochs)`.

A position has no name at the call, but the definition gives it one.
"""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters import column_words, lexicon
from reproof.lint.hyperparameters.arguments import Known, hits_of
from reproof.lint.hyperparameters.calls import taken
from reproof.lint.hyperparameters.company import is_other
from reproof.lint.hyperparameters.frames import is_frame
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import is_number, is_text, is_unit, texts
from reproof.lint.hyperparameters.nodes import string
from reproof.lint.hyperparameters.own_functions import OwnFunctions, is_own
from reproof.lint.hyperparameters.pieces import pieces

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reproof.lint.hyperparameters.module import Module


_SIZES = names("sizes widths dims units")
_MAKES = names(
    "feature features encode encoding encoded impute scale normalize normalise standardize interaction "
    "interactions binarize onehot lag lags dummies"
)
_TABLES = names("matrix table X x")
# What a table is called by, where `label="test"` says which part of the data it is.
_PARTS = names("train training test testing val valid validation dev")
_DRAWS = names("plot draw show display print report visualize log format")
# The first word of a function that trains: whatever number it is given is part of how.
_TRAINS = names("train fit retrain finetune")


def find(module: Module) -> Iterator[Hit]:
    """Literals at positions that the definition calls like a hyperparameter."""
    yield from _labelled(module)
    own = OwnFunctions(module)
    yield from _handed_on(module, own)
    yield from _columns(module)
    known = {name: positions for name, positions in own.positions.items() if _speaks(name, positions)}
    for call, scope, code in module.called(known):
        if not call.args or not is_own(call.func):
            continue
        func = call.func
        name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        trains = _trains(name)
        for value, parameter in zip(call.args, known[name], strict=False):
            tuned = lexicon.weak(parameter) or (trains and not is_other(parameter))
            kind = lexicon.strong(parameter) or ("training" if tuned else None)
            if kind is None or is_unit(value) or (scope.enclosing_class and kind == "model"):
                continue  # what a network is made of, inside of it, is its architecture
            traced = scope.trace(value, code)
            if traced is not None and (
                is_number(traced[0]) or (isinstance(value, ast.List) and _lists_sizes(parameter))
            ):
                yield Hit(traced[1], traced[0], lexicon.spelled(parameter), kind)
            elif isinstance(value, ast.List) and _lists_sizes(parameter):
                for literal, _ in pieces(value):
                    yield Hit(code, literal, lexicon.spelled(parameter), kind)


def _speaks(name: str, positions: Sequence[str]) -> bool:
    return _trains(name) or any(lexicon.strong(each) or lexicon.weak(each) for each in positions)


def _handed_on(module: Module, own: OwnFunctions) -> Iterator[Hit]:
    """`fit(X, 5)`, where `def fit(X, k)` calls `KMeans(n_clusters=k)`: what a library takes in the end."""
    seen: set[tuple[str, str, str]] = set()
    for call, scope, _ in module.calls if own.positions else ():
        if not own.holds(scope) or module.imports.unknown(call.func):
            continue
        matched = module.imports.signature(call.func) or module.imports.method(call.func)
        if matched is None:
            continue
        owner, entry = matched
        for parameter, value in taken(call, owner, entry):
            for part in value.elts if isinstance(value, ast.Tuple | ast.List) else (value,):
                argument = own.argument(part, scope)
                if argument is None or (*argument, parameter.name) in seen:
                    continue
                seen.add((*argument, parameter.name))
                for given, where, code in own.given(*argument):
                    yield from hits_of(parameter, given, where, code, Known(owner.parameters))


def _columns(module: Module) -> Iterator[Hit]:
    """`add_interaction_features(df, ["age", "income"])`, where the file's own function makes features of them."""
    makers = {
        function.name
        for function, _, _ in module.functions
        if not _MAKES.isdisjoint(spoken := lexicon.words(function.name)) and _DRAWS.isdisjoint(spoken)
    }
    for call, scope, code in module.called(makers & module.callees.keys()):
        table = call.args[0] if call.args and is_own(call.func) else None
        if not isinstance(table, ast.Name) or not (is_frame(table) or table.id in _TABLES):
            continue
        for value in (*call.args[1:], *(each.value for each in call.keywords)):
            traced = scope.trace(value, code)
            if traced is not None and texts(traced[0]):
                yield Hit(traced[1], traced[0], "features", "features")


def _labelled(module: Module) -> Iterator[Hit]:
    """`prepare(df, label="churn")`, where `prepare` is the file's own: the column that is learned."""
    own = {
        function.name
        for function, _, _ in module.functions
        if _DRAWS.isdisjoint(lexicon.words(function.name))
    }
    for call, _, code in module.called(own & module.callees.keys()):
        for keyword in call.keywords if is_own(call.func) and any(map(is_frame, call.args)) else ():
            name = keyword.arg or ""
            if not is_text(keyword.value) or (string(keyword.value) or "").lower() in _PARTS:
                continue
            if name == "label" or column_words.feature(name) == "labels":
                yield Hit(code, keyword.value, lexicon.spelled(name), "labels")


def _trains(name: str) -> bool:
    return not _TRAINS.isdisjoint(lexicon.words(name)[:1])


def _lists_sizes(parameter: str) -> bool:
    """`layer_widths`, `hidden_sizes`: how wide each layer is, which is chosen where the network is made."""
    return not _SIZES.isdisjoint(lexicon.words(parameter)[-1:])
