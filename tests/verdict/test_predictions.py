"""Which predictions differ: told beside the verdict, and no part of it."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from reproof.config import CompareConfig
from reproof.runs.baseline import Base
from reproof.runs.predictions.packed import keep
from reproof.runs.predictions.table import read_predictions
from reproof.runs.record import Predictions, RunRecord
from reproof.verdict.compare import compare
from reproof.verdict.comparison import Comparison, Flips, PredictionChanges
from tests.runs.records import record

OLD = "id,prediction,target\n1,cat,cat\n2,cat,dog\n3,dog,dog\n4,dog,cow\n"
NEW = "id,prediction,target\n1,dog,cat\n2,dog,dog\n3,dog,dog\n4,cow,cow\n"


def predicting(text: str, number: int = 1, **changes: object) -> RunRecord:
    """A run whose predictions are this table."""
    table = read_predictions(io.BytesIO(text.encode()), "p.csv")
    made = record(number, **changes)
    told = Predictions("p.csv", table.hash, table.rows, keep(table))
    return replace(made, results=replace(made.results, predictions=told))


def without_samples(run: RunRecord) -> RunRecord:
    made = run.results.predictions
    assert made is not None
    return replace(run, results=replace(run.results, predictions=replace(made, kept=None)))


def against(new: RunRecord, *old: RunRecord) -> Comparison:
    return compare([new], old, None, CompareConfig())


def why_not(it: Comparison) -> list[str]:
    return [item.why for item in it.not_checked if item.what == "which predictions differ"]


def test_flips_are_counted_and_named() -> None:
    it = against(predicting(NEW, 2), predicting(OLD))
    found = PredictionChanges(
        run=f"{1:012x}",
        rows=4,
        differ=3,
        broken=1,
        mended=2,
        flips=(Flips("cat", "dog", 2), Flips("dog", "cow", 1)),
    )
    assert it.predictions == found
    assert (found.churn, it.strength, why_not(it)) == (0.75, "metrics", [])


def test_numbers_differ_by_so_much() -> None:
    old, new = "p\n0.5\n0.25\n0.125\n", "p\n0.5\n0.75\n0.12500000001\n"
    found = against(predicting(new, 2), predicting(old)).predictions
    assert found is not None
    assert (found.rows, found.differ, found.rounded, found.largest, found.broken) == (3, 1, 1, 0.5, None)


def test_equal_hashes_need_no_samples() -> None:
    it = against(without_samples(predicting(OLD, 2)), predicting(OLD))
    assert it.predictions == PredictionChanges(f"{1:012x}", 4, 0)
    assert (it.strength, why_not(it)) == ("bitwise", [])


def test_the_bases_run_is_the_reference_where_the_key_is_another() -> None:
    base = Base("a" * 40, 0, (predicting(OLD, 1, key="1" * 64),))
    new = predicting(NEW, 3)
    for same_key in ([], [predicting(NEW, 2)]):
        found = compare([new], same_key, base, CompareConfig()).predictions
        assert found is not None
        assert (found.run, found.differ) == (f"{1:012x}", 3)
    recorded = compare([], [new], base, CompareConfig()).predictions
    assert recorded is not None
    assert recorded.differ == 3


def test_a_recorded_run_is_not_held_against_itself() -> None:
    it = compare([], [predicting(OLD)], None, CompareConfig())
    assert (it.verdict, it.predictions, why_not(it)) == ("recorded", None, [])


def test_runs_without_predictions_have_nothing_to_tell() -> None:
    for old, new in ((record(1), predicting(NEW, 2)), (predicting(OLD), record(2)), (record(1), record(2))):
        it = against(new, old)
        assert (it.predictions, why_not(it)) == (None, [])


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (without_samples(predicting(OLD)), predicting(NEW, 2), "the recorded run keeps only a hash"),
        (predicting(OLD), without_samples(predicting(NEW, 2)), "the new run keeps only a hash"),
        (predicting(OLD), predicting(NEW.replace("4,", "5,"), 2), "the two runs predict other samples"),
        (predicting(OLD), predicting("prediction\ncat\ncat\ndog\ncow\n", 2), "predict other samples"),
    ],
    ids=["an-old-record", "a-large-file", "another-sample", "no-ids"],
)
def test_what_cannot_be_compared_is_said(old: RunRecord, new: RunRecord, says: str) -> None:
    it = against(new, old)
    assert it.predictions is None
    (why,) = why_not(it)
    assert says in why


def test_samples_that_are_not_those_of_the_hash_are_not_believed() -> None:
    """A pull request's code may write any record."""
    honest, other = predicting(NEW, 2), predicting(OLD).results.predictions
    mine = honest.results.predictions
    assert mine is not None
    assert other is not None
    for text in (other.kept, "AAAA", ""):
        told = replace(honest, results=replace(honest.results, predictions=replace(mine, kept=text)))
        it = against(told, predicting(OLD))
        assert it.predictions is None
        assert why_not(it)[0].startswith("a record cannot be read: its predictions")


def test_the_verdict_is_the_same_whatever_is_predicted() -> None:
    plain = against(record(2, metrics={"loss": 0.5}), record(1, metrics={"loss": 0.4}))
    told = against(predicting(NEW, 2, metrics={"loss": 0.5}), predicting(OLD, 1, metrics={"loss": 0.4}))
    assert (plain.verdict, plain.checks, plain.cause) == (told.verdict, told.checks, told.cause)
