"""datasets: how a data set is split; reading one says nothing about a file, so that it is a companion."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Only, rows
from scripts.catalogue.signatures import of_method
from scripts.catalogue.sources import Sources

DISTRIBUTION = "datasets"
ROOTS = ("datasets",)

_SPLIT = Only({"test_size": "split", "train_size": "split"})


def read(sources: Sources) -> dict[str, Any]:
    """The one method that splits."""
    split = of_method(sources, sources.get("datasets.arrow_dataset.Dataset"), "train_test_split")
    return {"companion": True, "methods": {"train_test_split": rows(split, _SPLIT)}}
