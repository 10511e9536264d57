"""Whether anything at all makes `hardcoded-hyperparameter` crash or hang.

    python -m benchmarks.hyperparameters.fuzz [--inputs 20000] [--seed 0] [--limit 5]
    python -m benchmarks.hyperparameters.fuzz --seed 0 --only 1234      one input again, with its traceback

First every file of CPython's own tests (`Lib/test` of the running interpreter: bad syntax and bad encodings
among them), as it is, as if it imported machine learning, and as a notebook's cell; then so many hostile inputs
(`hostile.py`). Each is looked at by the linter with all rules about configuration, in default or strict mode,
and each fix that a finding offers is made and applied, in memory. A failure is a `crashed-rule` finding, any
other exception, a fix that breaks the file, or more than `--limit` seconds
of processor time. A failing input is made small,
saved to `.cache/` and told; the exit code is 1.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import importlib.util
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.hyperparameters.hostile import Input, hostile
from reproof.commands.check import tools
from reproof.config import CheckConfig
from reproof.lint.files import Change, SourceTree
from reproof.lint.finding import Finding, Unfixable
from reproof.lint.fixes import fix_file
from reproof.lint.linter import Linter
from reproof.lint.own_findings import CRASHED_RULE, INVALID_FILE
from reproof.lint.rule import load_rule, rule_modules

SAVED = Path(__file__).parents[2] / ".cache" / "hyperparameters" / "fuzz"
RULES = [load_rule(name) for name, module in rule_modules().items() if ".rules.config." in module]
FEWEST = 300  # files that the tests of CPython have at least
PRETENCE = b"\nimport sklearn, torch\n"
# No input needs more; what does is stopped before the machine is.
_MEMORY = 4 * 1024**3


class Overdue(BaseException):
    """An input took too long. No `Exception`, or the linter would take it for a rule's crash."""


class Failure(NamedTuple):
    """What went wrong with an input: in short, the same for the same mistake; and in full."""

    what: str
    trace: str


class Report:
    """What became of the inputs so far."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.slowest = (0.0, "")
        self.failures: list[tuple[str, Input, Failure]] = []

    def __str__(self) -> str:
        seconds, which = self.slowest
        seen = ", ".join(f"{count:,} {what}" for what, count in self.counts.items())
        return f"{seen}; slowest {seconds:.2f} s ({which}); {len(self.failures)} failures"


class Prober:
    """Looks at inputs, in memory: `folder` is an empty one that stands for the repository."""

    def __init__(self, folder: str, limit: float = 5.0) -> None:
        self.folder = folder
        self.limit = limit
        self.report = Report()
        self._strict = False

    def probe(self, name: str, one: Input, *, strict: bool) -> Failure | None:
        """Look at one input, fixes included; count what happened."""
        self._strict = strict
        start = time.process_time()
        failure = self._failure(one)
        self.report.slowest = max(self.report.slowest, (time.process_time() - start, name))
        self.report.counts["inputs"] += 1
        if failure:
            self.report.failures.append((name, one, failure))
        return failure

    def small(self, one: Input, failure: Failure) -> Input:
        """The input with all lines and neighbours left out that the same failure does not need."""
        counts = self.report.counts.copy()
        for beside in one.beside:
            fewer = one._replace(beside=tuple(other for other in one.beside if other != beside))
            one = fewer if self._fails(fewer, failure) else one
        piece = one.data.count(b"\n") + 1
        while piece := piece // 2:
            at = 0
            while one.data and at < len(lines := one.data.split(b"\n")):
                fewer = one._replace(data=b"\n".join(lines[:at] + lines[at + piece :]))
                if self._fails(fewer, failure):
                    one = fewer
                else:
                    at += piece
        self.report.counts = counts
        return one

    def _fails(self, one: Input, failure: Failure) -> bool:
        again = self._failure(one)
        return again is not None and again.what == failure.what

    def _failure(self, one: Input) -> Failure | None:
        try:
            with self._in_time():
                return self._look(one)
        except Overdue as late:
            return Failure(f"more than {self.limit:g} s", _trace(late))
        except Exception as error:  # noqa: BLE001  any exception is what is looked for
            return Failure(f"{type(error).__name__} outside of a rule", _trace(error))

    def _look(self, one: Input) -> Failure | None:
        tree = SourceTree(self.folder)
        tree.changes = {path: Change(None, data) for path, data in (*one.beside, (one.path, one.data))}
        options = CheckConfig(strict=self._strict)
        linter = Linter(tree, [rule(options, tools()) for rule in RULES], options)
        for path in [path for path, _ in one.beside]:
            if failure := self._crash(tree, path, linter.look(path)):
                return failure
        findings = linter.look(one.path)
        counts = self.report.counts
        counts["with findings"] += any(finding.rule != INVALID_FILE.name for finding in findings)
        counts["not readable"] += any(finding.rule == INVALID_FILE.name for finding in findings)
        counts["with a fix"] += any(finding.fix for finding in findings)
        return self._crash(tree, one.path, findings) or self._fixed(tree, linter, one.path, findings)

    def _crash(self, tree: SourceTree, path: str, findings: list[Finding]) -> Failure | None:
        crash = next((finding for finding in findings if finding.rule == CRASHED_RULE.name), None)
        if crash is None:
            return None
        options = CheckConfig(strict=self._strict)
        rule = next(rule for rule in RULES if rule.name == crash.name)
        try:
            for _ in rule(options, tools()).check(tree.open(path)):
                pass
        except Exception as error:  # noqa: BLE001  raised once more, for its traceback
            return Failure(_place(error), _trace(error))
        return Failure("a crash that does not come again", crash.message)

    def _fixed(self, tree: SourceTree, linter: Linter, path: str, findings: list[Finding]) -> Failure | None:
        fixes = {id(finding.fix): finding.fix for finding in findings if finding.fix}
        for fix in fixes.values():
            try:
                fix.make()
            except Unfixable:
                self.report.counts["refused fixes"] += 1
            except Exception as error:  # noqa: BLE001  a fix's crash is what is looked for
                return Failure(f"fix: {_place(error)}", _trace(error))
        if not fixes:
            return None
        done = fix_file(tree, linter.look, path, findings, unsafe=True)
        self.report.counts["fixed findings"] += done.count
        broken = ("bug of reproof", "could not be read back", "not settled")
        bad = [refusal.reason for refusal in done.refusals if any(word in refusal.reason for word in broken)]
        return Failure(f"fix: {bad[0]}", "\n".join(bad)) if bad else self._crash(tree, path, done.findings)

    @contextlib.contextmanager
    def _in_time(self) -> Iterator[None]:
        """Raise `Overdue` after so much processor time; where the interpreter itself hangs, end it with a trace."""
        faulthandler.dump_traceback_later(20 * self.limit, exit=True, file=2)
        before = signal.signal(signal.SIGPROF, _overdue)
        signal.setitimer(signal.ITIMER_PROF, self.limit)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)
            faulthandler.cancel_dump_traceback_later()


def _overdue(*_: object) -> None:
    raise Overdue


def _trace(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


def _place(error: BaseException) -> str:
    """The exception and where it was raised: the same for the same mistake."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {os.path.basename(last.filename)}:{last.lineno}"


def cpython_tests() -> Iterator[tuple[str, Input]]:
    """Every Python file of `Lib/test`, under names that are no test's, in three forms."""
    package = importlib.util.find_spec("test")
    folder = Path(next(iter((package and package.submodule_search_locations) or []), os.devnull))
    found = sorted(folder.rglob("*.py"))
    if len(found) < FEWEST:  # Debian's has what other packages' tests need
        raise SystemExit("this Python came without its own tests (Lib/test): run it with another one")
    for number, path in enumerate(found):
        data = path.read_bytes()
        name = path.relative_to(folder).as_posix()
        yield name, Input(f"case{number}.py", data)
        yield f"{name} as training", Input(f"case{number}.py", data + PRETENCE)
        source = [data.decode("utf-8", "replace"), "\nimport sklearn, torch\n"]
        code = {"cell_type": "code", "metadata": {}, "source": source}
        yield f"{name} as a cell", Input(f"case{number}.ipynb", json.dumps({"cells": [code]}).encode())


def hostile_inputs(seed: int, numbers: range) -> Iterator[tuple[str, Input]]:
    """The inputs of a seed's series, by their numbers."""
    for number in numbers:
        yield f"seed {seed}, input {number}", hostile(seed, number)


def main() -> int:
    """Probe all inputs, print what happened."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=float, default=5.0, help="seconds an input may take (default: 5)")
    parser.add_argument("--only", type=int, metavar="N", help="this input of the seed alone")
    args = parser.parse_args()
    faulthandler.enable()
    with contextlib.suppress(ImportError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    with tempfile.TemporaryDirectory() as folder:
        if args.only is not None:
            numbers = range(args.only, args.only + 1)
            return run("only", hostile_inputs(args.seed, numbers), Prober(folder, args.limit))
        failed = run("CPython's tests", cpython_tests(), Prober(folder, args.limit))
        hostiles = hostile_inputs(args.seed, range(args.inputs))
        return run("hostile inputs", hostiles, Prober(folder, args.limit)) or failed


def run(title: str, inputs: Iterator[tuple[str, Input]], prober: Prober) -> int:
    """Probe one group in both modes, print its report, save what failed."""
    known: Counter[str] = Counter()
    SAVED.mkdir(parents=True, exist_ok=True)
    current = SAVED / "current"
    for name, one in inputs:
        # Should the interpreter die, the input is there.
        current.write_bytes(f"{name}: {one.path}\n".encode() + one.data)
        for strict in (False, True):
            failure = prober.probe(name, one, strict=strict)
            if failure is None:
                continue
            known[failure.what] += 1
            if known[failure.what] == 1:
                tell(name, prober.small(one, failure), failure, strict)
    current.unlink(missing_ok=True)
    print(f"{title}: {prober.report}")
    for what, count in known.most_common():
        print(f"  {count:>6}  {what}")
    return 1 if known else 0


def tell(name: str, one: Input, failure: Failure, strict: bool) -> None:
    """Save a failing input and print how it fails."""
    safe = "".join(letter if letter.isalnum() else "-" for letter in f"{name} {failure.what}")[:120]
    for path, data in ((one.path, one.data), *one.beside):
        target = SAVED / safe / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    print(f"{failure.what}: {name}{', strict' if strict else ''}; saved to {SAVED / safe}", file=sys.stderr)
    print(failure.trace, file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
