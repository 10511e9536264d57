"""What recorded runs say of the shape of the noise, each held against the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.verdict.left_out import MOST, as_often, left_out
from reproof.verdict.table import Row
from tests.verdict.looks import row

P = st.lists(st.floats(0, 1), max_size=8)


def asked(rows: Sequence[Row]) -> tuple[list[Row], list[float]]:
    """The rows that were asked about, and what came out; the p-value is a tenth of the value that is left out."""
    seen: list[Row] = []

    def p_of(some: Sequence[Row]) -> Any:
        seen.extend(some)
        return np.array([one.now[0] / 10 if one.now[0] < 5 else np.nan for one in some])

    return seen, list(left_out(rows, p_of))


def test_each_recorded_run_is_left_out_once() -> None:
    seen, found = asked([row((9.0,), (1.0, 2.0, 3.0)), row((9.0,), (4.0,)), row((9.0,), (4.0, 7.0))])
    assert [(list(one.recorded), one.now) for one in seen] == [
        ([2.0, 3.0], (1.0,)),
        ([1.0, 3.0], (2.0,)),
        ([1.0, 2.0], (3.0,)),
        ([7.0], (4.0,)),
        ([4.0], (7.0,)),
    ]
    assert found == pytest.approx([0.1, 0.2, 0.3, 0.4])  # of the last nothing is known


def test_what_decides_nothing_says_nothing() -> None:
    seen, found = asked([row((9.0,), (1.0, 2.0), gates=False), row((9.0,), (1.0, 2.0), foreign=True)])
    assert (seen, found) == ([], [])
    assert asked([]) == ([], [])


def test_slices_share_a_floor_with_those_that_leave_out_the_same_run() -> None:
    seen, _ = asked(
        [row((9.0,), (1.0, 2.0), group=1), row((9.0,), (3.0, 4.0), group=1), row((9.0,), group=0)]
    )
    groups = [one.group for one in seen]
    assert groups[:2] == groups[2:4]
    assert len(set(groups)) == 2 + len(seen[4:])


def test_of_very_many_some_stand_for_all() -> None:
    seen, _ = asked([row((9.0,), (1.0,) * 10)] * 2000)
    assert MOST / 2 < len(seen) <= MOST + 10


@given(P, P)
def test_a_p_value_is_only_ever_raised_and_keeps_its_order(p: list[float], seen: list[float]) -> None:
    made = as_often(np.array(p), np.sort(seen))
    assert (made >= np.array(p)).all()
    assert (made <= 1).all()
    assert (np.diff(made[np.argsort(p, kind="stable")]) >= 0).all()


def test_the_share_of_runs_that_are_as_far_off_is_its_least() -> None:
    seen = np.array([0.001, 0.01, 0.02, 0.5])
    assert list(as_often(np.array([0.0001, 0.001, 0.015, 0.9]), seen)) == [0.0001, 0.25, 0.5, 1.0]
    assert list(as_often(np.array([0.3]), np.zeros(0))) == [0.3]
