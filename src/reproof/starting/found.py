"""What kind of project a repository is, told by its files: how it trains, what it uses, what it has of reproof."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reproof.runs.capture.environment.flags import PINNED_BESIDE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

SCRIPTS = re.compile(r"(?:[^/]+/){0,3}(?:train|training|run_training|fit)\.py")
METRICS = re.compile(r"(?:[^/]+/){0,3}(?:metrics|scores|results)\.(?:json|ya?ml)")
# Where packages are named; of a lock the names are enough, too.
_DECLARES = re.compile(
    r"(?:^|/)(?:requirements[\w.-]*\.(?:txt|in)|pyproject\.toml|setup\.(?:py|cfg)|Pipfile(?:\.lock)?|pixi\.toml"
    r"|(?:uv|poetry|pdm)\.lock|[\w.-]*(?:environment|conda)[\w.-]*\.ya?ml)$"
)
# Packages that compute with a framework that is installed with them, and that nobody has to name.
_BRINGS = {
    "numpy": (
        "scipy",
        "scikit-learn",
        "pandas",
        "xgboost",
        "lightgbm",
        "catboost",
        "statsmodels",
        "torchvision",
    ),
    "torch": (
        "lightning",
        "pytorch-lightning",
        "torchvision",
        "transformers",
        "stable-baselines3",
        "ultralytics",
    ),
    "tensorflow": ("tensorflow-cpu", "tf-keras"),
    "jax": ("flax", "optax", "jaxlib"),
}
MOST_BYTES = 2_000_000  # of one file in which names of packages are sought


@dataclass(frozen=True, slots=True)
class Project:
    """A repository as it was found. Paths are relative to it.

    `trains` are the scripts that may be its training (none where reproof's default fits), `metrics` its metrics
    file where that is not the default, `python` its own interpreter, `packages` the numerical ones that it names.
    `workflow` is the first workflow that uses reproof already.
    """

    pipeline: bool
    trains: tuple[str, ...]
    metrics: str | None
    python: str | None
    packages: tuple[str, ...]
    workflow: str | None


def look(
    files: Sequence[str], read: Callable[[str], bytes | None], python: str | None, installed: Collection[str]
) -> Project:
    """What the files tell. `installed` are normalised names of packages of the training's environment.

    Names that a configuration could not hold as they are (control characters, bytes that are no UTF-8) are no
    candidates.
    """
    files = [path for path in files if path.isprintable()]
    pipeline = "dvc.yaml" in files
    default = pipeline or "train.py" in files
    metrics = [path for path in files if METRICS.fullmatch(path)]
    plain = pipeline or "metrics.json" in files
    using = (path for path in files if _is_workflow(path) and b"reproof-ml/reproof@" in (read(path) or b""))
    return Project(
        pipeline=pipeline,
        trains=() if default else tuple(path for path in files if SCRIPTS.fullmatch(path)),
        metrics=None if plain or len(metrics) != 1 else metrics[0],
        python=python,
        packages=_packages(files, read, installed),
        workflow=next(using, None),
    )


def _is_workflow(path: str) -> bool:
    return re.fullmatch(r"\.github/workflows/[^/]+\.ya?ml", path) is not None


def _packages(
    files: Sequence[str], read: Callable[[str], bytes | None], installed: Collection[str]
) -> tuple[str, ...]:
    texts = [
        (read(path) or b"")[:MOST_BYTES].decode("utf-8", "replace")
        for path in files
        if _DECLARES.search(path)
    ]
    named = {
        name for text in texts for name in re.findall(r"(?<![\w./-])[a-z][a-z0-9_.-]*[a-z0-9]", text.lower())
    }
    named = {re.sub(r"[-_.]+", "-", name) for name in named} | set(installed)
    return tuple(name for name in PINNED_BESIDE if name in named or not named.isdisjoint(_BRINGS[name]))
