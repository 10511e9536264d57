"""Which keys of which file the code reads: every use of an object that holds a configuration is followed.

A use that names a key enters it; a use that nobody can follow (passed to a library, stored, iterated, a key
that is computed) counts as reading everything below. What the uses of a *path* say (`open(path)` without a
loader) is told by `path_uses.py`; what is noted, and which calls only tell what they are given, by `uses.py`.
"""

from __future__ import annotations

import ast

from reproof.lint.parameters.loaders import ATTRIBUTE, BOTH, COPIES, ITEM, WRAPPERS
from reproof.lint.parameters.paths import called, located
from reproof.lint.parameters.tracing import Frame, bind
from reproof.lint.parameters.trees import Tree, is_caught, parses
from reproof.lint.parameters.uses import Door, Read, Use, logs, only_tells

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from reproof.lint.hyperparameters.module import Function
    from reproof.lint.hyperparameters.scope import Scope
    from reproof.lint.parameters.objects import Configuration, Objects
    from reproof.lint.parameters.tracing import Origin, Reader, Site
    from reproof.lint.source import Code

    Keys = tuple[str, ...]

# Loaders whose files are merged with others, or filled from elsewhere: a key need not be in the file.
MERGING = frozenset({"hydra", "dynaconf", "argparse", "dvc"})
MOST_CALLS = 400  # of the project's functions that are followed into other modules


class Reads:
    """The uses of configurations in the modules that `look` was given, and in what these call."""

    def __init__(self, objects: Objects) -> None:
        self.objects = objects
        self.reads: list[Read] = []
        self.doors: list[Door] = []
        self.merged: set[str] = set()  # files that are merged with others, or into others
        self._foreign: set[str] = set()  # attributes of objects that are not known
        self._kept: list[tuple[str, Read]] = []
        self._followed: dict[tuple[int, tuple[Any, ...]], Frame] = {}
        self._pending: list[Tree] = []
        self._memo: dict[tuple[int, str, int], tuple[list[Configuration], bool]] = {}

    def look(self, reader: Reader) -> Iterator[Tree]:
        """Note every use in a module, and in functions that it calls; yields the trees that were walked."""
        self._pending += [
            Tree(reader, code, code.tree, reader.module.scope) for code in reader.file.codes if parses(code)
        ]
        while self._pending:
            tree = self._pending.pop()
            self._walk(tree)
            yield tree

    def finish(self) -> list[Read]:
        """All reads; what is kept in an attribute counts as read where somebody may reach it from outside."""
        return [*self.reads, *(read for name, read in self._kept if name in self._foreign)]

    def _walk(self, tree: Tree) -> None:
        loose = _reaches_names(tree.reader)
        for node, scope in tree.nodes:
            if isinstance(node, ast.FunctionDef) and node.decorator_list:
                main = self.objects.hydra(node, tree.site(scope))
                if main is not None and main.path is not None:
                    self.merged.add(main.path)
            if not isinstance(node, ast.Name | ast.Attribute | ast.Call):
                continue
            held, certain = self._root(node, scope, tree)
            if held:
                use = Use(node, held, certain, scope, tree)
                self._follow(use)
                if loose:
                    self._note(use.at(node, [each.replace(prefix=()) for each in held]), whole=True)

    # What begins a use.

    def _root(self, node: ast.expr, scope: Scope, tree: Tree) -> tuple[list[Configuration], bool]:
        """What a name, an attribute of `self`, or a call holds that is not a part of something else held."""
        site = tree.site(scope)
        if isinstance(node, ast.Name):
            return self._name(node, scope, tree) if isinstance(node.ctx, ast.Load) else ([], False)
        if isinstance(node, ast.Attribute):
            if tree.reader.attribute(node, site) is None:
                if isinstance(node.ctx, ast.Load):
                    self._foreign.add(node.attr)
                return [], False
            if isinstance(node.ctx, ast.Load):
                return _split(self.objects.alternatives(node, site))
        elif isinstance(node, ast.Call) and not self._is_part(node, scope, tree):
            held, certain = _split(self.objects.alternatives(node, site))
            for each in held:
                if each.path is not None and each.loader in {"hydra", "dynaconf"}:
                    self.merged.add(each.path)
                if each.path is None and not each.given and each.loader != "argparse" and not each.prefix:
                    self.doors.append(Door(each.loader, each.name, tree.reader.file.path))
            return held, certain
        return [], False

    def _name(self, node: ast.Name, scope: Scope, tree: Tree) -> tuple[list[Configuration], bool]:
        known = scope.lookup(node.id)
        key = (id(known[0]) if known else id(tree.reader), node.id, id(tree.frame))
        if key not in self._memo:
            self._memo[key] = _split(self.objects.alternatives(node, tree.site(scope)))
        return self._memo[key]

    def _is_part(self, node: ast.Call, scope: Scope, tree: Tree) -> bool:
        """Whether the call is a use of what it is applied to, so that `_follow` comes to it from there."""
        site = tree.site(scope)
        name = called(node.func, site)
        if name in WRAPPERS or name in COPIES:
            return True
        if not isinstance(node.func, ast.Attribute):
            return False
        base: ast.expr = node.func.value
        while isinstance(base, ast.Attribute | ast.Subscript) and getattr(base.value, "id", "") != "self":
            base = base.value
        if isinstance(base, ast.Name) and not self._name(base, scope, tree)[0]:
            return False
        return bool(self.objects.held(node.func.value, site))

    # What becomes of it.

    def _follow(self, use: Use) -> None:
        parent = use.tree.parent(use.node)
        follow = _FOLLOW.get(type(parent)) if parent is not None else None
        if follow is not None:
            follow(self, use, parent)
        elif not isinstance(parent, _HARMLESS):
            self._note(use, whole=True)

    def _attribute(self, use: Use, parent: ast.Attribute) -> None:
        call = use.tree.parent(parent)
        if isinstance(call, ast.Call) and call.func is parent:
            self._method(use, parent, call)
            return
        reached = use.reached(ATTRIBUTE, BOTH)
        if not reached or parent.attr.startswith("__"):
            self._note(use, whole=True)
        else:
            self._enter(use.at(parent, reached, len(reached) == len(use.held)), parent.attr)

    def _subscript(self, use: Use, parent: ast.Subscript) -> None:
        if use.node is not parent.value:
            return  # a value used as a key: that it is read was noted where it was read
        reached = use.reached(ITEM, BOTH)
        key = parent.slice.value if isinstance(parent.slice, ast.Constant) else None
        if not reached or not isinstance(key, str):
            self._note(use, whole=True, changes=not isinstance(parent.ctx, ast.Load))
        else:
            self._enter(use.at(parent, reached, len(reached) == len(use.held)), key)

    def _enter(self, use: Use, key: str, optional: bool = False) -> None:
        """One key further in, `use.node` being the whole expression: the key is read (or set)."""
        inside = [each.inside(key, optional) for each in use.held]
        changes = not isinstance(getattr(use.node, "ctx", None), ast.Load | None)
        required = (
            use.certain
            and not changes
            and not any(each.optional or each.lenient or each.path is None for each in inside)
            and MERGING.isdisjoint(each.loader for each in inside)
        )
        entered = use.at(use.node, inside)
        self._note(entered, required=required, changes=changes)
        if not changes:
            self._follow(entered)

    def _method(self, use: Use, func: ast.Attribute, call: ast.Call) -> None:
        key = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
        if func.attr in {"get", "pop", "setdefault"} and isinstance(key, str):
            self._enter(use.at(call), key, optional=True)
            if func.attr == "setdefault":
                inside = [each.inside(key, optional=True) for each in use.held]
                self._note(use.at(call, inside), changes=True)
        elif func.attr in {"copy", "to_dict", "toDict"}:
            self._follow(use.at(call))
        else:
            self._note(use, whole=True, changes=func.attr not in _ONLY_READS)

    def _call(self, use: Use, parent: ast.Call) -> None:
        if use.node is parent.func:
            self._note(use, whole=True)
        else:
            self._given(use, parent)

    def _keyword(self, use: Use, parent: ast.keyword) -> None:
        call = use.tree.parent(parent)
        if isinstance(call, ast.Call) and (parent.arg is not None or self._wraps(call, use)):
            self._given(use, call)
        else:
            self._note(use, whole=True)

    def _wraps(self, call: ast.Call, use: Use) -> bool:
        return called(call.func, use.tree.site(use.scope)) in WRAPPERS

    def _given(self, use: Use, call: ast.Call) -> None:
        """Passed to a call: a wrapper, a look at one key, the project's function, or the unknown."""
        site = use.tree.site(use.scope)
        name = called(call.func, site)
        if name in WRAPPERS or name in COPIES:
            wrapped, _ = _split(self.objects.alternatives(call, site))
            if wrapped:
                self._follow(use.at(call, wrapped))
                return
        if name in {"getattr", "hasattr"} and call.args[0] is use.node and len(call.args) > 1:
            key = call.args[1].value if isinstance(call.args[1], ast.Constant) else None
            if isinstance(key, str):
                self._enter(use.at(call), key, optional=name == "hasattr" or len(call.args) > 2)
                return
        if name == "isinstance" or self.enters(use.node, call, site):
            return
        forgotten = isinstance(use.tree.parent(call), ast.Expr)
        if forgotten and logs(call) and not any(each.prefix for each in use.held):
            return  # that a whole file is logged makes none of its keys do anything
        self._note(use, whole=True, changes=forgotten and not only_tells(call))

    def enters(self, node: ast.expr, call: ast.Call, site: Site) -> bool:
        """Whether a call of the project's own takes the value into a body that is, or will be, looked at."""
        found = site.reader.function(call.func, site)
        if found is None:
            return False
        reader, function, code = found
        arguments = bind(call, function, site)
        if not any(origin is not None and origin[0] is node for origin in arguments.values()):
            return False
        if reader is site.reader and site.frame is None:
            return True  # the argument is followed by its own name, from every call in the module
        if function.name == "__init__":
            return False  # what an object keeps is not followed out of its module
        self._step_into(reader, function, code, arguments)
        return True

    def _step_into(
        self, reader: Reader, function: Function, code: Code, arguments: dict[str, Origin]
    ) -> None:
        given = tuple(
            (name, each)
            for name, origin in arguments.items()
            if origin is not None
            for each in (*self.objects.held(*origin), *located(*origin))
        )
        key = (id(function), given)
        if key in self._followed:
            return
        if len(self._followed) >= MOST_CALLS:
            self.objects.project.exhausted = True
            return
        frame = self._followed[key] = Frame(function, arguments)
        self._pending.append(Tree(reader, code, function, reader.inside(function), frame))

    def _assigned(self, use: Use, parent: ast.Assign | ast.AnnAssign) -> None:
        """Bound to a name, the name's own uses tell; to anything else, nobody can."""
        for target in parent.targets if isinstance(parent, ast.Assign) else [parent.target]:
            if isinstance(target, ast.Name):
                if use.scope.kind == "class":
                    self._keep(target.id, use)
            elif isinstance(target, ast.Attribute) and getattr(target.value, "id", "") in {"self", "cls"}:
                self._keep(target.attr, use)
            else:
                self._note(use, whole=True)

    def _keep(self, name: str, use: Use) -> None:
        targets = _targets(use.held)
        if targets:
            self._kept.append((name, Read(targets, True, False, False, use.node, use.tree.code)))

    def _returned(self, use: Use, parent: ast.Return) -> None:
        """What a function returns is followed where it is called; what a method returns, is not."""
        scope: Scope | None = use.scope
        while scope is not None and not isinstance(scope.node, ast.FunctionDef | ast.AsyncFunctionDef):
            scope = scope.parent
        if scope is None or scope.parent is None or scope.parent.kind != "module":
            self._note(use, whole=True)

    def _passed_on(self, use: Use, parent: ast.expr) -> None:
        """`x or {}`, `a if b else x`: what the whole expression becomes."""
        if isinstance(parent, ast.IfExp) and use.node is parent.test:
            return
        if isinstance(parent, ast.BoolOp) and isinstance(use.tree.parent(parent), ast.If | ast.While):
            return
        self._follow(use.at(parent, certain=False))

    def _told(self, use: Use, parent: ast.FormattedValue) -> None:
        """A part of a message: a whole file in a log line makes none of its keys do anything."""
        text = use.tree.parent(parent)
        call = use.tree.parent(text) if text is not None else None
        logged = isinstance(call, ast.Call) and logs(call)
        if not logged or any(each.prefix for each in use.held):
            self._note(use, whole=True)

    def _unpacked(self, use: Use, parent: ast.Dict) -> None:
        if len(parent.values) == 1 and parent.keys[0] is None:
            self._follow(use.at(parent))
        else:
            self._note(use, whole=True)

    def _compared(self, use: Use, parent: ast.Compare) -> None:
        """`"lr" in params` asks for a key; `params is None` for nothing."""
        asks = len(parent.ops) == 1 and isinstance(parent.ops[0], ast.In | ast.NotIn)
        key = parent.left.value if isinstance(parent.left, ast.Constant) else None
        if asks and use.node is not parent.left and isinstance(key, str):
            self._note(use.at(use.node, [each.inside(key, optional=True) for each in use.held]))
        elif not all(isinstance(op, ast.Is | ast.IsNot) for op in parent.ops):
            self._note(use, whole=True)

    def _note(self, use: Use, *, whole: bool = False, required: bool = False, changes: bool = False) -> None:
        targets = _targets(use.held)
        if targets:
            required = required and not is_caught(use.node, use.tree)
            self.reads.append(Read(targets, whole, required, changes, use.node, use.tree.code))


def _split(alternatives: list[Configuration | None]) -> tuple[list[Configuration], bool]:
    """What is held, and whether it is certain that nothing else is."""
    held = [each for each in alternatives if each is not None]
    return held, len(held) == len(alternatives)


def _targets(held: Iterable[Configuration]) -> tuple[tuple[str, Keys], ...]:
    return tuple(dict.fromkeys((each.path, each.prefix) for each in held if each.path is not None))


def _reaches_names(reader: Reader) -> bool:
    """Whether code that is not written out may use the module's names."""
    return any(
        isinstance(call.func, ast.Name) and call.func.id in {"eval", "exec", "globals", "locals"}
        for call, _, _ in reader.module.calls
    )


_HARMLESS = (ast.Expr, ast.If, ast.While, ast.Assert, ast.UnaryOp)
_ONLY_READS = frozenset({"items", "keys", "values", "pretty", "to_yaml", "to_json"})
_FOLLOW: dict[type[ast.AST], Callable[[Reads, Use, Any], None]] = {
    ast.Attribute: Reads._attribute,
    ast.Subscript: Reads._subscript,
    ast.Call: Reads._call,
    ast.keyword: Reads._keyword,
    ast.Assign: Reads._assigned,
    ast.AnnAssign: Reads._assigned,
    ast.Return: Reads._returned,
    ast.BoolOp: Reads._passed_on,
    ast.IfExp: Reads._passed_on,
    ast.NamedExpr: Reads._passed_on,
    ast.Await: Reads._passed_on,
    ast.Dict: Reads._unpacked,
    ast.FormattedValue: Reads._told,
    ast.Compare: Reads._compared,
}
