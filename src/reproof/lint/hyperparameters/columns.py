"""Features and labels: column names in code that choose what a model is trained on."""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.module import Module
    from reproof.lint.hyperparameters.scope import Scope
    from reproof.lint.source import Code

# Calls that take X and y, by their own name: methods of any object, functions of a catalogued library.
_METHODS = names("fit partial_fit fit_resample fit_transform fit_predict")
_FUNCTIONS = names(
    "train_test_split cross_val_score cross_validate cross_val_predict Dataset DMatrix learning_curve "
    "validation_curve QuantileDMatrix Pool"
)
_ROLES = {"X": "features", "data": "features", "y": "labels", "label": "labels", "target": "labels"}
# What leaves a table of columns what it is; the first argument of the calls is not looked at.
_THROUGH = names(
    "values to_numpy copy astype ravel reshape iloc fillna dropna T flatten squeeze to_frame tolist "
    "reset_index head sample"
)
_DEEPEST = 12


def find(module: Module) -> Iterator[Hit]:
    """Column names in the tables that reach a training or a split, and columns chosen by exclusion."""
    for call, scope, code in module.calls:
        for value, role in _sinks(call, module):
            yield from _chosen(value, role, scope, code)
    for node, scope, code in module.comprehensions:
        if isinstance(node, ast.ListComp):
            yield from _excluded(node, scope, code)


def _sinks(call: ast.Call, module: Module) -> Iterator[tuple[ast.expr, str]]:
    """The arguments that are X or y."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    function = name in _FUNCTIONS and _is_library(call.func, module)
    if not function and not (name in _METHODS and isinstance(call.func, ast.Attribute)):
        return
    first = 1 if name.startswith("cross_val") or name.endswith("_curve") else 0
    yield from zip(call.args[first : first + 2], ("features", "labels"), strict=False)
    for keyword in call.keywords:
        if keyword.arg in _ROLES:
            yield keyword.value, _ROLES[keyword.arg]


def _is_library(func: ast.expr, module: Module) -> bool:
    return module.imports.dotted(func) is not None or module.imports.signature(func) is not None


def _chosen(value: ast.expr, role: str, scope: Scope, code: Code) -> Iterator[Hit]:
    """The column names in an expression, or in what its one name was bound to, one name deep."""
    table = _table(value)
    if isinstance(table, ast.Name):
        binding = scope.binding(table, code)
        if binding is None or binding.value is None or binding.each:
            return
        table, code = _table(binding.value), binding.code
    index = _index(table)
    if index is None or _is_bundle(table, scope, code):
        return
    if isinstance(index, ast.Name):
        traced = scope.trace(index, code)
        if traced is None:
            return
        index, code = traced
    if texts(index) or (isinstance(index, ast.Constant) and isinstance(index.value, str)):
        yield Hit(code, index, "label" if role == "labels" else "features", role)


def _is_bundle(table: ast.expr, scope: Scope, code: Code) -> bool:
    """`iris["data"]` of `iris = load_iris()`: a ready-made data set names its parts, it chooses none."""
    binding = scope.binding(table.value, code) if isinstance(table, ast.Subscript) else None
    made = binding.value if binding else None
    if not isinstance(made, ast.Call):
        return False
    name = made.func.attr if isinstance(made.func, ast.Attribute) else getattr(made.func, "id", "")
    return name.startswith(("load_", "fetch_"))


def _table(value: ast.expr) -> ast.expr:
    """The expression below `.values`, `.iloc[rows]`, `.to_numpy()` and the like."""
    for _ in range(_DEEPEST):
        if (
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Attribute)
            and value.func.attr in _THROUGH
        ):
            value = value.func.value
        elif isinstance(value, ast.Attribute) and value.attr in _THROUGH:
            value = value.value
        elif (
            isinstance(value, ast.Subscript)
            and isinstance(value.value, ast.Attribute)
            and value.value.attr == "iloc"
        ):
            value = value.value.value
        else:
            break
    return value


def _index(table: ast.expr) -> ast.expr | None:
    """What chooses the columns: of `df[…]`, `df.loc[:, …]`, `df.drop(…)`, `df.pop(…)`."""
    if isinstance(table, ast.Subscript):
        index = table.slice
        by_label = isinstance(table.value, ast.Attribute) and table.value.attr == "loc"
        if by_label:
            is_pair = isinstance(index, ast.Tuple) and len(index.elts) == 2
            return index.elts[1] if is_pair and isinstance(index, ast.Tuple) else None
        return index
    if isinstance(table, ast.Call) and isinstance(table.func, ast.Attribute):
        if table.func.attr == "pop" and table.args:
            return table.args[0]
        if table.func.attr == "drop":
            return _dropped(table)
    return None


def _dropped(call: ast.Call) -> ast.expr | None:
    """`drop("price", axis=1)`, `drop(columns=[…])`; rows are another matter."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if "columns" in given:
        return given["columns"]
    axis = given.get("axis") or (call.args[1] if len(call.args) > 1 else None)
    if isinstance(axis, ast.Constant) and axis.value in {1, "columns"}:
        return call.args[0] if call.args else given.get("labels")
    return None


def _excluded(node: ast.ListComp, scope: Scope, code: Code) -> Iterator[Hit]:
    """`[c for c in df.columns if c not in ["id", "target"]]`."""
    source = node.generators[0]
    if not (isinstance(source.iter, ast.Attribute) and source.iter.attr == "columns"):
        return
    for test in source.ifs:
        if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.NotIn):
            traced = scope.trace(test.comparators[0], code)
            if traced is not None and texts(traced[0]):
                yield Hit(traced[1], traced[0], "features", "features")
