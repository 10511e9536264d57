"""The settled cases, as docs/explanation/verdict.md lists them: each has its name there and its runs here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from reproof.config import CompareConfig, MetricPolicy
from reproof.runs.baseline import Base
from reproof.runs.record import Metric, Predictions, RunRecord
from reproof.verdict.compare import compare, failed
from reproof.verdict.comparison import Comparison
from reproof.verdict.failure import Failure
from tests.runs.records import OBSERVED, record, seeded

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "verdict.md"
NOISE = (0.900, 0.904, 0.898, 0.902, 0.897, 0.903)
BR = (("country", "BR"),)


def policy(
    tolerance: str | float = "noise", better: str | None = "higher", pattern: str = "auc"
) -> CompareConfig:
    return CompareConfig(metrics=(MetricPolicy(pattern, better, tolerance),))


NOISY = policy()


def noisy(values: Sequence[float] = NOISE, first: int = 0, **facts: Any) -> list[RunRecord]:
    """A run of a seed of its own for each value of auc."""
    return [
        seeded(record(first + at, metrics=(Metric("auc", value, **facts),)), first + at)
        for at, value in enumerate(values)
    ]


def exact(number: int, metrics: dict[str, float] | tuple[Metric, ...]) -> RunRecord:
    return record(number, metrics=metrics)


def other_key(runs: Sequence[RunRecord]) -> list[RunRecord]:
    return [replace(run, key="1" * 64) for run in runs]


def repeats(now: Sequence[RunRecord], known: Sequence[RunRecord], how: CompareConfig = NOISY) -> Comparison:
    return compare(now, known, None, how)


def moves(now: Sequence[RunRecord], base: Sequence[RunRecord], how: CompareConfig = NOISY) -> Comparison:
    return compare(other_key(now), (), Base("a" * 40, 0, tuple(base)), how)


@dataclass(frozen=True)
class Case:
    """What the page calls it, the comparison, and what must hold of it: fields by name."""

    name: str
    it: Comparison
    said: dict[str, Any]


TWO = [exact(1, {"auc": 0.9}), exact(2, {"auc": 0.9})]
LOSSES = [exact(1, {"loss": 0.123456789}), exact(2, {"loss": 0.123456789})]
SLICED = [exact(at, (Metric("auc", 0.9), Metric("auc", 0.8, BR, 100))) for at in (1, 2)]
PREDICTED = [
    replace(
        run,
        results=replace(
            run.results, artifacts=(), predictions=Predictions("p.csv", "sha256:" + made * 64, 9)
        ),
    )
    for run, made in zip([*TWO, exact(3, {"auc": 0.9})], "aab", strict=True)
]
THREADS = replace(
    exact(3, {"auc": 0.9}),
    environment=replace(record().environment, observed=replace(OBSERVED, libraries=(("blas threads", "8"),))),
)
LOSS_MOVES = [exact(3, {"loss": 0.1334})]
NAMED = policy(0.02)
UNNAMED = CompareConfig()

CASES = [
    Case("no finite number", repeats([exact(3, {"auc": float("nan")})], TWO, NAMED), {"verdict": "drifted"}),
    Case("no finite number", moves([exact(3, {"auc": float("inf")})], TWO, NAMED), {"verdict": "regressed"}),
    Case("missing metric", repeats([exact(3, {"f1": 0.9})], TWO, NAMED), {"verdict": "drifted"}),
    Case("missing metric", moves([exact(3, {"f1": 0.9})], TWO, NAMED), {"verdict": "regressed"}),
    Case("missing metric", moves([exact(3, {"f1": 0.9})], TWO, UNNAMED), {"verdict": "changed"}),
    Case("missing slice", moves([exact(3, {"auc": 0.9})], SLICED, NAMED), {"verdict": "changed"}),
    Case("missing slice", repeats([exact(3, {"auc": 0.9})], SLICED, NAMED), {"verdict": "drifted"}),
    Case("new metric", repeats([exact(3, {"auc": 0.9, "f1": 0.1})], TWO, NAMED), {"verdict": "reproduced"}),
    Case("new metric", moves([exact(3, {"auc": 0.9, "f1": 0.1})], TWO, NAMED), {"verdict": "unchanged"}),
    Case(
        "failed training",
        failed(Failure("it was killed after 2 h", None, ("epoch 3",)), "0" * 64, 1),
        {"verdict": "failed"},
    ),
    Case("another seed", repeats(noisy((0.901,), 9), noisy()), {"verdict": "reproduced", "cause": None}),
    Case("another seed", repeats(noisy((0.8, 0.81), 9), noisy()), {"verdict": "drifted", "cause": "unknown"}),
    Case(
        "another seed",
        repeats([seeded(exact(3, {"auc": 0.8}), 7)], TWO[:1], UNNAMED),
        {"verdict": "undecided"},
    ),
    Case(
        "threads and variables", repeats([THREADS], TWO, NAMED), {"verdict": "reproduced", "key": TWO[0].key}
    ),
    Case(
        "cause of agreement",
        repeats([exact(3, {"auc": 0.9})], TWO, NAMED),
        {"verdict": "reproduced", "cause": None},
    ),
    Case(
        "cause of agreement",
        moves([exact(3, {"auc": 0.9})], TWO, NAMED),
        {"verdict": "unchanged", "cause": None},
    ),
    Case("cause of agreement", compare((), TWO, None, NAMED), {"verdict": "recorded", "cause": None}),
    Case(
        "small move under another key",
        moves([exact(3, {"auc": 0.9 + 1e-9})], TWO, NAMED),
        {"verdict": "unchanged", "strength": "metrics"},
    ),
    Case(
        "small move under another key",
        moves([exact(3, {"auc": 0.89})], TWO, NAMED),
        {"verdict": "unchanged", "strength": "tolerance"},
    ),
    Case(
        "small move under another key",
        moves(noisy((0.899,), 9), noisy()),
        {"verdict": "unchanged", "strength": "statistical"},
    ),
    Case(
        "other predictions, equal metrics",
        repeats(PREDICTED[2:], PREDICTED[:2], NAMED),
        {"verdict": "reproduced", "strength": "metrics"},
    ),
    Case(
        "it repeated to the bit and differs now",
        repeats(LOSS_MOVES, LOSSES, policy(0.02, "lower", "loss")),
        {"verdict": "reproduced", "strength": "tolerance"},
    ),
    Case(
        "it repeated to the bit and differs now", repeats(LOSS_MOVES, LOSSES, UNNAMED), {"verdict": "drifted"}
    ),
    Case(
        "few rows",
        repeats(noisy((0.5,), 9, slice=BR, rows=29), noisy(slice=BR, rows=29)),
        {"verdict": "undecided"},
    ),
    Case(
        "few rows",
        repeats(noisy((0.5, 0.51), 9, slice=BR, rows=30), noisy(slice=BR, rows=30)),
        {"verdict": "drifted"},
    ),
    Case(
        "few rows",
        repeats(noisy((0.5, 0.51), 9, slice=BR, rows=3), noisy(slice=BR, rows=3), NAMED),
        {"verdict": "drifted"},
    ),
    Case(
        "far fewer rows",
        repeats(noisy((0.5,), 9, slice=BR, rows=1), noisy(slice=BR, rows=30)),
        {"verdict": "undecided"},
    ),
    Case(
        "far fewer rows",
        repeats(noisy((0.5,), 9, slice=BR, rows=1), noisy(slice=BR, rows=30), NAMED),
        {"verdict": "drifted"},
    ),
    Case(
        "rows not known",
        repeats(noisy((0.5, 0.51), 9, slice=BR), noisy(slice=BR, rows=30)),
        {"verdict": "drifted"},
    ),
    Case(
        "rows not known",
        repeats(noisy((0.5, 0.51), 9, slice=BR), noisy(NOISE[:4], slice=BR)),
        {"verdict": "undecided"},
    ),
    Case(
        "rows not known",
        repeats(noisy((0.5, 0.51), 9, slice=BR), noisy(NOISE[:5], slice=BR)),
        {"verdict": "drifted"},
    ),
    Case("no direction", moves([exact(3, {"auc": 0.5})], TWO, policy(0.02, "none")), {"verdict": "changed"}),
    Case(
        "exact with a direction",
        moves([exact(3, {"auc": 0.899})], TWO, policy("exact")),
        {"verdict": "regressed"},
    ),
    Case(
        "exact with a direction",
        moves([exact(3, {"auc": 0.901})], TWO, policy("exact")),
        {"verdict": "changed"},
    ),
    Case(
        "a slice's policy",
        repeats([exact(3, (Metric("auc", 0.9), Metric("auc", 0.79, BR, 100)))], SLICED, NAMED),
        {"verdict": "reproduced"},
    ),
    Case(
        "a slice's policy",
        repeats(
            [exact(3, (Metric("auc", 0.9), Metric("auc", 0.79, BR, 100)))],
            SLICED,
            policy("exact", "higher", "auc[country=BR]"),
        ),
        {"verdict": "drifted"},
    ),
    Case(
        "a policy of no use",
        repeats([exact(3, {"auc": 0.9})], TWO, policy(0.02, "higher", "acu")),
        {"verdict": "reproduced"},
    ),
    Case(
        "recorded runs contradict each other",
        repeats([exact(3, {"auc": 0.9})], [TWO[0], exact(2, {"auc": 0.5})], NAMED),
        {"verdict": "undecided"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_settled_case_is_settled_so(case: Case) -> None:
    assert {name: getattr(case.it, name) for name in case.said} == case.said


def test_the_page_names_the_cases_that_are_tested() -> None:
    section = PAGE.read_text("utf-8").partition("## Settled cases")[2].partition("\n## ")[0]
    named = re.findall(r"^\| ([^|`]+?) \|", section, re.MULTILINE)[1:]
    assert sorted(named) == sorted({case.name for case in CASES})


def test_what_only_warns_or_is_only_observed_is_still_said() -> None:
    told = {case.name: case.it for case in CASES}
    assert any("acu" in item.what for item in told["a policy of no use"].not_checked)
    assert any("threads" in fact.name for fact in told["threads and variables"].observed)
    assert {fact.what for fact in told["another seed"].observed} == {"seed"}
    assert told["recorded runs contradict each other"].not_checked
