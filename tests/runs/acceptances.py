"""Acceptances for tests: a plain one to vary, and all that the schema can hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from reproof.runs.acceptance import Acceptance
from reproof.runs.record import Metric
from tests.runs.records import COUNTS, HEX, KEYS, MOMENTS, NAMES, SLICES, TEXT, record, some

IDS = st.text("0123456789abcdef", min_size=8, max_size=12)


def acceptance(number: int = 1, **changes: Any) -> Acceptance:
    """Of the plain record's key; `number` makes its id and its time."""
    made = record()
    plain = Acceptance(
        id=f"{number:012x}",
        key=made.key,
        to_run=made.id,
        head=made.code.commit,
        from_key=made.key,
        from_runs=(),
        metrics=made.results.metrics,
        who="Ada <ada@example.org>",
        why="The new tokenizer splits better",
        when=f"2026-02-01T12:{number // 60 % 60:02}:{number % 60:02}.000000+00:00",
        self_reported=False,
        reproof="0.1",
    )
    return replace(plain, **changes)


ACCEPTANCES = st.builds(
    Acceptance,
    id=IDS,
    key=KEYS,
    to_run=IDS,
    head=HEX,
    from_key=st.none() | KEYS,
    from_runs=some(IDS),
    metrics=some(st.builds(Metric, NAMES, st.floats(), SLICES, COUNTS), lambda metric: metric.id),
    who=NAMES,
    why=st.builds("x{}".format, TEXT),
    when=MOMENTS,
    self_reported=st.booleans(),
    reproof=TEXT,
)
