"""Trainings spread over machines: what each is told to do, what comes back, and what of it counts. Pure.

A *plan* is a wave of *orders*, one a training, made in one place. Each is carried out on whatever machine it
lands on, as a *shard*: one record, or why there is none. Whoever gathers holds the shards against the orders;
nothing else is remembered, so that a gathering that was lost is simply done again. Shards come from machines that
run a pull request's code: nothing in them is believed beyond its form.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from reproof.errors import UsageError
from reproof.report import json as report_json
from reproof.runs import left_out, schema
from reproof.strict import Fields, SchemaError, parse_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reproof.runs.left_out import LeftOut
    from reproof.runs.record import RunRecord, Scalar
    from reproof.verdict.comparison import NotChecked
    from reproof.verdict.failure import Failure

PLAN, SHARD = "reproof-plan/1", "reproof-shard/1"
REPLICATES = 2  # trainings of a first wave, where nobody says another number
RUNNER = "ubuntu-latest"  # the machine's label, where nobody says another one
WAVES = 3  # that one verdict may ask for
JOBS = 256  # that GitHub makes of one matrix
MATRIX_LIMIT = 1_000_000  # bytes of a matrix that GitHub takes from a job's output
PLAN_LIMIT = MATRIX_LIMIT
SHARD_LIMIT = schema.LIMIT + 64 * 1024
_NAME = re.compile(r"[1-9]-[1-9][0-9]{0,2}")
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


@dataclass(frozen=True, slots=True)
class Order:
    """One training to be done. `name` is unique in a plan: `1-2` is the second of the first wave.

    `commit` is checked out and must declare `key`. `seed` is the value to train with, None as it is declared.
    `runner` holds the labels of the machine.
    """

    name: str
    wave: int
    commit: str
    key: str
    seed: Scalar
    runner: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shard:
    """What came of an order: a record, or the failure of its training; and what of its results no record holds."""

    order: Order
    record: RunRecord | None
    failure: Failure | None = None
    left: tuple[LeftOut, ...] = ()


class Returned(NamedTuple):
    """What came back: the orders of all waves, the shards, and those that cannot be read."""

    plan: tuple[Order, ...]
    shards: tuple[Shard, ...]
    broken: tuple[NotChecked, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What counts of what came back: runs in the order of their orders.

    `left_out` are names with the reason; `missing` are the names of orders that nothing came back for. `left` is
    what the trainings that count left beside their records.
    """

    runs: tuple[RunRecord, ...]
    failures: tuple[Failure, ...]
    missing: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    left: tuple[LeftOut, ...] = ()


def wave(
    number: int,
    commit: str,
    key: str,
    seeds: Sequence[Scalar],
    runners: Sequence[tuple[str, ...]],
) -> tuple[Order, ...]:
    """One order a seed and a runner; the runners each train all seeds.

    Raises `UsageError` for more jobs than one matrix holds, or a label that is none.
    """
    for label in (label for runner in runners for label in runner):
        if not _LABEL.fullmatch(label):
            raise UsageError(f"{label[:100]!r} is no label of a runner")
    orders = [(seed, runner) for runner in runners for seed in seeds]
    if len(orders) > JOBS:
        raise UsageError(f"{len(orders)} trainings are more than the {JOBS} jobs of one matrix")
    return tuple(
        Order(f"{number}-{place}", number, commit, key, seed, runner)
        for place, (seed, runner) in enumerate(orders, 1)
    )


def next_wave(plan: Sequence[Order], seeds: Sequence[Scalar], most: int) -> tuple[Order, ...]:
    """One order more for each seed, on the machines of the newest wave; empty where the budget is spent.

    `most` is how many trainings one verdict may order in all.
    """
    newest = max(plan, key=lambda order: order.wave)
    runners = tuple(dict.fromkeys(order.runner for order in plan if order.wave == newest.wave))
    room = (most - len(plan)) // len(runners)
    if newest.wave == WAVES or room < 1:
        return ()
    return wave(newest.wave + 1, newest.commit, newest.key, seeds[:room], runners)


def fresh_seeds(key: str, count: int, taken: Iterable[Scalar]) -> tuple[int, ...]:
    """Seeds that no run has, the same ones for a key each time: whole numbers from 0 to 2³¹ - 1."""
    used = {str(seed) for seed in taken}
    found: list[int] = []
    number = 0
    while len(found) < count:
        digest = hashlib.sha256(f"{key}:{number}".encode()).digest()
        seed = int.from_bytes(digest[:4], "big") >> 1
        number += 1
        if str(seed) not in used:  # a seed that was given by a variable comes back as text
            used.add(str(seed))
            found.append(seed)
    return tuple(found)


def matrix(orders: Sequence[Order]) -> str:
    """The orders as a matrix for GitHub, on one line; a job has name, runner, commit and the order itself."""
    jobs = [
        {
            "name": order.name,
            "runner": list(order.runner),
            "commit": order.commit,
            "order": dump_order(order),
        }
        for order in orders
    ]
    line = json.dumps({"include": jobs}, separators=(",", ":"))
    if len(line) > MATRIX_LIMIT:
        raise UsageError(f"the matrix is larger than {MATRIX_LIMIT} bytes")
    return line


def dump_plan(orders: Sequence[Order]) -> bytes:
    """The plan as a file."""
    values = {"schema": PLAN, "orders": [_order(order) for order in orders]}
    return (json.dumps(values, indent=1, ensure_ascii=False) + "\n").encode()


def load_plan(data: bytes, what: str) -> tuple[Order, ...]:
    """The orders of a plan; raises `SchemaError` for anything but a whole one."""
    with parse_json(data, what, PLAN_LIMIT) as top:
        _schema(top, PLAN)
        orders = tuple(_read_order(item) for item in top.objects("orders"))
    if len({order.name for order in orders}) < len(orders):
        raise SchemaError(f"{what} has two orders of one name")
    return orders


def dump_order(order: Order) -> str:
    """The order of one job, for the machine that carries it out."""
    return json.dumps(_order(order))


def load_order(text: str) -> Order:
    """The order of one job, as the matrix handed it over."""
    return _read_order(parse_json(text.encode(), "the order", 64 * 1024))


def dump_shard(shard: Shard) -> bytes:
    """The shard as a file."""
    values = {
        "schema": SHARD,
        "order": _order(shard.order),
        "record": schema.to_dict(shard.record) if shard.record else None,
        "failure": report_json.failure_to_dict(shard.failure),
        "left_out": left_out.plain(shard.left),
    }
    return (json.dumps(values, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


def load_shard(data: bytes, what: str) -> Shard:
    """A shard; raises `SchemaError` for anything but a whole one."""
    with parse_json(data, what, SHARD_LIMIT) as top:
        _schema(top, SHARD)
        order = _read_order(top.object("order"))
        record = top.object_or_none("record")
        shard = Shard(
            order,
            schema.from_fields(record) if record else None,
            report_json.read_failure(top.object_or_none("failure")),
            left_out.read(top),
        )
    if (shard.record is None) == (shard.failure is None):
        raise SchemaError(f"{what} must have either a record or a failure")
    return shard


def gather(plan: Sequence[Order], shards: Iterable[Shard]) -> Gathered:
    """What counts. Of two shards of one order the earlier one does, whichever arrived first.

    A shard that belongs to no order of the plan (a late one of another push), or whose record is of another commit,
    key or seed than was ordered, is left out and named.
    """
    ordered = {order.name: order for order in plan}
    found: dict[str, Shard] = {}
    without: list[tuple[str, str]] = []
    for shard in sorted(shards, key=_when):
        name = shard.order.name
        if ordered.get(name) != shard.order:
            without.append((name, "it belongs to another plan"))
        elif why := _unlike(shard):
            without.append((name, why))
        elif name in found:
            without.append((name, "it came twice; the earlier one counts"))
        else:
            found[name] = shard
    came = [found[order.name] for order in plan if order.name in found]
    # A machine that answers two orders with one run has made one run.
    runs = {shard.record.id: shard.record for shard in came if shard.record}
    return Gathered(
        runs=tuple(runs.values()),
        failures=tuple(shard.failure for shard in came if shard.failure),
        missing=tuple(order.name for order in plan if order.name not in found),
        left_out=tuple(without),
        left=tuple(dict.fromkeys(one for shard in came for one in shard.left)),
    )


def _when(shard: Shard) -> tuple[str, str]:
    record = shard.record
    return (record.created, record.id) if record else ("", "")


def _unlike(shard: Shard) -> str | None:
    order, record = shard.order, shard.record
    if record is None:
        return None
    if record.code.commit != order.commit:
        return f"its run is of commit {record.code.commit[:7]}, ordered was {order.commit[:7]}"
    if record.key != order.key:
        return f"its run has key {record.key[:12]}, ordered was {order.key[:12]}"
    if record.code.patch is not None:
        return "its run is of a changed work tree"
    if order.seed is not None and (
        record.config.seed is None or not _same(record.config.seed.value, order.seed)
    ):
        return "its run has another seed than was ordered"
    return None


def _same(one: Scalar, other: Scalar) -> bool:
    """A seed that was given by a variable or an argument comes back as text."""
    return str(one) == str(other)


def _order(order: Order) -> dict[str, Any]:
    return {
        "name": order.name,
        "wave": order.wave,
        "commit": order.commit,
        "key": order.key,
        "seed": order.seed,
        "runner": list(order.runner),
    }


def _read_order(fields: Fields) -> Order:
    with fields:
        order = Order(
            name=fields.text("name"),
            wave=fields.count_or_none("wave") or 0,
            commit=fields.text("commit"),
            key=fields.text("key"),
            seed=fields.scalar("seed"),
            runner=fields.texts("runner"),
        )
    if not _NAME.fullmatch(order.name) or not 1 <= order.wave <= WAVES:
        raise SchemaError(f"{fields.where} has the name {order.name[:60]!r}, which no order has")
    for digits, what in ((order.commit, "commit"), (order.key, "key")):
        if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", digits):
            raise SchemaError(f"{fields.where}.{what} must be hexadecimal digits")
    return order


def _schema(top: Fields, wanted: str) -> None:
    if (version := top.text("schema")) != wanted:
        raise SchemaError(f"{top.where} is of schema {version[:60]!r}; this reproof reads {wanted}")
