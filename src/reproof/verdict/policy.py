"""What each metric may do: its direction, its tolerance, by pattern from the configuration or by its name."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reproof.config import CompareConfig, MetricPolicy
    from reproof.runs.record import Metric

Better = Literal["higher", "lower", "none"]

_HIGHER = {
    "auc",
    "acc",
    "accuracy",
    "f1",
    "r2",
    "precision",
    "ap",
    "map",
    "iou",
    "dice",
    "bleu",
    "ndcg",
    "auroc",
    "roc",
    "mcc",
    "kappa",
    "mrr",
    "recall",
    "sensitivity",
    "specificity",
    "spearman",
    "pearson",
    "rouge",
    "psnr",
    "ssim",
    "likelihood",
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
    "nll",
    "ece",
    "medae",
    "deviance",
    "fid",
}
# Shares of samples, with the chance of a proportion: those of all rows, and those of a part of them.
_OF_ALL_ROWS = {"acc", "accuracy"}
_OF_SOME_ROWS = {"precision", "recall", "sensitivity", "specificity", "f1"}
# Better when higher, and made of real numbers, not of counted samples.
_FINE = {"r2", "likelihood", "psnr", "ssim", "spearman", "pearson"}
_COUNTED = {"error", "err", "wer", "cer"}


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
    def tolerates(self) -> bool:
        """Whether the configuration decides it (exact, or a tolerance), and not noise."""
        return self.exact or self.absolute is not None or self.relative is not None

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


def policies(settings: CompareConfig) -> Callable[[Metric], Policy]:
    """`policy_for`, worked out once for all slices of a metric where no pattern names slices."""
    if any("[" in item.pattern for item in settings.metrics):
        return lambda metric: policy_for(metric, settings)
    known: dict[str, Policy] = {}

    def policy_of(metric: Metric) -> Policy:
        found = known.get(metric.name)
        if found is None:
            found = known[metric.name] = policy_for(metric, settings)
        return found

    return policy_of


def share_of_rows(name: str, values: Sequence[float]) -> tuple[int, bool]:
    """What a share of samples is a part of, told by name and values: 1, 100 for percents, 0 for no share.

    And whether all rows are what it is a share of: accuracy, but not recall.
    """
    is_share, plain = _share_by_name(name)
    if not is_share or not values or min(values) < 0 or max(values) > 100:
        return 0, False
    return 100 if max(values) > 1 else 1, plain


@lru_cache(maxsize=4096)
def _share_by_name(name: str) -> tuple[bool, bool]:
    """Whether the name says that it is a share of rows, and of all of them."""
    words = set(_words(name))
    is_share = bool(words & (_OF_ALL_ROWS | _OF_SOME_ROWS))
    return is_share, bool(words & _OF_ALL_ROWS) and "balanced" not in words


def is_fine(name: str, value: float) -> bool:
    """Whether a metric has so many possible values that two runs do not share one by chance.

    By a word of its name; without one, a value that is no ratio of small whole numbers is taken for it.
    """
    words = set(_words(name))
    if words & (_FINE | _LOWER - _COUNTED):
        return True
    if words & (_HIGHER | _COUNTED) or not math.isfinite(value):
        return False
    return abs(float(Fraction(value).limit_denominator(1000)) - value) > 1e-9 * abs(value)


def fits(metric: Metric, item: MetricPolicy) -> bool:
    """Whether a configured pattern names the metric, or this slice of it."""
    return _fits(_sliced(metric) if "[" in item.pattern else metric.name, item.pattern)


def direction(name: str) -> Better:
    """Which way is better, told by the words of a metric's name; `none` where none of them says."""
    for word in reversed(_words(name)):
        if word in _LOWER:
            return "lower"
        if word in _HIGHER:
            return "higher"
    return "none"


def _words(name: str) -> list[str]:
    return re.split(r"[^a-z0-9]+", name.lower())


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
