"""Seeds as they are found in code: calls and arguments that seed with a literal, told from the syntax alone.

Nothing is imported or executed. A declared seed is the one that decides (`config.py`); the ones here explain a run
that did not do what its declared seed says, and are shown beside it.
"""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING

from reproof.runs.capture.code import code_cells
from reproof.runs.record import FoundSeed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reproof.ports import Snapshot
    from reproof.runs.record import Scalar

MOST = 500  # seeds of one record
LARGEST = 1 << 20  # bytes of a file that is looked into
# The last name of what is called, with the seed as its first argument: the standard library, NumPy, PyTorch,
# Lightning, TensorFlow, Keras, JAX, transformers.
CALLS = frozenset({
    "seed", "manual_seed", "manual_seed_all", "set_seed", "set_random_seed", "seed_everything", "default_rng",
    "RandomState", "SeedSequence", "PRNGKey", "Random", "Philox", "PCG64", "MT19937", "enable_determinism",
})  # fmt: skip
ARGUMENTS = frozenset({"random_state", "seed", "random_seed"})
_NAMED = re.compile(rb"seed|random_state|default_rng|RandomState|PRNGKey|Random\(|Philox|PCG64|MT19937")


def seeds_in_code(snapshot: Snapshot, paths: Iterable[str]) -> Iterator[FoundSeed]:
    """Literal seeds of Python files and notebooks, in the order of path and line; at most `MOST`."""
    left = MOST
    for path in sorted(paths):
        if not path.endswith((".py", ".ipynb")):
            continue
        data = snapshot.read(path)
        if data is None or len(data) > LARGEST or not _NAMED.search(data):
            continue
        for found in _in_file(path, data):
            if not left:
                return
            left -= 1
            yield found


def seeds_in_commands(commands: Iterable[tuple[str, str]]) -> Iterator[FoundSeed]:
    """Options that seed (`--seed 3`, `--random-state=3`) in the commands of stages, by (stage, command)."""
    for stage, command in commands:
        for option, value in list(_OPTION.findall(command))[:MOST_OPTIONS]:
            yield FoundSeed(f"command of {stage[:200]}: {option}", value[:200])


MOST_OPTIONS = 10  # of one command
_OPTION = re.compile(
    r"(?<!\S)(--?[\w-]*(?:seed|random[-_]state))(?:=|\s+)([\w.+-]+)", re.ASCII | re.IGNORECASE
)


def _in_file(path: str, data: bytes) -> Iterator[FoundSeed]:
    if path.endswith(".ipynb"):
        for number, source in code_cells(data) or ():
            yield from _in_code(f"{path}:cell {number}", source)
    else:
        yield from _in_code(path, data)


def _in_code(where: str, source: str | bytes) -> Iterator[FoundSeed]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd escapes: what somebody's code is like is not said here
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    names = _imported(tree)
    for node in sorted(
        (node for node in ast.walk(tree) if isinstance(node, ast.Call)),
        key=lambda node: (node.lineno, node.col_offset),
    ):
        called = _dotted(node.func, names)
        for argument, value in _seeding(node, called):
            if (literal := _literal(value)) is not None:
                shown = f"{called}({argument})" if argument else called
                yield FoundSeed(f"{where}:{node.lineno} {shown[:200]}", literal)


def _seeding(node: ast.Call, called: str) -> Iterator[tuple[str, ast.expr]]:
    """(argument's name, value) of what seeds in a call; an empty name for the first argument."""
    if node.args and called.rpartition(".")[2] in CALLS:
        yield "", node.args[0]
    for keyword in node.keywords:
        if keyword.arg in ARGUMENTS:
            yield keyword.arg or "", keyword.value


def _literal(value: ast.expr) -> Scalar:
    """A number or a text that stands there; None for everything else."""
    negative = isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub)
    inner = value.operand if isinstance(value, ast.UnaryOp) and negative else value
    found = inner.value if isinstance(inner, ast.Constant) else None
    if isinstance(found, bool) or not isinstance(found, (int, float, str)):
        return None
    if isinstance(found, str):
        return None if negative else found[:200]
    if isinstance(found, int) and found.bit_length() > 512:
        return None
    return -found if negative else found


def _imported(tree: ast.AST) -> dict[str, str]:
    """What names of imports stand for: `np` is `numpy`, `default_rng` is `numpy.random.default_rng`."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update({alias.asname: alias.name for alias in node.names if alias.asname})
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
    return names


def _dotted(node: ast.expr, names: dict[str, str]) -> str:
    """A called thing's full name; a call or a subscript in it is left out."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(names.get(node.id, node.id))
    return ".".join(reversed(parts))
