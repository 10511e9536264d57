"""How long `hardcoded-hyperparameter` takes on 500 Python files of 12 MB, as ratios measured in one run.

    python benchmarks/speed_hyperparameters.py [--files FOLDER …] [--rounds 5] [--json]

The files are the standard library's and the installed packages', or those of the folders; which ones, and in
which order, follows from their contents. They are measured twice: as they are, where most need not be parsed,
and with a line on top of each that imports two machine learning libraries, where nothing can be left out.

Floors are start-up alone, reading the bytes, and `ast.parse` over the same files in one process, which is what
the ratios are of; ruff is the peer, with its default rules. "in process" leaves start-up and the reading of the
catalogue out. Whole processes run on all cores and on one. All take turns, and the median counts, since a busy
machine disturbs all alike. Nothing but a scratch folder is written.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import os
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

COUNT = 500
BYTES = 12_000_000
IMPORT = b"import sklearn, torch\n"
SMALLEST, LARGEST = 1_000, 400_000
RULE = "hardcoded-hyperparameter"
FLOOR = "ast.parse"
READ = "import sys\nfor name in sys.argv[1:]:\n    with open(name, 'rb') as file:\n        file.read()\n"
PARSE = READ.replace("file.read()", "ast.parse(file.read())").replace("import sys", "import ast, sys")
# Prints its own time, that of the second pass over the files.
IN_PROCESS = """
import os, sys, time
from reproof.config import CheckConfig
from reproof.lint.files import SourceTree
from reproof.lint.linter import Linter, chosen_rules
from reproof.lint.rule import Tools
from reproof.lint.workers import look_at
options = CheckConfig(select=(sys.argv[1],))
tree = SourceTree(os.getcwd())
linter = Linter(tree, chosen_rules(options, Tools()), options)
for _ in range(2):
    start = time.perf_counter()
    for _ in look_at(linter.look, sys.argv[2:], tree.size, alone=True):
        pass
print(time.perf_counter() - start)
"""
PARSE_IN_PROCESS = """
import ast, gc, sys, time
if sys.argv[1] == "off":
    gc.disable()
for _ in range(2):
    start = time.perf_counter()
    for name in sys.argv[2:]:
        with open(name, "rb") as file:
            ast.parse(file.read())
print(time.perf_counter() - start)
"""


def main() -> int:
    """Measure and print the tables, or one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=Path, nargs="+", metavar="FOLDER", help="take files from here")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    paths = sysconfig.get_paths()
    chosen = choose(args.files or [Path(paths["stdlib"]), Path(paths["purelib"])])
    if len(chosen) < COUNT:
        parser.error(f"only {len(chosen)} files that fit were found; name more folders with --files")
    result = {
        "python": sys.version.split()[0],
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "files": len(chosen),
        "bytes": sum(map(len, chosen)),
        "rounds": args.rounds,
        "ordinary": measure(chosen, args.rounds),
        "every file imports": measure([IMPORT + data for data in chosen], args.rounds),
    }
    if args.json:
        print(json.dumps(result, indent=2))
    else:
        show(result)
    return 0


def choose(folders: list[Path]) -> list[bytes]:
    """The contents of `COUNT` files of `BYTES` together, by the order of their hashes."""
    contents = {path.read_bytes() for path in candidates(folders)}
    chosen: list[bytes] = []
    total = 0
    for data in sorted(contents, key=lambda data: hashlib.sha256(data).digest()):
        # Stay near the line that leads to the wanted size: after small files come large ones.
        ahead = total + len(data) - (len(chosen) + 1) * BYTES / COUNT
        if abs(ahead) < LARGEST / 2 and parses(data):
            chosen.append(data)
            total += len(data)
        if len(chosen) == COUNT:
            break
    return chosen


def candidates(folders: list[Path]) -> Iterator[Path]:
    """Python files that are neither tiny nor huge; a package below the standard library is met once."""
    for folder in folders:
        for path in folder.rglob("*.py"):
            inner = path.relative_to(folder).parts
            if "site-packages" not in inner and SMALLEST < path.stat().st_size < LARGEST:
                yield path


def parses(data: bytes) -> bool:
    """Whether it is Python with the import on top, too (an encoding must be declared in the first lines)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(IMPORT + data)
    except (SyntaxError, ValueError):
        return False
    return True


def measure(contents: list[bytes], rounds: int) -> dict[str, float]:
    """Median seconds of each contestant on files of these contents."""
    with tempfile.TemporaryDirectory() as folder:
        names = [f"module{number:03}.py" for number in range(len(contents))]
        for name, data in zip(names, contents, strict=True):
            Path(folder, name).write_bytes(data)
        runs = contestants(names, folder)
        for run in runs.values():  # warm: byte code is compiled, files are in memory
            run()
        taken: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(rounds):
            for name, run in runs.items():
                taken[name].append(run())
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def contestants(names: list[str], folder: str) -> dict[str, Callable[[], float]]:
    """Each runs once and returns its seconds."""
    python = [sys.executable, "-W", "ignore"]
    check = [*python, "-m", "reproof", "check", "--select", RULE, "--", *names]
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--quiet", "--", *names]

    def whole(command: list[str], one_core: bool = False) -> Callable[[], float]:
        def run() -> float:
            start = time.perf_counter()
            run_quietly(command, folder, one_core)
            return time.perf_counter() - start

        return run

    def inside(code: str, first: str) -> Callable[[], float]:
        return lambda: float(run_quietly([*python, "-c", code, first, *names], folder, one_core=True))

    return {
        "python -c pass": whole([*python, "-c", "pass"]),
        "reading": whole([*python, "-c", READ, *names]),
        FLOOR: whole([*python, "-c", PARSE, *names], one_core=True),
        "reproof check, one core": whole(check, one_core=True),
        "reproof check": whole(check),
        "ruff check, one core": whole(ruff, one_core=True),
        "ruff check": whole(ruff),
        "ast.parse, in process": inside(PARSE_IN_PROCESS, "on"),
        "ast.parse, in process, no gc": inside(PARSE_IN_PROCESS, "off"),
        "reproof, in process": inside(IN_PROCESS, RULE),
    }


def run_quietly(command: list[str], folder: str, one_core: bool) -> str:
    """What a program prints; exit code 1 says that it found something. Raises for other codes."""
    cores = os.sched_getaffinity(0) if one_core and hasattr(os, "sched_setaffinity") else None
    if cores:
        os.sched_setaffinity(0, {min(cores)})  # children inherit it
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    finally:
        if cores:
            os.sched_setaffinity(0, cores)
    if done.returncode > 1 or "crashed-rule" in done.stdout:
        raise SystemExit(f"{command[:6]} failed: {done.stdout[:2000]}{done.stderr}")
    return done.stdout


def show(result: dict[str, object]) -> None:
    """Print the tables; what is timed in process is compared with `ast.parse` in process."""
    print(
        f"{result['files']} files, {int(str(result['bytes'])) / 1e6:.1f} MB, Python {result['python']}, "
        f"{result['cores']} cores, median of {result['rounds']}"
    )
    for title in ("ordinary", "every file imports"):
        seconds = result[title]
        assert isinstance(seconds, dict)
        print(f"\n{title:<32}{'seconds':>9}{'ratio':>8}")
        for name, taken in seconds.items():
            floor = seconds["ast.parse, in process" if "in process" in name else FLOOR]
            print(f"{name:<32}{taken:>9.3f}{taken / floor:>8.2f}")


if __name__ == "__main__":
    raise SystemExit(main())
