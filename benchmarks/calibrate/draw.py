"""Draws of recorded and new runs, and the product's verdict on them."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from reproof.config import CompareConfig
from reproof.runs.baseline import Base
from reproof.verdict.compare import decide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reproof.runs.record import RunRecord

VERSIONS, RUNS_OF_VERSION = 5, 5  # of the history: 20 degrees of freedom
BUDGET = 6  # trainings that one verdict may ask for
SETTINGS = CompareConfig()


def draw(
    runs: Sequence[RunRecord], n: int, history: bool, chance: random.Random
) -> tuple[list[RunRecord], list[list[RunRecord]], list[RunRecord]]:
    """Recorded runs, those of past versions, and new ones; no seed twice."""
    past = VERSIONS * RUNS_OF_VERSION if history else 0
    drawn = chance.sample(list(runs), n + 4 + past)
    rest = drawn[n + 4 :]
    versions = [rest[at : at + RUNS_OF_VERSION] for at in range(0, past, RUNS_OF_VERSION)]
    return drawn[:n], versions, drawn[n : n + 4]


def same_seeds(
    recorded: Sequence[RunRecord], runs: Sequence[RunRecord], chance: random.Random
) -> list[RunRecord]:
    """The variant's run of one of the recorded seeds."""
    seeds = {run.config.seed for run in recorded}
    return [chance.choice(same)] if (same := [run for run in runs if run.config.seed in seeds]) else []


def verdict(
    recorded: Sequence[RunRecord],
    past: Sequence[Sequence[RunRecord]],
    new: Sequence[RunRecord],
    question: str,
) -> tuple[str, int]:
    """The final verdict and the trainings that it took, as `reproof ci` would train them."""
    base = Base(recorded[0].code.commit, 0, tuple(recorded)) if question == "moved" else None
    key = ("1" if question == "moved" else "0") * 64
    waiting = [in_time(replace(run, key=key), 1000 + at) for at, run in enumerate(new)]
    now = [waiting.pop(0)]
    trained = 1
    while True:
        same_key = () if base else recorded
        comparison, wanted = decide(now, same_key, base, SETTINGS, history=past)
        if wanted is None or trained >= BUDGET or (wanted.counts and not waiting):
            return comparison.verdict, trained
        trained += 1
        if wanted.counts:
            now.append(waiting.pop(0))
        else:  # the same seed again: these trainings give the same again
            now.append(in_time(replace(now[0], id="f" * 12), 2000))


def in_time(run: RunRecord, minute: int) -> RunRecord:
    """The run, made at that minute."""
    day, rest = divmod(minute, 1440)
    return replace(run, created=f"2026-01-{day + 1:02}T{rest // 60:02}:{rest % 60:02}:00.000000+00:00")
