"""Back from what reaches a training to where its columns were chosen.

`model.fit(X_scaled, y)` leads to `X_scaled = scaler.fit_transform(X)`, that to `X = np.column_stack([age, sex])`,
and that to `age = df["age"].values`. What changes the values of a table is gone through, what makes another table
is not.
"""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters.column_words import feature
from reproof.lint.hyperparameters.frames import (
    index_of,
    is_answer,
    is_bundle,
    is_column,
    is_frame,
    is_name,
    is_read,
    is_record,
    names_a_column,
    root,
    table_of,
)
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import lists_texts, texts
from reproof.lint.hyperparameters.mappings import chosen
from reproof.lint.hyperparameters.nodes import inside, last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.scope import Binding, Scope
    from reproof.lint.source import Code

    Listed = tuple[ast.expr, Code]

DROPPED = "dropped_columns"
# What changes the values of what it is given, and leaves the columns what they are.
_CHANGES = names(
    "fit_transform transform tensor FloatTensor LongTensor from_numpy as_tensor csr_matrix coo_matrix normalize "
    "scale pad_sequences texts_to_sequences DataFrame TensorDataset factorize to_numeric"
)
# What puts several together.
_JOINS = names("column_stack hstack concatenate vstack stack concat append c_ r_ zip")
_BEST = names("head tail nlargest nsmallest most_common")
_MERGES = names("merge merge_asof merge_ordered join isin map append assign update combine_first")
_READS = names("load open read imread join read_image load_img Path")
_TABLES = (ast.Name, ast.Subscript, ast.Attribute, ast.Tuple)  # beside what is made up it is no choice
_STEPS = 24  # names and calls between a training and a choice, all branches together


def reached(
    value: ast.expr,
    role: str,
    scope: Scope,
    code: Code,
    tables: set[str] | None = None,
    named: bool = False,
) -> list[Hit]:
    """The choices of columns behind an expression that is X ("features") or y ("labels").

    `tables` collects the names of the tables that columns are chosen from, or that are used as they are. `named`:
    only a name says what the expression is, so what is done row by row, or by a function, says nothing.
    """
    search = _Search(role, scope, set() if tables is None else tables, named)
    search.go(value, code)
    return search.hits


class _Search:
    """One way back; bounded, since names may lead to each other in a circle."""

    def __init__(self, role: str, scope: Scope, tables: set[str], named: bool) -> None:
        self.hits: list[Hit] = []
        self._role = role
        self._scope = scope
        self._tables = tables
        self._named = named
        self._left = _STEPS

    def go(self, value: ast.expr, code: Code) -> None:
        """Follow one expression."""
        if self._left <= 0:
            return
        self._left -= 1
        table = table_of(value)
        if isinstance(table, ast.Name):
            self._name(table, code)
        elif isinstance(table, ast.Attribute):
            if is_column(table) or is_answer(table, self._scope, code):
                self.hits.append(Hit(code, table, name_of(table, self._role), self._role))
        elif (index := index_of(table)) is not None:
            self._index(table, index, code)
        elif isinstance(table, ast.Call):
            self._call(table, code)
        elif isinstance(table, ast.ListComp) and not self._named:
            self._each(table, code)
        else:
            parts = table.elts if isinstance(table, ast.List | ast.Tuple) else []
            for part in parts if all(isinstance(table_of(part), _TABLES) for part in parts) else ():
                self.go(part, code)

    def _name(self, table: ast.Name, code: Code) -> None:
        self._tables.add(table.id)
        binding = self._scope.binding(table, code)
        if binding is not None and binding.value is not None and not binding.each:
            self.go(binding.value, binding.code)

    def _call(self, made: ast.Call, code: Code) -> None:
        """What a call makes of a table: `scale(X)`, `encode(df.drop("id", axis=1))`, `embed(df["text"])`."""
        if not made.args:
            return
        called = last_name(made.func)
        chooses = not self._named and called not in _MERGES
        if called in _CHANGES | _JOINS or (chooses and _names_columns(made.args[0], self._scope, code)):
            self.go(made.args[0], code)

    def _each(self, made: ast.ListComp, code: Code) -> None:
        """`[row["text"] for row in rows]`; `[clean(text) for text in df["text"]]`."""
        source, item = made.generators[0], table_of(made.elt)
        index = index_of(item) if isinstance(item, ast.Subscript) else None
        if index is None or last_name(getattr(item, "value", None)) != last_name(source.target):
            called = {last_name(part.func) for part in inside(made.elt) if isinstance(part, ast.Call)}
            if _READS.isdisjoint(called):  # a column of paths or ids only says where the data is
                self.go(source.iter, code)
        elif names_a_column(index):
            self.hits.append(Hit(code, index, name_of(item, self._role), self._role))

    def _index(self, table: ast.expr, index: ast.expr, code: Code) -> None:
        if is_bundle(table, self._scope, code) or is_record(table, self._scope, code):
            return
        if isinstance(table, ast.Subscript) and last_name(table.value) in _JOINS:  # `np.c_[a, b]`
            self.go(index, code)
            return
        found = [
            Hit(where, columns, name_of(table, self._role), self._role)
            for columns, where in listed(index, self._scope, code)
            if isinstance(columns, ast.Slice)
            or texts(columns)
            or lists_texts(columns)
            or names_a_column(columns)
        ]
        self.hits += found or self._best(index, code)
        if name := root(table):
            self._tables.add(name)
        if not found and isinstance(table, ast.Subscript) and isinstance(index, ast.Name):
            self.go(table.value, code)  # `X[train_rows]`

    def _best(self, index: ast.expr, code: Code) -> list[Hit]:
        """How many columns `X[top_features]` takes, where `top_features = importances.nlargest(20).index`."""
        binding = self._scope.binding(index, code) if feature(last_name(index)) == "features" else None
        if binding is None or binding.value is None or binding.each:
            return []
        amounts = [amount for part in inside(binding.value) if (amount := _amount(part)) is not None]
        return [Hit(binding.code, each, "n_features", self._role) for each in amounts]


def _amount(part: ast.AST) -> ast.expr | None:
    """The 20 of `.head(20)`, `.nlargest(20)`, `[:20]` and `[-20:]`."""
    amount: ast.expr | None = None
    if isinstance(part, ast.Call) and last_name(part.func) in _BEST:
        amount = part.args[0] if part.args else None
    elif isinstance(part, ast.Slice) and part.step is None:
        amount = part.upper if part.lower is None else part.lower if part.upper is None else None
    if isinstance(amount, ast.UnaryOp):
        amount = amount.operand
    few = isinstance(amount, ast.Constant) and type(amount.value) is int and amount.value > 1
    return amount if few else None


def _names_columns(given: ast.expr, scope: Scope, code: Code) -> bool:
    """Whether an expression chooses columns by itself, and not an item of any mapping."""
    table = table_of(given)
    index = index_of(table)
    if index is None:
        return False
    chosen = texts(index) or isinstance(table, ast.Call)
    return chosen or (is_name(index) and (is_frame(table) or is_read(table, scope, code)))


def name_of(table: ast.expr, role: str) -> str:
    """What the columns are that a table's expression names: those that are taken, or those that are not."""
    if isinstance(table, ast.Call) and last_name(table.func) == "drop":
        return DROPPED
    return "label" if role == "labels" else "features"


def listed(index: ast.expr, scope: Scope, code: Code) -> Iterator[Listed]:
    """The columns that an index names, as they are written: a name, a list, parts of a sum, either of a choice.

    What a name was bound to once counts, whether it is extended later (`cols += more`) or not.
    """
    todo: list[Listed] = [(index, code)]
    for _ in range(_STEPS):
        if not todo:
            return
        node, where = todo.pop()
        if isinstance(node, ast.BinOp):
            todo += [(node.right, where), (node.left, where)]
        elif isinstance(node, ast.IfExp):
            todo += [(node.orelse, where), (node.body, where)]
        elif isinstance(node, ast.Name):
            binding = _bound(node, scope, where)
            if binding is not None and binding.value is not None:
                todo.append((binding.value, binding.code))
        elif isinstance(node, ast.List | ast.Tuple) and len(node.elts) == 1 and not is_name(node.elts[0]):
            todo.append((node.elts[0], where))  # `[col]` in a loop over columns
        elif isinstance(node, ast.Subscript):
            todo += [each for each in chosen(node, scope, where) if lists_texts(each[0]) or is_name(each[0])]
        elif isinstance(node, ast.Call) and last_name(node.func) in {"list", "set", "sorted"} and node.args:
            todo.append((node.args[0], where))
        elif is_name(node) or lists_texts(node) or _is_span(node):
            yield node, where


def _is_span(node: ast.expr) -> bool:
    """`"age":"income"`: from one column to another."""
    return isinstance(node, ast.Slice) and any(end and is_name(end) for end in (node.lower, node.upper))


def _bound(node: ast.Name, scope: Scope, code: Code) -> Binding | None:
    """What a name of columns is bound to; a list that grows is what it began as."""
    binding = scope.binding(node, code)
    known = scope.lookup(node.id)
    if binding is None and known is not None and node.id in known[0].changed and len(known[1]) == 1:
        return known[1][0]
    return binding
