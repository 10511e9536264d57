"""One use of an object that holds a configuration: what is followed, what is noted of it, which calls only tell.

How a use is followed, from an expression to the one around it, is said by `reads.py`.
"""

from __future__ import annotations

import ast
import re

from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.nodes import last_name
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from reproof.lint.hyperparameters.scope import Scope
    from reproof.lint.parameters.objects import Configuration
    from reproof.lint.parameters.trees import Tree
    from reproof.lint.source import Code

    Keys = tuple[str, ...]

_LOGS = names("print pprint debug info warning error echo log_params log_dict")
_TELLS = re.compile(
    r"(?i)^(p?print|echo|dumps?|write\w*|display|mlflow|wandb|st|live|pprint|assert\w*)$|log|save|show"
)


class Read(Value):
    """One use of a configuration.

    `targets` are the file and the keys, several where the object may be one of several. `whole` is true where
    everything below the keys counts as read; `required` where the code fails if the key is missing;
    `changes` where the code puts something there itself, so that the file need not have it.
    """

    targets: tuple[tuple[str, Keys], ...]
    whole: bool
    required: bool
    changes: bool
    node: ast.expr
    code: Code


class Door(Value):
    """A place where some file is loaded and nobody can say which: `name` is its name, where that is known."""

    loader: str
    name: str | None
    path: str


class Use:
    """An expression that holds a configuration: one of `held`, and if not `certain`, perhaps something else."""

    __slots__ = ("certain", "held", "node", "scope", "tree")

    def __init__(
        self, node: ast.expr, held: list[Configuration], certain: bool, scope: Scope, tree: Tree
    ) -> None:
        self.node = node
        self.held = held
        self.certain = certain
        self.scope = scope
        self.tree = tree

    def at(self, node: ast.expr, held: list[Configuration] | None = None, certain: bool = True) -> Use:
        """The same held by an expression around it."""
        return Use(node, self.held if held is None else held, self.certain and certain, self.scope, self.tree)

    def reached(self, *access: str) -> list[Configuration]:
        return [each for each in self.held if each.access in access]


def logs(call: ast.Call) -> bool:
    """Whether a call logs or prints what it is given."""
    return last_name(call.func) in _LOGS


def only_tells(call: ast.Call) -> bool:
    """Whether a call whose result is not used writes or logs what it is given, and changes nothing in it."""
    parts: list[str] = []
    func = call.func
    while isinstance(func, ast.Attribute):
        parts.append(func.attr)
        func = func.value
    words = [*parts, getattr(func, "id", "")]
    return any(_TELLS.search(word) for word in words)
