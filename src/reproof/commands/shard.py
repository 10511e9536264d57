"""Carry out one order of a plan: train once, on whatever machine this is, and write what came of it.

The order is one job of the matrix that `reproof plan` printed. A training that fails is written down, too.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from reproof.errors import Exit, UsageError
from reproof.reseeding import seeded_training
from reproof.strict import SchemaError
from reproof.training.waves import Shard, dump_shard, load_order
from reproof.verdict.comparison import Failure
from reproof.wiring import open_workspace

if TYPE_CHECKING:
    import argparse

    from reproof.training.waves import Order

EXAMPLE = """\
reproof shard --order "$ORDER" --output shards      # ORDER: ${{ matrix.order }} of the job
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--order", required=True, metavar="JSON", help="the order, as the matrix has it")
    parser.add_argument("--output", required=True, metavar="DIR", help="where the shard is written")


def run(args: argparse.Namespace) -> int:
    try:
        order = load_order(args.order)
    except SchemaError as error:
        raise UsageError(f"--order is none of `reproof plan`: {error}") from None
    shard = carried_out(order, ".")
    os.makedirs(args.output, exist_ok=True)
    path = os.path.join(args.output, f"shard-{order.name}.json")
    with open(path, "wb") as handle:
        handle.write(dump_shard(shard))
    print(f"reproof: wrote {path}", file=sys.stderr)
    if shard.failure:
        print(f"reproof: {shard.failure.what}", file=sys.stderr)
        return Exit.TRAINING
    return Exit.FINE


def carried_out(order: Order, folder: str) -> Shard:
    """Train as ordered; raises `UsageError` where another commit, or other inputs, are checked out."""
    workspace = open_workspace(folder, push=False)
    if workspace.head.commit != order.commit:
        raise UsageError(
            f"the checked out commit is {workspace.head.commit[:7]}, and the order is for {order.commit[:7]}",
            "Check it out: `ref: ${{ matrix.commit }}` and `fetch-depth: 0` "
            "under the `with:` of actions/checkout.",
        )
    declared = workspace.declared()
    if declared.key != order.key:
        raise UsageError(
            f"the inputs here have key {declared.key[:12]}, and the order is for {order.key[:12]}",
            "Plan and shard must use the same version of reproof and the same configuration.",
        )
    with seeded_training(workspace, declared, "ci", order.seed) as once:
        made = once()
    return Shard(order, None, made) if isinstance(made, Failure) else Shard(order, made)
