"""Text put into a YAML file: entries of mappings and items of sequences, block or flow, at PyYAML's marks.

Nothing is taken away or written anew. Indentation, line ends and the missing final newline are the file's
own. Whether the result holds the right values is checked by those who ask.
"""

from __future__ import annotations

import re

from reproof.lint.finding import Edit, Unfixable
from reproof.lint.parameters.values import yaml_text
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_WIDEST = 88
_STEP = 2
_LINE_END = re.compile(r"\r\n|\n|\r|\Z")


class Leaf(Value):
    """A value to write, where a tree of new keys ends."""

    value: Any


class Insertions:
    """Collects what is put into one text; `edits` gives it in order. `root` is the text's composed node.

    `ascii_only` as in `yaml_text`.
    """

    def __init__(self, path: str, text: str, root: Any, ascii_only: bool = False) -> None:
        self._ascii_only = ascii_only
        self.path = path
        self.text = text
        ends = re.search(r"\r\n|\n|\r", text)
        self._newline = ends.group() if ends else "\n"
        self._root = root
        self._shared, self._step = _looked_over(root)
        self._spaced = _is_spaced(text, root)
        # (offset, how deep inside the document, order) -> whole lines, or text in the middle of a line
        self._lines: list[tuple[int, int, list[str]]] = []
        self._inline: list[tuple[int, str]] = []

    def into_mapping(self, node: Any, tree: dict[str, Any], depth: int = 0) -> None:
        """Add the tree's keys to a mapping (None: an empty document); raises `Unfixable` where it cannot be."""
        if node is None:
            if re.search(r"^\.\.\.", self.text, re.MULTILINE):
                raise Unfixable(f"{self.path} ends with `...`: add the keys by hand")
            self._lines.append((len(self.text), 0, self._block(tree, 0, "")))
            return
        self.refuse_shared(node)
        fresh: dict[str, Any] = {}
        for key, part in tree.items():
            found = _entries(node, key)
            if not found:
                fresh[key] = part
            elif len(found) > 1:
                raise Unfixable(f"{self.path} has the key `{key}` twice: keep one of them")
            else:
                self._into_entry(*found[0], part, depth + 1)
        if fresh and node.flow_style:
            self.into_flow(
                node, [f"{yaml_text(key)}: {self._written(_plain(part))}" for key, part in fresh.items()]
            )
        elif fresh:
            column = node.value[0][0].start_mark.column
            lines = self._block(fresh, column, self._gap(node))
            self._lines.append((self._after(_end(node)), depth, lines))

    def _into_entry(self, key: Any, value: Any, part: Any, depth: int) -> None:
        import yaml

        if isinstance(part, Leaf):
            raise Unfixable(
                f"{self.path} has the key `{key.value}` in a way that cannot be read: mend it first"
            )
        if isinstance(value, yaml.MappingNode) and value.start_mark.index >= key.end_mark.index:
            if value.value or value.flow_style:
                self.into_mapping(value, part, depth)
                return
        elif isinstance(value, yaml.ScalarNode) and not value.value and value.style is None:
            at = self._after(max(value.end_mark.index, key.end_mark.index))
            self._lines.append((at, depth, self._block(part, key.start_mark.column + self._step, "")))
            return
        raise Unfixable(
            f"{self.path} has `{key.value}` as an alias or a value, so nothing can be added below it: do it by hand"
        )

    def into_sequence(self, node: Any, items: list[str], depth: int) -> None:
        """Append plain items, written as they are, to a sequence that is not empty if it is a block."""
        self.refuse_shared(node)
        if node.flow_style:
            self.into_flow(node, items)
            return
        indent = " " * node.start_mark.column
        self._lines.append((self._after(_end(node)), depth, [f"{indent}- {item}" for item in items]))

    def into_flow(self, node: Any, parts: list[str]) -> None:
        """Add entries or items, written as they are, to what stands in brackets or braces."""
        text = ", ".join(parts)
        if node.value:
            self._inline.append((_end_of_last(node), f", {text}"))
        else:
            self._inline.append((node.start_mark.index + 1, text))

    def after_entry(self, value: Any, lines: list[str], depth: int) -> None:
        """Put whole lines, indentation included, below the lines of an entry's value."""
        self._lines.append((self._after(_end(value)), depth, lines))

    def edits(self) -> tuple[Edit, ...]:
        """One edit for each place; at the same place what lies deeper in the document comes first."""
        by_place: dict[int, list[str]] = {}
        for offset, _, lines in sorted(self._lines, key=lambda item: (item[0], -item[1])):
            by_place.setdefault(offset, []).extend(lines)
        edits = [Edit(at, at, text, self.path) for at, text in self._inline]
        for at, lines in by_place.items():
            text = self._newline.join(lines)
            open_end = at == len(self.text) and self.text[-1:] not in {"", "\n", "\r"}
            edits.append(Edit(at, at, self._newline + text if open_end else text + self._newline, self.path))
        return tuple(sorted(edits, key=lambda edit: edit.start))

    def refuse_shared(self, node: Any) -> None:
        """Raise `Unfixable` where more than the node's own place would change, or where a merge key decides."""
        if id(node) in self._shared:
            raise Unfixable(
                f"{self.path} uses one part in several places (an alias), so adding to it would change them all: "
                "add the keys by hand"
            )
        if any(getattr(key, "tag", "") == "tag:yaml.org,2002:merge" for key, *_ in _pairs(node)):
            raise Unfixable(f"{self.path} has a merge key (`<<`) where the keys belong: add them by hand")

    def _written(self, value: Any) -> str:
        return yaml_text(value, self._ascii_only)

    def _after(self, end: int) -> int:
        """The start of the line below the one in which something ends."""
        if end and self.text[end - 1] in "\r\n":
            return end
        found = _LINE_END.search(self.text, end)
        return found.end() if found else len(self.text)

    def _gap(self, node: Any) -> str:
        """What stands between the top's sections: an empty line, where the file has them so."""
        return self._newline if node is self._root and self._spaced else ""

    def _block(self, tree: dict[str, Any], column: int, gap: str) -> list[str]:
        lines: list[str] = []
        for key, part in tree.items():
            start = f"{' ' * column}{yaml_text(key)}:"
            if not isinstance(part, Leaf):
                lines += [*([""] if gap else []), start, *self._block(part, column + self._step, "")]
                continue
            text = self._written(part.value)
            if isinstance(part.value, list) and part.value and len(start) + len(text) > _WIDEST:
                indent = " " * (column + self._step)
                lines += [start, *(f"{indent}- {self._written(item)}" for item in part.value)]
            else:
                lines.append(f"{start} {text}")
        return lines


def _plain(part: Any) -> Any:
    return part.value if isinstance(part, Leaf) else {key: _plain(inner) for key, inner in part.items()}


def _pairs(node: Any) -> list[Any]:
    return node.value if node.id == "mapping" else []


def _entries(node: Any, key: str) -> list[tuple[Any, Any]]:
    """The entries of a mapping whose key is this string."""
    return [pair for pair in _pairs(node) if pair[0].tag == "tag:yaml.org,2002:str" and pair[0].value == key]


def _end(node: Any) -> int:
    """Where a node's own text ends; PyYAML's mark of a block lies behind the comments that follow it."""
    while node.id != "scalar" and not node.flow_style and node.value:
        last = node.value[-1]
        before = node
        key, node = last if node.id == "mapping" else (None, last)
        # An alias to what stands above; it may be the very mapping that holds it, which has no innermost end.
        if key is not None and node.start_mark.index < key.end_mark.index:
            return int(key.end_mark.index)
        if node.start_mark.index < before.start_mark.index or node is before:
            return int(before.end_mark.index)
    return int(node.end_mark.index)


def _end_of_last(node: Any) -> int:
    last = node.value[-1]
    return max(int(part.end_mark.index) for part in (last if node.id == "mapping" else (last,)))


def _looked_over(root: Any) -> tuple[set[int], int]:
    """The nodes that several places share, by identity, and how far the file indents a nested mapping."""
    shared: set[int] = set()
    seen: set[int] = set()
    step = 0
    todo = [root] if root is not None else []
    while todo:
        node = todo.pop()
        if id(node) in seen:
            shared.add(id(node))
            continue
        seen.add(id(node))
        for pair in _pairs(node):
            key, value = pair
            todo += pair
            if not step and value.id == "mapping" and not value.flow_style and value.value:
                step = max(0, value.value[0][0].start_mark.column - key.start_mark.column)
        if node.id == "sequence":
            todo += node.value
    return shared, step or _STEP


def _is_spaced(text: str, root: Any) -> bool:
    """Whether empty lines stand between the entries at the top, in most places."""
    if root is None or root.id != "mapping" or root.flow_style or len(root.value) < 2:
        return False
    spaced = 0
    for key, _ in root.value[1:]:
        lines = re.split(r"\r\n|\n|\r", text[: key.start_mark.index])[:-1]
        while lines and lines[-1].lstrip().startswith("#"):
            lines.pop()
        spaced += bool(lines) and not lines[-1].strip()
    return spaced * 2 > len(root.value) - 1
