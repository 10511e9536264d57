"""torchmetrics: thresholds, ranks and weights of its metrics; how they are averaged is debatable."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Only, Row, Table, names, rows
from scripts.catalogue.signatures import base_names, of
from scripts.catalogue.sources import Sources

DISTRIBUTION = "torchmetrics"
ROOTS = ("torchmetrics",)

_DEBATABLE: Row = {"kind": "evaluation", "strict": True}
_METRIC = Only(
    {
        **dict.fromkeys(
            names("threshold top_k beta iou_thresholds rec_thresholds max_detection_thresholds min_recall"),
            "evaluation",
        ),
        **dict.fromkeys(names("min_precision min_specificity min_sensitivity max_fpr k"), "evaluation"),
        **dict.fromkeys(names("average n_gram n_bins kernel_size sigma net_type data_range"), _DEBATABLE),
    }
)


def read(sources: Sources) -> dict[str, Any]:
    """The metrics as classes and as functions."""
    table: Table = {}
    for found in sources.classes("torchmetrics"):
        if "Metric" in base_names(sources, found) or found.name in {"Accuracy", "F1Score"}:
            table[found.name] = rows(of(sources, found), _METRIC)
    for name, found in sources.public("torchmetrics.functional").items():
        if not found.is_class:
            table[f"functional.{name}"] = rows(of(sources, found), _METRIC)
    return {"callables": table}
