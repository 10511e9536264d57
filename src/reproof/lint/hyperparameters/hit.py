"""A `Hit`: one literal that is a hyperparameter, before it becomes a finding."""

from __future__ import annotations

from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast

    from reproof.lint.source import Code


class Hit(Value):
    """A literal at `node` of `code` that sets the hyperparameter `name`.

    `default` is true where the literal equals the library's own default. `strict` marks what is debatable:
    it is told in strict mode only.
    """

    code: Code
    node: ast.expr
    name: str
    kind: str
    default: bool = False
    strict: bool = False
