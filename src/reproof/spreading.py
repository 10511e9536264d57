"""Trainings spread over machines, for the commands and for `ci`: planned, carried out, and decided on.

What an order and a shard are, and which of them count, is `training/waves.py`.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from reproof.adapters.processes import Processes
from reproof.adapters.shards_folder import ShardsFolder
from reproof.errors import UsageError
from reproof.judging import Judge
from reproof.reseeding import seeded_training
from reproof.runs.baseline import held_against
from reproof.runs.capture.results import left_out
from reproof.training.seeding import in_file
from reproof.training.trainings import or_failure
from reproof.training.waves import Gathered, Order, Returned, Shard, fresh_seeds, gather, next_wave, wave
from reproof.verdict.compare import failed
from reproof.verdict.comparison import NotChecked
from reproof.verdict.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reproof.ports import Engine
    from reproof.runs.declared import Declared
    from reproof.runs.left_out import LeftOut
    from reproof.runs.record import RunRecord, Scalar
    from reproof.verdict.comparison import Comparison
    from reproof.verdict.question import Ask
    from reproof.wiring import Workspace

PAUSE = 0.2  # seconds


class Decided(NamedTuple):
    """The verdict on what came back, the orders that it asks for besides, the runs that count, what they left."""

    comparison: Comparison
    more: tuple[Order, ...]
    runs: tuple[RunRecord, ...]
    left: tuple[LeftOut, ...]


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
    return wave(1, head, declared.key, seeds, [tuple(labels.split(",")) for labels in runners])


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
        made = or_failure(once)
    if isinstance(made, Failure):
        return Shard(order, None, made)
    # What a scratch clone held is gone with it; the seed that stands in the file is trained in the work tree.
    here = order.seed is None or not in_file(declared, order.seed)
    left = left_out(workspace.repository.root, declared.layout) if here else ()
    return Shard(order, made, left=tuple(left))


def decided(workspace: Workspace, came: Returned, line: str, spent: int = 0) -> Decided:
    """The verdict on what came back, and the next wave where the verdict asks for one.

    `spent` are the looks that earlier attempts at this commit took.
    """
    plan, head = came.plan, workspace.head.commit
    if plan and plan[0].commit != head:
        raise UsageError(f"the plan is for another commit than the checked out {head[:7]}")
    found = gather(plan, came.shards)
    comparison, wanted = _judged(workspace, plan, found, line, spent)
    told = (
        *(NotChecked(name, "no shard of it came back") for name in found.missing),
        *(NotChecked(name, why) for name, why in found.left_out),
        *came.broken,
        *(NotChecked(one.path, one.words) for one in found.left),
    )
    more: tuple[Order, ...] = ()
    if wanted:
        more = next_wave(plan, _next_seeds(wanted, plan, found.runs), workspace.settings.compare.retrains)
    return Decided(comparison.with_notes(told), more, found.runs, found.left)


def _judged(
    workspace: Workspace, plan: Sequence[Order], found: Gathered, line: str, spent: int
) -> tuple[Comparison, Ask | None]:
    key = plan[0].key if plan else workspace.declared().key
    failure = next(iter(found.failures), None)
    if plan and failure is None and not found.runs:
        failure = Failure(f"none of {len(plan)} trainings came back", None)
    if failure:
        return failed(failure, key, len(found.runs) + len(found.failures)), None
    settings, head = workspace.settings.compare, workspace.head.commit
    judge = Judge.on_line(workspace.store, workspace.repository, settings, key, head, line)
    return judge.decide(found.runs, spent) if found.runs else (judge.without_training(), None)


def train_missing(workspace: Workspace, folder: str) -> None:
    """Carry out, one after another on this machine, the orders in a folder that nothing came back for."""
    machine = Processes(ShardsFolder(folder), workspace.repository.root)
    came = machine.fetch()
    missing = set(gather(came.plan, came.shards).missing)
    carry_out(machine, [order for order in came.plan if order.name in missing])


def carry_out(engine: Engine, orders: Sequence[Order], pause: float = PAUSE) -> Returned:
    """Have orders carried out and wait, `pause` seconds between two looks; what came back.

    Whoever is interrupted ends what runs.
    """
    engine.submit(orders)
    try:
        while set(engine.poll().values()) & {"waiting", "running"}:
            time.sleep(pause)
    except BaseException:
        engine.cancel()
        raise
    return engine.fetch()


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
