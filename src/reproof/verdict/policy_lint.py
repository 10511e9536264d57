"""Policies that say less than they seem to, or that noise breaks: told before anybody relies on them. Pure.

Each finding has the number that would work. They are warnings: a verdict never changes by them.
"""

from __future__ import annotations

import math
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from reproof.runs.record import Metric
from reproof.verdict.ladder import spread
from reproof.verdict.policy import fits, policies, share_of_rows
from reproof.verdict.sample import columns_of, metrics_of, sample_of
from reproof.verdict.sequential import FEWEST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reproof.config import CompareConfig, MetricPolicy
    from reproof.runs.record import RunRecord
    from reproof.verdict.policy import Policy
    from reproof.verdict.sample import Id, Sample

ENOUGH = 3.0  # deviations of a run that a tolerance has room for
MOST_COMPARED = 1000  # metrics among which the nearest name is sought


class PolicyFinding(NamedTuple):
    """The pattern as it is configured, and in a sentence what is wrong with it and what would work."""

    pattern: str
    message: str


def policy_findings(settings: CompareConfig, recorded: Sequence[RunRecord]) -> tuple[PolicyFinding, ...]:
    """At most one finding a pattern, by the runs of one version (none: nothing is known of the metrics)."""
    if not settings.metrics or not recorded or not recorded[-1].results.metrics:
        return ()
    sample = sample_of(recorded)
    runs = sample.runs if sample.varies else sample.runs[:1]
    return _findings(settings, columns_of(runs), metrics_of(runs), sample)


def findings_by_values(settings: CompareConfig, metrics: Sequence[Metric]) -> tuple[PolicyFinding, ...]:
    """The same where one value of each metric is known, and not how many runs are recorded.

    So nothing is said of how much they vary, nor of policies that need more runs.
    """
    if not metrics:
        return ()
    values = {metric.id: (metric.value,) for metric in metrics}
    return _findings(settings, values, {metric.id: metric for metric in metrics}, None)


def _findings(
    settings: CompareConfig,
    values: Mapping[Id, Sequence[float]],
    newest: Mapping[Id, Metric],
    sample: Sample | None,
) -> tuple[PolicyFinding, ...]:
    found = []
    policy_of = policies(settings)
    for item in settings.metrics:
        metrics = [metric for metric in newest.values() if fits(metric, item)]
        if not metrics:
            found.append(PolicyFinding(item.pattern, _matches_nothing(item, list(newest.values()))))
            continue
        for metric in metrics:
            message = _of_metric(metric, policy_of(metric), values[metric.id], sample)
            if message:
                found.append(PolicyFinding(item.pattern, message))
                break
    return tuple(found)


def _matches_nothing(item: MetricPolicy, metrics: Sequence[Metric]) -> str:
    names = dict.fromkeys(metric.name for metric in metrics[:MOST_COMPARED])
    near = get_close_matches(item.pattern, names, n=1, cutoff=0.0)
    return (
        f"it matches no metric, so it says nothing; there is `{near[0]}`" if near else "it matches no metric"
    )


def _of_metric(metric: Metric, policy: Policy, values: Sequence[float], sample: Sample | None) -> str | None:
    known = spread(values)
    if known is None or not math.isfinite(known.mean):
        return None
    n, noise = known.n, known.sd or 0.0
    room = ENOUGH * noise * math.sqrt(1 + 1 / n)
    if policy.exact:
        if not noise or sample is None or sample.kind != "reruns":
            return None  # what another seed changes, `exact` does not forbid
        return (
            f"{metric.label} varies by {noise:.2g} though the seed is the same, so it is never exact twice; "
            f"{room:.2g} would work, or noise"
        )
    if not policy.tolerates:
        if n >= FEWEST or sample is None:
            return None
        return (
            f"noise cannot pass {metric.label} with {n} recorded run(s): {FEWEST - n} more would do, "
            "or runs of earlier versions"
        )
    allowed = policy.allowed(Decimal(repr(known.mean)))
    assert allowed is not None
    if policy.relative and abs(known.mean) <= max(noise, 1e-12):
        works = f"{room:.2g}" if room else "a number in its own unit"
        return f"a share of {metric.label} allows next to nothing, since it is near zero; {works} would work"
    if not allowed:
        return None
    whole, plain = share_of_rows(metric.name, values)
    if plain and metric.rows and float(allowed) < whole / metric.rows * (1 - 1e-9):
        return (
            f"{allowed.normalize():f} is less than one of the {metric.rows} rows of {metric.label}, so that it "
            f"allows no difference; {whole / metric.rows:.2g} would work"
        )
    if noise > float(allowed):
        return (
            f"{metric.label} varies by {noise:.2g} from run to run, more than the {float(allowed):.2g} that is "
            f"allowed; {room:.2g} would work"
        )
    return None
