"""How long the report of a large comparison takes, and how large it gets.

    python benchmarks/report.py [--metrics 1000] [--slices 50] [--json]

Processor seconds and bytes for each form of the report, in one process. Every seventh check has failed. Nothing is
promised about a check's cost; what a comment may hold (60,000 bytes) is.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable

from reproof.report.html import page
from reproof.report.markdown import COMMENT_LIMIT, comment, summary
from reproof.report.report import Report
from reproof.report.short_json import short_json
from reproof.report.text import text
from reproof.verdict.comparison import Baseline, Check, Comparison, Spread

FORMS: dict[str, Callable[[Report], str]] = {
    "comment": comment,
    "summary": summary,
    "page": page,
    "terminal": text,
    "one line": short_json,
}


def large(metrics: int, slices: int) -> Report:
    """A report with `metrics` * (`slices` + 1) checks."""
    checks = tuple(
        Check(
            metric=f"metric_{number}",
            slice=(("country", f"c{place}"),) if place else (),
            rows=1000 + place,
            against="base",
            recorded=Spread(10, 0.9, 0.001, 0.898, 0.902),
            now=(0.87 if number % 7 == 0 else 0.9005, 0.9002),
            better="higher",
            policy="noise",
            result="worse" if number % 7 == 0 else "statistical",
            smallest_noticed=0.003,
        )
        for number in range(metrics)
        for place in range(slices + 1)
    )
    runs = tuple(f"{number:012x}" for number in range(10))
    return Report(
        Comparison(
            run="ab" * 6,
            key="cd" * 32,
            repeats="no-baseline",
            moved="regressed",
            cause="code",
            baseline=Baseline("base", "ef" * 20, 1, runs),
            retrains=2,
            checks=checks,
        ),
        head="01" * 20,
        minutes=3.0,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--metrics", type=int, default=1000)
    parser.add_argument("--slices", type=int, default=50)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    report = large(args.metrics, args.slices)
    found = {}
    for name, form in FORMS.items():
        start = time.process_time()
        made = form(report)
        found[name] = {"seconds": round(time.process_time() - start, 3), "bytes": len(made.encode())}
    if args.json:
        print(json.dumps({"checks": len(report.comparison.checks), "forms": found}))
        return
    print(f"{len(report.comparison.checks):,} checks")
    for name, figures in found.items():
        print(f"{name:<9} {figures['seconds']:>7.3f} s {figures['bytes']:>10,} bytes")
    print(f"a comment may hold {COMMENT_LIMIT:,} bytes")


if __name__ == "__main__":
    main()
