"""Inputs that nobody should have to read: real snippets and made-up programs, damaged by chance.

`hostile(seed, number)` is the same bytes wherever it is called. Files beside the input (`params.yaml`,
`dvc.yaml`) are made hostile too, since a fix reads and writes them.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from benchmarks.hyperparameters.programs import RUINOUS, TOO_LONG, Author
from reproof.lint.rule import load_rule, rule_modules

SCRIPT, NOTEBOOK = "train.py", "train.ipynb"
_PATHS = (SCRIPT, SCRIPT, SCRIPT, "src/models/train.py", "config.py", "conf/model.py", "gui.pyw", "añ o.py")
_ENCODINGS = (
    "utf-8",
    "latin-1",
    "cp1252",
    "utf-16",
    "utf-32",
    "utf-7",
    "shift_jis",
    "idna",
    "hex",
    "rot13",
    "no",
)
_MAGICS = (
    *(
        "%matplotlib inline",
        "!pip install torch",
        "%%time",
        "%%bash\nls",
        "?model",
        "model??",
        "%%capture out",
    ),
    *(
        "x = !ls",
        "lr = %env LR",
        "%timeit lr = 0.1",
        "%%writefile train.py",
        "%",
        "%%",
        "!",
        "%load_ext x; y",
    ),
    *("    %cd ..", "!!ls", "files = %sx ls", "/f 1 2", ",f a b", ";f a b", "%%time\n%%time\nlr = 0.1"),
)
_NASTY = (
    *(
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\r",
        b"\x0c",
        b"\t",
        b"\\\n",
        b"\xed\xa0\x80",
        b"\xc3\x28",
    ),
    *(
        b"\xe2\x80\xa8",
        b"\xe2\x80\x8b",
        b"\x1a",
        b"\x08",
        b"(",
        b")",
        b"'",
        b'"""',
        b"#",
        b":",
        b"=",
        b"{",
        b"[",
    ),
    *(
        b"lambda:",
        b"yield ",
        b"await ",
        b"*",
        b"**",
        b"=0.1,",
        b"lr=1,lr=2,",
        b"import torch\n",
        b"\n\n\n    ",
    ),
)
_BESIDE = (
    "",
    "train:\n  lr: 0.1  # kept\nmodel: {}\n",
    "train: [1, 2]\nmodel: text\ndata: null\n",
    "- 1\n- 2\n",
    "just text\n",
    "train:\n\tlr: 0.1\n",
    "train: &a\n  lr: *a\n",
    "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c]\ntrain: {lr: *d}\n",
    "train: !!python/object/apply:os.system ['true']\n",
    "train:\n  lr: 1\n  lr: 2\n",
    "---\ntrain: {lr: 1}\n---\ntrain: {lr: 2}\n",
    "train: {lr: 9" + "9" * 5000 + "}\n",
    "? [a, b]\n: 1\n1: 2\nnull: 3\ntrain:\n  ? lr\n  : 0.1\n",
    "{" * 200 + "\n",
    "train: {lr: 0.1, # flow\n  epochs: 3}\n",
    "train:\r\n  lr: 0.1\r\n",
    "train:\n  lr: |\n    0.1\n%YAML 9.9\n",
    "stages:\n  train:\n    cmd: python train.py\n    deps: [train.py]\n",
    "stages:\n  train:\n    cmd: python train.py\n    deps:\n    - train.py\n    params:\n    - train.lr\n",
    "stages: [1]\n",
    "stages: {train: null, other: {deps: {train.py: 1}, params: 5}}\n",
)


class Input(NamedTuple):
    """One file to look at, and those beside it, by root-relative paths."""

    path: str
    data: bytes
    beside: tuple[tuple[str, bytes], ...] = ()


def hostile(seed: int, number: int) -> Input:
    """Input `number` of a seed's series."""
    dice = random.Random(f"{seed}:{number}")
    beside = [
        (name, damaged(dice, dice.choice(_BESIDE).encode(), dice.choice((0, 0, 1))))
        for name in ("params.yaml", "dvc.yaml", "config.yaml")
        if dice.random() < 0.2
    ]
    if dice.random() < 0.3:
        data = encoded(notebook(dice))
        return Input(NOTEBOOK, damaged(dice, data, dice.choice((0, 0, 0, 1, 3))), tuple(beside))
    data = in_some_encoding(dice, script(dice))
    damage = dice.choice((0, 0, 0, 1, 1, 2, 5))
    return Input(dice.choice(_PATHS), damaged(dice, data, damage), tuple(beside))


@cache
def snippets() -> tuple[str, ...]:
    """The examples of all rules about configuration."""
    config = [name for name, module in rule_modules().items() if ".rules.config." in module]
    rules = [load_rule(name) for name in config]
    valid = [example.text for rule in rules for example in rule.VALID]
    return (*valid, *(example.text for rule in rules for example in rule.INVALID))


def script(dice: random.Random) -> str:
    """A script: an example, a program by chance, or both in turn, perhaps nested or with a ruinous value."""
    text = dice.choice(snippets()) if dice.random() < 0.4 else Author(dice).program()
    if dice.random() < 0.3:
        text += dice.choice(snippets())
    forms: tuple[Callable[[], str], ...] = (
        *(lambda: text,) * 6,
        lambda: text + nested(dice),
        lambda: in_place_of_a_number(dice, text),
        lambda: text.replace("\n", dice.choice(("\r\n", "\r", "\n\n", " \\\n", ";\n"))),
        lambda: "def f():\n" + "".join(f"    {line}\n" for line in text.split("\n")),
        lambda: text * dice.randint(2, 30),
    )
    return dice.choice(forms)()


def nested(dice: random.Random) -> str:
    """Something deeper than a parser, or a walk, likes."""
    depth = dice.choice((20, 60, 90, 150, 900, 3000))
    before, inside, after = dice.choice(
        (
            ("(", "1", ")"),
            ("[", "0.1", "]"),
            ("{'lr': ", "0.1", "}"),
            ("-", "1", ""),
            ("f(lr=", "1", ")"),
            ("SGD(p, ", "0.1", ")"),
            ("a.", "b", ""),
            ("lambda: ", "1", ""),
            ("1 if x else ", "2", ""),
            ("not ", "x", ""),
            ("1 + ", "1", ""),
            ("2 ** ", "2", ""),
            ("[i for i in ", "x", "]"),
            ("lr = ", "0.1", ""),
        )
    )
    if dice.random() < 0.15:
        return (
            "".join(f"{' ' * level}if lr > {level}:\n" for level in range(min(depth, 99)))
            + " " * 99
            + "lr = 1\n"
        )
    return f"lr = {before * depth}{inside}{after * depth}\n"


def in_place_of_a_number(dice: random.Random, text: str) -> str:
    """The text with one of its numbers exchanged for a ruinous one."""
    digits = [at for at, letter in enumerate(text) if letter.isdecimal()]
    if not digits:
        return text
    at = dice.choice(digits)
    return text[:at] + dice.choice((*RUINOUS, TOO_LONG)) + text[at + 1 :]


def in_some_encoding(dice: random.Random, text: str) -> bytes:
    """The bytes of a script, now and then in another encoding, or with a cookie that is not the truth."""
    if dice.random() < 0.85:
        return encoded(text)
    real, said = dice.choice(_ENCODINGS), dice.choice(_ENCODINGS)
    text = f"# -*- coding: {said} -*-\n{text}" if dice.random() < 0.7 else text
    try:
        return text.encode(real)
    except (LookupError, UnicodeError):
        return encoded(text)


def encoded(text: str) -> bytes:
    """UTF-8, lone surrogates as they come."""
    return text.encode("utf-8", "surrogatepass")


def damaged(dice: random.Random, data: bytes, times: int) -> bytes:
    """The bytes after some accidents."""
    for _ in range(times):
        data = _accident(dice, data)
    return data


def _accident(dice: random.Random, data: bytes) -> bytes:
    at = dice.randint(0, len(data))
    to = min(len(data), at + dice.choice((1, 1, 2, 8, 40)))
    before, hit, after = data[:at], data[at:to], data[to:]
    accidents: tuple[Callable[[], bytes], ...] = (
        *(lambda: _exchanged(dice, data),) * 6,
        lambda: before,  # cut off
        lambda: hit + after,
        lambda: before + after,
        lambda: before + hit * dice.randint(2, 9) + after,
        lambda: before + dice.choice(_NASTY) + hit + after,
        lambda: before + dice.choice(_NASTY) + after,
        lambda: before + bytes(byte ^ (1 << dice.randrange(8)) for byte in hit) + after,
        lambda: before + dice.randbytes(len(hit)) + after,
        lambda: before + encoded(dice.choice(snippets())) + after,
    )
    return dice.choice(accidents)()


def _exchanged(dice: random.Random, data: bytes) -> bytes:
    """One word, number or string of the text in the place of another: often still Python."""
    words = list(re.finditer(rb"\w+|'[^'\n]*'|\"[^\"\n]*\"", data))
    if not words:
        return data
    old, new = dice.choice(words), dice.choice(words)
    return data[: old.start()] + new.group() + data[old.end() :]


def notebook(dice: random.Random) -> str:
    """A notebook: most of its cells right, and now and then something that is not of the format at all."""
    cells: list[Any] = [cell(dice) for _ in range(dice.randint(0, 5))]
    document: Any = {"cells": cells, "metadata": metadata(dice), "nbformat": 4, "nbformat_minor": 5}
    if dice.random() < 0.2:
        document = dice.choice(
            (
                cells,
                {"cells": {"0": cells}},
                {"cells": [cells]},
                {"cells": [*cells, None, 1, "lr = 0.1"]},
                {"worksheets": [{"cells": cells}], "nbformat": 3},
                {"worksheets": [{"cells": [{"cell_type": "code", "input": "import torch\nlr = 0.1"}]}, {}]},
                {"worksheets": [1]},
                {"cells": cells, "metadata": [], "nbformat": "four"},
                {"cells": None},
                "import torch",
                None,
            )
        )
    text = json.dumps(document, ensure_ascii=dice.random() < 0.5, indent=dice.choice((None, 1, 4)))
    if dice.random() < 0.1:
        text = dice.choice(
            (
                text.replace('"code"', '"code", "cell_type": "code"'),  # a key twice
                text.replace("4", "NaN").replace("5", "-Infinity"),
                text.replace("4", "9" * 5000),
                "[" * 5000 + text,
                '{"cells": ' + "[" * 900 + "]" * 900 + "}",
                text + text,
                text.replace("lr", "\\ud800"),
            )
        )
    return text


def metadata(dice: random.Random) -> Any:
    """A notebook's metadata, its language now and then not Python or no text."""
    names: tuple[Any, ...] = ("python", "python", "python", "R", "PYTHON", None, 3, {}, ["python"])
    return dice.choice(
        (
            {},
            {"language_info": {"name": dice.choice(names)}},
            {"kernelspec": {"language": dice.choice(names), "name": dice.choice(names)}},
            {"kernelspec": dice.choice(names), "language_info": dice.choice(names)},
        )
    )


def cell(dice: random.Random) -> Any:
    """A cell: code with magics, tags, and now and then a shape that the format does not know."""
    text = script(dice)
    if dice.random() < 0.5:
        lines = text.split("\n")
        for _ in range(dice.randint(1, 3)):
            lines.insert(dice.randint(0, len(lines)), dice.choice(_MAGICS))
        text = "\n".join(lines)
    made: dict[str, Any] = {
        "cell_type": dice.choice(("code", "code", "code", "markdown", "raw")),
        "metadata": dice.choice(
            ({}, {}, {"tags": ["parameters"]}, {"tags": "parameters"}, {"tags": [1, None]}, [], None)
        ),
        "source": text.splitlines(keepends=True) if dice.random() < 0.6 else text,
        "outputs": [],
        "execution_count": None,
    }
    if dice.random() < 0.12:
        wrong: tuple[Any, ...] = (None, 1, {}, {"a": text}, [1, None, text], [[text]], "", [""], True)
        made[dice.choice(("cell_type", "metadata", "source", "outputs"))] = dice.choice(wrong)
    if dice.random() < 0.05:
        del made[dice.choice(sorted(made))]
    return made
