"""What a single node of the tree says by its look: its name, its text, what it assigns, what lies in it.

What a literal is, is said by `literals.py`; what a name is bound to, by `scope.py`.
"""

from __future__ import annotations

import ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# So many nodes of an expression are looked at; what is longer is data, or generated.
_LOOK = 40
_PROGRESS = frozenset({"tqdm", "tqdm_notebook", "notebook", "track", "progress_bar", "master_bar"})


def last_name(node: ast.AST | None) -> str:
    """The name, or the last part of a dotted one: `Adam` of `Adam` and `torch.optim.Adam`; else empty."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def string(node: ast.AST | None) -> str | None:
    """The text of a string that is written out; None for all other nodes."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def first_target(node: ast.Assign | ast.AnnAssign) -> ast.expr:
    """What an assignment sets; of `a = b = 1` the first."""
    return node.targets[0] if isinstance(node, ast.Assign) else node.target


def target_name(target: ast.expr) -> str:
    """What is set: a name, an attribute of any object, an item (`group["lr"] = 0.01`); else empty."""
    if isinstance(target, ast.Subscript):
        return string(target.slice) or ""
    return last_name(target)


def below_progress(iterated: ast.expr) -> ast.expr:
    """What a loop goes through, a progress bar aside: `values` of `tqdm(values, desc="k")`."""
    if isinstance(iterated, ast.Call) and iterated.args and last_name(iterated.func) in _PROGRESS:
        return iterated.args[0]
    return iterated


def inside(node: ast.AST) -> Iterator[ast.AST]:
    """The node and what lies in it, in no particular order, up to a bound."""
    todo = [node]
    for _ in range(_LOOK):
        if not todo:
            return
        inner = todo.pop()
        yield inner
        todo.extend(ast.iter_child_nodes(inner))
