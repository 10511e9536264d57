"""segmentation_models_pytorch: networks by the name of their encoder, strengths of its losses."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Only, Row, Table, names, rows
from scripts.catalogue.signatures import base_names, of
from scripts.catalogue.sources import Sources

DISTRIBUTION = "segmentation-models-pytorch"
ROOTS = ("segmentation_models_pytorch",)

_SHAPE: Row = {"kind": "model", "strict": True}
_NETWORK = Only(
    {
        "arch": _SHAPE,
        "encoder_name": {"name": "pretrained_model", "kind": "model"},
        "decoder_dropout": {"name": "dropout", "kind": "model"},
        **dict.fromkeys(
            names(
                "encoder_weights encoder_depth decoder_channels decoder_attention_type decoder_pyramid_channels "
                "decoder_segmentation_channels decoder_merge_policy decoder_atrous_rates activation"
            ),
            _SHAPE,
        ),
    }
)
_LOSS = Only(
    {
        **dict.fromkeys(names("alpha beta gamma smooth smooth_factor reduced_threshold"), "training"),
        "class_weights": "training",
    }
)


def read(sources: Sources) -> dict[str, Any]:
    """The networks, `create_model` and the losses."""
    table: Table = {}
    for found in sources.classes("segmentation_models_pytorch.decoders"):
        if "SegmentationModel" in base_names(sources, found):
            table[found.name] = rows(of(sources, found), _NETWORK)
    create = sources.get("segmentation_models_pytorch.create_model")
    table["create_model"] = rows(of(sources, create), _NETWORK)
    for found in sources.classes("segmentation_models_pytorch.losses"):
        table[found.name] = rows(of(sources, found), _LOSS)
    return {"callables": table}
