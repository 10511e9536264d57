"""Policies that cannot do what they seem to: each with the number that would work."""

from __future__ import annotations

import pytest

from reproof.config import CompareConfig, MetricPolicy
from reproof.runs.record import Metric, RunRecord
from reproof.verdict.compare import compare
from reproof.verdict.policy_lint import policy_findings
from tests.runs.records import record, seeded


def runs(*values: float, name: str = "loss", rows: int | None = None) -> list[RunRecord]:
    return [
        seeded(record(at, metrics=(Metric(name, value, rows=rows),)), at) for at, value in enumerate(values)
    ]


def found(recorded: list[RunRecord], tolerance: str | float, pattern: str = "*") -> list[str]:
    settings = CompareConfig(metrics=(MetricPolicy(pattern, None, tolerance),))
    return [item.message for item in policy_findings(settings, recorded)]


NOISY = (0.30, 0.32, 0.28, 0.31, 0.29)  # deviation 0.0158


@pytest.mark.parametrize(
    ("recorded", "tolerance", "pattern", "words"),
    [
        (runs(*NOISY), 0.01, "*", "0.052 would work"),
        (runs(*NOISY), 0.06, "*", None),
        (runs(*NOISY), "exact", "*", None),
        (runs(*NOISY), "noise", "*", None),
        (runs(0.3, 0.31), "noise", "*", "1 more would do"),
        (runs(0.01, -0.01, 0.0), "5%", "*", "0.035 would work"),
        (runs(*NOISY), "50%", "*", None),
        (runs(0.9, name="accuracy", rows=50), 0.01, "*", "0.02 would work"),
        (runs(0.9, name="accuracy", rows=50), 0.02, "*", None),
        (runs(90.0, name="accuracy", rows=50), 1.0, "*", "2 would work"),
        (runs(*NOISY), 0.1, "los", "there is `loss`"),
    ],
)
def test_a_policy_that_cannot_work_is_told_with_what_would(
    recorded: list[RunRecord], tolerance: str | float, pattern: str, words: str | None
) -> None:
    messages = found(recorded, tolerance, pattern)
    if words is None:
        assert messages == []
    else:
        assert len(messages) == 1
        assert words in messages[0]


def test_what_would_work_does() -> None:
    assert found(runs(*NOISY), 0.053) == []
    assert found(runs(0.9, name="accuracy", rows=50), 0.02) == []


def test_without_runs_nothing_is_known() -> None:
    assert found([], 0.01) == []


def test_a_report_names_them_and_its_verdict_stays() -> None:
    settings = CompareConfig(metrics=(MetricPolicy("los", None, 0.1),))
    it = compare(runs(0.3), runs(*NOISY), None, settings)
    assert it.verdict == "reproduced"
    assert it.not_checked[0].what == 'the policy "los"'


def test_exact_is_no_policy_for_reruns_of_one_seed_that_differ() -> None:
    reruns = [record(at, metrics={"loss": value}) for at, value in enumerate(NOISY)]
    (message,) = found(reruns, "exact")
    assert message == (
        "loss varies by 0.016 though the seed is the same, so it is never exact twice; 0.052 would work, or noise"
    )
    assert found([record(1), record(2)], "exact") == []


def test_a_pattern_that_matches_nothing_names_the_nearest_metric() -> None:
    recorded = [record(1, metrics={"accuracy": 0.9, "auc": 0.8, "loss": 0.1})]
    assert found(recorded, 0.1, "zzz")[0].startswith("it matches no metric, so it says nothing; there is `")
    assert found(recorded, 0.1, "auk") == ["it matches no metric, so it says nothing; there is `auc`"]
