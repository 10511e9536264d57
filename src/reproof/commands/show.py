"""Show one recorded run: code, config, environment, data and results.

RUN is a run's id, a unique prefix of one, or a revision: then its newest recorded run, else the newest
one with the same inputs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reproof.errors import Exit
from reproof.runs.find import find_run
from reproof.runs.schema import to_dict
from reproof.runs.text import whole
from reproof.strict import shown_json
from reproof.wiring import open_workspace

if TYPE_CHECKING:
    import argparse

EXAMPLE = """\
reproof show HEAD
reproof show 3f9c1a --format json
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="a run's id, a unique prefix, or a revision")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def run(args: argparse.Namespace) -> int:
    workspace = open_workspace(".")
    record = find_run(workspace.store, workspace.repository, args.run)
    if args.format == "json":
        print(shown_json(to_dict(record)))
    else:
        print(whole(record, workspace.store.accepted()))
    return Exit.FINE
