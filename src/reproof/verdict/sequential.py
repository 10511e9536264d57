"""When to train once more, and when to end: the looks at the new runs, each with its share of false alarms.

After every new run all checks are looked at together. The shares of the looks add up to the allowed rate of false
alarms (Bonferroni over the looks; the looks are few, so that costs little); a look that finds nothing near ends
it. Pure: checks as numbers in, an outcome out; nothing here knows runs or files.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from reproof.verdict import noise
from reproof.verdict.left_out import as_often, left_out
from reproof.verdict.magnitude import near_one
from reproof.verdict.noise import Checks, Past, exact_mean, sums

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SHARES = (1 / 2, 1 / 6, 1 / 6, 1 / 6)  # of the allowed false alarms, by look
LONE = 0.05  # what the others must show where one new run lies farthest off
SCREEN = 0.2  # above, the looks agree with "nothing moved", and the search ends
FEWEST = 3  # recorded runs that tell how much a training varies, where no past versions do


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


# Why a check is open. few: too few recorded runs. power: noise is too large for the declared tolerance. step: it
# never or hardly ever varied before. class: the runs are of different numeric classes. unconfirmed: one new run
# differs, the next does not. near: too near to what noise does.
Doubt = Literal["few", "power", "step", "class", "unconfirmed", "near"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the looks found. Sequences have one element a row.

    `state`: `failing` (at least one row moved), `passing`, or `open`. `looks` is how many new runs were used.
    `more`: whether one more new run could settle or confirm it. `failing` are the rows that moved, `doubts` why a
    row is open (None: it is not), `moved` those that differ in either direction, `p` their p-values, `noticed` the
    smallest difference that would have been found, `deviation` the usual one (both NaN where unknown).
    """

    state: Literal["failing", "passing", "open"]
    looks: int
    more: bool
    failing: Any
    doubts: tuple[Doubt | None, ...]
    moved: Any
    p: Any
    noticed: Any
    deviation: Any


class _Look(NamedTuple):
    """One look: p-values of the rows, and which of them keep it from passing, and why."""

    level: float
    gates: Any
    p: Any
    both: Any
    total: float
    noticed: Any
    deviation: Any
    failing: Any
    step: Any
    foreign: Any
    weak: Any
    thin: Any


def judge(rows: Sequence[Row], alpha: float, before: int = 0) -> Outcome:
    """Look after each new run until it ends. `alpha` is the allowed rate of false alarms; `before` the looks that
    earlier attempts took.

    A difference in the first new run is confirmed by the second before it ends: one bad seed is no drift.
    """
    np, _ = noise.libraries()
    rows, units = near_one(rows)
    found = _judged(rows, alpha, before)
    if not units:
        return found
    with np.errstate(over="ignore"):
        return replace(
            found, noticed=np.ldexp(found.noticed, units), deviation=np.ldexp(found.deviation, units)
        )


def _judged(rows: Sequence[Row], alpha: float, before: int) -> Outcome:
    np, _ = noise.libraries()
    most = max((len(row.now) for row in rows), default=0)
    bar, first, look, k = 0.0, None, None, 0
    table = _Table.of(rows, left_out(rows, _alone))
    for k in range(1, min(most, len(SHARES) - before) + 1):
        look = _look(table, k, max(SHARES[before + k - 1] * alpha, bar))
        last = before + k == len(SHARES)
        if first is not None:  # what is to be confirmed, and nothing else
            look.failing[:] &= first
        if look.failing.any():
            if k > 1 or last:
                return _outcome("failing", k, look)
            bar, first = look.level, look.failing
            continue
        if bar:
            return _outcome("open", k, look, unconfirmed=True)
        waits = look.step.any() or look.weak.any()
        if look.total > SCREEN and not waits:
            open_ = look.thin.any() or look.foreign.any()  # which no new run can settle
            return _outcome("open" if open_ else "passing", k, look)
    if look is None:  # every look was spent before, or there is nothing to look at
        nothing = np.zeros(len(rows), bool)
        unknown = np.full(len(rows), np.nan)
        state: Literal["passing", "open"] = "open" if rows else "passing"
        near: Doubt = "near"
        return Outcome(state, 0, False, nothing, (near,) * len(rows), nothing, unknown, unknown, unknown)
    more = before + k < len(SHARES)
    return _outcome("failing" if bar else "open", k, look, more=more)


class _Table(NamedTuple):
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
    def of(cls, rows: Sequence[Row], seen: Any = ()) -> _Table:
        """The arrays of these rows."""
        np, _ = noise.libraries()
        count = len(rows)

        def array(values: Iterable[Any], kind: type = float) -> Any:
            return np.fromiter(values, kind, count)

        recorded = sums([row.recorded for row in rows])
        nothing = np.zeros(count)
        usual, apart, left = noise.beside([row.recorded for row in rows], [row.now for row in rows])
        checks = Checks(
            n=recorded.n,
            mean=recorded.mean,
            unit=np.abs(recorded.mean),
            squares=recorded.squares,
            k=nothing,
            now=nothing,
            now_squares=nothing,
            past_df=array(row.past.df for row in rows),
            past_squares=array(row.past.squares for row in rows),
            usual=usual,
            apart=nothing,
            left=nothing,
            rows=array(row.rows for row in rows),
            whole=array(row.whole for row in rows),
            plain=array((row.plain for row in rows), bool),
            group=array((row.group for row in rows), int),
            worse=array(row.worse for row in rows),
        )
        return cls(
            rows=rows,
            recorded=checks,
            apart=apart,
            left=left,
            seen=np.asarray(seen, float),
            gates=array((row.gates for row in rows), bool),
            tolerated=array((row.allowed is not None for row in rows), bool),
            allowed=array(float(row.allowed or 0) for row in rows),
            foreign=array((row.foreign for row in rows), bool),
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


class _Scales(NamedTuple):
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
    def of(cls, table: _Table, k: int) -> _Scales:
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


def _look(table: _Table, k: int, level: float) -> _Look:
    np, _ = noise.libraries()
    rows, gates, tolerated, allowed = table.rows, table.gates, table.tolerated, table.allowed
    inside = np.zeros(len(rows), bool)
    for place in np.nonzero(tolerated)[0]:
        inside[place] = _inside(rows[place], k)
    scales = _Scales.of(table, k)
    checks, known = scales.checks, scales.known
    raw = scales.p_values()
    _predict(raw, rows, checks)
    rare = _rare(checks)
    foreign = table.foreign & known.floored & ~tolerated
    none = inside | foreign  # differences that are no finding
    p = np.where(none, 1.0, np.maximum(as_often(raw, table.seen), rare))
    both = np.where(none, 1.0, np.maximum(as_often(scales.p_values(both_sides=True), table.seen), rare))
    failing = _among(gates, p, level)
    if k > 1:
        _without_lone(failing, table, k)
    doubtful = _among(gates, raw, level) & ~failing & ~inside
    # What recorded runs do by themselves would not have been noticed, however small its p-value is.
    noticed = scales.noticed(min(level, len(rows) * float(table.seen.min(initial=1.0))))
    powered = inside & ((noticed <= allowed) | (noise.surely_within(checks, known) <= allowed))
    few = (checks.n < FEWEST) & (checks.past_df == 0) & (checks.left > 0)
    return _Look(
        level=level,
        gates=gates,
        p=p,
        both=both,
        total=noise.simes(p[gates]),
        noticed=noticed,
        deviation=np.where(known.df > 0, known.deviation, np.nan),
        failing=failing,
        step=doubtful & (rare > 0) & ~foreign,
        foreign=doubtful & foreign,
        weak=gates & tolerated & ~powered & ~failing,
        thin=gates & few & ~tolerated & ~failing,
    )


def _alone(rows: Sequence[Row]) -> Any:
    """The p-values of the first new run, and NaN where nothing is known of the noise."""
    np, _ = noise.libraries()
    scales = _Scales.of(_Table.of(rows), 1)
    p = np.maximum(scales.p_values(), _rare(scales.checks))
    return np.where(scales.known.df > 0, p, np.nan)


def _rare(checks: Checks) -> Any:
    """The least p-values of metrics that have few values; 0 for all others."""
    np, _ = noise.libraries()
    return np.where(noise.stuck(checks), noise.leaving_p(checks), 0.0)


def _without_lone(failing: Any, table: _Table, k: int) -> None:
    """Takes back what a single run shows alone, a new one or a recorded one: it must be seen without the one that
    lies farthest off, too. Changed in place.

    The rows are judged together: one strange run shows in many metrics, and in some of those the others lie apart
    by chance. Of trainings where one seed in many diverges, a mean of few runs says what that seed did.
    """
    np, _ = noise.libraries()
    places = np.nonzero(failing)[0]
    if not len(places):
        return
    now, recorded = [], []
    for place in places:
        row = table.rows[place]
        seen, known = sorted(row.now[:k]), sorted(row.recorded)
        rises = noise.mean_of(seen) > table.recorded.mean[place]
        one_sided = row._replace(now=seen, worse=1 if rises else -1)
        now.append(one_sided._replace(now=seen[:-1] if rises else seen[1:]))
        rest = (known[1:] if rises else known[:-1]) or known
        recorded.append(one_sided._replace(recorded=rest))
    for rows in (now, recorded):
        scales = _Scales.of(_Table.of(rows), k)
        agrees = noise.discoveries(scales.p_values(), LONE)
        failing[places] &= agrees | (scales.checks.k == 0)


def _among(gates: Any, p: Any, level: float) -> Any:
    """The discoveries among the rows that gate."""
    np, _ = noise.libraries()
    found = np.zeros(len(p), bool)
    found[gates] = noise.discoveries(p[gates], level)
    return found


def _outcome(
    state: Literal["failing", "passing", "open"],
    k: int,
    look: _Look,
    *,
    more: bool = False,
    unconfirmed: bool = False,
) -> Outcome:
    np, _ = noise.libraries()
    none = np.zeros(len(look.p), bool)
    near = _among(look.gates, look.p, SCREEN) if state == "open" else none
    least = look.gates & (look.p <= look.p[look.gates].min()) if unconfirmed else none
    masks: tuple[tuple[Doubt, Any], ...] = (
        ("few", look.thin),
        ("class", look.foreign),
        ("power", look.weak),
        ("step", look.step),
        ("unconfirmed", (near | least) if unconfirmed else none),
        ("near", near & ~look.failing),
    )
    doubts: list[Doubt | None] = [None] * len(look.p)
    if state != "passing":
        for doubt, mask in reversed(masks):
            for place in np.nonzero(mask)[0]:
                doubts[place] = doubt
    return Outcome(
        state=state,
        looks=k,
        more=more,
        failing=look.failing if state == "failing" else none,
        doubts=tuple(doubts),
        moved=noise.discoveries(look.both, look.level),
        p=look.p,
        noticed=look.noticed,
        deviation=look.deviation,
    )


def _both_sides(checks: Checks) -> Checks:
    np, _ = noise.libraries()
    return replace(checks, worse=np.zeros(len(checks.n)))


def _predict(p: Any, rows: Sequence[Row], checks: Checks) -> None:
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


def _inside(row: Row, k: int) -> bool:
    """Whether the means lie no further apart than what is allowed; decimal, so that a drop of just that passes."""
    if row.allowed is None:
        return False
    apart = abs(noise.mean_of(row.now[:k]) - noise.mean_of([float(value) for value in row.recorded]))
    allowed = float(row.allowed)
    if abs(apart - allowed) > 1e-9 * max(apart, allowed):
        return apart < allowed
    return abs(exact_mean(row.now[:k]) - exact_mean(row.recorded)) <= row.allowed
