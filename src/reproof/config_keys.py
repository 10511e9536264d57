"""The keys of the configuration, and what each may be.

Not imported where a repository configures nothing, as most commits find it.
"""

from __future__ import annotations

import re

from reproof.config import (
    VERDICTS,
    ConfigError,
    DependencyConfig,
    HyperparameterConfig,
    MetricPolicy,
    NotebookConfig,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


def read_check(table: Any, path: str) -> dict[str, Any]:
    """The fields of a `CheckConfig`; raises `ConfigError`."""
    sections = ("dependencies", "hyperparameters", "notebooks")
    if not isinstance(table, dict):
        return read_table(table, CHECK, path, "check.", also=sections)
    plain = {key: value for key, value in table.items() if key not in sections}
    read = read_table(plain, CHECK, path, "check.", also=sections)
    if (inner := table.get("hyperparameters")) is not None:
        own = read_table(inner, HYPERPARAMETERS, path, "check.hyperparameters.")
        read["hyperparameters"] = HyperparameterConfig(path=path, **own)
    if (inner := table.get("notebooks")) is not None:
        read["notebooks"] = NotebookConfig(**read_table(inner, NOTEBOOKS, path, "check.notebooks."))
    if (inner := table.get("dependencies")) is not None:
        read["dependencies"] = DependencyConfig(
            **read_table(inner, DEPENDENCIES, path, "check.dependencies.")
        )
    return read


def read_table(
    table: Any, schema: Mapping[str, Callable[[Any], Any]], path: str, prefix: str, also: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The fields that a table gives, by `schema`; `also` are keys read elsewhere. Raises `ConfigError`."""
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: {prefix.rstrip('.')} must be a table")
    values = {}
    for key, value in table.items():
        if key not in schema:
            raise _unknown(key, [*schema, *also], path, prefix)
        try:
            values[key.replace("-", "_")] = schema[key](value)
        except _Wrong as wrong:
            where = f"{prefix}{key}{wrong.inside}"
            culprit = wrong.value if wrong.inside else value
            single = isinstance(culprit, str) and culprit and str(wrong).startswith("a list of strings")
            hint = f"Write it in brackets: [{_show(culprit)}]." if single else None
            raise ConfigError(f"{path}: {where} must be {wrong}, not {_show(culprit)}", hint) from None
    return values


def _unknown(key: str, known: list[str], path: str, prefix: str) -> ConfigError:
    import difflib

    if (key, path, prefix) == ("tool", "reproof.toml", ""):
        return ConfigError(
            f"{path}: there is no key tool",
            "In reproof.toml the keys stand at the top level: [check], not [tool.reproof.check].",
        )
    places = {name: f"{prefix}{name}" for name in known}
    if not prefix:  # a key of a section, written above it
        for section, schema in (("check", CHECK), ("compare", COMPARE), ("store", STORE)):
            for name in schema:
                places.setdefault(name, f"{section}.{name}")
    near = difflib.get_close_matches(key, places, n=1)
    hint = f"Did you mean {places[near[0]]}?" if near else f"Known keys: {', '.join(sorted(known))}."
    return ConfigError(f"{path}: there is no key {prefix}{key}", hint)


def _show(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


class _Wrong(Exception):  # noqa: N818  private signal: "the value must be …"
    """`inside` is the rest of the key and `value` the culprit where they lie deeper than the key read."""

    def __init__(self, what: str, inside: str = "", value: object = None) -> None:
        super().__init__(what)
        self.inside = inside
        self.value = value


def _string(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise _Wrong("a string")
    return value


def _strings(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise _Wrong("a list of strings")
    return tuple(value)


def _command(value: Any) -> str | tuple[str, ...]:
    if isinstance(value, str) and value.strip():
        return value
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise _Wrong("a command: a string, or a list of words")


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("true or false")
    return value


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise _Wrong("a whole number of at least 1")
    return value


def _fraction(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 1:
        raise _Wrong("a number between 0 and 1")
    return float(value)


# No part between slashes is empty or begins with a dot; nowhere stands what git's own syntax needs.
_REF = re.compile(r"refs(?:/(?!\.)(?:(?!\.\.|@\{)[^\x00-\x20\x7f/~^:?*\[\\])+){2,}")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _seconds(value: Any) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0:
        return float(value)
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd])", value) if isinstance(value, str) else None
    if not match or not float(match.group(1)):
        raise _Wrong('a time such as "90s", "30m" or "1h"')
    return float(match.group(1)) * _UNITS[match.group(2)]


def _one_of(*words: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in words:
            raise _Wrong(f"one of {', '.join(words)}")
        return str(value)

    return read


def _branch(value: Any) -> str:
    """A ref in full, as `git check-ref-format` allows it. A short name would mean whatever is called so."""
    if not isinstance(value, str) or not _REF.fullmatch(value) or value.endswith((".lock", ".", "/")):
        raise _Wrong("a ref in full, such as refs/heads/reproof-records")
    return value


def _verdicts(value: Any) -> tuple[str, ...]:
    chosen = _strings(value)
    if not set(chosen) <= set(VERDICTS):
        raise _Wrong(f"a list of verdicts ({', '.join(VERDICTS)})")
    return chosen


def _tolerance(value: Any) -> str | float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < float("inf"):
        return float(value)
    if isinstance(value, str) and (value in {"exact", "noise"} or re.fullmatch(r"\d+(\.\d+)?\s*%", value)):
        return value
    raise _Wrong('"exact", "noise", a number, or a percentage such as "0.5%"')


def _metrics(value: Any) -> tuple[MetricPolicy, ...]:
    if not isinstance(value, dict):
        raise _Wrong("tables, one a pattern")
    policies = []
    for pattern, table in value.items():
        if not isinstance(table, dict):
            raise _Wrong("a table", f'."{pattern}"', table)
        fields: dict[str, Any] = {}
        for key, item in table.items():
            if key not in METRIC:
                raise _Wrong(f"one of the keys {', '.join(METRIC)}", f'."{pattern}"', key)
            try:
                fields[key.replace("-", "_")] = METRIC[key](item)
            except _Wrong as wrong:
                raise _Wrong(str(wrong), f'."{pattern}".{key}', item) from None
        policies.append(MetricPolicy(pattern, **fields))
    return tuple(policies)


def _per_file(value: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, dict):
        raise _Wrong("a table of glob = [rules]")
    return tuple((pattern, _strings(rules)) for pattern, rules in value.items())


def _stripped_keys(value: Any) -> tuple[str, ...]:
    keys = _strings(value)
    for key in keys:
        if not key.startswith(("metadata.", "cell.")):
            raise _Wrong("a list of keys such as metadata.name or cell.metadata.name")
    return keys


KINDS = ("training", "model", "split", "preprocessing", "features", "labels", "evaluation")


def _names(value: Any) -> tuple[tuple[str, str], ...]:
    if isinstance(value, list):
        return tuple((name, "training") for name in _strings(value))
    if not isinstance(value, dict):
        raise _Wrong("a list of names, or a table of name = kind")
    for name, kind in value.items():
        if kind not in KINDS:
            raise _Wrong(f"one of {', '.join(KINDS)}", f".{name}", kind)
    return tuple(value.items())


CARRIERS = (
    *("requirements", "pyproject", "setup", "script", "pipfile", "conda", "pixi", "docker", "workflow"),
    *("pre-commit", "notebook", "shell", "hub"),
)


def _carriers(value: Any) -> tuple[str, ...]:
    chosen = _strings(value)
    if not set(chosen) <= {"default", *CARRIERS}:
        raise _Wrong(f"a list of kinds (default, {', '.join(CARRIERS)})")
    return chosen


def _allowed(value: Any) -> tuple[tuple[str, tuple[str | int | float, ...]], ...]:
    if not isinstance(value, dict):
        raise _Wrong("a table of name = [values]")
    for name, values in value.items():
        if not isinstance(values, list) or not all(isinstance(each, (str, int, float)) for each in values):
            raise _Wrong("a list of numbers and strings", f".{name}", values)
    return tuple((name, tuple(values)) for name, values in value.items())


def _tables(value: Any) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    if not isinstance(value, dict) or not all(isinstance(table, dict) for table in value.values()):
        raise _Wrong("tables, one an imported package")
    return tuple(value.items())


def _numerics(value: Any) -> tuple[tuple[str, str], ...]:
    from reproof.runs.capture.environment.flags import FLAGS

    if not isinstance(value, dict):
        raise _Wrong('a table of variable = "value"')
    for name, text in value.items():
        if name not in FLAGS:
            import difflib

            near = difflib.get_close_matches(name, FLAGS, n=1, cutoff=0.0)
            raise _Wrong(f"a variable that decides floating point bits, such as {near[0]}", f".{name}", name)
        if not isinstance(text, str) or not text.isprintable():
            raise _Wrong("a string", f".{name}", text)
    return tuple(value.items())


METRIC: dict[str, Callable[[Any], Any]] = {
    "better": _one_of("higher", "lower", "none"),
    "tolerance": _tolerance,
    "min-rows": _count,
}
TOP: dict[str, Callable[[Any], Any]] = {
    "train": _command,
    "python": _string,
    "params": _strings,
    "timeout": _seconds,
    "pull": _boolean,
    "seed": _string,
    "metrics": _strings,
    "predictions": _string,
    "artifacts": _strings,
    "data": _strings,
    "code": _strings,
    "numerics": _numerics,
}
CHECK: dict[str, Callable[[Any], Any]] = {
    "select": _strings,
    "ignore": _strings,
    "exclude": _strings,
    "strict": _boolean,
    "per-file-ignores": _per_file,
}
HYPERPARAMETERS: dict[str, Callable[[Any], Any]] = {
    "names": _names,
    "allow": _allowed,
    "config-modules": _strings,
    "frameworks": _tables,
}
NOTEBOOKS: dict[str, Callable[[Any], Any]] = {
    "policy": _one_of("clean", "executed"),
    "executed": _strings,
    "extra-keys": _stripped_keys,
    "keep-metadata-keys": _stripped_keys,
    "builtins": _strings,
}
DEPENDENCIES: dict[str, Callable[[Any], Any]] = {"allow-tags": _boolean, "kinds": _carriers}
COMPARE: dict[str, Callable[[Any], Any]] = {
    "retrains": _count,
    "time-budget": _seconds,
    "false-alarms": _fraction,
    "baseline": _count,
    "per-merge": _count,
    "fail-on": _verdicts,
    "metrics": _metrics,
}
STORE: dict[str, Callable[[Any], Any]] = {
    "kind": _one_of("branch", "folder", "mlflow"),
    "ref": _branch,
    "path": _string,
    "uri": _string,
    "experiment": _string,
}
