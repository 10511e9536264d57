"""The looks: when one more run is wanted, when it ends, and how."""

from __future__ import annotations

import math
import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.verdict.noise import Past
from reproof.verdict.sequential import Outcome, judge
from reproof.verdict.table import Row
from tests.verdict import looks
from tests.verdict.looks import RECORDED

ALPHA = 0.01


def row(recorded: tuple[float, ...] = RECORDED, now: tuple[float, ...] = (0.9,), **facts: Any) -> Row:
    return looks.row(now, recorded, **facts)


def said(it: Outcome) -> tuple[str, int, bool, tuple[str | None, ...]]:
    return it.state, it.looks, it.more, it.doubts


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ((0.901,), ("passing", 1, False, (None,))),
        ((0.901, 0.5), ("passing", 1, False, (None,))),  # it ended at the first look
        ((0.8,), ("failing", 1, True, (None,))),  # to be confirmed
        ((0.8, 0.81), ("failing", 2, False, (None,))),
        ((0.8, 0.901), ("open", 2, False, ("unconfirmed",))),
        ((0.906,), ("open", 1, True, ("near",))),
        ((0.906, 0.899), ("passing", 2, False, (None,))),
        ((0.908, 0.906), ("open", 2, True, ("near",))),
        ((0.906, 0.908, 0.909, 0.909), ("failing", 4, False, (None,))),
    ],
)
def test_the_looks_go_on_until_they_can_tell(now: tuple[float, ...], expected: tuple[Any, ...]) -> None:
    assert said(judge([row(now=now)], ALPHA)) == expected


@given(st.lists(st.floats(0.85, 0.95), min_size=1, max_size=4))
def test_runs_that_come_at_once_give_what_they_give_one_by_one(now: list[float]) -> None:
    at_once = judge([row(now=tuple(now))], ALPHA)
    for count in range(1, len(now) + 1):
        step = judge([row(now=tuple(now[:count]))], ALPHA)
        if not step.more:
            break
    assert said(step) == said(at_once)


def test_one_new_run_far_off_is_one_bad_seed_until_another_agrees() -> None:
    rows = [row(now=(9.0, 0.9), group=at) for at in range(50)]
    assert judge(rows, ALPHA).state == "open"
    spread = judge([row(now=(9.0, 0.901, 0.899, 0.902))], ALPHA)
    assert spread.state == "open"


def test_a_seed_in_which_all_diverges_is_one_seed_however_many_metrics_see_it() -> None:
    many = tuple(0.9 + 0.003 * ((at * 7) % 11 - 5) / 3 for at in range(30))
    rows = [row(many, (9.0, 0.9 + 0.006 * (at % 3 - 1)), group=at) for at in range(50)]
    assert judge(rows, ALPHA).state == "open"
    shifted = [row(many, (0.95, 0.95 + 0.006 * (at % 3 - 1)), group=at) for at in range(50)]
    assert judge(shifted, ALPHA).state == "failing"


def test_a_difference_is_confirmed_by_the_same_metric() -> None:
    rows = [row(now=(0.8, 0.9)), row(now=(0.9, 0.8), group=1), row(now=(0.913, 0.913), group=2)]
    assert judge(rows, ALPHA).state == "open"
    assert judge([*rows[:2], row(now=(0.8, 0.81), group=2)], ALPHA).state == "failing"


def test_two_recorded_runs_can_show_a_difference_but_no_agreement() -> None:
    few = (0.900, 0.9001)
    assert said(judge([row(few, (0.90005,))], ALPHA)) == ("open", 1, False, ("few",))
    assert judge([row(few, (0.5, 0.5001))], ALPHA).state == "failing"
    known = row(few, (0.90005,), past=Past(10, 1e-7, 1e-7))
    assert judge([known], ALPHA).state == "passing"


def test_attempts_share_the_looks() -> None:
    first, fourth = (judge([row(now=(0.9145,))], ALPHA, spent) for spent in (0, 3))
    assert first.noticed[0] < fourth.noticed[0]
    assert fourth.more is False
    spent = judge([row(now=(0.5,))], ALPHA, 4)
    assert said(spent) == ("open", 0, False, ("near",))


def test_a_tolerance_passes_only_where_it_can_be_held() -> None:
    inside = Decimal("0.02")
    assert judge([row(now=(0.895,), allowed=inside)], ALPHA).state == "passing"
    noisy = (0.80, 0.95, 0.90, 0.85, 1.0)
    assert said(judge([row(noisy, (0.905,), allowed=inside)], ALPHA)) == ("open", 1, True, ("power",))
    assert judge([row(now=(0.85, 0.851), allowed=inside)], ALPHA).state == "failing"
    assert judge([row(now=(0.85, 0.851), allowed=Decimal("0.2"))], ALPHA).state == "passing"


def test_a_metric_that_never_moved_waits_for_more_and_stays_open() -> None:
    never = (1.0,) * 5
    rows = [row(), row(never, (0.0,), group=1)]
    assert said(judge(rows, ALPHA))[:3] == ("open", 1, True)
    assert judge(rows, ALPHA).doubts[1] == "step"
    moves = [row(now=(0.9, 0.9)), row(never, (0.0, 1.0), group=1)]
    assert judge(moves, ALPHA).state == "passing"
    gone = [row(now=(0.9,) * 4), row(never, (0.0,) * 4, group=1)]
    assert said(judge(gone, ALPHA)) == ("open", 4, False, (None, "step"))


def test_another_numeric_class_raises_no_alarm_where_only_a_floor_is_known() -> None:
    floor = (0.9, 0.9, 0.9, 0.9)
    rate = {"rows": 1000, "whole": 1, "plain": True}
    here, there = (
        judge([row(floor, (0.8, 0.8), foreign=foreign, **rate)], ALPHA) for foreign in (False, True)
    )
    assert here.state == "failing"
    assert there.state == "open"
    assert there.doubts == ("class",)
    assert judge([row(now=(0.5, 0.5), foreign=True)], ALPHA).state == "failing"


def test_one_recorded_rate_alarms_by_its_samples_and_never_passes() -> None:
    rate = {"rows": 200, "whole": 1, "plain": True, "worse": -1}
    assert judge([row((0.9,), (0.4,), **rate)], ALPHA).failing[0]
    assert said(judge([row((0.9,), (0.89,), **rate)], ALPHA))[3] == ("few",)


def test_what_does_not_gate_is_told_and_decides_nothing() -> None:
    it = judge([row(), row(now=(0.5,), gates=False, group=1)], ALPHA)
    assert it.state == "passing"
    assert list(it.moved) == [False, True]


def test_more_metrics_need_a_larger_difference() -> None:
    now = (0.9145, 0.9145)
    alone = judge([row(now=now)], ALPHA)
    among = judge([row(now=now), *(row(now=(0.9, 0.9), group=at) for at in range(1, 200))], ALPHA)
    assert alone.state == "failing"
    assert among.state != "failing"
    assert among.noticed[0] > alone.noticed[0]


def test_a_difference_that_recorded_runs_have_among_themselves_is_none() -> None:
    """Of 20 metrics some recorded run lies far off in each fifth; so a new one that does is nothing new."""
    usual, far = (0.900, 0.904, 0.897, 0.902, 0.899), (0.900, 0.904, 0.897, 0.902, 1.5)
    even = [row(usual, (0.9,), group=at) for at in range(19)]
    assert judge([row(usual, (0.95,), group=19), *even], ALPHA).failing[0]
    uneven = [row(far if at % 5 == 0 else usual, (0.9,), group=at) for at in range(19)]
    found = judge([row(usual, (0.95,), group=19), *uneven], ALPHA)
    assert found.state == "passing"
    assert found.noticed[1] > 2 * judge([row(usual, (0.95,), group=19), *even], ALPHA).noticed[1]


def test_nothing_to_look_at_passes() -> None:
    assert judge([], ALPHA).state == "passing"


def test_log_normal_metrics_raise_no_alarm_by_their_large_values() -> None:
    chance = random.Random(7)

    def values(count: int) -> tuple[float, ...]:
        return tuple(math.exp(chance.gauss(0, 1)) for _ in range(count))

    def alarms(floor: float) -> int:
        found = 0
        for _ in range(60):
            rows = [
                row(
                    tuple(floor + value for value in values(10)),
                    tuple(floor + v for v in values(1)),
                    group=at,
                )
                for at in range(50)
            ]
            found += judge(rows, ALPHA).state == "failing"
        return found

    assert alarms(0.0) <= 2
    assert (
        alarms(1000.0) <= 8
    )  # no logarithm helps there; of 60 first looks Student's t alone takes 24 for a finding


@pytest.mark.parametrize("factor", [1e-6, 3.0, 1e6])
@pytest.mark.parametrize("now", [(20.0, 22.0), (2.0,), (8.0, 7.0), (0.01, 0.012), (40.0, 35.0, 50.0)])
def test_another_unit_of_a_metric_that_varies_widely_changes_nothing(
    now: tuple[float, ...], factor: float
) -> None:
    recorded = (1.0, 2.0, 0.7, 1.5, 3.0, 0.9)
    plain = judge([row(recorded, now)], ALPHA)
    scaled = judge(
        [row(tuple(value * factor for value in recorded), tuple(value * factor for value in now))], ALPHA
    )
    assert said(plain) == said(scaled)
    assert scaled.p == pytest.approx(plain.p)
    assert scaled.noticed == pytest.approx(plain.noticed * factor)


def test_a_metric_that_varies_widely_still_fails_by_a_real_difference_on_either_side() -> None:
    recorded = (1.0, 2.0, 0.7, 1.5, 3.0, 0.9, 1.2, 1.1)
    assert judge([row(recorded, (60.0, 80.0))], ALPHA).state == "failing"
    tight = tuple(100 + value for value in recorded)
    assert judge([row(tight, (90.0, 89.0))], ALPHA).state == "failing"
    # a fall cannot be far on the plain scale, a rise not on that of logarithms
    assert judge([row(recorded, (0.001, 0.0012))], ALPHA).state != "failing"
    assert judge([row(recorded, (5.2, 5.0))], ALPHA).state != "failing"


def test_a_value_that_is_not_positive_leaves_the_plain_scale() -> None:
    recorded = (1.0, 2.0, 0.7, 1.5, 3.0, 0.9)
    assert judge([row(recorded, (-90.0, -80.0))], ALPHA).state == "failing"
    past = Past(10, 5.0, math.nan)  # of values that were not all positive
    assert judge([row(recorded, (30.0, 31.0), past=past)], ALPHA).state == "failing"


def test_one_strange_recorded_run_is_one_finding_too() -> None:
    past = Past(20, 20 * 0.003**2, 20 * 0.003**2)
    strange = [row((0.9, 9.0), (0.9, 0.9 + 0.001 * (at % 3)), past=past, group=at) for at in range(50)]
    assert judge(strange, ALPHA).state != "failing"
    both = [row((9.001, 9.0), (0.9, 0.9 + 0.001 * (at % 3)), past=past, group=at) for at in range(50)]
    assert judge(both, ALPHA).state == "failing"


def test_of_three_recorded_runs_one_is_left_out_whichever_way_it_moved() -> None:
    """Two of them left tell how much it varies; one would not."""
    recorded, now = (0.9, 0.904, 0.898), (0.865, 0.858)
    fall = row(recorded, now)
    rise = row(tuple(1.8 - value for value in recorded), tuple(1.8 - value for value in now))
    assert [judge([moved], 0.01).state for moved in (fall, rise)] == ["failing", "failing"]
