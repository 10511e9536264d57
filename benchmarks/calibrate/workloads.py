"""Trainings with the results of many seeds, read from files, as the records that reproof would have made."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from reproof.runs.record import (
    Code,
    Config,
    DataFile,
    Environment,
    Metric,
    Observed,
    Results,
    RunRecord,
    Seed,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SAME = ("float32", "float64", "threads2")  # variants that are the same training, computed otherwise
WHOLE = "all"  # the slice that is none


@dataclass(frozen=True)
class Workload:
    """The runs of one training by variant, each a list of records, one a seed."""

    name: str
    runs: Mapping[str, Sequence[RunRecord]]

    @property
    def checks(self) -> int:
        """How many metrics and slices there are."""
        return len(self.runs["base"][0].results.metrics)


def read(runs: str, supports: str | None) -> list[Workload]:
    """The workloads of the files, in their order."""
    rows = rows_of_slices(supports) if supports else {}
    found: dict[str, dict[str, dict[int, list[Metric]]]] = defaultdict(lambda: defaultdict(dict))
    with opened(runs) as handle:
        for line in csv.DictReader(handle):
            name, where = line["workload"], line["slice"]
            metric = Metric(
                line["metric"],
                float(line["value"]),
                () if where == WHOLE else (("slice", where),),
                rows.get((name, where)),
            )
            found[name][line["variant"]].setdefault(int(line["seed"]), []).append(metric)
    return [
        Workload(
            name,
            {
                variant: [
                    record(number, seed, metrics, variant if variant in SAME else "usual")
                    for number, (seed, metrics) in enumerate(seeds.items())
                ]
                for variant, seeds in variants.items()
            },
        )
        for name, variants in found.items()
    ]


def rows_of_slices(path: str) -> dict[tuple[str, str], int]:
    """(workload, slice) to the number of rows."""
    with opened(path) as handle:
        return {(line["workload"], line["slice"]): int(line["rows"]) for line in csv.DictReader(handle)}


def opened(path: str) -> IO[str]:
    """The file as text, compressed or not."""
    return gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else open(path, encoding="utf-8")


def record(number: int, seed: int, metrics: Sequence[Metric], numeric_class: str = "usual") -> RunRecord:
    """A run as reproof would have recorded it."""
    return RunRecord(
        id=f"{number:012x}",
        key="0" * 64,
        kind="trained",
        created=f"2026-01-01T{number // 60 % 24:02}:{number % 60:02}:00.000000+00:00",
        origin="ci",
        code=Code("c" * 40, (("train.py", "b" * 40),)),
        config=Config((("train", "python train.py"),), (), Seed("seed", seed)),
        environment=Environment(
            observed=Observed("CPython 3.12", numeric_class=(("kernels", numeric_class),))
        ),
        data=(DataFile("data.csv", "md5:" + "d" * 32),),
        results=Results(tuple(sorted(metrics, key=lambda metric: metric.id)), seconds=60.0),
    )
