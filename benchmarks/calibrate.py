"""How often the verdict cries wolf, what it catches, and what it costs, on recorded results of real trainings.

    python benchmarks/calibrate.py --runs runs.csv.gz --supports supports.csv [--workloads a,b] [--reps N] [--json]

`--runs` has the columns workload, variant, seed, metric, slice, value: many seeds of the variant `base` and of
variants in which something was changed. `--supports` has workload, slice, rows. `n` recorded and up to four new
runs are drawn without replacement and go through the product's own code (`reproof.verdict.compare.decide`), which
asks for one new run after the other. New runs of `base` are false alarms where they fail; `float32`, `float64` and
`threads2` are the same training computed otherwise, and so of another numeric class; of all other variants the
failing ones are caught. With history, 20 degrees of freedom of earlier versions are known. The rules of other
tools stand beside it, on the first new run of the same draws. `--synthetic` takes made-up trainings: heavy tails,
one seed in 50 that diverges, correlated, deterministic and discrete metrics. Deterministic by `--seed`.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import math
import random
import statistics
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING, Any

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
from reproof.verdict.noise import libraries

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

SIZES = (2, 3, 5, 10, 20)
VERSIONS, RUNS_OF_VERSION = 5, 5  # of the history: 20 degrees of freedom
SAME = ("float32", "float64", "threads2")  # the same training, computed otherwise
BUDGET = 6  # trainings that one verdict may ask for
SETTINGS = CompareConfig()
WHOLE = "all"  # the slice that is none


@dataclass(frozen=True)
class Workload:
    """The runs of one training by variant, each a list of records, one a seed."""

    name: str
    runs: Mapping[str, Sequence[RunRecord]]

    @property
    def checks(self) -> int:
        """How many metrics and slices there are."""
        return len(self.runs["base"][0].results.metrics)


@dataclass
class Tally:
    """What came of many draws."""

    draws: int = 0
    alarms: int = 0
    undecided: int = 0
    retrains: int = 0

    def add(self, verdict: str, retrains: int) -> None:
        self.draws += 1
        self.alarms += verdict in ("drifted", "regressed")
        self.undecided += verdict == "undecided"
        self.retrains += retrains

    def shares(self) -> dict[str, float]:
        """Shares of the draws; retrains on average."""
        return {
            "draws": self.draws,
            "alarms": self.alarms / self.draws,
            "undecided": self.undecided / self.draws,
            "retrains": self.retrains / self.draws,
        }


def main() -> int:
    """Calibrate and print a table, or JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", help="CSV (or .gz): workload, variant, seed, metric, slice, value")
    parser.add_argument("--supports", help="CSV: workload, slice, rows")
    parser.add_argument("--workloads", help="comma-separated; default: all")
    parser.add_argument("--reps", type=int, default=1000, help="draws of clean pull requests a cell")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--question", choices=("repeats", "moved"), default="repeats")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="recorded runs, comma-separated")
    parser.add_argument("--synthetic", action="store_true", help="made-up trainings instead of --runs")
    parser.add_argument("--json", action="store_true", help="print JSON, not a table")
    args = parser.parse_args()
    if not args.synthetic and not args.runs:
        parser.error("--runs is needed (or --synthetic)")
    workloads = synthetic(args.seed) if args.synthetic else read(args.runs, args.supports)
    wanted = args.workloads.split(",") if args.workloads else [workload.name for workload in workloads]
    sizes = tuple(int(size) for size in args.sizes.split(","))
    started = time.monotonic()
    cells = []
    for workload in workloads:
        if workload.name in wanted:
            for cell in calibrate(workload, sizes, args.reps, args.seed, args.question):
                cells.append(cell)
                if not args.json:
                    print(row(cell), flush=True) if len(cells) > 1 else print(
                        f"{HEAD}\n{row(cell)}", flush=True
                    )
    result = {
        "question": args.question,
        "reps": args.reps,
        "seed": args.seed,
        "seconds": round(time.monotonic() - started, 1),
        "workloads": {item.name: item.checks for item in workloads if item.name in wanted},
        "cells": cells,
        "summary": summary(cells),
    }
    if args.json:
        print(json.dumps(result, indent=1))
    else:
        print_summary(result["summary"])
    return 0


def calibrate(
    workload: Workload, sizes: Sequence[int], reps: int, seed: int, question: str
) -> list[dict[str, Any]]:
    """One cell for each number of recorded runs, with and without history; each a dictionary of plain values."""
    cells = []
    for history in (False, True):
        for n in sizes:
            chance = random.Random(f"{seed} {workload.name} {n} {history}")
            clean, peers = Tally(), {name: Tally() for name in PEERS}
            variants = {name: Tally() for name in workload.runs if name != "base"}
            for _ in range(reps):
                recorded, past, new = draw(workload.runs["base"], n, history, chance)
                clean.add(*verdict(recorded, past, new, question))
                for name, rule in PEERS.items():
                    peers[name].add("drifted" if alarmed(rule, recorded, new[0]) else "reproduced", 1)
            for name, tally in variants.items():
                for _ in range(max(1, reps // 10)):
                    recorded, past, _ = draw(workload.runs["base"], n, history, chance)
                    new = chance.sample(list(workload.runs[name]), 4)
                    if name in SAME:  # the same seeds, so that look 0 is what it is in the product
                        new = same_seeds(recorded, workload.runs[name], chance) + new
                    tally.add(*verdict(recorded, past, new, question))
            cells.append(
                {
                    "workload": workload.name,
                    "n": n,
                    "history": VERSIONS * (RUNS_OF_VERSION - 1) if history else 0,
                    "clean": clean.shares(),
                    "peers": {name: tally.shares()["alarms"] for name, tally in peers.items()},
                    "variants": {name: tally.shares() for name, tally in variants.items()},
                }
            )
    return cells


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


# The rules of other tools. Each gets the recorded values of one metric (NumPy, n of them) and the new one.
PEERS: dict[str, Callable[[Any, float], bool]] = {
    "unequal to the last run": lambda x, y: y != x[-1],
    "off by more than 5 %": lambda x, y: abs(y - x.mean()) > 0.05 * abs(x.mean()),
    "beyond mean ± 3 s": lambda x, y: abs(y - x.mean()) > 3 * x.std(ddof=1),
    "one-sided t at 0.99": lambda x, y: _t_off(x, y, 1.0, 0.99),
    "outside the 99 % prediction interval": lambda x, y: _t_off(x, y, 1.0 + 1 / len(x), 0.995),
}


def _t_off(x: Any, y: float, factor: float, quantile: float) -> bool:
    _, special = libraries()
    return bool(abs(y - x.mean()) > special.stdtrit(len(x) - 1, quantile) * x.std(ddof=1) * math.sqrt(factor))


def alarmed(rule: Callable[[Any, float], bool], recorded: Sequence[RunRecord], new: RunRecord) -> bool:
    """Whether a rule alarms on any metric of any slice."""
    np, _ = libraries()
    columns = zip(*[[metric.value for metric in run.results.metrics] for run in recorded], strict=True)
    return any(
        rule(np.array(column), metric.value)
        for column, metric in zip(columns, new.results.metrics, strict=True)
    )


def summary(cells: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Over all workloads: the mean and the worst of the false alarms, what was caught, what it cost."""
    found = []
    for history in sorted({cell["history"] for cell in cells}):
        for n in sorted({cell["n"] for cell in cells}):
            here = [cell for cell in cells if (cell["n"], cell["history"]) == (n, history)]
            caught = [detection(cell) for cell in here if detection(cell) is not None]
            found.append(
                {
                    "n": n,
                    "history": history,
                    "false_alarms": mean([cell["clean"]["alarms"] for cell in here]),
                    "worst": max(cell["clean"]["alarms"] for cell in here),
                    "undecided": mean([cell["clean"]["undecided"] for cell in here]),
                    "retrains": mean([cell["clean"]["retrains"] for cell in here]),
                    "detection": mean([one for one in caught if one is not None]) if caught else None,
                    "peers": {name: mean([cell["peers"][name] for cell in here]) for name in PEERS},
                }
            )
    return found


def detection(cell: Mapping[str, Any]) -> float | None:
    """The mean share that was caught of the variants in which something did change."""
    shares = [found["alarms"] for name, found in cell["variants"].items() if name not in SAME]
    return mean(shares) if shares else None


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean."""
    return statistics.fmean(values)


HEAD = (
    "| workload | n | history | false alarms | undecided | retrains | caught | by variant |\n"
    "|---|---:|---:|---:|---:|---:|---:|---|"
)


def row(cell: Mapping[str, Any]) -> str:
    """A cell as a line of the table."""
    clean, caught = cell["clean"], detection(cell)
    variants = ", ".join(f"{name} {found['alarms']:.0%}" for name, found in cell["variants"].items())
    return (
        f"| {cell['workload']} | {cell['n']} | {cell['history']} df | {clean['alarms']:.2%} "
        f"| {clean['undecided']:.1%} | {clean['retrains']:.2f} "
        f"| {'' if caught is None else f'{caught:.0%}'} | {variants} |"
    )


def print_summary(rows: Sequence[Mapping[str, Any]]) -> None:
    """All workloads together, and the peers beside."""
    print("\n| n | history | false alarms | worst workload | undecided | retrains | caught |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    for one in rows:
        caught = "" if one["detection"] is None else f"{one['detection']:.0%}"
        print(
            f"| {one['n']} | {one['history']} df | {one['false_alarms']:.2%} | {one['worst']:.2%} "
            f"| {one['undecided']:.1%} | {one['retrains']:.2f} | {caught} |"
        )
    print("\nFalse alarms of other rules on the first new run (no history):\n")
    plain = [one for one in rows if not one["history"]] or rows
    print(f"| rule | {' | '.join('n = {n}'.format_map(one) for one in plain)} |")
    print("|---|" + "---:|" * len(plain))
    for name in PEERS:
        print(f"| {name} | {' | '.join(format(one['peers'][name], '.0%') for one in plain)} |")


def read(runs: str, supports: str | None) -> list[Workload]:
    """The workloads of the files, in their order."""
    rows = rows_of_slices(supports) if supports else {}
    found: dict[str, dict[str, dict[int, list[Metric]]]] = defaultdict(lambda: defaultdict(dict))
    with opened(runs) as handle:
        for line in csv.DictReader(handle):
            name, where = line["workload"], line["slice"]
            metric = Metric(
                line["metric"],
                float(line["value"]),
                () if where == WHOLE else (("slice", where),),
                rows.get((name, where)),
            )
            found[name][line["variant"]].setdefault(int(line["seed"]), []).append(metric)
    return [
        Workload(
            name,
            {
                variant: [
                    record(number, seed, metrics, variant if variant in SAME else "usual")
                    for number, (seed, metrics) in enumerate(seeds.items())
                ]
                for variant, seeds in variants.items()
            },
        )
        for name, variants in found.items()
    ]


def rows_of_slices(path: str) -> dict[tuple[str, str], int]:
    """(workload, slice) to the number of rows."""
    with opened(path) as handle:
        return {(line["workload"], line["slice"]): int(line["rows"]) for line in csv.DictReader(handle)}


def opened(path: str) -> IO[str]:
    """The file as text, compressed or not."""
    return gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else open(path, encoding="utf-8")


def record(number: int, seed: int, metrics: Sequence[Metric], numeric_class: str = "usual") -> RunRecord:
    """A run as reproof would have recorded it."""
    return RunRecord(
        id=f"{number:012x}",
        key="0" * 64,
        kind="trained",
        created=f"2026-01-01T{number // 60 % 24:02}:{number % 60:02}:00.000000+00:00",
        origin="ci",
        code=Code("c" * 40, (("train.py", "b" * 40),)),
        config=Config((("train", "python train.py"),), (), Seed("seed", seed)),
        environment=Environment(
            observed=Observed("CPython 3.12", numeric_class=(("kernels", numeric_class),))
        ),
        data=(DataFile("data.csv", "md5:" + "d" * 32),),
        results=Results(tuple(sorted(metrics, key=lambda metric: metric.id)), seconds=60.0),
    )


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
    "heavy tails (t, 3 df)": _each(lambda chance: 1 + 0.01 * _student(chance, 3)),
    "heavy tails (t, 2 df)": _each(lambda chance: 1 + 0.01 * _student(chance, 2)),
    "one seed in 50 diverges": _diverging,
    "one seed in 50 gives NaN": _to_nan,
    "correlated": _correlated,
    "independent": _each(lambda chance: 1 + chance.gauss(0, 0.01)),
    "deterministic": _deterministic,
    "half deterministic": _half,
    "counts": _each(lambda chance: float(10 + round(chance.gauss(0, 0.7)))),
    "rare steps": _each(lambda chance: float(chance.random() < 0.08)),
    "very rare steps": _each(lambda chance: float(chance.random() < 0.01)),
    "skewed": _each(lambda chance: math.exp(chance.gauss(0, 1))),
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


if __name__ == "__main__":
    sys.exit(main())
