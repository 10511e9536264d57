"""The sources of the pinned libraries: where a module lies, what it defines, where a name in it comes from.

Modules are parsed and never imported, so that a library's dependencies, its platform and its import time do
not matter. Names are followed through imports and re-exports, also from one library into another.
"""

from __future__ import annotations

import ast
import pathlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Found:
    """A class or function, with the module that defines it."""

    module: Module
    node: Definition

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def dotted(self) -> str:
        return f"{self.module.name}.{self.node.name}"

    @property
    def is_class(self) -> bool:
        return isinstance(self.node, ast.ClassDef)


@dataclass(frozen=True)
class Module:
    """One parsed module: what it defines, assigns and imports at its top level, also below `if` and `try`."""

    name: str
    is_package: bool
    definitions: dict[str, Definition] = field(default_factory=dict)
    assigned: dict[str, ast.expr] = field(default_factory=dict)
    imported: dict[str, str] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)

    @property
    def package(self) -> str:
        return self.name if self.is_package else self.name.rpartition(".")[0]


class Sources:
    """A folder of unpacked distributions, as `pip install --target` lays them out."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._folder = folder
        self._modules: dict[str, Module | None] = {}

    def version(self, distribution: str) -> str:
        """The version of a distribution, from the name of its `*.dist-info` folder.

        Raises FileNotFoundError where the folder does not hold the distribution.
        """
        wanted = re.sub(r"[-_.]+", "_", distribution).lower()
        for path in sorted(self._folder.glob("*.dist-info")):
            name, _, version = path.name.removesuffix(".dist-info").partition("-")
            if re.sub(r"[-_.]+", "_", name).lower() == wanted:
                return version.partition("+")[0]
        raise FileNotFoundError(f"{self._folder} does not hold {distribution}: run `make catalogue`")

    def text(self, path: str) -> str:
        """A file of a distribution, by its path below the folder."""
        return (self._folder / path).read_text(encoding="utf-8")

    def module(self, name: str) -> Module | None:
        """A module by its dotted name; None where there is no such source file."""
        if name not in self._modules:
            self._modules[name] = self._parse(name)
        return self._modules[name]

    def modules(self, package: str) -> Iterator[Module]:
        """The package and every module below it, in order of their names; tests are left out."""
        root = self._folder.joinpath(*package.split("."))
        paths = sorted(root.rglob("*.py")) if root.is_dir() else [root.with_suffix(".py")]
        for path in paths:
            parts = path.relative_to(self._folder).with_suffix("").parts
            if {"tests", "test", "testing"} & set(parts):
                continue
            module = self.module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
            if module is not None:
                yield module

    def classes(self, package: str) -> Iterator[Found]:
        """Every public class defined in a package, in order of modules, then of the text."""
        for found in self._defined(package):
            if found.is_class:
                yield found

    def functions(self, package: str) -> Iterator[Found]:
        """Every public function defined at the top of a package's modules."""
        for found in self._defined(package):
            if not found.is_class:
                yield found

    def _defined(self, package: str) -> Iterator[Found]:
        for module in self.modules(package):
            for name, node in module.definitions.items():
                if not name.startswith("_"):
                    yield Found(module, node)

    def public(self, name: str) -> dict[str, Found]:
        """What a module offers to its users: `__all__`, else every public name; classes and functions only."""
        module = self.module(name)
        if module is None:
            raise FileNotFoundError(f"no module {name} in {self._folder}")
        offered = self._all(module)
        if offered is None:
            offered = {name for name in self.names(module) if not name.startswith("_")}
        found = {offer: self.resolve(module, offer) for offer in sorted(offered)}
        return {offer: one for offer, one in found.items() if one is not None}

    def names(self, module: Module) -> set[str]:
        """Every name bound at the top of a module, star imports included."""
        found = {*module.definitions, *module.assigned, *module.imported}
        for star in module.stars:
            other = self.module(star)
            if other is not None and other is not module:
                offered = self._all(other)
                found |= {n for n in self.names(other) if n[0] != "_"} if offered is None else offered
        return found

    def get(self, dotted: str) -> Found:
        """A class or function by its dotted name, re-exports included.

        Raises LookupError where there is none: a library has moved or dropped it.
        """
        found = self._of_dotted(dotted, 0)
        if found is None:
            raise LookupError(f"{dotted} is not in {self._folder}")
        return found

    def resolve(self, module: Module, name: str, depth: int = 0) -> Found | None:
        """The class or function that a name in a module leads to, through imports and plain assignments.

        `name` may be dotted (`linear_model.Ridge`). None where it leads nowhere that is a source file.
        """
        if depth > 12:
            return None
        first, _, rest = name.partition(".")
        if rest:
            base = module.imported.get(first)
            return self._of_dotted(f"{base}.{rest}", depth + 1) if base else None
        if name in module.definitions:
            return Found(module, module.definitions[name])
        if name in module.imported:
            return self._of_dotted(module.imported[name], depth + 1)
        if name in module.assigned:
            target = dotted_name(module.assigned[name])
            return self.resolve(module, target, depth + 1) if target and target != name else None
        for star in module.stars:
            other = self.module(star)
            found = self.resolve(other, name, depth + 1) if other and other is not module else None
            if found is not None:
                return found
        return None

    def value(self, dotted: str) -> ast.expr:
        """What a module-level name is assigned, by its dotted name.

        Raises LookupError where the module does not assign it.
        """
        name, _, attribute = dotted.rpartition(".")
        module = self.module(name)
        if module is None or attribute not in module.assigned:
            raise LookupError(f"{dotted} is not in {self._folder}")
        return module.assigned[attribute]

    def _of_dotted(self, dotted: str, depth: int) -> Found | None:
        owner, _, name = dotted.rpartition(".")
        module = self.module(owner) if owner else None
        if module is not None:
            return self.resolve(module, name, depth)
        outer = self._of_dotted(owner, depth + 1) if "." in owner and depth <= 12 else None
        if outer is not None and isinstance(outer.node, ast.ClassDef):
            for node in outer.node.body:
                if isinstance(node, Definition) and node.name == name:
                    return Found(outer.module, node)
        return None

    def _all(self, module: Module) -> set[str] | None:
        value = module.assigned.get("__all__")
        if value is None:
            return None
        return {
            node.value
            for node in ast.walk(value)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }

    def _parse(self, name: str) -> Module | None:
        base = self._folder.joinpath(*name.split("."))
        for path in (base / "__init__.py", base.with_name(f"{base.name}.py")):
            if path.is_file():
                module = Module(name, path.name == "__init__.py")
                _read(module, ast.parse(path.read_bytes(), str(path)).body)
                return module
        return None


def dotted_name(node: ast.expr) -> str | None:
    """`a.b.c` of a name or attribute; None for other expressions."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted_name(node.value)
        return f"{base}.{node.attr}" if base else None
    return None


def _read(module: Module, body: list[ast.stmt]) -> None:
    for node in body:
        if isinstance(node, Definition):
            if not is_overload(node):
                module.definitions[node.name] = node
        elif isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.partition(".")[0]
                module.imported[alias.asname or root] = alias.name if alias.asname else root
        elif isinstance(node, ast.ImportFrom):
            _read_import(module, node)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            _read_assignment(module, node)
        elif isinstance(node, ast.If | ast.Try):
            _read(module, node.body)
            _read(module, node.orelse)
            for handler in getattr(node, "handlers", ()):
                _read_missing(module, handler.body)


def _read_assignment(module: Module, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> None:
    value = node.value
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        if not isinstance(target, ast.Name) or value is None:
            continue
        before = module.assigned.get(target.id)
        if isinstance(node, ast.AugAssign) and before is not None:
            module.assigned[target.id] = ast.BinOp(before, node.op, value)
        elif not isinstance(node, ast.AugAssign):
            module.assigned[target.id] = value


def _read_missing(module: Module, body: list[ast.stmt]) -> None:
    """What stands in for an import that failed counts only where nothing else binds the name."""
    other = Module(module.name, module.is_package)
    _read(other, body)
    for table, more in (
        (module.definitions, other.definitions),
        (module.assigned, other.assigned),
        (module.imported, other.imported),
    ):
        for name, what in more.items():
            if not any(name in known for known in (module.definitions, module.assigned, module.imported)):
                table[name] = what  # type: ignore[assignment]


def _read_import(module: Module, node: ast.ImportFrom) -> None:
    origin = node.module or ""
    if node.level:
        package = module.package.split(".")
        above = package[: len(package) - node.level + 1]
        origin = ".".join([*above, origin] if origin else above)
    for alias in node.names:
        if alias.name == "*":
            module.stars.append(origin)
        else:
            module.imported[alias.asname or alias.name] = f"{origin}.{alias.name}"


def is_overload(node: Definition) -> bool:
    """Whether a definition only tells a type checker about one way to call."""
    names = (dotted_name(decorator) or "" for decorator in node.decorator_list)
    return any(name.rpartition(".")[2] == "overload" for name in names)
