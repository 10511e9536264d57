"""torchvision: transforms (v1 and v2), models with their weights, detection thresholds, regularising layers."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.layers import laid_over
from scripts.catalogue.rows import Only, Row, Table, names, rows
from scripts.catalogue.signatures import base_names, of
from scripts.catalogue.sources import Sources

DISTRIBUTION = "torchvision"
ROOTS = ("torchvision",)

_TRANSFORMS = (
    "torchvision.transforms.transforms",
    "torchvision.transforms.autoaugment",
    "torchvision.transforms.v2",
)
# Format and type conversions, holders of other transforms, the statistics of a data set.
_NO_CHOICE = names(
    "Compose RandomOrder Lambda ToTensor ToImage ToPILImage PILToTensor ToPureTensor ToDtype RGB "
    "Grayscale ConvertImageDtype ConvertBoundingBoxFormat ClampBoundingBoxes ClampKeyPoints "
    "SetClampingMode Identity SanitizeBoundingBoxes SanitizeKeyPoints LinearTransformation "
    "AutoAugmentPolicy Transform"
)
_STATISTICS = names("mean std")
_DETAILS = names(
    "fill value padding_mode center interpolation num_magnitude_bins chain_depth trials max_size"
)
_NO_PARAMETER = names("transforms lambd labels_getter mode num_classes sampler_options policy")
_FUNCTIONS: dict[str, dict[str, Row | str]] = {
    "resize": {"size": "preprocessing"},
    "center_crop": {"output_size": "preprocessing"},
    "resized_crop": {"size": "preprocessing"},
    "five_crop": {"size": "preprocessing"},
    "ten_crop": {"size": "preprocessing"},
    "gaussian_blur": {"kernel_size": "preprocessing", "sigma": "preprocessing"},
    "normalize": {name: {"kind": "preprocessing", "strict": True} for name in ("mean", "std")},
    "rotate": {"angle": {"kind": "preprocessing", "strict": True}},
}
_PRETRAINED: Row = {"name": "pretrained_weights", "kind": "model"}
# Of the functions that make a model; `**kwargs` reach the model's class.
_MODEL: dict[str, Row | str] = {
    "weights": _PRETRAINED,
    "weights_backbone": _PRETRAINED,
    "trainable_backbone_layers": "training",
    "dropout": "model",
    "stochastic_depth_prob": "model",
    "min_size": "preprocessing",
    "max_size": "preprocessing",
    **dict.fromkeys(names("score_thresh nms_thresh box_score_thresh box_nms_thresh"), "evaluation"),
    **{name: {"kind": "model", "strict": True} for name in ("num_classes", "width_mult", "aux_loss")},
    **{
        name: {"kind": "evaluation", "strict": True}
        for name in ("detections_per_img", "box_detections_per_img", "topk_candidates")
    },
}
_LAYERS: dict[str, dict[str, Row | str]] = {
    "torchvision.ops.StochasticDepth": {"p": {"name": "stochastic_depth", "kind": "model"}},
    "torchvision.ops.DropBlock2d": {"p": "model", "block_size": "model"},
    "torchvision.ops.DropBlock3d": {"p": "model", "block_size": "model"},
    "torchvision.ops.MLP": {"dropout": "model", "hidden_channels": {"kind": "model", "strict": True}},
    "torchvision.ops.sigmoid_focal_loss": {"alpha": "training", "gamma": "training"},
    "torchvision.ops.nms": {"iou_threshold": "evaluation"},
    "torchvision.ops.batched_nms": {"iou_threshold": "evaluation"},
}


def read(sources: Sources) -> dict[str, Any]:
    """The callables of torchvision."""
    table: Table = {}
    for package in _TRANSFORMS:
        for found in sources.classes(package):
            if found.name not in _NO_CHOICE and "Enum" not in base_names(sources, found):
                table[found.name] = laid_over(rows(of(sources, found), _transform), table.get(found.name, {}))
    for name, kinds in _FUNCTIONS.items():
        found = sources.get(f"torchvision.transforms.functional.{name}")
        table[f"functional.{name}"] = rows(of(sources, found), Only(kinds))
    for found in sources.functions("torchvision.models"):
        if any(argument.name == "weights" for argument in of(sources, found)):
            table[found.name] = rows(of(sources, found), Only(_MODEL)) | _by_keyword(found.module.name)
    table["get_model"] = {"name": {"name": "pretrained_model", "kind": "model", "position": 0}} | _by_keyword(
        ""
    )
    for name in ("FasterRCNN", "MaskRCNN", "RetinaNet", "FCOS", "SSD"):
        found = sources.get(f"torchvision.models.detection.{name}")
        table[name] = rows(of(sources, found), Only(_MODEL))
    for dotted, kinds in _LAYERS.items():
        table[dotted.rpartition(".")[2]] = rows(of(sources, sources.get(dotted)), Only(kinds))
    return {"callables": table}


def _transform(name: str) -> Row | None:
    if name in _NO_PARAMETER:
        return None
    strict = name in _STATISTICS or name in _DETAILS
    return {"kind": "preprocessing", "strict": True} if strict else {"kind": "preprocessing"}


def _by_keyword(module: str) -> dict[str, Row]:
    """What the makers of models hand on: to a detector its thresholds, to a classifier its dropout."""
    if ".detection." in module:
        handed_on = names("min_size max_size box_score_thresh box_nms_thresh score_thresh nms_thresh")
    else:
        handed_on = names("dropout stochastic_depth_prob")
    kinds = {name: _MODEL[name] for name in sorted(handed_on)}
    return {name: {"kind": kind} if isinstance(kind, str) else dict(kind) for name, kind in kinds.items()}
