"""Compare two recorded runs: what differs between their inputs, aspect by aspect, and their results side by side.

RUN is a run's id, a unique prefix of one, or a revision: then its newest recorded run, else the newest
one with the same inputs.
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from reproof.errors import Exit
from reproof.report import wording
from reproof.report.escape import clean
from reproof.report.json_predictions import predictions_to_dict
from reproof.report.predictions import predictions
from reproof.report.wording import Voice
from reproof.runs.find import find_run
from reproof.runs.side_by_side import metrics_side_by_side
from reproof.strict import number, shown_json
from reproof.verdict.changes import changes_between, observed_differences, stage_differences
from reproof.verdict.comparison import PredictionChanges
from reproof.verdict.predictions import prediction_changes
from reproof.visible import visible
from reproof.wiring import open_workspace

if TYPE_CHECKING:
    import argparse

    from reproof.runs.record import RunRecord
    from reproof.verdict.comparison import Changes, Difference, NotChecked, StageDifference

EXAMPLE = """\
reproof diff main HEAD
reproof diff 3f9c1a 77d0e2 --format json
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", metavar="RUN")
    parser.add_argument("new", metavar="RUN")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def run(args: argparse.Namespace) -> int:
    workspace = open_workspace(".")
    old, new = (find_run(workspace.store, workspace.repository, words) for words in (args.old, args.new))
    lines = workspace.repository.line_counts(old.code.commit, new.code.commit)
    changes = changes_between(old, new, lines)
    observed = observed_differences(old, new, changes)
    stages = stage_differences(old, new)
    made = prediction_changes(old, new)
    if old.id == new.id:
        print(
            f"reproof: {visible(args.old)} and {visible(args.new)} are one run, {new.id}: nothing can differ",
            file=sys.stderr,
        )
    if args.format == "json":
        print(shown_json(_plain(old, new, changes, observed, stages, made)))
    else:
        print("\n".join(_lines(old, new, changes, observed, stages, made)))
    return Exit.FINE


def _plain(
    old: RunRecord,
    new: RunRecord,
    changes: Changes,
    observed: tuple[Difference, ...],
    stages: tuple[StageDifference, ...],
    made: PredictionChanges | NotChecked | None,
) -> dict[str, object]:
    return {
        "schema": "reproof-diff/1",
        "old": {"run": old.id, "key": old.key, "commit": old.code.commit},
        "new": {"run": new.id, "key": new.key, "commit": new.code.commit},
        "changes": asdict(changes),
        "observed": [asdict(fact) for fact in observed],
        "stages": [asdict(stage) for stage in stages],
        "metrics": [
            {
                "metric": pair.name,
                "slice": dict(pair.slice),
                "old": None if pair.old is None else number(pair.old),
                "new": None if pair.new is None else number(pair.new),
            }
            for pair in metrics_side_by_side(old, new)
        ],
        "predictions": predictions_to_dict(made) if isinstance(made, PredictionChanges) else None,
    }


def _lines(
    old: RunRecord,
    new: RunRecord,
    changes: Changes,
    observed: tuple[Difference, ...],
    stages: tuple[StageDifference, ...],
    made: PredictionChanges | NotChecked | None,
) -> list[str]:
    voice = Voice(quote=clean, prose=clean, strong=lambda words: words)
    found = [f"run {old.id} of {old.code.commit[:7]} → run {new.id} of {new.code.commit[:7]}"]
    found += [f"code         {wording.changed_file(change, voice)}" for change in changes.code]
    found += [f"config       {wording.changed_value(change, voice)}" for change in changes.config]
    found += [f"environment  {wording.changed_value(change, voice)}" for change in changes.environment]
    found += [f"data         {wording.changed_value(change, voice)}" for change in changes.data]
    if len(found) == 1:
        found.append("the declared inputs are the same")
    found += [
        f"observed     {clean(fact.what)} {clean(fact.name)}: {wording.scalar(fact.old, voice)} → "
        f"{wording.scalar(fact.new, voice)}"
        for fact in observed
    ]
    found += [f"stage        {clean(stage.name)}: {stage.result}" for stage in stages]
    for pair in metrics_side_by_side(old, new):
        before, after = (wording.scalar(value, voice) for value in (pair.old, pair.new))
        found.append(f"result       {clean(pair.label)}: {before} → {after}")
    if isinstance(made, PredictionChanges):
        found.append(f"predictions  {predictions(made, voice)}")
    elif made:
        found.append(f"predictions  not compared: {made.why}")
    return found
