"""Decide from what came back of a plan's trainings, or ask for another wave of them (three at most).

FOLDER holds plan.json and the shards, in any folders below it. A shard that is missing, came twice, or belongs to
another plan is named in the report. Nothing else is remembered: gathering again gives the same answer.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from reproof.adapters.shards_folder import ShardsFolder, write_file
from reproof.errors import Exit, UsageError
from reproof.report import json as report_json
from reproof.report.report import Context, Report
from reproof.report.text import text
from reproof.runs.find import default_line, is_recorded
from reproof.spreading import decided, train_missing
from reproof.training.waves import matrix
from reproof.visible import in_colour
from reproof.wiring import open_workspace

if TYPE_CHECKING:
    import argparse

EXAMPLE = """\
reproof gather work --next wave2      # the verdict; where it wants more runs, wave2/ has the next plan
reproof gather work --train           # the same; trainings that no machine has done are done here
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="FOLDER", help="holds plan.json and the shards")
    parser.add_argument(
        "--train", action="store_true", help="first train here, one after another, what has not come back"
    )
    parser.add_argument("--next", metavar="DIR", help="write the next wave there: plan.json and matrix.json")
    parser.add_argument(
        "--line", metavar="REV", help="where the base is looked for (default: the default branch)"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def run(args: argparse.Namespace) -> int:
    workspace = open_workspace(".", push=False)
    if args.train:
        train_missing(workspace, args.folder)
    came = ShardsFolder(args.folder).fetch()
    if not came.plan:
        raise UsageError(
            f"{args.folder} has no plan with an order in it",
            "`reproof plan --output DIR` makes one, `--always` also where the inputs are recorded already.",
        )
    line = args.line or default_line(workspace.repository)
    comparison, more, *_ = decided(workspace, came, line)
    report = Report(
        comparison,
        head=workspace.head.commit,
        context=Context(
            fail_on=workspace.settings.compare.fail_on,
            recorded=comparison.run is None or is_recorded(workspace.store, comparison.run),
            checked_out=workspace.head.commit,
        ),
    )
    if args.format == "json":
        print(report_json.dump(report), end="")
    else:
        print(text(report, colour=in_colour(sys.stdout)), end="")
    if args.next:
        ShardsFolder(args.next).submit(more)
        write_file(args.next, "matrix.json", f"{matrix(more)}\n".encode())
        if more:
            print(f"reproof: {len(more)} more trainings would settle it: {args.next}", file=sys.stderr)
            return Exit.FINE
    if not report.fails:
        return Exit.FINE
    return Exit.TRAINING if comparison.failure else Exit.FOUND
