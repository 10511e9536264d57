"""skorch: networks as estimators, with the parameters of their parts (`module__hidden`), and callbacks."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Only, Row, Table, names, rows
from scripts.catalogue.signatures import of
from scripts.catalogue.sources import Sources

DISTRIBUTION = "skorch"
ROOTS = ("skorch",)

_NETS = names("NeuralNet NeuralNetBinaryClassifier NeuralNetClassifier NeuralNetRegressor")
_PARTS: dict[str, Row] = {
    "module__*": {"kind": "model"},
    "optimizer__*": {"kind": "training"},
    "criterion__*": {"kind": "training", "strict": True},
    "iterator_train__batch_size": {"kind": "training", "name": "batch_size"},
    "iterator_valid__batch_size": {"kind": "training", "name": "batch_size"},
}
_NET = {"lr": "training", "max_epochs": "training", "batch_size": "training", "threshold": "evaluation"}
_CALLBACKS: dict[str, dict[str, Row | str]] = {
    "EarlyStopping": {"patience": "training", "threshold": "training", "threshold_mode": "training"},
    "EpochScoring": {"scoring": "evaluation"},
    "BatchScoring": {"scoring": "evaluation"},
    "GradientNormClipping": {
        "gradient_clip_value": "training",
        "gradient_clip_norm_type": "training",
    },
    "LRScheduler": {
        "policy": "training",
        "step_size": "training",
        "gamma": "training",
        "T_max": "training",
        "base_lr": "training",
        "max_lr": "training",
        "factor": "training",
        "patience": "training",
    },
    "WarmRestartLR": {
        "min_lr": "training",
        "max_lr": "training",
        "base_period": "training",
        "period_mult": "training",
    },
}


def read(sources: Sources) -> dict[str, Any]:
    """The nets and what a learning rate's or an early stop's callback takes."""
    table: Table = {
        name: {**rows(of(sources, sources.get(f"skorch.{name}")), Only(_NET)), **_PARTS} for name in _NETS
    }
    for name, kinds in _CALLBACKS.items():
        table[name] = rows(of(sources, sources.get(f"skorch.callbacks.{name}")), Only(kinds))
    # What is handed on to the scheduler that `policy` names.
    handed_on = {key: {"kind": kind} for key, kind in _CALLBACKS["LRScheduler"].items()}
    table["LRScheduler"] = {**handed_on, **table["LRScheduler"]}
    table["ValidSplit"] = rows(of(sources, sources.get("skorch.dataset.ValidSplit")), Only({"cv": "split"}))
    return {"callables": table}
