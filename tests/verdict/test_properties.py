"""Laws of the verdict, by generated runs: noise included.

`REPROOF_EXAMPLES=5000 python -m pytest tests/verdict/test_properties.py` looks longer than the suite does.
"""

from __future__ import annotations

import math
import os
import random
from collections.abc import Callable
from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from reproof.config import CompareConfig, MetricPolicy
from reproof.runs.baseline import Base
from reproof.runs.record import Metric, RunRecord
from reproof.verdict.compare import compare, decide
from reproof.verdict.comparison import Comparison
from tests.runs.records import record, seeded

Runs = list[RunRecord]

LAW = settings(
    max_examples=int(os.environ.get("REPROOF_EXAMPLES", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
PLAIN = CompareConfig()
VALUES = st.integers(-40, 40).map(lambda step: 1 + step / 64)
STRANGE = st.sampled_from([math.nan, math.inf, -math.inf, 0.0, -0.0, 1e308, -1e308, 5e-324, 1e-300])
ENDS = st.sampled_from([math.nan, math.inf, -math.inf, 1.7e308, -1.7e308, 1e308, 5e-324, 0.5])
METRICS = st.sampled_from(["loss", "auc", "accuracy", "score"])
SLICES = st.sampled_from([(), (("country", "BR"),), (("country", "US"),)])
ROWS = st.sampled_from([None, 12, 100])
IDS = st.lists(st.tuples(METRICS, SLICES, ROWS), min_size=1, max_size=5, unique_by=lambda one: one[:2])


@st.composite
def samples(
    draw: st.DrawFn,
    values: st.SearchStrategy[float] = VALUES,
    ids: st.SearchStrategy[list[tuple[str, tuple[tuple[str, str], ...], int | None]]] = IDS,
    most: int = 4,
) -> tuple[Runs, Runs]:
    """Recorded and new runs with the same metrics, each of a seed of its own, or all of one."""
    named = draw(ids)
    n, k = draw(st.integers(1, 6)), draw(st.integers(1, most))
    one_seed = draw(st.booleans())
    runs = []
    for number in range(n + k):
        metrics = tuple(Metric(name, draw(values), slice_, rows) for name, slice_, rows in named)
        runs.append(seeded(record(number, metrics=metrics), 1 if one_seed else number))
    return runs[:n], runs[n:]


def put(now: Runs, recorded: Runs, *, to_base: bool, config: CompareConfig = PLAIN) -> Comparison:
    """The answer to one of the two questions."""
    if not to_base:
        return compare(now, recorded, None, config)
    base = Base("a" * 40, 0, tuple(recorded))
    return compare([replace(run, key="1" * 64) for run in now], [], base, config)


def results(it: Comparison) -> dict[tuple[str, object], str]:
    return {(check.metric, check.slice): check.result for check in it.checks}


def with_values(runs: Runs, change: Callable[[Metric], float]) -> Runs:
    return [
        replace(
            run,
            results=replace(
                run.results,
                metrics=tuple(replace(metric, value=change(metric)) for metric in run.results.metrics),
            ),
        )
        for run in runs
    ]


def beside(runs: Runs, more: Runs) -> Runs:
    """The runs with the metrics of others, too."""
    return [
        replace(run, results=replace(run.results, metrics=(*run.results.metrics, *other.results.metrics)))
        for run, other in zip(runs, more, strict=True)
    ]


# Equal runs


@LAW
@given(samples(VALUES | STRANGE), st.booleans())
def test_a_run_that_is_one_of_the_recorded_ones_never_drifts(both: tuple[Runs, Runs], to_base: bool) -> None:
    recorded, now = both
    again = replace(recorded[0], id="f" * 12, created=now[0].created)
    it = put([again], recorded, to_base=to_base)
    assert it.moved == "unchanged" if to_base else it.repeats in ("reproduced", "undecided")


@LAW
@given(samples(VALUES | STRANGE), st.integers(1, 4), st.booleans())
def test_runs_of_which_each_is_a_recorded_one_never_fail(
    both: tuple[Runs, Runs], count: int, to_base: bool
) -> None:
    recorded, _ = both
    again = [
        replace(run, id=f"{90 + place:012x}", created=f"2026-02-01T12:00:0{place}.000000+00:00")
        for place, run in enumerate(recorded[:count])
    ]
    it = put(again, recorded, to_base=to_base)
    assert it.verdict in ("reproduced", "unchanged", "undecided")


# Order


@LAW
@given(samples(VALUES | STRANGE), st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_runs_metrics_and_slices_changes_nothing(
    both: tuple[Runs, Runs], chance: random.Random, to_base: bool
) -> None:
    recorded, now = both

    def mixed(runs: Runs) -> Runs:
        shuffled = []
        for run in chance.sample(runs, len(runs)):
            metrics = chance.sample(list(run.results.metrics), len(run.results.metrics))
            shuffled.append(replace(run, results=replace(run.results, metrics=tuple(metrics))))
        return shuffled

    plain, other = (put(now, recorded, to_base=to_base), put(mixed(now), mixed(recorded), to_base=to_base))
    assert repr(plain) == repr(other)  # by text, since NaN equals nothing
    if not to_base:
        assert (
            decide(now, recorded, None, PLAIN).wanted
            == decide(mixed(now), mixed(recorded), None, PLAIN).wanted
        )


# Units

LOSSES = st.lists(
    st.tuples(st.sampled_from(["loss", "rmse", "mae"]), SLICES, ROWS),
    min_size=1,
    max_size=5,
    unique_by=lambda one: one[:2],
)
FACTORS = st.sampled_from([0.5, 4.0, 1024.0, 3.0, 0.1, 1e-3, 7e5, 1e-12, 1e200, 2.0**-1000, 1e307])


@LAW
@given(samples(VALUES, LOSSES), st.tuples(FACTORS, FACTORS, FACTORS), st.booleans())
def test_another_unit_changes_nothing(
    both: tuple[Runs, Runs], factors: tuple[float, float, float], to_base: bool
) -> None:
    """Of metrics that are no shares: what is a share, of how many rows, is told by numbers from 0 to 1, or 100."""
    by_name = dict(zip(("loss", "rmse", "mae"), factors, strict=True))

    def scaled(metric: Metric) -> float:
        return metric.value * by_name[metric.name]

    recorded, now = both
    plain = put(now, recorded, to_base=to_base)
    other = put(with_values(now, scaled), with_values(recorded, scaled), to_base=to_base)
    assert results(plain) == results(other)
    assert plain.verdict == other.verdict


@LAW
@given(
    samples(VALUES.map(lambda value: value + 15), LOSSES), st.sampled_from([1.0, 16.0, 48.0]), st.booleans()
)
def test_another_zero_changes_nothing_as_long_as_it_is_not_far_away(
    both: tuple[Runs, Runs], constant: float, to_base: bool
) -> None:
    """Not so for any constant, by design: rounding is a millionth of the number itself, and positive numbers that
    vary by a quarter of their mean are judged by their logarithms, too. Here neither comes into play.
    """
    recorded, now = both

    def shifted(metric: Metric) -> float:
        return metric.value + constant

    plain = put(now, recorded, to_base=to_base)
    other = put(with_values(now, shifted), with_values(recorded, shifted), to_base=to_base)
    assert results(plain) == results(other)


# Tolerances

RANK = {"reproduced": 0, "undecided": 1, "drifted": 2}
MOVED = {"unchanged": 0, "changed": 1, "undecided": 2, "regressed": 3}
TOLERANCES = st.floats(0.001, 2) | st.sampled_from([1 / 64, 1 / 32, 0.25, 0.5])


@LAW
@given(samples(), st.tuples(TOLERANCES, TOLERANCES), st.booleans(), st.booleans())
def test_a_wider_tolerance_never_gives_a_worse_verdict(
    both: tuple[Runs, Runs], tolerances: tuple[float, float], share: bool, to_base: bool
) -> None:
    recorded, now = both
    narrow, wide = (
        put(
            now,
            recorded,
            to_base=to_base,
            config=CompareConfig(
                metrics=(MetricPolicy("*", None, f"{tolerance * 100}%" if share else tolerance),)
            ),
        )
        for tolerance in sorted(tolerances)
    )
    if to_base:
        assert MOVED[str(wide.moved)] <= MOVED[str(narrow.moved)]
    else:
        assert RANK[wide.repeats] <= RANK[narrow.repeats]


# Other metrics


@LAW
@given(samples())
def test_a_metric_that_says_nothing_new_makes_no_drift(both: tuple[Runs, Runs]) -> None:
    recorded, now = both
    constant = [record(metrics={"zz": 0.5})]
    if compare(now, recorded, None, PLAIN).repeats == "reproduced":
        more = compare(
            beside(now, constant * len(now)), beside(recorded, constant * len(recorded)), None, PLAIN
        )
        assert more.repeats == "reproduced"


@LAW
@given(samples(), samples(ids=st.just([("zz", (), None), ("zy", (), None)])), st.booleans())
def test_a_noisy_metric_that_passes_alone_turns_no_agreement_into_a_failure(
    both: tuple[Runs, Runs], others: tuple[Runs, Runs], to_base: bool
) -> None:
    (recorded, now), (other_recorded, other_now) = both, others
    n, k = min(len(recorded), len(other_recorded)), min(len(now), len(other_now))
    old, new = recorded[:n], now[:k]
    alone = [replace(run, results=other.results) for run, other in zip(old, other_recorded, strict=False)]
    alone_now = [replace(run, results=other.results) for run, other in zip(new, other_now, strict=False)]
    fine = ("reproduced", "unchanged")
    assume(put(new, old, to_base=to_base).verdict in fine)
    assume(put(alone_now, alone, to_base=to_base).verdict in fine)
    together = put(beside(new, alone_now), beside(old, alone), to_base=to_base)
    assert together.verdict not in ("drifted", "regressed")


@LAW
@given(samples(values=ENDS), st.booleans(), st.sampled_from(["noise", "exact", 0.02, "1%"]))
def test_numbers_at_the_ends_of_the_floats_have_an_answer_each_and_no_warning(
    both: tuple[Runs, Runs], to_base: bool, tolerance: str | float
) -> None:
    recorded, now = both
    config = CompareConfig(metrics=(MetricPolicy("*", tolerance=tolerance),))
    it = put(now, recorded, to_base=to_base, config=config)
    assert set(results(it)) == {metric.id for metric in now[0].results.metrics}


def test_infinities_of_both_signs_have_no_mean_and_are_judged_all_the_same() -> None:
    recorded, now = (
        [seeded(record(at, metrics={"auc": value}), at) for at, value in enumerate(values, start)]
        for start, values in ((0, (math.inf, -math.inf)), (5, (math.inf, -math.inf, 0.5)))
    )
    assert put(now, recorded, to_base=False).verdict == "drifted"
    assert put(now, recorded, to_base=True).verdict == "regressed"
