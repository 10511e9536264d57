"""Numbers whose squares are no floats are judged like any others."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest

from reproof.runs.record import Metric
from reproof.verdict.compare import compare
from reproof.verdict.noise import NO_PAST, Past
from reproof.verdict.sequential import Outcome, judge
from reproof.verdict.table import Row
from tests.runs.records import record, seeded
from tests.verdict.looks import RECORDED, narrow, row
from tests.verdict.test_properties import PLAIN

ALPHA = 0.01
UNITS = [-1000, -600, 600, 1000]


def told(it: Outcome) -> tuple[Any, ...]:
    return it.state, it.looks, it.doubts, it.failing.tolist(), repr(it.p.tolist())


def in_unit(plain: Row, unit: int, **facts: Any) -> Row:
    recorded, now = (tuple(math.ldexp(one, unit) for one in side) for side in (plain.recorded, plain.now))
    return plain._replace(recorded=recorded, now=now, **facts)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(
    "now", [(0.901,), (0.906,), (0.8,), (0.8, 0.81), (0.8, 0.901), (0.906, 0.908, 0.909, 0.909), ()]
)
def test_what_comes_out_is_the_same_in_any_unit(now: tuple[float, ...], unit: int) -> None:
    beside = row((0.9, 0.9, 0.9, 0.9)[: len(now)], group=1)
    plain, other = judge([row(now), beside], ALPHA), judge([in_unit(row(now), unit), beside], ALPHA)
    assert told(other) == told(plain)
    for old, new in ((plain.noticed, other.noticed), (plain.deviation, other.deviation)):
        assert repr(new.tolist()) == repr([math.ldexp(old[0], unit), float(old[1])])


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(("now", "allowed"), [((0.8,), 0.2), ((0.8, 0.8), 0.01), ((0.901,), 0.0001)])
def test_a_tolerance_is_in_the_same_unit(now: tuple[float, ...], allowed: float, unit: int) -> None:
    plain = judge([row(now, allowed=Decimal(allowed))], ALPHA)
    assert told(
        judge([in_unit(row(now), unit, allowed=Decimal(allowed) * Decimal(2) ** unit)], ALPHA)
    ) == told(plain)


def test_past_versions_count_where_their_squares_are_known() -> None:
    far = row((0.88, 0.88))
    known, unit = narrow(10), 450
    squares = known._replace(squares=math.ldexp(known.squares, 2 * unit))
    plain = judge([far._replace(past=known)], ALPHA)
    assert told(judge([in_unit(far, unit, past=squares)], ALPHA)) == told(plain)
    lost = [Past(10, 0.0, 0.0), Past(10, math.inf, 0.0)]
    for past, unit in zip(lost, (-1000, 1000), strict=True):
        assert told(judge([in_unit(far, unit, past=past)], ALPHA)) == told(judge([far], ALPHA))
    assert told(judge([far._replace(past=known)], ALPHA)) != told(judge([far._replace(past=NO_PAST)], ALPHA))


def test_all_slices_of_a_metric_have_one_unit() -> None:
    """Else the least spread of a slice, which is a part of that of the others, would be of another unit."""
    stiff = row((0.9002, 0.9002), recorded=(0.9, 0.9, 0.9, 0.9, 0.9001, 0.9))
    plain = judge([row((0.901,) * 2), stiff, row((0.902,) * 2)], ALPHA)
    large = [in_unit(row((0.901,) * 2), 1000), in_unit(stiff, 1000), in_unit(row((0.902,) * 2), 1000)]
    assert told(judge(large, ALPHA)) == told(plain)


@pytest.mark.parametrize("order", [1, -1])
def test_the_largest_slice_gives_the_unit_wherever_it_stands(order: int) -> None:
    large, small = in_unit(row((0.8, 0.8)), 1000), in_unit(row((0.9, 0.9)), 410)
    found = judge([large, small][::order], ALPHA)
    assert (found.state, found.failing.tolist()[::order]) == ("failing", [True, False])


def test_beside_a_huge_metric_one_of_usual_size_is_judged_as_alone() -> None:
    usual = in_unit(row((0.88, 0.88), group=1), 3, past=Past(10, 0.0, 0.0))
    alone, both = (judge(rows, ALPHA) for rows in ([usual], [usual, in_unit(row((0.9, 0.9)), 1000)]))
    assert both.p[0] == alone.p[0]


def test_a_difference_that_would_be_noticed_may_be_larger_than_any_float() -> None:
    wide = row((1e308,), recorded=(1.7e308, -1.7e308, 1.7e308, -1.6e308))
    assert judge([wide], ALPHA).noticed.tolist() == [math.inf]


@pytest.mark.parametrize("size", [1e-250, 1e-170, 1e170, 1e300])
def test_a_likelihood_or_a_diverged_loss_is_judged_by_how_it_varies(size: float) -> None:
    """Squares of 0 took any difference for drift, squares of infinity none."""

    def run(number: int, value: float) -> Any:
        return seeded(record(number, metrics=(Metric("likelihood", value * size),)), number)

    recorded = [run(place, value) for place, value in enumerate(RECORDED)]
    usual = compare([run(10, 0.9011)], recorded, None, PLAIN)
    assert (usual.repeats, usual.strength) == ("reproduced", "statistical")
    spread = usual.checks[0].recorded
    assert spread is not None
    assert spread.sd == pytest.approx(0.0029 * size, rel=0.1)
    assert compare([run(10, 0.5), run(11, 0.51)], recorded, None, PLAIN).repeats == "drifted"


def test_runs_that_diverge_differ_from_recorded_ones_that_did_not() -> None:
    for size in (1.0, 1e-250):
        plain = row((), tuple(value * size for value in RECORDED))
        assert judge([plain._replace(now=(1e308, 1e308))], ALPHA).state == "failing"
        assert judge([plain._replace(now=(1e200, 3e200))], ALPHA).state != "passing"
