"""The checks of a verdict as arrays, and their p-values: by Student's t, by logarithms, by counting. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from reproof.verdict import noise
from reproof.verdict.noise import Checks, Past, exact_mean, sums

if TYPE_CHECKING:
    from collections.abc import Sequence


class Row(NamedTuple):
    """One check in numbers. `now` are the values of the new runs, in their order; `recorded` has one at least.

    `past` is summed over earlier versions. `allowed` is the largest difference that passes
    whatever the noise, None where noise alone decides. `gates`: what it finds decides (else it is only told).
    `foreign`: the runs are of different numeric classes. The others are as in `noise.Checks`.
    """

    recorded: Sequence[float]
    now: Sequence[float]
    past: Past
    allowed: Decimal | None
    gates: bool
    foreign: bool
    rows: int
    whole: int
    plain: bool
    group: int
    worse: int


class Table(NamedTuple):
    """The rows as arrays: what no look changes. `recorded` are checks without new values.

    `apart` and `left` (rows x new runs) say which new values are not the usual one, and none of the recorded ones.
    `seen` are the p-values of the recorded runs themselves (`left_out`).
    """

    rows: Sequence[Row]
    recorded: Checks
    apart: Any
    left: Any
    seen: Any
    gates: Any
    tolerated: Any
    allowed: Any
    foreign: Any

    @classmethod
    def of(cls, rows: Sequence[Row], seen: Any = ()) -> Table:
        """The arrays of these rows."""
        np, _ = noise.libraries()

        def array(name: str, kind: type = float) -> Any:
            return np.fromiter(map(attrgetter(name), rows), kind, len(rows))

        values = [row.recorded for row in rows]
        recorded = sums(values)
        nothing = np.zeros(len(rows))
        usual, apart, left = noise.beside(values, [row.now for row in rows])
        checks = Checks(
            n=recorded.n,
            mean=recorded.mean,
            unit=np.abs(recorded.mean),
            squares=recorded.squares,
            k=nothing,
            now=nothing,
            now_squares=nothing,
            past_df=array("past.df"),
            past_squares=array("past.squares"),
            usual=usual,
            apart=nothing,
            left=nothing,
            rows=array("rows"),
            whole=array("whole"),
            plain=array("plain", bool),
            group=array("group", int),
            worse=array("worse"),
        )
        return cls(
            rows=rows,
            recorded=checks,
            apart=apart,
            left=left,
            seen=np.asarray(seen, float),
            gates=array("gates", bool),
            tolerated=np.array([row.allowed is not None for row in rows], bool),
            allowed=np.array([float(row.allowed or 0) for row in rows]),
            foreign=array("foreign", bool),
        )

    def checks(self, k: int) -> Checks:
        """With the first `k` new runs."""
        now = sums([row.now[:k] for row in self.rows])
        return replace(
            self.recorded,
            k=now.n,
            now=now.mean,
            now_squares=now.squares,
            apart=self.apart[:, :k].sum(axis=1),
            left=self.left[:, :k].sum(axis=1),
        )


class Scales(NamedTuple):
    """The checks of one look, and those of the rows at `places` by their logarithms.

    Where a positive metric varies by much of itself, large values lie further off than small ones, and Student's t
    takes them for a difference: of log-normal trainings a third of the first looks, of which 8 % are confirmed.
    The logarithm does so with small ones. So there what counts as a difference is one on both scales; for metrics
    that vary by little, both are one. (Box and Cox 1964 choose a scale by the data; n recorded runs are too few.)
    """

    checks: Checks
    known: noise.Spread
    places: Any
    logs: Checks
    known_logs: noise.Spread

    @classmethod
    def of(cls, table: Table, k: int) -> Scales:
        """Both, with the first `k` new runs."""
        np, _ = noise.libraries()
        checks = table.checks(k)
        known = noise.spread(checks)
        places = np.nonzero(noise.wide(checks, known) & (checks.k > 0))[0]
        rows = [table.rows[place] for place in places]
        recorded = sums([row.recorded for row in rows], logs=True)
        now = sums([row.now[:k] for row in rows], logs=True)
        past = np.array([row.past.log_squares for row in rows])
        fine = np.isfinite(recorded.mean) & np.isfinite(now.mean) & np.isfinite(past)
        logs = replace(
            noise.part(checks, places),
            mean=recorded.mean,
            unit=np.ones(len(rows)),
            squares=recorded.squares,
            now=now.mean,
            now_squares=now.squares,
            past_squares=past,
            whole=np.zeros(len(rows)),
        )
        logs = noise.part(logs, fine)
        return cls(checks, known, places[fine], logs, noise.spread(logs))

    def p_values(self, *, both_sides: bool = False) -> Any:
        """The larger p-value of the two scales."""
        np, _ = noise.libraries()
        checks, logs = (
            (_both_sides(self.checks), _both_sides(self.logs)) if both_sides else (self.checks, self.logs)
        )
        p = noise.p_values(checks, self.known)
        p[self.places] = np.maximum(p[self.places], noise.p_values(logs, self.known_logs))
        return p

    def noticed(self, level: float) -> Any:
        """The smallest difference that would have been found on both scales, in the metric's unit."""
        np, _ = noise.libraries()
        found = noise.smallest_noticed(self.checks, self.known, level)
        count = len(found)
        steps = noise.smallest_noticed(self.logs, self.known_logs, level, count)
        falls = self.logs.worse < 0
        with np.errstate(over="ignore"):
            steps = np.exp(self.logs.mean) * np.abs(np.expm1(np.where(falls, -steps, steps)))
        found[self.places] = np.maximum(found[self.places], steps)
        return found


def _both_sides(checks: Checks) -> Checks:
    np, _ = noise.libraries()
    return replace(checks, worse=np.zeros(len(checks.n)))


def predict(p: Any, rows: Sequence[Row], checks: Checks) -> None:
    """Where one recorded rate is all there is, the p-value is that of its samples; `p` is changed in place."""
    np, _ = noise.libraries()
    alone = (
        (checks.n == 1) & (checks.past_df == 0) & (checks.whole > 0) & (checks.rows > 0) & (checks.left > 0)
    )
    for place in np.nonzero(alone)[0]:
        row = rows[place]
        share, now = checks.mean[place] / row.whole, checks.now[place] / row.whole
        if 0 <= share <= 1 and 0 <= now <= 1:
            p[place] = noise.predictive_p(share, now, row.rows, row.worse)


def alone_p(rows: Sequence[Row]) -> Any:
    """The p-values of the first new run, and NaN where nothing is known of the noise."""
    np, _ = noise.libraries()
    scales = Scales.of(Table.of(rows), 1)
    p = np.maximum(scales.p_values(), rare_p(scales.checks))
    return np.where(scales.known.df > 0, p, np.nan)


def rare_p(checks: Checks) -> Any:
    """The least p-values of metrics that have few values; 0 for all others."""
    np, _ = noise.libraries()
    return np.where(noise.stuck(checks), noise.leaving_p(checks), 0.0)


def is_inside(row: Row, k: int) -> bool:
    """Whether the means lie no further apart than what is allowed; decimal, so that a drop of just that passes."""
    if row.allowed is None:
        return False
    apart = abs(noise.mean_of(row.now[:k]) - noise.mean_of([float(value) for value in row.recorded]))
    allowed = float(row.allowed)
    if abs(apart - allowed) > 1e-9 * max(apart, allowed):
        return apart < allowed
    return abs(exact_mean(row.now[:k]) - exact_mean(row.recorded)) <= row.allowed
