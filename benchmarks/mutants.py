"""Do the tests notice a change of the verdict? Mutation testing of `src/reproof/verdict` with mutmut.

    make mutants                                     # a sample of 400, about 10 minutes of one core
    make mutants MUTANTS="--sample 0"                # all of them
    make mutants MUTANTS="--only '*noise*' --show"   # those of one module, survivors with their differences

Each mutant is one small change of one function; it is killed when a test of `tests/verdict` fails. Mutants are made
in a copy below `.cache/`, never in the tree. mutmut leaves constants of modules and functions with decorators (but
class methods) alone. A sample is drawn by a seed, so that the same command gives the same mutants as long as the
code stays. What survives, and why: `benchmarks/mutants.md`.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
TREE = ROOT / ".cache/mutants/tree"
COPIED = ("src", "tests", "docs/explanation", "pyproject.toml")
SETTINGS = """
[tool.mutmut]
source_paths = ["src/"]
only_mutate = ["src/reproof/verdict/*"]
pytest_add_cli_args = ["-p", "no:cacheprovider", "-q", "--hypothesis-profile", "mutants", SLOW]
pytest_add_cli_args_test_selection = ["tests/verdict"]
also_copy = ["docs"]
use_git_change_detection = false
use_setproctitle = false
"""
# Properties of whole verdicts: nine tenths of the time, and hardly a mutant that the others leave alive.
SLOW = (
    "--ignore=tests/verdict/test_properties.py",
    "--deselect=tests/verdict/test_changes.py::test_no_two_differences_have_one_name_and_equal_runs_have_none",
    "--deselect=tests/verdict/test_compare.py::test_the_order_of_runs_and_metrics_changes_nothing",
)
SURVIVED, UNTESTED = 0, 33  # mutmut's exit codes; whatever else ended the tests has killed the mutant


def main() -> int:
    """Make the mutants, run the tests on a sample, print how many are killed; 1 where that is too few."""
    parser = argparse.ArgumentParser(description="mutation testing of the verdict")
    parser.add_argument("--sample", type=int, default=400, help="how many mutants (0: all)")
    parser.add_argument("--seed", type=int, default=0, help="which ones (default: 0)")
    parser.add_argument("--only", default="*", metavar="GLOB", help="mutants of this name only")
    parser.add_argument(
        "--least", type=float, default=0.9, help="the share that must be killed (default: 0.9)"
    )
    parser.add_argument("--show", action="store_true", help="print what the survivors change")
    parser.add_argument("--json", metavar="FILE", help="write the state of each mutant")
    args = parser.parse_args()
    _copy()
    _mutmut("run", "--max-children", "1", "no mutant has this name")  # makes the mutants, and stops there
    names = [name for name in sorted(_states()) if fnmatch.fnmatch(name, args.only)]
    if not names:
        print(f"no mutant is named like {args.only!r}", file=sys.stderr)
        return 2
    chosen = sorted(random.Random(args.seed).sample(names, min(args.sample or len(names), len(names))))
    _mutmut("run", "--max-children", "1", *chosen)
    states = {name: state for name, state in _states().items() if name in set(chosen)}
    if args.json:
        Path(args.json).write_text(json.dumps(states, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return _told(states, len(names), args.show, args.least)


def _copy() -> None:
    shutil.rmtree(TREE, ignore_errors=True)
    for name in COPIED:
        source, target = ROOT / name, TREE / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target)
    with (TREE / "pyproject.toml").open("a", encoding="utf-8") as handle:
        handle.write(SETTINGS.replace("SLOW", ", ".join(map(json.dumps, SLOW))))


def _mutmut(*words: str) -> str:
    """What mutmut says; its exit code tells nothing, since a filter that fits no mutant is an error to it."""
    program = Path(sys.executable).with_name("mutmut")
    environment = os.environ | {"PYTHONHASHSEED": "0"}
    command = [str(program), *words]
    done = subprocess.run(command, cwd=TREE, env=environment, capture_output=True, text=True, check=False)
    if words[0] == "run" and not (TREE / "mutants/mutmut-stats.json").exists():
        raise SystemExit(f"mutmut could not start:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done.stdout


def _states() -> dict[str, int | None]:
    """Mutant -> how its tests ended; None for one that was not tried."""
    found: dict[str, int | None] = {}
    for path in sorted((TREE / "mutants/src/reproof/verdict").glob("*.meta")):
        found |= json.loads(path.read_bytes())["exit_code_by_key"]
    return found


def _told(states: dict[str, int | None], made: int, show: bool, least: float) -> int:
    modules = {name: name.split(".")[2] for name in states}
    survivors = sorted(name for name, state in states.items() if state in {SURVIVED, UNTESTED, None})
    tried, lived = Counter(modules.values()), Counter(modules[name] for name in survivors)
    print("| module | mutants | killed | share |\n|---|---|---|---|")
    for module in sorted(tried):
        killed = tried[module] - lived[module]
        print(f"| {module} | {tried[module]} | {killed} | {killed / tried[module]:.1%} |")
    killed = len(states) - len(survivors)
    share = killed / len(states)
    print(f"| all ({made} made, {len(states)} tried) | {len(states)} | {killed} | {share:.1%} |\n")
    for name in survivors:
        print(name, {UNTESTED: "(no test runs it)", None: "(not tried)"}.get(states[name], ""))
        if show:
            print(_mutmut("show", name))
    return 0 if share >= least else 1


if __name__ == "__main__":
    sys.exit(main())
