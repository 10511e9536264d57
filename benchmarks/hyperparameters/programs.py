"""Training scripts made by chance from the catalogue: odd, mostly valid, never seen anywhere.

`Author` writes statements with all that the finders look at: imports in every form, catalogued calls by keyword
and by position, dicts of parameters, loops, columns, thresholds, defaults; and literals that are hard to hold.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from keyword import iskeyword

from reproof.lint.catalogue.load import ROOTS, framework

WORDS = (
    *("lr", "learning_rate", "epochs", "batch_size", "dropout", "alpha", "gamma", "threshold", "patience"),
    *("test_size", "n_estimators", "max_depth", "FEATURES", "target", "params", "config", "cfg", "args", "X"),
    *("y", "df", "model", "optimizer", "x", "i", "_", "größe", "self"),
)
STRINGS = (
    '"adam"',
    "'f1'",
    '""',
    "'price'",
    "b'raw'",
    "'\\ud800'",
    "'\\x00'",
    "r'\\d+'",
    "'a' 'b'",
    '"""\n"""',
    "u'é'",
)
NUMBERS = (
    *("0", "1", "-1", "0.1", "1e-3", "5e-5", "1_000", "0x10", "0o7", "1j", ".5", "5.", "True", "None", "..."),
    *(
        "2**10",
        "1e-3 * 2",
        "1/3",
        "-(-1)",
        "+1",
        "~1",
        "(not 1)",
        "float('nan')",
        "1e400",
        "-1e999",
        "5e-324",
    ),
)
# Cheap to write down and ruinous to evaluate, or beyond what a number can hold.
RUINOUS = (
    *(
        "9**9**9",
        "2**2**2**2**2**2",
        "-9**9**9",
        "1e999999",
        "0.1**9**9**9",
        "(9**9)**(9**9)",
        "10**-(10**10)",
    ),
    *('"x"*10**9', '"x" * 10 ** 10 * 10', "[0]*10**9", "(0,) * 9**9", "10**9 * [0.1]", '"%99999999999d" % 1'),
    *("9" * 1000, "9" * 4300, "0x" + "f" * 9000, "1" * 400 + ".0", "0." + "0" * 400 + "1", "1e" + "9" * 50),
    *("1 << 10**10", "1 // 0", "1 % 0", "0 ** -1", "1/0", "range(10**30)", "list(range(10**12))"),
    *("np.linspace(0, 1, 10**12)", "np.arange(1e30)", "f'{9**9**9}'", "{**{'lr': 9**9**9}}"),
)
_ROOTS = sorted(ROOTS)

# More digits than Python turns into a number.
TOO_LONG = "9" * 5000


class Author:
    """Writes one program; all chance comes from the given dice."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice

    def program(self) -> str:
        """A module of up to some twenty statements."""
        lines = [self.imports() for _ in range(self.dice.randint(1, 4))]
        lines += [self.statement(0) for _ in range(self.dice.randint(1, 18))]
        return "\n".join(lines) + "\n"

    def imports(self) -> str:
        """An import of a catalogued library, or of something beside it."""
        root = self.dice.choice(_ROOTS)
        name = self.callable()
        inner = f"{root}.{self.word()}"
        return self.dice.choice(
            (
                f"import {root}",
                f"import {root} as {self.word()}",
                f"import {inner} as {self.word()}",
                f"from {root} import {name}",
                f"from {inner} import {name} as {self.word()}",
                f"from {root} import *",
                f"from . import {name}",
                f"from .. {inner} import {name}"
                if self.dice.random() < 0.1
                else f"from ..{root} import {name}",
                f"try:\n    import {root}\nexcept ImportError:\n    {root} = None",
                "import pandas as pd, numpy as np",
                "import argparse, click, os, yaml",
            )
        )

    def word(self) -> str:
        """A name that some finder may know."""
        return self.dice.choice(WORDS)

    def callable(self) -> str:
        """The name of something catalogued, without its module."""
        callables, _ = self.dice.choice(_names())
        return self.dice.choice(callables)

    def parameter(self) -> str:
        """A keyword that a catalogued call may take."""
        _, parameters = self.dice.choice(_names())
        return self.dice.choice(parameters) if self.dice.random() < 0.7 else self.word()

    def literal(self, depth: int = 0) -> str:
        """A value written down: plain, nested, or ruinous."""
        draw = self.dice.random()
        if depth > 3 or draw < 0.45:
            return self.dice.choice(NUMBERS)
        if draw < 0.6:
            return self.dice.choice(STRINGS)
        if draw < 0.68:
            return self.dice.choice(RUINOUS)
        items = [self.literal(depth + 1) for _ in range(self.dice.randint(0, 4))]
        inside = ", ".join(items)
        if draw < 0.85:
            return self.dice.choice(
                (f"[{inside}]", f"({inside},)" if items else "()", f"{{{inside or '0'}}}")
            )
        keys = (
            self.dice.choice((f"'{self.parameter()}'", self.literal(9), f"**{self.word()}, 'k'"))
            for _ in items
        )
        return "{" + ", ".join(f"{key}: {value}" for key, value in zip(keys, items, strict=True)) + "}"

    def expression(self, depth: int = 0) -> str:
        """Anything that has a value."""
        if depth > 3:
            return self.dice.choice((self.word(), self.literal(2)))
        again = depth + 1
        forms: tuple[Callable[[], str], ...] = (
            self.word,
            lambda: self.literal(depth),
            lambda: self.call(again),
            lambda: f"{self.word()}.{self.word()}",
            lambda: f"{self.word()}[{self.expression(again)}]",
            lambda: f"df[['{self.word()}', '{self.word()}']]",
            lambda: f"({self.expression(again)} > {self.expression(again)})",
            lambda: f"({self.expression(again)} if {self.word()} else {self.expression(again)})",
            lambda: f"({self.word()} := {self.expression(again)})",
            lambda: f"(lambda {self.word()}={self.literal(2)}: {self.expression(again)})",
            lambda: f"[{self.expression(again)} for {self.word()} in {self.expression(again)}]",
            lambda: f"f'{{{self.word()}!r:>{{{self.word()}}}}}'",
            lambda: f"({self.expression(again)} {self.dice.choice('+-*/%@|&')} {self.expression(again)})",
            lambda: f"({self.expression(again)} or {self.literal(2)})",
            lambda: f"{self.word()}.get('{self.word()}', {self.literal(2)})",
            lambda: f"os.environ.get('{self.word().upper()}', {self.literal(2)})",
            lambda: f"df.drop({self.literal(2)}, axis=1)",
            lambda: f"range({self.literal(2)})",
            lambda: f"{self.word()}[:{self.literal(3)}, {self.literal(3)}:]",
        )
        return self.dice.choice(forms)()

    def call(self, depth: int = 0) -> str:
        """A call of something catalogued, arguments in every form."""
        arguments = [self.expression(depth + 1) for _ in range(self.dice.randint(0, 3))]
        if self.dice.random() < 0.15:
            arguments.append(f"*{self.word()}")
        keywords = {self.parameter(): self.expression(depth + 1) for _ in range(self.dice.randint(0, 4))}
        arguments += [f"{name}={value}" for name, value in keywords.items()]
        if self.dice.random() < 0.2:
            arguments.append(f"**{self.dice.choice((self.word(), self.literal(2)))}")
        receiver = self.dice.choice(("", "", f"{self.word()}.", f"{self.dice.choice(_ROOTS)}."))
        joint = self.dice.choice((", ", ",\n        "))
        return f"{receiver}{self.callable()}({joint.join(arguments)})"

    def statement(self, depth: int) -> str:
        """A statement, indented by four spaces a level."""
        pad = "    " * depth
        if depth > 2:
            return f"{pad}{self.word()} = {self.expression(1)}"
        body = "\n".join(self.statement(depth + 1) for _ in range(self.dice.randint(1, 3)))
        word, value = self.word(), self.expression(1)
        forms = (
            f"{word} = {value}",
            f"{word}: {self.word()} = {value}",
            f"{word}, {self.word()} = {value}, {self.literal()}",
            f"{word} = {self.word()} = {self.literal()}",
            f"{word} += {value}",
            f"{word}.{self.word()} = {self.literal()}",
            f"{word}['{self.parameter()}'] = {self.literal()}",
            self.call(),
            f"assert {word} > {self.literal(2)}",
            f"global {word}",
            f"del {word}",
            f"{word} = {self.literal()}  # {self.word()}",
            f"parser.add_argument('--{word}', type=float, default={self.literal(2)})",
            f"for {word} in range({self.literal(2)}):\n{body}",
            f"for epoch, {word} in enumerate({value}):\n{body}",
            f"while {value}:\n{body}",
            f"if {value}:\n{body}\n{pad}elif {word} < {self.literal(2)}:\n{body}\n{pad}else:\n{body}",
            f"with {self.call(2)} as {word}:\n{body}",
            f"def {word}({self.parameter()}={self.literal(2)}, *, {word}={self.literal(2)}, **kw):\n{body}",
            f"@click.option('--{word}', default={self.literal(2)})\n{pad}def main({word}):\n{body}",
            f"class {word.title()}(nn.Module):\n{body}",
            f"@dataclass\n{pad}class Config:\n{pad}    {word}: float = {self.literal(2)}",
            f"try:\n{body}\n{pad}except {self.word()}:\n{body}\n{pad}finally:\n{body}",
            f"match {word}:\n{pad}    case {{'lr': {self.word()}, **rest}}:\n{pad}        pass",
            f"if __name__ == '__main__':\n{body}",
            f"async def {word}():\n{pad}    await {value}",
            f"exec(open('{word}').read())",
        )
        return pad + self.dice.choice(forms)


@cache
def _names() -> list[tuple[list[str], list[str]]]:
    """Of each framework: what is called, and what it is given."""
    table = []
    for some in map(framework, sorted(set(ROOTS.values()))):
        signatures = [*some.callables.values(), *some.methods.values(), *some.objects.values()]
        callables = {name.rpartition(".")[2] for name in (*some.callables, *some.methods, *some.objects)}
        parameters = {name for signature in signatures for name in signature.parameters}
        parameters = {name for name in parameters | some.parameters.keys() if _is_name(name)}
        table.append((sorted(callables) or list(WORDS), sorted(parameters) or list(WORDS)))
    return table


def _is_name(text: str) -> bool:
    return text.isidentifier() and not iskeyword(text)
