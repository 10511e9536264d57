"""category_encoders: the encoded columns, and how strongly an encoder smooths."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Row, Table, names, rows
from scripts.catalogue.signatures import of
from scripts.catalogue.sources import Sources

DISTRIBUTION = "category-encoders"
ROOTS = ("category_encoders",)

_NO_CHOICE = names(
    "mapping max_process max_sample process_creation_method min_group_name hierarchy delimiter index_start "
    "composite_cols combine_min_nan_groups"
)


def read(sources: Sources) -> dict[str, Any]:
    """Every encoder that the package offers."""
    table: Table = {
        name: rows(of(sources, found), _kind)
        for name, found in sources.public("category_encoders").items()
        if found.is_class
    }
    return {"callables": table}


def _kind(name: str) -> Row | None:
    if name in _NO_CHOICE:
        return None
    return {"kind": "features"} if name == "cols" else {"kind": "preprocessing"}
