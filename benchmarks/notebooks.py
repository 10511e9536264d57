"""How fast `check` looks at notebooks, as ratios of programs measured in one run, beside its peers.

    python benchmarks/notebooks.py FOLDER [--rounds 7] [--peer NAME=PROGRAM …]
    python benchmarks/notebooks.py --made 220 [--rounds 7]

FOLDER holds notebooks (at least 200, together 20 MB, for the figures of `docs/explanation/notebooks.md`);
`--made N` makes N of them. The floor is a Python that reads each notebook and parses it with `json.loads`;
nbstripout runs as `--dry-run`, one process for all files; nb-clean and others by `--peer`. All are whole
processes, start-up included; the best round counts, and the rounds take turns, so that a busy machine disturbs
all alike; where it is busy, the processor's time says more than the clock. Files that nbstripout gives up on are
left out, since it stops at the first. Bytecode is compiled first, as an installation does. Nothing is changed.
"""

from __future__ import annotations

import argparse
import base64
import compileall
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import reproof
from reproof.adapters.nbstripout import strip_notebook
from reproof.lint.finding import Unfixable
from reproof.lint.notebooks.strip import stripping_edits
from reproof.lint.rule import rule_modules

TINY = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n'
CONFIG = '[check]\nexclude = ["third_party/"]\n'
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
# As a hook starts it, where it is installed.
SCRIPT = Path(sys.executable).parent / "reproof"
CHECK = [str(SCRIPT), "check"] if SCRIPT.exists() else [sys.executable, "-m", "reproof", "check"]
DIRTY, NAMES = "dirty-notebook", "dirty-notebook,undefined-in-order"
PYTHON = {"python -c pass": [sys.executable, "-c", "pass"]}


def main() -> int:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--made", type=int)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--peer", metavar="NAME=PROGRAM", action="append", default=[])
    args = parser.parse_args()
    compileall.compile_dir(os.path.dirname(reproof.__file__), quiet=1)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.folder or made(Path(scratch, "made"), args.made or 220)
        found = sorted(str(path.resolve()) for path in folder.rglob("*.ipynb"))
        files = [path for path in found if strippable(path)]
        if not files:
            parser.error(f"{folder} holds no notebooks that nbstripout can read")
        size = sum(map(os.path.getsize, files)) / 1e6
        python = sys.version.split()[0]
        print(
            f"{len(files)} of {len(found)} notebooks, {size:.1f} MB, Python {python}, best of {args.rounds}"
        )
        peers = dict(peer.split("=", 1) for peer in args.peer)
        table("all notebooks", commands(files, peers), args.rounds, Path(scratch, "a"))
        table(
            "start-up, one tiny notebook", start_up(Path(scratch, "b")), args.rounds * 3, Path(scratch, "b")
        )
        table(
            "start-up, with a configuration",
            start_up(Path(scratch, "c"), CONFIG),
            args.rounds * 3,
            Path(scratch, "c"),
        )
        table("a commit of 5 files", commit(Path(scratch, "d")), args.rounds, Path(scratch, "d"))
    return 0


def strippable(path: str) -> bool:
    """Whether nbstripout gets through a notebook."""
    try:
        stripping_edits(Path(path).read_text(encoding="utf-8"), strip_notebook)
    except (Unfixable, ValueError):
        return False
    return True


def commands(files: list[str], peers: dict[str, str]) -> dict[str, list[str]]:
    """What is compared on many notebooks: the floor first, then ours, then the peers."""
    return {
        "json.loads": [sys.executable, "-c", FLOOR, *files],
        "reproof, dirty-notebook": [*CHECK, "--select", DIRTY, *files],
        "reproof, names too": [*CHECK, "--select", NAMES, *files],
        "nbstripout --dry-run": [sys.executable, "-m", "nbstripout", "--dry-run", "--keep-id", *files],
        **{name: [*program.split(), *files] for name, program in peers.items()},
    }


def start_up(folder: Path, config: str | None = None) -> dict[str, list[str]]:
    """A tiny notebook, with or without a configuration beside it."""
    folder.mkdir()
    (folder / ".git").mkdir()
    (folder / "tiny.ipynb").write_text(TINY)
    if config:
        (folder / "reproof.toml").write_text(config)
    return PYTHON | {
        "reproof, dirty-notebook": [*CHECK, "--select", DIRTY, "tiny.ipynb"],
        "reproof, its hook": [*CHECK, "--select", f"{NAMES},out-of-order-cells", "--fix", "tiny.ipynb"],
        "nbstripout --dry-run": [sys.executable, "-m", "nbstripout", "--dry-run", "tiny.ipynb"],
    }


def commit(folder: Path) -> dict[str, list[str]]:
    """A commit of five files: each rule alone, slowest last to be seen beside all in one process."""
    folder.mkdir()
    (folder / ".git").mkdir()
    code = (
        "from sklearn.linear_model import LogisticRegression\n\nmodel = LogisticRegression(C=params['C'])\n"
    )
    notebook = made(folder, 1) / "000.ipynb"
    files = {
        "train.py": code,
        "evaluate.py": code,
        "requirements.txt": "scikit-learn==1.6.1\n",
        "params.yaml": "C: 1.0\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text)
    names = [notebook.name, *files]
    each = {f"{rule}": [*CHECK, "--select", rule, *names] for rule in sorted(rule_modules())}
    return {"json.loads": [sys.executable, "-c", FLOOR, *names], **each, "all rules": [*CHECK, *names]}


def made(folder: Path, count: int) -> Path:
    """Notebooks as people have them: code, prose, tables, a picture; 90 KB each on the average."""
    folder.mkdir(exist_ok=True)
    chance = random.Random(0)
    for number in range(count):
        cells: list[dict[str, Any]] = []
        for index in range(1, 36):
            if index % 4 == 0:
                cells.append(
                    {
                        "cell_type": "markdown",
                        "metadata": {},
                        "source": [f"## Part {index}\n", "Words. " * 40],
                    }
                )
                continue
            lines = [f"value_{index}_{line} = {line} * 2  # a line of code\n" for line in range(20)]
            output = {
                "name": "stdout",
                "output_type": "stream",
                "text": [f"{line}\t0.123\n" for line in range(20)],
            }
            outputs: list[dict[str, Any]] = [output] if number % 3 else []
            if index % 9 == 0 and number % 3:
                data = {"image/png": base64.b64encode(chance.randbytes(16_000)).decode()}
                outputs.append({"data": data, "metadata": {}, "output_type": "display_data"})
            cell: dict[str, Any] = {
                "cell_type": "code",
                "execution_count": None,
                "metadata": {},
                "outputs": outputs,
                "source": lines,
            }
            cells.append(cell)
        document = {
            "cells": cells,
            "metadata": {"language_info": {"name": "python"}},
            "nbformat": 4,
            "nbformat_minor": 4,
        }
        (folder / f"{number:03}.ipynb").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return folder


def table(title: str, programs: dict[str, list[str]], rounds: int, folder: Path) -> None:
    """Print each program's best time, on the clock and of processors, and how often the first one's that is."""
    folder.mkdir(exist_ok=True)
    best: dict[str, tuple[float, float]] = {}
    codes: dict[str, int] = {}
    for _ in range(rounds):
        for name, command in programs.items():
            clock, processor, codes[name] = timed(command, folder)
            before = best.get(name, (clock, processor))
            best[name] = min(before[0], clock), min(before[1], processor)
    print(f"\n{title:<32}{'clock':>8}{'ratio':>7}{'cpu':>9}{'ratio':>7}{'exit':>6}")
    first = next(iter(best.values()))
    for name, (clock, processor) in best.items():
        ratios = clock / first[0], processor / first[1]
        print(f"{name:<32}{clock:>8.3f}{ratios[0]:>7.2f}{processor:>9.3f}{ratios[1]:>7.2f}{codes[name]:>6}")


def timed(command: list[str], folder: Path) -> tuple[float, float, int]:
    """Seconds on the clock, seconds of processors with all descendants, and the exit code."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, process.returncode


if __name__ == "__main__":
    raise SystemExit(main())
