"""scikit-optimize: its minimizers and its search; the bounds of a dimension are debatable."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Kind, Only, Row, Table, every, names, rows
from scripts.catalogue.signatures import of
from scripts.catalogue.sources import Sources

DISTRIBUTION = "scikit-optimize"
ROOTS = ("skopt",)

_NO_CHOICE = names(
    "func dimensions x0 y0 callback model_queue_size space_constraint noise n_points acq_func_kwargs "
    "acq_optimizer_kwargs init_point_gen_kwargs"
)
_SEARCH: dict[str, Row | str] = {
    "search_spaces": {"kind": "training", "holds": "grid"},
    "n_iter": "training",
    "n_points": "training",
    "scoring": "evaluation",
    "cv": "split",
}
_BOUNDS = names("low high prior base categories")


def read(sources: Sources) -> dict[str, Any]:
    """Functions by their signatures."""
    table: Table = {"BayesSearchCV": rows(of(sources, sources.get("skopt.BayesSearchCV")), Only(_SEARCH))}
    for name in ("gp_minimize", "forest_minimize", "gbrt_minimize", "dummy_minimize"):
        table[name] = rows(of(sources, sources.get(f"skopt.{name}")), _but(every("training")))
    for name in ("Real", "Integer", "Categorical"):
        debatable = Only({bound: {"kind": "training", "strict": True} for bound in _BOUNDS})
        table[f"space.{name}"] = rows(of(sources, sources.get(f"skopt.space.{name}")), debatable)
    return {"callables": table}


def _but(kind_of: Kind) -> Kind:
    return lambda name: None if name in _NO_CHOICE else kind_of(name)
