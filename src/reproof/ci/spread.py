"""The activities that spread a verdict's trainings over machines: `plan`, `shard`, `gather`.

One job plans and puts out a matrix, one job for each order trains, one job gathers. Between them travel files, as
artifacts: the plan and the shards. A gathering that asks for more puts out the next matrix, else the verdict.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from reproof.adapters.shards_folder import ShardsFolder
from reproof.ci.outputs import annotate, write_outputs, write_summary
from reproof.ci.publish import exit_code, publish, report_folder, reported
from reproof.errors import Exit, UsageError
from reproof.runs.find import default_line
from reproof.spreading import carried_out, decided, planned
from reproof.strict import SchemaError
from reproof.training.waves import load_order, matrix

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reproof.ci.event import Event
    from reproof.ci.inputs import Inputs
    from reproof.training.waves import Order
    from reproof.wiring import Workspace

SPREADING = ("plan", "shard", "gather")


def spread(
    environ: Mapping[str, str],
    event: Event,
    inputs: Inputs,
    activity: str,
    workspace: Workspace,
    folder: str | None,
) -> int:
    """Carry out one of the three; `folder` takes the report's files. Returns the exit code."""
    work = inputs.folder or os.path.join(
        environ.get("RUNNER_TEMP") or workspace.repository.private, "reproof-work"
    )
    if activity == "shard":
        return _shard(environ, inputs, workspace, work)
    line = event.pull.base if event.pull else default_line(workspace.repository)
    if activity == "plan":
        return _plan(environ, inputs, workspace, work, line)
    return _gather(environ, event, workspace, work, line, folder)


def _plan(environ: Mapping[str, str], inputs: Inputs, workspace: Workspace, work: str, line: str) -> int:
    orders: tuple[Order, ...] = ()
    if inputs.retrain != "never":
        always = inputs.retrain == "always"
        orders = planned(workspace, inputs.replicates, inputs.runners, line, always=always)
    ShardsFolder(work).submit(orders)
    print(f"reproof: {len(orders)} trainings are planned in {work}", file=sys.stderr)
    write_outputs(environ, {"matrix": matrix(orders)})
    return Exit.FINE


def _shard(environ: Mapping[str, str], inputs: Inputs, workspace: Workspace, work: str) -> int:
    if inputs.order is None:
        raise UsageError(
            "activity shard needs the input order",
            "Hand over the job's own: `order: ${{ matrix.order }}` (workflows/matrix.yml).",
        )
    try:
        order = load_order(inputs.order)
    except SchemaError as error:
        raise UsageError(f"the input order is none that `plan` made: {error}") from None
    shard = carried_out(workspace, order)
    print(f"reproof: wrote {ShardsFolder(work).put(shard)}", file=sys.stderr)
    if shard.failure is None:
        return Exit.FINE
    annotate(environ, "error", f"{order.name}: {shard.failure.what}")
    print(f"reproof: {shard.failure.what}", file=sys.stderr)
    return Exit.TRAINING


def _gather(
    environ: Mapping[str, str],
    event: Event,
    workspace: Workspace,
    work: str,
    line: str,
    folder: str | None,
) -> int:
    comparison, more, runs, left = decided(
        workspace, ShardsFolder(work).fetch(), line, spent=event.attempt - 1
    )
    write_outputs(environ, {"matrix": matrix(more)})
    if more:
        ShardsFolder(os.path.join(work, "next")).submit(more)
        told = f"{len(runs)} trainings leave it open; {len(more)} more are asked for"
        print(f"reproof: {told}", file=sys.stderr)
        write_summary(environ, f"reproof: {told}.")
        return Exit.FINE
    report = reported(workspace, event, comparison, None)
    publish(environ, event, report, runs, folder or report_folder(environ, workspace), left)
    return exit_code(report)
