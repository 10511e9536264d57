"""`Engine` on a folder that travels: what GitHub's matrix is to us. Its jobs leave artifacts, a folder each.

Whoever plans writes `plan.json`, each machine writes one shard, and all of it comes together below one folder.
Which machine carries out what, and when, is somebody else's business; so is ending it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from reproof.errors import UsageError
from reproof.output_folder import make_output_folder
from reproof.strict import SchemaError
from reproof.training.waves import (
    PLAN_LIMIT,
    SHARD_LIMIT,
    Returned,
    dump_plan,
    dump_shard,
    load_plan,
    load_shard,
)
from reproof.verdict.comparison import NotChecked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reproof.ports import OrderState
    from reproof.training.waves import Order, Shard

PLAN_FILE = "plan.json"
MOST_FILES = 2000  # that are looked at below a folder


class ShardsFolder:
    """The orders and the shards below `folder`."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def submit(self, orders: Sequence[Order]) -> None:
        """Write the plan, which holds these orders and no others."""
        write_file(self.folder, PLAN_FILE, dump_plan(orders))

    def poll(self) -> Mapping[str, OrderState]:
        """Back or not: what a machine does meanwhile cannot be seen from here."""
        came = self.fetch()
        back = {shard.order.name for shard in came.shards}
        return {order.name: "back" if order.name in back else "waiting" for order in came.plan}

    def fetch(self) -> Returned:
        """All orders and shards, in any folders below this one.

        Raises `UsageError` where the folder is not there, holds too much, or has a plan that cannot be read.
        """
        plan: dict[str, Order] = {}
        shards: list[Shard] = []
        broken: list[NotChecked] = []
        for path in _files(self.folder):
            name, shown = os.path.basename(path), os.path.relpath(path, self.folder)
            try:
                if name == PLAN_FILE:
                    plan |= {order.name: order for order in load_plan(_read(path, PLAN_LIMIT), shown)}
                elif name.startswith("shard-") and name.endswith(".json"):
                    shards.append(load_shard(_read(path, SHARD_LIMIT), shown))
            except SchemaError as error:
                if name == PLAN_FILE:
                    raise UsageError(str(error)) from None
                broken.append(NotChecked(name, f"it is no shard that can be read: {error}"))
        orders = sorted(plan.values(), key=lambda order: order.wave)
        return Returned(tuple(orders), tuple(shards), tuple(broken))

    def cancel(self) -> None:
        """Nothing: GitHub ends the jobs of a run that is cancelled, or overtaken, by itself."""

    def put(self, shard: Shard) -> str:
        """Write what came of an order, on the machine that carried it out; the file's path."""
        return write_file(self.folder, f"shard-{shard.order.name}.json", dump_shard(shard))


def write_file(folder: str, name: str, data: bytes) -> str:
    """Write a file into a folder, which is made where it is not there; its path."""
    make_output_folder(folder)
    path = os.path.join(folder, name)
    with open(path, "wb") as handle:
        handle.write(data)
    return path


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
