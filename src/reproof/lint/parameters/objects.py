"""Which names of a module hold a params file: `params = yaml.safe_load(…)`, `cfg` of a Hydra main, `args`.

Which file an expression names is said by `paths.py`; which keys are read from the object, by `reads.py`.
"""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters.nodes import last_name, string
from reproof.lint.parameters.loaders import (
    ATTRIBUTE,
    BOTH,
    COPIES,
    DYNACONF,
    FILE_KEYWORDS,
    HYDRA_TYPES,
    ITEM,
    LENIENT,
    LOADERS,
    NAMESPACES,
    PARSING,
    WRAPPERS,
    YAML_OBJECTS,
)
from reproof.lint.parameters.paths import File, called, located, relative_to_code
from reproof.lint.parameters.project import Project
from reproof.lint.parameters.signatures import keyword, parameters
from reproof.lint.parameters.tracing import Site
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from reproof.lint.hyperparameters.module import Function, Module
    from reproof.lint.hyperparameters.scope import Scope
    from reproof.lint.parameters.tracing import Origin
    from reproof.lint.source import Code, NotebookFile, PythonFile


class ConfigObject(Value):
    """A name that holds a configuration, or a part of one, and where it gets it.

    `name` is as it is written: `params`, `self.cfg`. `access` says how keys are read: `item` (`params["lr"]`),
    `attribute` (`cfg.lr`) or `both`. `path` is the root-relative path of the file, None where it is not known.
    `prefix` are the keys that were entered already: ("train",) of `yaml.safe_load(f)["train"]`. `loader` is one
    of yaml, json, toml, omegaconf, hydra, dynaconf, argparse, dvc. `scope` is where the name is bound, `node`
    the statement or argument that binds it, and `code` the file or cell. A name that may hold one of several
    configurations is listed once for each.
    """

    name: str
    access: str
    path: str | None
    prefix: tuple[str, ...]
    loader: str
    scope: Scope
    node: ast.AST
    code: Code


class Configuration(Value):
    """What an expression holds: a part of a file, and how it is read.

    `name` is the file's name and `given` tells an argument, where `path` is None (see `paths.File`). `below`
    is the access to the objects inside, where it differs (`SimpleNamespace(**params)` holds dicts). `optional`
    is true where a key on the way was read with a default; `lenient` where no key is ever missing.
    """

    path: str | None
    prefix: tuple[str, ...]
    access: str
    loader: str
    name: str | None = None
    given: bool = False
    below: str | None = None
    optional: bool = False
    lenient: bool = False

    def inside(self, key: str, optional: bool = False) -> Configuration:
        """The part below a key."""
        return self.replace(
            prefix=(*self.prefix, key),
            access=self.below or self.access,
            below=None,
            optional=self.optional or optional,
        )


def config_objects(module: Module, file: PythonFile | NotebookFile) -> list[ConfigObject]:
    """The names of a module that hold a configuration, in no particular order; see `ConfigObject`."""
    return Objects(Project(file, module)).listed()


class Objects:
    """What the expressions of one project's modules hold, told from one of them."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._memo: dict[int, tuple[ast.expr, list[Configuration | None]]] = {}  # the node keeps its id

    # Listing.

    def listed(self) -> list[ConfigObject]:
        """Every name of the project's first module that holds a configuration."""
        found: dict[tuple[int, str, str | None, tuple[str, ...], str], ConfigObject] = {}
        for name, held, scope, node, code in self._named():
            key = (id(scope), name, held.path, held.prefix, held.loader)
            known = found.get(key)
            if known is None:
                found[key] = ConfigObject(
                    name, held.access, held.path, held.prefix, held.loader, scope, node, code
                )
            elif known.access != held.access:  # bound once more: where it was bound first counts
                found[key] = known.replace(access=BOTH)
        return list(found.values())

    def _named(self) -> Iterator[tuple[str, Configuration, Scope, ast.AST, Code]]:
        reader = self.project.reader
        for node, scope, code in reader.module.assigns:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                name, bound = _target(target, scope)
                if name and node.value is not None:
                    for held in self.held(node.value, reader.site(scope, code)):
                        yield name, held, bound, node, code
                elif isinstance(target, ast.Tuple):
                    yield from self._unpacked(target, node, scope, code)
        for function, _, code in reader.module.functions:
            inner = reader.inside(function)
            for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs):
                for held in self._argument(argument.arg, function, reader.site(inner, code)):
                    yield argument.arg, held, inner, argument, code
        yield from self._imported()

    def _unpacked(
        self, target: ast.Tuple, node: ast.Assign | ast.AnnAssign, scope: Scope, code: Code
    ) -> Iterator[tuple[str, Configuration, Scope, ast.AST, Code]]:
        """`args, rest = parser.parse_known_args()`."""
        value = node.value
        if isinstance(value, ast.Call) and last_name(value.func) == "parse_known_args" and target.elts:
            name, bound = _target(target.elts[0], scope)
            if name:
                yield name, _arguments(), bound, node, code

    def _imported(self) -> Iterator[tuple[str, Configuration, Scope, ast.AST, Code]]:
        reader = self.project.reader
        for name, (node, code) in reader.import_places.items():
            _, _, inner = reader.imports[name]
            if inner:
                use = ast.copy_location(ast.Name(name, ast.Load()), node)
                for held in self.held(use, reader.site(reader.module.scope, code)):
                    yield name, held, reader.module.scope, node, code

    # What an expression holds.

    def held(self, node: ast.expr, site: Site) -> list[Configuration]:
        """The configurations that an expression may hold; see `alternatives`."""
        return [held for held in self.alternatives(node, site) if held is not None]

    def alternatives(self, node: ast.expr, site: Site) -> list[Configuration | None]:
        """The configurations that an expression may hold; None among them is something else, or unknown."""
        if type(node) not in _HELD:
            return [None]
        known = self._memo.get(id(node)) if site.frame is None else None
        if known is not None:
            return known[1]
        cuts = self.project.cuts
        if not self.project.enter(node, site, "held"):
            return [None]
        try:
            found = list(dict.fromkeys(_HELD[type(node)](self, node, site)))
        finally:
            self.project.leave(node, site, "held")
        if site.frame is None and cuts == self.project.cuts:
            self._memo[id(node)] = (node, found)
        return found

    def _of(self, origins: Iterable[Origin]) -> list[Configuration | None]:
        found: list[Configuration | None] = []
        for origin in origins:
            found += self.alternatives(*origin) if origin is not None else [None]
        return found

    def _name(self, node: ast.Name, site: Site) -> list[Configuration | None]:
        known = site.scope.lookup(node.id)
        function = known[0].node if known else None
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and node.id in parameters(function):
            bound = [binding for binding in known[1] if binding.value is not None] if known else []
            others = self._of((binding.value, site) for binding in bound if binding.value is not None)
            given: Sequence[Configuration | None] = self._argument(node.id, function, site) or [None]
            return [*given, *others]
        return self._of(site.reader.origins(node, site))

    def _argument(self, name: str, function: Function, site: Site) -> list[Configuration]:
        """What an argument holds: by Hydra's decorator, by the calls, or by its annotation."""
        if (hydra := self.hydra(function, site)) and parameters(function)[:1] == [name]:
            return [hydra]
        found = [held for held in self._of(site.reader.given(name, function, site)) if held is not None]
        if found:
            return found
        annotation = next(
            (argument.annotation for argument in function.args.args if argument.arg == name), None
        )
        dotted = site.reader.module.imports.dotted(annotation) if annotation is not None else None
        if dotted in HYDRA_TYPES:
            return [Configuration(None, (), BOTH, "hydra")]
        return [_arguments()] if dotted in NAMESPACES else []

    def hydra(self, function: Function, site: Site) -> Configuration | None:
        """What `@hydra.main(config_path=…, config_name=…)` hands to a function."""
        for decorator in function.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            if called(call.func if call else decorator, site) != "hydra.main":
                continue
            folder, name = (
                string(keyword(call, key)) if call else None for key in ("config_path", "config_name")
            )
            if call and call.args and folder is None:
                folder = string(call.args[0])
            if name is None:
                return Configuration(None, (), BOTH, "hydra")
            full = name if name.endswith((".yaml", ".yml")) else f"{name}.yaml"
            file = relative_to_code(folder or "", full, site)
            return Configuration(file.path, (), BOTH, "hydra", file.name)
        return None

    def _attribute(self, node: ast.Attribute, site: Site) -> list[Configuration | None]:
        origins = site.reader.attribute(node, site)
        if origins is not None:
            return self._of(origins)
        inside = [
            held.inside(node.attr)
            for held in self.held(node.value, site)
            if held.access in {ATTRIBUTE, BOTH} and not node.attr.startswith("__")
        ]
        return [*inside] or [None]

    def _subscript(self, node: ast.Subscript, site: Site) -> list[Configuration | None]:
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            key = node.slice.value
            inside = [held.inside(key) for held in self.held(node.value, site) if held.access in {ITEM, BOTH}]
            return [*inside] or [None]
        return [None]

    def _call(self, node: ast.Call, site: Site) -> list[Configuration | None]:
        name = called(node.func, site)
        if name in LOADERS:
            loader, access = LOADERS[name]
            return self._files(self._file(node), site, loader, access)
        if name in WRAPPERS:
            return self._wrapped(node, site, name)
        if name in COPIES and node.args:
            return self.alternatives(node.args[0], site)
        if name == "dvc.api.params_show":
            files = [*node.args] or [ast.copy_location(ast.Constant("params.yaml"), node)]
            return self._files(files[0] if len(files) == 1 else None, site, "dvc", ITEM)
        if name in DYNACONF:
            return self._files(_only(keyword(node, "settings_files") or keyword(node, "settings_file")), site,
                               "dynaconf", BOTH)  # fmt: skip
        if name in {"hydra.compose", "hydra.experimental.compose"}:
            return [Configuration(None, (), BOTH, "hydra")]
        if isinstance(node.func, ast.Attribute):
            if node.func.attr in PARSING and not name:
                return [_arguments()]
            found = self._method(node, node.func, site)
            if found is not None:
                return found
        body = site.reader.called(node, site)
        if body is not None and body[1]:
            return self._of([(value, body[0]) for value in body[1]])
        return [None]

    def _method(self, node: ast.Call, func: ast.Attribute, site: Site) -> list[Configuration | None] | None:
        """`params.get("train")`, `params.copy()`, and `load` of a ruamel `YAML()`."""
        if func.attr == "load" and self._is_yaml(func.value, site):
            return self._files(self._file(node), site, "yaml", ITEM)
        if func.attr in {"get", "pop", "setdefault"} and node.args and string(node.args[0]) is not None:
            held = self.held(func.value, site)
            key = string(node.args[0]) or ""
            return [*(each.inside(key, optional=True) for each in held)] or None
        if func.attr in {"copy", "to_dict", "toDict"}:
            return [*self.held(func.value, site)] or None
        return None

    def _is_yaml(self, node: ast.expr, site: Site) -> bool:
        if isinstance(node, ast.Call):
            return called(node.func, site) in YAML_OBJECTS
        if isinstance(node, ast.Name):
            origins = site.reader.origins(node, site)
            return any(
                isinstance(origin[0], ast.Call) and called(origin[0].func, origin[1]) in YAML_OBJECTS
                for origin in origins
                if origin is not None
            )
        return False

    def _wrapped(self, node: ast.Call, site: Site, name: str) -> list[Configuration | None]:
        given = node.args[:1] or [each.value for each in node.keywords if each.arg is None]
        if len(given) != 1 or isinstance(given[0], ast.Starred):
            return [None]
        access, below = WRAPPERS[name]
        return [
            held.replace(
                access=access,
                below=below if below != access else None,
                lenient=held.lenient or name in LENIENT,
            )
            if held
            else None
            for held in self.alternatives(given[0], site)
        ]

    def _file(self, call: ast.Call) -> ast.expr | None:
        if call.args:
            return call.args[0]
        return next((each.value for each in call.keywords if each.arg in FILE_KEYWORDS), None)

    def _files(
        self, file: ast.expr | None, site: Site, loader: str, access: str
    ) -> list[Configuration | None]:
        files = located(file, site) if file is not None else [File(None)]
        return [Configuration(each.path, (), access, loader, each.name, each.given) for each in files]

    def _either(self, node: ast.IfExp, site: Site) -> list[Configuration | None]:
        return [*self.alternatives(node.body, site), *self.alternatives(node.orelse, site)]

    def _or(self, node: ast.BoolOp, site: Site) -> list[Configuration | None]:
        return [held for value in node.values for held in self.alternatives(value, site)]

    def _value(self, node: ast.NamedExpr | ast.Await, site: Site) -> list[Configuration | None]:
        return self.alternatives(node.value, site)

    def _unpacking(self, node: ast.Dict, site: Site) -> list[Configuration | None]:
        """`{**params}` is a copy; with more in it, it is something else."""
        if len(node.values) == 1 and node.keys[0] is None:
            return self.alternatives(node.values[0], site)
        return [None]


_HELD: dict[type[ast.expr], Callable[[Objects, Any, Site], list[Configuration | None]]] = {
    ast.Name: Objects._name,
    ast.Attribute: Objects._attribute,
    ast.Subscript: Objects._subscript,
    ast.Call: Objects._call,
    ast.IfExp: Objects._either,
    ast.BoolOp: Objects._or,
    ast.NamedExpr: Objects._value,
    ast.Await: Objects._value,
    ast.Dict: Objects._unpacking,
}


def _arguments() -> Configuration:
    return Configuration(None, (), ATTRIBUTE, "argparse")


def _target(target: ast.expr, scope: Scope) -> tuple[str | None, Scope]:
    """The name that an assignment binds, `self.` included, and the scope that holds it."""
    if isinstance(target, ast.Name):
        return target.id, scope.module if target.id in scope.outer else scope
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
        return f"self.{target.attr}", scope.enclosing_class or scope
    return None, scope


def _only(node: ast.expr | None) -> ast.expr | None:
    """The one item of a written list; the node itself if it is none; None for several."""
    if isinstance(node, ast.List | ast.Tuple):
        return node.elts[0] if len(node.elts) == 1 else None
    return node
