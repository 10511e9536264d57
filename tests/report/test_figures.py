"""Numbers: enough digits to tell them apart, and no more."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.report import figures
from reproof.verdict.comparison import Check, Spread
from tests.report.hostile import checks


def check(
    now: float, mean: float, sd: float | None = None, low: float | None = None, high: float | None = None
) -> Check:
    recorded = Spread(
        2 if sd is not None else 1, mean, sd, mean if low is None else low, mean if high is None else high
    )
    return Check("m", (), None, "base", recorded, (now,), "none", "noise", "statistical")


@pytest.mark.parametrize(
    ("one", "shown", "change"),
    [
        (check(0.9071, 0.9127, 0.0011), "0.9071", "-0.0056"),
        (check(0.884, 0.884), "0.884", "±0"),
        (check(21 / 22, 21 / 22), "0.954545", "±0"),
        (check(0.99999999, 0.99999999), "0.99999999", "±0"),
        (check(31.0, 40.0), "31", "-9"),
        (check(0.30000000000000004, 0.3), "0.30000000000000004", "+5.6e-17"),
        (check(1234567.5, 1234000.0, 100.0), "1234568", "+568"),
        (check(1e-12, 2e-12), "1e-12", "-1e-12"),
        (check(2.5e12, 2.4e12, 1e10), "2.5e+12", "+1e+11"),
        (check(math.nan, 0.5), "NaN", figures.NOTHING),
        (check(math.inf, 0.5), "∞", "+∞"),
        (check(-math.inf, 0.5), "-∞", "-∞"),
        (check(-0.0, 0.0), "0", "±0"),
    ],
)
def test_a_number_is_written_to_a_tenth_of_what_matters(one: Check, shown: str, change: str) -> None:
    assert figures.number_format(one)(one.now[0]).replace(figures.MINUS, "-") == shown
    assert figures.change(one).replace(figures.MINUS, "-") == change


@given(checks)
def test_any_number_can_be_written(one: Check) -> None:
    show = figures.number_format(one)
    assert all(len(show(value)) < 40 for value in one.now)
    assert len(figures.change(one)) < 40
    shown = figures.strip(one)
    assert shown is None or len(shown) == figures.STRIP
    off = figures.deviations(one)
    assert off is None or math.isfinite(off)


@pytest.mark.parametrize("now", [0.8, 0.88, 0.9, 0.91, 0.99])
def test_the_strip_shows_where_the_value_lies(now: float) -> None:
    made = figures.strip(check(now, 0.9, 0.01, 0.88, 0.92))
    assert made is not None
    assert made.count("▲") == 1
    before, _, after = made.partition("▲")
    assert ("┤" in before) is (now > 0.92)
    assert ("├" in after) is (now < 0.88)


def test_where_nothing_varied_there_is_no_strip() -> None:
    assert figures.strip(check(0.9, 0.9, 0.0)) is None


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5))
def test_a_mean_lies_among_its_values(values: list[float]) -> None:
    mean = figures.mean(tuple(values))
    slack = 1e-9 * max(map(abs, values))
    assert min(values) - slack <= mean <= max(values) + slack


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [(0, "1 s"), (0.6, "36 s"), (4.6, "5 min"), (59.7, "1 h"), (125, "2 h 5 min")],
)
def test_a_duration_is_rounded_as_a_person_would(minutes: float, shown: str) -> None:
    assert figures.duration(minutes) == shown
