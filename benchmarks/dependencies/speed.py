"""How fast the rule about dependencies is, as ratios within one run, so that a busy machine counts on both sides.

    python -m benchmarks.dependencies.speed [--files 1000]

Many requirements files against `packaging` alone on the same lines, both in one process; and the start of
`reproof check` on one tiny file against `python -c pass`, both as processes, the best of several.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from packaging.requirements import Requirement

from reproof.config import CheckConfig
from reproof.lint.files import SourceTree
from reproof.lint.linter import Linter
from reproof.lint.rule import Tools, load_rule

NAMES = (
    "numpy",
    "scipy",
    "pandas",
    "scikit-learn",
    "torch",
    "transformers[torch]",
    "mlflow",
    "dvc[s3]",
    "pyyaml",
)
VERSIONS = ("==1.26.4", "==2.1.3", ">=1.0,<2", "~=1.4", "", "==2.5.1+cu118", ">=2 ; python_version < '3.12'")
STARTS = 15


def write_files(folder: Path, count: int) -> list[str]:
    """Requirements files of thirty lines each; their lines, all together."""
    chance = random.Random(0)
    lines = []
    for number in range(count):
        own = [f"{chance.choice(NAMES)}{chance.choice(VERSIONS)}" for _ in range(30)]
        (folder / f"requirements-{number}.txt").write_text("\n".join(own) + "\n", encoding="utf-8")
        lines += own
    return lines


def throughput(count: int) -> float:
    """Seconds of the rule over those of `packaging` alone."""
    with tempfile.TemporaryDirectory() as scratch:
        lines = write_files(Path(scratch), count)
        options = CheckConfig()
        rules = [load_rule("unpinned-dependency")(options, Tools())]
        linter = Linter(SourceTree(scratch), rules, options)
        linter.look("requirements-0.txt")
        start = perf_counter()
        for line in lines:
            Requirement(line)
        alone = perf_counter() - start
        start = perf_counter()
        for number in range(count):
            linter.look(f"requirements-{number}.txt")
        ours = perf_counter() - start
    print(
        f"{count} files, {len(lines)} lines: {ours:.2f} s, packaging alone {alone:.2f} s: {ours / alone:.2f} times"
    )
    return ours / alone


def start_up(text: str) -> float:
    """Seconds of `reproof check` on one file of this text over those of a Python that does nothing."""
    program = Path(sys.executable).with_name("reproof")
    with tempfile.TemporaryDirectory() as scratch:
        Path(scratch, "requirements.txt").write_text(text, encoding="utf-8")
        command = [str(program), "check", "--select", "unpinned-dependency", "requirements.txt"]
        nothing, ours = [], []
        for _ in range(STARTS):
            nothing.append(_seconds([sys.executable, "-c", "pass"], scratch))
            ours.append(_seconds(command, scratch))
    ratio = min(ours) / min(nothing)
    print(f"start-up on {text.strip()!r}: {ratio:.2f} times `python -c pass`")
    return ratio


def _seconds(command: list[str], folder: str) -> float:
    start = perf_counter()
    subprocess.run(
        command,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
        env={"PATH": os.environ["PATH"]},
    )
    return perf_counter() - start


def main() -> None:
    """Print the three ratios."""
    parser = argparse.ArgumentParser(description="speed of unpinned-dependency, as ratios")
    parser.add_argument("--files", type=int, default=1000)
    throughput(parser.parse_args().files)
    start_up("numpy==2.1.3\n")
    start_up("numpy===2.1.3 ; extra == 'x'\n")


if __name__ == "__main__":
    main()
