"""The two engines there are: a folder that travels between jobs, and processes on this machine."""

from __future__ import annotations

from pathlib import Path

from reproof.adapters.processes import Processes
from reproof.adapters.shards_folder import ShardsFolder
from reproof.ports import Engine
from reproof.training.waves import Order, dump_order
from tests.adapters.engine_contract import EngineContract
from tests.journeys.program import ran


class TestShardsFolder(EngineContract):
    def engine(self, root: Path, folder: Path) -> Engine:
        return ShardsFolder(str(folder))

    def advance(self, root: Path, folder: Path, orders: tuple[Order, ...]) -> None:
        """Jobs, each with an artifact of its own."""
        for order in orders:
            ran(
                root,
                "shard",
                "--order",
                dump_order(order),
                "--output",
                str(folder / f"artifact-{order.name}"),
            )


class TestProcesses(EngineContract):
    def engine(self, root: Path, folder: Path) -> Engine:
        return Processes(ShardsFolder(str(folder)), str(root))
