"""List recorded runs, newest first."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from reproof.errors import Exit
from reproof.runs.baseline import record_in_commit
from reproof.runs.record import oldest_first
from reproof.runs.text import table
from reproof.strict import number
from reproof.wiring import open_workspace

if TYPE_CHECKING:
    import argparse

    from reproof.runs.record import RunRecord

EXAMPLE = """\
reproof runs
reproof runs --format json | head -20
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def run(args: argparse.Namespace) -> int:
    workspace = open_workspace(".")
    own = record_in_commit(workspace.repository, workspace.head.commit)
    records = oldest_first((*workspace.store.all(), *([own] if own else ())))
    if args.format == "json":
        print(json.dumps([_summary(record) for record in reversed(records)], indent=1, ensure_ascii=False))
    elif records:
        print(table(records))
    else:
        print("reproof: no run is recorded yet; `reproof run` records one", file=sys.stderr)
    return Exit.FINE


def _summary(record: RunRecord) -> dict[str, object]:
    return {
        "id": record.id,
        "key": record.key,
        "commit": record.code.commit,
        "created": record.created,
        "verdict": None,
        "metrics": {metric.label: number(metric.value) for metric in record.results.metrics},
    }
