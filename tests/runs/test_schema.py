"""A record is written and read back equal, or it is refused with the place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from reproof.runs import schema
from reproof.runs.key import key_of
from reproof.runs.record import DataFile, Metric, RunRecord, StageResult
from reproof.strict import SchemaError
from tests.runs.records import RECORDS, record, whole

Plain = dict[str, Any]


@given(RECORDS)
def test_any_record_comes_back_to_the_bit(made: RunRecord) -> None:
    back = schema.load(schema.dump(made))
    # By its JSON, since NaN does not equal itself; everything else must.
    assert schema.to_dict(back) == schema.to_dict(made)
    assert key_of(back) == key_of(made)
    if all(metric.value == metric.value for metric in made.results.metrics):
        assert back == made


def test_names_that_are_not_utf_8_come_back() -> None:
    made = record(code=replace(record().code, files=(("caf\udce9.py", "b" * 40),), patch="-\udce9\n+é\n"))
    data = schema.dump(made)
    assert data.decode("utf-8").isprintable() is False
    assert schema.load(data) == made


def deep(path: str, value: Any) -> Callable[[Plain], None]:
    """A change of one place, named as in errors."""

    def change(plain: Plain) -> None:
        *parents, last = path.split(".")
        inner: Any = plain
        for name in parents:
            inner = inner[int(name)] if isinstance(inner, list) else inner[name]
        inner[last] = value

    return change


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (
            "schema",
            "reproof-run/5",
            "it is of schema 'reproof-run/5'; this reproof reads up to reproof-run/4",
        ),
        ("schema", "reproof-run/02", "it is of schema 'reproof-run/02', and reproof-run/4 is what"),
        ("schema", "reproof-report/1", "it is of schema 'reproof-report/1'"),
        ("extra", 1, "it has unknown keys: extra"),
        ("code.extra", 1, "it.code has unknown keys: extra"),
        ("config.seed.extra", 1, "it.config.seed has unknown keys"),
        ("environment.observed.extra", 1, "it.environment.observed has unknown keys"),
        ("data.0.extra", 1, r"it.data\[0\] has unknown keys"),
        ("results.extra", 1, "it.results has unknown keys"),
        ("results.metrics.0.extra", 1, r"it.results.metrics\[0\] has unknown keys"),
        ("id", "../../etc", "it.id must be 8 to 64 hexadecimal digits"),
        ("id", "ab", "it.id must be 8 to 64 hexadecimal digits"),
        ("key", "A" * 64, "it.key must be 64 hexadecimal digits"),
        ("code.commit", "main", "it.code.commit must be 40 or 64 hexadecimal digits"),
        ("kind", "dreamt", "it.kind must be one of trained, locked, claimed"),
        ("origin", None, "it.origin must be a string"),
        ("created", "yesterday", "it.created must be a time such as"),
        ("created", "2026-01-31T12:00:00Z", "it.created must be a time such as"),
        ("code.files", [], "it.code.files must be an object"),
        ("config.parameters", {"a": []}, r"it.config.parameters\['a'\] must be a string, number"),
        ("results.seconds", "1", "it.results.seconds must be a number"),
        ("results.metrics.0.value", None, r"it.results.metrics\[0\].value must be a number"),
        ("results.metrics.0.rows", -1, r"it.results.metrics\[0\].rows must be a whole number"),
        ("data.0.size", 1.5, r"it.data\[0\].size must be a whole number"),
    ],
)
def test_a_record_with_one_wrong_place_is_refused_with_it(path: str, value: Any, says: str) -> None:
    plain = json.loads(schema.dump(record()))
    deep(path, value)(plain)
    with pytest.raises(SchemaError, match=says):
        schema.load(json.dumps(plain).encode(), "it")


@pytest.mark.parametrize("name", sorted(schema.to_dict(record())))
def test_a_record_that_lacks_a_part_is_refused(name: str) -> None:
    plain = json.loads(schema.dump(record()))
    del plain[name]
    with pytest.raises(SchemaError, match=f"it lacks {name}"):
        schema.load(json.dumps(plain).encode(), "it")


def test_a_record_beyond_the_limit_is_neither_written_nor_read() -> None:
    large = record(code=replace(record().code, patch="x" * schema.LIMIT))
    with pytest.raises(SchemaError, match="is larger than"):
        schema.dump(large)
    with pytest.raises(SchemaError, match="is larger than"):
        schema.load(b" " * (schema.LIMIT + 1))


def test_what_would_not_come_back_is_not_written() -> None:
    with pytest.raises(SchemaError):
        schema.dump(record(metrics=(Metric("auc", 0.9, rows=-1),)))
    with pytest.raises(SchemaError):
        schema.dump(record(created="now"))


def test_a_record_of_version_1_is_upgraded_when_it_is_read() -> None:
    old = (Path(__file__).parent / "versions/reproof-run-1.json").read_bytes()
    made = schema.load(old)
    assert made.results.stages == (
        StageResult("train", (("model.joblib", "md5:" + "e" * 32),), ("prepare",)),
    )
    assert (made.code.tree, made.code.submodules, made.config.seeds) == (None, (), ())
    assert (made.environment.disagreements, made.results.predictions, made.data[0].rows) == (None, None, None)
    assert made.environment.observed
    assert made.environment.observed.determinism == ()
    again = schema.dump(made)
    assert json.loads(again)["schema"] == schema.SCHEMA
    assert schema.to_dict(schema.load(again)) == schema.to_dict(made)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a", "it.results.predictions.kept must be bytes as Base64"),
        ("AA=A", "it.results.predictions.kept must be bytes as Base64"),
        ("AAAA\n", "it.results.predictions.kept must be bytes as Base64"),
        ("A" * 87_388, "it.results.predictions.kept is longer than 87384"),
    ],
    ids=["cut", "padded-inside", "a-line", "too-long"],
)
def test_predictions_that_no_record_keeps_are_refused(text: str, says: str) -> None:
    plain = schema.to_dict(whole())
    plain["results"]["predictions"]["kept"] = text
    with pytest.raises(SchemaError, match=says):
        schema.load(json.dumps(plain).encode(), "it")


def test_a_record_of_version_2_keeps_no_predictions_and_all_else() -> None:
    made = schema.load((Path(__file__).parent / "versions/reproof-run-2.json").read_bytes())
    now = whole()
    predictions = now.results.predictions
    assert predictions is not None
    without = replace(now.results, predictions=replace(predictions, kept=None), unwritten=None)
    assert schema.dump(made) == schema.dump(replace(now, results=without))


def test_a_record_of_version_3_does_not_say_which_artifacts_were_not_written() -> None:
    made = schema.load((Path(__file__).parent / "versions/reproof-run-3.json").read_bytes())
    without = replace(whole().results, unwritten=None)
    assert schema.dump(made) == schema.dump(replace(whole(), results=without))


def test_a_record_of_version_1_has_no_field_of_version_2() -> None:
    plain = json.loads((Path(__file__).parent / "versions/reproof-run-1.json").read_bytes())
    plain["code"]["tree"] = None
    with pytest.raises(SchemaError, match=r"it\.code has unknown keys: tree"):
        schema.load(json.dumps(plain).encode(), "it")


PLACES: dict[str, Callable[[str], tuple[str, Any]]] = {
    "data": lambda path: ("data.0.path", path),
    "sources": lambda path: ("environment.sources", [path]),
    "code": lambda path: ("code.files", {path: "b" * 40}),
    "artifacts": lambda path: ("results.artifacts", {path: "sha256:" + "a" * 64}),
    "unwritten": lambda path: ("results.unwritten", [path]),
}
ESCAPES = (
    *("/etc/passwd", "../x", "a/../../x", "a/..", "C:\\x", "c:x", "..\\x", "a\\..\\x", "\\\\host\\x"),
    *(".git/hooks/post-checkout", "sub/.GIT/config", "a\0b", "", "x" * 4097),
)


@pytest.mark.parametrize("path", ESCAPES)
@pytest.mark.parametrize("place", PLACES)
def test_no_path_of_a_record_leads_out_of_the_repository(place: str, path: str) -> None:
    plain = json.loads(schema.dump(record()))
    deep(*PLACES[place](path))(plain)
    with pytest.raises(SchemaError, match=r"must be a path inside the repository|is longer"):
        schema.load(json.dumps(plain).encode(), "it")
    assert not VALIDATOR.is_valid(plain)


@pytest.mark.parametrize(
    "path", ["a..b", "...", ".gitignore", "a b/é.csv", "x/.github/y", "line\nbreak", "caf\udce9"]
)
def test_odd_names_that_stay_inside_are_names(path: str) -> None:
    made = record(data=(DataFile(path, "md5:" + "d" * 32),))
    assert schema.load(schema.dump(made)) == made
    assert VALIDATOR.is_valid(schema.to_dict(made))


VALIDATOR = Draft202012Validator(schema.json_schema())


@given(RECORDS)
def test_the_published_schema_accepts_every_record(made: RunRecord) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(schema.to_dict(made))] == []


def test_the_published_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema.json_schema())


WRONG: list[Any] = [
    *(None, True, -1, 1.5, 2**63, "", "x", "A" * 64, "sha256:" + "A" * 64, "md5:" + "d" * 31, "../x", []),
    *({}, {"a": []}, {"../x": "b" * 40}, {"a": 10**400}, "unknown", "https://user:secret@example.org/x"),
    *("2026-01-31T12:00:00+00:00\n", "2026-01-31 12:00:00", ["a", "a"], [None], [{}], "x" * 1_000_001),
]


def places(value: Any, path: str = "") -> Iterator[str]:
    """Every place of a record, named as in `deep`."""
    inner: Any = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    for name, item in inner:
        yield f"{path}{name}"
        yield from places(item, f"{path}{name} > ")


@pytest.mark.parametrize("path", list(places(schema.to_dict(whole()))))
def test_reader_and_published_schema_refuse_the_same(path: str) -> None:
    """At each place of a record each wrong value; each place left out; one more key in each object."""

    def wrong(value: Any) -> Callable[[Any, Any], object]:
        return lambda holder, name: holder.__setitem__(name, value)

    refused = [_refused(path, wrong(value)) for value in WRONG]
    _refused(path, lambda holder, name: holder.__delitem__(name))
    _refused(path, lambda holder, name: isinstance(holder[name], dict) and holder[name].update(extra=None))
    assert any(refused)


def _refused(path: str, change: Callable[[Any, Any], object]) -> bool:
    """Whether a changed record is refused, by both."""
    plain = schema.to_dict(whole())
    *parents, last = path.split(" > ")
    holder: Any = plain
    for name in parents:
        holder = holder[int(name)] if isinstance(holder, list) else holder[name]
    change(holder, int(last) if isinstance(holder, list) else last)
    valid: bool = VALIDATOR.is_valid(plain)
    try:
        schema.load(json.dumps(plain).encode())
    except SchemaError:
        assert not valid
        return True
    assert valid
    return False


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda plain: plain["data"].append(plain["data"][0]), "it.data names something twice"),
        (
            lambda plain: plain["results"]["metrics"].append(plain["results"]["metrics"][0]),
            "names something twice",
        ),
        (lambda plain: plain["data"][0].update(hash="unknown"), "was trained with data that is unknown"),
        (lambda plain: plain["results"].update(log_tail=["x"] * 1001), "more than 1000 entries"),
        (lambda plain: plain["config"]["parameters"].update({"a": "x" * 1_000_001}), "longer than"),
        (lambda plain: plain["code"].update(remote="ssh://user:secret@example.org/x"), "without credentials"),
    ],
    ids=[
        "two-hashes-of-a-path",
        "two-values-of-a-metric",
        "unknown-data",
        "long-log",
        "long-value",
        "credentials",
    ],
)
def test_what_would_make_a_record_ambiguous_large_or_a_leak_is_refused(
    change: Callable[[Plain], object], says: str
) -> None:
    plain = schema.to_dict(whole())
    change(plain)
    with pytest.raises(SchemaError, match=says):
        schema.load(json.dumps(plain).encode(), "it")


@pytest.mark.parametrize(
    "data", [b"[" * 1_000_000, b'{"a":' * 200_000, b"{}", b"[]", b"\xff", b'{"schema": 2}']
)
def test_what_is_no_record_is_refused_without_a_trace(data: bytes) -> None:
    with pytest.raises(SchemaError):
        schema.load(data)
