"""How often the verdict cries wolf, what it catches, and what it costs, on recorded results of real trainings.

    python -m benchmarks.calibrate --runs runs.csv.gz --supports supports.csv [--workloads a,b] [--reps N] [--json]

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
import json
import sys
import time

from benchmarks.calibrate.synthetic import synthetic
from benchmarks.calibrate.table import HEAD, print_summary, row
from benchmarks.calibrate.tally import calibrate, summary
from benchmarks.calibrate.workloads import read

SIZES = (2, 3, 5, 10, 20)


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


if __name__ == "__main__":
    sys.exit(main())
