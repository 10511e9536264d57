"""The config aspect: every parameter of every params file as a value, the commands, and the seed."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

from reproof.errors import UsageError
from reproof.runs.record import Config, Seed
from reproof.yaml_text import load_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.config import Config as Settings
    from reproof.ports import Snapshot
    from reproof.runs.layout import Layout
    from reproof.runs.record import Scalar

SEED_NAMES = ("seed", "random_state")


def capture_config(snapshot: Snapshot, layout: Layout, settings: Settings) -> Config:
    """Parameters by dotted name, sorted; the seed's value stands apart. Raises `UsageError` for bad files."""
    parameters = dict(_parameters(snapshot, layout))
    seed = _seed(parameters, settings.seed)
    if seed:
        parameters.pop(seed.name, None)
    return Config(layout.commands, tuple(sorted(parameters.items())), seed)


def _parameters(snapshot: Snapshot, layout: Layout) -> Iterator[tuple[str, Scalar]]:
    """With several params files, all but `params.*` put their file's name before the parameter's."""
    for path in layout.params:
        data = snapshot.read(path)
        if data is None:
            continue
        plain = len(layout.params) == 1 or path.rpartition("/")[2].startswith("params.")
        values = read_parameters_file(path, data)
        yield from _flatten(values, "" if plain and isinstance(values, dict) else path)


def read_parameters_file(path: str, data: bytes) -> Any:
    """The content of a YAML, JSON or TOML file as plain values; raises `UsageError` naming it."""
    try:
        if path.endswith(".json"):
            return json.loads(data)
        if path.endswith(".toml"):
            return tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: cannot be read as parameters: {error}") from None
    return load_yaml(data, path)


def _flatten(value: Any, name: str) -> Iterator[tuple[str, Scalar]]:
    """Mappings become dotted names; a list, or an empty mapping, is one value, shown as compact JSON."""
    if isinstance(value, dict) and (value or not name):
        for key, inner in value.items():
            separator = ":" if name.endswith((".yaml", ".yml", ".json", ".toml")) else "."
            yield from _flatten(inner, f"{name}{separator}{key}" if name else str(key))
    elif isinstance(value, (list, dict)):
        yield name, json.dumps(value, default=str)
    elif value is None or isinstance(value, (str, int, float, bool)):
        yield name, value
    else:
        yield name, str(value)


def _seed(parameters: dict[str, Scalar], declared: str | None) -> Seed | None:
    """The declared seed, else the one parameter whose last name says that it is one."""
    if declared:
        return Seed(declared, parameters.get(declared))
    named = [name for name in parameters if name.rpartition(".")[2] in SEED_NAMES]
    return Seed(named[0], parameters[named[0]]) if len(named) == 1 else None
