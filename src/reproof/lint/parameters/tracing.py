"""Where a value comes from: through names, arguments, `with`, `self`, and imports of the project's modules.

Not what the value is: `paths.py` says which file an expression names, `objects.py` which configuration it
holds. The modules, and the bound at which a question ends, are kept by `project.py`.
"""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.nodes import last_name
from reproof.lint.hyperparameters.scope import Binding, Scope
from reproof.lint.parameters.signatures import defaults, option_default, parameters
from reproof.lint.source import InvalidFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.module import Function, Module
    from reproof.lint.parameters.project import Project
    from reproof.lint.source import Code, NotebookFile, PythonFile

# Stands for an argument that nobody in its module gives: whoever calls from elsewhere decides.
GIVEN = ast.Name("", ast.Load())

_ENTRIES = names(
    "command group callback option argument main flow task step pipeline component op asset job "
    "route get post put fixture cli hydra_runner parametrize"
)


class Site:
    """Where an expression stands, and with which arguments its function was called, where that is known."""

    __slots__ = ("code", "frame", "reader", "scope")

    def __init__(self, reader: Reader, scope: Scope, code: Code, frame: Frame | None = None) -> None:
        self.reader = reader
        self.scope = scope
        self.code = code
        self.frame = frame


class Frame:
    """One call of a function: its arguments, each with the place at which it was written."""

    __slots__ = ("arguments", "function")

    def __init__(self, function: Function, arguments: dict[str, Origin]) -> None:
        self.function = function
        self.arguments = arguments


# An expression and its place; None is what cannot be said.
if TYPE_CHECKING:
    from typing import TypeAlias

    Origin: TypeAlias = tuple[ast.expr, Site] | None


class Reader:
    """One module, with what tracing needs besides `Module`: imports of the project, `with`, and callers."""

    def __init__(self, project: Project, file: PythonFile | NotebookFile, module: Module) -> None:
        self.project = project
        self.file = file
        self.module = module
        self.imports: dict[str, tuple[int, str, str | None]] = {}  # name -> level, module, name in it
        self.import_places: dict[str, tuple[ast.stmt, Code]] = {}
        self.stars: list[tuple[int, str]] = []
        self._withs: list[tuple[str, ast.expr, ast.With | ast.AsyncWith, Code]] = []
        self._functions = {id(node): (node, scope, code) for node, scope, code in module.functions}
        self._named: dict[str, list[tuple[Function, Scope, Code]]] = {}
        for site in module.functions:
            self._named.setdefault(site[0].name, []).append(site)
        self._inner: dict[int, Scope] | None = None
        self._callers: dict[str, list[tuple[ast.Call, Scope, Code]]] | None = None
        self._given: dict[int, list[dict[str, Origin]]] = {}
        self._returns: dict[int, list[ast.expr]] = {}
        self._handed: set[str] = set()  # names that are arguments of a call: of `Fire(main)`, say
        for code in file.codes:
            try:
                tree = code.tree
            except InvalidFile:
                continue
            for node in ast.walk(tree):
                self._note(node, code)

    def _note(self, node: ast.AST, code: Code) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                self.imports[name] = (0, alias.name if alias.asname else name, None)
                self.import_places[name] = node, code
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.name == "*":
                    self.stars.append((node.level, node.module or ""))
                else:
                    self.imports[alias.asname or alias.name] = (node.level, node.module or "", alias.name)
                    self.import_places[alias.asname or alias.name] = node, code
        elif isinstance(node, ast.Call):
            self._handed.update(given.id for given in node.args if isinstance(given, ast.Name))
        elif isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                if isinstance(item.optional_vars, ast.Name):
                    self._withs.append((item.optional_vars.id, item.context_expr, node, code))

    def site(self, scope: Scope, code: Code) -> Site:
        return Site(self, scope, code)

    # What a name stands for.

    def origins(self, node: ast.Name, site: Site) -> list[Origin]:
        """The expressions that the name may stand for, in the order of the code; None among them is unknown."""
        if node is GIVEN:
            return [None]
        opened = self._opened(node, site)
        if opened is not None:
            return [(opened, site)]
        known = site.scope.lookup(node.id)
        if known is None:
            return self._imported(node.id)
        scope, bindings = known
        found: list[Origin] = []
        for binding in bindings:
            found += self._bound(node.id, binding, scope, site)
        return found

    def _bound(self, name: str, binding: Binding, scope: Scope, site: Site) -> list[Origin]:
        if binding.each:
            return [None]
        if binding.value is not None:
            return [(binding.value, Site(self, scope, binding.code, site.frame))]
        function = scope.node
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and name in parameters(function):
            return self.given(name, function, site)
        return [None]

    def _opened(self, node: ast.Name, site: Site) -> ast.expr | None:
        """What the innermost `with … as name` around the use opens."""
        found: ast.expr | None = None
        for name, context, around, code in self._withs:
            if (
                name == node.id
                and code is site.code
                and around.lineno <= node.lineno <= (around.end_lineno or 0)
            ):
                found = context
        return found

    def attribute(self, node: ast.Attribute, site: Site) -> list[Origin] | None:
        """What `self.name`, or `module.name` of a project's module, stands for; None for other attributes."""
        if not isinstance(node.value, ast.Name):
            return self._of_module(node, site)
        if node.value.id in {"self", "cls"}:
            owner = site.scope.enclosing_class
            bindings = (owner.attributes.get(node.attr) or owner.bindings.get(node.attr)) if owner else None
            if not bindings:
                return None
            return [self._own(binding, site) for binding in bindings]
        return self._of_module(node, site)

    def _own(self, binding: Binding, site: Site) -> Origin:
        if binding.value is None or binding.each:
            return None
        scope = self._scope_of(binding.value) or site.scope
        return binding.value, Site(self, scope, binding.code, site.frame)

    def _of_module(self, node: ast.Attribute, site: Site) -> list[Origin] | None:
        dotted = _dotted(node.value)
        if dotted is None:
            return None
        root, _, rest = dotted.partition(".")
        if root not in self.imports or site.scope.lookup(root) is not None:
            return None
        level, module, name = self.imports[root]
        path = ".".join(part for part in (module, name, rest) if part)
        other = self.project.module(path, level, self.file.folder)
        return other.exported(node.attr) if other else None

    def _imported(self, name: str) -> list[Origin]:
        if name in self.imports:
            level, module, inner = self.imports[name]
            other = self.project.module(module, level, self.file.folder) if inner else None
            return other.exported(inner) if other and inner else [None]
        for level, module in self.stars:
            other = self.project.module(module, level, self.file.folder)
            if other is not None and name in other.module.scope.bindings:
                return other.exported(name)
        return [None]

    def exported(self, name: str) -> list[Origin]:
        """What a module-level name of this module stands for, also where it is imported from yet another."""
        node = ast.Name(name, ast.Load())
        node.lineno = -1  # stands in no `with`
        for code in self.file.codes:
            site = Site(self, self.module.scope, code)
            if not self.project.enter(node, site, f"export {name} {self.file.path}"):
                return [None]
            try:
                return self.origins(node, site)
            finally:
                self.project.leave(node, site, f"export {name} {self.file.path}")
        return [None]

    # Functions and their calls.

    def function(self, func: ast.expr, site: Site) -> tuple[Reader, Function, Code] | None:
        """The project's function, method of `self`, or class (its `__init__`) that an expression names."""
        if isinstance(func, ast.Name):
            return self.function_named(func.id, None)
        if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name):
            if func.value.id in {"self", "cls"}:
                owner = site.scope.enclosing_class
                return self.function_named(func.attr, owner.node if owner else None)
            if func.value.id in self.imports:
                level, module, name = self.imports[func.value.id]
                path = ".".join(part for part in (module, name) if part)
                other = self.project.module(path, level, self.file.folder)
                return other.function_named(func.attr, None) if other else None
        return None

    def function_named(
        self, name: str, owner: ast.AST | None, depth: int = 4
    ) -> tuple[Reader, Function, Code] | None:
        for function, scope, code in self._named.get(name, ()):
            if scope.node is owner if owner else scope.kind != "class":
                return self, function, code
        if owner is None:
            for function, scope, code in self._named.get("__init__", ()):
                if getattr(scope.node, "name", "") == name:
                    return self, function, code
        if owner is None and name in self.imports and depth:
            level, module, inner = self.imports[name]
            other = self.project.module(module, level, self.file.folder) if inner else None
            return other.function_named(inner, None, depth - 1) if other and inner else None
        if owner is None and depth:
            for level, module in self.stars:
                other = self.project.module(module, level, self.file.folder)
                found = other.function_named(name, None, depth - 1) if other else None
                if found:
                    return found
        return None

    def called(self, call: ast.Call, site: Site) -> tuple[Site, list[ast.expr]] | None:
        """The body of the project's function that is called, with the call's arguments, and what it returns."""
        found = self.function(call.func, site)
        if found is None:
            return None
        reader, function, code = found
        frame = Frame(function, bind(call, function, site))
        return Site(reader, reader.inside(function), code, frame), reader.returns(function)

    def inside(self, node: ast.AST, outer: Scope | None = None) -> Scope:
        """The scope that a function, class, lambda or comprehension makes; `outer` is the one around it."""
        if self._inner is None:
            module = self.module
            sites = (*module.calls, *module.assigns, *module.loops, *module.tests, *module.compares)
            self._inner = {}
            for _, scope, _ in sites:
                inner: Scope | None = scope
                while inner is not None and inner.node is not None:
                    self._inner.setdefault(id(inner.node), inner)
                    inner = inner.parent
        if id(node) not in self._inner:  # nothing is bound in it but its arguments
            _, known, code = self._functions.get(id(node), (None, outer, self.file.codes[0]))
            kind = "class" if isinstance(node, ast.ClassDef) else "function"
            bare = self._inner[id(node)] = Scope(kind, node, known)
            for name in _arguments(node):
                bare.bind(name, Binding(code, None))
        return self._inner[id(node)]

    def returns(self, function: Function) -> list[ast.expr]:
        """What a function returns, inner functions aside."""
        if id(function) not in self._returns:
            found: list[ast.expr] = []
            todo: list[ast.AST] = list(function.body)
            while todo:
                node = todo.pop()
                if isinstance(node, ast.Return | ast.Yield) and node.value is not None:
                    found.append(node.value)
                if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
                    todo.extend(ast.iter_child_nodes(node))
            self._returns[id(function)] = found
        return self._returns[id(function)]

    def given(self, name: str, function: Function, site: Site) -> list[Origin]:
        """What an argument may be: from the call that is looked at, or from all calls in this module."""
        if site.frame is not None and site.frame.function is function:
            return [site.frame.arguments.get(name)]
        if id(function) not in self._given:
            self._given[id(function)] = [
                bind(call, function, Site(self, scope, code)) for call, scope, code in self.callers(function)
            ]
        found = [arguments.get(name) for arguments in self._given[id(function)]]
        return found or [self._default(name, function)]

    def _default(self, name: str, function: Function) -> Origin:
        default = defaults(function).get(name) or option_default(name, function)
        _, outer, code = self._functions[id(function)]
        if default is not None:
            return default, Site(self, outer, code)
        is_entry = (
            any(_makes_entry(each) for each in function.decorator_list) or function.name in self._handed
        )
        return None if is_entry else (GIVEN, Site(self, outer, code))

    def callers(self, function: Function) -> list[tuple[ast.Call, Scope, Code]]:
        """The calls of a function, or of a method by `self`, in this module."""
        if self._callers is None:
            self._callers = {}
            for call, scope, code in self.module.calls:
                name = last_name(call.func)
                self._callers.setdefault(name, []).append((call, scope, code))
        _, outer, _ = self._functions[id(function)]
        name = function.name
        if outer.kind == "class" and name == "__init__":
            name = getattr(outer.node, "name", "")
        return [
            (call, scope, code)
            for call, scope, code in self._callers.get(name, ())
            if isinstance(call.func, ast.Name) or outer.kind == "class"
        ]

    def _scope_of(self, value: ast.expr) -> Scope | None:
        """The scope in which a value assigned to `self.name` is written."""
        return next((scope for node, scope, _ in self.module.assigns if node.value is value), None)


def bind(call: ast.Call, function: Function, site: Site) -> dict[str, Origin]:
    """The arguments of a call by the function's own names; defaults where the call leaves them out."""
    names = parameters(function)
    if names and names[0] in {"self", "cls"}:
        names = names[1:]
    scope = site.reader.module.scope
    found: dict[str, Origin] = {
        name: (default, Site(site.reader, scope, site.code)) for name, default in defaults(function).items()
    }
    if any(isinstance(value, ast.Starred) for value in call.args) or any(
        given.arg is None for given in call.keywords
    ):
        return dict.fromkeys(names)
    for name, value in zip(names, call.args, strict=False):
        found[name] = (value, site)
    for given in call.keywords:
        if given.arg is not None:
            found[given.arg] = (given.value, site)
    return found


def _makes_entry(decorator: ast.expr) -> bool:
    """Whether a decorator lets the command line, or a server, call the function: `@app.command()`, `@flow`."""
    func = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = last_name(func)
    return name in _ENTRIES


def _arguments(node: ast.AST) -> Iterator[str]:
    """What is bound on entering: arguments, and the targets of a comprehension."""
    given = getattr(node, "args", None)
    if isinstance(given, ast.arguments):
        yield from (each.arg for each in ast.walk(given) if isinstance(each, ast.arg))
    for part in getattr(node, "generators", ()):
        yield from (each.id for each in ast.walk(part.target) if isinstance(each, ast.Name))


def _dotted(node: ast.expr) -> str | None:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else None
