"""Trainings spread over machines, for the commands and for `ci`: planned, carried out, and decided on.

What an order and a shard are, and which of them count, is `training/waves.py`.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from reproof.errors import UsageError
from reproof.judging import Judge
from reproof.reseeding import seeded_training
from reproof.runs.baseline import Base, held_against
from reproof.strict import SchemaError
from reproof.training.waves import (
    PLAN_LIMIT,
    SHARD_LIMIT,
    Gathered,
    Order,
    Shard,
    dump_plan,
    dump_shard,
    fresh_seeds,
    load_plan,
    load_shard,
    next_wave,
    wave,
)
from reproof.verdict.compare import failed
from reproof.verdict.comparison import Failure, NotChecked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reproof.runs.declared import Declared
    from reproof.runs.record import RunRecord, Scalar
    from reproof.verdict.comparison import Comparison
    from reproof.verdict.question import Ask
    from reproof.wiring import Workspace

PLAN_FILE = "plan.json"
MOST_FILES = 2000  # that are looked at below a folder


class Returned(NamedTuple):
    """What lies in a folder: the orders of all waves, the shards, and those that cannot be read."""

    plan: tuple[Order, ...]
    shards: tuple[Shard, ...]
    broken: tuple[NotChecked, ...]


def planned(
    workspace: Workspace, replicates: int, runners: Sequence[str], line: str, *, always: bool = False
) -> tuple[Order, ...]:
    """The first wave for the checked out commit; none where its inputs are recorded, unless `always`.

    `runners` are labels, with commas between those of one machine. `line` is where the base is looked for.
    """
    declared, head = workspace.declared(), workspace.head.commit
    held = held_against(workspace.store, workspace.repository, declared.key, head, line)
    if not always and any(run.kind == "trained" for run in held.same_key):
        return ()
    recorded = held.same_key or (held.base.runs if held.base else ())
    seeds = _first_seeds(declared, recorded, replicates)
    return wave(1, "head", head, declared.key, seeds, [tuple(labels.split(",")) for labels in runners])


def carried_out(workspace: Workspace, order: Order) -> Shard:
    """Train as ordered; raises `UsageError` where another commit, or other inputs, are checked out."""
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


def decided(
    workspace: Workspace, plan: Sequence[Order], found: Gathered, line: str, spent: int = 0
) -> tuple[Comparison, tuple[Order, ...]]:
    """The verdict on what came back, and the next wave where the verdict asks for one.

    `spent` are the looks that earlier attempts at this commit took.
    """
    settings, head = workspace.settings.compare, workspace.head.commit
    ordered = next((order for order in plan if order.condition == "head"), None)
    key = ordered.key if ordered else workspace.declared().key
    if ordered and ordered.commit != head:
        raise UsageError(f"the plan is for another commit than the checked out {head[:7]}")
    told = (
        *(NotChecked(name, "no shard of it came back") for name in found.missing),
        *(NotChecked(name, why) for name, why in found.left_out),
    )
    failure = next(iter(found.failures), None)
    if plan and failure is None and not found.head:
        failure = Failure(f"none of {len(plan)} trainings came back", None)
    if failure:
        comparison = failed(failure, key, len(found.head) + len(found.failures))
        return replace(comparison, not_checked=told), ()
    judge = Judge.on_line(workspace.store, workspace.repository, settings, key, head, line)
    if judge.held.base is None and found.base:
        trained = Base(found.base[0].code.commit, 0, found.base)
        judge = replace(judge, held=replace(judge.held, base=trained))
    if not found.head:
        return judge.without_training(), ()
    comparison, wanted = judge.decide(found.head, spent)
    comparison = replace(comparison, not_checked=(*comparison.not_checked, *told))
    if wanted is None:
        return comparison, ()
    return comparison, next_wave(plan, _next_seeds(wanted, plan, found.head), settings.retrains)


def read_folder(folder: str) -> Returned:
    """The orders and the shards in any folders below a folder.

    Raises `UsageError` where it is not there, holds too much, or has a plan that cannot be read.
    """
    plan: dict[str, Order] = {}
    shards: list[Shard] = []
    broken: list[NotChecked] = []
    for path in _files(folder):
        name, shown = os.path.basename(path), os.path.relpath(path, folder)
        try:
            if name == PLAN_FILE:
                plan |= {order.name: order for order in load_plan(_read(path, PLAN_LIMIT), shown)}
            elif name.startswith("shard-") and name.endswith(".json"):
                shards.append(load_shard(_read(path, SHARD_LIMIT), shown))
        except SchemaError as error:
            if name == PLAN_FILE:
                raise UsageError(str(error)) from None
            broken.append(NotChecked(name, f"it is no shard that can be read: {error}"))
    return Returned(tuple(sorted(plan.values(), key=lambda order: order.wave)), tuple(shards), tuple(broken))


def write_plan(folder: str, orders: Sequence[Order]) -> str:
    """Write a plan; its path."""
    return write_file(folder, PLAN_FILE, dump_plan(orders))


def write_shard(folder: str, shard: Shard) -> str:
    """Write a shard; its path."""
    return write_file(folder, f"shard-{shard.order.name}.json", dump_shard(shard))


def write_file(folder: str, name: str, data: bytes) -> str:
    """Write a file into a folder, which is made where it is not there; its path."""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, name)
    with open(path, "wb") as handle:
        handle.write(data)
    return path


def _first_seeds(declared: Declared, recorded: Sequence[RunRecord], count: int) -> list[Scalar]:
    """A recorded seed first: only its run can be equal to the bit. Without a declared seed every run is alike."""
    if declared.config.seed is None:
        return [None] * count
    seeds = [run.config.seed for run in recorded]
    taken = [seed.value for seed in seeds if seed and seed.value is not None]
    first = taken[-1] if taken else declared.config.seed.value
    return [first, *fresh_seeds(declared.key, count - 1, [*taken, first])]


def _next_seeds(wanted: Ask, plan: Sequence[Order], now: Sequence[RunRecord]) -> list[Scalar]:
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
