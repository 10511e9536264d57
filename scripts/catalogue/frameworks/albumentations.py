"""albumentations: sizes, probabilities and strengths of its transforms."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Kind, Row, Table, names, rows
from scripts.catalogue.signatures import base_names, of
from scripts.catalogue.sources import Found, Sources

DISTRIBUTION = "albumentations"
ROOTS = ("albumentations",)

_BASES = names("BasicTransform BaseCompose")
# How pixels are filled in or read, and what a transform is handed.
_NO_CHOICE = names(
    "transforms interpolation mask_interpolation border_mode fill fill_mask fill_value mask_fill_value "
    "bbox_params keypoint_params additional_targets read_fn reference_images metadata_key name image mask "
    "keypoints bboxes keypoint_remapping_method cropping_bbox_key bbox_labels mask_indices telemetry "
    "font_path stopwords augmentations pad_position position max_pixel_value num_output_channels "
    "interpolation_pair is_check_args drop_color src_color color"
)
_STATISTICS = names("mean std normalization")
# Conversions, and statistics of a data set.
_SKIPPED = names(
    "ToFloat FromFloat ToGray ToRGB ToTensorV2 ToTensor3D Lambda NoOp BasicTransform BaseCompose Transpose"
)
_PREPARES: Row = {"kind": "preprocessing"}
_CHANCE: Row = {"kind": "preprocessing", "neutral": ["1", "1.0"]}  # 1 is always, as where a size is set
_PREPARES_SO: Row = {"kind": "preprocessing", "strict": True}


def read(sources: Sources) -> dict[str, Any]:
    """The transforms and the groups of transforms."""
    table: Table = {}
    for package in ("albumentations.augmentations", "albumentations.core.composition"):
        for found in sources.classes(package):
            if (
                _BASES & base_names(sources, found)
                and found.name not in _SKIPPED
                and not found.name.startswith("Base")
            ):
                table[found.name] = rows(of(sources, found), _kind(found))
    return {"callables": table}


def _kind(found: Found) -> Kind:
    statistics = found.name == "Normalize"

    def kind(name: str) -> Row | None:
        if name in _NO_CHOICE or name.endswith("_key"):
            return None
        if statistics or name in {"mode", "method"}:
            return _PREPARES_SO if name in _STATISTICS or name in {"mode", "method"} else None
        return _CHANCE if name == "p" else _PREPARES

    return kind
