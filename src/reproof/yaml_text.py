"""YAML of strangers: safe types only, no alias bombs, errors with file and line."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from reproof.errors import UsageError

if TYPE_CHECKING:
    import yaml

MOST_DEPTH = 200
MOST_NODES = 1_000_000  # after expanding aliases; real files have thousands
_EXPONENT = re.compile(r"[-+]?[0-9]+[eE][-+]?[0-9]+$")
# Tags for which JSON has no value: a set, say, has another order in every process.
_NOT_PLAIN = {f"tag:yaml.org,2002:{name}" for name in ("binary", "omap", "pairs", "set", "timestamp")}


def load_yaml(data: bytes, path: str) -> Any:
    """The one document of a YAML file as plain values (dates stay text); None for an empty one.

    Raises `UsageError` naming `path` and the line for what is not YAML, uses tags, or expands without bound.
    """
    return load_marked(data, path)[0]


def load_marked(data: bytes, path: str) -> tuple[Any, yaml.Node | None]:
    """As `load_yaml`, with the node that the values were made from: its marks say where each one stands."""
    import yaml

    try:
        _refuse_depth(data, path)
        loader = _loader()(data)
        try:
            node = loader.get_single_node()
            if node is None:
                return None, None
            if _expanded(node, {}) > MOST_NODES:
                raise UsageError(f"{path}: YAML aliases expand to more than {MOST_NODES} values")
            return loader.construct_document(node), node
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UsageError(f"{path}:{line}: not YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise UsageError(f"{path}: not YAML: {' '.join(str(error).split())[:200]}") from None
    except LookupError:  # PyYAML's own answer to `!!bool maybe` and `!!int ""`
        raise UsageError(f"{path}: not YAML: a value is not of the type that its tag says") from None
    except RecursionError:
        raise UsageError(f"{path}: YAML is nested too deeply, or contains itself") from None


@functools.cache
def _loader() -> type[yaml.SafeLoader]:
    import yaml

    base: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc, valid-type]
        """Plain values only: dates stay text, 1e-3 is a number as in YAML 1.2 (and in DVC)."""

    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in base.yaml_implicit_resolvers.items()
    }
    Loader.add_implicit_resolver("tag:yaml.org,2002:float", _EXPONENT, list("-+0123456789"))
    Loader.yaml_constructors = {
        tag: make for tag, make in base.yaml_constructors.items() if tag is None or tag not in _NOT_PLAIN
    } | dict.fromkeys(_NOT_PLAIN, base.yaml_constructors[None])
    return Loader


def _refuse_depth(data: bytes, path: str) -> None:
    """Nesting is told from the flat stream of events: composing a deep document overflows libyaml's stack."""
    import yaml

    depth = 0
    for event in yaml.parse(data, _loader()):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEPTH:
            raise UsageError(f"{path}: YAML is nested more than {MOST_DEPTH} levels deep")


def _expanded(node: yaml.Node, sizes: dict[int, int]) -> int:
    """How many values a node expands to; a node inside itself recurses until `RecursionError`."""
    known = sizes.get(id(node))
    if known is not None:
        return known
    size = 1
    children = node.value if isinstance(node.value, list) else ()
    for child in children:
        pair = child if isinstance(child, tuple) else (child,)
        size += sum(_expanded(part, sizes) for part in pair)
    sizes[id(node)] = size
    return size
