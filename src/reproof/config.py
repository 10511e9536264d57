"""`[tool.reproof]` in `pyproject.toml`, or `reproof.toml`, as a frozen `Config`.

Every key has a default; which there are and what each may be is in `config_keys.py`.
This module is on the commit path: TOML is only parsed where a file mentions reproof.
"""

from __future__ import annotations

import os
import re

from reproof.errors import UsageError
from reproof.regular_files import read_regular
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


def refuse_configuration_below(root: str, folder: str) -> None:
    """Raise `ConfigError` where a folder from `folder` up to `root` configures trainings, which nobody reads.

    What it says of `check` alone is left to whoever checks there.
    """
    top, here = os.path.realpath(root), os.path.realpath(folder)
    while here.startswith(os.path.join(top, "")):
        for name in ("reproof.toml", "pyproject.toml"):
            file = os.path.join(here, name)
            shown = os.path.relpath(file, top)
            if set(_table(file, shown) or ()) - {"check"}:
                raise ConfigError(
                    f"{shown} is not read: trainings are configured at the repository's root, and start there",
                    f"Move it to {os.path.join(root, name)}, with paths from there; a stage of dvc.yaml may have a "
                    "folder of its own (`wdir`).",
                )
        here = os.path.dirname(here)


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
    from reproof.config_keys import COMPARE, STORE, TOP, read_check, read_table

    sections = ("check", "compare", "store")
    plain = {key: value for key, value in table.items() if key not in sections}
    return Config(
        root=root,
        path=path,
        check=CheckConfig(**read_check(table.get("check", {}), path)),
        compare=CompareConfig(**read_table(table.get("compare", {}), COMPARE, path, "compare.")),
        store=StoreConfig(**read_table(table.get("store", {}), STORE, path, "store.")),
        **read_table(plain, TOP, path, "", also=sections),
    )


def _table(file: str, name: str) -> Mapping[str, Any] | None:
    try:
        data = read_regular(file) or b""
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"{name} cannot be read: {error.strerror}") from None
    return _section(data, name)


def _section(data: bytes, name: str) -> Mapping[str, Any] | None:
    if name.endswith("pyproject.toml") and b"reproof" not in data:
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
    except ValueError as error:  # a number of thousands of digits
        raise ConfigError(f"{name}: not TOML that can be read: {error}") from None
    if name.endswith("reproof.toml"):
        return document
    tool = document.get("tool")
    table = tool.get("reproof") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigError(f"{name}: tool.reproof must be a table")
    return table
