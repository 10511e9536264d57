"""Adds keys to a YAML file by inserting text at PyYAML's own marks; everything that was there stays.

The result is read back: it must hold what was there and what was added, and nothing else. What cannot be
extended in this way (aliases, merge keys, several documents, a broken file) is refused with the reason.
"""

from __future__ import annotations

from reproof.lint.finding import Edit, Unfixable
from reproof.lint.parameters.insertions import Insertions, Leaf
from reproof.lint.parameters.values import same, yaml_text
from reproof.lint.source import InvalidFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from reproof.lint.source import SourceFile

    Path = tuple[str, ...]

# PyYAML reads about a megabyte a second; no parameters file is that large.
LARGEST = 500_000


def read_yaml(file: SourceFile) -> YamlFile:
    """The YAML of a file of the repository; raises `Unfixable` where it cannot be read or extended."""
    try:
        return YamlFile(file.path, file.text)
    except InvalidFile as invalid:
        raise Unfixable(f"{file.path} cannot be read ({invalid.message}): mend it first") from None


class YamlFile:
    """A YAML file of one mapping, read once: what it holds, and the edits that add to it.

    Raises `Unfixable` where the text is no YAML that can be extended.
    """

    def __init__(self, path: str, text: str) -> None:
        import yaml

        self.path = path
        self.text = text
        if len(text) > LARGEST:
            raise Unfixable(f"{path} is too large to be a parameters file")
        try:
            self.root = yaml.compose(text, Loader=yaml.SafeLoader)
            self.data = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise Unfixable(f"{path} cannot be read as YAML ({_problem(error)}): mend it first") from None
        except RecursionError:
            raise Unfixable(f"{path} is nested too deeply") from None
        except ValueError as error:  # a date such as 2024-13-45
            raise Unfixable(f"{path} cannot be read as YAML ({error}): mend it first") from None
        if self.root is not None and not isinstance(self.root, yaml.MappingNode):
            raise Unfixable(f"{path} holds no mapping at its top, so no key can be added")
        if self.data is None:
            self.data = {}

    def holds(self, path: Path, value: Any) -> bool:
        """Whether the key is there with this very value; raises `Unfixable` where it cannot be added either."""
        current: Any = self.data
        for depth, key in enumerate(path):
            if not isinstance(current, dict):
                section = ".".join(path[:depth])
                raise Unfixable(
                    f"{self.path} has a value at `{section}`, so `{'.'.join(path)}` has no place there: rename one"
                )
            if key not in current:
                return False
            current = current[key]
            if current is None and depth < len(path) - 1:
                return False
        if same(current, value):
            return True
        hint = _as_float(current, value)
        raise Unfixable(
            f"{self.path} has `{'.'.join(path)}: {_short(current)}` and the code has {_short(value)}{hint}: decide "
            "which one counts, then read the key, or give the code's value a key of its own"
        )

    def added(self, values: Mapping[Path, Any], ascii_only: bool = False) -> tuple[Edit, ...]:
        """Edits that add the values which are not there; raises `Unfixable` where that cannot be done safely.

        `ascii_only` keeps a file of plain characters so: its readers may not open it as UTF-8.
        """
        wanted: dict[Path, Any] = {
            path: value for path, value in values.items() if not self.holds(path, value)
        }
        if not wanted:
            return ()
        tree = _tree(wanted)
        insertions = Insertions(self.path, self.text, self.root, ascii_only and self.text.isascii())
        insertions.into_mapping(self.root, tree)
        edits = insertions.edits()
        self._verify(edits, wanted)
        return edits

    def _verify(self, edits: Iterable[Edit], wanted: dict[Path, Any]) -> None:
        import yaml

        from reproof.lint.edits import apply_edits

        expected = _merged(self.data, _tree(wanted))
        try:
            back = yaml.safe_load(apply_edits(self.text, edits))
        except (yaml.YAMLError, RecursionError, ValueError):
            back = ...
        if not same(back, expected):
            raise Unfixable(
                f"{self.path} is written in a way that cannot be extended safely: add the keys by hand"
            )


def _tree(values: dict[tuple[str, ...], Any]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for path, value in values.items():
        node = root
        for key in path[:-1]:
            node = node.setdefault(key, {})
            if isinstance(node, Leaf):
                raise Unfixable(f"`{'.'.join(path)}` would lie inside another value")
        if path[-1] in node:
            raise Unfixable(f"`{'.'.join(path)}` would be a value and a section at once")
        node[path[-1]] = Leaf(value)
    return root


def _merged(data: Any, tree: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = dict(data or {})
    for key, part in tree.items():
        result[key] = part.value if isinstance(part, Leaf) else _merged(result.get(key), part)
    return result


def _as_float(there: Any, value: Any) -> str:
    """PyYAML reads `1e-3` as a string; what the code has is what was meant."""
    try:
        meant = isinstance(there, str) and isinstance(value, float) and float(there) == value
    except (ValueError, OverflowError):
        return ""
    return f" (PyYAML takes a number without a point for a string: write {yaml_text(value)})" if meant else ""


def _short(value: Any) -> str:
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # an integer of thousands of digits has no text
        text = type(value).__name__
    return text if len(text) <= 40 else f"{text[:39]}…"


def _problem(error: Any) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
    return f"line {mark.line + 1}: {problem}" if mark is not None else str(problem)
