"""Decide from what came back of a plan's trainings, or ask for another wave of them (three at most).

FOLDER holds plan.json and the shards, in any folders below it. A shard that is missing, came twice, or belongs to
another plan is named in the report. Nothing else is remembered: gathering again gives the same answer.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from reproof.errors import Exit, UsageError
from reproof.report import json as report_json
from reproof.report.report import Context, Report
from reproof.report.text import text
from reproof.runs.baseline import Base, find_base, runs_of_key
from reproof.runs.find import default_line
from reproof.runs.past import past_runs
from reproof.strict import SchemaError
from reproof.training.waves import (
    PLAN_LIMIT,
    SHARD_LIMIT,
    Gathered,
    Order,
    dump_plan,
    fresh_seeds,
    gather,
    load_plan,
    load_shard,
    matrix,
    next_wave,
)
from reproof.verdict.compare import decide_by_past, failed
from reproof.verdict.comparison import Failure, NotChecked
from reproof.verdict.sample import MOST_VERSIONS
from reproof.visible import in_colour
from reproof.wiring import open_workspace

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from reproof.runs.record import RunRecord, Scalar
    from reproof.training.waves import Shard
    from reproof.verdict.comparison import Comparison
    from reproof.verdict.question import Ask
    from reproof.wiring import Workspace

EXAMPLE = """\
reproof gather work --next wave2      # the verdict; where it wants more runs, wave2/ has the next plan
"""
MOST_FILES = 2000  # that are looked at below a folder


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="FOLDER", help="holds plan.json and the shards")
    parser.add_argument("--next", metavar="DIR", help="write the next wave there: plan.json and matrix.json")
    parser.add_argument(
        "--line", metavar="REV", help="where the base is looked for (default: the default branch)"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def run(args: argparse.Namespace) -> int:
    workspace = open_workspace(".", push=False)
    plan, shards, broken = read_folder(args.folder)
    if not plan:
        raise UsageError(
            f"{args.folder} has no plan with an order in it", "`reproof plan --output DIR` makes one."
        )
    comparison, more = decided(workspace, plan, gather(plan, shards), args.line)
    comparison = replace(comparison, not_checked=(*comparison.not_checked, *broken))
    report = Report(
        comparison,
        head=workspace.head.commit,
        context=Context(fail_on=workspace.settings.compare.fail_on),
    )
    if args.format == "json":
        print(report_json.dump(report), end="")
    else:
        print(text(report, colour=in_colour(sys.stdout)), end="")
    if args.next:
        _write(args.next, "plan.json", dump_plan(more))
        _write(args.next, "matrix.json", f"{matrix(more)}\n".encode())
        if more:
            print(f"reproof: {len(more)} more trainings would settle it: {args.next}", file=sys.stderr)
            return Exit.FINE
    if not report.fails:
        return Exit.FINE
    return Exit.TRAINING if comparison.failure else Exit.FOUND


def read_folder(folder: str) -> tuple[tuple[Order, ...], list[Shard], tuple[NotChecked, ...]]:
    """The orders and the shards below a folder, and the shards that cannot be read.

    Raises `UsageError` where the folder is not there, holds too much, or has a plan that cannot be read.
    """
    plan: dict[str, Order] = {}
    shards: list[Shard] = []
    broken: list[NotChecked] = []
    for path in _files(folder):
        name = os.path.basename(path)
        shown = os.path.relpath(path, folder)
        try:
            if name == "plan.json":
                plan |= {order.name: order for order in load_plan(_read(path, PLAN_LIMIT), shown)}
            elif name.startswith("shard-") and name.endswith(".json"):
                shards.append(load_shard(_read(path, SHARD_LIMIT), shown))
        except SchemaError as error:
            if name == "plan.json":
                raise UsageError(str(error)) from None
            broken.append(NotChecked(name, f"it is no shard that can be read: {error}"))
    return tuple(sorted(plan.values(), key=lambda order: order.wave)), shards, tuple(broken)


def decided(
    workspace: Workspace, plan: Sequence[Order], found: Gathered, line: str | None
) -> tuple[Comparison, tuple[Order, ...]]:
    """The comparison, and the next wave where it asks for one."""
    repository, store, settings = workspace.repository, workspace.store, workspace.settings.compare
    head = workspace.head.commit
    ordered = next((order for order in plan if order.condition == "head"), None)
    if ordered is None or ordered.commit != head:
        raise UsageError(f"the plan is for another commit than the checked out {head[:7]}")
    told = (
        *(NotChecked(name, "no shard of it came back") for name in found.missing),
        *(NotChecked(name, why) for name, why in found.left_out),
    )
    failure = next(iter(found.failures), None)
    if failure is None and not found.head:
        failure = Failure(f"none of {len(plan)} trainings came back", None)
    if failure:
        comparison = failed(failure, ordered.key, len(found.head) + len(found.failures))
        return replace(comparison, not_checked=told), ()
    same_key = runs_of_key(store, repository, ordered.key, head)
    base = find_base(store, repository, head, line or default_line(repository))
    if base is None and found.base:
        base = Base(found.base[0].code.commit, 0, found.base)
    lines = repository.line_counts(base.commit, head) if base else {}
    at = base.commit if base else head
    decision = decide_by_past(
        found.head,
        same_key,
        base,
        settings,
        lambda: past_runs(store, repository, at, MOST_VERSIONS),
        lines,
    )
    comparison = replace(decision.comparison, not_checked=(*decision.comparison.not_checked, *told))
    if decision.wanted is None:
        return comparison, ()
    return comparison, next_wave(plan, _seeds(decision.wanted, plan, found.head), settings.retrains)


def _seeds(wanted: Ask, plan: Sequence[Order], now: Sequence[RunRecord]) -> list[Scalar]:
    """A diagnosis repeats the first new run's seed, once; else as many fresh seeds as were ordered last."""
    first = now[0].config.seed
    if first is None:
        return [None]
    if wanted.seed == "recorded":
        return [first.value]
    taken = [order.seed for order in plan] + [run.config.seed.value for run in now if run.config.seed]
    last = max(order.wave for order in plan)
    count = len({repr(order.seed) for order in plan if order.wave == last})
    return list(fresh_seeds(now[0].key, count, taken))


def _files(folder: str) -> Iterator[str]:
    """Regular files, in order; links are not followed."""
    if not os.path.isdir(folder):
        raise UsageError(f"there is no folder {folder}")
    count = 0
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            count += 1
            if count > MOST_FILES:
                raise UsageError(f"{folder} has more than {MOST_FILES} files")
            path = os.path.join(place, name)
            if not os.path.islink(path) and os.path.isfile(path):
                yield path


def _read(path: str, limit: int) -> bytes:
    """A file that is no larger than what its reader takes; one byte more says that it is."""
    with open(path, "rb") as handle:
        return handle.read(limit + 1)


def _write(folder: str, name: str, data: bytes) -> None:
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as handle:
        handle.write(data)
