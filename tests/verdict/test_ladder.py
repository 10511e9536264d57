"""One metric on the ladder: which word it gets, at the edges of each rung."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.config import CompareConfig, MetricPolicy
from reproof.runs.record import Metric
from reproof.verdict.comparison import Against
from reproof.verdict.ladder import Grounds, Pair, certain, spread, unknown
from reproof.verdict.policy import Policy, direction, policy_for

REPEATABLE = Grounds(repeatable=True, same_class=True)
OPEN = Grounds(repeatable=False, same_class=True)
FINITE = st.floats(allow_nan=False, allow_infinity=False, width=32)


def policy(tolerance: str | float = "noise", better: str | None = None, name: str = "auc") -> Policy:
    settings = CompareConfig(metrics=(MetricPolicy(name, better, tolerance),))
    return policy_for(Metric(name, 0.0), settings)


def result(
    recorded: tuple[float, ...],
    now: tuple[float, ...],
    how: Policy | None = None,
    against: Against = "same-key",
    grounds: Grounds = REPEATABLE,
) -> str:
    pair = Pair(Metric("auc", 0.0), recorded, spread(recorded), now, how or policy(), against)
    return (certain(pair, grounds) or unknown(pair, grounds)).result


@pytest.mark.parametrize(
    ("recorded", "now", "tolerance", "word"),
    [
        ((0.9,), (0.9,), "exact", "equal"),
        ((0.9, 0.8), (0.8, 0.9), "exact", "equal"),
        ((0.0,), (-0.0,), "exact", "equal"),
        ((math.nan,), (math.nan,), "exact", "equal"),
        ((1.0,), (1.0 + 1e-6,), "exact", "rounding"),
        ((1.0,), (1.0 + 2e-6,), "exact", "drifted"),
        ((0.9,), (0.88,), 0.02, "tolerance"),
        ((0.9,), (0.8799,), 0.02, "drifted"),
        ((200.0,), (199.0,), "0.5%", "tolerance"),
        ((200.0,), (198.9,), "0.5%", "drifted"),
        ((0.1, 0.3), (0.22,), 0.02, "tolerance"),
        ((0.9,), (math.nan,), 1.0, "nan"),
        ((0.9,), (math.inf,), 1.0, "nan"),
        ((math.inf,), (0.9,), 1.0, "drifted"),
        ((), (0.9,), "exact", "new"),
        ((0.9,), (), "exact", "missing"),
    ],
)
def test_the_word_at_the_edge_of_each_rung(
    recorded: tuple[float, ...], now: tuple[float, ...], tolerance: str | float, word: str
) -> None:
    assert result(recorded, now, policy(tolerance)) == word


@pytest.mark.parametrize(
    ("grounds", "against", "word"),
    [
        (REPEATABLE, "same-key", "drifted"),
        (OPEN, "same-key", "undecided"),
        (Grounds(repeatable=True, same_class=False), "same-key", "undecided"),
        (Grounds(repeatable=True, same_class=True, same_seed=False), "same-key", "undecided"),
        (REPEATABLE, "base", "undecided"),
    ],
)
def test_without_a_tolerance_only_what_repeats_bit_for_bit_can_drift(
    grounds: Grounds, against: Against, word: str
) -> None:
    assert result((0.9,), (0.8,), policy("noise"), against, grounds) == word


@pytest.mark.parametrize(
    ("better", "now", "word"),
    [("higher", 0.8, "worse"), ("higher", 1.0, "better"), ("lower", 0.8, "better"), ("none", 0.8, "drifted")],
)
def test_against_the_base_the_direction_decides(better: str, now: float, word: str) -> None:
    assert result((0.9,), (now,), policy(0.01, better), "base") == word


@given(st.lists(FINITE, min_size=1, max_size=4), FINITE, st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_wider_tolerance_never_gives_a_worse_word(
    recorded: list[float], now: float, one: float, other: float
) -> None:
    narrow, wide = sorted((one, other))
    if result(tuple(recorded), (now,), policy(narrow)) != "drifted":
        assert result(tuple(recorded), (now,), policy(wide)) != "drifted"


@given(st.lists(st.floats(), min_size=1, max_size=5))
def test_runs_with_recorded_values_are_equal_under_every_policy(values: list[float]) -> None:
    for how in (policy("exact"), policy("noise"), policy(0.0)):
        assert result(tuple(values), (values[0],), how) == "equal"


def test_a_spread_is_count_mean_deviation_and_extremes() -> None:
    found = spread([0.8, 0.9, 1.0])
    assert found is not None
    assert (found.n, round(found.mean, 12), found.min, found.max) == (3, 0.9, 0.8, 1.0)
    assert found.sd == pytest.approx(0.1)
    assert spread([]) is None
    alone = spread([0.5])
    assert alone is not None
    assert alone.sd is None


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("auc", "higher"),
        ("val_accuracy", "higher"),
        ("train.f1", "higher"),
        ("log_loss", "lower"),
        ("rmse", "lower"),
        ("RMSE", "lower"),
        ("duration", "none"),
        ("lossless", "none"),
    ],
)
def test_the_direction_is_told_by_a_word_of_the_name(name: str, better: str) -> None:
    assert direction(name) == better


def test_a_slice_takes_its_metrics_policy_unless_a_pattern_names_it() -> None:
    settings = CompareConfig(
        metrics=(MetricPolicy("auc[country=BR]", "none", 0.2), MetricPolicy("auc*", None, 0.1))
    )
    assert policy_for(Metric("auc", 0.9), settings).shown == "0.1"
    assert policy_for(Metric("auc", 0.9, (("country", "US"),)), settings).shown == "0.1"
    named = policy_for(Metric("auc", 0.9, (("country", "BR"),)), settings)
    assert (named.shown, named.better) == ("0.2", "none")
    assert policy_for(Metric("f1", 0.9), settings).shown == "noise"


def test_an_open_bracket_in_a_pattern_means_all_slices() -> None:
    settings = CompareConfig(metrics=(MetricPolicy("auc[*", None, 0.1),))
    assert policy_for(Metric("auc", 0.9, (("country", "US"),)), settings).shown == "0.1"
    assert policy_for(Metric("auc", 0.9), settings).shown == "noise"
