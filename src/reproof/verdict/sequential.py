"""When to train once more, and when to end: the looks at the new runs, each with its share of false alarms.

After every new run all checks are looked at together. The shares of the looks add up to the allowed rate of false
alarms (Bonferroni over the looks; the looks are few, so that costs little); a look that finds nothing near ends
it. Pure: checks as numbers in, an outcome out; nothing here knows runs or files.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from reproof.verdict import noise
from reproof.verdict.left_out import as_often, left_out
from reproof.verdict.magnitude import near_one
from reproof.verdict.table import Row, Scales, Table, alone_p, is_inside, predict, rare_p

if TYPE_CHECKING:
    from collections.abc import Sequence

SHARES = (1 / 2, 1 / 6, 1 / 6, 1 / 6)  # of the allowed false alarms, by look
LONE = 0.05  # what the others must show where one new run lies farthest off
LEAST = 1e-300  # a p-value with a finite quantile
SCREEN = 0.2  # above, the looks agree with "nothing moved", and the search ends
FEWEST = 3  # recorded runs that tell how much a training varies, where no past versions do


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
    table = Table.of(rows, left_out(rows, alone_p))
    for k in range(1, min(most, len(SHARES) - before) + 1):
        look = _look(table, k, max(SHARES[before + k - 1] * alpha, bar))
        if first is not None:  # what is to be confirmed, and nothing else
            look.failing[:] &= first
        if look.failing.any():
            if k > 1:
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


def _look(table: Table, k: int, level: float) -> _Look:
    np, _ = noise.libraries()
    rows, gates, tolerated, allowed = table.rows, table.gates, table.tolerated, table.allowed
    inside = np.zeros(len(rows), bool)
    for place in np.nonzero(tolerated)[0]:
        inside[place] = is_inside(rows[place], k)
    scales = Scales.of(table, k)
    checks, known = scales.checks, scales.known
    raw = scales.p_values()
    predict(raw, rows, checks)
    rare = rare_p(checks)
    foreign = table.foreign & known.floored & ~tolerated
    none = inside | foreign  # differences that are no finding
    p = np.where(none, 1.0, np.maximum(as_often(raw, table.seen), rare))
    both = np.where(none, 1.0, np.maximum(as_often(scales.p_values(both_sides=True), table.seen), rare))
    failing = _among(gates, p, level)
    if k > 1:
        _without_lone(failing, table, k)
    doubtful = _among(gates, raw, level) & ~failing & ~inside
    # What recorded runs do by themselves would not have been noticed, however small its p-value is.
    rarest = max(float(table.seen.min(initial=1.0)), LEAST)
    noticed = scales.noticed(min(level, len(rows) * rarest))
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


def _without_lone(failing: Any, table: Table, k: int) -> None:
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
        scales = Scales.of(Table.of(rows), k)
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
        failing=look.failing,
        doubts=tuple(doubts),
        moved=noise.discoveries(look.both, look.level),
        p=look.p,
        noticed=look.noticed,
        deviation=look.deviation,
    )
