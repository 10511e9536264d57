"""Numbers so large or so small that their squares are no floats any more are judged in another unit.

A likelihood of 1e-200 has squares of 0, a loss of 1e200 has squares of infinity: the one would always have moved,
the other never. What comes out is the same in any unit, so a power of two is taken that brings them near 1. Pure.
"""

from __future__ import annotations

import math
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from reproof.verdict.noise import NO_PAST, blocks, libraries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reproof.verdict.noise import Past
    from reproof.verdict.table import Row

FARTHEST = 400  # binary exponents: up to there, squares and a millionth of them have all their digits


def near_one(rows: Sequence[Row]) -> tuple[Sequence[Row], Sequence[int]]:
    """The rows in units in which recorded values can be squared, and each one's unit as an exponent of two.

    All slices of a metric have one unit. Rows of usual size, and shares of a whole, are left as they are.
    """
    np, _ = libraries()
    if not rows:
        return rows, ()
    sizes = _largest([row.recorded for row in rows])
    exponents = np.where(sizes > 0, np.frexp(sizes)[1], 0)
    if not (np.abs(exponents) > FARTHEST).any():
        return rows, ()
    largest: dict[int, int] = {}
    for row, exponent, size in zip(rows, exponents.tolist(), sizes.tolist(), strict=True):
        if size:
            largest[row.group] = max(largest.get(row.group, exponent), exponent)
    units = [0 if row.whole else largest.get(row.group, 0) for row in rows]
    units = [unit if abs(unit) > FARTHEST else 0 for unit in units]
    return [_in_unit(row, unit) if unit else row for row, unit in zip(rows, units, strict=True)], units


def _largest(values: Sequence[Sequence[float]]) -> Any:
    """The largest magnitude in each of the sequences, of which none is empty."""
    np, _ = libraries()
    largest = np.zeros(len(values))
    for places, block in blocks(values):
        largest[places] = np.abs(block, out=block).max(axis=1)
    return largest


def _in_unit(row: Row, unit: int) -> Row:
    return row._replace(
        recorded=[_scaled(value, -unit) for value in row.recorded],
        now=[_scaled(value, -unit) for value in row.now],
        past=_past(row.past, unit),
        allowed=None if row.allowed is None else row.allowed * Decimal(2) ** -unit,
    )


def _past(past: Past, unit: int) -> Past:
    """Squares that were lost before say nothing."""
    if not 0 < past.squares < math.inf:
        return NO_PAST
    return past._replace(squares=_scaled(past.squares, -2 * unit))


def _scaled(value: float, exponent: int) -> float:
    try:
        return math.ldexp(value, exponent)
    except OverflowError:
        return math.copysign(sys.float_info.max, value)
