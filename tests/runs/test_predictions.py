"""Predictions sample by sample: what a file says, what is kept of it, and what differs."""

from __future__ import annotations

import io
import json
import math
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.errors import UsageError
from reproof.runs.fields import PACKED
from reproof.runs.predictions import packed, table
from reproof.runs.predictions.churn import Churn, Flip, churn, ulps
from reproof.runs.predictions.packed import keep, kept, pack, unpack
from reproof.runs.predictions.table import Predictions, read_predictions
from reproof.strict import SchemaError


def read(text: str, path: str = "predictions.csv") -> Predictions:
    return read_predictions(io.BytesIO(text.encode()), path)


def differing(old: str, new: str) -> Churn:
    found = churn(read(old), read(new))
    assert found is not None
    return found


# Distances


def test_ulps_count_the_doubles_between() -> None:
    assert ulps(1.0, 1.0) == 0
    assert ulps(1.0, math.nextafter(1.0, 2.0)) == 1
    assert ulps(0.0, -0.0) == 0
    assert ulps(5e-324, -5e-324) == 2
    assert ulps(1.0, 2.0) == 2**52
    assert ulps(math.inf, 1.7976931348623157e308) == 1
    assert ulps(math.nan, math.nan) == 0
    assert ulps(math.nan, 1.0) is None


@given(st.floats(allow_nan=False), st.integers(1, 50))
def test_ulps_agree_with_steps_upwards(start: float, steps: int) -> None:
    there = start
    for _ in range(steps):
        there = math.nextafter(there, math.inf)
    if there != math.inf:
        assert ulps(start, there) == steps == ulps(there, start)


# Reading


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("id,prediction\na,cat\nb,dog\n", id="by-name"),
        pytest.param("prediction,id\ndog,b\ncat,a\n", id="in-another-order"),
        pytest.param("\ufeffID, Predicted \r\na,cat\r\nb,dog\r\n", id="as-a-spreadsheet-writes-it"),
        pytest.param(",pred\na,cat\nb,dog\n", id="as-pandas-writes-an-index"),
        pytest.param("id,score,y_pred,age\na,0.1,cat,3\nb,0.2,dog,4\n", id="among-other-columns"),
        pytest.param("id,label\na,cat\nb,dog\n", id="a-label-alone-is-the-prediction"),
        pytest.param("id,what\na,cat\nb,dog\n", id="what-stands-beside-the-id"),
        pytest.param('id,prediction\n\n"a","cat"\n\nb,dog', id="quotes-and-empty-lines"),
        pytest.param("id,prediction,target\na,cat,cow\nb,dog,dog\n", id="targets-are-no-part-of-it"),
    ],
)
def test_one_answer_written_in_many_ways_has_one_hash(text: str) -> None:
    found = read(text)
    assert found.hash == read("id,prediction\na,cat\nb,dog\n").hash
    assert found.hash.startswith("predictions:sha256:")
    assert (found.rows, found.ids) == (2, ("a", "b"))


def test_another_answer_has_another_hash() -> None:
    texts = [
        "id,prediction\na,cat\nb,dog\n",
        "id,prediction\na,dog\nb,cat\n",
        "id,prediction\na,cat\nc,dog\n",
        "id,prediction\na,cat\n",
        "prediction\ncat\ndog\n",
        "prediction\n1\n2\n",
        "prediction\n1.0\n2.0\n",
    ]
    assert len({read(text).hash for text in texts}) == len(texts)


def test_whole_numbers_are_labels_and_others_are_numbers() -> None:
    assert read("prediction\n1\n0\n1\n").labels == ("0", "1")
    scores = read("prediction\n1\n0.5\nNaN\n")
    assert scores.labels is None
    assert list(scores.values)[:2] == [1.0, 0.5]
    assert read("prediction\n0.50\n").hash == read("prediction\n5e-1\n").hash


def test_tabs_separate_in_a_tsv() -> None:
    assert read("id\tprediction\na\tcat, or dog\n", "out/p.tsv").labels == ("cat, or dog",)


def test_what_is_right_is_counted() -> None:
    assert read("prediction,target\ncat,cat\ndog,cat\n").correct == 1
    assert read("prediction\ncat\n").correct is None
    assert read("prediction,target\n0.5,0.5\n").correct is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("", "the file is empty", id="empty"),
        pytest.param("id,prediction\n", "no predictions below the header", id="only-a-header"),
        pytest.param("a,b,c\n1,2,3\n", ":1: which column is the prediction", id="no-known-name"),
        pytest.param("id,prediction\na,cat\nb\n", ":3: 1 cells under 2 names", id="a-row-too-short"),
        pytest.param("id,prediction\na,cat\na,dog\n", "'a' is there twice", id="a-sample-twice"),
        pytest.param('id,prediction\na,"cat\n', "not a table", id="an-open-quote"),
        pytest.param("prediction\n" + "x" * 200_000 + "\n", ":2: not a table", id="a-cell-without-end"),
    ],
)
def test_what_is_no_table_is_an_error_with_its_place(text: str, says: str) -> None:
    with pytest.raises(UsageError, match="predictions") as caught:
        read(text)
    assert says in caught.value.message


def test_bytes_that_are_no_text_are_an_error_with_their_place() -> None:
    with pytest.raises(UsageError, match=r"p\.csv: not UTF-8"):
        read_predictions(io.BytesIO(b"prediction\ncat\n\xff\n"), "p.csv")


def test_texts_without_end_and_rows_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_LABELS", 10)
    many = "".join(f"{number}\n" for number in range(50))
    assert read("prediction\n" + many).labels is None, "many whole numbers are numbers"
    beside = read("prediction,target\n" + "".join(f"1,{number}\n" for number in range(50)))
    assert (beside.labels, list(beside.values)) == (None, [1.0] * 50)
    with pytest.raises(UsageError, match="different"):
        read("prediction\n" + many + "word\n")
    with pytest.raises(UsageError, match=":12: more than 10 different labels"):
        read("prediction\n" + "".join(f"word{number}\n" for number in range(50)))
    monkeypatch.setattr(table, "MOST_ROWS", 10)
    with pytest.raises(UsageError, match=":12: more than 10 samples"):
        read("prediction\n" + "cat\n" * 50)


# Comparing

OLD = "id,prediction,target\na,cat,cat\nb,dog,cat\nc,dog,dog\nd,cow,dog\n"
NEW = "id,prediction,target\nd,cat,dog\nc,cat,dog\nb,cat,cat\na,cat,cat\n"


def test_flips_are_counted_named_and_judged() -> None:
    """b is right now, c is wrong now, d is as wrong as before, in another way."""
    found = differing(OLD, NEW)
    assert (found.rows, found.flipped, found.broken, found.mended) == (4, 3, 1, 1)
    assert found.share == 0.75
    assert found.spread == pytest.approx(math.sqrt((1 + 1) / 2) / 4)
    assert found.pairs == (("dog", "cat", 2), ("cow", "cat", 1))
    assert found.flips == (
        Flip("b", "dog", "cat", "cat"), Flip("c", "dog", "cat", "dog"), Flip("d", "cow", "cat", "dog"),
    )  # fmt: skip


def test_the_same_predictions_have_no_churn() -> None:
    assert differing(OLD, OLD) == Churn(4, 0, broken=0, mended=0)
    assert differing("prediction\n1\n", "prediction\n1\n").spread is None


def test_without_ids_samples_are_told_by_their_place() -> None:
    found = differing("prediction\n0\n1\n1\n", "prediction\n0\n1\n0\n")
    assert (found.flipped, found.flips) == (1, (Flip("2", "1", "0", None),))


@pytest.mark.parametrize(
    "new",
    [
        pytest.param("id,prediction\na,cat\nx,dog\n", id="other-samples"),
        pytest.param("id,prediction\na,cat\n", id="fewer"),
        pytest.param("prediction\ncat\ndog\n", id="without-ids"),
    ],
)
def test_other_samples_are_not_compared(new: str) -> None:
    assert churn(read("id,prediction\na,cat\nb,dog\n"), read(new)) is None


def test_numbers_differ_by_rounding_or_beyond() -> None:
    near = math.nextafter(0.5, 1.0)
    found = differing("prediction\n0.5\n0.25\nnan\n0.1\n", f"prediction\n{near!r}\n0.75\nNaN\n0.1\n")
    assert (found.rows, found.flipped, found.rounded) == (4, 1, 1)
    assert found.largest == 0.5
    assert found.ulps == ulps(0.25, 0.75)
    assert differing("prediction\n0.5\n", "prediction\nnan\n").largest == math.inf


def test_numbers_that_all_came_out_whole_are_numbers_still() -> None:
    found = differing("prediction\n1\n2\n", "prediction\n1.0\n2.5\n")
    assert (found.flipped, found.largest) == (1, 0.5)
    assert differing("prediction\ncat\ndog\n", "prediction\n1.0\n2.5\n").flipped == 2


LABELS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("abd"), st.sampled_from("abcd")), min_size=1
)


@given(LABELS, st.randoms(use_true_random=False))
def test_churn_agrees_with_counting_one_by_one(
    rows: list[tuple[str, str, str]], chance: random.Random
) -> None:
    """In any order of rows; both ways round; and after one side was packed."""
    old = [(f"s{number}", one, goal) for number, (one, _, goal) in enumerate(rows)]
    new = [(f"s{number}", other, goal) for number, (_, other, goal) in enumerate(rows)]
    chance.shuffle(old)
    chance.shuffle(new)
    before, after = (
        "id,prediction,target\n" + "".join(",".join(row) + "\n" for row in side) for side in (old, new)
    )
    found = differing(before, after)
    assert found.flipped == sum(one != other for one, other, _ in rows)
    assert found.broken == sum(one == goal != other for one, other, goal in rows)
    assert found.mended == sum(one != goal == other for one, other, goal in rows)
    back = differing(after, before)
    assert (back.flipped, back.broken, back.mended) == (found.flipped, found.mended, found.broken)
    assert churn(unpack(pack(read(before))), read(after)) == found
    assert (found.flipped == 0) == (read(before).hash == read(after).hash)


# Keeping


@pytest.mark.parametrize(
    "text", [OLD, "prediction\n0.1\nnan\n-0.0\n", "prediction\n" + "".join(f"w{n}\n" for n in range(300))]
)
def test_what_is_packed_comes_back(text: str) -> None:
    whole = read(text)
    back = unpack(pack(whole))
    assert back.hash == whole.hash
    assert pack(back) == pack(whole)
    assert back.ids is None
    assert (back.labels, back.samples, back.rows) == (whole.labels, whole.samples, whole.rows)


def test_ids_are_not_kept() -> None:
    """They may name people."""
    assert b"alice" not in pack(read("id,prediction\nalice@example.com,1\n"))


def test_a_hundred_thousand_labels_are_few_bytes() -> None:
    chance = random.Random(1)
    text = "prediction\n" + "".join(f"{chance.randrange(2)}\n" for _ in range(100_000))
    assert len(pack(read(text))) < 25_000


def test_a_record_keeps_what_is_not_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read(OLD)
    text = keep(whole)
    assert text is not None
    assert kept(text, whole.hash).hash == whole.hash
    assert PACKED.read(text, "kept", 3) == text
    monkeypatch.setattr(packed, "MOST_KEPT", len(pack(whole)) - 1)
    assert keep(whole) is None
    monkeypatch.undo()
    monkeypatch.setattr(packed, "MOST_ROWS", whole.rows - 1)
    assert keep(whole) is None
    with pytest.raises(SchemaError, match="wrong number of rows"):
        kept(text, whole.hash)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "predictions"),
        ("a", "predictions are broken"),
        ("ä===", "predictions are broken"),
        ("AAAA", "predictions"),
        (keep(read("id,prediction\n1,cat\n")), "not those of their hash"),
    ],
)
def test_what_is_kept_under_another_hash_is_refused(text: str, says: str) -> None:
    with pytest.raises(SchemaError, match=says):
        kept(text, read(OLD).hash)


def changed(**values: object) -> bytes:
    line, _, body = pack(read(OLD)).partition(b"\n")
    return json.dumps(json.loads(line) | values).encode() + b"\n" + body


HOSTILE = {
    "nothing": b"",
    "another-format": changed(format="reproof-predictions/2"),
    "an-unknown-key": changed(more=1),
    "no-rows": changed(rows=0),
    "more-rows-than-there-are": changed(rows=5),
    "rows-without-end": changed(rows=10**15),
    "labels-that-are-none": changed(labels=[1, 2, 3]),
    "labels-out-of-order": changed(labels=["dog", "cow", "cat"]),
    "a-label-that-is-not-there": changed(labels=["cat"]),
    "words-for-numbers": changed(labels=None),
    "fewer-columns": changed(targets=False),
    "no-truth": changed(targets=1),
    "cut-off": pack(read(OLD))[:-3],
    "more-behind": pack(read(OLD)) + b"x",
    "not-compressed": changed()[:-9] + b"123456789",
    "a-bomb": changed().partition(b"\n")[0] + b"\n" + zlib.compress(bytes(1 << 26)),
    "a-header-without-end": b'{"format": "' + b"x" * packed.HEADER + b'"}\n',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_pack_did_not_write_is_refused(name: str) -> None:
    assert unpack(changed()).rows == 4, "the cases differ from what is right"
    with pytest.raises(SchemaError, match="predictions"):
        unpack(HOSTILE[name])
