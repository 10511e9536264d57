"""Which library a name in a file comes from: `from torch import optim as o` makes `o.Adam` torch's Adam."""

from __future__ import annotations

import ast

from reproof.lint.catalogue.load import COMPANIONS, ROOTS, Framework, framework
from reproof.lint.hyperparameters.nodes import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

    from reproof.lint.catalogue.load import Signature


# What a file may have from a module of its own that imports it: the names under which everybody knows them.
_USUAL = {
    "torch": "torch",
    "nn": "torch.nn",
    "optim": "torch.optim",
    "transforms": "torchvision.transforms",
    "tf": "tensorflow",
    "xgb": "xgboost",
    "lgb": "lightgbm",
}


class Imports:
    """The imported names of one module, wherever in it they are imported."""

    def __init__(self, own: Mapping[str, Framework]) -> None:
        self._user = own
        self._names: dict[str, str] = {}
        self._roots: set[str] = set()  # of the names, up to their first dot
        self._spoken: set[str] = set()  # how the frameworks' methods and objects are called
        self._stars: list[str] = []
        self._own: set[str] = set()
        self._relative: dict[str, str] = {}
        self.frameworks: dict[str, Framework] = {}
        self.companions: dict[str, Framework] = {}

    def add_import(self, node: ast.Import) -> None:
        """`import a.b` binds `a`; `import a.b as c` binds `c`."""
        for alias in node.names:
            root = alias.name.partition(".")[0]
            self._name(alias.asname or root, alias.name if alias.asname else root)
            self._note(root)

    def add_import_from(self, node: ast.ImportFrom) -> None:
        """`from a import b as c` binds `c`; relative imports are the project's own."""
        if node.level or not node.module:
            self._relative.update({alias.asname or alias.name: alias.name for alias in node.names})
            return
        self._note(node.module.partition(".")[0])
        for alias in node.names:
            if alias.name == "*":
                self._stars.append(node.module)
            else:
                self._name(alias.asname or alias.name, f"{node.module}.{alias.name}")

    def add_usual(self, bound: Container[str], spoken: Callable[[str], bool]) -> None:
        """What is used under its usual name and bound nowhere came with a star: `from utils import *`.

        `spoken` says whether a text stands in the file.
        """
        if not self.frameworks or not (self._stars or "*" in self._relative):
            return
        for name, dotted in _USUAL.items():
            if name not in self._names and name not in bound and name not in self._own and spoken(f"{name}."):
                self._name(name, dotted)
                self._note(dotted.partition(".")[0])

    def add_definition(self, name: str) -> None:
        """A class or function of the module's own hides what is imported by the same name."""
        self._own.add(name)

    def add_alias(self, target: ast.expr, value: ast.expr) -> None:
        """`layers = tf.keras.layers` makes `layers` an import as well; `self.dropout = nn.Dropout` too."""
        if not isinstance(value, ast.Attribute) or (dotted := self.dotted(value)) is None:
            return
        name = _own_name(target)
        if name is not None and name not in self._names:
            self._name(name, dotted)

    def _name(self, name: str, dotted: str) -> None:
        self._names[name] = dotted
        self._roots.add(name.partition(".")[0])

    def _note(self, root: str) -> None:
        own = self._user.get(root)
        if own is not None:
            self._add(own, self.companions if own.companion else self.frameworks)
            return
        name = ROOTS.get(root)
        if name and name not in self.frameworks:
            self._add(framework(name), self.frameworks)
        companion = COMPANIONS.get(root)
        if companion and companion not in self.companions:
            self._add(framework(companion), self.companions)

    def _add(self, known: Framework, table: dict[str, Framework]) -> None:
        table[known.name] = known
        self._spoken.update(known.methods, known.objects)

    def _owner(self, dotted: str) -> Framework | None:
        """The imported framework, or companion of one, that a dotted name belongs to."""
        root = dotted.partition(".")[0]
        if root in self._user:
            return self._user[root]
        owner = self.frameworks.get(ROOTS.get(root, ""))
        return owner or self.companions.get(COMPANIONS.get(root, ""))

    def dotted(self, node: ast.expr) -> str | None:
        """The full dotted name of a name or attribute that was imported; None for everything else."""
        root = node
        while type(root) is ast.Attribute:
            root = root.value
        # Asked of every call, and more than once: most roots are names that were not imported.
        if type(root) is not ast.Name or root.id not in self._roots or root.id in self._own:
            return None
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        start = f"self.{parts.pop()}" if root.id == "self" and parts else root.id
        base = self._names.get(start)
        return ".".join([base, *reversed(parts)]) if base else None

    def unknown(self, func: ast.expr) -> bool:
        """Whether what is called comes from no import, and is no method that a framework names.

        So it is with most calls of a file; the methods below would say None, one by one.
        """
        root = func
        while type(root) is ast.Attribute:
            root = root.value
        name = func.attr if type(func) is ast.Attribute else ""
        if type(root) is ast.Name:
            if root.id in self._roots or (root is func and (self._stars or root.id in self._relative)):
                return False
            name = name or root.id
        return name not in self._spoken

    def signature(self, func: ast.expr) -> tuple[Framework, Signature] | None:
        """The catalogued signature of what is called, with its framework."""
        dotted = self.dotted(func)
        if dotted is not None:
            owner = self._owner(dotted)
            entry = owner.find(dotted) if owner else None
            return (owner, entry) if owner and entry else None
        if isinstance(func, ast.Name) and func.id not in self._own:
            return self._starred(func.id)
        return None

    def _starred(self, name: str) -> tuple[Framework, Signature] | None:
        for module in self._stars:
            owner = self._owner(module)
            entry = owner.find(f"{module}.{name}") if owner else None
            if owner and entry:
                return owner, entry
        return None

    def namesake(self, func: ast.expr) -> tuple[Framework, Signature] | None:
        """The catalogued class that an imported one of another project is called like.

        A project's own `RandomResizedCrop` or `LARS` takes what the library's takes, as a rule.
        """
        dotted = self.dotted(func)
        if dotted is None and isinstance(func, ast.Name) and func.id not in self._own:
            dotted = self._relative.get(func.id)
        name = dotted.rpartition(".")[2] if dotted else ""
        if not name[:1].isupper():
            return None
        for owner in self.frameworks.values():
            if name in owner.callables:
                return owner, owner.callables[name]
        return None

    def method(self, func: ast.expr) -> tuple[Framework, Signature] | None:
        """The catalogued method that is called, or the object that is known by its usual name.

        What another library was imported for (`re.compile`) is no method of a framework.
        """
        is_method = isinstance(func, ast.Attribute)
        name = last_name(func)
        if name not in self._spoken:
            return None
        dotted = self.dotted(func)
        owned = self._owner(dotted) if dotted else None
        root = (owned.name if owned else "") if dotted else None
        for owner in (*self.frameworks.values(), *self.companions.values()):
            entry = (owner.methods.get(name) if is_method else None) or owner.objects.get(name)
            if entry is not None and root in (None, owner.name):
                return owner, entry
        return None


def _own_name(target: ast.expr) -> str | None:
    """`name` or `self.name`, as the import table spells it."""
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
        return f"self.{target.attr}"
    return None
