"""One walk over a module's trees that collects what the finders look at: names, calls, loops, tests.

An own stack instead of `ast.walk` or a visitor: it knows the scope, keeps source order, does not recurse, and
skips what no finder looks at. The cells of a notebook are one module, in order.
"""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters.imports import Imports
from reproof.lint.hyperparameters.scope import Binding, Scope
from reproof.lint.source import InvalidFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, TypeAlias, TypeVar

    from reproof.lint.source import Code

    Node = TypeVar("Node", bound=ast.AST)
    Site: TypeAlias = tuple[Node, Scope, Code]
    Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

# What no finder looks at on its own; strings and None stand where a field may be empty.
_LEAVES = frozenset({ast.Constant, ast.Name, ast.alias, ast.arg, ast.Pass, type(None), str, int, bool})
_NO_CHILDREN = frozenset({"arg", "attr", "ctx", "id", "kind", "lineno", "names", "op", "ops", "type_comment"})
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
# The tag that papermill looks for: the cell declares the notebook's parameters.
_DECLARES = "parameters"


class Module:
    """What one file says, in source order. `broken` is why a cell, or the file, could not be parsed."""

    def __init__(self, codes: Iterable[Code]) -> None:
        self.imports = Imports()
        self.scope = Scope("module")
        self.calls: list[Site[ast.Call]] = []
        self.assigns: list[Site[ast.Assign | ast.AnnAssign]] = []
        self.loops: list[Site[ast.For | ast.AsyncFor]] = []
        self.tests: list[Site[ast.If | ast.Assert]] = []
        self.compares: list[Site[ast.Compare]] = []
        self.functions: list[Site[Function]] = []
        self.comprehensions: list[Site[ast.expr]] = []
        self.dicts: list[Site[ast.Dict]] = []
        self.changes: list[Site[ast.AugAssign]] = []
        self.broken: InvalidFile | None = None
        self._todo: list[Site[ast.AST]] = []
        for code in codes:
            try:
                tree = code.tree
            except InvalidFile as error:
                self.broken = self.broken or error
            else:
                self._walk(tree, code)

    def _walk(self, tree: ast.Module, code: Code) -> None:
        todo = self._todo
        todo.append((tree, self.scope, code))
        while todo:
            node, scope, code = todo.pop()
            handler = _HANDLERS.get(type(node))
            inside = handler(self, node, scope, code) if handler is not None else scope
            if inside is not None:
                _push(todo, node, inside, code)

    # Each handler notes what the node says and returns the scope of its children; None where it pushed them.

    def _import(self, node: ast.Import, scope: Scope, code: Code) -> None:
        self.imports.add_import(node)

    def _import_from(self, node: ast.ImportFrom, scope: Scope, code: Code) -> None:
        self.imports.add_import_from(node)

    def _function(self, node: Function, scope: Scope, code: Code) -> None:
        self.functions.append((node, scope, code))
        scope.bind(node.name, Binding(code, None))
        if scope.kind == "module":
            self.imports.add_definition(node.name)
        inner = self._arguments(node, scope, code)
        self._later(node.body, inner, code)
        self._later([*node.decorator_list, *_defaults(node.args)], scope, code)

    def _lambda(self, node: ast.Lambda, scope: Scope, code: Code) -> None:
        inner = self._arguments(node, scope, code)
        self._later([node.body], inner, code)
        self._later(_defaults(node.args), scope, code)

    def _arguments(self, node: Function | ast.Lambda, scope: Scope, code: Code) -> Scope:
        inner = Scope("function", node, scope)
        given = node.args
        for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg):
            if argument is not None:
                inner.bind(argument.arg, Binding(code, None))
        return inner

    def _class(self, node: ast.ClassDef, scope: Scope, code: Code) -> None:
        scope.bind(node.name, Binding(code, None))
        if scope.kind == "module":
            self.imports.add_definition(node.name)
        self._later(node.body, Scope("class", node, scope), code)
        keywords = [keyword.value for keyword in node.keywords]
        self._later([*node.decorator_list, *node.bases, *keywords], scope, code)

    def _comprehension(self, node: ast.expr, scope: Scope, code: Code) -> Scope:
        self.comprehensions.append((node, scope, code))
        inner = Scope("function", node, scope)
        for part in node.generators:  # type: ignore[attr-defined]
            self._bind(part.target, Binding(code, part.iter, each=True), inner)
        return inner

    def _assign(self, node: ast.Assign, scope: Scope, code: Code) -> Scope:
        self.assigns.append((node, scope, code))
        for target in node.targets:
            self._bind(target, Binding(code, node.value, declared=_DECLARES in code.tags), scope)
        self.imports.add_alias(node.targets[0], node.value)
        return scope

    def _annotated(self, node: ast.AnnAssign, scope: Scope, code: Code) -> Scope:
        if node.value is not None:
            self.assigns.append((node, scope, code))
            self._bind(node.target, Binding(code, node.value, declared=_DECLARES in code.tags), scope)
        return scope

    def _changed(self, node: ast.AugAssign, scope: Scope, code: Code) -> Scope:
        self.changes.append((node, scope, code))
        if isinstance(node.op, ast.Add | ast.Sub):
            if isinstance(node.target, ast.Name):
                known = scope.lookup(node.target.id)
                (known[0] if known else scope).changed.add(node.target.id)
            elif isinstance(node.target, ast.Attribute) and (owner := scope.enclosing_class):
                owner.changed.add(node.target.attr)
        return scope

    def _walrus(self, node: ast.NamedExpr, scope: Scope, code: Code) -> Scope:
        self._bind(node.target, Binding(code, node.value), scope)
        return scope

    def _loop(self, node: ast.For | ast.AsyncFor, scope: Scope, code: Code) -> Scope:
        self.loops.append((node, scope, code))
        self._bind(node.target, Binding(code, node.iter, each=True), scope)
        return scope

    def _with_item(self, node: ast.withitem, scope: Scope, code: Code) -> Scope:
        if node.optional_vars is not None:
            self._bind(node.optional_vars, Binding(code, None), scope)
        return scope

    def _except(self, node: ast.ExceptHandler, scope: Scope, code: Code) -> Scope:
        if node.name:
            scope.bind(node.name, Binding(code, None))
        return scope

    def _outer(self, node: ast.Global | ast.Nonlocal, scope: Scope, code: Code) -> None:
        scope.outer.update(node.names)

    def _call(self, node: ast.Call, scope: Scope, code: Code) -> Scope:
        self.calls.append((node, scope, code))
        func = node.func
        if type(func) is ast.Attribute and func.attr == "update" and type(func.value) is ast.Name:
            self._updated(func.value.id, node, scope, code)
        return scope

    def _updated(self, name: str, call: ast.Call, scope: Scope, code: Code) -> None:
        """`params.update({"eta": 0.1}, depth=6)` sets items as `params["eta"] = 0.1` does."""
        known = scope.lookup(name)
        items = (known[0] if known else scope).items.setdefault(name, [])
        for given in call.args:
            if isinstance(given, ast.Dict):
                pairs = zip(given.keys, given.values, strict=True)
                items += [(key, value, code) for key, value in pairs if key is not None]
        items += [(ast.Constant(each.arg), each.value, code) for each in call.keywords if each.arg]

    def _dict(self, node: ast.Dict, scope: Scope, code: Code) -> Scope:
        self.dicts.append((node, scope, code))
        return scope

    def _test(self, node: ast.If | ast.Assert, scope: Scope, code: Code) -> Scope:
        self.tests.append((node, scope, code))
        return scope

    def _compare(self, node: ast.Compare, scope: Scope, code: Code) -> Scope:
        self.compares.append((node, scope, code))
        return scope

    def _bind(self, target: ast.expr, binding: Binding, scope: Scope) -> None:
        """Bind what an assignment's left side names; unpacking a written tuple binds item by item."""
        if isinstance(target, ast.Name):
            scope.bind(target.id, binding)
        elif isinstance(target, ast.Attribute):
            owner = scope.enclosing_class
            if owner is not None and isinstance(target.value, ast.Name) and target.value.id == "self":
                owner.attributes.setdefault(target.attr, []).append(binding)
        elif isinstance(target, ast.Subscript):
            if isinstance(target.value, ast.Name) and binding.value is not None and not binding.each:
                known = scope.lookup(target.value.id)
                items = (known[0] if known else scope).items
                items.setdefault(target.value.id, []).append((target.slice, binding.value, binding.code))
        elif isinstance(target, ast.Starred):
            self._bind(target.value, binding.of(None), scope)
        elif isinstance(target, ast.Tuple | ast.List):
            values = _unpacked(target, binding)
            for item, value in zip(target.elts, values, strict=True):
                self._bind(item, binding.of(value), scope)

    def _later(self, nodes: Sequence[ast.AST], scope: Scope, code: Code) -> None:
        self._todo.extend((node, scope, code) for node in reversed(nodes))


def _unpacked(target: ast.Tuple | ast.List, binding: Binding) -> Sequence[ast.expr | None]:
    value = binding.value
    if isinstance(value, ast.Tuple | ast.List) and not binding.each and len(value.elts) == len(target.elts):
        return value.elts
    return [None] * len(target.elts)


def _defaults(arguments: ast.arguments) -> list[ast.expr]:
    return [*arguments.defaults, *(default for default in arguments.kw_defaults if default is not None)]


def _push(todo: list[Site[ast.AST]], node: ast.AST, scope: Scope, code: Code) -> None:
    """Push a node's children so that the first is popped first."""
    kind = type(node)
    fields = _FIELDS.get(kind)
    if fields is None:
        fields = _FIELDS[kind] = tuple(name for name in reversed(node._fields) if name not in _NO_CHILDREN)
    for field in fields:
        value = getattr(node, field, None)
        if isinstance(value, list):
            for item in reversed(value):
                if type(item) not in _LEAVES:
                    todo.append((item, scope, code))  # noqa: PERF401  a generator costs more here
        elif type(value) not in _LEAVES:
            todo.append((value, scope, code))  # type: ignore[arg-type]


# The fields of a class of nodes that hold other nodes, last first; filled while walking.
_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {ast.Constant: ()}
_HANDLERS: dict[type[ast.AST], Callable[[Module, Any, Scope, Code], Scope | None]] = {
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
    ast.withitem: Module._with_item,
    ast.ExceptHandler: Module._except,
    ast.Global: Module._outer,
    ast.Nonlocal: Module._outer,
    ast.Call: Module._call,
    ast.Dict: Module._dict,
    ast.If: Module._test,
    ast.Assert: Module._test,
    ast.Compare: Module._compare,
}
