"""What the GitHub Action runs: reads the CI event, chooses the activity, trains, compares, reports.

Inputs come from REPROOF_* variables, as action.yml sets them. Without a CI event the checked out commit is
retrained and compared, so that a report can be had on any machine. Nothing is recorded but on the default branch.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from reproof.ci.main import main

if TYPE_CHECKING:
    import argparse

EXAMPLE = """\
reproof ci                              # here and now: retrain HEAD, compare, write the report
REPROOF_RETRAIN=always reproof ci       # even when these inputs are recorded already
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output", metavar="FOLDER", help="where the report's files go")


def run(args: argparse.Namespace) -> int:
    return main(os.environ, args.output)
