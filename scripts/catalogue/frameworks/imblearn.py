"""imbalanced-learn: samplers, ensembles and pipelines, described with scikit-learn's own constraints."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.frameworks.sklearn import choices
from scripts.catalogue.rows import Kind, Row, Table, rows
from scripts.catalogue.signatures import base_names, of
from scripts.catalogue.sources import Sources

DISTRIBUTION = "imbalanced-learn"
ROOTS = ("imblearn",)

# What resamples changes the data before training; an ensemble is trained.
_AREAS = {
    "imblearn.over_sampling": "preprocessing",
    "imblearn.under_sampling": "preprocessing",
    "imblearn.combine": "preprocessing",
    "imblearn.ensemble": "training",
    "imblearn.model_selection": "split",
}

_CASES = {
    "cv": "split",
    "sampling_strategy": "preprocessing",
    "categorical_features": "features",
    "kmeans_estimator": None,
}


def read(sources: Sources) -> dict[str, Any]:
    """The samplers, ensembles and splitters; metrics only where they have options to choose."""
    table: Table = {}
    for area, usual in _AREAS.items():
        for name, found in sources.public(area).items():
            if found.is_class and base_names(sources, found) & {"BaseEstimator", "BaseCrossValidator"}:
                table[name] = rows(of(sources, found), choices(sources, found, _kind(usual)))
    return {"callables": table}


def _kind(usual: str) -> Kind:
    def kind(name: str) -> Row | str | None:
        if name in _CASES:
            return _CASES[name]
        return usual

    return kind
