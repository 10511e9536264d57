"""Which samples the new run predicts otherwise than a recorded one. Said beside the verdict; it decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reproof.runs.predictions.churn import churn
from reproof.runs.predictions.packed import kept
from reproof.strict import SchemaError
from reproof.verdict.comparison import Flips, NotChecked, PredictionChanges

if TYPE_CHECKING:
    from reproof.runs.record import RunRecord

MOST_FLIPS = 5  # pairs of labels that are told
_LABEL = 200  # characters of one
_WHAT = "which predictions differ"


def prediction_changes(old: RunRecord, new: RunRecord) -> PredictionChanges | NotChecked | None:
    """What differs, or why that is not known; None where one of the two runs has no predictions."""
    before, after = old.results.predictions, new.results.predictions
    if before is None or after is None:
        return None
    if before.hash == after.hash:
        return PredictionChanges(old.id, after.rows, 0)
    if before.kept is None or after.kept is None:
        which = "the recorded run" if before.kept is None else "the new run"
        return NotChecked(
            _WHAT, f"{which} keeps only a hash of them (kept: CSV or TSV, up to 64 KiB when packed)"
        )
    try:
        found = churn(kept(before.kept, before.hash), kept(after.kept, after.hash))
    except SchemaError as error:
        return NotChecked(_WHAT, f"a record cannot be read: its {error}")
    if found is None:
        return NotChecked(_WHAT, "the two runs predict other samples")
    return PredictionChanges(
        run=old.id,
        rows=found.rows,
        differ=found.flipped,
        rounded=found.rounded,
        broken=found.broken,
        mended=found.mended,
        largest=found.largest,
        flips=tuple(
            Flips(one[:_LABEL], other[:_LABEL], samples) for one, other, samples in found.pairs[:MOST_FLIPS]
        ),
    )
