"""The arithmetic of noise, against SciPy's own tests and against counting."""

from __future__ import annotations

import builtins
import math
import random
import statistics
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from reproof.errors import Exit, MissingToolError
from reproof.extras import how_to_install
from reproof.verdict import noise
from reproof.verdict.noise import Checks, sums

VALUES = st.lists(st.integers(-1000, 1000).map(lambda value: value / 8), min_size=2, max_size=6)
P = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def checks(
    recorded: list[list[float]],
    now: list[list[float]],
    *,
    past: list[list[float]] | None = None,
    **facts: Any,
) -> Checks:
    """Checks of some values; `past` has the values of one earlier version of each."""
    before, after, earlier = sums(recorded), sums(now), sums(past or [[0.0]] * len(recorded))
    usual, apart, left = noise.beside(recorded, now)

    def fact(name: str, default: Any) -> Any:
        return np.array(facts.get(name, [default] * len(recorded)))

    return Checks(
        n=before.n,
        mean=before.mean,
        unit=np.abs(before.mean),
        squares=before.squares,
        k=after.n,
        now=after.mean,
        now_squares=after.squares,
        past_df=earlier.n - 1,
        past_squares=earlier.squares,
        usual=usual,
        apart=apart.sum(axis=1),
        left=left.sum(axis=1),
        rows=fact("rows", 0.0),
        whole=fact("whole", 0.0),
        plain=fact("plain", False),
        group=fact("group", 0) if "group" in facts else np.arange(len(recorded)),
        worse=fact("worse", 0.0),
    )


def p_of(it: Checks) -> list[float]:
    return [float(value) for value in noise.p_values(it, noise.spread(it))]


@given(VALUES, VALUES)
def test_several_new_runs_are_compared_by_the_pooled_t_test(recorded: list[float], now: list[float]) -> None:
    if len({*recorded}) == 1 or len({*now}) == 1:  # SciPy warns of those
        return
    expected = stats.ttest_ind(recorded, now, equal_var=True).pvalue
    assert p_of(checks([recorded], [now])) == pytest.approx([expected], abs=1e-9)


def test_one_new_run_is_compared_by_the_prediction_interval() -> None:
    recorded = [0.91, 0.92, 0.90, 0.93, 0.91]
    half = stats.t.ppf(0.995, 4) * np.std(recorded, ddof=1) * math.sqrt(1 + 1 / 5)
    at_the_edge = checks([recorded] * 2, [[np.mean(recorded) + half], [np.mean(recorded) - half]])
    assert p_of(at_the_edge) == pytest.approx([0.01, 0.01])


@pytest.mark.parametrize(("worse", "now"), [(-1.0, 0.5), (1.0, 1.5)])
def test_one_side_is_half_of_both_and_the_other_side_is_the_rest(worse: float, now: float) -> None:
    recorded = [0.9, 1.0, 1.1]
    both = p_of(checks([recorded], [[now]]))[0]
    assert p_of(checks([recorded], [[now]], worse=[worse]))[0] == pytest.approx(both / 2)
    assert p_of(checks([recorded], [[now]], worse=[-worse]))[0] == pytest.approx(1 - both / 2)


def test_past_versions_add_to_the_spread_and_their_level_does_not() -> None:
    alone = noise.spread(checks([[1.0, 1.2]], [[1.0]]))
    pooled = noise.spread(checks([[1.0, 1.2]], [[1.0]], past=[[50.0, 50.1, 50.2]]))
    assert alone.df[0] == 1
    assert pooled.df[0] == 3
    assert pooled.deviation[0] == pytest.approx(math.sqrt((0.02 + 0.02) / 3))


def test_degrees_of_freedom_are_capped() -> None:
    many = [1.0 + at / 100 for at in range(40)]
    assert noise.spread(checks([many], [[1.0]])).df[0] == noise.MOST_DF


def test_a_slice_that_never_moved_gets_a_share_of_its_metrics_usual_spread() -> None:
    recorded = [[0.5, 0.5, 0.5], [0.4, 0.5, 0.6], [0.3, 0.5, 0.7], [0.0, 1.0, 2.0]]
    found = noise.spread(checks(recorded, [[0.5]] * 4, group=[0, 0, 0, 1]))
    assert found.deviation[0] == pytest.approx(0.7 * 0.1)
    assert list(found.floored) == [True, False, False, False]
    assert found.deviation[3] == pytest.approx(1.0)


def test_a_rate_has_the_spread_of_its_samples_at_least() -> None:
    share = (0.9 * 100 + 1) / 102
    least = 0.7 * math.sqrt(share * (1 - share) / 100)
    rate = noise.spread(checks([[0.9, 0.9]], [[0.9]], rows=[100.0], whole=[1.0], plain=[True]))
    percents = noise.spread(checks([[90.0, 90.0]], [[90.0]], rows=[100.0], whole=[100.0], plain=[True]))
    other = noise.spread(checks([[0.9, 0.9]], [[0.9]], rows=[100.0]))
    assert rate.deviation[0] == pytest.approx(least)
    assert percents.deviation[0] == pytest.approx(100 * least)
    assert other.deviation[0] == pytest.approx(0.9e-6)


def test_what_nothing_is_known_of_finds_nothing() -> None:
    unknown = checks([[1.0]], [[2.0]])
    assert p_of(unknown) == [1.0]
    assert math.isnan(noise.smallest_noticed(unknown, noise.spread(unknown), 0.01)[0])


def test_only_a_metric_that_seldom_moved_and_has_few_values_is_stuck() -> None:
    it = checks(
        [[0.0, 0.0], [0.0, 0.0], [0.0, 0.1], [0.0], [0.9, 0.9], *[[0.0, 1.0, 0.0, 0.0]] * 3, [0.0, 1.0, 0.0]],
        [[1.0], [0.0], [1.0], [1.0], [0.5], [1.0], [2.0], [0.0], [1.0]],
        rows=[0.0] * 4 + [50.0] + [0.0] * 4,
        whole=[0.0] * 4 + [1.0] + [0.0] * 4,
        plain=[False] * 4 + [True] + [False] * 4,
    )
    assert list(noise.stuck(it)) == [True, False, False, False, False, True, False, False, False]


@pytest.mark.parametrize("elsewhere", [0, 1, 2])
@pytest.mark.parametrize(("n", "now"), [(5, [1.0]), (5, [1.0, 1.0]), (5, [1.0, 0.0, 0.0]), (9, [1.0] * 4)])
def test_leaving_the_usual_value_is_judged_by_fishers_test(n: int, now: list[float], elsewhere: int) -> None:
    left = sum(now)
    table = [[left, len(now) - left], [elsewhere, n - elsewhere]]
    expected = stats.fisher_exact(table, alternative="greater").pvalue
    recorded = [1.0] * elsewhere + [0.0] * (n - elsewhere)
    assert noise.leaving_p(checks([recorded], [now]))[0] == pytest.approx(expected)


@pytest.mark.parametrize("side", [-1, 0, 1])
@pytest.mark.parametrize(
    ("recorded", "now", "rows"),
    [
        *[(0.9, 0.7, 50), (1.0, 1.0, 30), (0.0, 0.3, 40), (0.5, 0.55, 400)],
        *[(1.0, 0.9999, 50_000), (1.0, 1.0, 50_000), (0.0, 0.0002, 50_000), (0.9, 0.894, 50_000)],
    ],
)
def test_one_recorded_rate_predicts_by_the_beta_binomial(
    recorded: float, now: float, rows: int, side: int
) -> None:
    hits, seen = round(recorded * rows), round(now * rows)
    law = stats.betabinom(rows, hits + 0.5, rows - hits + 0.5)
    low, high = law.cdf(seen), law.sf(seen - 1)
    expected = {-1: low, 0: min(1.0, 2 * min(low, high)), 1: high}[side]
    assert noise.predictive_p(recorded, now, rows, side) == pytest.approx(expected, rel=1e-6)


@given(P)
def test_simes_is_the_least_level_at_which_anything_is_discovered(p: list[float]) -> None:
    least = min(sorted(p)[at] * len(p) / (at + 1) for at in range(len(p)))
    found = noise.simes(np.array(p))
    assert found == pytest.approx(min(1.0, least))
    assert noise.discoveries(np.array(p), found * 1.0001 + 1e-300).any()
    if found > 1e-300:
        assert not noise.discoveries(np.array(p), found * 0.9999).any()


@given(P, st.floats(0.001, 0.5))
def test_discoveries_are_those_of_benjamini_and_hochberg(p: list[float], level: float) -> None:
    adjusted = stats.false_discovery_control(p)
    if any(abs(value - level) < 1e-9 for value in adjusted):
        return
    assert list(noise.discoveries(np.array(p), level)) == [bool(value <= level) for value in adjusted]


def test_no_checks_are_no_finding() -> None:
    assert noise.simes(np.zeros(0)) == 1.0
    assert list(noise.discoveries(np.zeros(0), 0.05)) == []


def test_what_would_be_noticed_is_noticed_four_times_in_five() -> None:
    chance = np.random.default_rng(1)
    n, level, draws = 6, 0.02, 4000
    recorded, now = chance.normal(0, 1, (draws, n)), chance.normal(0, 1, draws)
    known = checks([list(values) for values in recorded], [[value] for value in now])
    spread = noise.spread(known)
    noticed = float(
        noise.smallest_noticed(
            checks([[-1.0, 1.0]], [[0.0]]), noise.spread(checks([[-1.0, 1.0]], [[0.0]])), level
        )[0]
    )
    assert noticed == pytest.approx(
        (stats.t.ppf(1 - level / 2, 1) + stats.t.ppf(0.8, 1)) * math.sqrt(2) * math.sqrt(1.5)
    )
    quantiles = stats.t.ppf(1 - level / 2, n - 1) + stats.t.ppf(0.8, n - 1)
    shift = quantiles * math.sqrt(1 + 1 / n)  # for a true deviation of 1
    moved = checks([list(values) for values in recorded], [[value + shift] for value in now])
    found = noise.p_values(moved, noise.spread(moved)) <= level
    assert found.mean() == pytest.approx(0.8, abs=0.05)
    assert (noise.p_values(known, spread) <= level).mean() == pytest.approx(level, abs=0.008)


@given(VALUES, VALUES, st.sampled_from([1e-3, 7.0, 1e6]))
def test_another_unit_changes_nothing(recorded: list[float], now: list[float], factor: float) -> None:
    plain = checks([recorded], [now])
    scaled = checks([[value * factor for value in recorded]], [[value * factor for value in now]])
    assert p_of(scaled) == pytest.approx(p_of(plain), rel=1e-6, abs=1e-12)
    one = noise.smallest_noticed(plain, noise.spread(plain), 0.01)[0]
    other = noise.smallest_noticed(scaled, noise.spread(scaled), 0.01)[0]
    assert other == pytest.approx(one * factor, rel=1e-6)


@given(st.lists(st.lists(st.floats(-1e6, 1e6), max_size=6), min_size=1, max_size=6))
def test_sums_are_those_of_the_plain_formulas(values: list[list[float]]) -> None:
    found = sums(values)
    for place, some in enumerate(values):
        n, mean, squares, low, high = (float(array[place]) for array in found)
        assert n == len(some)
        if some:
            assert (low, high) == (min(some), max(some))
            assert mean == pytest.approx(statistics.fmean(some), rel=1e-12, abs=1e-9)
            assert squares == pytest.approx(sum((value - mean) ** 2 for value in some), rel=1e-9, abs=1e-6)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_sums_are_the_same_to_the_bit_in_any_order(values: list[float], chance: random.Random) -> None:
    one, other = sums([values]), sums([chance.sample(values, len(values))])
    assert all(a[0] == b[0] for a, b in zip(one, other, strict=True))


def test_sums_of_equal_values_and_of_huge_ones_are_what_they_are() -> None:
    found = sums([[0.1] * 7, [1.7e308, 1.7e308], [1e308, -1e308], [], [1.0, math.nan]])
    assert [float(value) for value in found.mean[:4]] == [0.1, 1.7e308, 0.0, 0.0]
    assert (found.squares[0], found.n[3]) == (0.0, 0.0)
    assert not math.isfinite(found.mean[4])


@given(
    st.lists(
        st.tuples(st.lists(st.integers(0, 3), max_size=4), st.lists(st.integers(0, 3), max_size=3)),
        max_size=6,
    )
)
def test_what_is_beside_the_recorded_values_is_counted(rows: list[tuple[list[int], list[int]]]) -> None:
    recorded = [[float(value) for value in old] for old, _ in rows]
    now = [[float(value) for value in new] for _, new in rows]
    usual, apart, left = noise.beside(recorded, now)
    for place, (old, new) in enumerate(rows):
        middle = sorted(old)[len(old) // 2] if old else None
        assert usual[place] == old.count(middle)  # type: ignore[arg-type]
        assert list(apart[place][: len(new)]) == [bool(old) and value != middle for value in new]
        assert list(left[place][: len(new)]) == [bool(old) and value not in old for value in new]
        assert not apart[place][len(new) :].any()


def test_without_scipy_the_line_that_installs_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **more: Any) -> Any:
        if name == "scipy" or name.startswith("scipy."):
            raise ImportError(name)
        return real(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingToolError) as raised:
        noise.libraries()
    assert raised.value.exit_code == Exit.MISSING
    assert raised.value.hint == how_to_install("ci")


@pytest.mark.parametrize("rows", [20_001, 50_000])
@pytest.mark.parametrize("share", [0.001, 0.3, 0.9])
@pytest.mark.parametrize("step", [-0.004, -0.001, 0.0, 0.0005, 0.002])
@pytest.mark.parametrize("worse", [-1, 0, 1])
def test_many_rows_are_judged_as_the_beta_binomial_judges_them(
    rows: int, share: float, step: float, worse: int
) -> None:
    """The normal distribution that stands for it, held against SciPy's own beta-binomial."""
    now = min(max(share + step, 0.0), 1.0)
    hits, seen = round(share * rows), round(now * rows)
    exact = stats.betabinom(rows, hits + 0.5, rows - hits + 0.5)
    low, high = float(exact.cdf(seen)), float(exact.sf(seen - 1))
    expected = {0: min(1.0, 2 * min(low, high)), 1: high, -1: low}[worse]
    near = 0.06 if 0.01 < share < 0.99 else 0.25
    assert noise.predictive_p(share, now, rows, worse) == pytest.approx(
        expected, abs=near * max(expected, 0.05)
    )


@pytest.mark.parametrize("rows", [1, 40, 20_000])
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("now", [0.0, 0.25, 0.35, 1.0])
@pytest.mark.parametrize("worse", [-1, 0, 1])
def test_few_rows_are_judged_by_the_beta_binomial(rows: int, share: float, now: float, worse: int) -> None:
    hits, seen = round(share * rows), round(now * rows)
    exact = stats.betabinom(rows, hits + 0.5, rows - hits + 0.5)
    low, high = float(exact.cdf(seen)), float(exact.sf(seen - 1))
    expected = {0: min(1.0, 2 * min(low, high)), 1: high, -1: low}[worse]
    assert noise.predictive_p(share, now, rows, worse) == pytest.approx(expected, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(("k", "n"), [(1, 3), (3, 5)])
def test_the_bound_that_a_difference_keeps_is_that_of_t(k: int, n: int) -> None:
    recorded, now = [0.1 * place for place in range(n)], [0.7 + 0.05 * place for place in range(k)]
    it = checks([recorded, [1.0]], [now, [2.0]])
    known = noise.spread(it)
    expected = abs(statistics.fmean(now) - statistics.fmean(recorded)) + stats.t.ppf(
        0.95, n - 1 + k - 1
    ) * float(known.error[0])
    found = noise.surely_within(it, known)
    assert float(found[0]) == pytest.approx(expected)
    assert math.isnan(found[1]), "one recorded run says nothing"
