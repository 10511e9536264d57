"""Which columns a table keeps before it is trained on: `df = df[COLUMNS]`, `df.drop(columns=["id"], inplace=True)`.

Nobody calls the table X, but what is left in it is what the model sees. Counts only in a file that trains or
splits, for a table that is narrowed as a whole: one that gets another name may be anything.
"""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters import lexicon
from reproof.lint.hyperparameters.frames import dropped
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import texts
from reproof.lint.hyperparameters.nodes import first_target, last_name
from reproof.lint.hyperparameters.reach import DROPPED, listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.module import Module
    from reproof.lint.hyperparameters.scope import Scope
    from reproof.lint.source import Code

_TRAINS = names("fit train_test_split backward cross_val_score train fit_generator train_on_batch")
# Names of a table that is the data, and not one of many that are joined to it.
_TABLES = names(
    "df data train training test valid val validation dataset dataframe frame x features set all full"
)
_MANY = 3  # columns in place; fewer are put in order, or are what is handed in
_CHAIN = 8


def find(module: Module) -> Iterator[Hit]:
    """The column names by which a table is narrowed."""
    if _TRAINS.isdisjoint(module.callees):
        return
    for node, scope, code in module.assigns:
        target = first_target(node)
        if isinstance(target, ast.Name) and node.value is not None and _is_table(target.id):
            yield from _narrowed(target.id, node.value, scope, code)
    for call, scope, code in module.called(("drop",)):
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        given = {each.arg: each.value for each in call.keywords}
        in_place = getattr(given.get("inplace"), "value", False) is True
        if in_place and isinstance(owner, ast.Name) and _is_table(owner.id):
            yield from _dropped(call, scope, code)


def _is_table(name: str) -> bool:
    words = lexicon.words(name)
    return bool(words) and _TABLES.issuperset(words)


def _narrowed(name: str, value: ast.expr, scope: Scope, code: Code) -> Iterator[Hit]:
    """`df = df[["age", "income"]]`, `df = df.drop(columns=["id"])`, whatever else is done in the chain."""
    for _ in range(_CHAIN):
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
            if value.func.attr == "drop":
                yield from _if_of(name, value.func.value, _dropped(value, scope, code))
            elif value.func.attr == "filter" and value.args and texts(value.args[0]):
                yield from _if_of(name, value.func.value, iter([_kept(value.args[0], code)]))
            value = value.func.value
        elif isinstance(value, ast.Subscript):
            for columns, where in listed(value.slice, scope, code):
                if texts(columns) and (columns is not value.slice or _are_many(columns)):
                    yield from _if_of(name, value.value, iter([_kept(columns, where)]))
            value = value.value
        else:
            return


def _are_many(columns: ast.expr) -> bool:
    return len(getattr(columns, "elts", ())) >= _MANY


def _kept(columns: ast.expr, code: Code) -> Hit:
    return Hit(code, columns, "features", "features")


def _if_of(name: str, table: ast.expr, hits: Iterator[Hit]) -> Iterator[Hit]:
    """The hits, if the table below the chain is the one that is assigned."""
    for _ in range(_CHAIN):
        if isinstance(table, ast.Call) and isinstance(table.func, ast.Attribute):
            table = table.func.value
        elif isinstance(table, ast.Subscript | ast.Attribute):
            table = table.value
        else:
            break
    if last_name(table) == name:
        yield from hits


def _dropped(call: ast.Call, scope: Scope, code: Code) -> Iterator[Hit]:
    """`drop(columns=["id"])`, `drop("id", axis=1)`; rows are another matter."""
    columns = dropped(call)
    for written, where in listed(columns, scope, code) if columns is not None else ():
        yield Hit(where, written, DROPPED, "features")
