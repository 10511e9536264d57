"""LightGBM: the scikit-learn classes, `train` and `cv`, data sets and callbacks.

What a params dict may hold, with its aliases, is in the library's C++ sources, which no wheel has: it stands in
the reviewed file.
"""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import TAKES_ALL, Only, Row, Table, names, rows
from scripts.catalogue.signatures import of
from scripts.catalogue.sources import Sources

DISTRIBUTION = "lightgbm"
ROOTS = ("lightgbm",)

_NO_CHOICE = names("importance_type client class_weight")
_CLASSES = names(
    "LGBMModel LGBMClassifier LGBMRegressor LGBMRanker DaskLGBMClassifier DaskLGBMRegressor DaskLGBMRanker"
)
_CALLS: dict[str, dict[str, Row | str]] = {
    "train": {"params": {"kind": "training", "holds": "params"}, "num_boost_round": "training"},
    "cv": {
        "params": {"kind": "training", "holds": "params"},
        "num_boost_round": "training",
        "nfold": "split",
        "metrics": "evaluation",
    },
    "Booster": {"params": {"kind": "training", "holds": "params"}},
    "Dataset": {
        "params": {"kind": "training", "holds": "params"},
        "categorical_feature": "features",
    },
    "early_stopping": {
        "stopping_rounds": "training",
        "min_delta": "training",
    },
}


def read(sources: Sources) -> dict[str, Any]:
    """The estimators take every native parameter by keyword as well."""
    table: Table = {
        name: {**rows(of(sources, sources.get(f"lightgbm.{name}")), _kind), **TAKES_ALL} for name in _CLASSES
    }
    for name, kinds in _CALLS.items():
        table[name] = rows(of(sources, sources.get(f"lightgbm.{name}")), Only(kinds))
    return {"callables": table}


def _kind(name: str) -> Row | None:
    if name in _NO_CHOICE:
        return None
    return {"kind": "training", "strict": True} if name == "objective" else {"kind": "training"}
