"""What becomes of a params file's path in Python: read by a loader that is followed, or by who knows what.

Every string that ends in the file's name is followed, through names and arguments, until it reaches a loader
(`reads.py` goes on from there), something that reads no key (`exists`, a log message), or anything else: then
the file may be read, or written, in a way that nobody follows.
"""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.nodes import last_name, string
from reproof.lint.parameters.loaders import DYNACONF, LOADERS, WRAPPERS
from reproof.lint.parameters.paths import SAME, SAME_METHODS, called, located
from reproof.lint.parameters.signatures import keyword

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from reproof.lint.hyperparameters.scope import Scope
    from reproof.lint.parameters.reads import Reads
    from reproof.lint.parameters.trees import Tree

# Calls, by their last name, that use a path without looking for keys behind it.
_READS_NO_KEY = names(
    "print echo debug info warning error critical exception log exists isfile is_file lexists getmtime stat "
    "log_artifact log_artifacts copy copyfile copy2 dirname basename relpath relative_to isinstance warn"
)
_PARTS = names("name stem suffix parent parents")


class PathUses:
    """The uses of paths that lead to a file of the given name, in trees that were walked for `Reads`."""

    def __init__(self, name: str, reads: Reads) -> None:
        self.name = name
        self.blind: set[str | None] = set()  # files that are used in an unknown way; None: some of that name
        self._reads = reads
        self.carriers: set[str] = set()  # names, attributes, arguments and options that hold such a path
        self._trees: list[Tree] = []
        self._seen: set[int] = set()

    def look(self, tree: Tree) -> None:
        self._trees.append(tree)
        for node, scope in tree.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and self.name in node.value:
                self._constant(node, scope, tree)
            elif isinstance(node, ast.alias) and node.asname and node.name in self.carriers:
                self.carriers.add(node.asname)

    def finish(self) -> None:
        """Follow the names that carry a path, until no new ones turn up. To be called after all trees."""
        known: set[str] = set()
        while known != self.carriers:
            known = set(self.carriers)
            for tree in self._trees:
                for node, scope in tree.nodes:
                    self._carried(node, scope, tree)

    def _constant(self, node: ast.Constant, scope: Scope, tree: Tree) -> None:
        if isinstance(tree.parent(node), ast.Expr):  # a docstring
            return
        files = [file for file in located(node, tree.site(scope)) if file.name == self.name]
        if files:
            self._follow(node, scope, tree)
        elif isinstance(parent := tree.parent(node), ast.JoinedStr | ast.BinOp):
            self._joined(node, parent, scope, tree)
        elif not self._is_told(node, tree):
            self.blind.add(None)  # a command line, or a text that says more than a path

    def _carried(self, node: ast.AST, scope: Scope, tree: Tree) -> None:
        if isinstance(node, ast.alias) and node.asname and node.name in self.carriers:
            self.carriers.add(node.asname)
        name = last_name(node)
        if not name or name not in self.carriers or id(node) in self._seen or not isinstance(node, ast.expr):
            return
        if not isinstance(getattr(node, "ctx", None), ast.Load):
            return
        if any(file.name == self.name for file in located(node, tree.site(scope))):
            self._seen.add(id(node))
            self._follow(node, scope, tree)

    def _follow(self, node: ast.expr, scope: Scope, tree: Tree) -> None:
        parent = tree.parent(node)
        follow = _FOLLOW.get(type(parent)) if parent is not None else None
        if follow is not None:
            follow(self, node, parent, scope, tree)
        elif not isinstance(parent, ast.Expr | ast.If | ast.While | ast.Assert | ast.UnaryOp):
            self._lost(node, scope, tree)

    def _lost(self, node: ast.expr, scope: Scope, tree: Tree) -> None:
        if not self._is_told(node, tree):
            files = located(node, tree.site(scope))
            self.blind |= {file.path for file in files if file.name == self.name} or {None}

    def _is_told(self, node: ast.AST, tree: Tree) -> bool:
        """Whether the node is a part of a message: raised, logged, printed, or an option's help."""
        for below, parent in tree.above(node):
            if isinstance(parent, ast.Raise | ast.Assert):
                return True
            if isinstance(parent, ast.keyword) and parent.arg in {
                "help",
                "description",
                "epilog",
                "desc",
                "msg",
            }:
                return True
            if isinstance(parent, ast.Call):
                name = (
                    parent.func.attr
                    if isinstance(parent.func, ast.Attribute)
                    else getattr(parent.func, "id", "")
                )
                return below is not parent.func and (name in _READS_NO_KEY or _is_error(name))
            if isinstance(parent, ast.stmt):
                return False
        return False

    def _call(self, node: ast.expr, parent: ast.Call, scope: Scope, tree: Tree) -> None:
        if node is not parent.func:
            self._given(node, parent, scope, tree)

    def _keyword(self, node: ast.expr, parent: ast.keyword, scope: Scope, tree: Tree) -> None:
        call = tree.parent(parent)
        if not isinstance(call, ast.Call):
            self._lost(node, scope, tree)
        elif parent.arg == "default" and self._declared(call):
            pass
        else:
            self._given(node, call, scope, tree)

    def _declared(self, call: ast.Call) -> bool:
        """`add_argument("--config", default=…)`: the option's name carries the path from here on."""
        if last_name(call.func) not in {"add_argument", "option", "Option", "argument"}:
            return False
        given = [*call.args, keyword(call, "dest")]
        flags = [flag for each in given if (flag := string(each)) is not None]
        self.carriers.update(flag.lstrip("-").replace("-", "_") for flag in flags)
        return bool(flags)

    def _given(self, node: ast.expr, call: ast.Call, scope: Scope, tree: Tree) -> None:
        site = tree.site(scope)
        name = called(call.func, site)
        last = last_name(call.func)
        if name in LOADERS or name in WRAPPERS or name in DYNACONF or name in _FOLLOWED:
            return  # what it holds from here on is told by `Reads`
        if last == "load" and self._reads.objects.held(call, site):
            return
        if name in SAME or name == "os.path.join" or last == "joinpath":
            self._opened(call, scope, tree)
        elif last in _READS_NO_KEY or name in {"os.environ.get", "os.getenv"}:
            if name in {"os.environ.get", "os.getenv"}:
                self._follow(call, scope, tree)
        elif self._reads.enters(node, call, site):
            found = site.reader.function(call.func, site)
            if found is not None:
                self.carriers.update(
                    each.arg for each in ast.walk(found[1].args) if isinstance(each, ast.arg)
                )
        else:
            self._lost(node, scope, tree)

    def _opened(self, call: ast.Call, scope: Scope, tree: Tree) -> None:
        mode = call.args[1] if len(call.args) > 1 else keyword(call, "mode")
        text = mode.value if isinstance(mode, ast.Constant) else ""
        is_open = getattr(call.func, "id", getattr(call.func, "attr", "")) == "open"
        if is_open and isinstance(text, str) and not {"w", "a", "x", "+"}.isdisjoint(text):
            self.blind |= {file.path for file in located(call, tree.site(scope))}  # the code writes the file
        else:
            self._follow(call, scope, tree)

    def _attribute(self, node: ast.expr, parent: ast.Attribute, scope: Scope, tree: Tree) -> None:
        call = tree.parent(parent)
        if not (isinstance(call, ast.Call) and call.func is parent):
            if parent.attr not in _PARTS:
                self._lost(node, scope, tree)
        elif parent.attr == "open":
            mode = call.args[0] if call.args else keyword(call, "mode")
            text = mode.value if isinstance(mode, ast.Constant) else "r"
            if isinstance(text, str) and {"w", "a", "x", "+"}.isdisjoint(text):
                self._follow(call, scope, tree)
            else:
                self._lost(node, scope, tree)
        elif parent.attr in SAME_METHODS:
            self._follow(call, scope, tree)
        elif parent.attr not in _READS_NO_KEY and parent.attr != "close":
            self._lost(node, scope, tree)

    def _assigned(self, node: ast.expr, parent: ast.Assign | ast.AnnAssign, scope: Scope, tree: Tree) -> None:
        for target in parent.targets if isinstance(parent, ast.Assign) else [parent.target]:
            if isinstance(target, ast.Name):
                self.carriers.add(target.id)
            elif isinstance(target, ast.Attribute):
                self.carriers.add(target.attr)
            else:
                self._lost(node, scope, tree)

    def _default(self, node: ast.expr, parent: ast.arguments, scope: Scope, tree: Tree) -> None:
        self.carriers.update(each.arg for each in ast.walk(parent) if isinstance(each, ast.arg))

    def _with(self, node: ast.expr, parent: ast.withitem, scope: Scope, tree: Tree) -> None:
        if isinstance(parent.optional_vars, ast.Name):
            self.carriers.add(parent.optional_vars.id)

    def _joined(self, node: ast.expr, parent: ast.expr, scope: Scope, tree: Tree) -> None:
        """A part of a longer path, or of a message."""
        if any(file.name == self.name for file in located(parent, tree.site(scope))):
            self._follow(parent, scope, tree)
        else:
            self._lost(node, scope, tree)

    def _listed(self, node: ast.expr, parent: ast.List | ast.Tuple, scope: Scope, tree: Tree) -> None:
        if not _is_scaffold(parent):
            self._lost(node, scope, tree)

    def _compared(self, node: ast.expr, parent: ast.Compare, scope: Scope, tree: Tree) -> None:
        if not all(isinstance(op, ast.Is | ast.IsNot) for op in parent.ops):
            self._lost(node, scope, tree)

    def _passed_on(self, node: ast.expr, parent: ast.expr, scope: Scope, tree: Tree) -> None:
        if not (isinstance(parent, ast.IfExp) and node is parent.test):
            self._follow(parent, scope, tree)

    def _text_part(self, node: ast.expr, parent: ast.FormattedValue, scope: Scope, tree: Tree) -> None:
        text = tree.parent(parent)
        if isinstance(text, ast.JoinedStr):
            self._joined(node, text, scope, tree)


def _is_error(name: str) -> bool:
    return name.endswith(("Error", "Exception", "Warning", "Exit"))


def _is_scaffold(node: ast.List | ast.Tuple) -> bool:
    """`[Path("src/__init__.py"), "params.yaml"]`: the files that a template makes, once, empty."""
    return any(
        isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value.endswith("__init__.py")
        for each in ast.walk(node)
    )


_FOLLOWED = names("hydra.main dvc.api.params_show dynaconf.Dynaconf")
_FOLLOW: dict[type[ast.AST], Callable[[PathUses, Any, Any, Scope, Tree], None]] = {
    ast.Call: PathUses._call,
    ast.keyword: PathUses._keyword,
    ast.Attribute: PathUses._attribute,
    ast.Assign: PathUses._assigned,
    ast.AnnAssign: PathUses._assigned,
    ast.arguments: PathUses._default,
    ast.withitem: PathUses._with,
    ast.BinOp: PathUses._joined,
    ast.JoinedStr: PathUses._joined,
    ast.FormattedValue: PathUses._text_part,
    ast.List: PathUses._listed,
    ast.Tuple: PathUses._listed,
    ast.Compare: PathUses._compared,
    ast.IfExp: PathUses._passed_on,
    ast.BoolOp: PathUses._passed_on,
    ast.NamedExpr: PathUses._passed_on,
}
