"""umap-learn: the reduction's own choices."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Row, names, rows
from scripts.catalogue.signatures import of
from scripts.catalogue.sources import Sources

DISTRIBUTION = "umap-learn"
ROOTS = ("umap",)

_NO_CHOICE = names(
    "metric_kwds output_metric_kwds target_metric_kwds transform_queue_size transform_seed transform_mode "
    "tqdm_kwds disconnection_distance precomputed_knn dens_frac"
)


def read(sources: Sources) -> dict[str, Any]:
    """One class."""
    return {"callables": {"UMAP": rows(of(sources, sources.get("umap.umap_.UMAP")), _kind)}}


def _kind(name: str) -> Row | None:
    return None if name in _NO_CHOICE else {"kind": "preprocessing"}
