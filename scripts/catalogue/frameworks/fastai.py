"""fastai: learners, their fits, data loaders, augmentation, splitters, callbacks."""

from __future__ import annotations

import ast
from typing import Any

from scripts.catalogue.rows import Only, Row, Table, names, rows
from scripts.catalogue.signatures import of, of_function
from scripts.catalogue.sources import Sources

DISTRIBUTION = "fastai"
ROOTS = ("fastai",)

_LEARNERS = (
    *("learner.Learner", "vision.learner.vision_learner", "vision.learner.unet_learner"),
    *("tabular.learner.tabular_learner", "text.learner.text_classifier_learner", "collab.collab_learner"),
    "text.learner.language_model_learner",
)
_LEARNER: dict[str, Row | str] = {
    **dict.fromkeys(("lr", "wd", "moms", "drop_mult"), "training"),
    **dict.fromkeys(("ps", "layers", "n_factors", "lin_ftrs"), "model"),
    "seq_len": "preprocessing",
    "max_len": "preprocessing",
}
_OPTIMIZERS = names("Adam SGD RMSProp RAdam Lamb Larc Lookahead ranger QHAdam")
_AUGMENTATION = (
    *("aug_transforms", "Resize", "RandomResizedCrop", "RandomResizedCropGPU", "RandomErasing", "Flip"),
    *("Rotate", "Zoom", "Warp", "Brightness", "Contrast", "Saturation", "Hue", "CropPad", "RandomCrop"),
)
_OTHERS: dict[str, dict[str, Row | str]] = {
    "data.transforms.RandomSplitter": {"valid_pct": "split"},
    "data.transforms.TrainTestSplitter": {"test_size": "split"},
    "callback.tracker.EarlyStoppingCallback": {"patience": "training", "min_delta": "training"},
    "callback.tracker.ReduceLROnPlateau": dict.fromkeys(
        ("patience", "min_delta", "factor", "min_lr"), "training"
    ),
    "callback.mixup.MixUp": {"alpha": "training"},
    "callback.mixup.CutMix": {"alpha": "training"},
    "callback.training.GradientAccumulation": {"n_acc": "training"},
    "callback.training.GradientClip": {"max_norm": "training", "norm_type": "training"},
}
_FITS = (
    *("callback.schedule.fit_one_cycle", "callback.schedule.fine_tune", "callback.schedule.fit_flat_cos"),
    *("callback.schedule.fit_sgdr", "learner.Learner.fit"),
)
_NO_FIT = names("self cbs reset_opt start_epoch")


def read(sources: Sources) -> dict[str, Any]:
    """The fits are patched onto the learner; what makes data loaders is in the reviewed file."""
    table: Table = {}
    for dotted in _LEARNERS:
        found = sources.get(f"fastai.{dotted}")
        table[found.name] = rows(of(sources, found), Only(_LEARNER))
    for name in _OPTIMIZERS:
        table[name] = rows(of(sources, sources.get(f"fastai.optimizer.{name}")), _optimizer)
    for name in _AUGMENTATION:
        table[name] = rows(of(sources, sources.get(f"fastai.vision.augment.{name}")), _augmentation)
    for dotted, kinds in _OTHERS.items():
        found = sources.get(f"fastai.{dotted}")
        table[found.name] = rows(of(sources, found), Only(kinds))
    methods: Table = {}
    for dotted in _FITS:
        found = sources.get(f"fastai.{dotted}")
        if isinstance(found.node, ast.FunctionDef):
            methods[found.name] = rows(of_function(found.node, bound=True), _fit)
    return {"callables": table, "methods": methods}


def _optimizer(name: str) -> Row | None:
    return None if name in {"opt", "decouple_wd"} else {"kind": "training"}


def _augmentation(name: str) -> Row | None:
    if name in names("method resamples pad_mode nm before_call xtra_tfms mode batch draw draw_x draw_y"):
        return None
    return {"kind": "preprocessing"}


def _fit(name: str) -> Row | None:
    return None if name in _NO_FIT else {"kind": "training"}
