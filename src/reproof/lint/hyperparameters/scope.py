"""Where a name gets its value: modules, functions and classes with what is bound in them."""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters.lexicon import CONFIGURATION, words
from reproof.lint.hyperparameters.literals import is_literal, is_sequence, unwrapped
from reproof.lint.hyperparameters.nodes import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from reproof.lint.source import Code


class Binding:
    """One place that binds a name. `value` is None where it cannot be said (an argument, an import, `with`).

    `each` is true where the name goes through the elements of `value`; `declared` where the place is a
    declaration already (a papermill `parameters` cell).
    """

    __slots__ = ("code", "declared", "each", "value")  # not a Value: there is one for every name of a file

    def __init__(
        self, code: Code, value: ast.expr | None, each: bool = False, declared: bool = False
    ) -> None:
        self.code = code
        self.value = value
        self.each = each
        self.declared = declared

    def of(self, value: ast.expr | None) -> Binding:
        """The same place with another value: one item of an unpacked tuple."""
        return Binding(self.code, value, self.each, self.declared)

    def part(self, place: int) -> Binding:
        """The same place for one name of several that a loop binds together."""
        return Part(self.code, self.value, (place,))

    @property
    def configured(self) -> bool:
        """Whether the value is read from something named like a configuration (`args.lr`, `cfg["lr"]`)."""
        node = self.value
        while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
            node = node.func if isinstance(node, ast.Call) else node.value
            if isinstance(node, ast.Name) and node.id in CONFIGURATION:
                return True
        return False


class Part(Binding):
    """A name that a loop binds beside others: `grid` of `for model, (name, grid) in whole`, at places (1, 1)."""

    __slots__ = ("places", "whole")

    def __init__(self, code: Code, whole: ast.expr | None, places: tuple[int, ...]) -> None:
        super().__init__(code, None, each=True)
        self.whole = whole
        self.places = places

    def part(self, place: int) -> Binding:
        return Part(self.code, self.whole, (*self.places, place))

    @property
    def column(self) -> tuple[ast.expr | None, tuple[int, ...]]:
        """What the name goes through, and at which places: the `k_values` of `for i, k in enumerate(k_values)`."""
        call, place, rest = self.whole, self.places[0], self.places[1:]
        name = last_name(call.func) if isinstance(call, ast.Call) else ""
        if name in _SIDE_BY_SIDE and isinstance(call, ast.Call):
            place -= name == "enumerate"
            return (call.args[place], rest) if 0 <= place < len(call.args) else (None, ())
        return self.whole, self.places


_SIDE_BY_SIDE = frozenset({"enumerate", "zip", "product"})


class Scope:
    """A module (all cells of a notebook together), function, class or comprehension."""

    __slots__ = ("attributes", "bindings", "changed", "classes", "items", "kind", "node", "outer", "parent")

    def __init__(self, kind: str, node: ast.AST | None = None, parent: Scope | None = None) -> None:
        self.kind = kind
        self.node = node
        self.parent = parent
        self.bindings: dict[str, list[Binding]] = {}
        self.attributes: dict[str, list[Binding]] = {}  # of `self`, in a class
        # What each class of the module sets, its fields' defaults aside; the scopes themselves would be a circle.
        self.classes: dict[str, dict[str, list[Binding]]] = {} if parent is None else parent.classes
        self.items: dict[str, list[tuple[ast.expr, ast.expr, Code]]] = {}  # `name[key] = value`
        self.changed: set[str] = set()  # names that `+=` and the like change
        self.outer: set[str] = set()  # names that `global` or `nonlocal` hand to the module

    def bind(self, name: str, binding: Binding) -> None:
        """Bind a name here, or in the module where it was declared global."""
        bindings = self.module.bindings if name in self.outer else self.bindings
        if name in bindings:
            bindings[name].append(binding)
        else:
            bindings[name] = [binding]

    @property
    def module(self) -> Scope:
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    @property
    def enclosing_class(self) -> Scope | None:
        """The class around, if this is a class or one of its methods."""
        scope: Scope | None = self
        while scope is not None and scope.kind != "class":
            scope = scope.parent
        return scope

    @property
    def spoken(self) -> set[str]:
        """The words of the functions and classes around."""
        found: set[str] = set()
        inner: Scope | None = self
        while inner is not None:
            found.update(words(getattr(inner.node, "name", "")))
            inner = inner.parent
        return found

    def lookup(self, name: str) -> tuple[Scope, list[Binding]] | None:
        """Where a name that is used here is bound, and how; classes are not seen from their methods."""
        scope: Scope | None = self
        while scope is not None:
            if (scope.kind != "class" or scope is self) and name in scope.bindings:
                return scope, scope.bindings[name]
            scope = scope.parent
        return None

    def binding(self, node: ast.expr, code: Code) -> Binding | None:
        """What a name, or an attribute of `self` or a class, is bound to, used in `code`; None if unclear.

        Of several bindings in the scope of the use the nearest before it counts (notebooks use a name again
        and again), unless one of them comes from a configuration: then the others are its defaults.
        """
        found: list[Binding] = []
        here = False
        if isinstance(node, ast.Name):
            known = self.lookup(node.id)
            if known and node.id not in known[0].changed:
                found = known[1]
                here = known[0] is self._straight
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
            owner = self.enclosing_class
            found = owner.attributes.get(node.attr, []) if owner else []
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and self.classes:
            found = self.classes.get(node.value.id, {}).get(node.attr, [])  # `Config.lr`
        here = here and len(found) <= MOST
        chosen = found[0] if len(found) == 1 else _nearest(found, node, code) if here else None
        return chosen if chosen is not None and not chosen.declared else None

    @property
    def _straight(self) -> Scope:
        """The scope whose statements run in the order of their lines: comprehensions are inside of it."""
        scope = self
        while scope.parent is not None and isinstance(scope.node, _COMPREHENSIONS):
            scope = scope.parent
        return scope

    def trace(self, node: ast.expr, code: Code) -> tuple[ast.expr, Code] | None:
        """The literal that an expression is: itself, or what the one name it consists of was bound to."""
        node = unwrapped(node)
        if is_literal(node):
            return node, code
        binding = self.binding(node, code)
        if isinstance(binding, Part):
            whole, places = binding.column
            binding = Binding(binding.code, None if places else whole, each=True)
        if binding is None or binding.value is None:
            return None
        if not binding.each:
            value = unwrapped(binding.value)
            return (value, binding.code) if is_literal(value) else None
        if is_sequence(binding.value):
            return binding.value, binding.code
        return self._series(binding)

    def _series(self, binding: Binding) -> tuple[ast.expr, Code] | None:
        """`for k in k_values`, where `k_values` was bound to a series once."""
        named = self.binding(binding.value, binding.code) if binding.value is not None else None
        if named and named.value is not None and not named.each and is_sequence(named.value):
            return named.value, named.code
        return None


# A name that is bound more often is a variable, and nobody's constant.
MOST = 100
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def _nearest(found: list[Binding], use: ast.expr, code: Code) -> Binding | None:
    """The last binding that ends before the use; None where one has no value, or one is configured."""
    place = (code.cell or 0, use.lineno, use.col_offset)
    before: list[tuple[tuple[int, int, int], Binding]] = []
    for binding in found:
        value = binding.whole if isinstance(binding, Part) else binding.value
        if value is None or binding.configured:
            return None
        ends = (binding.code.cell or 0, value.end_lineno or 0, value.end_col_offset or 0)
        if ends <= place:
            before.append((ends, binding))
    return max(before, key=lambda pair: pair[0])[1] if before else None
