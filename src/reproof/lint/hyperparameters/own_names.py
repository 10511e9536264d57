"""Names that a project says are hyperparameters, in `[tool.reproof.check.hyperparameters]`."""

from __future__ import annotations

from reproof.lint.hyperparameters import lexicon
from reproof.lint.hyperparameters.arguments import pairs
from reproof.lint.hyperparameters.constants import assigned
from reproof.lint.hyperparameters.declarations import is_declaration
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.nodes import string

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Mapping

    from reproof.lint.hyperparameters.module import Module
    from reproof.lint.hyperparameters.scope import Scope
    from reproof.lint.source import Code


def find(module: Module, names: Mapping[str, str], overridden: bool) -> Iterator[Hit]:
    """Literals that are set, given by keyword or put in a dict under one of the names (squeezed, with kinds)."""
    if not names:
        return
    for name, value, scope, code in _named(module):
        kind = names.get(lexicon.squeeze(name))
        traced = scope.trace(value, code) if kind else None
        if kind and traced is not None and not code.declares_parameters:
            debatable = is_declaration(scope) or overridden
            yield Hit(traced[1], traced[0], lexicon.spelled(name), kind, strict=debatable)


def _named(module: Module) -> Iterator[tuple[str, ast.expr, Scope, Code]]:
    for site in module.assigns:
        for name, _, value, scope, code in assigned(*site):
            yield name, value, scope, code
    for call, scope, code in module.calls:
        for keyword in call.keywords:
            if keyword.arg:
                yield keyword.arg, keyword.value, scope, code
    for node, scope, code in module.dicts:
        for key, value, _ in pairs(node, code):
            if (text := string(key)) is not None:
                yield text, value, scope, code
