"""Rebuild a recorded run and train it again: its commit, environment, data and seed, in a scratch clone.

The environment is built by uv from the recorded lock and package list, data come by hash from DVC's cache or
remote. Nothing is recorded and nothing in your work tree changes. What could not be rebuilt is named in the report.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from reproof.errors import Exit, UsageError
from reproof.rebuilding import rebuilt
from reproof.replay.outcome import answer
from reproof.replay.partial import replay_until
from reproof.report import json as report_json
from reproof.report.report import Context, Report
from reproof.report.text import text
from reproof.runs.find import find_run
from reproof.verdict.compare import decide, failed
from reproof.verdict.failure import Failure
from reproof.visible import in_colour
from reproof.wiring import open_workspace

if TYPE_CHECKING:
    import argparse

    from reproof.config import CompareConfig
    from reproof.rebuilding import Replayed
    from reproof.runs.record import RunRecord
    from reproof.verdict.comparison import Comparison

EXAMPLE = """\
reproof replay HEAD
reproof replay 3f9c1a --until featurize
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="a run's id, a unique prefix, or a revision")
    parser.add_argument("--until", metavar="STAGE", help="train the pipeline as far as this stage only")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def run(args: argparse.Namespace) -> int:
    started = time.monotonic()
    workspace = open_workspace(".")
    settings = workspace.settings.compare
    record = find_run(workspace.store, workspace.repository, args.run)
    if args.until and args.until not in {name for name, _ in record.config.commands}:
        stages = ", ".join(name for name, _ in record.config.commands)
        raise UsageError(f"the run has no stage {args.until!r}", f"Its stages are: {stages}.")
    with rebuilt(workspace, record, args.until) as replayed:
        comparison = _trained(replayed, settings)
    minutes = (time.monotonic() - started) / 60
    report = Report(
        comparison,
        record.code.commit,
        minutes,
        Context(fail_on=settings.fail_on, recorded=False, checked_out=workspace.head.commit, replayed=True),
    )
    if args.format == "json":
        print(report_json.dump(report), end="")
    else:
        print(text(report, colour=in_colour(sys.stdout)), end="")
    if not report.fails:
        return Exit.FINE
    return Exit.TRAINING if comparison.failure else Exit.FOUND


def _trained(replayed: Replayed, settings: CompareConfig) -> Comparison:
    """Train once; once more where one difference could be noise."""
    record = replayed.record
    declared = replayed.declared()
    pipeline = declared.layout.pipeline
    if replayed.until and pipeline:
        plan, trainer = replayed.prepared(declared)
        comparison = replay_until(record, pipeline, plan, trainer, replayed.until)
        return answer(comparison, record, declared.key, replayed.missing)
    once = replayed.training(declared)
    now: list[RunRecord] = []
    while True:
        made = once()
        if isinstance(made, Failure):
            return answer(failed(made, declared.key, len(now) + 1), record, declared.key, replayed.missing)
        now.append(replace(made, key=record.key))
        decision = decide(now, [record], None, settings)
        if len(now) >= 2 or not decision.wanted:
            return answer(decision.comparison, record, made.key, replayed.missing)
