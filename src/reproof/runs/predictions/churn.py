"""What differs between two runs' predictions of the same samples: flips, rounding, mended and broken. Pure."""

from __future__ import annotations

import math
import struct
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reproof.runs.predictions.table import Predictions

SHOWN = 20  # samples, and pairs of labels, that a comparison names
ROUNDING = 1e-6  # relative, as for metrics (`verdict/ladder.py`)


def ulps(one: float, other: float) -> int | None:
    """How many doubles lie between two, counting the last: 0 for equal ones; None where one of them is NaN.

    -0 equals 0, and NaN equals NaN. The bits of doubles of one sign are ordered as the doubles are (IEEE 754); the
    infinities stand next to the largest.
    """
    if math.isnan(one) or math.isnan(other):
        return 0 if math.isnan(one) and math.isnan(other) else None
    return abs(_rank(one) - _rank(other))


def _rank(value: float) -> int:
    (bits,) = struct.unpack("<q", struct.pack("<d", value))
    return int(bits) if bits >= 0 else -(bits + 2**63)


@dataclass(frozen=True, slots=True)
class Flip:
    """A sample whose label differs: its id (or row, from 0), both labels, and the target where it is known."""

    sample: str
    old: str
    new: str
    target: str | None


@dataclass(frozen=True, slots=True)
class Churn:
    """Two runs' predictions of the same samples.

    `flipped` of `rows` samples differ beyond rounding (labels: at all), `rounded` within it. `broken` were right
    and are wrong, `mended` the other way round (None without targets). For numbers, `largest` is the largest
    absolute difference and `ulps` the largest distance in doubles. `pairs` counts flips by (old, new), the most
    frequent first.
    """

    rows: int
    flipped: int
    rounded: int = 0
    broken: int | None = None
    mended: int | None = None
    largest: float | None = None
    ulps: int | None = None
    pairs: tuple[tuple[str, str, int], ...] = ()
    flips: tuple[Flip, ...] = ()

    @property
    def share(self) -> float:
        """The churn: the share of samples that are predicted otherwise (Milani Fard et al., 2016)."""
        return self.flipped / self.rows if self.rows else 0.0

    @property
    def spread(self) -> float | None:
        """The standard deviation of accuracy that the churn speaks of, sqrt((b + c) / 2) / N; None without targets.

        Of two runs of one distribution, the difference of accuracies has variance (b + c) / N² (McNemar), and each
        run half of it.
        """
        if self.broken is None or self.mended is None or not self.rows:
            return None
        return math.sqrt((self.broken + self.mended) / 2) / self.rows


def churn(old: Predictions, new: Predictions) -> Churn | None:
    """What differs; None where the two are not of the same samples, or one has ids and the other has none.

    Labels and numbers are compared as numbers where the labels are some (a run whose scores are all whole).
    """
    if old.samples != new.samples or old.rows != new.rows:
        return None
    if old.labels is not None and new.labels is not None:
        return _labels(old, new)
    before, after = _numbers(old), _numbers(new)
    if (
        before is None or after is None
    ):  # words on one side, numbers on the other: no sample is predicted alike
        return Churn(old.rows, old.rows)
    return _differences(before, after)


def _labels(old: Predictions, new: Predictions) -> Churn:
    assert old.labels is not None
    assert new.labels is not None
    before, after = old.labels, new.labels
    mine = {label: place for place, label in enumerate(after)}
    moved = [mine.get(label, -1) for label in before]  # the old places as new ones; -1 is nobody's
    pairs: Counter[tuple[int, int]] = Counter()
    rows: list[int] = []
    broken = mended = 0
    goals = new.targets
    for row, (one, other) in enumerate(zip(old.values, new.values, strict=True)):
        was = moved[int(one)]
        if was == other:
            continue
        pairs[int(one), int(other)] += 1
        if len(rows) < SHOWN:
            rows.append(row)
        if goals is not None:
            broken += was == goals[row]
            mended += other == goals[row]
    return Churn(
        rows=old.rows,
        flipped=pairs.total(),
        broken=None if goals is None else broken,
        mended=None if goals is None else mended,
        pairs=tuple((before[one], after[other], times) for (one, other), times in _frequent(pairs)),
        flips=tuple(
            Flip(
                sample=_name(row, old, new),
                old=before[int(old.values[row])],
                new=after[int(new.values[row])],
                target=None if goals is None else after[int(goals[row])],
            )
            for row in rows
        ),
    )


def _frequent(pairs: Counter[tuple[int, int]]) -> list[tuple[tuple[int, int], int]]:
    return sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))[:SHOWN]


def _name(row: int, *tables: Predictions) -> str:
    """A sample's id where one of the tables knows it, else its row from 0."""
    return next((table.ids[row] for table in tables if table.ids is not None), str(row))


def _numbers(table: Predictions) -> Sequence[float] | None:
    """The predictions as numbers; None where they are words."""
    if table.labels is None:
        return table.values
    try:
        known = [float(label) for label in table.labels]
    except ValueError:
        return None
    return [known[int(place)] for place in table.values]


def _differences(before: Sequence[float], after: Sequence[float]) -> Churn:
    """Numbers: beyond rounding relative to the larger of the two is another prediction; NaN equals NaN."""
    flipped = rounded = 0
    largest, farthest = 0.0, 0
    for one, other in zip(before, after, strict=True):
        if one == other:
            continue
        distance = ulps(one, other)
        if distance == 0:
            continue
        if distance is None:  # a number on one side only
            flipped += 1
            largest = math.inf
            continue
        apart = abs(one - other)
        largest, farthest = max(largest, apart), max(farthest, distance)
        if apart <= ROUNDING * max(abs(one), abs(other)) < math.inf:
            rounded += 1
        else:
            flipped += 1
    return Churn(rows=len(before), flipped=flipped, rounded=rounded, largest=largest, ulps=farthest)
