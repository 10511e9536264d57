"""What a dict holds, however it reaches a call: by a name, a copy, a choice from a table, or a loop.

`deepcopy(DEFAULTS)`, `{**BASE, "lr": 0.1}`, `GRIDS.get(name, {})`, `GRIDS["svm"]["params"]`, and
`for name, (model, grid) in MODELS.items()`: where nobody can say which of several dicts it is, it may be each.
"""

from __future__ import annotations

import ast
from itertools import islice

from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.nodes import last_name, string
from reproof.lint.hyperparameters.scope import Part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.scope import Binding, Scope
    from reproof.lint.source import Code

    Pair = tuple[ast.expr, ast.expr, Code]
    Found = tuple[ast.expr, Code]
    # One round of a loop: an expression, or the key and the value of `.items()`.
    Element = ast.expr | tuple[ast.expr, ast.expr]

_DEEPEST = 8  # steps from the call to the dict
_STEPS = 300  # of one search, whatever names lead to each other
_MANY = 8  # a name that is bound more often is a variable
_MOST = 64  # dicts in a table, and rounds of a loop, that are looked at
_COPIES = names("deepcopy copy dict OrderedDict")
_LISTS = names("list tuple tqdm sorted")


def entries(value: ast.expr, scope: Scope, code: Code, listed: bool = False) -> Iterator[Pair]:
    """Key, value and place of each item that the dicts an expression stands for were written with.

    `listed`: a list of dicts counts as well, as grids may be given.
    """
    yield from _Search(scope, listed).entries(value, code)


def chosen(value: ast.expr, scope: Scope, code: Code) -> Iterator[Found]:
    """What `table["key"]` was written as; for a key that is not written out, each of the table's values."""
    if isinstance(value, ast.Subscript):
        yield from _Search(scope).items(value.value, value.slice, code)


class _Search:
    """One search from a use to what was written, bounded: names may lead to each other in a circle."""

    def __init__(self, scope: Scope, listed: bool = False) -> None:
        self._scope = scope
        self._listed = listed
        self._left = _STEPS
        self._depth = 0

    def entries(self, value: ast.expr, code: Code) -> Iterator[Pair]:
        """The items of all dicts that an expression may be."""
        if self._depth > _DEEPEST or self._left <= 0:
            return
        self._left -= 1
        self._depth += 1
        if isinstance(value, ast.Dict):
            for key, item in zip(value.keys, value.values, strict=True):
                if key is not None:
                    yield key, item, code
                else:
                    yield from self.entries(item, code)
        else:
            yield from self._beside(value, code)
            for inner, where in self._behind(value, code):
                yield from self.entries(inner, where)
        self._depth -= 1

    def items(self, table: ast.expr, key: ast.expr, code: Code) -> Iterator[Found]:
        """The values of a table under one key; all of them, where the key is not written out."""
        asked = string(key)
        for name, item, where in islice(self.entries(table, code), _MOST):
            if asked is None or string(name) == asked:
                yield item, where

    def _beside(self, value: ast.expr, code: Code) -> Iterator[Pair]:
        """What is set one by one: `params["eta"] = 0.1`, `dict(eta=0.1)`."""
        if isinstance(value, ast.Name):
            known = self._scope.lookup(value.id)
            yield from known[0].items.get(value.id, ()) if known else ()
        elif isinstance(value, ast.Call) and last_name(value.func) == "dict":
            for keyword in value.keywords:
                if keyword.arg is not None:
                    yield ast.Constant(keyword.arg), keyword.value, code

    def _behind(self, value: ast.expr, code: Code) -> Iterator[Found]:
        """The expressions that an expression hands on as they are, or one of which it is."""
        if isinstance(value, ast.Name | ast.Attribute):
            for binding in _bindings(value, self._scope, code):
                if binding.each:
                    yield from self._rounds(binding)
                elif binding.value is not None:
                    yield binding.value, binding.code
        elif isinstance(value, ast.Call):
            yield from self._called(value, code)
        elif isinstance(value, ast.Subscript):
            yield from self.items(value.value, value.slice, code)
        elif isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitOr):
            yield from ((value.left, code), (value.right, code))
        elif isinstance(value, ast.IfExp):
            yield from ((value.body, code), (value.orelse, code))
        elif isinstance(value, ast.BoolOp):
            yield from ((each, code) for each in value.values)
        elif self._listed and isinstance(value, ast.List | ast.Tuple):
            yield from ((each, code) for each in value.elts[:_MOST])

    def _called(self, call: ast.Call, code: Code) -> Iterator[Found]:
        """`deepcopy(x)`, `x.copy()`, `dict(x, lr=0.1)`, `dict(**x)`; `x.get(key, fallback)`."""
        name = last_name(call.func)
        if name in _COPIES:
            if call.args:
                yield call.args[0], code
            elif isinstance(call.func, ast.Attribute) and name == "copy":
                yield call.func.value, code
            yield from ((each.value, code) for each in call.keywords if each.arg is None)
        elif name == "get" and isinstance(call.func, ast.Attribute) and call.args:
            yield from self.items(call.func.value, call.args[0], code)
            yield from ((each, code) for each in call.args[1:2])

    def _rounds(self, binding: Binding) -> Iterator[Found]:
        """What a loop's name stands for, round by round."""
        whole, places = binding.column if isinstance(binding, Part) else (binding.value, ())
        for element, where in self._elements(whole, binding.code):
            found: object = element
            for place in places:
                parts = found if isinstance(found, tuple) else getattr(found, "elts", ())
                found = parts[place] if place < len(parts) else None
            if isinstance(found, ast.expr):
                yield found, where

    def _elements(self, whole: ast.expr | None, code: Code) -> Iterator[tuple[Element, Code]]:
        """What a loop goes through, as far as it is written out."""
        if self._left <= 0:
            return
        self._left -= 1
        if isinstance(whole, ast.List | ast.Tuple):
            yield from ((each, code) for each in whole.elts[:_MOST])
        elif isinstance(whole, ast.Name | ast.Attribute):
            for binding in _bindings(whole, self._scope, code):
                if not binding.each:
                    yield from self._elements(binding.value, binding.code)
        elif isinstance(whole, ast.Call):
            yield from self._made(whole, code)

    def _made(self, call: ast.Call, code: Code) -> Iterator[tuple[Element, Code]]:
        """The rounds of `table.items()`, `table.values()`, `list(grids)`."""
        name = last_name(call.func)
        if isinstance(call.func, ast.Attribute) and name in {"items", "values"}:
            for key, item, where in islice(self.entries(call.func.value, code), _MOST):
                yield ((key, item) if name == "items" else item), where
        elif name in _LISTS and call.args:
            yield from self._elements(call.args[0], code)


def _bindings(value: ast.expr, scope: Scope, code: Code) -> list[Binding]:
    """The one binding that counts, or all that a name may have: an argument's default that is filled in later."""
    binding = scope.binding(value, code)
    if binding is not None:
        return [binding]
    known = scope.lookup(value.id) if isinstance(value, ast.Name) else None
    if known is None or len(known[1]) > _MANY:
        return []
    return [each for each in known[1] if not each.configured and not each.declared]
