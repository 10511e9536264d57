"""Plan trainings on other machines: print a matrix with one job for each.

The first job repeats a seed that is recorded, the others take seeds that no run has; where no seed is declared,
every job trains as it is. Each job carries out its order with `reproof shard`, and `reproof gather` decides from
what came back. Where the inputs are recorded already, the matrix is empty.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from reproof.adapters.shards_folder import ShardsFolder
from reproof.errors import Exit, UsageError
from reproof.runs.find import default_line
from reproof.spreading import planned
from reproof.training.waves import REPLICATES, RUNNER, matrix
from reproof.wiring import open_workspace

if TYPE_CHECKING:
    import argparse

EXAMPLE = """\
reproof plan --output plan                       # two trainings on GitHub's own machines
reproof plan --replicates 4 --runner self-hosted,gpu --output plan
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--replicates", type=int, default=REPLICATES, metavar="N", help="trainings (default: %(default)s)"
    )
    parser.add_argument(
        "--runner",
        action="append",
        metavar="LABELS",
        help=f"labels of the machine, with commas (default: {RUNNER}); given twice: each trains all",
    )
    parser.add_argument(
        "--always", action="store_true", help="plan also where the inputs are recorded already"
    )
    parser.add_argument(
        "--line", metavar="REV", help="where the base is looked for (default: the default branch)"
    )
    parser.add_argument("--output", metavar="DIR", help="also write plan.json there, which `gather` needs")


def run(args: argparse.Namespace) -> int:
    if args.replicates < 1:
        raise UsageError("--replicates must be at least 1")
    workspace = open_workspace(".", push=False)
    line = args.line or default_line(workspace.repository)
    orders = planned(workspace, args.replicates, args.runner or [RUNNER], line, always=args.always)
    if not orders:
        print("reproof: these inputs are recorded already, nothing to train", file=sys.stderr)
    if args.output:
        ShardsFolder(args.output).submit(orders)
    print(matrix(orders))
    return Exit.FINE
