"""Where literals are declared as defaults: classes that list fields, functions that make a configuration.

Whoever fills in the class, or changes what the function returns, overrides them, so they are debatable.
"""

from __future__ import annotations

import ast
import re

from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.nodes import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from reproof.lint.hyperparameters.scope import Scope

_CONFIG_MAKERS = re.compile(
    r"^(?:get|make|build|create|base|default)?_?(?:\w*_)?(?:config|cfg|hparams|defaults)$"
)
_SCHEMAS = names(
    "BaseModel BaseSettings NamedTuple TypedDict Struct Enum IntEnum StrEnum Schema HyperparameterSet"
)
_SCHEMA_MAKERS = names("dataclass dataclasses define attrs attr frozen s mutable configclass")


def is_declaration(scope: Scope) -> bool:
    """Whether a class declares fields, or a function makes a configuration: its literals are defaults."""
    return _is_schema(scope) or _makes_config(scope)


def _makes_config(scope: Scope) -> bool:
    """Whether a function's name says that it makes a configuration (`get_config`, `default_hparams`)."""
    node = scope.node
    return isinstance(node, ast.FunctionDef) and _CONFIG_MAKERS.match(node.name) is not None


def _is_schema(scope: Scope) -> bool:
    """Whether a class declares fields with defaults (`@dataclass`, `BaseModel`, …) rather than values."""
    node = scope.node
    if not isinstance(node, ast.ClassDef):
        return False
    makers = (item.func if isinstance(item, ast.Call) else item for item in node.decorator_list)
    return any(last_name(maker) in _SCHEMA_MAKERS for maker in makers) or any(
        last_name(base) in _SCHEMAS or last_name(base).endswith(("Config", "Settings", "Arguments"))
        for base in node.bases
    )
