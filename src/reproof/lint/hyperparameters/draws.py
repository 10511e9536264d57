"""What is drawn at random, or taken from a table: how many, how likely, how noisy.

`rng.choice(len(X), 5000)`, `df = df.sample(n=5000)`, `df = df[:10000]`, `random.random() < 0.3` in an augmentation,
`x = x + 0.05 * torch.randn_like(x)`. A few items are drawn to be shown, and toy data is made by chance as well:
small numbers, and what is no part of a sampling or an augmentation, are left alone.
"""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters import lexicon
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import is_fraction, is_number, is_unit
from reproof.lint.hyperparameters.nodes import first_target, last_name, target_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.module import Module
    from reproof.lint.source import Code

_CHANCES = names("random rand uniform random_sample")
_NORMAL = names("randn randn_like normal standard_normal random_normal normal_like")
_NOISE = names("noise noisy jitter eps perturbation")
_BY_CHANCE = names(
    "augment augmentation aug transform transforms getitem flip hflip vflip rotate crop noise mixup "
    "cutmix cutout act action select choose explore policy mutate mutation crossover negative negatives "
    "mask masking dropout shift jitter"
)
_SHOWN = names("show shown plot viz vis display print example examples preview test sampled_images demo")
_HEADS = names("head sample")
_DRAWS = _CHANCES | _NORMAL | _HEADS | names("choice choices")
_FEW = 32  # so many are drawn to be looked at
_ROWS = 100  # so many rows are a preview
_PART = 1000  # rows of a file that are read to try something
_WRAPPED = 6


def find(module: Module) -> Iterator[Hit]:
    """The literals of draws, chances and noise."""
    if not module.callees.keys().isdisjoint(_DRAWS):
        yield from _by_chance(module)
    for node, _, code in module.assigned(ast.Subscript):
        if isinstance(node.value, ast.Subscript) and isinstance(node.value.slice, ast.Slice):
            yield from _first_rows(first_target(node), node.value, code)
    for call, _, code in module.called(("select",)):
        yield from _range(call, code)
    for call, _, code in module.called(("read_csv", "read_parquet", "read_table", "read_json")):
        for keyword in call.keywords:
            if keyword.arg == "nrows" and _are_rows(keyword.value, _PART):
                yield Hit(code, keyword.value, "rows", "split")


def _by_chance(module: Module) -> Iterator[Hit]:
    for node, _, code in module.assigned(ast.Call, ast.BinOp):
        target, value = first_target(node), node.value
        if isinstance(value, ast.BinOp):
            yield from _noise(target_name(target), value, code)
        elif isinstance(value, ast.Call) and last_name(value.func) in _DRAWS:
            yield from _drawn(target, value, code)
            yield from _first_rows(target, value, code)
            yield from _noise(target_name(target), value, code)
    for change, _, code in module.changes:
        if isinstance(change.op, ast.Add):
            yield from _scaled(change.value, code)
    for compare, scope, code in module.limits:
        if isinstance(compare.left, ast.Call) and not _BY_CHANCE.isdisjoint(scope.spoken):
            yield from _chance(compare, code)
    for test, _, code in module.tests:
        if isinstance(test, ast.If) and isinstance(test.test, ast.Compare) and _augments(test):
            yield from _chance(test.test, code)


def _drawn(target: ast.expr, call: ast.Call, code: Code) -> Iterator[Hit]:
    """`np.random.choice(len(X), size=1000)`, `rng.choice(n, 500)`, `random.sample(memory, 64)`."""
    called = last_name(call.func)
    if called not in {"choice", "choices", "sample"} or not isinstance(call.func, ast.Attribute):
        return
    if not _SHOWN.isdisjoint(lexicon.words(target_name(target))) or not call.args:
        return
    given = [each.value for each in call.keywords if each.arg in {"size", "k"}] or call.args[1:2]
    for amount in given:
        if isinstance(amount, ast.Constant) and type(amount.value) is int and amount.value >= _FEW:
            yield Hit(code, amount, "sample_size", "split")


def _first_rows(target: ast.expr, value: ast.expr, code: Code) -> Iterator[Hit]:
    """`df = df[:10000]`, `raw1 = raw[0:2000000]`, `df = df.head(5000)`, `df = df.sample(n=5000)`."""
    amount: ast.expr | None = None
    if isinstance(value, ast.Call):
        func = value.func
        if not isinstance(func, ast.Attribute) or func.attr not in _HEADS:
            return
        table = func.value
        given = {each.arg: each.value for each in value.keywords}
        amount = value.args[0] if value.args else given.get("n")
    elif isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Slice):
        table, rows = value.value, value.slice
        if rows.step is None and (rows.lower is None or is_unit(rows.lower)):
            amount = rows.upper
    same = target_name(target).rstrip("0123456789_") == last_name(table) != "" if amount else False
    if amount is not None and same and _are_rows(amount):
        yield Hit(code, amount, "rows", "split")


def _noise(name: str, value: ast.expr, code: Code) -> Iterator[Hit]:
    """`noise = 0.1 * torch.randn(n)`, `noise = np.random.normal(0, 0.1, x.shape)`, `x = x + 0.1 * randn`."""
    noisy = not _NOISE.isdisjoint(lexicon.words(name))
    if isinstance(value, ast.Call):
        if noisy and last_name(value.func) == "normal":
            spread = [each.value for each in value.keywords if each.arg in {"scale", "std", "stddev"}]
            for literal in spread or value.args[1:2]:
                if is_number(literal) and not is_unit(literal):
                    yield Hit(code, literal, "noise_std", "preprocessing")
    elif isinstance(value, ast.BinOp):
        if isinstance(value.op, ast.Add) and target_name(value.left) == name:
            yield from _scaled(value.right, code)
        elif noisy:
            yield from _scaled(value, code)


def _scaled(value: ast.expr, code: Code) -> Iterator[Hit]:
    """`0.05 * torch.randn_like(x)`, either way round."""
    if not (isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult)):
        return
    for literal, other in ((value.left, value.right), (value.right, value.left)):
        if is_number(literal) and not is_unit(literal) and _is_normal(other):
            yield Hit(code, literal, "noise_std", "preprocessing")


def _is_normal(node: ast.expr) -> bool:
    for _ in range(_WRAPPED):
        if not isinstance(node, ast.Call):
            return False
        if last_name(node.func) in _NORMAL:
            return True
        if not isinstance(node.func, ast.Attribute):
            return False
        node = node.func.value
    return False


def _chance(compare: ast.Compare, code: Code) -> Iterator[Hit]:
    """`random.random() < 0.3`."""
    limit = compare.comparators[0]
    drawn = isinstance(compare.left, ast.Call) and last_name(compare.left.func) in _CHANCES
    if drawn and len(compare.ops) == 1 and is_fraction(limit):
        yield Hit(code, limit, "probability", "preprocessing")


def _augments(test: ast.If) -> bool:
    """Whether what a branch calls augments: `if random.random() < 0.3: x = cutmix(x)`."""
    for statement in test.body[:_WRAPPED]:
        value = statement.value if isinstance(statement, ast.Assign | ast.Expr) else None
        if isinstance(value, ast.Call) and not _BY_CHANCE.isdisjoint(lexicon.words(last_name(value.func))):
            return True
    return False


def _range(call: ast.Call, code: Code) -> Iterator[Hit]:
    """`dataset.select(range(50000))`."""
    ranges = (given for given in call.args[:2] if isinstance(given, ast.Call) and len(given.args) == 1)
    for given in ranges:
        if getattr(given.func, "id", "") == "range" and _are_rows(given.args[0]):
            yield Hit(code, given.args[0], "rows", "split")


def _are_rows(node: ast.expr, least: int = _ROWS) -> bool:
    """A number of rows that is more than a preview."""
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value >= least
