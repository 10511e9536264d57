"""What a function takes: the names of its arguments, their defaults, and the options that set them."""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters.nodes import string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from reproof.lint.hyperparameters.module import Function


def parameters(function: Function) -> list[str]:
    """The names of a function's arguments, `*args` and `**kwargs` aside."""
    given = function.args
    return [argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)]


def defaults(function: Function) -> dict[str, ast.expr]:
    """The default of each argument that has one; typer's `Option(…)` gives its first argument."""
    given = function.args
    positional = [argument.arg for argument in (*given.posonlyargs, *given.args)]
    found = dict(zip(positional[len(positional) - len(given.defaults) :], given.defaults, strict=True))
    for argument, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        if default is not None:
            found[argument.arg] = default
    for name, default in found.items():
        if isinstance(default, ast.Call) and default.args and getattr(default.func, "attr", "") == "Option":
            found[name] = default.args[0]
    return found


def option_default(name: str, function: Function) -> ast.expr | None:
    """The default that click's `@option("--name", default=…)` gives an argument."""
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and declares(decorator, name):
            return keyword(decorator, "default")
    return None


def declares(call: ast.Call, name: str) -> bool:
    """Whether `add_argument("--some-name", …)` or `option(…)` declares the option that becomes `name`."""
    dest = keyword(call, "dest")
    if isinstance(dest, ast.Constant):
        return dest.value == name
    flags = [flag for arg in call.args if (flag := string(arg)) is not None]
    return any(flag.lstrip("-").replace("-", "_") == name for flag in flags)


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The value of a keyword argument."""
    return next((given.value for given in call.keywords if given.arg == name), None)
