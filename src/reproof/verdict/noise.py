"""How far runs vary by themselves, and which differences that does not explain. Pure arithmetic on arrays.

All checks of a verdict are judged at once: one row a check, from counts, means and sums of squares. A check is a
metric on a slice; `n` recorded values are held against `k` new ones.

NumPy and SciPy are imported when noise decides, not before: the hooks and a verdict by equality need neither.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from reproof.errors import MissingToolError
from reproof.extras import how_to_install

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Floats = Any  # numpy.ndarray of float64, shape (checks,)

MOST_DF = 15  # a spread is an estimate however many runs it is from: they were other code on other days
SHARE = 0.49  # of the variance that a floor grants; 0.7 of the deviation
RELATIVE = 1e-6  # of the mean: rounding is no variation
MOSTLY = 0.75  # of the recorded values: what so many share is the usual value of a metric that has few
AT_ONCE = 1_000  # checks
WIDE = 0.25  # of the mean: a positive metric that varies by so much is judged by its logarithm, too


class Past(NamedTuple):
    """What earlier versions say of one check: degrees of freedom, and squares, each about its version's mean."""

    df: int
    squares: float
    log_squares: float  # of the logarithms; NaN where a value was not positive


NO_PAST = Past(0, 0.0, 0.0)


class Sums(NamedTuple):
    """What is kept of each check's values, as arrays: count, mean, squared deviations from it, extremes."""

    n: Floats
    mean: Floats
    squares: Floats
    low: Floats
    high: Floats


def sums(values: Sequence[Sequence[float]], *, logs: bool = False) -> Sums:
    """Of each check's values, in any order: equal ones have no squares at all, huge ones no overflow of the mean.

    `logs`: of their natural logarithms. Where a value is not finite (no positive one), the mean is not; where there
    are none, all is zero.
    """
    np, _ = libraries()
    found = Sums(*(np.zeros(len(values)) for _ in Sums._fields))
    for places, block in blocks(values):
        if logs:
            with np.errstate(divide="ignore", invalid="ignore"):
                np.log(block, out=block)
        block.sort(axis=1)  # so that another order of the runs changes no bit
        low, high = block[:, 0].copy(), block[:, -1].copy()
        with np.errstate(over="ignore", invalid="ignore"):
            mean = block.mean(axis=1)
            huge = np.isinf(mean)
            mean[huge] = (block[huge] / block.shape[1]).sum(axis=1)
            mean = np.clip(mean, low, high)
            off = np.subtract(block, mean[:, None], out=block)
            squares = np.einsum("ij,ij->i", off, off)
        for whole, part in zip(found, (block.shape[1], mean, squares, low, high), strict=True):
            whole[places] = part
    return found


def beside(recorded: Sequence[Sequence[float]], now: Sequence[Sequence[float]]) -> tuple[Floats, Any, Any]:
    """What is discrete about each check, by comparing values to the bit.

    How many recorded values are the usual one (their middle one; the value of the most, if that is most of them),
    which new values are not the usual one, and which are none of the recorded ones. The last two are booleans
    (checks x new runs), False where there is no such run or nothing recorded.
    """
    np, _ = libraries()
    new = np.full((len(now), max(map(len, now), default=0)), np.nan)
    for places, block in blocks(now):
        new[places, : block.shape[1]] = block
    usual, apart, left = np.zeros(len(now)), np.zeros(new.shape, bool), np.zeros(new.shape, bool)
    for places, block in blocks(recorded):
        values = new[places]
        middle = np.sort(block, axis=1)[:, block.shape[1] // 2, None]
        usual[places] = (block == middle).sum(axis=1)
        apart[places] = (values != middle) & ~np.isnan(values)
        for run in range(new.shape[1]):
            left[places, run] = apart[places, run] & ~(block == values[:, run, None]).any(axis=1)
    return usual, apart, left


def blocks(values: Sequence[Sequence[float]]) -> Iterator[tuple[Any, Floats]]:
    """The values as matrices, each of rows with one count of values: the places of its rows, and a copy of these.

    `AT_ONCE` rows at most, so that what is done with them is done in the processor's cache.
    """
    np, _ = libraries()
    counts = np.fromiter(map(len, values), int, len(values))
    for count in np.unique(counts[counts > 0]):
        alike = np.nonzero(counts == count)[0]
        for start in range(0, len(alike), AT_ONCE):
            places = alike[start : start + AT_ONCE]
            yield places, np.array([values[place] for place in places.tolist()])


def mean_of(values: Sequence[float]) -> float:
    """The mean of the values: of equal ones their value to the bit, of huge ones without overflow.

    NaN where one is NaN, or where there are infinities of both signs.
    """
    first = values[0]
    if values.count(first) == len(values):
        return first
    try:
        return math.fsum(values) / len(values)
    except OverflowError:
        return math.fsum(value / len(values) for value in values)
    except ValueError:
        return math.nan


def exact_mean(values: Sequence[float]) -> Decimal:
    """The mean of the values as they are printed."""
    return sum((Decimal(repr(float(value))) for value in values), Decimal(0)) / len(values)


@dataclass(frozen=True, slots=True)
class Checks:
    """The rows: arrays of one length.

    `n`, `mean`, `squares` are of the recorded values, `k`, `now`, `now_squares` of the new ones; `past_df` and
    `past_squares` are summed over earlier versions, each about its own mean. `unit` is what rounding and a large
    deviation are relative to: the size of the mean, or 1 for logarithms. `rows` is the number of samples
    behind the metric (0 where unknown); `whole` is what a share of them is written as a part of (1, or 100 for
    percents; 0 where it is no share), and `plain` whether all rows are in its denominator. `group` numbers the
    metric (the same for all its slices). `worse` is +1 where only a rise is asked about, -1 for a fall, 0 for
    both. `usual` counts the recorded values that are the usual one, `apart` the new ones that are not, `left` the
    new ones that are none of the recorded ones (`beside`).
    """

    n: Floats
    mean: Floats
    unit: Floats
    squares: Floats
    k: Floats
    now: Floats
    now_squares: Floats
    past_df: Floats
    past_squares: Floats
    usual: Floats
    apart: Floats
    left: Floats
    rows: Floats
    whole: Floats
    plain: Any
    group: Any
    worse: Floats


@dataclass(frozen=True, slots=True)
class Spread:
    """The usual deviation of one run, its degrees of freedom (0: unknown), and the error of the difference.

    `floored`: the deviation is a floor, since the runs themselves varied less.
    """

    deviation: Floats
    df: Floats
    error: Floats
    floored: Any


def spread(checks: Checks) -> Spread:
    """The pooled and guarded deviation of each check, in the metric's unit.

    Pooled variance of several samples with means of their own (Snedecor and Cochran, Statistical Methods, 4.7),
    never below `SHARE` of the median over the metric's slices, of the binomial variance of a rate (with
    one success and one failure added: Agresti and Coull 1998), and of rounding.
    """
    np, _ = libraries()
    df = checks.n - 1 + np.maximum(checks.k - 1, 0) + checks.past_df
    known = df > 0
    total = checks.squares + checks.now_squares + checks.past_squares
    variance = np.where(known, total / np.maximum(df, 1), 0.0)
    floor = np.maximum(SHARE * _group_medians(variance, known, checks.group), (RELATIVE * checks.unit) ** 2)
    whole = np.maximum(checks.whole, 1)
    share = (checks.mean / whole * checks.rows + 1) / (checks.rows + 2)
    rated = (checks.whole > 0) & (checks.rows > 0) & (share > 0) & (share < 1)
    binomial = np.where(rated, whole**2 * share * (1 - share) / np.maximum(checks.rows, 1), 0.0)
    guarded = np.maximum(variance, np.maximum(floor, SHARE * binomial))
    deviation = np.sqrt(guarded)
    error = deviation * np.sqrt(1 / np.maximum(checks.k, 1) + 1 / np.maximum(checks.n, 1))
    return Spread(deviation, np.minimum(df, MOST_DF), error, guarded > variance)


def p_values(checks: Checks, known: Spread) -> Floats:
    """How often a difference this large comes from noise alone; 1 where nothing is known of the noise.

    Student's t for the difference of two means with a common variance; one-sided where `worse` has a sign.
    """
    np, special = libraries()
    off = checks.now - checks.mean
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        t = np.where(known.error > 0, off / known.error, np.where(off == 0, 0.0, np.inf * np.sign(off)))
        tail = np.where(checks.worse == 0, -np.abs(t), -t * checks.worse)
    sided = special.stdtr(np.maximum(known.df, 1), tail)
    p = np.where(checks.worse == 0, 2 * sided, sided)
    return np.where(known.df > 0, np.minimum(p, 1.0), 1.0)


def part(checks: Checks, places: Any) -> Checks:
    """Only the checks at these places."""
    return Checks(*(getattr(checks, name)[places] for name in Checks.__slots__))


def wide(checks: Checks, known: Spread) -> Any:
    """Checks whose deviation is so large a part of a mean that it matters on which scale they are judged.

    The smaller of both means counts: one large value among few must not hide how wide the others are.
    """
    np, _ = libraries()
    return known.deviation >= WIDE * np.minimum(checks.unit, np.abs(checks.now))


def stuck(checks: Checks) -> Any:
    """Checks of which the recorded values say which values there are, and not how far runs lie apart; booleans.

    Two recorded values at least: all are one value, and a new one is not it; or nearly all are, and a new one is
    one of the others. So are metrics with few possible values: a slice's F1 that one sample moves from 0 to 1. A
    deviation of zero, or that of one step in twenty runs, says nothing there. A share of all rows is none of them,
    since its least deviation is known.
    """
    counted = checks.plain & (checks.whole > 0) & (checks.rows > 0)
    nearly = (checks.usual >= MOSTLY * checks.n) & (checks.left == 0)
    one_value = checks.usual == checks.n
    return (checks.n > 1) & (one_value | nearly) & (checks.apart > 0) & ~counted


def leaving_p(checks: Checks) -> Floats:
    """How often chance puts so many of all values that are not the usual one among the new runs.

    Fisher's exact test: the upper tail of the hypergeometric distribution, at `apart` of `k` new values where
    `n - usual + apart` of `n + k` lie elsewhere.
    """
    np, special = libraries()
    elsewhere = checks.n - checks.usual + checks.apart
    ways = np.zeros(len(checks.n))
    for run in range(int(checks.k.max(initial=0)) + 1):
        there = (run >= checks.apart) & (run <= checks.k)
        spread_out = special.comb(elsewhere, run) * special.comb(
            checks.n + checks.k - elsewhere, checks.k - run
        )
        ways += np.where(there, spread_out, 0.0)
    return np.minimum(1.0, ways / special.comb(checks.n + checks.k, checks.k))


def smallest_noticed(checks: Checks, known: Spread, level: float, count: int = 0) -> Floats:
    """The difference that would be found 4 times in 5 at `level` over all checks (`count`; these), in their unit.

    The minimal detectable difference (Bloom 1995): the quantiles of t for the level, by Bonferroni, and for a
    power of 0.8. NaN where nothing is known of the noise.
    """
    np, _ = libraries()
    level /= max(count, len(known.df), 1)
    two_sided, one_sided = _t_quantiles(known.df, level / 2), _t_quantiles(known.df, level)
    quantiles = -np.where(checks.worse == 0, two_sided, one_sided) + _t_quantiles(known.df, 0.8)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.where(known.df > 0, quantiles * known.error, np.nan)


def surely_within(checks: Checks, known: Spread) -> Floats:
    """The bound that the difference keeps with 95 % confidence, one-sided: |d| + t(.95)·SE; NaN where unknown."""
    np, _ = libraries()
    with np.errstate(over="ignore", invalid="ignore"):
        bound = np.abs(checks.now - checks.mean) + _t_quantiles(known.df, 0.95) * known.error
    return np.where(known.df > 0, bound, np.nan)


def _t_quantiles(df: Floats, p: float) -> Floats:
    """Student's t at `p` for whole `df` of at most `MOST_DF` (0 is taken for 1): each is worked out once."""
    np, special = libraries()
    each = special.stdtrit(np.maximum(np.arange(MOST_DF + 1), 1), p)
    return each[df.astype(int)]


def runs_to_hold(off: float, deviation: float, n: int, k: int, allowed: float, most: int = 50) -> int:
    """How many more recorded runs than `n` bring the bound of `surely_within` to `allowed`; 0: not even `most`."""
    np, special = libraries()
    more = np.arange(1, most + 1)
    df = np.minimum(n + more + k - 2, MOST_DF)
    with np.errstate(over="ignore", invalid="ignore"):
        bound = off + special.stdtrit(df, 0.95) * deviation * np.sqrt(1 / k + 1 / (n + more))
    enough = np.nonzero(bound <= allowed)[0]
    return int(more[enough[0]]) if len(enough) else 0


def simes(p: Floats) -> float:
    """The p-value of "nothing moved at all": the least of p(i)·M/i (Simes 1986). 1 without checks."""
    np, _ = libraries()
    if not len(p):
        return 1.0
    ranked = np.sort(p) * len(p) / np.arange(1, len(p) + 1)
    return float(min(1.0, ranked.min()))


def discoveries(p: Floats, level: float) -> Any:
    """Which checks moved, at most a share `level` of them wrongly (Benjamini and Hochberg 1995); booleans."""
    np, _ = libraries()
    if not len(p):
        return np.zeros(0, bool)
    ranked = np.sort(p)
    within = np.nonzero(ranked * len(p) <= level * np.arange(1, len(p) + 1))[0]
    return p <= ranked[within[-1]] if len(within) else np.zeros(len(p), bool)


def predictive_p(recorded: float, now: float, rows: int, worse: int = 0) -> float:
    """How often a rate of one run is this far from one recorded rate, where both are shares of `rows` samples.

    The beta-binomial predictive with Jeffreys' prior: BetaBin(N, xN+1/2, N-xN+1/2). Twice the smaller tail, or
    the one tail that is asked about. It counts the chance of the samples, too: cautious for one test set.
    """
    np, special = libraries()
    hits, seen = round(recorded * rows), round(now * rows)
    a, b = hits + 0.5, rows - hits + 0.5
    share = a / (a + b)
    deviation = math.sqrt(rows * share * (1 - share) * (a + b + rows) / (a + b + 1))
    # What lies further out than this has no weight that a float could hold beside the rest.
    first = max(0, math.floor(rows * share - 40 * deviation) - 100)
    last = min(rows, math.ceil(rows * share + 40 * deviation) + 100)
    y = np.arange(first, last + 1)
    log = -np.log(rows + 1) - special.betaln(rows - y + 1, y + 1)
    mass = np.exp(log + special.betaln(y + a, rows - y + b) - special.betaln(a, b))
    low, high = float(mass[y <= seen].sum()), float(mass[y >= seen].sum())
    if worse:
        return min(1.0, high if worse > 0 else low)
    return min(1.0, 2 * min(low, high))


def _group_medians(variance: Floats, known: Any, group: Any) -> Floats:
    """For each check the median variance over the checks of its metric whose variance is known."""
    np, _ = libraries()
    order = np.lexsort((variance, group))
    order = order[known[order]]
    medians = np.zeros(len(variance))
    if not len(order):
        return medians
    ranked, groups = variance[order], group[order]
    names, first, count = np.unique(groups, return_index=True, return_counts=True)
    middle = (ranked[first + (count - 1) // 2] + ranked[first + count // 2]) / 2
    place = np.minimum(np.searchsorted(names, group), len(names) - 1)
    return np.where(names[place] == group, middle[place], 0.0)


def libraries() -> tuple[Any, Any]:
    """NumPy and SciPy's special functions; raises `MissingToolError` where they are not installed."""
    try:
        import numpy as np
        from scipy import special
    except ImportError:
        raise MissingToolError(
            "whether a difference is more than noise needs SciPy", how_to_install("ci")
        ) from None
    return np, special
