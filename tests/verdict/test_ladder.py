"""One metric on the ladder: which word it gets, at the edges of each rung."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.config import CompareConfig, MetricPolicy
from reproof.runs.record import Metric
from reproof.verdict.comparison import UNRULED, Against
from reproof.verdict.ladder import (
    Answer,
    Grounds,
    Pair,
    certain,
    doubted,
    on_fewer_rows,
    spread,
    too_few_rows,
    unknown,
)
from reproof.verdict.policy import Policy, direction, is_fine, policies, policy_for, share_of_rows
from reproof.verdict.sequential import Doubt

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


@pytest.mark.parametrize(
    ("name", "values", "share"),
    [
        ("accuracy", (0.0, 1.0), (1, True)),
        ("accuracy", (0.9, 1.01), (100, True)),
        ("accuracy", (0.0, 100.0), (100, True)),
        ("accuracy", (0.9, 100.1), (0, False)),
        ("accuracy", (-0.1, 0.9), (0, False)),
        ("accuracy", (), (0, False)),
        ("balanced_accuracy", (0.9,), (1, False)),
        ("recall", (0.9,), (1, False)),
        ("val.ACC", (0.9,), (1, True)),
        ("loss", (0.9,), (0, False)),
    ],
)
def test_a_share_of_rows_is_told_by_name_and_values(
    name: str, values: tuple[float, ...], share: tuple[int, bool]
) -> None:
    assert share_of_rows(name, values) == share


@pytest.mark.parametrize(
    ("name", "value", "fine"),
    [
        ("loss", 0.5, True),
        ("r2", 0.5, True),
        ("accuracy", 0.123456789, False),
        ("error", 0.123456789, False),
        ("size", 0.123456789, True),
        ("size", 1 / 3, False),
        ("size", 7.0, False),
        ("size", 1 / 997, False),
        ("size", 1 / 1009, True),
        ("size", math.inf, False),
        ("size", math.nan, False),
    ],
)
def test_whether_chance_gives_ties_is_told_by_name_and_value(name: str, value: float, fine: bool) -> None:
    assert is_fine(name, value) is fine


@pytest.mark.parametrize(
    ("tolerance", "shown", "tolerates", "allowed"),
    [
        ("exact", "exact", True, "0"),
        ("noise", "noise", False, None),
        (0.02, "0.02", True, "0.02"),
        (20.0, "20", True, "20"),
        (0.0, "0", True, "0"),
        ("0.50 %", "0.5%", True, "0.01"),
        ("150%", "150%", True, "3"),
    ],
)
def test_a_tolerance_in_its_own_words_and_in_the_metrics_unit(
    tolerance: str | float, shown: str, tolerates: bool, allowed: str | None
) -> None:
    how = policy(tolerance)
    assert (how.shown, how.tolerates, how.named) == (shown, tolerates, True)
    assert how.allowed(Decimal(-2)) == (None if allowed is None else Decimal(allowed))


def test_the_last_pattern_that_fits_wins_and_carries_its_rows() -> None:
    settings = CompareConfig(
        metrics=(
            MetricPolicy("a*", "lower", 0.1, 10),
            MetricPolicy("auc", "higher", "5%", 20),
            MetricPolicy("b?", None, "exact", 5),
            MetricPolicy("c[d]", None, 0.3),
        )
    )
    auc, acc, bx = (policy_for(Metric(name, 0.0), settings) for name in ("auc", "acc", "bx"))
    assert (auc.shown, auc.better, auc.min_rows) == ("5%", "higher", 20)
    assert (acc.shown, acc.better, acc.min_rows) == ("0.1", "lower", 10)
    assert (bx.shown, bx.better, bx.min_rows) == ("exact", "none", 5)
    assert policy_for(Metric("c", 0.0), settings) == Policy("none")
    assert policy_for(Metric("Auc", 0.0), settings) == Policy("higher"), "a pattern's letters are as written"
    assert policies(settings)(Metric("auc", 0.0)) == auc
    assert policies(CompareConfig(metrics=settings.metrics[:3]))(Metric("auc", 0.0)) == auc


ROWS = Grounds(repeatable=False, same_class=True, past=0)


@pytest.mark.parametrize(
    ("rows", "n", "past", "few"),
    [
        (29, 9, 0, True),
        (30, 2, 0, False),
        (None, 4, 0, True),
        (None, 5, 0, False),
        (None, 1, 3, True),
        (None, 1, 4, False),
    ],
)
def test_a_slice_is_judged_by_noise_from_a_number_of_rows_or_of_runs(
    rows: int | None, n: int, past: int, few: bool
) -> None:
    metric = Metric("auc", 0.0, (("c", "a"),), rows)
    found = too_few_rows(metric, n, policy("noise"), ROWS._replace(past=past))
    assert (found is not None) is few
    assert too_few_rows(Metric("auc", 0.0, (), rows), n, policy("noise"), ROWS) is None, "no slice"
    assert too_few_rows(metric, n, policy(0.1), ROWS) is None, "a tolerance holds at any size"


@pytest.mark.parametrize(
    ("against", "grounds", "says"),
    [
        ("base", OPEN, "no tolerance is declared, and how much it varies by itself is not known"),
        ("base", REPEATABLE, UNRULED),
        ("base", REPEATABLE._replace(same_class=False), "another numeric class"),
        ("base", OPEN._replace(same_class=False), "no tolerance is declared"),
        ("base", REPEATABLE._replace(same_seed=False), "no tolerance is declared"),
        ("same-key", Grounds(True, same_class=False), "another numeric class"),
        (
            "same-key",
            Grounds(True, same_class=True, same_seed=False),
            "are of another seed, and what seeds change",
        ),
        ("same-key", OPEN, "2 recorded run(s) do not tell how much it varies by itself"),
    ],
)
def test_what_is_not_known_is_said(against: Against, grounds: Grounds, says: str) -> None:
    pair = Pair(Metric("auc", 0.0), (0.9, 0.91), spread((0.9, 0.91)), (0.8,), policy(), against)
    found = unknown(pair, grounds)
    assert found.result == "undecided"
    assert found.why is not None
    assert says in found.why


@pytest.mark.parametrize(
    ("doubt", "says"),
    [
        ("few", "7 recorded run(s) do not tell how much it varies by itself"),
        ("class", "the recorded runs are of another numeric class (another kind of CPU)"),
        ("power", "runs vary too much by themselves to hold it to its tolerance"),
        ("step", "it was the same in all 7 recorded runs, so what a usual step is, is not known"),
        ("unconfirmed", "one new run lies far off, and another does not"),
        ("near", "further off than usual, not far enough to be sure"),
    ],
)
def test_each_doubt_has_its_sentence(doubt: Doubt, says: str) -> None:
    assert doubted(doubt, [0.5] * 7) == Answer("undecided", says)


def test_a_metric_that_hardly_ever_varied_is_told_how_often() -> None:
    why = doubted("step", [0.5, 0.5, 1.0, 0.5]).why
    assert why == "it was the same in 3 of 4 recorded runs, so what a usual step is, is not known"


@pytest.mark.parametrize(("rows", "word"), [(50, "statistical"), (49, "undecided")])
def test_what_passes_on_less_than_half_of_its_rows_is_open(rows: int, word: str) -> None:
    values = (0.5, 0.6, 0.7)
    pair = Pair(Metric("f1", 0.6, (), rows), values, spread(values), (0.6,), policy(), "same-key", 100)
    assert on_fewer_rows(pair, Answer("statistical")).result == word
    assert on_fewer_rows(pair, Answer("equal")).result == "equal"
