"""What a file is, before its literals are judged: worth parsing, a test, or a module that only holds config."""

from __future__ import annotations

import ast
import re

from reproof.lint.catalogue.load import ROOTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from reproof.lint.hyperparameters.module import Module
    from reproof.lint.source import Code

_NAMES = tuple(root.encode() for root in ROOTS)
_IMPORTED = re.compile(rb"\b(?:import|from)[ \t]+[^\n]*?\b(?:" + b"|".join(_NAMES) + rb")\b")
_TEST = re.compile(r"(?:^|/)(?:tests?|testing)/|(?:^|/)(?:test_[^/]*|[^/]*_test|conftest)\.pyw?$")
_CONFIG = re.compile(
    r"(?:^|/)(?:configs?|conf|settings|hparams|hyperparams|hyperparameters|params|constants|cfg)"
    r"(?:/.*)?\.pyw?$|(?:^|/)[^/]*_(?:config|cfg|settings|hparams|params)\.pyw?$",
    re.IGNORECASE,
)
_DECLARATIVE = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.Expr, ast.Pass)


def imports_a_framework(data: bytes) -> bool:
    """Whether the bytes import a catalogued library, by their look: cheap, and never wrongly no."""
    return any(name in data for name in _NAMES) and _IMPORTED.search(data) is not None


def is_test(path: str) -> bool:
    """Whether the path is a test's: expectations belong into code there."""
    return _TEST.search(path) is not None


def is_config_path(path: str) -> bool:
    """Whether the file's name says that it holds configuration."""
    return _CONFIG.search(path) is not None


def only_declares(codes: Iterable[Code]) -> bool:
    """Whether a module holds nothing but values: imports, assignments, and classes of these."""
    return all(_declares(statement) for code in codes for statement in code.tree.body)


def _declares(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.ClassDef):
        return all(isinstance(inner, _DECLARATIVE) for inner in statement.body)
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        return not isinstance(statement.value, ast.Call | ast.Await) or _is_plain(statement.value)
    return isinstance(statement, _DECLARATIVE)


def _is_plain(value: ast.expr) -> bool:
    """`Path(…)`, `torch.device(…)`, `dict(…)`: calls that a config module makes."""
    called = getattr(value, "func", None)
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name in {"Path", "device", "dict", "frozenset", "tuple", "getenv", "field", "join"}


def globals_are_replaced(module: Module) -> bool:
    """Whether something rewrites the module's globals, as a configurator does (`exec(open(…).read())`)."""
    for call, _, _ in module.calls:
        if isinstance(call.func, ast.Name) and call.func.id == "exec":
            return True
        if (
            isinstance(call.func, ast.Attribute)
            and call.func.attr == "update"
            and _is_globals(call.func.value)
        ):
            return True
    return any(
        isinstance(target, ast.Subscript) and _is_globals(target.value)
        for node, _, _ in module.assigns
        if isinstance(node, ast.Assign)
        for target in node.targets
    )


def _is_globals(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "globals"
