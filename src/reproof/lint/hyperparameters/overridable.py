"""Defaults that a caller may override: command line options, signatures, environment variables.

They are debatable, so all hits are strict. What a class declares as fields is told by `constants.py`.
"""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters import column_words, lexicon
from reproof.lint.hyperparameters.arguments import looked_up
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import is_literal
from reproof.lint.hyperparameters.nodes import last_name, string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.module import Function, Module
    from reproof.lint.source import Code

# click's and absl's ways to declare an option; argparse's `add_argument` counts by its name alone.
_OPTIONS = names("DEFINE_list add_argument DEFINE_string DEFINE_integer option DEFINE_float")


def find(module: Module) -> Iterator[Hit]:
    """Literals that are defaults of something named in the lexicon."""
    for call, _, code in module.calls:
        yield from _option(call, code)
        yield from _lookup(call, code)
    for function, _, code in module.functions:
        yield from _signature(function, code)


def _option(call: ast.Call, code: Code) -> Iterator[Hit]:
    """`add_argument("--lr", default=1e-3)`, `click.option`, `flags.DEFINE_float("lr", .1, "")`."""
    called = last_name(call.func)
    if called not in _OPTIONS:
        return
    names = [text for arg in call.args if (text := string(arg)) is not None]
    if called.startswith("DEFINE_"):
        names, default = names[:1], call.args[1] if len(call.args) > 1 else None
    else:
        default = next((keyword.value for keyword in call.keywords if keyword.arg == "default"), None)
    yield from _default([name.lstrip("-") for name in names], default, code)


def _lookup(call: ast.Call, code: Code) -> Iterator[Hit]:
    """`os.environ.get("LR", 0.1)`, `cfg.get("lr", 1e-3)`: a silent fallback hides a value."""
    name, fallback = looked_up(call)
    if name is not None:
        yield from _default([name], fallback, code)


def _signature(function: Function, code: Code) -> Iterator[Hit]:
    """`def train(lr=0.01)`, and typer's `epochs: int = typer.Option(10)`."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    defaults += arguments.defaults
    for argument, default in zip(
        [*positional, *arguments.kwonlyargs], [*defaults, *arguments.kw_defaults], strict=True
    ):
        yield from _default([argument.arg], _option_default(default), code)


def _option_default(default: ast.expr | None) -> ast.expr | None:
    is_option = isinstance(default, ast.Call) and getattr(default.func, "attr", "") == "Option"
    return default.args[0] if isinstance(default, ast.Call) and is_option and default.args else default


def _default(names: list[str], default: ast.expr | None, code: Code) -> Iterator[Hit]:
    if default is None or not is_literal(default):
        return
    for name in names:
        kind = (
            lexicon.strong(name) or column_words.feature(name) or ("training" if lexicon.weak(name) else None)
        )
        if kind:
            yield Hit(code, default, lexicon.spelled(name), kind, strict=True)
            return
