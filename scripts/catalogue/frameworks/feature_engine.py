"""Feature-engine: imputation, encoding, discretisation, outliers, selection, windows; with their columns."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Row, Table, names, rows
from scripts.catalogue.signatures import of
from scripts.catalogue.sources import Sources

DISTRIBUTION = "feature-engine"
ROOTS = ("feature_engine",)

_AREAS = (
    *("imputation", "encoding", "discretisation", "outliers", "selection", "transformation"),
    *("creation", "datetime", "timeseries.forecasting"),
)
_NO_CHOICE = names(
    "return_object return_boundaries errors ignore_format precision unseen seeding_method functions "
    "lat1 lon1 lat2 lon2 output_unit format "
    "reference drop_original new_variables_names freq features_to_extract dayfirst yearfirst utc"
)
_CASES: dict[str, Row] = {
    "variables": {"kind": "features"},
    "features_to_drop": {"kind": "features"},
    "cv": {"kind": "split"},
    "scoring": {"kind": "evaluation"},
    "param_grid": {"kind": "training", "holds": "grid"},
}


def read(sources: Sources) -> dict[str, Any]:
    """Every transformer of the areas above."""
    table: Table = {}
    for area in _AREAS:
        for name, found in sources.public(f"feature_engine.{area}").items():
            if found.is_class:
                table[name] = rows(of(sources, found), _kind)
    return {"callables": table}


def _kind(name: str) -> Row | None:
    return None if name in _NO_CHOICE else _CASES.get(name, {"kind": "preprocessing"})
