"""Metrics and slices that are missing, new, renamed or not finite: each has a result, and is told in words."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from reproof.config import CompareConfig, MetricPolicy
from reproof.report.markdown import summary
from reproof.report.report import Report
from reproof.report.text import text
from reproof.runs.baseline import Base
from reproof.runs.metrics import read_metrics
from reproof.runs.record import RunRecord
from reproof.verdict.compare import compare
from reproof.verdict.comparison import Comparison
from tests.report.cases import HEAD, REGRESSED
from tests.runs.records import OBSERVED, record

RECORDED = """{
"falls_out": 0.9, "explodes": 0.3, "recovers": NaN, "turns": Infinity, "gone": 0.7, "old_name": 0.4,
"named_gone": 0.4, "stays": 0.5, "stays_nan": NaN, "stays_infinite": Infinity, "minus_zero": 0.0,
"slices": {"country": {"BR": {"auc": 0.8, "rows": 200}, "US": {"auc": 0.82, "rows": 10},
                       "CL": {"auc": 0.8, "rows": 200}, "gone": {"auc": 0.5, "rows": 400}}}}"""
NOW = """{
"falls_out": NaN, "explodes": Infinity, "recovers": 0.2, "turns": -Infinity, "new": 0.7, "new_name": 0.4,
"new_nan": NaN, "stays": 0.5, "stays_nan": NaN, "stays_infinite": Infinity, "minus_zero": -0.0,
"slices": {"country": {"BR": {"auc": -Infinity, "rows": 200}, "US": {"auc": 0.81, "rows": 10},
                       "CL": {"auc": 0.8, "rows": 200}, "new": {"auc": 0.5, "rows": 400}}}}"""
CONFIG = CompareConfig(metrics=(MetricPolicy("named*", None, "noise"),))
ALWAYS = {
    "falls_out": "❌ no finite number",
    "explodes": "❌ no finite number",
    "turns": "❌ no finite number",
    "named_gone": "❌ missing",
    "new": "🆕 new",
    "new_name": "🆕 new",
    "new_nan": "🆕 new",
    "stays": "✅ equal",
    "stays_nan": "✅ equal",
    "stays_infinite": "✅ equal",
    "minus_zero": "✅ equal",
    "auc · country=BR": "❌ no finite number",
    "auc · country=US": "⚪ too few rows",
    "auc · country=CL": "✅ equal",
    "auc · country=new": "🆕 new",
}
GONE = ("gone", "old_name", "auc · country=gone")
SAME_KEY = {"recovers": "❌ drifted", **dict.fromkeys(GONE, "❌ missing")}
BASE = {"recovers": "🔵 moved", **dict.fromkeys(GONE, "🔵 missing")}


def trained(number: int, metrics: str) -> RunRecord:
    made = record(number)
    read = read_metrics({"metrics.json": metrics.encode()})
    return replace(made, results=replace(made.results, metrics=read))


def told(it: Comparison) -> dict[str, str]:
    """What the terminal says of each metric."""
    table = text(Report(it)).split("\n\n")[1].splitlines()
    at = table[0].index("result")
    return {row.split("  ")[0].strip(): row[at:] for row in table[1:]}


def test_each_has_its_words_where_nothing_declared_changed() -> None:
    it = compare([trained(2, NOW)], [trained(1, RECORDED)], None, CONFIG)
    assert told(it) == ALWAYS | SAME_KEY
    assert it.verdict == "drifted"


def test_each_has_its_words_under_other_inputs() -> None:
    new = replace(trained(2, NOW), key="1" * 64)
    it = compare([new], [], Base("a" * 40, 0, (trained(1, RECORDED),)), CONFIG)
    assert told(it) == ALWAYS | BASE
    assert it.verdict == "regressed"
    failing = {check.metric for check in it.worst}
    assert failing == {"falls_out", "explodes", "turns", "named_gone", "auc"}
    assert "(and 4 more) is no finite number, unlike what the base recorded" in text(Report(it))


@pytest.mark.parametrize("now", ['{"auc": 0.9}', '{"auc": 0.9, "f2": 0.5}'], ids=["gone", "renamed"])
def test_a_metric_that_nobody_named_and_is_gone_is_a_change(now: str) -> None:
    base = Base("a" * 40, 0, (trained(1, '{"auc": 0.9, "f1": 0.5}'),))
    it = compare([replace(trained(2, now), key="1" * 64)], [], base, CONFIG)
    assert (it.verdict, it.worst) == ("changed", ())
    assert told(it)["f1"] == "🔵 missing"
    assert "❌" not in summary(Report(it))
    assert "the configuration does not name it, so that it is gone is a change" in summary(Report(it))


def test_what_is_not_finite_in_some_runs_only_is_open() -> None:
    """With several recorded runs: one that is not finite now as one was before is no news, and proves nothing."""
    values = [0.9, 0.91, float("nan"), 0.89]
    recorded = [trained(place, json.dumps({"auc": value, "loss": 0.3})) for place, value in enumerate(values)]
    words = {
        "NaN": "✅ equal",
        "0.91": "✅ equal",
        "0.5": "⚪ cannot tell",
        "Infinity": "❌ no finite number",
    }
    for now, word in words.items():
        it = compare([trained(9, f'{{"auc": {now}, "loss": 0.3}}')], recorded, None, CONFIG)
        assert told(it)["auc"] == word


def moved_exactly(*, numeric_class: str = "x86") -> Report:
    """A base of two equal runs, and one run of other code with another loss; no tolerance is declared."""

    def run(number: int, loss: float, kind: str = "x86", **changes: Any) -> RunRecord:
        observed = replace(OBSERVED, numeric_class=(("vendor", kind),))
        made = record(number, metrics={"loss": loss, "auc": 1 - loss}, **changes)
        return replace(made, environment=replace(made.environment, observed=observed))

    old = (run(1, 0.66), run(2, 0.66))
    new = run(3, 0.25, numeric_class, code=replace(old[0].code, files=(("train.py", "d" * 40),)))
    return Report(
        compare([replace(new, key="7" * 64)], [], Base("c" * 40, 0, old), CompareConfig()), head="d" * 40
    )


def test_what_moved_for_sure_is_not_said_to_be_unknown() -> None:
    said = text(moved_exactly())
    assert said.startswith(
        "⚪ Cannot tell yet: auc (and 1 more) moved, and no tolerance says how far it may\n"
    )
    assert said.count("⚪ moved, no tolerance") == 2
    assert "The training repeats exactly, so more runs say nothing. Declare how far it may move" in said
    assert "Intended? Then nothing is to be done" in said
    assert "whether these inputs repeat: no other run of the same code" in said


def test_on_another_kind_of_machine_a_move_is_open_and_a_run_of_it_is_asked_for() -> None:
    said = text(moved_exactly(numeric_class="arm"))
    assert said.startswith("⚪ Cannot tell yet whether auc (and 1 more) moved\n")
    assert "next: The recorded runs are of another kind of CPU. Record some on this kind, then" in said
    assert said.endswith("git switch --detach cccccccccccc\n  reproof run --baseline\n")


@pytest.mark.parametrize(
    ("report", "commit"), [(moved_exactly(numeric_class="arm"), "c" * 40), (REGRESSED, HEAD)]
)
def test_a_commit_that_is_checked_out_is_not_switched_to(report: Report, commit: str) -> None:
    line = f"git switch --detach {commit[:12]}"
    assert line in text(report)
    assert line not in text(replace(report, context=replace(report.context, checked_out=commit)))
