"""The keys of a params file, YAML, JSON or TOML: their values, and where each key stands in the text."""

from __future__ import annotations

import re

from reproof.errors import UsageError
from reproof.lint.requirements.toml_places import parse_toml, read_toml
from reproof.lint.source import InvalidFile
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    import yaml

    from reproof.lint.source import SourceFile

    Keys = tuple[str, ...]

LARGEST = 500_000  # bytes; a file of parameters is written by hand
MOST_KEYS = 5_000
_INTERPOLATION = re.compile(r"\$\{([^{}$]*)\}")


class ParamsFile(Value):
    """A parsed params file.

    `places` maps each key of a mapping, by its path, to the offsets of its first and behind its last character;
    in the order of the text. `shared` are the keys whose value is used once more by a YAML alias or a merge.
    """

    path: str
    document: Any
    places: dict[Keys, tuple[int, int]]
    shared: frozenset[Keys]
    text: str

    def interpolations(self) -> Iterator[Keys]:
        """The keys that the file's own templates name: `${train.lr}` of OmegaConf and DVC."""
        return interpolations(self.text)


def read_params(file: SourceFile) -> ParamsFile:
    """The keys of a file; raises `InvalidFile` with the line where it is not what its name says."""
    if len(file.data) > LARGEST:
        raise InvalidFile(f"larger than {LARGEST // 1000} kB, which no params file should be")
    text = file.text
    if file.path.endswith(".toml"):
        toml = read_toml(text)
        places = {
            tuple(map(str, keys)): place
            for keys, place in toml.keys.items()
            if all(isinstance(key, str) for key in keys)
        }
        return ParamsFile(file.path, toml.document, places, frozenset(), text)
    document, node = _load(text, file.path)
    found: dict[Keys, tuple[int, int]] = {}
    uses: dict[int, list[Keys]] = {}
    if node is not None:
        _collect(node, (), found, uses)
    shared = {keys for several in uses.values() if len(several) > 1 for keys in several}
    return ParamsFile(file.path, document, found, frozenset(shared), text)


def refuse_broken_pipeline(file: SourceFile) -> None:
    """Raise `InvalidFile` with the line where a `dvc.yaml` is no YAML; one that is too large is nobody's."""
    if len(file.data) <= LARGEST:
        _load_yaml(file.text, file.path)


def read_document(file: SourceFile) -> Any:
    """The values of a params file without their places; None where it is none, or too large to be one."""
    try:
        if len(file.data) > LARGEST:
            return None
        if file.path.endswith(".json"):
            return _load_json(file.text)
        return parse_toml(file.text) if file.path.endswith(".toml") else _load_yaml(file.text, file.path)[0]
    except InvalidFile:
        return None


def _load(text: str, path: str) -> tuple[Any, yaml.Node | None]:
    if path.endswith(".json"):
        document = _load_json(text)
        try:  # JSON is YAML but for tabs; a place that cannot be told is the first line
            return document, _load_yaml(text.replace("\t", " "), path)[1]
        except InvalidFile:
            return document, None
    return _load_yaml(text, path)


def _load_json(text: str) -> Any:
    import json

    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidFile(f"not JSON: {error.msg}", error.lineno, error.colno) from None
    except RecursionError:
        raise InvalidFile("not JSON that can be read: nested too deeply") from None
    except ValueError as error:
        raise InvalidFile(f"not JSON that can be read: {error}") from None


def _load_yaml(text: str, path: str) -> tuple[Any, yaml.Node | None]:
    from reproof.yaml_text import load_marked

    try:
        return load_marked(text.encode("utf-8", "surrogatepass"), path)
    except UsageError as error:
        message = str(error).removeprefix(path)
        line, rest = re.fullmatch(r"(?::(\d+))?: (.*)", message, re.DOTALL).groups()  # type: ignore[union-attr]
        raise InvalidFile(rest, int(line or 1)) from None
    except ValueError as error:  # a lone surrogate
        raise InvalidFile(f"not YAML: {error}") from None


def _collect(
    node: yaml.Node, keys: Keys, found: dict[Keys, tuple[int, int]], uses: dict[int, list[Keys]]
) -> None:
    """Depth is bounded by `yaml_text`; a mapping that is met again by an alias is entered once."""
    pairs = node.value if isinstance(node.value, list) else ()
    for pair in pairs:
        if not isinstance(pair, tuple) or len(found) >= MOST_KEYS:
            continue
        key, value = pair
        if not isinstance(key.value, str):
            continue
        inner = (*keys, key.value)
        uses.setdefault(id(key), []).append(inner)  # a merge puts the very same node into two mappings
        uses.setdefault(id(value), []).append(inner)
        if inner not in found:
            found[inner] = (key.start_mark.index, key.end_mark.index)
        if len(uses.get(id(value), ())) <= 1:
            _collect(value, inner, found, uses)


def interpolations(text: str) -> Iterator[Keys]:
    """The keys that templates in a text name: `${train.lr}`, `${lr}`, `${oc.decode:${train.lr}}`."""
    for match in _INTERPOLATION.finditer(text):
        name = match[1].strip().rpartition(":")[2].strip().lstrip(".")
        keys = tuple(part for part in re.split(r"[.\[\]]+", name) if part)
        if keys:
            yield keys


def entered(document: Any, keys: Keys) -> tuple[bool, Any]:
    """Whether a document has the keys, and what is there. Keys that are no strings count as their text."""
    for key in keys:
        if not isinstance(document, dict):
            return False, None
        known = document if key in document else {spelled(each): document[each] for each in document}
        name = key if key in document else spelled(key)
        if name not in known:
            return False, None
        document = known[name]
    return True, document


def spelled(key: object) -> str:
    """A key as `Box` and its like let it be written: `min df` and `min-df` as `min_df`."""
    return re.sub(r"\W", "_", str(key))
