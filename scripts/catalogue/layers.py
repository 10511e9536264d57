"""Rows over rows: what two versions, or two packages, call by one name."""

from __future__ import annotations

from scripts.catalogue.rows import Rows


def laid_over(below: Rows, above: Rows) -> Rows:
    """Both callables' rows, those above as they are; those below lose a position that is taken above."""
    taken = {row["position"] for row in above.values() if "position" in row}
    kept = {
        name: {key: value for key, value in row.items() if key != "position" or value not in taken}
        for name, row in below.items()
        if name not in above
    }
    return {**above, **kept}
