"""From an argument of a catalogued call to the literals in it: one value, a params dict, a search grid."""

from __future__ import annotations

import ast

from reproof.lint.catalogue.load import Parameter
from reproof.lint.hyperparameters import lexicon
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import equals, is_literal, texts
from reproof.lint.hyperparameters.mappings import chosen, entries
from reproof.lint.hyperparameters.nodes import inside, string
from reproof.lint.hyperparameters.pieces import pieces

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reproof.lint.hyperparameters.scope import Scope
    from reproof.lint.source import Code

    Pair = tuple[ast.expr, ast.expr, Code]


def hits_of(parameter: Parameter, value: ast.expr, scope: Scope, code: Code, known: Known) -> Iterator[Hit]:
    """The literals that an argument hands to a catalogued parameter."""
    if parameter.holds == "params":
        yield from dictionary(value, scope, code, known)
    elif parameter.holds == "grid":  # every key of a grid is tried, whatever its name
        yield from dictionary(value, scope, code, Known(known.parameters, parameter.kind), grid=True)
    elif parameter.holds == "columns":
        yield from _columns(parameter, value, scope, code)
    elif (traced := scope.trace(value, code)) is not None:
        node, where = traced
        if any(equals(node, value) for value in parameter.neutral):
            return
        yield Hit(
            code=where,
            node=node,
            name=parameter.name,
            kind=parameter.kind,
            default=parameter.default is not None and equals(node, parameter.default),
            strict=parameter.strict,
        )
    else:
        binding = scope.binding(value, code)
        if binding is not None and isinstance(binding.value, _WRITTEN):
            value, code = binding.value, binding.code
        for literal, unsure in pieces(value):
            debatable = parameter.strict or (unsure and _scales_a_given(value, scope))
            yield Hit(code, literal, parameter.name, parameter.kind, strict=debatable)
        yield from _fallback(parameter, value, code)
        for item, where in chosen(value, scope, code):
            if string(getattr(value, "slice", None)) is not None and is_literal(item):
                yield Hit(where, item, parameter.name, parameter.kind, strict=parameter.strict)


def _scales_a_given(value: ast.expr, scope: Scope) -> bool:
    """`args.lr * 0.1`, `lr * 0.1` of an argument: what is configured is scaled, and nothing new is chosen."""
    for node in inside(value):
        if isinstance(node, ast.Name):
            known = scope.lookup(node.id)
            given = known is not None and any(each.value is None or each.configured for each in known[1])
            if given or node.id in lexicon.CONFIGURATION:
                return True
    return False


# What a name may be bound to that has literals in it.
_WRITTEN = (ast.Dict, ast.List, ast.Tuple, ast.BinOp, ast.IfExp)


class Known:
    """The parameters that a dict may hold; `guess` is the kind of the others, or None to leave them alone."""

    __slots__ = ("guess", "parameters")

    def __init__(self, parameters: Mapping[str, Parameter], guess: str | None = None) -> None:
        self.parameters = parameters
        self.guess = guess

    def find(self, key: str) -> Parameter | None:
        """The parameter of a key; `clf__C` is `C` of a pipeline's step."""
        name = key.rpartition("__")[2]
        if name in self.parameters:
            return self.parameters[name]
        kind = lexicon.strong(name) or self.guess
        return Parameter(name=name, kind=kind) if kind and not is_run_time(name) else None


def is_run_time(name: str) -> bool:
    """Seeds, devices and the like, where only the name can tell."""
    squeezed = lexicon.squeeze(name)
    return "seed" in squeezed or squeezed in _RUN_TIME


_RUN_TIME = names(
    "randomstate njobs nthread numthreads nthreads verbose verbosity device devicetype gpuid gpudeviceid "
    "gpuplatformid silent numworkers estimator memory"
)


def dictionary(value: ast.expr, scope: Scope, code: Code, known: Known, grid: bool = False) -> Iterator[Hit]:
    """The literals of a dict that reaches a call, key by key; of a list of dicts for grids."""
    for key, item, where in entries(value, scope, code, listed=grid):
        name = string(key)
        parameter = known.find(name) if name is not None else None
        if parameter is None:
            continue
        traced = scope.trace(item, where)
        if traced is not None:
            yield Hit(traced[1], traced[0], parameter.name, parameter.kind, strict=parameter.strict)
        elif grid and _is_distribution(item):
            yield Hit(where, item, parameter.name, parameter.kind, strict=parameter.strict)


def _is_distribution(value: ast.expr) -> bool:
    """`stats.randint(1, 10)` in a grid: a call from literals alone says what to try."""
    if not isinstance(value, ast.Call):
        return False
    given = [*value.args, *(keyword.value for keyword in value.keywords)]
    return bool(given) and all(map(is_literal, given))


def pairs(value: ast.expr, code: Code) -> Iterator[Pair]:
    """Keys and values of `{...}` or `dict(...)`; nothing for other expressions."""
    if isinstance(value, ast.Dict):
        for key, item in zip(value.keys, value.values, strict=True):
            if key is not None:
                yield key, item, code
    elif isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "dict":
        for keyword in value.keywords:
            if keyword.arg is not None:
                yield ast.Constant(keyword.arg), keyword.value, code


def _columns(parameter: Parameter, value: ast.expr, scope: Scope, code: Code) -> Iterator[Hit]:
    """The columns in scikit-learn's `[(name, transformer, columns), …]`, or in one `(columns, transformer)`."""
    binding = scope.binding(value, code) if isinstance(value, ast.Name) else None
    if binding is not None and binding.value is not None:
        value, code = binding.value, binding.code
    steps = value.elts if isinstance(value, ast.List) else [value]
    for step in steps:
        if not isinstance(step, ast.Tuple):
            continue
        for part in step.elts:
            traced = scope.trace(part, code) if isinstance(part, ast.Name) else (part, code)
            if traced is not None and (texts(traced[0]) or (part is step.elts[-1] and _is_column(traced[0]))):
                yield Hit(traced[1], traced[0], "features", parameter.kind)


def _is_column(node: ast.expr) -> bool:
    """One column by its name, where a transformer takes one: `("title", CountVectorizer(), "title")`."""
    return string(node) not in (None, "drop", "passthrough")


def looked_up(call: ast.Call) -> tuple[str | None, ast.expr | None]:
    """The key and the fallback of `cfg.get("lr", 1e-3)` and its kin; twice None for other calls."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in _LOOKUPS and len(call.args) == 2:
        return string(call.args[0]), call.args[1]
    return None, None


_LOOKUPS = frozenset({"get", "getenv", "getint", "getfloat"})


def _fallback(parameter: Parameter, value: ast.expr, code: Code) -> Iterator[Hit]:
    """`cfg.get("lr", 1e-3)` and `args.lr or 1e-3`: a silent fallback hides a value."""
    hidden = None
    if isinstance(value, ast.Call):
        hidden = looked_up(value)[1]
    elif isinstance(value, ast.BoolOp) and isinstance(value.op, ast.Or):
        hidden = value.values[-1]
    if hidden is not None and is_literal(hidden):
        yield Hit(code, hidden, parameter.name, parameter.kind, strict=True)
