"""Features and labels: column names in code that choose what a model is trained on."""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters import column_words, lexicon
from reproof.lint.hyperparameters.frames import (
    PARTS,
    are_columns,
    dropped,
    index_of,
    is_bundle,
    is_frame,
    is_name,
    is_read,
    root,
    table_of,
)
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import is_text, texts
from reproof.lint.hyperparameters.nodes import first_target, last_name, string, target_name
from reproof.lint.hyperparameters.own_functions import OwnFunctions
from reproof.lint.hyperparameters.reach import DROPPED, listed, name_of, reached

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.module import Module
    from reproof.lint.hyperparameters.scope import Scope
    from reproof.lint.source import Code

# Calls that take X and y, by their own name: methods of any object, functions of a catalogued library.
_METHODS = names("fit partial_fit fit_resample fit_transform fit_predict texts_to_sequences load_from_df")
_FUNCTIONS = names(
    "train_test_split cross_val_score cross_validate cross_val_predict Dataset DMatrix learning_curve "
    "validation_curve QuantileDMatrix Pool from_tensor_slices TensorDataset "
    "csr_matrix coo_matrix"
)
_ROLES = {"X": "features", "data": "features", "y": "labels", "label": "labels", "target": "labels"}
_X = frozenset({"X", "X_train", "X_test"})
_Y = names("target targets label labels y_train y_test y_val y_valid y_dev y_all y_full Y_train Y_test Y_val")
_SAMPLES = names("features x inputs batch example examples row rows sample samples")
# Other words of a y that is made of a column: `y_onehot`, `y_log`.
_MADE = names("onehot ohe encoded enc cat categorical binary bin log dummies raw np array num multi")
_RESULTS = names("sub submission pred preds predicted")  # what came out is chosen by nobody
_FRAMES = names("df frame dataframe")
_ANSWERS = names("y targets labels")
_LOADED = names("data dataset")  # may be a table, or what a loader hands out
_BATCHED = names("label labels target targets y ytrue ypred")
_Y_PARTS = ("y_train", "y_test", "y_val", "Y_train", "Y_test")
_LEAVES_OUT = names("remove removed drop dropped exclude excluded ignore ignored")


def find(module: Module) -> Iterator[Hit]:
    """The columns of a module; one that is left out because it is the label is that label, and no other choice."""
    hits = list(_found(module))
    labels = {string(hit.node) or last_name(hit.node) for hit in hits if hit.name == "label"}
    for hit in hits:
        yield hit.replace(name="label") if hit.name == DROPPED and string(hit.node) in labels else hit


def _found(module: Module) -> Iterator[Hit]:
    """Column names in the tables that reach a training or a split, or are called X or y; columns left out."""
    tables: set[str] = set()
    wrangled = _wrangled(module)
    sinks = module.called(_METHODS | _FUNCTIONS)
    own = OwnFunctions(module) if module.functions else None
    for call, scope, code in sinks:
        if id(call) in wrangled or _encodes(call, scope, code):
            continue
        for value, role in _sinks(call, module):
            yield from reached(value, role, scope, code, tables if role == "features" else None)
            if own:
                yield from _handed(value, role, scope, own)
            argument = own.argument(value, scope) if own else None
            for given, outside, where in own.given(*argument) if own and argument else ():
                yield from reached(given, role, outside, where, tables if role == "features" else None)
    for node, scope, code in module.assigns:
        if node.value is not None:
            target = first_target(node)
            yield from _assigned(target, node.value, scope, code)
            if own and own.holds(scope) and isinstance(target, ast.Name) and (what := _role(target, scope)):
                yield from _handed(node.value, what, scope, own)
    for call, scope, code in module.called(("drop", "difference", "isin")):
        yield from _left_out(call, tables, scope, code)
    yield from _written(module)
    yield from _removed(module)
    yield from _fitted(module)
    yield from _of_dicts(module)
    yield from _by_place(module)
    indices = {
        id(node.value.slice)
        for node, _, _ in module.assigned(ast.Subscript)
        if isinstance(node.value, ast.Subscript) and is_frame(node.value.value)
    }
    for comprehension, scope, code in module.comprehensions:
        if isinstance(comprehension, ast.ListComp | ast.GeneratorExp):
            yield from _excluded(comprehension, id(comprehension) in indices, scope, code)


def _handed(value: ast.expr, role: str, scope: Scope, own: OwnFunctions) -> Iterator[Hit]:
    """`y = df[target]` in `def prepare(df, target)`: what the file's calls of `prepare` call the target."""
    table = table_of(value)
    index = index_of(table)
    for part in index.elts if isinstance(index, ast.List) else (index,):
        argument = own.argument(part, scope) if isinstance(part, ast.Name) else None
        for given, outside, where in own.given(*argument) if argument else ():
            traced = outside.trace(given, where)
            if traced is not None and (texts(traced[0]) or is_text(traced[0])):
                yield Hit(traced[1], traced[0], name_of(table, role), role)


def _written(module: Module) -> Iterator[Hit]:
    """Columns that need no table to be traced: `df.columns != "price"`, `model.train(y="price")`."""
    for compare, scope, code in module.compares:
        left = compare.left
        if type(left) is ast.Attribute and left.attr == "columns" and isinstance(compare.ops[0], ast.NotEq):
            yield from _named(compare.comparators[0], scope, code)  # `df.loc[:, df.columns != "price"]`
    for call, _, code in module.called(_METHODS | {"train"}):
        for keyword in call.keywords:
            if keyword.arg in _ROLES and is_text(keyword.value) and isinstance(call.func, ast.Attribute):
                yield Hit(code, keyword.value, "label", "labels")  # `model.train(y="price", …)`


def _by_place(module: Module) -> Iterator[Hit]:
    """`TARGET = TARGETS[target_id]`: the number that chooses one of several written names."""
    for node, scope, code in module.assigned(ast.Subscript):
        value = node.value
        if not (
            isinstance(value, ast.Subscript)
            and column_words.feature(target_name(first_target(node))) == "labels"
        ):
            continue
        binding = scope.binding(value.value, code)
        traced = scope.trace(value.slice, code)
        listed = binding is not None and binding.value is not None and texts(binding.value)
        if listed and traced is not None and isinstance(traced[0], ast.Constant):
            yield Hit(traced[1], traced[0], "label", "labels")


def _of_dicts(module: Module) -> Iterator[Hit]:
    """`{"features": ["age", "income"], "target": "price"}`: columns under a key that says what they are."""
    for node, _, code in module.dicts:
        if code.declares_parameters:
            continue
        named = [(string(key) or "", value) for key, value in zip(node.keys, node.values, strict=True)]
        lists = [value for name, value in named if column_words.known(name) == "features" and texts(value)]
        for value in lists:
            yield Hit(code, value, "features", "features")
        for name, value in named:
            kind = "labels" if column_words.feature(name) == "labels" else column_words.input_column(name)
            if kind and is_text(value) and (lists or "_" in name):
                yield Hit(code, value, lexicon.spelled(name), kind)


def _fitted(module: Module) -> Iterator[Hit]:
    """`encoder.fit(df, ["city", "job"])`: the columns that a transformer of the project's own is fitted on."""
    for call, scope, code in module.called(("fit", "fit_transform")):
        if len(call.args) == 2 and isinstance(call.func, ast.Attribute) and is_frame(call.args[0]):
            binding = scope.binding(call.args[1], code)
            traced = scope.trace(call.args[1], code) if binding is None or not binding.each else None
            if traced is not None and texts(traced[0]):
                yield Hit(traced[1], traced[0], "features", "features")


def _removed(module: Module) -> Iterator[Hit]:
    """`features.remove("id")`."""
    for call, _, code in module.called(("remove",)):
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        name = last_name(owner)
        if (
            len(call.args) != 1
            or not is_name(call.args[0])
            or not _LEAVES_OUT.isdisjoint(lexicon.words(name))
        ):
            continue
        if column_words.feature(name) == "features":
            yield Hit(code, call.args[0], DROPPED, "features")


def _encodes(call: ast.Call, scope: Scope, code: Code) -> bool:
    """`encoder.fit(df["size"])`: an encoder learns the values of one column, and chooses none."""
    if not (isinstance(call.func, ast.Attribute) and call.func.attr in _METHODS and call.args):
        return False
    column = table_of(call.args[0])
    index = index_of(column)
    if not (isinstance(column, ast.Attribute) or (index is not None and is_name(index))):
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
        and is_name(node.targets[0].slice)
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
    table = table_of(value)
    index = index_of(table)
    if index is None:
        yield from reached(value, role, scope, code, named=True)
    elif _is_telling(target, table, index, role, scope, code):
        hits = reached(value, role, scope, code, named=True)
        plain = is_name(index) and not is_bundle(table, scope, code)  # also a column that is called `y`
        yield from hits or ([Hit(code, index, name_of(table, role), role)] if plain else ())


def _is_telling(
    target: ast.expr, table: ast.expr, index: ast.expr, role: str, scope: Scope, code: Code
) -> bool:
    """Whether an index chooses X or y: not an item of a batch that is called as the variable is.

    `labels = batch["labels"]` unpacks; `labels = df["churn"]` chooses. A name that is not y needs a table, and so
    does an X of one column.
    """
    name, column = last_name(target), string(index)
    if not _RESULTS.isdisjoint(lexicon.words(name)):
        return False
    surely = not _FRAMES.isdisjoint(lexicon.words(root(table))) or is_read(table, scope, code)
    if role == "features":
        if column is None or isinstance(table, ast.Call):
            return True
        return surely and lexicon.squeeze(column) not in {lexicon.squeeze(name), *_SAMPLES}
    if lexicon.squeeze(column or "") in {lexicon.squeeze(name), *_BATCHED}:
        return is_frame(table) and (surely or _LOADED.isdisjoint(lexicon.words(root(table))))
    if isinstance(table, ast.Call) and isinstance(table.func, ast.Attribute) and table.func.attr == "pop":
        return is_frame(table) or not _SAMPLES.isdisjoint(lexicon.words(last_name(table.func.value)))
    return "y" in (name[:1].lower(), *lexicon.words(name)) or is_frame(table)


def _role(target: ast.Name | ast.Attribute, scope: Scope) -> str | None:
    """ "features" for X, X_train and the like; "labels" for y_train, and for y where there is an X."""
    name = last_name(target)
    if isinstance(target, ast.Attribute) and getattr(target.value, "id", "") != "self":
        return None
    words = lexicon.words(name)
    part = len(words) > 1 and not PARTS.isdisjoint(words)  # `train_x`, `xTrain`
    if name in _X or name.startswith("X_") or (part and "x" in words and PARTS.issuperset(words)):
        return "features"
    if name in _Y or name.endswith(("_target", "_label", "_labels")) or name.startswith(_Y_PARTS):
        return "labels"
    if part and not _ANSWERS.isdisjoint(words) and PARTS.issuperset(words):
        return "labels"  # `train_y`, `val_targets`
    if words[:1] == ("y",) and not _MADE.isdisjoint(words[1:2]):
        return "labels"
    if name in {"y", "Y"}:
        owner = scope.enclosing_class if isinstance(target, ast.Attribute) else None
        known = owner.attributes if owner else scope.bindings
        return "labels" if any(each in _X or each.startswith("X_") for each in known) else None
    return None


def _left_out(call: ast.Call, tables: set[str], scope: Scope, code: Code) -> Iterator[Hit]:
    """`X.drop(["id"], axis=1)`, where X is what a model is trained on; `df.columns.drop("id")` anywhere."""
    if not isinstance(call.func, ast.Attribute):
        return
    receiver = call.func.value
    columns: ast.expr | None = None
    if isinstance(receiver, ast.Attribute) and receiver.attr == "columns":
        columns = call.args[0] if call.args else None
    elif isinstance(receiver, ast.Name) and (receiver.id in tables or receiver.id in _X):
        columns = dropped(call) if call.func.attr == "drop" else None
    if columns is not None:
        yield from _named(columns, scope, code)


def _named(columns: ast.expr, scope: Scope, code: Code) -> Iterator[Hit]:
    """What is left out, as it is written."""
    for written, where in listed(columns, scope, code):
        yield Hit(where, written, DROPPED, "features")


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


def _excluded(
    node: ast.ListComp | ast.GeneratorExp, chooses: bool, scope: Scope, code: Code
) -> Iterator[Hit]:
    """`[c for c in df.columns if c not in ["id", "target"]]`, `[f for f in FEATURES if f != "id"]`.

    `chooses`: it is a table's index, so it goes through columns under whatever name.
    """
    source = node.generators[0]
    if not ((chooses or are_columns(source.iter)) and isinstance(source.target, ast.Name)):
        return
    for part in source.ifs:
        for test in part.values if isinstance(part, ast.BoolOp) else (part,):
            if not isinstance(test, ast.Compare) or last_name(test.left) != source.target.id:
                continue
            if isinstance(test.ops[0], ast.NotIn | ast.NotEq):
                yield from _named(test.comparators[0], scope, code)
