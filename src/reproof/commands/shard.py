"""Carry out one order of a plan: train once, on whatever machine this is, and write what came of it.

The order is one job of the matrix that `reproof plan` printed. A training that fails is written down, too.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from reproof.adapters.shards_folder import ShardsFolder
from reproof.errors import Exit, UsageError
from reproof.spreading import carried_out
from reproof.strict import SchemaError
from reproof.training.waves import load_order
from reproof.wiring import open_workspace

if TYPE_CHECKING:
    import argparse

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
    shard = carried_out(open_workspace(".", push=False), order)
    print(f"reproof: wrote {ShardsFolder(args.output).put(shard)}", file=sys.stderr)
    if shard.failure:
        print(f"reproof: {shard.failure.what}", file=sys.stderr)
        return Exit.TRAINING
    return Exit.FINE
