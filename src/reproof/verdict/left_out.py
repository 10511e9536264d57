"""What recorded runs themselves look like when each is held against the others: the shape of the noise.

Student's t is right where noise is near normal. Where it has heavy tails, a long side or two levels, single runs
lie far off more often than t says; and the recorded runs show it. So a p-value is never smaller than the share of
recorded runs, over all checks, that have one as small. Of normal noise hardly any has, so that costs little power.
Such shares are conformal p-values (Vovk, Gammerman and Shafer 2005); here they only ever raise one.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from reproof.verdict.noise import libraries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reproof.verdict.table import Row

MOST = 5_000  # recorded values that are left out in turn: enough, and no wait


def left_out(rows: Sequence[Row], p_of: Callable[[Sequence[Row]], Any]) -> Any:
    """The p-values of recorded runs, each as a new run against the others of its check, sorted.

    `p_of` gives those of rows (or of none) of one new run, NaN where nothing is known. Of very many checks, some
    stand for all.
    """
    np, _ = libraries()
    most = max((len(row.recorded) for row in rows), default=0)
    step = max(1, -(-len(rows) * most // MOST))
    groups = max((row.group for row in rows), default=0) + 1
    held = [
        # Checks share a floor with other slices of their metric where the same run is left out.
        row._replace(recorded=others, now=(value,), group=row.group + run * groups)
        for row in islice(rows, 0, None, step)
        if row.gates and not row.foreign and len(row.recorded) > 1
        for run, (value, others) in enumerate(zip(row.recorded, without_each(row.recorded), strict=True))
    ]
    p = p_of(held)
    return np.sort(p[~np.isnan(p)])


def without_each(values: Sequence[float]) -> Any:
    """The values without the first, without the second, and so on: a matrix of one row less than its columns."""
    np, _ = libraries()
    count = len(values)
    kept = ~np.eye(count, dtype=bool)
    return np.broadcast_to(values, kept.shape)[kept].reshape(count, count - 1)


def as_often(p: Any, seen: Any) -> Any:
    """Each p-value, or the share of those in `seen` (sorted) that are as small, whichever is larger."""
    np, _ = libraries()
    if not len(seen):
        return p
    return np.maximum(p, np.searchsorted(seen, p, side="right") / len(seen))
