"""Made-up trainings in which nothing ever changes: what noise can look like at its worst."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

from benchmarks.calibrate.workloads import Workload, record
from reproof.runs.record import Metric

if TYPE_CHECKING:
    from collections.abc import Callable


def _each(value: Callable[[random.Random], float]) -> Callable[[random.Random], list[float]]:
    """50 metrics, each on its own."""
    return lambda chance: [value(chance) for _ in range(50)]


def _diverging(chance: random.Random) -> list[float]:
    level = 9.0 if chance.random() < 0.02 else 1.0
    return [level + chance.gauss(0, 0.01) for _ in range(50)]


def _to_nan(chance: random.Random) -> list[float]:
    bad = chance.random() < 0.02
    return [math.nan if bad else 1 + chance.gauss(0, 0.01) for _ in range(50)]


def _correlated(chance: random.Random) -> list[float]:
    common = chance.gauss(0, 1)
    return [1 + 0.01 * (0.95 * common + 0.3 * chance.gauss(0, 1)) for _ in range(50)]


def _deterministic(_: random.Random) -> list[float]:
    return [0.9 + at / 1000 for at in range(50)]


def _half(chance: random.Random) -> list[float]:
    return [0.9 + (chance.gauss(0, 0.01) if at % 2 else 0.0) for at in range(50)]


SUITES: dict[str, Callable[[random.Random], list[float]]] = {
    "heavy tails (t of 3 df)": _each(lambda chance: 1 + 0.01 * _student(chance, 3)),
    "heavy tails (t of 2 df)": _each(lambda chance: 1 + 0.01 * _student(chance, 2)),
    "one seed in 50 diverges": _diverging,
    "one seed in 50 gives NaN": _to_nan,
    "correlated": _correlated,
    "independent": _each(lambda chance: 1 + chance.gauss(0, 0.01)),
    "deterministic": _deterministic,
    "half deterministic": _half,
    "counts": _each(lambda chance: float(10 + round(chance.gauss(0, 0.7)))),
    "rare steps": _each(lambda chance: float(chance.random() < 0.08)),
    "very rare steps": _each(lambda chance: float(chance.random() < 0.01)),
    "log-normal": _each(lambda chance: math.exp(chance.gauss(0, 1))),
    "log-normal above 1000": _each(lambda chance: 1000 + math.exp(chance.gauss(0, 1))),
}


def synthetic(seed: int, runs: int = 400) -> list[Workload]:
    """Made-up trainings of 50 metrics, nothing known of their rows; nothing ever changes in them."""
    made = []
    for name, values in SUITES.items():
        chance = random.Random(f"{seed} {name}")
        records = [
            record(number, number, [Metric(f"m{at:02}", value) for at, value in enumerate(values(chance))])
            for number in range(runs)
        ]
        made.append(Workload(name, {"base": records}))
    return made


def _student(chance: random.Random, df: int) -> float:
    return chance.gauss(0, 1) / math.sqrt(chance.gammavariate(df / 2, 2) / df)
