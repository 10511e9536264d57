"""Read the catalogue of a framework: its generated file with the reviewed one laid over it.

A file is read when some checked file imports its framework, and then once. `null` in a reviewed file takes a
generated parameter or callable away.
"""

from __future__ import annotations

import os

from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

# Import root -> framework. A root that is not here is not catalogued; a test compares it with the files.
ROOTS: Mapping[str, str] = {
    "keras": "keras",
    "lightgbm": "lightgbm",
    "optuna": "optuna",
    "sklearn": "sklearn",
    "tensorflow": "keras",
    "tf_keras": "keras",
    "torch": "torch",
    "torchvision": "torchvision",
    "transformers": "transformers",
    "xgboost": "xgboost",
}

_HERE = os.path.dirname(__file__)
_loaded: dict[str, Framework] = {}


class Parameter(Value):
    """One parameter of a callable. `position` counts from 0 without `self`; None is keyword only.

    `default` is the library's default as source text, where it is known. `strict` is debatable. `holds` says
    what lies inside the value: "params" (a dict of the framework's parameters), "grid" (a dict of values to
    try), "columns" (scikit-learn's list of transformers with their columns).
    """

    name: str
    kind: str
    position: int | None = None
    default: str | None = None
    strict: bool = False
    holds: str | None = None


class Signature(Value):
    """The catalogued parameters of a class, function or method.

    `takes_all` is true where any of the framework's parameters may be given by keyword.
    """

    parameters: Mapping[str, Parameter]
    takes_all: bool = False

    def at(self, position: int) -> Parameter | None:
        """The parameter at a position, or None where the catalogue knows none."""
        for parameter in self.parameters.values():
            if parameter.position == position:
                return parameter
        return None


class Framework(Value):
    """One framework: what it calls what.

    `callables` are by their own name, `methods` by theirs; `objects` are called by the variable's usual name
    (`tokenizer(…)`); `parameters` is what a params dict may hold, aliases included.
    """

    name: str
    version: str
    source: str
    callables: Mapping[str, Signature]
    methods: Mapping[str, Signature]
    objects: Mapping[str, Signature]
    parameters: Mapping[str, Parameter]


def framework(name: str) -> Framework:
    """The catalogue of a framework by its name (a value of `ROOTS`)."""
    if name not in _loaded:
        _loaded[name] = _read(name)
    return _loaded[name]


def framework_of(dotted: str) -> Framework | None:
    """The framework that a dotted name belongs to by its import root; None where it is not catalogued."""
    name = ROOTS.get(dotted.partition(".")[0])
    return framework(name) if name else None


def _read(name: str) -> Framework:
    layers = list(_layers(name))
    head = layers[0]
    merged: dict[str, dict[str, Any]] = {
        section: {} for section in ("callables", "methods", "objects", "parameters")
    }
    for layer in layers:
        for section, table in merged.items():
            for key, entry in layer.get(section, {}).items():
                _lay(table, key, entry)
    parameters = {key: _parameter(key, row) for key, row in merged["parameters"].items()}
    for alias, canonical in (pair for layer in layers for pair in layer.get("aliases", {}).items()):
        parameters[alias] = parameters[canonical]
    return Framework(
        name=name,
        version=head["version"],
        source=head["source"],
        callables={key: _signature(entry) for key, entry in merged["callables"].items()},
        objects={key: _signature(entry) for key, entry in merged["objects"].items()},
        methods={key: _signature(entry) for key, entry in merged["methods"].items()},
        parameters=parameters,
    )


def _layers(name: str) -> Iterator[dict[str, Any]]:
    import json

    for folder in ("generated", "reviewed"):
        path = os.path.join(_HERE, folder, f"{name}.json")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as handle:
                yield json.load(handle)


def _lay(table: dict[str, Any], key: str, entry: Any) -> None:
    """Lay one entry over what is there: dicts are merged, null takes away."""
    if entry is None:
        table.pop(key, None)
        return
    both = table.get(key, {}) | entry
    table[key] = {name: row for name, row in both.items() if row is not None}


def _signature(entry: dict[str, Any]) -> Signature:
    return Signature(
        parameters={name: _parameter(name, row) for name, row in entry.items() if name != "**"},
        takes_all="**" in entry,
    )


def _parameter(name: str, row: dict[str, Any]) -> Parameter:
    return Parameter(**{"name": name, **row})
