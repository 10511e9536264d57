"""What an expression says of a table: which columns it takes, what leaves it what it is, whether it is one."""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters import column_words, lexicon
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.nodes import last_name, string
from reproof.lint.hyperparameters.scope import Part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from reproof.lint.hyperparameters.scope import Scope
    from reproof.lint.source import Code

# What leaves a table of columns what it is.
_THROUGH = names(
    "values to_numpy copy astype ravel reshape iloc fillna dropna T flatten squeeze to_frame tolist to_list "
    "reset_index set_index sort_index sort_values as_matrix "
    "head sample map replace apply clip cat codes str lower strip array interpolate"
)
_MAPS = names(
    "log log1p log2 log10 sqrt exp array asarray abs get_dummies to_categorical list expand_dims"
)  # np.log(df["price"])
_MODULES = names("np numpy jnp torch tf pd K")  # what of theirs is called is no method of a table
_FRAMES = names("df frame dataframe")
_TABLES = names("df data train test valid val frame dataframe dataset")
# What data sets and tables have, whatever is in them.
_BUNDLED = names(
    "target targets data label labels y x Y X values shape columns index T train test feature_names target_names "
    "iloc loc at dtypes size ndim name"
)
_ANSWERS = names("target targets label labels")
PARTS = names("train test val valid validation dev eval x y data features labels inputs targets")
_WHOLE = names("full all")
_DEEPEST = 12


def is_name(node: ast.expr) -> bool:
    """Whether an index is one column's name."""
    return string(node) is not None


def names_a_column(index: ast.expr) -> bool:
    """Whether an index is a column's name, not that of a part: `splits["train"]`."""
    name = string(index)
    return name is not None and not (PARTS | _WHOLE).issuperset(lexicon.words(name) or (name,))


def is_frame(table: ast.expr) -> bool:
    """Whether the name at the root of an expression is a table's: `df`, `train_df`."""
    return not _TABLES.isdisjoint(lexicon.words(root(table)))


def is_read(table: ast.expr, scope: Scope, code: Code) -> bool:
    """Whether an expression, or what its root was bound to, is read: `pd.read_csv(path).dropna()`."""
    here: ast.expr | None = table
    for _ in range(_DEEPEST):
        called = last_name(here.func) if isinstance(here, ast.Call) else ""
        if called.startswith("read_") or called == "DataFrame":
            return True
        if isinstance(here, ast.Call):
            here = here.func
        elif isinstance(here, ast.Subscript | ast.Attribute):
            here = here.value
        elif isinstance(here, ast.Name):
            binding = scope.binding(here, code)
            here, code = (binding.value, binding.code) if binding else (None, code)
        else:
            break
    return False


def root(table: ast.expr) -> str:
    """The name at the root of an expression: `df` of `df.dropna()["age"]`; empty where there is none."""
    for _ in range(_DEEPEST):
        if not isinstance(table, ast.Subscript | ast.Attribute | ast.Call):
            break
        table = table.func if isinstance(table, ast.Call) else table.value
    return table.id if isinstance(table, ast.Name) else ""


def is_column(node: ast.Attribute) -> bool:
    """Whether `train_df.Survived` chooses a column: by the table's name, and not what tables have anyway."""
    if not isinstance(node.value, ast.Name) or node.attr in _BUNDLED:
        return False
    if PARTS.issuperset(lexicon.words(node.attr)):  # `data.X_train`
        return False
    return not _TABLES.isdisjoint(lexicon.words(node.value.id))


def is_answer(node: ast.Attribute, scope: Scope, code: Code) -> bool:
    """Whether `train.target` is the column of a table that was read, and not a part of a ready-made data set."""
    return node.attr in _ANSWERS and isinstance(node.value, ast.Name) and is_read(node.value, scope, code)


def is_bundle(table: ast.expr, scope: Scope, code: Code) -> bool:
    """`iris["data"]` of `iris = load_iris()`: a ready-made data set names its parts, it chooses none."""
    binding = scope.binding(table.value, code) if isinstance(table, ast.Subscript) else None
    made = binding.value if binding else None
    if not isinstance(made, ast.Call) or not _FRAMES.isdisjoint(lexicon.words(root(table))):
        return False  # `df = load_rows()`
    return last_name(made.func).startswith(("load", "fetch_"))


def is_record(table: ast.expr, scope: Scope, code: Code) -> bool:
    """`parts[i]["detail"]` in a loop over i: one of many records, and no table of all rows."""
    inner = table.value if isinstance(table, ast.Subscript) else None
    if isinstance(inner, ast.Name):  # `row["age"]` of `for _, row in df.iterrows()`
        binding = scope.binding(inner, code)
        return isinstance(binding, Part)
    if not (isinstance(inner, ast.Subscript) and isinstance(inner.slice, ast.Name)):
        return False
    binding = scope.binding(inner.slice, code)
    return binding is not None and binding.each and last_name(inner.value) not in {"iloc", "loc"}


def table_of(value: ast.expr) -> ast.expr:
    """The expression below `.values`, `.iloc[rows]`, `.to_numpy()`, `[:n]` and the like."""
    for _ in range(_DEEPEST):
        if (
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Attribute)
            and value.func.attr in _THROUGH
        ):
            of_module = getattr(value.func.value, "id", "") in _MODULES
            if of_module and not value.args:
                break
            value = value.args[0] if of_module else value.func.value  # `np.array(x)`, `x.array`
        elif isinstance(value, ast.Call) and len(value.args) == 1 and last_name(value.func) in _MAPS:
            value = value.args[0]
        elif (isinstance(value, ast.Attribute) and value.attr in _THROUGH) or (
            isinstance(value, ast.Subscript) and _takes_rows(value)
        ):
            value = value.value
        else:
            break
    return value


def _takes_rows(value: ast.Subscript) -> bool:
    """`x[:100]`, `df.iloc[rows]`."""
    return isinstance(value.slice, ast.Slice) or getattr(value.value, "attr", "") == "iloc"


def index_of(table: ast.expr) -> ast.expr | None:
    """What chooses the columns: of `df[…]`, `df.loc[:, …]`, `df.drop(…)`, `df.pop(…)`."""
    if isinstance(table, ast.Subscript):
        index = table.slice
        by_label = isinstance(table.value, ast.Attribute) and table.value.attr == "loc"
        if by_label:
            is_pair = isinstance(index, ast.Tuple) and len(index.elts) == 2
            return index.elts[1] if is_pair and isinstance(index, ast.Tuple) else None
        return index
    if isinstance(table, ast.Call) and isinstance(table.func, ast.Attribute):
        if table.func.attr == "pop" and len(table.args) == 1:  # with two it is a dict's
            return table.args[0]
        if table.func.attr == "drop":
            return dropped(table)
    return None


def dropped(call: ast.Call) -> ast.expr | None:
    """`drop("price", axis=1)`, `drop(columns=[…])`; rows are another matter."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    columns = given.get("columns")
    axis = given.get("axis") or (call.args[1] if len(call.args) > 1 else None)
    if columns is None and isinstance(axis, ast.Constant) and axis.value in {1, "columns"}:
        columns = call.args[0] if call.args else given.get("labels")
    return columns


def are_columns(iterated: ast.expr) -> bool:
    """`df.columns`, `list(df.columns)`, `df.columns.tolist()`, and what is called like a list of features."""
    for _ in range(_DEEPEST):
        if isinstance(iterated, ast.Attribute) and iterated.attr == "columns":
            return True
        if not isinstance(iterated, ast.Call):
            break
        owner = iterated.func.value if isinstance(iterated.func, ast.Attribute) else None
        iterated = owner or (iterated.args[0] if iterated.args else iterated.func)
    return column_words.feature(last_name(iterated)) == "features"
