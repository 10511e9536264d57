"""What each metric may do: its direction, its tolerance, by pattern from the configuration or by its name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from reproof.config import CompareConfig
    from reproof.runs.record import Metric

Better = Literal["higher", "lower", "none"]

_HIGHER = {
    "auc",
    "acc",
    "accuracy",
    "f1",
    "r2",
    "precision",
    "recall",
    "ap",
    "map",
    "iou",
    "dice",
    "bleu",
    "ndcg",
}
_LOWER = {
    "loss",
    "error",
    "err",
    "rmse",
    "mae",
    "mse",
    "mape",
    "perplexity",
    "wer",
    "cer",
    "brier",
    "logloss",
}


@dataclass(frozen=True, slots=True)
class Policy:
    """How one metric is judged. `tolerance` is a number in its unit, a share of the recorded mean, or neither.

    `exact` admits nothing beyond rounding; without a tolerance and not exact, the policy is `noise`.
    `named` says that the configuration names the metric.
    """

    better: Better
    absolute: Decimal | None = None
    relative: Decimal | None = None
    exact: bool = False
    min_rows: int = 30
    named: bool = False

    @property
    def shown(self) -> str:
        """The policy in the words of the configuration."""
        if self.exact:
            return "exact"
        if self.relative is not None:
            return f"{(self.relative * 100).normalize():f}%"
        return "noise" if self.absolute is None else f"{self.absolute.normalize():f}"

    def allowed(self, recorded: Decimal) -> Decimal | None:
        """The largest difference that passes, in the metric's unit; None where noise decides."""
        if self.exact:
            return Decimal(0)
        if self.relative is not None:
            return abs(recorded) * self.relative
        return self.absolute


def policy_for(metric: Metric, settings: CompareConfig) -> Policy:
    """The policy of a metric: the last pattern that fits its name; for a slice, rather one that names slices.

    `*` and `?` are wild; brackets are those of a slice (`auc[country=BR]`, `auc[*`).
    """
    slices = [
        item for item in settings.metrics if "[" in item.pattern and _fits(_sliced(metric), item.pattern)
    ]
    fitting = slices or [item for item in settings.metrics if _fits(metric.name, item.pattern)]
    if not fitting:
        return Policy(direction(metric.name))
    found = fitting[-1]
    better = direction(metric.name) if found.better is None else _BETTER[found.better]
    if found.tolerance in {"exact", "noise"}:
        return Policy(better, exact=found.tolerance == "exact", min_rows=found.min_rows, named=True)
    if isinstance(found.tolerance, str):
        share = Decimal(found.tolerance.rstrip("% ")) / 100
        return Policy(better, relative=share, min_rows=found.min_rows, named=True)
    return Policy(better, absolute=Decimal(repr(found.tolerance)), min_rows=found.min_rows, named=True)


def direction(name: str) -> Better:
    """Which way is better, told by the words of a metric's name; `none` where none of them says."""
    words = re.split(r"[^a-z0-9]+", name.lower())
    for word in reversed(words):
        if word in _LOWER:
            return "lower"
        if word in _HIGHER:
            return "higher"
    return "none"


_BETTER: dict[str, Better] = {"higher": "higher", "lower": "lower", "none": "none"}


def _fits(name: str, pattern: str) -> bool:
    """`*` and `?` are wildcards; a bracket is a bracket, since it opens a slice."""
    return fnmatchcase(name, pattern.replace("[", "[[]"))


def _sliced(metric: Metric) -> str:
    """`auc[country=BR]`, as a pattern for one slice is written; a metric without a slice fits none."""
    return (
        f"{metric.name}[{','.join(f'{column}={value}' for column, value in metric.slice)}]"
        if metric.slice
        else ""
    )
