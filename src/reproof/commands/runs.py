"""List recorded runs, newest first: those of the store, and those that commits carry themselves.

A commit carries a run where its `dvc.lock` and metrics agree with all of its files (`locked`), or where only
metrics are committed (`claimed`). The newest 50 commits of the checked out line are looked at for such.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from reproof.errors import Exit, UsageError
from reproof.runs.find import MOST_CARRIED, carried
from reproof.runs.record import oldest_first
from reproof.runs.text import standing, table
from reproof.strict import number, shown_json
from reproof.wiring import open_workspace

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from reproof.runs.acceptance import Acceptance
    from reproof.runs.record import RunRecord

SHOWN = 50  # on a terminal, where nobody reads more

EXAMPLE = """\
reproof runs
reproof runs --limit 0                # all of them
reproof runs --format json | head -20
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument(
        "--limit",
        type=int,
        metavar="N",
        help=f"list the newest N; 0 for all (default: {SHOWN} as text, all as JSON)",
    )


def run(args: argparse.Namespace) -> int:
    workspace = open_workspace(".")
    limit = SHOWN if args.limit is None and args.format == "text" else args.limit or 0
    if limit < 0:
        raise UsageError("--limit must be at least 0")
    stored = workspace.store.newest(limit + 1) if limit else workspace.store.all()
    records = oldest_first((*stored, *carried(workspace.repository, workspace.head.commit)))
    more = bool(limit) and len(records) > limit
    records = records[-limit:]
    acceptances = workspace.store.accepted()
    if args.format == "json":
        print(shown_json([_summary(record, acceptances) for record in reversed(records)]))
    elif records:
        print(table(records, acceptances))
        if any(record.code.patch for record in records):
            print(
                "reproof: * trained with uncommitted changes, which the run holds as a patch", file=sys.stderr
            )
        if more:
            print(
                f"reproof: older runs are not shown: --limit 0 lists all, --limit {limit * 2} more",
                file=sys.stderr,
            )
        if any(record.kind != "trained" for record in records):
            print(
                f"reproof: locked and claimed runs are those that the newest {MOST_CARRIED} commits carry",
                file=sys.stderr,
            )
    else:
        print("reproof: no run is recorded yet; `reproof run` records one", file=sys.stderr)
    return Exit.FINE


def _summary(record: RunRecord, acceptances: Sequence[Acceptance]) -> dict[str, object]:
    return {
        "id": record.id,
        "key": record.key,
        "commit": record.code.commit,
        "created": record.created,
        "verdict": None,
        "standing": next(iter(standing(record, acceptances)), None),
        "metrics": {metric.label: number(metric.value) for metric in record.results.metrics},
    }
