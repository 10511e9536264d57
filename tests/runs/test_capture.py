"""The aspects as they are captured: parameters, seeds, the declared and the observed environment, results."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from reproof.errors import TrainingFailedError, UsageError
from reproof.runs.canonical import artifact_hash
from reproof.runs.capture.before import before_training
from reproof.runs.capture.config import VARIABLES, with_variables
from reproof.runs.capture.results import capture_results
from reproof.runs.capture.seeds import MOST
from reproof.runs.layout import Layout
from reproof.runs.predictions.packed import kept
from reproof.runs.record import FoundSeed, Predictions, Seed
from reproof.training.outcome import Outcome
from tests.runs.snapshots import declared_by

PLAIN: dict[str, str | bytes] = {"train.py": ""}


def parameters(files: dict[str, str | bytes]) -> dict[str, object]:
    return dict(declared_by(PLAIN | files).config.parameters)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("params.yaml", "a: {b: 1, c: [1, x]}\nd: null\ne: 1e-3\nf: {}\ng: 2026-01-31\n"),
        ("params.json", '{"a": {"b": 1, "c": [1, "x"]}, "d": null, "e": 0.001, "f": {}, "g": "2026-01-31"}'),
    ],
)
def test_parameters_are_values_by_dotted_name(path: str, text: str) -> None:
    expected = {"a.b": 1, "a.c": '[1, "x"]', "d": None, "e": 0.001, "f": "{}", "g": "2026-01-31"}
    assert parameters({path: text}) == expected


def test_toml_dates_are_text() -> None:
    assert parameters({"params.toml": "a.b = 1\nwhen = 2026-01-31\n"}) == {"a.b": 1, "when": "2026-01-31"}


def test_with_several_files_all_but_params_put_their_name_before() -> None:
    files: dict[str, str | bytes] = {
        "params.yaml": "lr: 1\n",
        "conf/m.yaml": "d: {e: 2}\n",
        "conf/l.yaml": "[1]\n",
    }
    assert parameters(files) == {"lr": 1, "conf/m.yaml:d.e": 2, "conf/l.yaml": "[1]"}


@pytest.mark.parametrize(
    ("config", "text", "seed", "left"),
    [
        ("", "train: {seed: 7}\nx: 1\n", Seed("train.seed", 7), {"x": 1}),
        ("", "random_state: 7\n", Seed("random_state", 7), {}),
        ("", "seed: 1\nother: {seed: 2}\n", None, {"seed": 1, "other.seed": 2}),
        ("", "x: 1\n", None, {"x": 1}),
        ('seed = "other.seed"', "seed: 1\nother: {seed: 2}\n", Seed("other.seed", 2), {"seed": 1}),
        ('seed = "env:SEED"', "x: 1\n", Seed("env:SEED", None), {"x": 1}),
    ],
)
def test_the_seed_stands_beside_the_parameters(
    config: str, text: str, seed: Seed | None, left: object
) -> None:
    found = declared_by(PLAIN | {"reproof.toml": config, "params.yaml": text}).config
    assert (found.seed, dict(found.parameters)) == (seed, left)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("params.yaml", "a: ["),
        ("params.json", "{"),
        ("params.json", "[" * 100_000),
        ("params.toml", "a ="),
        ("params.toml", b"\xff"),
        ("params.yaml", b"\xff"),
    ],
)
def test_a_broken_params_file_is_named(path: str, text: str | bytes) -> None:
    with pytest.raises(UsageError, match=rf"^{path}"):
        parameters({path: text})


SEEDING = b"""\
import random, torch
import numpy as np
from numpy.random import default_rng as rng
from sklearn.model_selection import train_test_split
random.seed(1)
np.random.seed(-2)
torch.cuda.manual_seed_all(seed)
split = train_test_split(x, random_state=42)
other = train_test_split(x, random_state=params["seed"], shuffle=None)
draw = rng(0x10); model = Model(seed=None, random_state=True)
make().manual_seed(7)
"""
NOTEBOOK = json.dumps(
    {
        "cells": [
            {"cell_type": "markdown", "source": ["random.seed(9)"]},
            {"cell_type": "code", "source": ["import random\n", "random.seed('a')\n"]},
            {"cell_type": "code", "source": "%matplotlib inline\nrandom.seed(1)"},
        ]
    }
)


def test_seeds_are_found_as_literals_in_code_and_as_other_parameters() -> None:
    files = PLAIN | {
        "train.py": SEEDING,
        "explore.ipynb": NOTEBOOK,
        "params.yaml": "seed: 7\nsplit: {random_state: 3, test_seed: 4, seeds: 5}\nseeded: 1\n",
        "reproof.toml": 'seed = "seed"\n',
        "notes.txt": "random.seed(1)",
    }
    assert [(seed.where, seed.value) for seed in declared_by(files).config.seeds] == [
        ("params.yaml:split.random_state", 3),
        ("params.yaml:split.test_seed", 4),
        ("explore.ipynb:cell 2:2 random.seed", "a"),
        ("train.py:5 random.seed", 1),
        ("train.py:6 numpy.random.seed", -2),
        ("train.py:8 sklearn.model_selection.train_test_split(random_state)", 42),
        ("train.py:10 numpy.random.default_rng", 16),
        ("train.py:11 manual_seed", 7),
    ]


@pytest.mark.parametrize(
    "text",
    [b"seed(", b"\xff seed", b"seed(1)\0", b"seed(" + b"(" * 20_000, b"seed(" + b"-" * 100_000 + b"1)"],
    ids=["half", "no-text", "null-byte", "deep", "long-chain"],
)
@pytest.mark.parametrize("name", ["train.py", "train.ipynb"])
def test_code_that_cannot_be_parsed_has_no_seeds_and_stops_nothing(name: str, text: bytes) -> None:
    assert declared_by(PLAIN | {name: text}).config.seeds == ()


def test_no_more_seeds_are_kept_than_a_record_can_hold() -> None:
    config = declared_by(
        PLAIN | {"train.py": "".join(f"f(seed={number})\n" for number in range(5000))}
    ).config
    assert len(config.seeds) == MOST


def test_variables_are_recorded_by_allow_list_and_without_secrets() -> None:
    config = declared_by(PLAIN | {"params.yaml": "seed: 1\n"}).config
    environ = {
        "OMP_NUM_THREADS": "2",
        "PYTHONHASHSEED": "0",
        "HF_TOKEN": "hf_" + "a" * 30,
        "HOME": "/home/somebody",
        "XLA_FLAGS": "--dump=https://user:secret@example.org",
    }
    found = with_variables(config, environ)
    assert dict(found.variables) == {
        "OMP_NUM_THREADS": "2",
        "PYTHONHASHSEED": "0",
        "XLA_FLAGS": "--dump=https://***@example.org",
    }
    assert found.seeds[-1] == FoundSeed("env:PYTHONHASHSEED", "0")


def test_the_list_of_variables_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/record.md").read_text(encoding="utf-8")
    assert [name for name in VARIABLES if f"`{name}`" not in page] == []


def test_what_a_record_cannot_hold_is_refused_before_anything_is_trained() -> None:
    cases: tuple[tuple[dict[str, str | bytes], str], ...] = (
        ({"params.yaml": "a: " + "x" * 1_000_001}, "the value of a is longer"),
        ({"reproof.toml": 'artifacts = ["../model"]'}, "../model, which lies outside of the repository"),
        ({"reproof.toml": 'artifacts = ["a/../../model"]'}, "cannot be recorded: the name of an output"),
        ({"reproof.toml": 'artifacts = [".git/hooks/x"]'}, "cannot be recorded: the name of an output"),
        ({"reproof.toml": 'predictions = "p.parquet"'}, "the samples of such a file cannot be counted"),
        (
            {"dvc.yaml": "stages: {a: {cmd: x, deps: [/data/x.csv]}}"},
            "the stage a reads /data/x.csv, which lies outside",
        ),
        (
            {"dvc.yaml": "stages: {a: {cmd: x, deps: ['s3://bucket/x.csv']}}"},
            "reads s3:/bucket/x.csv, which lies outside",
        ),
    )
    for files, says in cases:
        with pytest.raises(UsageError, match=re.escape(says)):
            declared_by(PLAIN | files)


def plain_layout(**changes: tuple[str, ...]) -> Layout:
    parts = {"metrics": ("metrics.json",), "artifacts": ("model.bin",)} | changes
    return Layout(("x",), (("train", "x"),), (), (), parts["metrics"], parts["artifacts"], (), None)


def test_results_are_what_the_training_wrote(tmp_path: Path) -> None:
    (tmp_path / "metrics.json").write_text('{"auc": 0.1}')
    before = before_training(str(tmp_path), plain_layout())
    (tmp_path / "metrics.json").write_text('{"auc": 0.9}')
    (tmp_path / "model.bin").write_bytes(b"x")
    results = capture_results(str(tmp_path), plain_layout(), before, Outcome(0, 1.23456))
    assert [(metric.name, metric.value) for metric in results.metrics] == [("auc", 0.9)]
    assert results.seconds == 1.235
    assert [path for path, _ in results.artifacts] == ["model.bin"]


def test_the_same_numbers_written_anew_are_results(tmp_path: Path) -> None:
    (tmp_path / "metrics.json").write_text('{"auc": 0.9}')
    before = before_training(str(tmp_path), plain_layout())
    (tmp_path / "metrics.json").unlink()
    (tmp_path / "metrics.json").write_text('{"auc": 0.9}')
    assert capture_results(str(tmp_path), plain_layout(), before, Outcome(0, 1)).metrics


@pytest.mark.parametrize(
    ("wrote", "says"),
    [
        (None, "wrote no metrics.json"),
        ("{", "metrics.json:1: not JSON"),
        ("{}", "there is no number in metrics.json"),
        ('{"note": "good"}', "there is no number in metrics.json"),
        ("folder", "wrote no metrics.json"),
        ("pipe", "wrote no metrics.json"),
    ],
)
def test_without_a_number_there_is_no_result(tmp_path: Path, wrote: str | None, says: str) -> None:
    before = before_training(str(tmp_path), plain_layout())
    path = tmp_path / "metrics.json"
    if wrote == "folder":
        path.mkdir()
    elif wrote == "pipe":
        os.mkfifo(path)
    elif wrote is not None:
        path.write_text(wrote)
    with pytest.raises(TrainingFailedError, match=says):
        capture_results(str(tmp_path), plain_layout(), before, Outcome(0, 1))


def test_a_metrics_file_of_before_is_no_result(tmp_path: Path) -> None:
    (tmp_path / "metrics.json").write_text('{"auc": 0.9}')
    before = before_training(str(tmp_path), plain_layout())
    with pytest.raises(TrainingFailedError, match="was there before and this training did not write it"):
        capture_results(str(tmp_path), plain_layout(), before, Outcome(0, 1))


def test_artifacts_are_told_by_what_they_hold_and_odd_ones_do_not_stop_us(tmp_path: Path) -> None:
    layout = plain_layout(artifacts=("a.json", "folder", "pipe", "gone"))
    before = before_training(str(tmp_path), layout)
    (tmp_path / "metrics.json").write_text('{"auc": 0.9}')
    (tmp_path / "a.json").write_text('{"x": 1, "y": 2.50}')
    (tmp_path / "folder/deep").mkdir(parents=True)
    (tmp_path / "folder/deep/file").write_text("x")
    os.mkfifo(tmp_path / "pipe")
    os.mkfifo(tmp_path / "folder/pipe")
    first = dict(capture_results(str(tmp_path), layout, before, Outcome(0, 1)).artifacts)
    assert set(first) == {"a.json", "folder"}
    (tmp_path / "a.json").write_text(json.dumps({"y": 2.5, "x": 1}, indent=4))
    assert dict(capture_results(str(tmp_path), layout, before, Outcome(0, 1)).artifacts) == first
    (tmp_path / "folder/deep/file").write_text("y")
    second = dict(capture_results(str(tmp_path), layout, before, Outcome(0, 1)).artifacts)
    assert (second["a.json"] == first["a.json"], second["folder"] == first["folder"]) == (True, False)


def with_predictions(name: str) -> Layout:
    return replace(plain_layout(artifacts=()), predictions=name)


HEAD = b"{'descr': '|u1', 'fortran_order': False, 'shape': (4, 1)}".ljust(69)
NPY = b"\x93NUMPY\x01\x00F\x00" + HEAD + b"\n1234"


@pytest.mark.parametrize(
    ("name", "content", "rows"),
    [
        ("p.jsonl", b'{"p": 1}\n{"p": 2}\n{"p": 3}', 3),
        ("p.json", b"[0.1, 0.2]", 2),
        ("p.npy", NPY, 4),
    ],
    ids=["jsonl", "json", "npy"],
)
def test_predictions_are_told_by_hash_and_number_of_samples(
    tmp_path: Path, name: str, content: bytes, rows: int
) -> None:
    before = before_training(str(tmp_path), with_predictions(name))
    (tmp_path / "metrics.json").write_text('{"auc": 0.9}')
    (tmp_path / name).write_bytes(content)
    outcome = Outcome(0, 2.5, log_tail=tuple(map(str, range(80))), cpu_seconds=3.14159, peak_memory=1 << 20)
    made = capture_results(str(tmp_path), with_predictions(name), before, outcome)
    assert made.predictions == Predictions(name, artifact_hash(str(tmp_path / name)), rows)
    assert (made.cpu_seconds, made.peak_memory, made.log_tail[0], len(made.log_tail)) == (
        3.142,
        1 << 20,
        "30",
        50,
    )


def test_predictions_of_a_table_are_told_by_sample_whatever_their_order(tmp_path: Path) -> None:
    def predicted(text: str) -> Predictions | None:
        (tmp_path / "metrics.json").unlink(missing_ok=True)
        before = before_training(str(tmp_path), with_predictions("p.csv"))
        (tmp_path / "metrics.json").write_text('{"auc": 0.9}')
        (tmp_path / "p.csv").unlink(missing_ok=True)
        (tmp_path / "p.csv").write_text(text)
        return capture_results(str(tmp_path), with_predictions("p.csv"), before, Outcome(0, 1)).predictions

    first = predicted("id,prediction\n1,cat\n2,dog\n")
    assert first is not None
    assert (first.path, first.rows) == ("p.csv", 2)
    assert predicted("prediction,id\r\ndog,2\r\ncat,1\r\n") == first
    assert predicted("id,prediction\n1,dog\n2,dog\n") != first


@pytest.mark.parametrize(
    ("label", "is_kept"),
    [("dog", True), ("ghp_0123456789abcdefABCD", False), ("s3cr3t of a variable", False)],
    ids=["a-word", "a-token", "a-variable's-value"],
)
def test_predictions_are_kept_sample_by_sample_unless_one_is_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, label: str, is_kept: bool
) -> None:
    monkeypatch.setenv("DB_PASSWORD", "s3cr3t of a variable")
    before = before_training(str(tmp_path), with_predictions("p.csv"))
    (tmp_path / "metrics.json").write_text('{"auc": 0.9}')
    (tmp_path / "p.csv").write_text(f"id,prediction\n1,cat\n2,{label}\n")
    made = capture_results(str(tmp_path), with_predictions("p.csv"), before, Outcome(0, 1)).predictions
    assert made is not None
    assert (made.kept is not None) == is_kept
    if made.kept:
        assert kept(made.kept, made.hash).labels == ("cat", "dog")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "wrote no p.csv"),
        (b"\xff", "p.csv: not UTF-8"),
        (b"a,b\n1,2\n", "which column is the prediction"),
        ("old", "was there before"),
    ],
    ids=["none", "no-text", "no-predictions", "stale"],
)
def test_predictions_that_this_training_did_not_write_are_none(
    tmp_path: Path, content: bytes | str | None, says: str
) -> None:
    if content == "old":
        (tmp_path / "p.csv").write_text("a\n1\n")
    before = before_training(str(tmp_path), with_predictions("p.csv"))
    (tmp_path / "metrics.json").write_text('{"auc": 0.9}')
    if isinstance(content, bytes):
        (tmp_path / "p.csv").write_bytes(content)
    with pytest.raises(TrainingFailedError, match=says):
        capture_results(str(tmp_path), with_predictions("p.csv"), before, Outcome(0, 1))


def test_predictions_of_a_size_that_none_have_are_not_read(tmp_path: Path) -> None:
    before = before_training(str(tmp_path), with_predictions("p.csv"))
    (tmp_path / "metrics.json").write_text('{"auc": 0.9}')
    with (tmp_path / "p.csv").open("wb") as handle:
        handle.truncate(1 << 40)
    with pytest.raises(TrainingFailedError, match=r"p\.csv: predictions of more than 1073741824 bytes"):
        capture_results(str(tmp_path), with_predictions("p.csv"), before, Outcome(0, 1))
