"""Which literals can move to YAML and come back as they were, and how they are written there.

A value moves only where `yaml.safe_load` of what is written gives the same value, in type too: that loader is
the one that the fixed code calls. Tuples are written as lists, and the code makes tuples of them again.
"""

from __future__ import annotations

import ast
import json
import re

from reproof.lint.finding import Unfixable
from reproof.lint.hyperparameters.nodes import last_name
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# Beyond this an expression is not worked out: no hyperparameter is larger, and a hostile one must not hang.
_LARGEST_INT = 10**30
_LARGEST_POWER = 200
_LONGEST = 2000
_DEEPEST = 10

_PLAIN = re.compile(r"[A-Za-z_]\w*(?:[ ./-]\w+)*", re.ASCII)
# What some YAML reader (1.1, 1.2, OmegaConf's) takes for something else than a string.
_NOT_PLAIN = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "none"])


class Moved(Value):
    """A literal as YAML will hold it; `rebuilt` is how code makes the literal's own value of it.

    `rebuilt` has `{}` where the expression that reads the value belongs. `mutable` is true where two readers
    of one key would share a list or dict.
    """

    value: Any
    rebuilt: str = "{}"
    mutable: bool = False


def moved(node: ast.expr) -> Moved:
    """The value of a literal as it can stand in YAML; raises `Unfixable` with the reason where it cannot."""
    value = _evaluated(node, 0)
    if isinstance(value, tuple):
        return Moved(_lists(value), "tuple({})")
    if isinstance(value, list) and value and all(isinstance(item, tuple) for item in value):
        return Moved([_lists(item) for item in value], "[tuple(each) for each in {}]")
    return Moved(_lists(value), mutable=isinstance(value, list | dict))


def _lists(value: Any) -> Any:
    """The value with its outermost tuple as a list; raises `Unfixable` for tuples further inside."""
    value = list(value) if isinstance(value, tuple) else value
    if _has_tuple(value):
        raise Unfixable("tuples lie inside another value, and YAML would give lists back: leave it in code")
    return value


def _has_tuple(value: Any) -> bool:
    if isinstance(value, tuple):
        return True
    if isinstance(value, dict):
        return any(_has_tuple(item) for pair in value.items() for item in pair)
    return isinstance(value, list) and any(map(_has_tuple, value))


def _evaluated(node: ast.expr, depth: int) -> Any:
    """The value of a literal expression, worked out here and never by `eval`."""
    if depth > _DEEPEST:
        raise Unfixable("the value is nested too deeply for a parameter")
    if isinstance(node, ast.Constant):
        return _constant(node.value)
    if isinstance(node, ast.Tuple | ast.List):
        items = [_evaluated(item, depth + 1) for item in node.elts]
        return tuple(items) if isinstance(node, ast.Tuple) else items
    if isinstance(node, ast.Dict):
        return _dictionary(node, depth)
    if isinstance(node, ast.UnaryOp):
        operand = _evaluated(node.operand, depth + 1)
        if isinstance(operand, int | float) and isinstance(node.op, ast.USub | ast.UAdd):
            return -operand if isinstance(node.op, ast.USub) else +operand
    elif isinstance(node, ast.BinOp):
        return _arithmetic(node, depth)
    elif isinstance(node, ast.Set):
        raise Unfixable("YAML has no sets that `yaml.safe_load` gives back in order: write a list first")
    elif isinstance(node, ast.Call):
        raise Unfixable(
            f"`{_called(node)}(…)` makes the values in code: move its bounds by hand, or write the values out"
        )
    if isinstance(node, ast.Attribute):
        raise Unfixable(f'the column is named as an attribute: write `["{node.attr}"]`, then fix again')
    raise Unfixable("it is no plain value that YAML could hold")


def _constant(value: object) -> Any:
    if isinstance(value, int) and not -_LARGEST_INT <= value <= _LARGEST_INT:
        raise Unfixable("the number is too large for a parameter")
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise Unfixable("it is no plain value that YAML could hold")


def _dictionary(node: ast.Dict, depth: int) -> dict[Any, Any]:
    keys = [_evaluated(key, depth + 1) for key in node.keys if key is not None]
    values = [_evaluated(value, depth + 1) for value in node.values]
    if len(keys) != len(values) or not all(isinstance(key, str | int | float) for key in keys):
        raise Unfixable("it is no plain dict that YAML could hold")
    if len(set(keys)) < len(keys):
        raise Unfixable("a key stands twice in the dict")
    return dict(zip(keys, values, strict=True))


def _called(node: ast.Call) -> str:
    return last_name(node.func) or "call"


_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right,
    ast.FloorDiv: lambda left, right: left // right,
    ast.Pow: lambda left, right: left**right,
}


def _arithmetic(node: ast.BinOp, depth: int) -> Any:
    left, right = _evaluated(node.left, depth + 1), _evaluated(node.right, depth + 1)
    work = _OPERATORS.get(type(node.op))
    numbers = all(isinstance(side, int | float) for side in (left, right))
    if work is None or not (numbers or isinstance(node.op, ast.Add | ast.Mult)):
        raise Unfixable("it is an expression that is not worked out here: write its value first")
    if isinstance(node.op, ast.Pow) and abs(right) > _LARGEST_POWER:
        raise Unfixable("its value is too large for a parameter")
    if not numbers and isinstance(node.op, ast.Mult):
        sizes = [
            side if isinstance(side, int) else len(side)
            for side in (left, right)
            if isinstance(side, int | str | list | tuple)
        ]
        if len(sizes) < 2 or sizes[0] * sizes[1] > _LONGEST:
            raise Unfixable("its value is too long for a parameter")
    try:
        value = work(left, right)
    except (ArithmeticError, TypeError, ValueError):
        raise Unfixable("its value cannot be worked out") from None
    if isinstance(value, complex) or (isinstance(value, int) and abs(value) > _LARGEST_INT):
        raise Unfixable("its value is too large for a parameter")
    return value


def same(one: Any, other: Any, seen: set[tuple[int, int]] | None = None, *, ordered: bool = True) -> bool:
    """Whether two values are equal in value and type, all the way down; -0.0 is not 0.0, and nan is nan.

    `ordered` counts the order of a dict's keys, too.

    Values that refer to themselves, or to one another many times, cost no more than their size.
    """
    seen = set() if seen is None else seen
    if type(one) is not type(other):
        return False
    if not isinstance(one, dict | list | tuple):
        return repr(one) == repr(other) if isinstance(one, float) else bool(one == other)
    if (id(one), id(other)) in seen:
        return True
    seen.add((id(one), id(other)))
    if len(one) != len(other):
        return False
    if isinstance(one, dict):
        if not ordered:
            return one.keys() == other.keys() and all(
                same(one[key], other[key], seen, ordered=False) for key in one
            )
        pairs = zip(one.items(), other.items(), strict=True)
        return all(same(k, m, seen) and same(v, w, seen) for (k, v), (m, w) in pairs)
    return all(same(item, its, seen, ordered=ordered) for item, its in zip(one, other, strict=True))


def yaml_text(value: Any, ascii_only: bool = False) -> str:
    """The value as YAML on one line; raises `Unfixable` where `yaml.safe_load` would give another value.

    `ascii_only` writes other letters as escapes, for readers that may not expect UTF-8.
    """
    import yaml

    text = _flow(value)
    if ascii_only and not text.isascii():
        text = re.sub(r'"(?:[^"\\]|\\.)*"', lambda match: json.dumps(json.loads(match.group())), text)
    try:
        back = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError):
        back = ...
    if not same(back, value):
        raise Unfixable("the value does not come back from YAML as it was")
    return text


def _flow(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_flow(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    return f"[{', '.join(map(_flow, value))}]"


def _float(value: float) -> str:
    """Like `repr`, with the point that PyYAML wants to see in a float: `1e-05` is a string to it."""
    text = repr(value)
    if text in {"inf", "-inf"}:
        return text.replace("inf", ".inf")
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}.0e{exponent}" if e and "." not in mantissa else text


def _string(value: str) -> str:
    if _PLAIN.fullmatch(value) and value.lower() not in _NOT_PLAIN:
        return value
    # JSON's escapes are YAML's; what is not printable stands as an escape.
    return json.dumps(value, ensure_ascii=not value.isprintable())
