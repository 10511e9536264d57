"""The file's own functions that it calls: what they are given, and where in them it ends up.

A literal that is handed to an own function and by that to a library is as hardcoded as one in the library's call.
"""

from __future__ import annotations

import ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reproof.lint.hyperparameters.module import Module
    from reproof.lint.hyperparameters.scope import Scope
    from reproof.lint.source import Code

    Given = tuple[ast.expr, Scope, Code]


_DEEPEST = 3  # loops between a parameter and its use


class OwnFunctions:
    """Functions and methods by how they are called, a class for its `__init__`; none that has two meanings."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._called: dict[int, str] = {}  # how a function is called, by its node's identity
        self.positions: dict[str, Sequence[str]] = {}  # the names of its positions
        twice: set[str] = set()
        for function, scope, _ in module.functions:
            name = function.name
            if name == "__init__" and scope.kind == "class":
                name = getattr(scope.node, "name", "")
            if name not in module.callees:
                continue
            positions = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
            if scope.kind == "class":
                positions = positions[1:]
            if self.positions.setdefault(name, positions) != positions:
                twice.add(name)
            self._called[id(function)] = name
        for name in twice:
            del self.positions[name]

    def holds(self, scope: Scope) -> bool:
        """Whether a scope is one of the functions."""
        return self._called.get(id(scope.node)) in self.positions

    def argument(self, value: ast.expr, scope: Scope) -> tuple[str, str] | None:
        """The function and its parameter, where an expression in it is just what it was given, or a part of it."""
        name = self._called.get(id(scope.node))
        if name is None or name not in self.positions:
            return None
        part = False
        for _ in range(_DEEPEST):
            while isinstance(value, ast.Subscript):
                value, part = value.value, True
            bound = scope.bindings.get(value.id, ()) if isinstance(value, ast.Name) else ()
            if len(bound) != 1 or not isinstance(value, ast.Name):
                return None
            if bound[0].value is None:
                return None if part or bound[0].each else (name, value.id)
            if not bound[0].each:
                return None
            value, part = bound[0].value, False  # `for p in ps:`, where `ps` is given: `p`, and `p[0]`
        return None

    def given(self, name: str, parameter: str) -> Iterator[Given]:
        """What the file's calls of a function hand to one of its parameters."""
        positions = self.positions[name]
        place = positions.index(parameter) if parameter in positions else None
        for call, scope, code in self._module.called((name,)):
            if not is_own(call.func):
                continue
            if place is not None and place < len(call.args):
                if not any(isinstance(each, ast.Starred) for each in call.args[: place + 1]):
                    yield call.args[place], scope, code
            else:
                yield from ((each.value, scope, code) for each in call.keywords if each.arg == parameter)


def is_own(func: ast.expr) -> bool:
    """`train(…)`, `self.train(…)`: no other object's method, which may be called alike."""
    if isinstance(func, ast.Attribute):
        return isinstance(func.value, ast.Name) and func.value.id in {"self", "cls"}
    return isinstance(func, ast.Name)
