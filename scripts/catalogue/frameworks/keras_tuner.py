"""Keras Tuner: how long it searches; the bounds that `hp.Int` and its like take are debatable."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Only, Row, Table, names, rows
from scripts.catalogue.signatures import of, of_method
from scripts.catalogue.sources import Sources

DISTRIBUTION = "keras-tuner"
ROOTS = ("keras_tuner", "kerastuner")

_TUNERS = names("BayesianOptimization GridSearch Hyperband RandomSearch")
_BUDGET: dict[str, Row | str] = {
    "objective": {"kind": "evaluation", "strict": True},  # a metric's name, as `monitor=` is
    **dict.fromkeys(
        (
            *("max_trials", "max_epochs", "factor", "hyperband_iterations", "executions_per_trial"),
            *("num_initial_points", "alpha", "beta"),
        ),
        "training",
    ),
}
_BOUNDS = ("min_value", "max_value", "step", "sampling", "values", "default", "value")


def read(sources: Sources) -> dict[str, Any]:
    """The tuners by their signatures; a study's bounds by those of `HyperParameters`."""
    found = sources.get("keras_tuner.HyperParameters")
    debatable = Only({name: {"kind": "training", "strict": True} for name in _BOUNDS})
    table: Table = {
        name: rows(of(sources, sources.get(f"keras_tuner.{name}")), Only(_BUDGET)) for name in _TUNERS
    }
    methods: Table = {
        name: rows(of_method(sources, found, name), debatable) for name in ("Int", "Float", "Choice", "Fixed")
    }
    return {"callables": table, "methods": methods}
