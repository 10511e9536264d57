"""`[tool.reproof]` in `pyproject.toml`, or `reproof.toml`, as a frozen `Config`.

Every key has a default; unknown keys and wrong types are errors that name the key and the nearest one.
This module is on the commit path: TOML is only parsed where a file mentions reproof.
"""

from __future__ import annotations

import os
import re

from reproof.errors import UsageError
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


class ConfigError(UsageError):
    """The configuration file cannot be used; names the file and the key."""


class HyperparameterConfig(Value):
    """`[tool.reproof.check.hyperparameters]`: what `hardcoded-hyperparameter` takes for one, and where.

    `names` are further names with their kinds; `allow` are values of a name that may stand in the code;
    `config_modules` are globs of modules that only hold configuration; `frameworks` are tables as
    `catalogue/user.py` reads them, by import root; `path` is the file that says so, for errors.
    """

    names: tuple[tuple[str, str], ...] = ()
    allow: tuple[tuple[str, tuple[str | int | float, ...]], ...] = ()
    config_modules: tuple[str, ...] = ()
    frameworks: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    path: str | None = None


class NotebookConfig(Value):
    """`[tool.reproof.check.notebooks]`: what a committed notebook may hold, and which names it may count on.

    `policy` is "clean" (neither outputs nor counts) or "executed" (both are the product); `executed` are globs
    of notebooks that follow the second one whatever the policy. The keys are those of nbstripout's options.
    `builtins` are names that the kernel defines.
    """

    policy: str = "clean"
    executed: tuple[str, ...] = ()
    extra_keys: tuple[str, ...] = ()
    keep_metadata_keys: tuple[str, ...] = ()
    builtins: tuple[str, ...] = ()


class DependencyConfig(Value):
    """`[tool.reproof.check.dependencies]`: what `unpinned-dependency` looks at.

    `allow_tags` lets images, actions and hooks be named by a tag of a version; `kinds` are the kinds of carriers,
    where "default" stands for all but `hub`.
    """

    allow_tags: bool = True
    kinds: tuple[str, ...] = ("default",)


class CheckConfig(Value):
    """`[tool.reproof.check]`: what the hooks look at."""

    select: tuple[str, ...] = ("all",)
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    strict: bool = False
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    hyperparameters: HyperparameterConfig = HyperparameterConfig()
    notebooks: NotebookConfig = NotebookConfig()
    dependencies: DependencyConfig = DependencyConfig()


class MetricPolicy(Value):
    """`[tool.reproof.compare.metrics."pattern"]`: what a metric may do.

    `tolerance` is "exact", "noise", a number in the metric's unit, or a percentage ("0.5%") of the recorded
    mean.
    """

    pattern: str
    better: str | None = None
    tolerance: str | float = "noise"
    min_rows: int = 30


class CompareConfig(Value):
    """`[tool.reproof.compare]`: the verdict's budget and policy."""

    retrains: int = 6
    time_budget: float = 7200.0
    false_alarms: float = 0.01
    baseline: int = 5
    per_merge: int = 1
    fail_on: tuple[str, ...] = ("drifted", "regressed", "failed")
    metrics: tuple[MetricPolicy, ...] = ()


class StoreConfig(Value):
    """`[tool.reproof.store]`: where records live.

    `ref` is the branch's, `path` the folder's (relative to the repository), `uri` and `experiment` MLflow's.
    """

    kind: str = "branch"
    ref: str = "refs/heads/reproof-records"
    path: str | None = None
    uri: str | None = None
    experiment: str = "reproof"


class Config(Value):
    """The whole configuration. `root` is the folder it applies to; `path` the file it came from, if any.

    `numerics` are environment variables of the training, of those that decide floating point bits.
    Paths are relative to `root`. None means "the default that fits the repository"
    (`docs/reference/configuration.md`).
    """

    root: str
    path: str | None = None
    train: str | tuple[str, ...] | None = None
    python: str | None = None
    params: tuple[str, ...] | None = None
    timeout: float = 3600.0
    pull: bool = True
    seed: str | None = None
    metrics: tuple[str, ...] | None = None
    predictions: str | None = None
    artifacts: tuple[str, ...] | None = None
    data: tuple[str, ...] | None = None
    code: tuple[str, ...] | None = None
    numerics: tuple[tuple[str, str], ...] = ()
    check: CheckConfig = CheckConfig()
    compare: CompareConfig = CompareConfig()
    store: StoreConfig = StoreConfig()


# The verdict is the first of these that applies; docs/explanation/verdict.md.
VERDICTS = (
    "failed",
    "drifted",
    "regressed",
    "undecided",
    "changed",
    "unchanged",
    "reproduced",
    "recorded",
    "no-baseline",
)


def load_config(root: str) -> Config:
    """The configuration of the folder `root`; the defaults where nothing is configured.

    Raises `ConfigError` for what cannot be read or is not a known key, with the file and the key.
    """
    found = [
        (name, table)
        for name in ("reproof.toml", "pyproject.toml")
        if (table := _table(os.path.join(root, name), name)) is not None
    ]
    if len(found) == 2:
        raise ConfigError("both reproof.toml and pyproject.toml configure reproof", "Keep one of them.")
    return parse_config(found[0][1], root, found[0][0]) if found else Config(root=root)


def config_from_texts(root: str, read: Callable[[str], bytes | None]) -> Config:
    """The configuration as `read(name)` gives the two files, say from a commit. Raises as `load_config`."""
    for name in ("reproof.toml", "pyproject.toml"):
        data = read(name)
        table = _section(data, name) if data else None
        if table is not None:
            return parse_config(table, root, name)
    return Config(root=root)


def parse_config(table: Mapping[str, Any], root: str, path: str) -> Config:
    """Check a table key by key and make a `Config` of it; raises `ConfigError`."""
    sections = ("check", "compare", "store")
    plain = {key: value for key, value in table.items() if key not in sections}
    return Config(
        root=root,
        path=path,
        check=CheckConfig(**_read_check(table.get("check", {}), path)),
        compare=CompareConfig(**_read(table.get("compare", {}), _COMPARE, path, "compare.")),
        store=StoreConfig(**_read(table.get("store", {}), _STORE, path, "store.")),
        **_read(plain, _TOP, path, "", also=sections),
    )


def _read_check(table: Any, path: str) -> dict[str, Any]:
    sections = ("dependencies", "hyperparameters", "notebooks")
    if not isinstance(table, dict):
        return _read(table, _CHECK, path, "check.", also=sections)
    plain = {key: value for key, value in table.items() if key not in sections}
    read = _read(plain, _CHECK, path, "check.", also=sections)
    if (inner := table.get("hyperparameters")) is not None:
        own = _read(inner, _HYPERPARAMETERS, path, "check.hyperparameters.")
        read["hyperparameters"] = HyperparameterConfig(path=path, **own)
    if (inner := table.get("notebooks")) is not None:
        read["notebooks"] = NotebookConfig(**_read(inner, _NOTEBOOKS, path, "check.notebooks."))
    if (inner := table.get("dependencies")) is not None:
        read["dependencies"] = DependencyConfig(**_read(inner, _DEPENDENCIES, path, "check.dependencies."))
    return read


def _table(file: str, name: str) -> Mapping[str, Any] | None:
    try:
        with open(file, "rb") as handle:
            data = handle.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"{name} cannot be read: {error.strerror}") from None
    return _section(data, name)


def _section(data: bytes, name: str) -> Mapping[str, Any] | None:
    if name == "pyproject.toml" and b"reproof" not in data:
        return None
    import tomllib

    try:
        document = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{name}:{line}: not UTF-8", "TOML files are UTF-8; save it as such.") from None
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"at line (\d+)", str(error))
        line_of = f":{where.group(1)}" if where else ""
        raise ConfigError(f"{name}{line_of}: not TOML: {error}") from None
    except RecursionError:
        raise ConfigError(f"{name}: not TOML that can be read: nested too deeply") from None
    if name == "reproof.toml":
        return document
    tool = document.get("tool")
    table = tool.get("reproof") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigError(f"{name}: tool.reproof must be a table")
    return table


def _read(
    table: Any, schema: Mapping[str, Callable[[Any], Any]], path: str, prefix: str, also: tuple[str, ...] = ()
) -> dict[str, Any]:
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
            raise ConfigError(f"{path}: {where} must be {wrong}, not {_show(culprit)}") from None
    return values


def _unknown(key: str, known: list[str], path: str, prefix: str) -> ConfigError:
    import difflib

    near = difflib.get_close_matches(key, known, n=1)
    hint = f"Did you mean {prefix}{near[0]}?" if near else f"Known keys: {', '.join(sorted(known))}."
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
            if key not in _METRIC:
                raise _Wrong(f"one of the keys {', '.join(_METRIC)}", f'."{pattern}"', key)
            try:
                fields[key.replace("-", "_")] = _METRIC[key](item)
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


_METRIC: dict[str, Callable[[Any], Any]] = {
    "better": _one_of("higher", "lower", "none"),
    "tolerance": _tolerance,
    "min-rows": _count,
}
_TOP: dict[str, Callable[[Any], Any]] = {
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
_CHECK: dict[str, Callable[[Any], Any]] = {
    "select": _strings,
    "ignore": _strings,
    "exclude": _strings,
    "strict": _boolean,
    "per-file-ignores": _per_file,
}
_HYPERPARAMETERS: dict[str, Callable[[Any], Any]] = {
    "names": _names,
    "allow": _allowed,
    "config-modules": _strings,
    "frameworks": _tables,
}
_NOTEBOOKS: dict[str, Callable[[Any], Any]] = {
    "policy": _one_of("clean", "executed"),
    "executed": _strings,
    "extra-keys": _stripped_keys,
    "keep-metadata-keys": _stripped_keys,
    "builtins": _strings,
}
_DEPENDENCIES: dict[str, Callable[[Any], Any]] = {"allow-tags": _boolean, "kinds": _carriers}
_COMPARE: dict[str, Callable[[Any], Any]] = {
    "retrains": _count,
    "time-budget": _seconds,
    "false-alarms": _fraction,
    "baseline": _count,
    "per-merge": _count,
    "fail-on": _verdicts,
    "metrics": _metrics,
}
_STORE: dict[str, Callable[[Any], Any]] = {
    "kind": _one_of("branch", "folder", "mlflow"),
    "ref": _string,
    "path": _string,
    "uri": _string,
    "experiment": _string,
}
