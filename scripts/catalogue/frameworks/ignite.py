"""ignite: the engine's run, early stopping, averaging, schedules of parameters."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Only, Row, Table, names, rows
from scripts.catalogue.signatures import base_names, of, of_method
from scripts.catalogue.sources import Sources

DISTRIBUTION = "pytorch-ignite"
ROOTS = ("ignite",)

_READING: Row = {"kind": "training", "strict": True}
# What a schedule says about the parameter that it moves.
_SCHEDULE = Only(
    {
        **dict.fromkeys(
            names(
                "start_value end_value cycle_size cycle_mult start_value_mult end_value_mult "
                "warmup_duration milestones_values durations initial_value gamma step_size milestones "
                "warmup_start_value warmup_end_value"
            ),
            "training",
        ),
        "param_name": _READING,
    }
)
_CALLS: dict[str, dict[str, Row | str]] = {
    "ignite.handlers.EarlyStopping": {
        **dict.fromkeys(("patience", "min_delta", "threshold"), "training"),
        **dict.fromkeys(("mode", "threshold_mode", "min_delta_mode"), _READING),
    },
    "ignite.handlers.EMAHandler": dict.fromkeys(("momentum", "momentum_warmup", "warmup_iters"), "training"),
    "ignite.engine.create_supervised_trainer": {"gradient_accumulation_steps": "training"},
    "ignite.engine.supervised_training_step": {"gradient_accumulation_steps": "training"},
    "ignite.metrics.TopKCategoricalAccuracy": {"k": "evaluation"},
    "ignite.metrics.Fbeta": {"beta": "evaluation"},
}
_RUN = Only({"max_epochs": "training", "max_iters": "training", "epoch_length": "training"})


def read(sources: Sources) -> dict[str, Any]:
    """The callables and methods of ignite."""
    table: Table = {}
    for dotted, kinds in _CALLS.items():
        table[dotted.rpartition(".")[2]] = rows(of(sources, sources.get(dotted)), Only(kinds))
    for package in ("ignite.handlers.param_scheduler", "ignite.handlers.state_param_scheduler"):
        for found in sources.classes(package):
            if "BaseParamScheduler" in base_names(sources, found):
                table[found.name] = rows(of(sources, found), _SCHEDULE)
        for found in sources.functions(package):
            table[found.name] = rows(of(sources, found), _SCHEDULE)
    run = rows(of_method(sources, sources.get("ignite.engine.Engine"), "run"), _RUN)
    return {"callables": table, "methods": {"run": run}}
