"""Which predictions differ, as JSON of `reproof-report/1` and strictly read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reproof.report.json_fields import count, id_of
from reproof.strict import SchemaError, number
from reproof.verdict.comparison import Flips, PredictionChanges

if TYPE_CHECKING:
    from reproof.strict import Fields


def predictions_to_dict(made: PredictionChanges) -> dict[str, Any]:
    """Which predictions differ, as plain JSON values."""
    return {
        "run": made.run,
        "rows": made.rows,
        "differ": made.differ,
        "rounded": made.rounded,
        "broken": made.broken,
        "mended": made.mended,
        "largest": None if made.largest is None else number(made.largest),
        "flips": [{"old": one.old, "new": one.new, "samples": one.samples} for one in made.flips],
    }


def read_predictions(fields: Fields | None) -> PredictionChanges | None:
    """The inverse of `predictions_to_dict`; raises `SchemaError`."""
    if fields is None:
        return None
    with fields:
        made = PredictionChanges(
            run=id_of(fields, "run"),
            rows=count(fields, "rows"),
            differ=count(fields, "differ"),
            rounded=count(fields, "rounded"),
            broken=fields.count_or_none("broken"),
            mended=fields.count_or_none("mended"),
            largest=fields.number_or_none("largest"),
            flips=tuple(_flips(item) for item in fields.objects("flips")),
        )
    told = (
        made.differ + made.rounded,
        made.broken or 0,
        made.mended or 0,
        *(one.samples for one in made.flips),
    )
    if max(told) > made.rows:
        raise SchemaError(f"{fields.where} counts more samples than there are")
    return made


def _flips(fields: Fields) -> Flips:
    with fields:
        return Flips(fields.text("old"), fields.text("new"), count(fields, "samples"))
