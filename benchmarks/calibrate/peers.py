"""The rules of other tools, on the first new run of the same draws."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from reproof.verdict.noise import libraries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reproof.runs.record import RunRecord

# Each gets the recorded values of one metric (NumPy, n of them) and the new one.
PEERS: dict[str, Callable[[Any, float], bool]] = {
    "unequal to the last run": lambda x, y: y != x[-1],
    "off by more than 5 %": lambda x, y: abs(y - x.mean()) > 0.05 * abs(x.mean()),
    "beyond mean ± 3 s": lambda x, y: abs(y - x.mean()) > 3 * x.std(ddof=1),
    "one-sided t at 0.99": lambda x, y: _t_off(x, y, 1.0, 0.99),
    "outside the 99 % prediction interval": lambda x, y: _t_off(x, y, 1.0 + 1 / len(x), 0.995),
}


def _t_off(x: Any, y: float, factor: float, quantile: float) -> bool:
    _, special = libraries()
    return bool(abs(y - x.mean()) > special.stdtrit(len(x) - 1, quantile) * x.std(ddof=1) * math.sqrt(factor))


def alarmed(rule: Callable[[Any, float], bool], recorded: Sequence[RunRecord], new: RunRecord) -> bool:
    """Whether a rule alarms on any metric of any slice."""
    np, _ = libraries()
    columns = zip(*[[metric.value for metric in run.results.metrics] for run in recorded], strict=True)
    return any(
        rule(np.array(column), metric.value)
        for column, metric in zip(columns, new.results.metrics, strict=True)
    )
