"""What every engine promises; a test class a real engine. Orders are carried out for real, by `reproof shard`."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from reproof.ports import Engine
from reproof.spreading import carry_out
from reproof.training.waves import Order, load_plan
from tests.journeys.program import ran
from tests.repositories import commit, make_repository

TRAIN = """\
import json, pathlib, sys
params = json.load(open("params.json"))
print("trained", file=open(pathlib.Path(__file__).resolve().parent / "metrics.json.log", "a"))
if params["slow"]:
    import time
    time.sleep(60)
json.dump({"score": params["seed"]}, open("metrics.json", "w"))
"""
FILES = {
    "train.py": TRAIN,
    "params.json": '{"seed": 1, "slow": false}',
    ".gitignore": "/metrics.json*\n",
    "reproof.toml": 'train = "python3 train.py"\n',
}


class EngineContract:
    """`engine` is a new one on the fixture `root`; `advance` lets its machines work where it has none."""

    @pytest.fixture
    def root(self, tmp_path: Path, plain_git: None) -> Path:
        return make_repository(tmp_path / "project", FILES)

    def engine(self, root: Path, folder: Path) -> Engine:
        raise NotImplementedError

    def advance(self, root: Path, folder: Path, orders: tuple[Order, ...]) -> None:
        """Nothing, unless the machines are somebody else's."""

    def orders(self, root: Path, folder: Path) -> tuple[Order, ...]:
        ran(root, "plan", "--always", "--output", str(folder))
        return load_plan((folder / "plan.json").read_bytes(), "plan.json")

    def test_what_is_submitted_comes_back_once(self, root: Path, tmp_path: Path) -> None:
        folder = tmp_path / "work"
        orders = self.orders(root, folder)
        engine = self.engine(root, folder)
        engine.submit(orders)
        assert set(engine.poll()) == {order.name for order in orders}
        assert set(engine.poll().values()) <= {"waiting", "running"}
        self.advance(root, folder, orders)
        for _ in range(2):  # the second time nothing is left to do
            came = carry_out(engine, orders)
        assert came.plan == orders
        assert [shard.order for shard in came.shards] == list(orders)
        assert all(shard.record is not None for shard in came.shards)
        assert set(engine.poll().values()) == {"back"}

    def test_another_controller_sees_what_came_back(self, root: Path, tmp_path: Path) -> None:
        folder = tmp_path / "work"
        orders = self.orders(root, folder)
        first = self.engine(root, folder)
        first.submit(orders)
        self.advance(root, folder, orders)
        carry_out(first, orders)
        assert self.engine(root, folder).fetch() == first.fetch()

    def test_what_is_cancelled_does_not_come_back(self, root: Path, tmp_path: Path) -> None:
        commit(root, {"params.json": '{"seed": 1, "slow": true}'})
        folder = tmp_path / "work"
        orders = self.orders(root, folder)
        engine = self.engine(root, folder)
        engine.submit(orders)
        engine.poll()
        engine.cancel()
        engine.cancel()
        assert "running" not in engine.poll().values()
        assert engine.fetch().shards == ()

    def test_an_order_that_cannot_be_carried_out_is_not_waited_for(self, root: Path, tmp_path: Path) -> None:
        """Nobody's machine has that commit. A machine of somebody else's is waited for by somebody else."""
        folder = tmp_path / "work"
        orders = tuple(replace(order, commit="0" * 40) for order in self.orders(root, folder)[:1])
        engine = self.engine(root, folder)
        engine.submit(orders)
        for _ in range(600):
            if "running" not in engine.poll().values():
                break
            time.sleep(0.1)
        assert engine.fetch().shards == ()
        assert set(engine.poll().values()) <= {"waiting", "lost"}
