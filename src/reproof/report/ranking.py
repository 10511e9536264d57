"""Which checks a reader sees first: what fails, by how much; then what is open, what moved, what passed."""

from __future__ import annotations

import math
from collections.abc import Iterable

from reproof.report.figures import deviations, mean
from reproof.verdict.comparison import FAILING, Check

PASSED = ("equal", "rounding", "tolerance", "statistical")
_OPEN = ("undecided",)
_MOVED = ("better",)
_CLASSES = {
    result: rank
    for rank, results in enumerate((FAILING, _OPEN, _MOVED, ("new",), ("too-few-rows",)))
    for result in results
}


def ranked(checks: Iterable[Check]) -> tuple[Check, ...]:
    """The checks, worst first; over all rows before slices, with a direction before without."""
    return tuple(sorted(checks, key=_rank))


def noteworthy(checks: Iterable[Check]) -> tuple[Check, ...]:
    """The checks that did not simply pass, worst first: moved, failed or open."""
    return tuple(check for check in ranked(checks) if check.result in (*FAILING, *_OPEN, *_MOVED))


def passed(checks: Iterable[Check]) -> tuple[Check, ...]:
    """The checks that passed, in their own order."""
    return tuple(check for check in checks if check.result in PASSED)


def _rank(check: Check) -> tuple[int, bool, bool, float]:
    return (_class(check), bool(check.slice), check.better == "none", -_distance(check))


def _class(check: Check) -> int:
    if check.result in FAILING and not check.fails:
        return 2  # under other inputs a difference is a move, not a failure
    return _CLASSES.get(check.result, 5)


def _distance(check: Check) -> float:
    """How far off, in recorded deviations where there are some, else relative to the recorded mean."""
    if check.result in PASSED:
        return 0.0  # among what passed, the project's own order is the readable one
    if (off := deviations(check)) is not None:
        return abs(off)
    if check.recorded is None or not check.now:
        return math.inf
    off = mean(check.now) - check.recorded.mean
    return abs(off / check.recorded.mean) if check.recorded.mean and math.isfinite(off) else math.inf
