"""What an open verdict says that it would cost, and that paying it settles it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from scipy import special

from reproof.config import CompareConfig, MetricPolicy
from reproof.runs.record import RunRecord
from reproof.verdict.compare import Decision, decide
from reproof.verdict.comparison import Price
from reproof.verdict.noise import runs_to_hold
from reproof.verdict.sample import lacking
from tests.runs.records import record, seeded

PLAIN = CompareConfig()


def runs(*values: float, first: int = 0, seconds: float | None = 240.0) -> list[RunRecord]:
    made = []
    for at, value in enumerate(values):
        run = seeded(record(first + at, metrics={"loss": value}), first + at)
        made.append(replace(run, results=replace(run.results, seconds=seconds)))
    return made


def asked(recorded: list[RunRecord], now: list[RunRecord], settings: CompareConfig = PLAIN) -> Decision:
    return decide(now, recorded, None, settings)


@pytest.mark.parametrize(("values", "missing"), [((0.5,), 5), ((0.5, 0.51), 3)])
def test_too_few_recorded_runs_cost_what_a_baseline_may_take_and_that_settles_it(
    values: tuple[float, ...], missing: int
) -> None:
    now = runs(0.505, first=50)
    comparison = asked(runs(*values), now).comparison
    assert comparison.verdict == "undecided"
    assert comparison.price == Price("recorded", missing, 4.0 * missing)
    assert missing == lacking(runs(*values), PLAIN.baseline, reseeds=True), "as `reproof accept` says"
    paid = runs(*values, *(0.49, 0.5, 0.505, 0.495, 0.5)[:missing])
    assert asked(paid, now).comparison.verdict == "reproduced"


def test_a_tolerance_that_few_runs_cannot_hold_costs_as_many_as_hold_it() -> None:
    settings = CompareConfig(metrics=(MetricPolicy("*", None, 0.04),))
    known, now = (0.50, 0.52), runs(0.511, first=50)
    comparison = asked(runs(*known), now, settings).comparison
    assert comparison.verdict == "undecided"
    price = comparison.price
    assert price is not None
    assert price.of == "recorded"
    more = [0.50 if at % 2 else 0.52 for at in range(price.runs)]
    assert asked(runs(*known, *more), now, settings).comparison.verdict == "reproduced"


def test_what_one_more_look_could_settle_costs_one_training() -> None:
    recorded = runs(0.900, 0.904, 0.898, 0.902, 0.897, 0.903)
    decision = asked(recorded, runs(0.906, first=50))
    assert decision.wanted
    assert decision.comparison.price == Price("retrains", 1, 4.0)


def test_what_more_runs_do_not_settle_has_no_price() -> None:
    recorded = runs(0.900, 0.904, 0.898, 0.902, 0.897, 0.903)
    assert asked(recorded, runs(0.9, first=50)).comparison.price is None  # decided
    strange = asked(recorded, runs(0.8, 0.901, first=50))
    assert strange.comparison.verdict == "undecided"
    assert strange.comparison.price is None


def test_where_no_run_tells_its_time_the_price_has_none() -> None:
    price = asked(runs(0.5, 0.51, seconds=None), runs(0.505, first=50, seconds=None)).comparison.price
    assert price == Price("recorded", 3, None)


def test_a_baseline_of_two_runs_by_choice_lacks_what_noise_needs_all_the_same() -> None:
    found = asked(runs(0.5, 0.51), runs(0.505, first=50), CompareConfig(baseline=2)).comparison
    assert (found.verdict, found.price) == ("undecided", Price("recorded", 1, 4.0))


def test_runs_to_hold_are_none_where_the_new_ones_alone_are_too_uncertain() -> None:
    assert runs_to_hold(0.0, 1.0, 3, 1, 1.0) == 0
    assert runs_to_hold(0.0, 1.0, 3, 1, 2.0) > 0


@pytest.mark.parametrize("k", [1, 2, 4])
def test_runs_to_hold_are_the_first_with_which_the_bound_of_t_is_kept(k: int) -> None:
    off, deviation, n, allowed = 0.1, 1.0, 3, 1.6

    def bound(more: int) -> float:
        df = min(n + more - 1 + k - 1, 15)
        return off + float(special.stdtrit(df, 0.95)) * deviation * math.sqrt(1 / k + 1 / (n + more))

    expected = next((more for more in range(1, 51) if bound(more) <= allowed), 0)
    assert runs_to_hold(off, deviation, n, k, allowed) == expected
