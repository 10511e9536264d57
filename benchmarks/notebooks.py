"""How long `dirty-notebook` takes on a folder of notebooks, as ratios of programs measured in one run.

    python benchmarks/notebooks.py FOLDER [--rounds 5]

The floor is a Python that reads each notebook and parses it with `json.loads`; the peer is nbstripout's
`--dry-run`, one process for all files. All are whole processes, start-up included; the best round counts,
and the rounds take turns, so that a busy machine disturbs all alike. Last comes start-up alone, on one tiny
notebook. Files that nbstripout gives up on are left out, since it stops at the first. Nothing is changed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from reproof.adapters.nbstripout import strip_notebook
from reproof.lint.finding import Unfixable
from reproof.lint.notebooks.strip import stripping_edits

TINY = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n'
FLOOR = """
import json, sys
for name in sys.argv[1:]:
    with open(name, "rb") as file:
        data = file.read()
    try:
        json.loads(data)
    except ValueError:
        pass
"""


def main() -> int:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    found = sorted(str(path.resolve()) for path in args.folder.rglob("*.ipynb"))
    files = [path for path in found if strippable(path)]
    if not files:
        parser.error(f"{args.folder} holds no notebooks that nbstripout can read")
    size = sum(map(os.path.getsize, files)) / 1e6
    python = sys.version.split()[0]
    print(f"{len(files)} of {len(found)} notebooks, {size:.1f} MB, Python {python}, best of {args.rounds}")
    with tempfile.TemporaryDirectory() as scratch:
        table("all notebooks", commands(files), args.rounds, scratch)
        tiny = Path(scratch, "tiny.ipynb")
        tiny.write_text(TINY)
        start_up = {"python -c pass": [sys.executable, "-c", "pass"]} | commands([str(tiny)])
        table("one tiny notebook", start_up, args.rounds, scratch)
    return 0


def strippable(path: str) -> bool:
    """Whether nbstripout gets through a notebook."""
    try:
        stripping_edits(Path(path).read_text(encoding="utf-8"), strip_notebook)
    except (Unfixable, ValueError):
        return False
    return True


def commands(files: list[str]) -> dict[str, list[str]]:
    """What is compared: the floor first, then ours, then the peer."""
    check = [sys.executable, "-m", "reproof", "check", "--select", "dirty-notebook"]
    return {
        "json.loads": [sys.executable, "-c", FLOOR, *files],
        "reproof check": [*check, *files],
        "nbstripout --dry-run": [sys.executable, "-m", "nbstripout", "--dry-run", "--keep-id", *files],
    }


def table(title: str, programs: dict[str, list[str]], rounds: int, folder: str) -> None:
    """Print the best time of each program, and how many times the first one's that is."""
    best = dict.fromkeys(programs, float("inf"))
    codes: dict[str, int] = {}
    for _ in range(rounds):
        for name, command in programs.items():
            start = time.perf_counter()
            codes[name] = subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode
            best[name] = min(best[name], time.perf_counter() - start)
    print(f"\n{title:<24}{'seconds':>9}{'ratio':>8}{'exit':>6}")
    floor = next(iter(best.values()))
    for name, seconds in best.items():
        print(f"{name:<24}{seconds:>9.3f}{seconds / floor:>8.2f}{codes[name]:>6}")


if __name__ == "__main__":
    raise SystemExit(main())
