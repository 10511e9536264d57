"""Rows of checks for the looks (`sequential.judge`), and what came of them as text."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reproof.verdict.noise import NO_PAST, Past
from reproof.verdict.sequential import judge
from reproof.verdict.table import Row

RECORDED = (0.900, 0.904, 0.898, 0.902, 0.897, 0.903)  # deviation about 0.003


def row(now: tuple[float, ...], recorded: tuple[float, ...] = RECORDED, **facts: Any) -> Row:
    plain: dict[str, Any] = {
        "past": NO_PAST,
        "allowed": None,
        "gates": True,
        "foreign": False,
        "rows": 0,
        "whole": 0,
        "plain": False,
        "group": 0,
        "worse": 0,
    }
    return Row(recorded=recorded, now=now, **(plain | facts))


@dataclass(frozen=True)
class Looked:
    """What is looked at, how many false alarms are allowed, and how many looks were taken before."""

    rows: tuple[Row, ...]
    alpha: float = 0.01
    before: int = 0


def rows(*each: Row) -> tuple[Row, ...]:
    """Rows of metrics of their own."""
    return tuple(one._replace(group=place) for place, one in enumerate(each))


def narrow(df: int) -> Past:
    """Past versions that varied as `RECORDED` does."""
    return Past(df, df * 0.003**2, df * 0.0033**2)


WIDE = (1.0, 2.7, 0.4, 1.6, 0.6)  # log-normal, about
FLAT = (0.5, 0.5, 0.5, 0.5)
RATE = {"rows": 400, "whole": 1, "plain": True}
LOOKS = {
    "nothing": Looked(()),
    "as always": Looked((row((0.901,)),)),
    "near": Looked((row((0.9065,)),)),
    "near, then not": Looked((row((0.9065, 0.899)),)),
    "near, near": Looked((row((0.908, 0.906)),)),
    "near to the end": Looked((row((0.906, 0.9055, 0.9045, 0.9045)),)),
    "far": Looked((row((0.8,)),)),
    "far, far": Looked((row((0.8, 0.81)),)),
    "far, far above": Looked((row((0.98, 0.97)),)),
    "far, not far": Looked((row((0.8, 0.901)),)),
    "far above, not far": Looked((row((0.98, 0.9005)),)),
    "far at the last look": Looked((row((0.8,)),), before=3),
    "far at the third look of a second attempt": Looked((row((0.8,)),), before=2),
    "no look is left": Looked((row((0.8,)),), before=4),
    "late": Looked((row((0.906, 0.908, 0.909, 0.909)),)),
    "more are allowed": Looked((row((0.909, 0.909)),), alpha=0.2),
    "fewer are allowed": Looked((row((0.93, 0.93)),), alpha=1e-6),
    "only a rise is asked": Looked((row((0.8, 0.8), worse=1),)),
    "only a rise is asked, and comes": Looked((row((0.98, 0.97), worse=1),)),
    "only a fall is asked": Looked((row((0.8, 0.81), worse=-1),)),
    "only a fall is asked, and it rises": Looked((row((0.98, 0.97), worse=-1),)),
    "does not gate": Looked((row((0.8, 0.81), gates=False), row((0.901, 0.9)))),
    "nothing gates": Looked((row((0.8, 0.81), gates=False),)),
    "several, one far": Looked(
        rows(row((0.901, 0.9)), row((0.8, 0.81)), row((0.899, 0.9)), row((0.9, 0.901)))
    ),
    "several, two far, one of them once": Looked(
        rows(row((0.8, 0.901)), row((0.8, 0.81)), row((0.899, 0.9)))
    ),
    "several, a new one at the second look": Looked(rows(row((0.8, 0.81)), row((0.9, 0.7)))),
    "several near": Looked(rows(*(row((0.9065,)) for _ in range(5)), row((0.9,)))),
    "slices share a floor": Looked((row((0.93, 0.93)), row((0.52, 0.52), (0.5, 0.5, 0.5001, 0.5)))),
    "two metrics with slices": Looked(
        (
            row((0.93, 0.93)),
            row((0.52, 0.52), (0.5, 0.5, 0.5001, 0.5)),
            row((0.31, 0.3), (0.3, 0.31, 0.29), group=1),
            row((0.41, 0.41), (0.4, 0.4, 0.4001), group=1),
        )
    ),
    "one recorded rate of one row": Looked((row((0.0,), (1.0,), rows=1, whole=1, plain=True),)),
    "metrics share none": Looked(rows(row((0.93, 0.93)), row((0.52, 0.52), (0.5, 0.5, 0.5001, 0.5)))),
    "two recorded": Looked((row((0.91,), (0.9, 0.904)),)),
    "two recorded, far": Looked((row((0.5, 0.5), (0.9, 0.904)),)),
    "two recorded, and the new one is one of them": Looked((row((0.9,), (0.9, 0.904)),)),
    "two recorded, and a past": Looked((row((0.91,), (0.9, 0.904), past=narrow(6)),)),
    "one recorded, and a past": Looked((row((0.901,), (0.9,), past=narrow(6)),)),
    "one recorded, and a past, far": Looked((row((0.8, 0.81), (0.9,), past=narrow(6)),)),
    "a long past": Looked((row((0.908,), past=narrow(60)),)),
    "one recorded": Looked((row((0.8, 0.81), (0.9,)),)),
    "one recorded rate, near": Looked((row((0.88,), (0.9,), **RATE),)),
    "one recorded rate, far": Looked((row((0.7, 0.71), (0.9,), **RATE),)),
    "one recorded rate, better": Looked((row((0.95,), (0.9,), worse=-1, **RATE),)),
    "one recorded rate, worse": Looked((row((0.8, 0.8), (0.9,), worse=-1, **RATE),)),
    "one recorded rate, higher is worse": Looked((row((0.95, 0.96), (0.9,), worse=1, **RATE),)),
    "one recorded rate in percents": Looked((row((88.0,), (90.0,), rows=400, whole=100, plain=True),)),
    "one recorded rate of many rows": Looked((row((0.88, 0.88), (0.9,), rows=30_000, whole=1, plain=True),)),
    "one recorded rate of 0": Looked((row((0.01,), (0.0,), **RATE),)),
    "one recorded rate of 1": Looked((row((0.99,), (1.0,), **RATE),)),
    "one recorded rate, and what is none": Looked((row((1.2,), (0.9,), **RATE),)),
    "one recorded rate, the same": Looked((row((0.9,), (0.9,), **RATE),)),
    "rates have a floor": Looked((row((0.93, 0.93), (0.9, 0.9001, 0.8999), **RATE),)),
    "rates of some rows have it, too": Looked((row((0.93, 0.93), (0.9, 0.9001, 0.8999), rows=400, whole=1),)),
    "never varied": Looked((row((0.6,), FLAT),)),
    "never varied, leaves for good": Looked((row((0.6, 0.61, 0.62, 0.6), FLAT),)),
    "never varied, of many runs": Looked((row((0.6, 0.6), (0.5,) * 20),)),
    "never varied, and it is a rate": Looked((row((0.6, 0.6), FLAT, **RATE),)),
    "never varied, stays": Looked((row((0.5,), FLAT),)),
    "another class": Looked((row((0.93, 0.93), foreign=True),)),
    "another class, and a floor": Looked((row((0.6,), FLAT, foreign=True),)),
    "another class, and a floor, in a tolerance": Looked(
        (row((0.6,), FLAT, foreign=True, allowed=Decimal("0.2")),)
    ),
    "another class, outside of a tolerance": Looked(
        (row((0.8, 0.8), FLAT, foreign=True, allowed=Decimal("0.2")),)
    ),
    "in a tolerance": Looked((row((0.91,), allowed=Decimal("0.05")),)),
    "in a tolerance that is narrow": Looked((row((0.904,), allowed=Decimal("0.005")),)),
    "in a narrow tolerance to the end": Looked((row((0.904,) * 4, allowed=Decimal("0.005")),)),
    "in a tolerance, surely": Looked((row((0.901, 0.901), allowed=Decimal("0.01")),)),
    "at the edge of a tolerance": Looked((row((0.6,), FLAT, allowed=Decimal("0.1")),)),
    "beyond the edge of a tolerance": Looked((row((0.6000001,) * 2, FLAT, allowed=Decimal("0.1")),)),
    "outside of a tolerance": Looked((row((0.8, 0.81), allowed=Decimal("0.05")),)),
    "outside of a tolerance, in the noise": Looked((row((0.904,), allowed=Decimal("0.001")),)),
    "a tolerance of nothing": Looked((row((0.9,), FLAT, allowed=Decimal(0)),)),
    "wide": Looked((row((5.0,), WIDE),)),
    "wide, far above": Looked((row((60.0, 80.0), WIDE),)),
    "wide, far below": Looked((row((0.001, 0.002), WIDE),)),
    "wide, only a fall is asked": Looked((row((0.01, 0.02), WIDE, worse=-1),)),
    "wide, only a rise is asked": Looked((row((30.0, 50.0), WIDE, worse=1),)),
    "wide, and not positive": Looked((row((60.0, 80.0), (*WIDE, -0.1)),)),
    "wide, and a past": Looked((row((9.0, 12.0), WIDE, past=Past(8, 8 * 0.8, 8 * 0.5)),)),
    "wide, and a past that was not positive": Looked(
        (row((9.0, 12.0), WIDE, past=Past(8, 8 * 0.8, float("nan"))),)
    ),
    "wide beside narrow": Looked(rows(row((0.901, 0.9)), row((60.0, 80.0), WIDE), row((0.8, 0.81)))),
    "wide slices": Looked((row((1.1,), WIDE), row((9.0,), (1.0, 1.00001, 1.0, 1.0, 1.0)))),
    "a tolerance, and two recorded": Looked((row((0.91,), (0.9, 0.904), allowed=Decimal("0.05")),)),
}


def shown_look(it: Looked) -> str:
    """The outcome as lines: one for the whole, one for each row."""
    found = judge(it.rows, it.alpha, it.before)
    lines = [f"{found.state} after {found.looks} looks, more {found.more}"]
    columns = (found.failing, found.doubts, found.moved, found.p, found.noticed, found.deviation)
    for failing, doubt, moved, p, noticed, deviation in zip(*columns, strict=True):
        words = f"failing {bool(failing)} doubt {doubt} moved {bool(moved)}"
        lines.append(f"  {words} p {p:.5g} noticed {noticed:.5g} deviation {deviation:.5g}")
    return "\n".join(lines) + "\n"
