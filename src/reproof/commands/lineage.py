"""Which recorded runs used which version of a data file: how, when, from where.

Say the file by its path (a folder means all below it), or its content by the first digits of its hash. What a run
made (outputs of stages, predictions, artifacts) is found as well as what it read.
"""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from reproof.errors import Exit
from reproof.runs.lineage import lineage
from reproof.strict import shown_json
from reproof.visible import visible
from reproof.wiring import open_workspace

if TYPE_CHECKING:
    import argparse

    from reproof.runs.lineage import Use

EXAMPLE = """\
reproof lineage data/raw.csv
reproof lineage 9f2c41ab --format json
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="PATH|HASH", help="a path, or the first digits of a content's hash")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def run(args: argparse.Namespace) -> int:
    workspace = open_workspace(".")
    words = args.what
    if os.path.exists(words):  # typed in a folder below the root, or in full
        words = os.path.relpath(os.path.abspath(words), workspace.repository.root).replace(os.sep, "/")
    found = lineage(workspace.store.all(), words)
    if args.format == "json":
        print(shown_json([asdict(use) for use in found]))
    elif found:
        print("\n".join(visible(line) for line in _versions(found)))
    else:
        print(
            f"reproof: no recorded run read or made {args.what}\n"
            "  `reproof show RUN` lists the data, the artifacts and the stages of a run.",
            file=sys.stderr,
        )
    return Exit.FINE


def _versions(found: tuple[Use, ...]) -> list[str]:
    """Each version once, in the order of its first use, and below it who used it."""
    lines: list[str] = []
    for path, digest in dict.fromkeys((use.path, use.hash) for use in found):
        lines.append(f"{path}  {digest}")
        for use in found:
            if (use.path, use.hash) == (path, digest):
                stages = f" by {', '.join(use.stages)}" if use.stages else ""
                source = f", from {use.source}" if use.source else ""
                version = f" at {use.version}" if use.version else ""
                when = use.when[:19].replace("T", " ")
                lines.append(
                    f"  {when}  run {use.run} of {use.commit[:7]}: {use.how}{stages}{source}{version}"
                )
    return lines
