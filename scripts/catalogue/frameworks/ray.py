"""Ray Tune: search spaces (debatable, as a study's bounds are), runs, schedulers, searchers, stoppers."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Only, Row, Rows, Table, names, rows
from scripts.catalogue.signatures import of
from scripts.catalogue.sources import Found, Sources

DISTRIBUTION = "ray"
ROOTS = ("ray",)

_SPACE = names(
    "choice grid_search lograndint loguniform qlograndint qloguniform qrandint qrandn quniform randint randn "
    "uniform"
)
_NO_CHOICE = names(
    "time_attr metric mode space points_to_evaluate sampler study_name storage random_state_seed "
    "evaluated_rewards custom_explore_fn policy_file base_scheduler resources_allocation_function "
    "utility_kwargs analysis function search_alg scheduler searcher"
)
_GRIDS = names("hyperparam_mutations hyperparam_bounds")
_RUNS: dict[str, Row | str] = {
    "num_samples": "training",
    "config": {"kind": "training", "holds": "params"},
    "param_space": {"kind": "training", "holds": "params"},
    "stop": {"kind": "training", "holds": "params"},
}
_SEARCHERS = (
    "ray.tune.search.hyperopt.HyperOptSearch",
    "ray.tune.search.bayesopt.BayesOptSearch",
    "ray.tune.search.Repeater",
)


def read(sources: Sources) -> dict[str, Any]:
    """Names that other parts of Ray use too are catalogued as those of `ray.tune`."""
    table: Table = {}
    for name in _SPACE:
        found = rows(of(sources, sources.get(f"ray.tune.{name}")), _kind)
        table[f"tune.{name}"] = found if name == "grid_search" else _debatable(found)
    for name in ("run", "TuneConfig", "Tuner", "RunConfig", "Experiment"):
        key = f"tune.{name}" if name in {"run", "Experiment"} else name
        table[key] = rows(of(sources, sources.get(f"ray.tune.{name}")), Only(_RUNS))
    others: list[Found] = [sources.get(dotted) for dotted in _SEARCHERS]
    others += [one for one in sources.public("ray.tune.schedulers").values() if one.is_class]
    others += [sources.get("ray.tune.schedulers.pb2.PB2")]
    others += [one for one in sources.public("ray.tune.stopper").values() if one.is_class]
    for one in others:
        table[one.name] = rows(of(sources, one), _kind)
    return {"callables": {**table, "ASHAScheduler": table["AsyncHyperBandScheduler"]}}


def _debatable(found: Rows) -> Rows:
    return {name: {**row, "strict": True} for name, row in found.items()}


def _kind(name: str) -> Row | None:
    if name in _NO_CHOICE:
        return None
    return {"kind": "training", "holds": "grid"} if name in _GRIDS else {"kind": "training"}
