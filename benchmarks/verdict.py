"""What a verdict by noise costs on many checks, beside the least that NumPy needs for the same numbers.

    python benchmarks/verdict.py [--metrics 1000] [--slices 50] [--runs 100] [--rounds 3] [--json]

`--runs` recorded runs of different seeds and a new one, each with `--metrics` times `--slices` values, go through
`reproof.verdict.compare.decide`: as runs of one key, and as those of the base of another key. The records are made
before; names and slices are objects of their own in each, as they are when records are read. The floor is NumPy's
mean and standard deviation of each row of a matrix of the same values that is there already. Processor seconds of
the best round.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from reproof.config import CompareConfig
from reproof.runs.baseline import Base
from reproof.runs.record import (
    Code,
    Config,
    DataFile,
    Environment,
    Metric,
    Observed,
    Results,
    RunRecord,
    Seed,
)
from reproof.verdict.compare import decide

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = ("loss", "auc", "accuracy", "score", "rmse")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--metrics", type=int, default=1000)
    parser.add_argument("--slices", type=int, default=50)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    found = measured(args.metrics, args.slices, args.runs, args.rounds)
    if args.json:
        print(json.dumps(found))
        return
    print(f"{found['checks']:,} checks, {args.runs} recorded runs, best of {args.rounds}")
    print(f"floor       {found['floor']:>7.3f} s  (mean and deviation of the matrix)")
    for name in ("repeats", "moved"):
        seconds = found[name]
        print(f"{name:<11} {seconds:>7.3f} s  {seconds / found['floor']:>6.1f} of the floor")


def measured(metrics: int, slices: int, runs: int, rounds: int) -> dict[str, Any]:
    """The figures: checks, and processor seconds of the floor and of both questions."""
    recorded = [made(number, metrics, slices) for number in range(runs)]
    now = made(runs, metrics, slices)
    base = Base(recorded[0].code.commit, 1, tuple(recorded))
    other = replace(now, key="1" * 64)
    matrix = np.array([[metric.value for metric in run.results.metrics] for run in recorded]).T.copy()
    settings = CompareConfig()
    return {
        "checks": metrics * slices,
        "floor": best(rounds, lambda: (matrix.mean(axis=1), matrix.std(axis=1, ddof=1))),
        "repeats": best(rounds, lambda: decide([now], recorded, None, settings)),
        "moved": best(rounds, lambda: decide([other], [], base, settings)),
    }


def best(rounds: int, once: Callable[[], object]) -> float:
    """Processor seconds of the quickest round."""
    seconds = []
    for _ in range(rounds):
        start = time.process_time()
        once()
        seconds.append(time.process_time() - start)
    return min(seconds)


def made(number: int, metrics: int, slices: int) -> RunRecord:
    """A run of a seed of its own."""
    chance = random.Random(number)
    values = [
        Metric(
            f"{WORDS[at % len(WORDS)]}_{at:04}",
            0.8 + chance.gauss(0, 0.004),
            (("group", f"g{place:02}"),),
            500,
        )
        for at in range(metrics)
        for place in range(slices)
    ]
    values.sort(key=lambda metric: metric.id)
    return RunRecord(
        id=f"{number:012x}",
        key="0" * 64,
        kind="trained",
        created=f"2026-01-01T{number // 60 % 24:02}:{number % 60:02}:00.000000+00:00",
        origin="ci",
        code=Code("c" * 40, (("train.py", "b" * 40),)),
        config=Config((("train", "python train.py"),), (), Seed("seed", number)),
        environment=Environment(observed=Observed("CPython 3.12", numeric_class=(("kernels", "avx2"),))),
        data=(DataFile("data.csv", "md5:" + "d" * 32),),
        results=Results(tuple(values), seconds=60.0),
    )


if __name__ == "__main__":
    main()
