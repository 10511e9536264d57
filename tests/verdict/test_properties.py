"""Laws of the verdict, by generated runs: noise included."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from reproof.config import CompareConfig, MetricPolicy
from reproof.runs.baseline import Base
from reproof.runs.record import Metric, RunRecord
from reproof.verdict.compare import compare, decide
from reproof.verdict.comparison import Comparison
from tests.runs.records import record, seeded

PLAIN = CompareConfig()
VALUES = st.integers(-40, 40).map(lambda step: 1 + step / 64)
METRICS = st.sampled_from(["loss", "auc", "accuracy", "score"])
SLICES = st.sampled_from([(), (("country", "BR"),), (("country", "US"),)])
IDS = st.lists(st.tuples(METRICS, SLICES), min_size=1, max_size=5, unique=True)


@st.composite
def samples(draw: st.DrawFn) -> tuple[list[RunRecord], list[RunRecord]]:
    """Recorded and new runs with the same metrics, each of a seed of its own, or all of one."""
    ids = draw(IDS)
    n, k = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    one_seed = draw(st.booleans())
    runs = []
    for number in range(n + k):
        metrics = tuple(Metric(name, draw(VALUES), slice_, 100) for name, slice_ in ids)
        runs.append(seeded(record(number, metrics=metrics), 1 if one_seed else number))
    return runs[:n], runs[n:]


def results(it: Comparison) -> dict[tuple[str, object], str]:
    return {(check.metric, check.slice): check.result for check in it.checks}


@settings(max_examples=60, deadline=None)
@given(samples(), st.booleans())
def test_a_run_that_is_one_of_the_recorded_ones_never_drifts(
    both: tuple[list[RunRecord], list[RunRecord]], other_key: bool
) -> None:
    recorded, now = both
    again = replace(recorded[0], id="f" * 12, created=now[0].created)
    if other_key:
        base = Base("a" * 40, 0, tuple(recorded))
        it = compare([replace(again, key="1" * 64)], [], base, PLAIN)
        assert it.moved == "unchanged"
    else:
        assert compare([again], recorded, None, PLAIN).repeats in ("reproduced", "undecided")


@settings(max_examples=60, deadline=None)
@given(samples(), st.randoms(use_true_random=False))
def test_the_order_of_runs_metrics_and_slices_changes_nothing(
    both: tuple[list[RunRecord], list[RunRecord]], chance: random.Random
) -> None:
    recorded, now = both

    def mixed(runs: list[RunRecord]) -> list[RunRecord]:
        shuffled = []
        for run in chance.sample(runs, len(runs)):
            metrics = chance.sample(list(run.results.metrics), len(run.results.metrics))
            shuffled.append(replace(run, results=replace(run.results, metrics=tuple(metrics))))
        return shuffled

    plain, other = decide(now, recorded, None, PLAIN), decide(mixed(now), mixed(recorded), None, PLAIN)
    assert results(plain.comparison) == results(other.comparison)
    assert plain.wanted == other.wanted


@settings(max_examples=60, deadline=None)
@given(samples(), st.sampled_from([0.5, 4.0, 1024.0]))
def test_another_unit_changes_nothing(both: tuple[list[RunRecord], list[RunRecord]], factor: float) -> None:
    def scaled(runs: list[RunRecord]) -> list[RunRecord]:
        return [
            replace(
                run,
                results=replace(
                    run.results,
                    metrics=tuple(
                        replace(
                            metric, value=metric.value * factor if metric.name == "loss" else metric.value
                        )
                        for metric in run.results.metrics
                    ),
                ),
            )
            for run in runs
        ]

    recorded, now = both
    plain, other = decide(now, recorded, None, PLAIN), decide(scaled(now), scaled(recorded), None, PLAIN)
    assert results(plain.comparison) == results(other.comparison)
    assert plain.comparison.verdict == other.comparison.verdict


RANK = {"reproduced": 0, "undecided": 1, "drifted": 2}


@settings(max_examples=60, deadline=None)
@given(samples(), st.tuples(st.floats(0.001, 2), st.floats(0.001, 2)))
def test_a_wider_tolerance_never_gives_a_worse_verdict(
    both: tuple[list[RunRecord], list[RunRecord]], tolerances: tuple[float, float]
) -> None:
    recorded, now = both
    narrow, wide = (
        compare(now[:1], recorded, None, CompareConfig(metrics=(MetricPolicy("*", None, tolerance),))).repeats
        for tolerance in sorted(tolerances)
    )
    assert RANK[wide] <= RANK[narrow]


@settings(max_examples=60, deadline=None)
@given(samples())
def test_a_metric_that_says_nothing_new_makes_no_drift(
    both: tuple[list[RunRecord], list[RunRecord]],
) -> None:
    recorded, now = both

    def with_constant(runs: list[RunRecord]) -> list[RunRecord]:
        return [
            replace(run, results=replace(run.results, metrics=(*run.results.metrics, Metric("zz", 0.5))))
            for run in runs
        ]

    if compare(now, recorded, None, PLAIN).repeats == "reproduced":
        assert compare(with_constant(now), with_constant(recorded), None, PLAIN).repeats == "reproduced"
