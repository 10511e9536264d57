"""Splits by hand: `train = data[:8000]`, `n_train = int(0.8 * len(data))`, `df[df.date < "2017-01-01"]`.

A name says that parts are made: of what is assigned, of what is filled, or of the function that is called
(`split_data(df, 0.8)`). scikit-learn's own splits are catalogued calls.
"""

from __future__ import annotations

import ast
import re

from reproof.lint.hyperparameters import lexicon
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import is_date, is_literal, is_number, is_unit, is_zero
from reproof.lint.hyperparameters.nodes import first_target, inside, last_name, string, target_name
from reproof.lint.hyperparameters.pieces import is_share, share

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.module import Module
    from reproof.lint.hyperparameters.scope import Scope
    from reproof.lint.source import Code

    Pair = tuple[ast.expr, ast.expr]

_PARTS = names(
    "tr te trn tst va train training test testing valid validation val dev holdout oos cal calib calibration"
)
# A part's name with nothing but these is how much it holds: `n_test`, `train_samples`, `val_len`.
_AMOUNTS = names(
    "n num nb len length size count samples sample examples rows days months weeks years hours ratio frac fraction "
    "pct percent percentage share portion prop proportion part set data ds dataset period window points instances "
    "of total max"
)
_EDGES = names("start end date horizon")
_ENDS = names("start end begin")  # of the time whose data is used
_CUTS = names("split cutoff cut border boundary")
# Sliced all the same, but texts: a path, a date, a name.
_TEXTS = names(
    "path paths file files filename name names dir folder str string text line date url key msg id"
)
# A share of something counted that is no split: how much is shown, or warmed up.
_OTHER_SHARES = names("warmup print show plot log display report save noise mask width height")
_SAMPLED = names("sample samples")  # a share of them is drawn, unless the name says of what part they are
_COUNTS = names("n num count total")
# What may cut: `x[:9]`, `int(0.8 * n)`, `0.8 * n`, `500`, and several of these.
_CUTTING = frozenset({ast.Subscript, ast.Call, ast.BinOp, ast.Constant, ast.Tuple, ast.List, ast.Attribute})
_CUTTERS = names("split fold folds kfold")
_DOWNLOADS = names("download DataReader get_data_yahoo get_data history get_price_history")
_DIVIDES = names("split array_split tensor_split choice")
_FOLDS = 20
_YEARS = names("year yr season")
_SLICED = re.compile(r"\[[^\]]*\d[^\]]*\]")
_DEEPEST = 8


def find(module: Module) -> Iterator[Hit]:
    """Literals that cut a data set into parts, where a name says that parts are made."""
    sliced: list[tuple[str, ast.expr, ast.expr, Code]] = []
    made: set[str] = set()
    for node, scope, code in module.assigns:
        if type(node.value) not in _CUTTING or code.declares_parameters:
            continue
        target = first_target(node)
        for name, value in _pairs(target, node.value):  # type: ignore[arg-type]  # not None, by its type
            words = frozenset(lexicon.words(name))
            speaks = not _PARTS.isdisjoint(words)
            yield from _counted(name, value, words, code)
            yield from _held_back(value, words, code)
            if speaks and words <= _PARTS | _AMOUNTS and len(words) > 1 and _is_amount(value):
                yield Hit(code, value, lexicon.spelled(name), "split")
            if not _TEXTS.isdisjoint(words):
                yield from _dated(name, value, words, code)
                continue
            for bound, base, where in _literals(value, scope, code):
                shape = f"{code.source_of(base)}:{where.source_of(bound)}"
                if speaks:
                    made.add(shape)
                sliced.append((shape, bound, base, where))
            if speaks:
                yield from _compared(value, code)
                yield from _taken(value, code)
                yield from _divided(value, code)
    yield from _by_calls(module)
    yield from _spans(module)
    yield from _dealt(module)
    # `data[3:]` is a part where another name is `data[:3]`'s.
    for shape, bound, _, code in sliced:
        if shape in made:
            yield _cut(code, bound)


def _cut(code: Code, literal: ast.expr) -> Hit:
    """Where a data set is cut: at a row or a date, or by a share of its rows."""
    return Hit(code, literal, "split_share" if is_share(literal) else "split_at", "split")


def _by_calls(module: Module) -> Iterator[Hit]:
    for call, _, code in module.called(name for name in module.callees if _splits(name)):
        yield from _splitting(call, code)
    for call, scope, code in module.called(("load_dataset", "load", "as_dataset")):
        for keyword in call.keywords:
            if keyword.arg == "split":
                yield from _spelled_out(keyword.value, scope, code)
    for call, _, code in module.called(("extend",)):
        yield from _extended(call, code)


def _spelled_out(value: ast.expr, scope: Scope, code: Code) -> Iterator[Hit]:
    """`load_dataset("squad", split="train[:5000]")`, `tfds.load(name, split=["train[:80%]", …])`."""
    traced = scope.trace(value, code)
    if traced is None:
        return
    node, where = traced
    parts = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    if any(_SLICED.search(string(part) or "") for part in parts):
        yield Hit(where, node, "split", "split")


def _taken(value: ast.expr, code: Code) -> Iterator[Hit]:
    """`train = shuffled.take(80_000)`, `test = shuffled.skip(80_000).take(20_000)`."""
    for _ in range(_DEEPEST):
        if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute)):
            return
        amount = value.args[0] if len(value.args) == 1 else None
        if value.func.attr in {"take", "skip", "sample"} and _is_bound(amount) and amount is not None:
            yield Hit(code, amount, "split_at", "split")
        value = value.func.value


def _divided(value: ast.expr, code: Code) -> Iterator[Hit]:
    """`train, test = np.split(data, [800, int(0.9 * n)])`, `is_train = rng.choice([0, 1], n, p=[0.3, 0.7])`."""
    called = last_name(value.func) if isinstance(value, ast.Call) else ""
    if not isinstance(value, ast.Call) or called not in _DIVIDES:
        return
    if called == "choice":
        for chances in (each.value for each in value.keywords if each.arg == "p"):
            if isinstance(chances, ast.List | ast.Tuple) and is_literal(chances):
                yield Hit(code, chances, "split_share", "split")
        return
    places = value.args[1] if len(value.args) > 1 else None
    for place in places.elts if isinstance(places, ast.List | ast.Tuple) else ():
        literal = place if is_number(place) and not is_unit(place) else _portion(place)
        if literal is not None:
            yield _cut(code, literal)


def _held_back(value: ast.expr, words: frozenset[str], code: Code) -> Iterator[Hit]:
    """`split_index = len(df) - 90`, `n_train = X.shape[0] - 1000`: the rows at the end."""
    if (
        isinstance(value, ast.BinOp)
        and isinstance(value.op, ast.Sub)
        and not (_PARTS | _CUTS).isdisjoint(words)
        and _is_bound(value.right)
        and _counts(value.left)
    ):
        yield Hit(code, value.right, "split_at", "split")


def _is_amount(value: ast.expr) -> bool:
    """A number of rows, or a share of them; 0 and 1 start a counter."""
    return is_share(value) or (
        isinstance(value, ast.Constant) and type(value.value) is int and not 0 <= value.value <= 1
    )


def _splits(name: str) -> bool:
    spoken = lexicon.words(name)
    return len(spoken) > 1 and not _CUTTERS.isdisjoint(spoken) and (name[:1].islower() or "split" in spoken)


def _splitting(call: ast.Call, code: Code) -> Iterator[Hit]:
    """`split_data(df, "2023-01-01")`, `split_dataset(data, 0.8)`: a share or a date, by the function's name."""
    named = [keyword.value for keyword in call.keywords]
    if "split" in lexicon.words(last_name(call.func)):
        yield from (_cut(code, given) for given in (*call.args, *named) if is_share(given) or is_date(given))
        return
    for given in call.args:  # `get_folds(df, 5)`
        if isinstance(given, ast.Constant) and type(given.value) is int and 1 < given.value <= _FOLDS:
            yield Hit(code, given, "n_splits", "split")
            return


def _extended(call: ast.Call, code: Code) -> Iterator[Hit]:
    """`train.extend(data[i] for i in order[:8000])`: the bounds, where a part is filled."""
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    if not call.args or _PARTS.isdisjoint(lexicon.words(getattr(receiver, "id", ""))):
        return
    for node in inside(call.args[0]):
        if isinstance(node, ast.Subscript):
            yield from (_cut(code, bound) for bound, _ in _bounds(node) if not _is_named(bound))


def _spans(module: Module) -> Iterator[Hit]:
    """`{"start_date": "2015-01-01"}`, `yf.download(name, start="2015-01-01")`: the time whose data is used."""
    for node, _, code in module.dicts:
        for key, value in zip(node.keys, node.values, strict=True):
            if is_date(value) and not code.declares_parameters:
                name = string(key) or ""
                yield from _dated(name, value, frozenset(lexicon.words(name)), code)
    for call, _, code in module.called(_DOWNLOADS):
        dates = [given for given in (*call.args, *(each.value for each in call.keywords)) if is_date(given)]
        yield from (Hit(code, given, "date", "split") for given in dates)


def _dealt(module: Module) -> Iterator[Hit]:
    """`if i % 5 == 0: val.append(x)`, else to another part."""
    for test, _, code in module.tests if "append" in module.callees else ():
        compare = test.test
        if not (isinstance(compare, ast.Compare) and isinstance(compare.left, ast.BinOp)):
            continue
        first = test.body[0] if isinstance(test, ast.If) else None
        modulus = compare.left.right if isinstance(compare.left.op, ast.Mod) else None
        filled = _PARTS & {*lexicon.words(_filled(first.value))} if isinstance(first, ast.Expr) else ()
        if modulus is not None and is_number(modulus) and filled:
            yield Hit(code, modulus, "split_every", "split")


def _filled(call: ast.expr) -> str:
    """What `val.append(x)` fills."""
    func = call.func if isinstance(call, ast.Call) else None
    return last_name(func.value) if isinstance(func, ast.Attribute) and func.attr == "append" else ""


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Names and what they are bound to; `a, b = x[:9], x[9:]` are two."""
    if isinstance(target, ast.Tuple | ast.List):
        if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
            for item, part in zip(target.elts, value.elts, strict=True):
                yield from _pairs(item, part)
        elif isinstance(value, ast.Call):  # np.split(data, [800, 900]) into train, val, test
            named = [target_name(item) for item in target.elts]
            first = next((name for name in named if not _PARTS.isdisjoint(lexicon.words(name))), "")
            if first:
                yield first, value
    elif name := target_name(target):
        yield name, value


def _counted(name: str, value: ast.expr, words: frozenset[str], code: Code) -> Iterator[Hit]:
    """`train_size = int(0.8 * len(data))`: the share, where the name or the length says what it is of."""
    literal = share(value)
    if literal is None or not _OTHER_SHARES.isdisjoint(words):
        return
    parts = not (_PARTS | _CUTS).isdisjoint(words)
    if parts or (_SAMPLED.isdisjoint(words) and isinstance(value, ast.Call) and _counts(value)):
        yield Hit(
            code, literal, "train_share" if _PARTS.isdisjoint(words) else lexicon.spelled(name), "split"
        )


def _counts(node: ast.expr) -> bool:
    """Whether an expression has the length of something in it: `len(x)`, `x.shape[0]`."""
    for inner in inside(node):
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id == "len":
            return True
        if isinstance(inner, ast.Attribute) and inner.attr == "shape":
            return True
        if isinstance(inner, ast.Name) and not _COUNTS.isdisjoint(lexicon.words(inner.id)):
            return True
    return False


def _bounds(value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The literal bounds of the rows that an expression takes, each with what it takes them from."""
    for _ in range(_DEEPEST):
        if isinstance(value, ast.Subscript):
            rows = (
                value.slice.elts[0]
                if isinstance(value.slice, ast.Tuple) and value.slice.elts
                else value.slice
            )
            if isinstance(rows, ast.Slice) and rows.step is None:
                found = False
                for bound in (rows.lower, rows.upper):
                    literal = (
                        None
                        if bound is None
                        else bound
                        if _is_bound(bound) or _is_named(bound)
                        else _portion(bound)
                    )
                    if literal is not None:
                        found = True
                        yield literal, value.value
                if found:
                    return
            value = value.value
        elif isinstance(value, ast.Call):
            inner = value.args[0] if len(value.args) == 1 else None
            if inner is None and isinstance(value.func, ast.Attribute) and not value.args:
                inner = value.func.value
            if inner is None:
                return
            value = inner
        elif isinstance(value, ast.Attribute):
            value = value.value
        else:
            return


def _literals(value: ast.expr, scope: Scope, code: Code) -> Iterator[tuple[ast.expr, ast.expr, Code]]:
    """The literal bounds, those that a name was bound to (`cut = 168`, `train = df[:-cut]`) among them."""
    for bound, base in _bounds(value):
        if not _is_named(bound):
            yield bound, base, code
            continue
        name = bound.operand if isinstance(bound, ast.UnaryOp) else bound
        if (_CUTS | _PARTS | _EDGES).isdisjoint(lexicon.words(getattr(name, "id", ""))):
            continue  # how many are shown
        traced = scope.trace(name, code)
        if traced is not None and _is_bound(traced[0]):
            yield traced[0], base, traced[1]


def _is_named(bound: ast.expr) -> bool:
    """`cut`, `-cut`."""
    return isinstance(bound.operand if isinstance(bound, ast.UnaryOp) else bound, ast.Name)


def _portion(bound: ast.expr) -> ast.expr | None:
    """The literal of `int(0.8 * n)`, or of `n // 2`."""
    if (
        isinstance(bound, ast.BinOp)
        and isinstance(bound.op, ast.FloorDiv)
        and isinstance(bound.right, ast.Constant)
    ):
        return bound.right if type(bound.right.value) is int else None
    return share(bound)


def _is_bound(node: ast.expr | None) -> bool:
    """Whether a slice's bound is a literal that cuts: 0, 1 and -1 cut off a head or a tail."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
    return (node is not None and is_date(node)) or (
        isinstance(node, ast.Constant) and type(node.value) is int and node.value > 2
    )


def _dated(name: str, value: ast.expr, words: frozenset[str], code: Code) -> Iterator[Hit]:
    """`SPLIT_DATE = "2017-01-01"`."""
    if (_PARTS | _CUTS | _ENDS).isdisjoint(words) or "date" not in words:
        return
    inner = value.args[0] if isinstance(value, ast.Call) and len(value.args) == 1 else value
    if is_date(inner):
        yield Hit(code, inner, lexicon.spelled(name), "split")


def _compared(value: ast.expr, code: Code) -> Iterator[Hit]:
    """`train = df[df["date"] < "2017-01-01"]`, `test = df[df["rank"] <= 5]`: the date, or the number, cuts."""
    rows = value.slice if isinstance(value, ast.Subscript) else None
    for node in inside(value):
        if isinstance(node, ast.Compare) and len(node.comparators) == 1:
            limit = node.comparators[0]
            if is_date(limit):
                yield Hit(code, limit, "split_date", "split")
            elif isinstance(node.left, ast.BinOp) and isinstance(node.left.op, ast.Mod):
                if is_number(node.left.right):  # `df[df.id % 5 == 0]`
                    yield Hit(code, node.left.right, "split_every", "split")
            elif node is rows and is_number(limit) and not is_zero(limit) and _cuts(node):
                yield Hit(code, limit, "split_at", "split")


def _cuts(compare: ast.Compare) -> bool:
    """Whether a column is compared by order, or a year with one."""
    left = compare.left
    column = string(left.slice) if isinstance(left, ast.Subscript) else last_name(left)
    ordered = isinstance(compare.ops[0], ast.Lt | ast.LtE | ast.Gt | ast.GtE)
    return bool(column) and (ordered or not _YEARS.isdisjoint(lexicon.words(column or "")))
