"""What came of the draws: one cell for each workload and number of recorded runs, and all of them together."""

from __future__ import annotations

import random
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.calibrate.draw import RUNS_OF_VERSION, VERSIONS, draw, same_seeds, verdict
from benchmarks.calibrate.peers import PEERS, alarmed
from benchmarks.calibrate.workloads import SAME

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.calibrate.workloads import Workload


@dataclass
class Tally:
    """What came of many draws."""

    draws: int = 0
    alarms: int = 0
    undecided: int = 0
    retrains: int = 0

    def add(self, verdict: str, retrains: int) -> None:
        self.draws += 1
        self.alarms += verdict in ("drifted", "regressed")
        self.undecided += verdict == "undecided"
        self.retrains += retrains

    def shares(self) -> dict[str, float]:
        """Shares of the draws; retrains on average."""
        return {
            "draws": self.draws,
            "alarms": self.alarms / self.draws,
            "undecided": self.undecided / self.draws,
            "retrains": self.retrains / self.draws,
        }


def calibrate(
    workload: Workload, sizes: Sequence[int], reps: int, seed: int, question: str
) -> list[dict[str, Any]]:
    """One cell for each number of recorded runs, with and without history; each a dictionary of plain values."""
    cells = []
    for history in (False, True):
        for n in sizes:
            chance = random.Random(f"{seed} {workload.name} {n} {history}")
            clean, peers = Tally(), {name: Tally() for name in PEERS}
            variants = {name: Tally() for name in workload.runs if name != "base"}
            for _ in range(reps):
                recorded, past, new = draw(workload.runs["base"], n, history, chance)
                clean.add(*verdict(recorded, past, new, question))
                for name, rule in PEERS.items():
                    peers[name].add("drifted" if alarmed(rule, recorded, new[0]) else "reproduced", 1)
            for name, tally in variants.items():
                for _ in range(max(1, reps // 10)):
                    recorded, past, _ = draw(workload.runs["base"], n, history, chance)
                    new = chance.sample(list(workload.runs[name]), 4)
                    if name in SAME:  # the same seeds, so that look 0 is what it is in the product
                        new = same_seeds(recorded, workload.runs[name], chance) + new
                    tally.add(*verdict(recorded, past, new, question))
            cells.append(
                {
                    "workload": workload.name,
                    "n": n,
                    "history": VERSIONS * (RUNS_OF_VERSION - 1) if history else 0,
                    "clean": clean.shares(),
                    "peers": {name: tally.shares()["alarms"] for name, tally in peers.items()},
                    "variants": {name: tally.shares() for name, tally in variants.items()},
                }
            )
    return cells


def summary(cells: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Over all workloads: the mean and the worst of the false alarms, what was caught, what it cost."""
    found = []
    for history in sorted({cell["history"] for cell in cells}):
        for n in sorted({cell["n"] for cell in cells}):
            here = [cell for cell in cells if (cell["n"], cell["history"]) == (n, history)]
            caught = [detection(cell) for cell in here if detection(cell) is not None]
            found.append(
                {
                    "n": n,
                    "history": history,
                    "false_alarms": mean([cell["clean"]["alarms"] for cell in here]),
                    "worst": max(cell["clean"]["alarms"] for cell in here),
                    "undecided": mean([cell["clean"]["undecided"] for cell in here]),
                    "retrains": mean([cell["clean"]["retrains"] for cell in here]),
                    "detection": mean([one for one in caught if one is not None]) if caught else None,
                    "peers": {name: mean([cell["peers"][name] for cell in here]) for name in PEERS},
                }
            )
    return found


def detection(cell: Mapping[str, Any]) -> float | None:
    """The mean share that was caught of the variants in which something did change."""
    shares = [found["alarms"] for name, found in cell["variants"].items() if name not in SAME]
    return mean(shares) if shares else None


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean."""
    return statistics.fmean(values)
