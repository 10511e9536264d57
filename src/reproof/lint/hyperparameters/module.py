"""One walk over a module's trees that collects what the finders look at: names, calls, loops, tests.

An own stack instead of `ast.walk` or a visitor: it knows the scope, keeps source order, does not recurse, and
skips what no finder looks at. The cells of a notebook are one module, in order.
"""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters.declarations import is_declaration
from reproof.lint.hyperparameters.imports import Imports
from reproof.lint.hyperparameters.nodes import below_progress
from reproof.lint.hyperparameters.scope import Binding, Scope
from reproof.lint.source import InvalidFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, TypeAlias, TypeVar

    from reproof.lint.catalogue.load import Framework
    from reproof.lint.source import Code

    Node = TypeVar("Node", bound=ast.AST)
    Site: TypeAlias = tuple[Node, Scope, Code]
    Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

# Nodes with nothing in them to look at; strings, numbers and None stand where a field may be empty.
_LEAVES = frozenset({ast.Constant, ast.Name, ast.alias, ast.arg, ast.Pass, type(None), str, int, bool})
# Nodes that nobody asks about, and whose one child is their `value`.
_SHELLS = frozenset({ast.Attribute, ast.Await, ast.Expr, ast.Starred, ast.keyword})
_NO_CHILDREN = frozenset({"arg", "attr", "ctx", "id", "kind", "lineno", "names", "op", "ops", "type_comment"})
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Module:
    """What one file says, in source order. `broken` is why a cell, or the file, could not be parsed."""

    def __init__(self, codes: Iterable[Code], frameworks: Mapping[str, Framework] | None = None) -> None:
        self.imports = Imports(frameworks or {})
        self.scope = Scope("module")
        self.calls: list[Site[ast.Call]] = []
        self.assigns: list[Site[ast.Assign | ast.AnnAssign]] = []
        self.loops: list[Site[ast.For | ast.AsyncFor]] = []
        self.whiles: list[Site[ast.While]] = []
        self.tests: list[Site[ast.If | ast.Assert]] = []
        self.compares: list[Site[ast.Compare]] = []
        self.functions: list[Site[Function]] = []
        self.comprehensions: list[Site[ast.expr]] = []
        self.dicts: list[Site[ast.Dict]] = []
        self.returns: list[Site[ast.BinOp]] = []  # what functions calculate in the end
        self.changes: list[Site[ast.AugAssign]] = []
        self.broken: InvalidFile | None = None
        self._callees: dict[str, list[int]] | None = None
        self._values: dict[type, list[Site[ast.Assign | ast.AnnAssign]]] | None = None
        self._limits: list[Site[ast.Compare]] | None = None
        self.codes = tuple(codes)
        for code in self.codes:
            try:
                tree = code.tree
            except InvalidFile as error:
                self.broken = self.broken or error
            else:
                self._walk(tree, code)
        self.imports.add_usual(
            self.scope.bindings, lambda text: any(text in code.text for code in self.codes)
        )

    @property
    def callees(self) -> Mapping[str, Sequence[int]]:
        """Places in `calls` by what is called, without its owner: `sort` for `a.b.sort()` and for `sort()`."""
        if self._callees is None:
            found: dict[str, list[int]] = {}
            self._callees = found
            for index, (call, _, _) in enumerate(self.calls):
                func = call.func
                name = func.attr if type(func) is ast.Attribute else func.id if type(func) is ast.Name else ""
                if name in found:
                    found[name].append(index)
                else:
                    found[name] = [index]
        return self._callees

    def assigned(self, *kinds: type[ast.expr]) -> list[Site[ast.Assign | ast.AnnAssign]]:
        """The assignments of values of these kinds, kind by kind: a finder looks at few of all that are made."""
        if self._values is None:
            self._values = {}
            for site in self.assigns:
                kind = type(site[0].value)
                if kind in self._values:
                    self._values[kind].append(site)
                else:
                    self._values[kind] = [site]
        return [site for kind in kinds for site in self._values.get(kind, ())]

    @property
    def limits(self) -> list[Site[ast.Compare]]:
        """The comparisons with one number that is written out."""
        if self._limits is None:
            self._limits = [
                site
                for site in self.compares
                if type(limit := site[0].comparators[0]) is ast.Constant and type(limit.value) in (int, float)
            ]
        return self._limits

    def called(self, names: Iterable[str]) -> list[Site[ast.Call]]:
        """The calls of functions and methods by these names, in source order.

        For a finder that knows whom it looks for: nine of ten calls are of no interest to anyone.
        """
        callees = self.callees
        return [
            self.calls[index] for index in sorted(index for name in names for index in callees.get(name, ()))
        ]

    def _walk(self, tree: ast.Module, code: Code) -> None:
        """Go through a tree in source order. Nothing but parsing costs the rule more, so it is one loop.

        On the stack a scope stands before the nodes that lie in it, so that a node need not carry its own.
        """
        self._code, self._scope = code, self.scope
        self._unsaid = Binding(code, None)  # one for all names of which no value can be said
        todo: list[Any] = [tree]
        self._todo = todo
        pop, push, extend, called = todo.pop, todo.append, todo.extend, self.calls.append
        while todo:
            node = pop()
            kind = type(node)
            while kind in _SHELLS:
                node = node.value
                kind = type(node)
            if kind in _LEAVES:
                continue
            if kind is ast.Call:  # as the table of fields would have it, but a call is every third node
                called((node, self._scope, code))
                func = node.func
                if type(func) is ast.Attribute and func.attr == "update":
                    self._updated(func.value, node)
                extend(node.keywords[::-1])
                extend(node.args[::-1])
                push(func)
                continue
            note = _NOTES.get(kind)
            if note is not None and note(self, node):
                continue
            for field in _FIELDS[kind]:
                value = getattr(node, field)
                if type(value) is list:
                    extend(value[::-1])
                else:
                    push(value)

    # Each of these notes what a node says. True: its children are on the stack already, or are not looked at.

    def _enter(self, scope: Scope) -> bool:
        self._scope = scope
        return True

    def _import(self, node: ast.Import) -> bool:
        self.imports.add_import(node)
        return True

    def _import_from(self, node: ast.ImportFrom) -> bool:
        self.imports.add_import_from(node)
        return True

    def _function(self, node: Function) -> bool:
        self.functions.append((node, self._scope, self._code))
        self._define(node.name)
        self._inside(self._arguments(node), node.body, [*node.decorator_list, *_defaults(node.args)])
        return True

    def _lambda(self, node: ast.Lambda) -> bool:
        self._inside(self._arguments(node), [node.body], _defaults(node.args))
        return True

    def _class(self, node: ast.ClassDef) -> bool:
        self._define(node.name)
        outside = [*node.decorator_list, *node.bases, *node.keywords]
        inner = Scope("class", node, self._scope)
        if not is_declaration(inner):
            self.scope.classes[node.name] = inner.bindings
        self._inside(inner, node.body, outside)
        return True

    def _define(self, name: str) -> None:
        self._scope.bind(name, self._unsaid)
        if self._scope.kind == "module":
            self.imports.add_definition(name)

    def _inside(self, inner: Scope, inside: Sequence[ast.AST], outside: Sequence[ast.AST | None]) -> None:
        """Push what lies in a new scope, below what stands at its head and lies in the present one."""
        self._todo += (self._scope, *reversed(inside), inner, *reversed(outside))

    def _arguments(self, node: Function | ast.Lambda) -> Scope:
        inner = Scope("function", node, self._scope)
        given = node.args
        bindings, unsaid = inner.bindings, self._unsaid
        for arguments in (given.posonlyargs, given.args, given.kwonlyargs):
            for argument in arguments:
                bindings[argument.arg] = [unsaid]
        for rest in (given.vararg, given.kwarg):
            if rest is not None:
                bindings[rest.arg] = [unsaid]
        return inner

    def _comprehension(self, node: ast.expr) -> bool:
        self.comprehensions.append((node, self._scope, self._code))
        inner = Scope("function", node, self._scope)
        for part in node.generators:  # type: ignore[attr-defined]
            self._bind(part.target, Binding(self._code, part.iter, each=True), inner)
        self._todo.append(self._scope)
        self._scope = inner
        return False

    def _assign(self, node: ast.Assign) -> bool:
        code, scope = self._code, self._scope
        self.assigns.append((node, scope, code))
        binding = Binding(code, node.value, declared=code.declares_parameters)
        for target in node.targets:
            if type(target) is ast.Name:
                scope.bind(target.id, binding)
            else:
                self._bind(target, binding, scope)
        if type(node.value) is ast.Attribute:
            self.imports.add_alias(node.targets[0], node.value)
        return False

    def _annotated(self, node: ast.AnnAssign) -> bool:
        if node.value is not None:
            code, scope = self._code, self._scope
            self.assigns.append((node, scope, code))
            self._bind(node.target, Binding(code, node.value, declared=code.declares_parameters), scope)
        return False

    def _changed(self, node: ast.AugAssign) -> bool:
        scope = self._scope
        self.changes.append((node, scope, self._code))
        if isinstance(node.op, ast.Add | ast.Sub):
            if isinstance(node.target, ast.Name):
                known = scope.lookup(node.target.id)
                (known[0] if known else scope).changed.add(node.target.id)
            elif isinstance(node.target, ast.Attribute) and (owner := scope.enclosing_class):
                owner.changed.add(node.target.attr)
        return False

    def _walrus(self, node: ast.NamedExpr) -> bool:
        self._bind(node.target, Binding(self._code, node.value), self._scope)
        return False

    def _loop(self, node: ast.For | ast.AsyncFor) -> bool:
        self.loops.append((node, self._scope, self._code))
        self._bind(node.target, Binding(self._code, below_progress(node.iter), each=True), self._scope)
        return False

    def _while(self, node: ast.While) -> bool:
        self.whiles.append((node, self._scope, self._code))
        return False

    def _with_item(self, node: ast.withitem) -> bool:
        if node.optional_vars is not None:
            self._bind(node.optional_vars, self._unsaid, self._scope)
        return False

    def _except(self, node: ast.ExceptHandler) -> bool:
        if node.name:
            self._scope.bind(node.name, self._unsaid)
        return False

    def _outer(self, node: ast.Global | ast.Nonlocal) -> bool:
        self._scope.outer.update(node.names)
        return True

    def _updated(self, target: ast.expr, call: ast.Call) -> None:
        """`params.update({"eta": 0.1}, depth=6)` sets items as `params["eta"] = 0.1` does."""
        if not isinstance(target, ast.Name):
            return
        scope, code = self._scope, self._code
        known = scope.lookup(target.id)
        items = (known[0] if known else scope).items.setdefault(target.id, [])
        for given in call.args:
            if isinstance(given, ast.Dict):
                pairs = zip(given.keys, given.values, strict=True)
                items += [(key, value, code) for key, value in pairs if key is not None]
        items += [(ast.Constant(each.arg), each.value, code) for each in call.keywords if each.arg]

    def _dict(self, node: ast.Dict) -> bool:
        self.dicts.append((node, self._scope, self._code))
        return False

    def _test(self, node: ast.If | ast.Assert) -> bool:
        self.tests.append((node, self._scope, self._code))
        return False

    def _compare(self, node: ast.Compare) -> bool:
        self.compares.append((node, self._scope, self._code))
        return False

    def _return(self, node: ast.Return) -> bool:
        if type(node.value) is ast.BinOp:
            self.returns.append((node.value, self._scope, self._code))
        return False

    def _bind(self, target: ast.expr, binding: Binding, scope: Scope) -> None:
        """Bind what an assignment's left side names; unpacking a written tuple binds item by item."""
        if isinstance(target, ast.Name):
            scope.bind(target.id, binding)
        elif isinstance(target, ast.Attribute):
            owner = scope.enclosing_class
            if owner is not None and isinstance(target.value, ast.Name) and target.value.id == "self":
                owner.attributes.setdefault(target.attr, []).append(binding)
            elif isinstance(target.value, ast.Name) and target.value.id in scope.classes:
                scope.classes[target.value.id].setdefault(target.attr, []).append(binding)
        elif isinstance(target, ast.Subscript):
            if isinstance(target.value, ast.Name) and binding.value is not None and not binding.each:
                known = scope.lookup(target.value.id)
                items = (known[0] if known else scope).items
                items.setdefault(target.value.id, []).append((target.slice, binding.value, binding.code))
        elif isinstance(target, ast.Starred):
            self._bind(target.value, binding.of(None), scope)
        elif isinstance(target, ast.Tuple | ast.List):
            if binding.each:
                for place, item in enumerate(target.elts):
                    self._bind(item, binding.part(place), scope)
                return
            values = _unpacked(target, binding)
            for item, value in zip(target.elts, values, strict=True):
                self._bind(item, binding.of(value), scope)


def _unpacked(target: ast.Tuple | ast.List, binding: Binding) -> Sequence[ast.expr | None]:
    value = binding.value
    if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
        return value.elts
    return [None] * len(target.elts)


def _defaults(arguments: ast.arguments) -> list[ast.expr | None]:
    return [*arguments.defaults, *arguments.kw_defaults]


class _Fields(dict[type, tuple[str, ...]]):
    """Class of nodes -> its fields that may hold other nodes, last first; filled while walking."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        self[kind] = tuple(name for name in reversed(kind._fields) if name not in _NO_CHILDREN)
        return self[kind]


_FIELDS = _Fields({ast.Constant: ()})
_NOTES: dict[type, Callable[[Module, Any], bool]] = {
    Scope: Module._enter,
    ast.Import: Module._import,
    ast.ImportFrom: Module._import_from,
    ast.FunctionDef: Module._function,
    ast.AsyncFunctionDef: Module._function,
    ast.Lambda: Module._lambda,
    ast.ClassDef: Module._class,
    **dict.fromkeys(_COMPREHENSIONS, Module._comprehension),
    ast.Assign: Module._assign,
    ast.AnnAssign: Module._annotated,
    ast.AugAssign: Module._changed,
    ast.NamedExpr: Module._walrus,
    ast.For: Module._loop,
    ast.AsyncFor: Module._loop,
    ast.While: Module._while,
    ast.withitem: Module._with_item,
    ast.ExceptHandler: Module._except,
    ast.Global: Module._outer,
    ast.Nonlocal: Module._outer,
    ast.Dict: Module._dict,
    ast.If: Module._test,
    ast.Assert: Module._test,
    ast.Compare: Module._compare,
    ast.Return: Module._return,
}
