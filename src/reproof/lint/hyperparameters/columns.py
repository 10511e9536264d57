"""Features and labels: column names in code that choose what a model is trained on."""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters import lexicon
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import lists_texts, texts
from reproof.lint.hyperparameters.nodes import first_target, last_name, string

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
    "validation_curve QuantileDMatrix Pool from_tensor_slices"
)
_ROLES = {"X": "features", "data": "features", "y": "labels", "label": "labels", "target": "labels"}
# What leaves a table of columns what it is; the first argument of the calls is not looked at.
_THROUGH = names(
    "values to_numpy copy astype ravel reshape iloc fillna dropna T flatten squeeze to_frame tolist "
    "reset_index as_matrix head sample map replace apply clip cat codes"
)
_X = frozenset({"X", "X_train", "X_test"})
_Y = names("target targets label labels y_train y_test y_val y_valid y_dev y_all y_full Y_train Y_test Y_val")
_SAMPLES = names("features x inputs batch example examples row rows sample samples")
_BATCHED = names("label labels target targets y ytrue ypred")
_ROLE_INITIALS = "xXyY"
_Y_PARTS = ("y_train", "y_test", "y_val", "Y_train", "Y_test")
_TABLES = names("df data train test valid val frame dataframe dataset")
# What data sets and tables have, whatever is in them.
_BUNDLED = names(
    "target targets data label labels y x Y X values shape columns index T train test feature_names target_names "
    "iloc loc at dtypes size ndim name"
)
_MAPS = names(
    "log log1p log2 log10 sqrt exp array asarray abs get_dummies to_categorical"
)  # np.log(df["price"])
_PARTS = names("train test val valid validation dev eval x y data features labels inputs targets")
_DEEPEST = 12
_DROPPED = "dropped_columns"
_LEAVES_OUT = names("remove removed drop dropped exclude excluded ignore ignored")


def find(module: Module) -> Iterator[Hit]:
    """The columns of a module; one that is left out because it is the label is that label, and no other choice."""
    hits = list(_found(module))
    labels = {string(hit.node) or last_name(hit.node) for hit in hits if hit.name == "label"}
    for hit in hits:
        yield hit.replace(name="label") if hit.name == _DROPPED and string(hit.node) in labels else hit


def _found(module: Module) -> Iterator[Hit]:
    """Column names in the tables that reach a training or a split, or are called X or y; columns left out."""
    tables: set[str] = set()
    wrangled = _wrangled(module)
    for call, scope, code in module.called(_METHODS | _FUNCTIONS):
        if id(call) in wrangled or _encodes(call, scope, code):
            continue
        for value, role in _sinks(call, module):
            if role == "features" and isinstance(value, ast.Name):
                tables.add(value.id)
            yield from _chosen(value, role, scope, code)
    for node, scope, code in module.assigns:
        if node.value is not None:
            yield from _assigned(first_target(node), node.value, scope, code)
    for call, _, code in module.called(("drop", "difference")):
        if isinstance(call.func, ast.Attribute):
            yield from _left_out(call, tables, code)
    yield from _removed(module)
    for comprehension, scope, code in module.comprehensions:
        if isinstance(comprehension, ast.ListComp):
            yield from _excluded(comprehension, scope, code)


def _removed(module: Module) -> Iterator[Hit]:
    """`features.remove("id")`."""
    for call, _, code in module.called(("remove",)):
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        name = last_name(owner)
        if (
            len(call.args) != 1
            or not _is_name(call.args[0])
            or not _LEAVES_OUT.isdisjoint(lexicon.words(name))
        ):
            continue
        if lexicon.feature(name) == "features":
            yield Hit(code, call.args[0], _DROPPED, "features")


def _encodes(call: ast.Call, scope: Scope, code: Code) -> bool:
    """`encoder.fit(df["size"])`: an encoder learns the values of one column, and chooses none."""
    if not (isinstance(call.func, ast.Attribute) and call.func.attr in _METHODS and call.args):
        return False
    column = _index(_table(call.args[0]))
    if column is None or not _is_name(column):
        return False
    owner: ast.expr | None = call.func.value
    if isinstance(owner, ast.Name):
        binding = scope.binding(owner, code)
        owner = binding.value if binding else None
    made = owner.func if isinstance(owner, ast.Call) else None
    return last_name(made).endswith(("Encoder", "Binarizer"))


def _wrangled(module: Module) -> frozenset[int]:
    """Calls, by identity, whose result becomes a column (`df["sex"] = encoder.fit_transform(df["sex"])`)."""
    return frozenset(
        id(node.value)
        for node, _, _ in module.assigns
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Subscript)
        and _is_name(node.targets[0].slice)
    )


def _assigned(target: ast.expr, value: ast.expr, scope: Scope, code: Code) -> Iterator[Hit]:
    """`X = df[["age"]]`, `y = df["price"]`, `y_train = train_df.Survived`: the names say what they are for."""
    if isinstance(target, ast.Tuple | ast.List):
        if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
            for item, part in zip(target.elts, value.elts, strict=True):
                yield from _assigned(item, part, scope, code)
        return
    role = _role(target, scope) if isinstance(target, ast.Name | ast.Attribute) else None
    if role is None:
        return
    table = _table(value)
    if isinstance(table, ast.Name):  # `data = df[["a", "b"]]`, `X = data.values`
        binding = scope.binding(table, code)
        if binding is None or binding.value is None or binding.each:
            return
        table, code = _table(binding.value), binding.code
    index = _index(table)
    if isinstance(index, ast.Name | ast.BinOp):
        yield from _by_names(index, table, role, scope, code)
        return
    if index is None:
        if role == "labels" and isinstance(table, ast.Attribute) and _is_column(table):
            yield Hit(code, table, "label", role)
        return
    if role == "labels" and not _is_telling(target, table, index):
        return
    chosen = not _is_bundle(table, scope, code) and (texts(index) or (role == "labels" and _is_name(index)))
    if chosen or (role == "features" and isinstance(table, ast.Call) and _is_name(index)):
        yield Hit(code, index, _name(table, role), role)


def _by_names(index: ast.expr, table: ast.expr, role: str, scope: Scope, code: Code) -> Iterator[Hit]:
    """`X = df[cols]`, `X = df[numeric + ["age"]]`, `y = df[column]`: what the names were bound to, once."""
    if isinstance(index, ast.BinOp):
        for side in (index.left, index.right):
            yield from _by_names(side, table, role, scope, code)
        return
    traced = scope.trace(index, code)
    if traced is not None and (texts(traced[0]) or (role == "labels" and _names_a_column(traced[0]))):
        yield Hit(traced[1], traced[0], _name(table, role), role)


def _is_telling(target: ast.expr, table: ast.expr, index: ast.expr) -> bool:
    """Whether a column is chosen as labels: not an item of a batch that is called as the variable is.

    `labels = batch["labels"]` unpacks; `labels = df["churn"]` chooses. A name that is not y needs a table.
    """
    name = last_name(target)
    if lexicon.squeeze(string(index) or "") in {lexicon.squeeze(name), *_BATCHED}:
        return _is_frame(table)
    if isinstance(table, ast.Call) and isinstance(table.func, ast.Attribute) and table.func.attr == "pop":
        return _is_frame(table) or not _SAMPLES.isdisjoint(lexicon.words(last_name(table.func.value)))
    return "y" in (name[:1].lower(), *lexicon.words(name)) or _is_frame(table)


def _is_frame(table: ast.expr) -> bool:
    while isinstance(table, ast.Subscript | ast.Attribute | ast.Call):
        table = table.func if isinstance(table, ast.Call) else table.value
    return isinstance(table, ast.Name) and not _TABLES.isdisjoint(lexicon.words(table.id))


def _role(target: ast.Name | ast.Attribute, scope: Scope) -> str | None:
    """ "features" for X, X_train and the like; "labels" for y_train, and for y where there is an X."""
    name = last_name(target)
    if isinstance(target, ast.Attribute) and getattr(target.value, "id", "") != "self":
        return None
    words = lexicon.words(name) if name[0] in _ROLE_INITIALS or name[-1] in _ROLE_INITIALS else ()
    part = len(words) > 1 and not _PARTS.isdisjoint(words)  # `train_x`, `xTrain`
    if name in _X or name.startswith("X_") or (part and "x" in words and _PARTS.issuperset(words)):
        return "features"
    if name in _Y or name.endswith(("_target", "_label", "_labels")) or name.startswith(_Y_PARTS):
        return "labels"
    if part and "y" in words and _PARTS.issuperset(words):
        return "labels"
    if name in {"y", "Y"}:
        owner = scope.enclosing_class if isinstance(target, ast.Attribute) else None
        known = owner.attributes if owner else scope.bindings
        return "labels" if any(each in _X or each.startswith("X_") for each in known) else None
    return None


def _is_name(node: ast.expr) -> bool:
    return string(node) is not None


def _is_column(node: ast.Attribute) -> bool:
    """Whether `train_df.Survived` chooses a column: by the table's name, and not what tables have anyway."""
    if not isinstance(node.value, ast.Name) or node.attr in _BUNDLED:
        return False
    if _PARTS.issuperset(lexicon.words(node.attr)):  # `data.X_train`
        return False
    return not _TABLES.isdisjoint(lexicon.words(node.value.id))


def _left_out(call: ast.Call, tables: set[str], code: Code) -> Iterator[Hit]:
    """`X.drop(["id"], axis=1)`, where X is what a model is trained on; `df.columns.drop("id")` anywhere."""
    if not isinstance(call.func, ast.Attribute):
        return
    receiver = call.func.value
    columns: ast.expr | None = None
    if isinstance(receiver, ast.Attribute) and receiver.attr == "columns":
        columns = call.args[0] if call.args else None
    elif isinstance(receiver, ast.Name) and (receiver.id in tables or receiver.id in _X):
        columns = _dropped(call) if call.func.attr == "drop" else None
    if columns is not None and (texts(columns) or _is_name(columns)):
        yield Hit(code, columns, _DROPPED, "features")


def _sinks(call: ast.Call, module: Module) -> Iterator[tuple[ast.expr, str]]:
    """The arguments that are X or y."""
    name = last_name(call.func)
    function = name in _FUNCTIONS and _is_library(call.func, module)
    if not function and not (name in _METHODS and isinstance(call.func, ast.Attribute)):
        return
    if name == "from_tensor_slices":
        pair = call.args[0] if call.args else None
        if isinstance(pair, ast.Tuple) and len(pair.elts) == 2:
            yield from zip(pair.elts, ("features", "labels"), strict=True)
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
    if isinstance(table, ast.Attribute) and _is_column(table):
        yield Hit(code, table, _name(table, role), role)
    if index is None or _is_bundle(table, scope, code) or _is_record(table, scope, code):
        return
    if isinstance(index, ast.BinOp):
        yield from _by_names(index, table, role, scope, code)
        return
    if isinstance(index, ast.Name):
        traced = scope.trace(index, code)
        if traced is None:
            return
        index, code = traced
    if texts(index) or _names_a_column(index):
        yield Hit(code, index, _name(table, role), role)


def _name(table: ast.expr, role: str) -> str:
    """What the columns are that a table's expression names: those that are taken, or those that are not."""
    if isinstance(table, ast.Call) and last_name(table.func) == "drop":
        return _DROPPED
    return "label" if role == "labels" else "features"


def _names_a_column(index: ast.expr) -> bool:
    """Whether an index is a column's name, not that of a part: `splits["train"]`."""
    name = string(index)
    return name is not None and name.lower() not in _PARTS


def _is_bundle(table: ast.expr, scope: Scope, code: Code) -> bool:
    """`iris["data"]` of `iris = load_iris()`: a ready-made data set names its parts, it chooses none."""
    binding = scope.binding(table.value, code) if isinstance(table, ast.Subscript) else None
    made = binding.value if binding else None
    if not isinstance(made, ast.Call):
        return False
    return last_name(made.func).startswith(("load_", "fetch_"))


def _is_record(table: ast.expr, scope: Scope, code: Code) -> bool:
    """`parts[i]["detail"]` in a loop over i: one of many records, and no table of all rows."""
    inner = table.value if isinstance(table, ast.Subscript) else None
    if not (isinstance(inner, ast.Subscript) and isinstance(inner.slice, ast.Name)):
        return False
    binding = scope.binding(inner.slice, code)
    return binding is not None and binding.each and last_name(inner.value) not in {"iloc", "loc"}


def _table(value: ast.expr) -> ast.expr:
    """The expression below `.values`, `.iloc[rows]`, `.to_numpy()` and the like."""
    for _ in range(_DEEPEST):
        if (
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Attribute)
            and value.func.attr in _THROUGH
        ):
            value = value.func.value
        elif isinstance(value, ast.Call) and len(value.args) == 1 and last_name(value.func) in _MAPS:
            value = value.args[0]
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
    """`[c for c in df.columns if c not in ["id", "target"]]`, `[f for f in FEATURES if f != "id"]`."""
    source = node.generators[0]
    if not (_are_columns(source.iter) and isinstance(source.target, ast.Name)):
        return
    for part in source.ifs:
        for test in part.values if isinstance(part, ast.BoolOp) else (part,):
            if not isinstance(test, ast.Compare) or last_name(test.left) != source.target.id:
                continue
            left_out = test.comparators[0]
            traced = scope.trace(left_out, code)
            if isinstance(test.ops[0], ast.NotIn):
                if traced is not None and texts(traced[0]):
                    yield Hit(traced[1], traced[0], _DROPPED, "features")
                elif lists_texts(left_out):
                    yield Hit(code, left_out, _DROPPED, "features")
            elif isinstance(test.ops[0], ast.NotEq) and traced is not None and _is_name(traced[0]):
                yield Hit(traced[1], traced[0], _DROPPED, "features")


def _are_columns(iterated: ast.expr) -> bool:
    """`df.columns`, `list(df.columns)`, `df.columns.tolist()`, and what is called like a list of features."""
    for _ in range(_DEEPEST):
        if isinstance(iterated, ast.Attribute) and iterated.attr == "columns":
            return True
        if not isinstance(iterated, ast.Call):
            break
        owner = iterated.func.value if isinstance(iterated.func, ast.Attribute) else None
        iterated = owner or (iterated.args[0] if iterated.args else iterated.func)
    return lexicon.feature(last_name(iterated)) == "features"
