"""Optuna: samplers, pruners, `optimize`, and a trial's suggestions (the bounds of a study, which are debatable)."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Only, Row, Table, every, names, rows
from scripts.catalogue.signatures import of, of_method
from scripts.catalogue.sources import Sources

DISTRIBUTION = "optuna"
ROOTS = ("optuna",)

_NO_CHOICE = names(
    "x0 independent_sampler weights mutation crossover elite_population_selection_strategy fixed_params "
    "child_generation_strategy after_trial_strategy reference_points source_trials base_sampler "
    "wrapped_pruner categorical_distance_func constraints_func consider_prior consider_magic_clip "
    "consider_endpoints multivariate warn_independent_sampling improvement_evaluator error_evaluator"
)
_BOUNDS = {name: {"kind": "training", "strict": True} for name in ("low", "high", "choices", "step", "q")}


def read(sources: Sources) -> dict[str, Any]:
    """Samplers and pruners by their signatures; methods by those of `Study` and `Trial`."""
    table: Table = {}
    for module in ("optuna.samplers", "optuna.pruners"):
        for name, found in sources.public(module).items():
            if found.is_class and not name.startswith("Base"):
                table[name] = rows(of(sources, found), _kind)
    table["MaxTrialsCallback"] = rows(
        of(sources, sources.get("optuna.study.MaxTrialsCallback")), Only({"n_trials": "training"})
    )
    table["Terminator"] = rows(of(sources, sources.get("optuna.terminator.Terminator")), every("training"))
    trial = sources.get("optuna.trial.Trial")
    methods: Table = {
        f"suggest_{what}": rows(of_method(sources, trial, f"suggest_{what}"), Only(_BOUNDS))
        for what in ("categorical", "discrete_uniform", "float", "int", "loguniform", "uniform")
    }
    study = of_method(sources, sources.get("optuna.study.Study"), "optimize")
    methods["optimize"] = rows(study, Only({"n_trials": "training"}))
    return {"callables": table, "methods": methods}


def _kind(name: str) -> Row | None:
    if name in _NO_CHOICE:
        return None
    return {"kind": "training", "holds": "grid"} if name == "search_space" else {"kind": "training"}
