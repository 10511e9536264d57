"""Constants and attributes that name a hyperparameter: `EPOCHS = 20`, `self.gamma = 0.95`, `hparams = {…}`."""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters import lexicon
from reproof.lint.hyperparameters.arguments import pairs
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import is_literal, is_number, is_zero, texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.module import Module
    from reproof.lint.hyperparameters.scope import Scope
    from reproof.lint.source import Code

    Assigned = tuple[str, ast.expr, Scope, Code]

# So many strong names beside a weak one make it speak.
_COMPANY = 2
# Where 0 is a choice; elsewhere it starts a counter.
_MAY_BE_ZERO = frozenset({"dropout", "weightdecay", "labelsmoothing", "momentum"})


def find(module: Module, overridden: bool) -> Iterator[Hit]:
    """Literals assigned to names of the lexicon. `overridden`: they are a config's defaults."""
    assigned = [item for site in module.assigns for item in _assigned(*site)]
    company = _strong_names(assigned)
    registered = _registered(module)
    for name, value, scope, code in assigned:
        if scope.kind == "class" and getattr(scope.node, "name", "") in registered:
            continue
        debatable = _is_schema(scope) or (overridden and scope.kind != "function")
        if isinstance(value, ast.Dict | ast.Call):
            yield from _dictionary(value, code, debatable)
            continue
        kind = _kind(name, value, company.get(_home(scope), 0))
        if kind == "labels" and scope.kind != "module":  # `target` is many things inside a function
            continue
        if kind is not None and not _is_counter(name, scope):
            strict = debatable or _is_replaced(name, scope)
            yield Hit(code, value, lexicon.spelled(name), kind, strict=strict)


def _registered(module: Module) -> set[str]:
    """Classes handed to Hydra's `ConfigStore.store`: a schema whose values come from the config."""
    return {
        value.id
        for call, _, _ in module.calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "store"
        for value in (*call.args, *(keyword.value for keyword in call.keywords))
        if isinstance(value, ast.Name)
    }


def _assigned(node: ast.Assign | ast.AnnAssign, scope: Scope, code: Code) -> Iterator[Assigned]:
    if "parameters" in code.tags or node.value is None:
        return
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        if isinstance(target, ast.Tuple | ast.List):
            values = node.value.elts if isinstance(node.value, ast.Tuple | ast.List) else []
            if len(values) == len(target.elts):
                for item, value in zip(target.elts, values, strict=True):
                    if name := _name(item):
                        yield name, value, scope, code
        elif name := _name(target):
            yield name, node.value, scope, code


def _name(target: ast.expr) -> str | None:
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
        return target.attr
    return None


def _home(scope: Scope) -> int:
    """Names of one class, or of one function or module, keep each other company."""
    return id(scope.enclosing_class or scope)


def _strong_names(assigned: list[Assigned]) -> dict[int, int]:
    count: dict[int, int] = {}
    for name, value, scope, _ in assigned:
        if lexicon.strong(name) and is_number(value):
            count[_home(scope)] = count.get(_home(scope), 0) + 1
    return count


def _kind(name: str, value: ast.expr, company: int) -> str | None:
    """The kind of `name = value`; None where the name says nothing or the value does not fit it."""
    columns = lexicon.feature(name)
    if columns == "features" and texts(value):
        return "features"
    if (
        columns == "labels"
        and isinstance(value, ast.Constant)
        and isinstance(value.value, str)
        and value.value
    ):
        return "labels"
    if not _is_amount(value) or (is_zero(value) and lexicon.squeeze(name) not in _MAY_BE_ZERO):
        return None
    if columns == "features":
        return None
    kind = lexicon.strong(name)
    return kind or ("training" if company >= _COMPANY and lexicon.weak(name) else None)


def _is_amount(value: ast.expr) -> bool:
    """A number, or several: what a name such as `learning_rate` or `hidden_sizes` holds."""
    if is_number(value):
        return not (isinstance(value, ast.UnaryOp) and is_number(value.operand))  # -1 is a sentinel
    if isinstance(value, ast.Tuple | ast.List):
        return bool(value.elts) and all(is_number(item) for item in value.elts)
    return False


def _is_counter(name: str, scope: Scope) -> bool:
    """`epochs += 1` somewhere: the name counts, it does not set."""
    known = scope.lookup(name)
    owner = scope.enclosing_class
    return (known is not None and name in known[0].changed) or (owner is not None and name in owner.changed)


def _is_replaced(name: str, scope: Scope) -> bool:
    """Whether the same name is bound elsewhere from a config or the command line: then this is a default."""
    known = scope.lookup(name)
    return known is not None and any(binding.configured for binding in known[1])


def _dictionary(value: ast.expr, code: Code, debatable: bool) -> Iterator[Hit]:
    """`{"lr": 1e-3, "batch_size": 32}`: at least two strong keys make a dict a configuration."""
    found = [
        (key.value, item, kind)
        for key, item, _ in pairs(value, code)
        if isinstance(key, ast.Constant)
        and isinstance(key.value, str)
        and (kind := lexicon.strong(key.value))
        and is_literal(item)
    ]
    if len(found) >= _COMPANY:
        for name, item, kind in found:
            yield Hit(code, item, lexicon.spelled(name), kind, strict=debatable)


_SCHEMAS = names(
    "BaseModel BaseSettings NamedTuple TypedDict Struct Enum IntEnum StrEnum Schema HyperparameterSet"
)
_SCHEMA_MAKERS = names("dataclass dataclasses define attrs attr frozen s mutable configclass")


def _is_schema(scope: Scope) -> bool:
    """Whether a class declares fields with defaults (`@dataclass`, `BaseModel`, …) rather than values."""
    node = scope.node
    if not isinstance(node, ast.ClassDef):
        return False
    makers = (item.func if isinstance(item, ast.Call) else item for item in node.decorator_list)
    return any(_last(maker) in _SCHEMA_MAKERS for maker in makers) or any(
        _last(base) in _SCHEMAS or _last(base).endswith(("Config", "Settings", "Arguments"))
        for base in node.bases
    )


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
