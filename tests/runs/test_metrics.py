"""Metrics files: every format, both forms of slices, and what is no number."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.errors import UsageError
from reproof.runs.metrics import odd_members, read_metrics
from reproof.runs.record import Metric


def read(text: str, path: str = "metrics.json") -> dict[str, float]:
    return {metric.label: metric.value for metric in read_metrics({path: text.encode()})}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("m.json", '{"auc": 0.9, "test": {"loss": 1, "name": "x"}, "curve": [1, 2]}'),
        ("m.json", '\ufeff{"auc": 0.9, "test": {"loss": 1}}'),
        ("m.yaml", "auc: 0.9\ntest:\n  loss: 1e0\n  name: x\ncurve: [1]\n"),
        ("m.yml", "{auc: 0.9, test: {loss: 1}}"),
        ("m.toml", "auc = 0.9\ntest.loss = 1\nwhen = 2026-01-31\n"),
        ("m.csv", "metric,value\nauc,0.9\ntest.loss,1\nname,x\n"),
        ("m.csv", "step,note,auc,test.loss\n".replace("step,", "") + "a,0.5,2\nb,0.9,1\n"),
        ("m.tsv", "auc\ttest.loss\r\n0.9\t1\r\n"),
        ("m", '{"auc": 0.9, "test": {"loss": 1}}'),
    ],
)
def test_every_format_gives_the_numbers_by_dotted_name(path: str, text: str) -> None:
    assert read(text, path) == {"auc": 0.9, "test.loss": 1.0}


def test_both_forms_of_slices_are_one() -> None:
    flat = '{"auc": 0.91, "auc[country=BR]": 0.86, "rows[country=BR]": 1204, "rows": 5000}'
    nested = '{"auc": 0.91, "rows": 5000, "slices": {"country": {"BR": {"auc": 0.86, "rows": 1204}}}}'
    expected = (Metric("auc", 0.91, (), 5000), Metric("auc", 0.86, (("country", "BR"),), 1204))
    assert read_metrics({"m": flat.encode()}) == read_metrics({"m": nested.encode()}) == expected


def test_slices_of_several_columns_are_named_in_one_order() -> None:
    one = read_metrics({"m": b'{"auc[b=2, a=1]": 0.5}'})
    other = read_metrics({"m": b'{"slices": {"a": {"1": {"slices": {"b": {"2": {"auc": 0.5}}}}}}}'})
    assert one == other == (Metric("auc", 0.5, (("a", "1"), ("b", "2"))),)


def test_a_bracket_that_is_no_slice_belongs_to_the_name() -> None:
    assert set(read('{"p[50]": 1, "x[a=1][0]": 2, "y[]": 3, "[a=1]": 4}')) == {
        "p[50]",
        "x[a=1][0]",
        "y[]",
        "[a=1]",
    }


def test_rows_count_for_the_metrics_beside_and_below_them() -> None:
    text = '{"rows": 9, "auc": 1, "test": {"rows": 5, "auc": 1, "deep": {"f1": 1}}, "dev": {"auc": 1}}'
    found = {metric.name: metric.rows for metric in read_metrics({"m": text.encode()})}
    assert found == {"auc": 9, "test.auc": 5, "test.deep.f1": 5, "dev.auc": 9}


@pytest.mark.parametrize("rows", ["NaN", "-1", "1.5", "Infinity", '"many"', "1e999"])
def test_rows_that_are_no_count_are_unknown(rows: str) -> None:
    assert read_metrics({"m": f'{{"auc": 1, "rows": {rows}}}'.encode()}) == (Metric("auc", 1.0),)


def test_what_json_cannot_write_is_read_from_words_and_other_words_are_no_numbers() -> None:
    found = read('{"a": NaN, "b": "NaN", "c": "-Infinity", "d": Infinity, "e": "high", "f": null, "g": true}')
    assert math.isnan(found["a"])
    assert math.isnan(found["b"])
    assert {name: found[name] for name in "cdg"} == {"c": -math.inf, "d": math.inf, "g": 1.0}
    assert set(found) == set("abcdg")


def test_whole_numbers_beyond_a_float_are_infinite() -> None:
    assert read(f'{{"a": {10**400}, "b": -{10**400}}}') == {"a": math.inf, "b": -math.inf}


def test_a_name_in_two_files_gets_its_file_before_it() -> None:
    found = read_metrics({"a.json": b'{"auc": 1, "f1": 2}', "b.json": b'{"auc": 3}'})
    assert [(metric.name, metric.value) for metric in found] == [
        ("a.json:auc", 1),
        ("b.json:auc", 3),
        ("f1", 2),
    ]


@pytest.mark.parametrize(
    ("path", "text", "says"),
    [
        ("m.json", "{\n'auc': 1}", "m.json:2: not JSON"),
        ("m.json", "", "m.json:1: not JSON"),
        ("m.json", "[" * 100_000, "m.json: metrics are nested too deeply"),
        ("m.json", "1" * 5000, "m.json: cannot be read as metrics"),
        ("m.json", b"\xff", "m.json: cannot be read as metrics"),
        ("m.yaml", "auc: 1\nf1: [\n", "m.yaml:3: not YAML"),
        (
            "m.toml",
            "auc = 1\nauc = 2\n",
            "m.toml: cannot be read as metrics: Cannot overwrite a value (at line 2",
        ),
        ("m.csv", "auc\n" + "1" * 200_000, "m.csv: cannot be read as metrics: field larger"),
        ("m.json", '{"auc[a=1]": 1, "slices": {"a": {"1": {"auc": 2}}}}', "m.json: auc · a=1 is there twice"),
        ("m.json", '{"auc": 0.9, "auc": 0.1}', "m.json: cannot be read as metrics: auc is there twice"),
        (
            "m.json",
            '{"slices": {"c": {"BR": {}, "BR": {}}}}',
            "m.json: cannot be read as metrics: BR is there twice",
        ),
        ("m.yaml", "a: [{b: 1}, {b: 2, c: 1, c: 1}]", "m.yaml: cannot be read as metrics: c is there twice"),
        ("m.csv", "metric,value\nauc,1\nauc,2\n", "m.csv: cannot be read as metrics: auc is there twice"),
        ("m.csv", "auc,auc\n1,2\n", "m.csv: cannot be read as metrics: auc is there twice"),
        (
            "m.json",
            json.dumps(dict.fromkeys(map(str, range(100_001)), 1)),
            "m.json: 100,001 numbers, more than the 100,000 metrics",
        ),
        ("m.json", '{"a": {"b": 1}, "a.b": 2}', "m.json: a.b is there twice"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(path: str, text: str | bytes, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_metrics({path: text.encode() if isinstance(text, str) else text})
    assert refused.value.message.startswith(says)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=5) | st.sampled_from(["slices", "rows", "auc[a=1]"]), inner, max_size=3
        )
    ),
    max_leaves=12,
)


@given(VALUES)
def test_any_json_gives_metrics_or_a_named_error(value: Any) -> None:
    try:
        metrics = read_metrics({"m.json": json.dumps(value).encode()})
    except UsageError as error:
        assert error.message.startswith("m.json")
    else:
        assert len({metric.id for metric in metrics}) == len(metrics)
        assert all(metric.rows is None or metric.rows >= 0 for metric in metrics)


@given(st.sampled_from(["m.csv", "m.tsv", "m.toml", "m.yaml", "m.json"]), st.binary(max_size=80))
def test_any_bytes_give_metrics_or_a_named_error(path: str, data: bytes) -> None:
    try:
        read_metrics({path: data})
    except UsageError as error:
        assert error.message.startswith(path)


def test_ten_thousand_metrics_are_read_in_no_time() -> None:
    text = json.dumps({f"metric {number}": number for number in range(10_000)})
    assert len(read(text)) == 10_000


def test_slices_that_are_none_and_numbers_without_a_name_are_told_and_not_taken() -> None:
    for text, odd in {
        '{"auc": 1, "slices": {"country": 3}}': ("slices.country", "no slices by their value, not taken"),
        '{"auc": 1, "slices": {"country": ["BR"]}}': (
            "slices.country",
            "no slices by their value, not taken",
        ),
        '{"auc": 1, "slices": {"country": {"BR": 0.8}}}': (
            "slices.country.BR",
            "a number without a name, not taken",
        ),
        '{"auc": 1, "": 3}': ("", "a number without a name, not taken"),
    }.items():
        data = text.encode()
        assert read_metrics({"m.json": data}) == (Metric("auc", 1.0),), text
        ((place, why),) = odd_members("m.json", data)
        assert (place, why) == (odd[0] or "the whole file", odd[1]), text
    named = b'{"auc": {"slices": {"country": {"BR": 0.8}}}}'
    assert read_metrics({"m.json": named}) == (Metric("auc", 0.8, (("country", "BR"),)),)
    assert odd_members("m.json", named) == ()


def test_a_secret_in_a_name_is_hidden() -> None:
    data = json.dumps({"https://ada:hunter2@x.org/": 1, "auc[of=https://a:b@y.org]": 2, "of opensesame12": 3})
    found = read_metrics({"m.json": data.encode()}, ["opensesame12"])
    assert [metric.label for metric in found] == [
        "auc · of=https://***@y.org",
        "https://***@x.org/",
        "of ***",
    ]


def test_names_that_only_a_secret_tells_apart_are_refused_without_it() -> None:
    data = b'{"https://ada:hunter2@x.org/": 1, "https://ada:hunter3@x.org/": 2}'
    with pytest.raises(UsageError, match="differ in nothing but a secret") as refused:
        read_metrics({"m.json": data})
    assert "hunter" not in str(refused.value)
