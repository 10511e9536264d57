"""bayesian-optimization: how long it searches. The bounds of a search are debatable and not catalogued."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Only, rows
from scripts.catalogue.signatures import of_method
from scripts.catalogue.sources import Sources

DISTRIBUTION = "bayesian-optimization"
ROOTS = ("bayes_opt",)


def read(sources: Sources) -> dict[str, Any]:
    """One method of one class."""
    found = sources.get("bayes_opt.BayesianOptimization")
    budget = Only({"init_points": "training", "n_iter": "training"})
    return {"methods": {"maximize": rows(of_method(sources, found, "maximize"), budget)}}
