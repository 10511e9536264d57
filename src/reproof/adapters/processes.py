"""`Engine` on this machine: one `reproof shard` after another, each a process with a log on our stderr."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections import deque
from typing import TYPE_CHECKING

from reproof.training.waves import dump_order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reproof.adapters.shards_folder import ShardsFolder
    from reproof.ports import OrderState
    from reproof.training.waves import Order, Returned

GRACE = 10.0  # seconds that a shard may take to end its training


class Processes:
    """Carries out orders in the clone at `root`; shards end up in the folder."""

    def __init__(self, shards: ShardsFolder, root: str) -> None:
        self._shards = shards
        self._root = root
        self._known: set[str] = set()
        self._waiting: deque[Order] = deque()
        self._running: tuple[Order, subprocess.Popen[bytes]] | None = None

    def submit(self, orders: Sequence[Order]) -> None:
        """Queue the orders that were not submitted before."""
        new = [order for order in orders if order.name not in self._known]
        self._known |= {order.name for order in new}
        self._waiting += new

    def poll(self) -> Mapping[str, OrderState]:
        """Start the next order where the one before has ended."""
        if self._running and self._running[1].poll() is not None:
            self._running = None
        if self._running is None and self._waiting:
            self._running = self._started(self._waiting.popleft())
        back = {shard.order.name for shard in self._shards.fetch().shards}
        states: dict[str, OrderState] = {name: "back" if name in back else "lost" for name in self._known}
        states |= {order.name: "waiting" for order in self._waiting}
        return states | ({self._running[0].name: "running"} if self._running else {})

    def fetch(self) -> Returned:
        """What lies in the folder."""
        return self._shards.fetch()

    def cancel(self) -> None:
        """Forget what waits; end what runs, its training included."""
        self._waiting.clear()
        if self._running is None:
            return
        process = self._running[1]
        process.terminate()  # it ends its training itself
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL) if os.name == "posix" else process.kill()
            process.wait()
        self._running = None

    def _started(self, order: Order) -> tuple[Order, subprocess.Popen[bytes]]:
        print(f"reproof: training {order.name} here", file=sys.stderr, flush=True)
        output = os.path.abspath(self._shards.folder)
        command = [sys.executable, "-m", "reproof", "shard", "--order", dump_order(order), "--output", output]
        return order, subprocess.Popen(
            command, cwd=self._root, stdin=subprocess.DEVNULL, stdout=sys.stderr, start_new_session=True
        )
