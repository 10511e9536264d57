"""`reproof-report/1`: written, read back, refused."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from reproof.errors import UsageError
from reproof.report.json import LIMIT, dump, parse, to_dict
from reproof.report.report import Context, Report
from reproof.report.short_json import OUTPUT_LIMIT, short_json
from reproof.verdict.comparison import ValueChange
from tests.e2e.project import ROOT
from tests.report.cases import AUC, CONTEXT, REGRESSED, VERDICTS
from tests.report.hostile import reports

SCHEMA = json.loads((ROOT / "docs/reference/report.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)


def with_comparison(**parts: Any) -> Report:
    return replace(REGRESSED, comparison=replace(REGRESSED.comparison, **parts))


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("report", VERDICTS.values(), ids=VERDICTS)
def test_what_is_written_is_by_the_schema_and_reads_back_equal(report: Report) -> None:
    VALIDATOR.validate(json.loads(dump(report)))
    carried = replace(report, history=())  # who renders reads the history anew
    assert parse(dump(report), CONTEXT) == carried
    assert parse(short_json(report), CONTEXT) == carried


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(reports)
def test_anything_that_is_written_is_by_the_schema(report: Report) -> None:
    VALIDATOR.validate(to_dict(report))


def test_the_readers_context_is_its_own() -> None:
    assert parse(dump(REGRESSED)).context == Context()


def test_numbers_that_json_lacks_are_words() -> None:
    check = AUC._replace(now=(math.nan, math.inf, -math.inf), result="nan")
    written = json.loads(dump(with_comparison(checks=(check,))))
    assert written["checks"][0]["now"]["values"] == ["NaN", "Infinity", "-Infinity"]
    read = parse(json.dumps(written)).comparison.checks[0].now
    assert math.isnan(read[0])
    assert read[1:] == (math.inf, -math.inf)


def _delete(key: str) -> Any:
    return lambda top: top.pop(key)


def _set(key: str, value: object) -> Any:
    return lambda top: top.__setitem__(key, value)


ACCEPTED = {"run": "a" * 12, "who": "Ada", "when": "2026-02-01", "why": "better", "self_reported": False}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_set("schema", "reproof-report/2"), "schema"),
        (_set("verdict", "reproduced"), "its parts say 'regressed'"),
        (_set("extra", 1), "unknown keys: extra"),
        (_delete("head"), "lacks head"),
        (_set("head", "main"), "head"),
        (_set("run", "$(id)"), "run"),
        (_set("repeats", "yes"), "repeats"),
        (_set("moved", ""), "moved"),
        (_set("cause", "gremlins"), "cause"),
        (_set("retrains", -1), "retrains"),
        (_set("retrains", True), "retrains"),
        (_set("retrains", None), "retrains"),
        (_set("minutes", -3), "minutes"),
        (_set("minutes", "NaN"), "minutes"),
        (_set("checks", {}), "checks"),
        (_set("checks", [1]), "checks"),
        (lambda top: top["checks"][0].update(slice={"a": 1}), "slice"),
        (lambda top: top["checks"][0].update(better="up"), "better"),
        (lambda top: top["checks"][0]["now"].update(n=9), "number of values"),
        (lambda top: top["checks"][0]["recorded"].update(n=0), "at least 1"),
        (lambda top: top["checks"][0]["recorded"].update(mean="high"), "mean"),
        (lambda top: top["baseline"].update(commit=None), "commit"),
        (lambda top: top["baseline"].update(runs=["$(id)"]), "runs"),
        (lambda top: top["baseline"].update(accepted={"who": "Ada"}), "accepted lacks"),
        (lambda top: top["baseline"].update(accepted=ACCEPTED | {"run": "$(id)"}), "run must be"),
        (lambda top: top["baseline"].update(accepted=ACCEPTED | {"self_reported": 1}), "self_reported"),
        (lambda top: top["changes"]["code"].append({"path": 1, "added": 0, "removed": 0}), "path"),
        (lambda top: top["changes"]["config"].append({"name": "a", "old": [], "new": 0}), "old"),
        (_set("price", {"of": "money", "runs": 1, "minutes": None}), "of"),
        (_set("price", {"of": "retrains", "runs": -1, "minutes": None}), "runs"),
        (_set("price", {"of": "retrains", "runs": 1, "minutes": -1}), "minutes"),
        (_set("failure", {"what": "x", "exit_code": "1", "log_tail": []}), "exit_code"),
    ],
)
def test_what_is_not_a_whole_report_is_refused_with_the_place(change: Any, said: str) -> None:
    top = json.loads(dump(REGRESSED))
    change(top)
    with pytest.raises(UsageError, match=said):
        parse(json.dumps(top))
    assert (
        said == "its parts say 'regressed'"
        or said in ("number of values", "minutes")
        or not VALIDATOR.is_valid(top)
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b"[" * 500_000,
        b'{"schema": NaN}',
        b" " * (LIMIT + 1),
        "\ud800",
    ],
    ids=["empty", "null", "list", "cut", "not-utf-8", "deep", "nan", "too-large", "surrogate"],
)
def test_what_is_not_a_report_at_all_is_refused(data: bytes | str) -> None:
    with pytest.raises(UsageError, match="not a report"):
        parse(data)


def test_a_report_too_long_for_another_job_leaves_out_what_passed_and_says_so() -> None:
    many = tuple(AUC._replace(metric=f"metric_{number}", result="equal") for number in range(3000))
    report = with_comparison(checks=(AUC, *many))
    line = short_json(report)
    assert len(line) <= OUTPUT_LIMIT
    read = parse(line).comparison
    assert read.verdict == "regressed"
    assert [check.metric for check in read.checks] == ["auc"]
    assert read.not_checked[-1].what == "3000 metrics that passed"


def test_a_report_of_endless_texts_is_cut_where_a_reader_sees_it_cut() -> None:
    report = with_comparison(
        changes=replace(REGRESSED.comparison.changes, config=(ValueChange("p", "x" * 900_000, 1),))
    )
    assert parse(short_json(report)).comparison.changes.config == (ValueChange("p", "x" * 80, 1),)


def test_a_report_that_cannot_be_made_to_fit_is_an_error() -> None:
    worse = tuple(AUC._replace(metric=f"metric_{number}") for number in range(100))
    with pytest.raises(UsageError, match="larger than"):
        short_json(with_comparison(checks=worse), limit=1000)


def test_a_report_of_before_there_were_acceptances_is_read() -> None:
    top = json.loads(dump(REGRESSED))
    del top["baseline"]["accepted"]
    assert parse(json.dumps(top)).comparison == REGRESSED.comparison
