"""The nodes of a module, or of one function's body, with their scopes and parents."""

from __future__ import annotations

import ast

from reproof.lint.parameters.tracing import Site
from reproof.lint.source import InvalidFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.scope import Scope
    from reproof.lint.parameters.tracing import Frame, Reader
    from reproof.lint.source import Code


class Tree:
    """Nodes of one module or function body with their scopes and parents, in no particular order."""

    def __init__(
        self, reader: Reader, code: Code, top: ast.AST, scope: Scope, frame: Frame | None = None
    ) -> None:
        self.reader = reader
        self.code = code
        self.frame = frame
        self.parents: dict[int, ast.AST] = {}
        self._sites: dict[int, Site] = {}
        self.nodes: list[tuple[ast.AST, Scope]] = []
        todo: list[tuple[ast.AST, Scope]] = [(top, scope)]
        while todo:
            node, scope = todo.pop()
            self.nodes.append((node, scope))
            inner = scope
            if isinstance(node, _SCOPES):
                inner = scope if node is top and frame else reader.inside(node, scope)
            around = _evaluated_outside(node)
            for child in ast.iter_child_nodes(node):
                self.parents[id(child)] = node
                todo.append((child, scope if id(child) in around else inner))

    def site(self, scope: Scope) -> Site:
        if id(scope) not in self._sites:
            self._sites[id(scope)] = Site(self.reader, scope, self.code, self.frame)
        return self._sites[id(scope)]

    def parent(self, node: ast.AST) -> ast.AST | None:
        return self.parents.get(id(node))

    def above(self, node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
        """Each node and its parent, upwards."""
        parent = self.parent(node)
        while parent is not None:
            yield node, parent
            node, parent = parent, self.parent(parent)


_SCOPES = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)


def _evaluated_outside(node: ast.AST) -> set[int]:
    """The children of a node that makes a scope which belong to the scope around it."""
    outside: list[ast.AST] = []
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        outside = [node.args, *getattr(node, "decorator_list", ())]
    elif isinstance(node, ast.ClassDef):
        outside = [*node.decorator_list, *node.bases, *node.keywords]
    return {id(child) for child in outside}


def parses(code: Code) -> bool:
    """Whether the code has a tree; a broken one is another rule's finding."""
    try:
        return code.tree is not None
    except InvalidFile:
        return False


def is_caught(node: ast.AST, tree: Tree) -> bool:
    """Whether an exception at the node is swallowed: some `except` around it does not raise again."""
    for below, parent in tree.above(node):
        if isinstance(parent, ast.Try) and any(below is each for each in parent.body):
            if any(_swallows(handler) for handler in parent.handlers):
                return True
        elif isinstance(parent, ast.With | ast.AsyncWith) and "suppress" in ast.dump(
            parent.items[0].context_expr
        ):
            return True
        elif isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return False
    return False


def _swallows(handler: ast.ExceptHandler) -> bool:
    """Whether the handler takes a missing key's exception and goes on."""
    caught = {getattr(each, "id", getattr(each, "attr", "")) for each in ast.walk(handler.type or handler)}
    missing = {"KeyError", "LookupError", "AttributeError", "Exception", "BaseException", "TypeError"}
    if (
        handler.type is not None
        and missing.isdisjoint(caught)
        and not any("Config" in name for name in caught)
    ):
        return False
    ends = any(isinstance(each, ast.Raise) or _is_exit(each) for each in ast.walk(handler))
    return not ends


def _is_exit(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in {
        *("exit", "_exit", "abort", "fail"),
    }
