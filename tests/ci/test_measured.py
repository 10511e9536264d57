"""What one job hands to another: whole there and back, and refused where it is not."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reproof.ci import measured as handover
from reproof.ci.measured import Measured, load, pack, unpack
from reproof.errors import UsageError
from reproof.runs.left_out import MOST_FILES, MOST_MEMBERS, LeftOut
from reproof.runs.record import Metric, RunRecord
from reproof.training.waves import JOBS, WAVES
from reproof.verdict.failure import Failure
from tests.runs.records import RECORDS, record

HEAD, KEY = "a" * 40, "b" * 64
LEFT = (LeftOut("metrics.json", ("tag (text, not taken)",), 3), LeftOut("model.txt"))
ONE = Measured(HEAD, KEY, (record(1), record(2)), None, 2, 0.5, 4242, 3, LEFT)


def dump(measured: Measured) -> bytes:
    data = handover.dump(measured)
    assert data is not None
    return data


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(RECORDS, max_size=3, unique_by=lambda run: run.id))
def test_what_is_measured_arrives_as_it_was(runs: list[RunRecord]) -> None:
    data = dump(replace(ONE, records=tuple(runs)))
    assert dump(load(data)) == data
    packed = pack(load(data))
    assert packed is not None
    assert dump(unpack(packed)) == data


def test_a_failure_arrives_with_its_log() -> None:
    measured = Measured(HEAD, KEY, (), Failure("exit status 5", 5, ("a", "b")), 1, None)
    assert load(dump(measured)) == measured


def test_what_does_not_fit_into_an_output_is_left_to_the_artifact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handover, "PACKED_LIMIT", 100)
    assert pack(ONE) is None
    assert handover.output(ONE) == "artifact-of-attempt-3"
    assert handover.attempt_named(handover.output(ONE)) == 3
    assert [handover.attempt_named(text) for text in ("", "eJw", "artifact-of-attempt-0")] == [None] * 3


def test_many_trainings_of_many_metrics_fit_into_an_output() -> None:
    metrics = tuple(Metric(f"metric {number}", number / 7, (("country", "BR"),), 10) for number in range(500))
    results = replace(record().results, metrics=metrics)
    runs = tuple(record(number, results=results) for number in range(6))
    assert pack(replace(ONE, records=runs)) is not None


def changed(**values: object) -> bytes:
    return json.dumps(json.loads(dump(ONE)) | values).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"\xff",
        dump(ONE)[:-20],
        changed(schema="reproof-measured/2"),
        changed(head="main"),
        changed(head="A" * 40),
        changed(key="../../x"),
        changed(records=[{}]),
        changed(records="no"),
        changed(minutes=-1),
        changed(retrains=1.5),
        changed(run="4242"),
        changed(attempt=-1),
        changed(verdict="reproduced"),
        changed(failure={"what": "x", "exit_code": "0", "log_tail": []}),
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(UsageError, match="cannot be used"):
        load(data)


def test_too_many_records_are_neither_written_nor_read(monkeypatch: pytest.MonkeyPatch) -> None:
    data = dump(ONE)
    monkeypatch.setattr(handover, "MOST_RECORDS", 1)
    assert handover.dump(ONE) is None
    assert pack(ONE) is None
    with pytest.raises(UsageError, match="more than"):
        load(data)


def test_a_whole_matrix_can_be_handed_over() -> None:
    assert handover.MOST_RECORDS >= WAVES * JOBS


def test_what_the_other_half_would_refuse_as_too_large_is_not_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(handover, "LIMIT", len(dump(ONE)) - 1)
    assert handover.dump(ONE) is None
    assert pack(ONE) is None
    assert handover.output(ONE) == ""


def packed(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "%%%",
        "YWJj",
        packed(zlib.compress(dump(ONE))[:-9]),
        packed(zlib.compress(dump(ONE)) + b"more"),
        packed(zlib.compress(b" " * (handover.LIMIT + 1), 9)),  # 32 KiB that inflate to more than 32 MiB
    ],
    ids=["empty", "no-base64", "no-zlib", "cut", "tail", "bomb"],
)
def test_what_cannot_be_unpacked_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        unpack(text)


def test_what_an_older_reproof_handed_over_says_nothing_of_what_was_left() -> None:
    values = json.loads(dump(ONE))
    del values["left_out"]
    assert load(json.dumps(values).encode()).left == ()


@pytest.mark.parametrize(
    "left",
    [
        [{"path": "x" * 201, "members": [], "more": 0}],
        [{"path": "x", "members": ["y" * 201], "more": 0}],
        [{"path": "x", "members": ["y"] * (MOST_MEMBERS + 1), "more": 0}],
        [{"path": "x", "members": [], "more": 10**4000}],
        [{"path": "x", "members": [], "more": 0}] * (MOST_FILES + 1),
        [{"path": "x", "members": [], "more": 0, "verdict": "reproduced"}],
        [["x"]],
    ],
)
def test_more_than_reproof_writes_of_what_was_left_is_refused(left: object) -> None:
    values = json.loads(dump(ONE)) | {"left_out": left}
    with pytest.raises(UsageError, match="cannot be used"):
        load(json.dumps(values).encode())


def test_what_is_too_long_of_it_is_cut() -> None:
    long = replace(ONE, left=(LeftOut("p" * 999, ("m" * 999,)),) * (MOST_FILES + 1))
    read = load(dump(long)).left
    assert len(read) == MOST_FILES
    assert (len(read[0].path), len(read[0].members[0])) == (200, 200)
