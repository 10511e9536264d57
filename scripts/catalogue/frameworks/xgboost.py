"""XGBoost: the scikit-learn classes, `train` and `cv`, data matrices, callbacks, and what a params dict may hold.

The native interface's aliases are not in the Python sources: they stand in the reviewed file.
"""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import TAKES_ALL, Only, Row, Table, names, rows
from scripts.catalogue.signatures import of, of_method
from scripts.catalogue.sources import Sources

DISTRIBUTION = "xgboost"
ROOTS = ("xgboost",)

_NO_CHOICE = names(
    "verbosity missing importance_type validate_parameters enable_categorical feature_types callbacks "
    "feature_weights client coll_cfg kwargs"
)
_CLASSES = names("XGBModel XGBClassifier XGBRegressor XGBRanker XGBRFClassifier XGBRFRegressor")
_DASK = names("DaskXGBClassifier DaskXGBRegressor DaskXGBRanker DaskXGBRFClassifier DaskXGBRFRegressor")
_PARAMS: Row = {"kind": "training", "holds": "params"}
_TRAIN: dict[str, Row | str] = {
    "params": _PARAMS,
    "num_boost_round": "training",
    "early_stopping_rounds": "training",
    "nfold": "split",
    "metrics": "evaluation",
}


def read(sources: Sources) -> dict[str, Any]:
    """The estimators take every native parameter by keyword as well."""
    estimator = of(sources, sources.get("xgboost.sklearn.XGBModel"))
    table: Table = {}
    for name in sorted(_CLASSES):
        table[name] = {**rows(of(sources, sources.get(f"xgboost.sklearn.{name}")), _kind), **TAKES_ALL}
    for name in sorted(_DASK):
        table[name] = {**rows(of(sources, sources.get(f"xgboost.dask.{name}")), _kind), **TAKES_ALL}
    for name in ("train", "cv"):
        table[name] = rows(of(sources, sources.get(f"xgboost.{name}")), Only(_TRAIN))
    table["dask.train"] = rows(of(sources, sources.get("xgboost.dask.train")), Only(_TRAIN))
    table["QuantileDMatrix"] = rows(
        of(sources, sources.get("xgboost.QuantileDMatrix")), Only({"max_bin": "training"})
    )
    table["EarlyStopping"] = rows(
        of(sources, sources.get("xgboost.callback.EarlyStopping")),
        Only({"rounds": {"kind": "training", "name": "early_stopping_rounds"}, "min_delta": "training"}),
    )
    table["LearningRateScheduler"] = rows(
        of(sources, sources.get("xgboost.callback.LearningRateScheduler")),
        Only({"learning_rates": "training"}),
    )
    table["Booster"] = rows(
        of_method(sources, sources.get("xgboost.Booster"), "__init__"), Only({"params": _PARAMS})
    )
    return {"parameters": rows_without_places(rows(estimator, _kind)), "callables": table}


def rows_without_places(found: dict[str, Row]) -> dict[str, Row]:
    """Rows as a params dict has them: no position, and no default, which the native interface sets itself."""
    return {
        name: {key: value for key, value in row.items() if key not in {"position", "default"}}
        for name, row in found.items()
    }


def _kind(name: str) -> Row | None:
    if name in _NO_CHOICE:
        return None
    if name == "objective":
        return {"kind": "training", "strict": True}
    return {"kind": "evaluation" if name == "eval_metric" else "training"}
