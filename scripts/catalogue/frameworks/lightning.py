"""Lightning: the Trainer's budgets and gradients, callbacks that stop, average, prune or search."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Only, Row, Table, rows
from scripts.catalogue.signatures import of, of_method
from scripts.catalogue.sources import Sources

DISTRIBUTION = "pytorch-lightning"
ROOTS = ("lightning", "pytorch_lightning", "lightning_fabric")

_READING: Row = {"kind": "training", "strict": True}
_BUDGET: Row = {"kind": "training", "neutral": ["-1"]}  # -1 is no limit
_OFTEN: Row = {"kind": "evaluation", "strict": True}
_CLASSES: dict[str, dict[str, Row | str]] = {
    "pytorch_lightning.Trainer": {
        **dict.fromkeys(("max_epochs", "min_epochs", "max_steps", "min_steps"), _BUDGET),
        **dict.fromkeys(
            ("gradient_clip_val", "gradient_clip_algorithm", "accumulate_grad_batches"), "training"
        ),
        **dict.fromkeys(("limit_val_batches", "limit_test_batches"), "evaluation"),
        "limit_train_batches": "training",
        **dict.fromkeys(("max_time", "overfit_batches", "reload_dataloaders_every_n_epochs"), _READING),
        **dict.fromkeys(("val_check_interval", "check_val_every_n_epoch", "limit_predict_batches"), _OFTEN),
    },
    "pytorch_lightning.callbacks.EarlyStopping": {
        **dict.fromkeys(("patience", "min_delta", "stopping_threshold", "divergence_threshold"), "training"),
        **dict.fromkeys(("monitor", "mode"), _READING),
    },
    "pytorch_lightning.callbacks.ModelCheckpoint": dict.fromkeys(("monitor", "mode"), _OFTEN),
    "pytorch_lightning.callbacks.StochasticWeightAveraging": dict.fromkeys(
        ("swa_lrs", "swa_epoch_start", "annealing_epochs", "annealing_strategy"), "training"
    ),
    "pytorch_lightning.callbacks.EMAWeightAveraging": dict.fromkeys(
        ("decay", "update_every_n_steps", "update_starting_at_step", "update_starting_at_epoch"), "training"
    ),
    "pytorch_lightning.callbacks.GradientAccumulationScheduler": {"scheduling": "training"},
    "pytorch_lightning.callbacks.BackboneFinetuning": dict.fromkeys(
        (
            "unfreeze_backbone_at_epoch",
            "backbone_initial_ratio_lr",
            "backbone_initial_lr",
            "initial_denom_lr",
        ),
        "training",
    ),
    "pytorch_lightning.callbacks.LearningRateFinder": dict.fromkeys(
        ("min_lr", "max_lr", "num_training_steps", "early_stop_threshold"), "training"
    ),
    "pytorch_lightning.callbacks.BatchSizeFinder": dict.fromkeys(
        ("steps_per_trial", "init_val", "max_trials"), _READING
    ),
    "pytorch_lightning.callbacks.ModelPruning": {
        "amount": "training",
        "pruning_norm": _READING,
        "pruning_fn": _READING,
    },
    "pytorch_lightning.callbacks.Timer": {"duration": _READING},
}
_METHODS: dict[tuple[str, str], dict[str, Row | str]] = {
    ("pytorch_lightning.tuner.Tuner", "lr_find"): dict.fromkeys(
        ("min_lr", "max_lr", "num_training", "early_stop_threshold"), "training"
    ),
    ("pytorch_lightning.tuner.Tuner", "scale_batch_size"): dict.fromkeys(
        ("steps_per_trial", "init_val", "max_trials"), _READING
    ),
    # A module's own and Fabric's take them alike.
    ("pytorch_lightning.LightningModule", "clip_gradients"): dict.fromkeys(
        ("gradient_clip_val", "gradient_clip_algorithm"), "training"
    ),
}


def read(sources: Sources) -> dict[str, Any]:
    """The callables and methods of Lightning; both of its import names have the same."""
    table: Table = {}
    for dotted, kinds in _CLASSES.items():
        table[dotted.rpartition(".")[2]] = rows(of(sources, sources.get(dotted)), Only(kinds))
    methods: Table = {}
    for (owner, name), kinds in _METHODS.items():
        methods[name] = rows(of_method(sources, sources.get(owner), name), Only(kinds))
    return {"callables": table, "methods": methods}
