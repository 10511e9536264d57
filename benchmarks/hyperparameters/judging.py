"""Findings against labels: what is right, wrong or missed, and the rates with their intervals.

Findings on one line are judged once. One is correct where a `must` label has the line, ignored where only a
`may` has it, else wrong. Precision is correct / (correct + wrong), recall is found musts / musts; where there
is nothing to divide by, 1. The intervals are 95 % percentile bootstraps over files, since the findings of a
file stand and fall together.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from benchmarks.hyperparameters.checked import Found
from benchmarks.hyperparameters.corpus import Corpus, Label, Spot

ROUNDS = 2000


class Counts(NamedTuple):
    """How findings and `must` labels of some files fared."""

    correct: int = 0
    wrong: int = 0
    ignored: int = 0
    found: int = 0
    musts: int = 0

    @property
    def precision(self) -> float:
        judged = self.correct + self.wrong
        return self.correct / judged if judged else 1.0

    @property
    def recall(self) -> float:
        return self.found / self.musts if self.musts else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


class Judged(NamedTuple):
    """The verdict on each spot with a finding, and the `must` labels that were found and missed."""

    correct: dict[Spot, Found]
    wrong: dict[Spot, Found]
    ignored: dict[Spot, Found]
    found: list[Label]
    missed: list[Label]

    def counts(self, paths: Iterable[str], kind: str | None = None) -> Counts:
        """The counts of some files; of one kind: findings by their own kind, labels by their category."""
        wanted = set(paths)

        def spots(verdict: dict[Spot, Found]) -> int:
            return sum(path in wanted and kind in (None, one.kind) for (path, _, _), one in verdict.items())

        def labels(some: list[Label]) -> int:
            return sum(label.path in wanted and kind in (None, label.category) for label in some)

        found = labels(self.found)
        return Counts(
            spots(self.correct), spots(self.wrong), spots(self.ignored), found, found + labels(self.missed)
        )


def judge(corpus: Corpus, findings: Iterable[Found]) -> Judged:
    """Judge findings in the corpus's files; of several on one line the first speaks for all."""
    first: dict[Spot, Found] = {}
    for one in findings:
        first.setdefault((one.path, one.cell, one.line), one)
    confident: dict[Spot, set[str]] = {}
    for label in corpus.labels:
        for spot in label.spots:
            confident.setdefault(spot, set()).add(label.confidence)
    verdicts: dict[str, dict[Spot, Found]] = {"correct": {}, "wrong": {}, "ignored": {}}
    for spot, one in first.items():
        labelled = confident.get(spot, set())
        verdict = "correct" if "must" in labelled else "ignored" if labelled else "wrong"
        verdicts[verdict][spot] = one
    musts = [label for label in corpus.labels if label.confidence == "must"]
    return Judged(
        **verdicts,
        found=[label for label in musts if not first.keys().isdisjoint(label.spots)],
        missed=[label for label in musts if first.keys().isdisjoint(label.spots)],
    )


def added(rows: Iterable[Counts]) -> Counts:
    """The sum of counts."""
    return Counts(*(sum(column) for column in zip(Counts(), *rows, strict=True)))


def intervals(rows: Sequence[Counts], rounds: int = ROUNDS, seed: int = 0) -> dict[str, tuple[float, float]]:
    """95 % intervals of precision, recall and F1, from one row of counts a file."""
    dice = random.Random(seed)
    draws = [added(dice.choices(rows, k=len(rows))) for _ in range(rounds)]
    edges = {}
    for name in ("precision", "recall", "f1"):
        values = sorted(getattr(draw, name) for draw in draws)
        edges[name] = (values[round(0.025 * (rounds - 1))], values[round(0.975 * (rounds - 1))])
    return edges
