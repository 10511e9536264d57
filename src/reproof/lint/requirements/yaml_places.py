"""YAML with places: nodes whose marks are offsets of the text. Safe types only, bombs refused.

PyYAML is slow to import, so this is done only for a file that is YAML and mentions what is looked for.
"""

from __future__ import annotations

import re

from reproof.errors import UsageError
from reproof.lint.source import InvalidFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    import yaml


def root_node(text: str) -> yaml.Node | None:
    """The root of a YAML text; None for an empty one. Raises `InvalidFile` with the line where it is not YAML."""
    from reproof.yaml_text import load_marked

    try:
        return load_marked(text.encode("utf-8"), "")[1]
    except UsageError as error:
        line, rest = re.fullmatch(r"(?::(\d+))?:? ?(.*)", error.message, re.DOTALL).groups()  # type: ignore[union-attr]
        raise InvalidFile(rest, int(line or 1)) from None
    except ValueError as error:  # a lone surrogate
        raise InvalidFile(f"not YAML: {error}") from None


def _is(node: yaml.Node, kind: str) -> bool:
    return bool(getattr(node, "id", "") == kind)  # PyYAML's own name of the class, without importing it


def _style(node: yaml.Node) -> str:
    return str(getattr(node, "style", None) or "")


def pairs(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    """Keys and values of a mapping; nothing for another node."""
    for key, value in node.value if node is not None and _is(node, "mapping") else ():
        if _is(key, "scalar"):
            yield key.value, value


def entry(node: yaml.Node | None, *keys: str) -> yaml.Node | None:
    """The value at a path of keys; None where there is none."""
    for wanted in keys:
        node = next((value for key, value in pairs(node) if key == wanted), None)
    return node


def items(node: yaml.Node | None) -> list[yaml.Node]:
    """The items of a sequence; nothing for another node."""
    return list(node.value) if node is not None and _is(node, "sequence") else []


def scalar(node: yaml.Node | None) -> str | None:
    """The text of a scalar; None for another node, and for `null`."""
    if node is None or not _is(node, "scalar") or node.tag == "tag:yaml.org,2002:null":
        return None
    return str(node.value)


def place(node: yaml.Node) -> tuple[int, int]:
    """Where a scalar stands, without its quotes."""
    quote = 1 if _style(node) in ("'", '"') else 0
    return node.start_mark.index + quote, node.end_mark.index - quote


def shell_text(node: yaml.Node, text: str) -> tuple[str, int]:
    """A scalar as shell text of the same length as it has in the file, and the offset where it begins.

    What the file has besides the shell's own text (the head of a block, escapes) becomes space.
    """
    start, end = node.start_mark.index, node.end_mark.index
    raw = text[start:end]
    style = _style(node)
    if style in ("|", ">"):
        head, newline, body = raw.partition("\n")
        if style == ">":
            body = re.sub(r"\n(?=[ \t]*\S)", " ", body)
        return " " * len(head) + newline + body, start
    if style == '"':
        inner = re.sub(r"\\([nt\"\\])", lambda match: f" {_ESCAPED.get(match[1], match[1])}", raw[1:-1])
        return inner.replace("\r", " "), start + 1
    if style == "'":
        return raw[1:-1], start + 1
    return raw.replace("\n", " "), start


_ESCAPED = {"n": "\n", "t": "\t"}
