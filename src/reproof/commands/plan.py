"""Plan trainings on other machines: print a matrix with one job for each.

The first job repeats a seed that is recorded, the others take seeds that no run has; where no seed is declared,
every job trains as it is. Each job carries out its order with `reproof shard`, and `reproof gather` decides from
what came back. Where the inputs are recorded already, the matrix is empty.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from reproof.errors import Exit, UsageError
from reproof.runs.baseline import find_base, runs_of_key
from reproof.runs.find import default_line
from reproof.training.waves import dump_plan, fresh_seeds, matrix, wave
from reproof.wiring import open_workspace

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from reproof.runs.declared import Declared
    from reproof.runs.record import RunRecord, Scalar
    from reproof.training.waves import Order

EXAMPLE = """\
reproof plan --output plan                       # two trainings on GitHub's own machines
reproof plan --replicates 4 --runner self-hosted,gpu --output plan
"""
RUNNER = "ubuntu-latest"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--replicates", type=int, default=2, metavar="N", help="trainings (default: 2)")
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
    repository, store = workspace.repository, workspace.store
    declared = workspace.declared()
    head = workspace.head.commit
    same_key = runs_of_key(store, repository, declared.key, head)
    orders: tuple[Order, ...] = ()
    if not args.always and any(run.kind == "trained" for run in same_key):
        print(f"reproof: key {declared.key[:12]} is recorded already, nothing to train", file=sys.stderr)
    else:
        base = find_base(store, repository, head, args.line or default_line(repository))
        recorded = same_key or (base.runs if base else ())
        runners = [tuple(labels.split(",")) for labels in args.runner or [RUNNER]]
        orders = wave(1, "head", head, declared.key, _seeds(declared, recorded, args.replicates), runners)
    if args.output:
        os.makedirs(args.output, exist_ok=True)
        with open(os.path.join(args.output, "plan.json"), "wb") as handle:
            handle.write(dump_plan(orders))
    print(matrix(orders))
    return Exit.FINE


def _seeds(declared: Declared, recorded: Sequence[RunRecord], count: int) -> list[Scalar]:
    """A recorded seed first: only its run can be equal to the bit. Without a declared seed every run is alike."""
    if declared.config.seed is None:
        return [None] * count
    taken = [
        run.config.seed.value for run in recorded if run.config.seed and run.config.seed.value is not None
    ]
    first = taken[-1] if taken else declared.config.seed.value
    return [first, *fresh_seeds(declared.key, count - 1, [*taken, first])]
