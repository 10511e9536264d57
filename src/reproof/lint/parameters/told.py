"""What the message of a hardcoded value says of its future: where it belongs, and where else it stands.

A message is written for every finding, a fix for few: nothing here follows objects through the code. Where only
that would tell which file and key a fix takes, none is named.
"""

from __future__ import annotations

import ast
import re

from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.nodes import last_name
from reproof.lint.parameters.trees import parses

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reproof.lint.hyperparameters.hit import Hit
    from reproof.lint.source import Code

    Key = tuple[str, ...]
    Place = tuple[Code, ast.Constant, str]  # and the name of the hit that it is a part of, if any

# What reads a configuration of whatever kind; then the file, the section and the way are the fix's to find out.
_LOADS = re.compile(
    r"\byaml\.\w*load\w*\(|\bYAML\(|\bOmegaConf\b|@hydra\b|\bparams_show\(|\bdynaconf\b|\b(?:load|read|get)_\w*(?:config|params|cfg)\w*\("
)
# The whole of params.yaml: as our own loader reads it, and on one line.
_WHOLE = re.compile(
    r"""^[ \t]*with open\(["']params\.yaml["'][^\n]*\) as (\w+):\n[ \t]+\w+ = yaml\.safe_load\(\1\)[ \t]*$"""
    r"""|^[ \t]*\w+ = yaml\.safe_load\((?:open|Path)\(["']params\.yaml["'][^()\n]*\)"""
    r"""(?:\.(?:read_text|open)\([^()\n]*\))?\)[ \t]*$""",
    re.MULTILINE,
)
# One value that a script has in several places, of which some may be no findings.
_REPEATED = names("label threshold")
_TELLS = names("print title suptitle xlabel ylabel set_title set_xlabel set_ylabel debug info warning error")
_MOST = 4


class Destination:
    """Where the values of one file belong, for their messages."""

    def __init__(self, codes: Sequence[Code]) -> None:
        self._texts = [code.text for code in codes]
        loads = sum(len(_LOADS.findall(text)) for text in self._texts)
        self._reads = loads > 0
        self._is_plain = not loads or (loads == 1 and any(_WHOLE.search(text) for text in self._texts))

    def of(self, key: Key) -> str:
        """`params.yaml (train.lr)`, or less where only the fix knows."""
        if not self._is_plain:
            return "the configuration that this code reads"
        if self._reads:
            read = re.compile("".join(rf"\[['\"]{re.escape(part)}['\"]\]" for part in key))
            if any(read.search(text) for text in self._texts):
                return "params.yaml"  # the key is another value's
        return f"params.yaml ({'.'.join(key)})"


def elsewhere(codes: Sequence[Code], hits: Sequence[Hit]) -> list[list[Place]]:
    """For each hit the other places of its value that are no hits of that name: they stay when it moves.

    Only the label and the threshold are looked for: other equal values are equal by chance.
    """
    found: list[list[Place]] = [[] for _ in hits]
    wanted = {
        (hit.name, type(hit.node.value), hit.node.value)
        for hit in hits
        if hit.name in _REPEATED and isinstance(hit.node, ast.Constant)
    }
    moved = {id(hit.node) for hit in hits if hit.name in _REPEATED}
    # A walk is worth its time only where a value is spelled more often than it is found.
    values = {
        value
        for _, kind, value in wanted
        if kind in {str, float}
        and sum(_spelled(value, code.text) for code in codes)
        > len([hit for hit in hits if id(hit.node) in moved and getattr(hit.node, "value", None) == value])
    }
    if not values:
        return found
    parts = {id(node): hit.name for hit in hits for node in ast.walk(hit.node)}
    others = [
        (code, node, parts.get(id(node), ""))
        for code in codes
        if any(_spelled(value, code.text) for value in values) and parses(code)
        for node in _constants(code.tree)
        if node.value in values and id(node) not in moved
    ]
    for index, hit in enumerate(hits):
        if hit.name in _REPEATED and isinstance(hit.node, ast.Constant):
            value = hit.node.value
            found[index] = [
                place for place in others if type(place[1].value) is type(value) and place[1].value == value
            ]
    return found


def _spelled(value: object, text: str) -> int:
    """How often a value may stand in a text: at least as often as it does, its unusual spellings aside."""
    if isinstance(value, str):
        return text.count(f"'{value}'") + text.count(f'"{value}"')
    return text.count(str(value).lstrip("0"))


def _constants(tree: ast.Module) -> Iterator[ast.Constant]:
    """The strings that are used, not only shown, and the numbers that something is compared with; in any order."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Compare):
            yield from (
                each
                for each in node.comparators
                if isinstance(each, ast.Constant) and type(each.value) is float
            )
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node
        if isinstance(node, ast.JoinedStr) or (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        ):
            continue
        shown = isinstance(node, ast.Call) and last_name(node.func) in _TELLS
        todo += [
            child for child in ast.iter_child_nodes(node) if not (shown and isinstance(child, ast.Constant))
        ]


def places(found: Sequence[Place]) -> str:
    """Lines in words: `line 6`, `lines 6, 14 and 20`; with their cells in a notebook."""
    spots = sorted({(code.cell or 0, node.lineno) for code, node, _ in found})
    said = [f"cell {cell}, line {line}" if cell else str(line) for cell, line in spots[:_MOST]]
    if len(spots) > _MOST:
        said.append(f"{len(spots) - _MOST} more")
    if spots[0][0]:
        return _listed(said)
    return f"line{'s' if len(spots) > 1 else ''} {_listed(said)}"


def left_over(name: str, value: str, found: Sequence[Place]) -> str:
    """What a fix leaves to its author: values that must change together are now read from two places, or not read.

    Lines are told by their text, since a fix moves their numbers.
    """
    also = [f"`{part}`" for part in dict.fromkeys(part for _, _, part in found if part)]
    stay = {
        (code.cell or 0, node.lineno): f"`{code.lines[node.lineno - 1].strip()}`"
        for code, node, part in found
        if not part
    }
    lines = [stay[spot] for spot in sorted(stay)]
    more = [f"{len(lines) - _MOST} more"] if len(lines) > _MOST else []
    said = _listed([*also, *lines[:_MOST], *more])
    return f"`{name}` is moved, but {value} stands in {said}, too: change them together"


def _listed(said: Sequence[str]) -> str:
    return f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else said[0]
