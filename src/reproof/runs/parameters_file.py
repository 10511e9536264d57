"""A file of parameters as plain values, by what its name says that it is."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

from reproof.errors import UsageError
from reproof.yaml_text import MOST_DEPTH, load_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

PARAMS_SUFFIXES = (".yaml", ".yml", ".json", ".toml")
PARAMS_FOLDERS = frozenset({"conf", "config", "configs"})
PARAMS_NAMES = frozenset({"params", "config"})


def read_parameters_file(path: str, data: bytes) -> Any:
    """The content of a YAML, JSON or TOML file as plain values; raises `UsageError` naming it."""
    try:
        if path.endswith(".json"):
            return _shallow(json.loads(data))
        if path.endswith(".toml"):
            return _shallow(tomllib.loads(data.decode("utf-8-sig")))
    except json.JSONDecodeError as error:
        raise UsageError(f"{path}:{error.lineno}: not JSON: {error.msg}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: cannot be read as parameters: {error}") from None
    return load_yaml(data, path)


def named_like_params(path: str) -> bool:
    """`params.*`, `config.*` and what lies in `conf/`, wherever the code is; tools' own folders aside."""
    *folders, name = path.split("/")
    if any(folder.startswith(".") for folder in folders):
        return False
    return name.rpartition(".")[0] in PARAMS_NAMES or not PARAMS_FOLDERS.isdisjoint(folders)


def readable(path: str, data: bytes | None) -> bool:
    """Whether a file's content is what its name says."""
    try:
        read_parameters_file(path, data or b"")
    except UsageError:
        return False
    return True


def _shallow(value: Any) -> Any:
    """The value; raises `ValueError` where it is nested deeper than YAML may be (`a.a.a… = 1` in TOML)."""
    level = [value]
    for _ in range(MOST_DEPTH):
        level = [inner for one in level for inner in _inside(one)]
    if level:
        raise ValueError(f"nested more than {MOST_DEPTH} levels deep")
    return value


def _inside(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
