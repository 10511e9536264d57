"""The aspects as they are captured: parameters, seeds, the declared and the observed environment, results."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from reproof.errors import MissingToolError, TrainingFailedError, UsageError
from reproof.runs.capture.environment import declared_environment, observe
from reproof.runs.capture.results import before_training, capture_results
from reproof.runs.layout import Layout
from reproof.runs.record import Seed
from reproof.training.outcome import Outcome
from tests.runs.snapshots import Files, declared_by

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


UV = '[[package]]\nname = "NumPy"\nversion = "2.1.3"\n[[package]]\nname = "torch"\nversion = "2.5"\n'


@pytest.mark.parametrize(
    ("files", "declared", "sources"),
    [
        ({"uv.lock": UV, "requirements.txt": "x"}, {"numpy": "2.1.3", "torch": "2.5"}, ["uv.lock"]),
        ({"poetry.lock": UV}, {"numpy": "2.1.3", "torch": "2.5"}, ["poetry.lock"]),
        (
            {"pylock.toml": UV.replace("package", "packages")},
            {"numpy": "2.1.3", "torch": "2.5"},
            ["pylock.toml"],
        ),
        (
            {"uv.lock": UV + '[[package]]\nname = "torch"\nversion = "2.4"\n'},
            {"numpy": "2.1.3", "torch": "2.4 | 2.5"},
            ["uv.lock"],
        ),
        (
            {
                "requirements.txt": "-r sub/base.txt\nScikit_Learn>=1.6 # why\n\\\n--index-url x\n"
                "A==1 \\\n --hash=sha256:0\n",
                "sub/base.txt": "-c ../constraints.txt\n-r base.txt\nnumpy\n",
                "constraints.txt": "scipy<2; python_version<'4'\n",
            },
            {"scikit-learn": ">=1.6", "a": "==1", "numpy": "", "scipy": "<2"},
            ["requirements.txt", "sub/base.txt", "constraints.txt"],
        ),
        (
            {"pyproject.toml": '[project]\ndependencies = ["a>=1", "b"]'},
            {"a": ">=1", "b": ""},
            ["pyproject.toml"],
        ),
        ({"pyproject.toml": '[project]\ndependencies = "a"'}, {}, []),
        ({"pyproject.toml": "project = 3"}, {}, []),
        ({".python-version": "3.12\n"}, {"python": "3.12"}, [".python-version"]),
        ({}, {}, []),
    ],
)
def test_the_declared_environment(
    files: dict[str, str | bytes], declared: object, sources: list[str]
) -> None:
    found = declared_environment(Files(files))
    assert (dict(found.declared), list(found.sources)) == (declared, sources)


@pytest.mark.parametrize("name", ["uv.lock", "pyproject.toml"])
@pytest.mark.parametrize("text", ["[[", b"\xff", "x = " + "[" * 50_000])
def test_a_broken_lock_is_named(name: str, text: str | bytes) -> None:
    with pytest.raises(UsageError, match=f"^{name}"):
        declared_environment(Files({name: text}))


def test_the_training_s_interpreter_says_what_it_is(tmp_path: Path) -> None:
    observed = observe(sys.executable, str(tmp_path), os.environ)
    assert observed.python == f"CPython {sys.version.split()[0]}"
    assert {"pytest", "gitpython", "hypothesis"} <= dict(observed.packages).keys()
    assert observed.numeric_class
    assert "os" in dict(observed.machine)


def test_it_sees_what_the_training_sees_and_runs_nothing_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('the folder was imported')\n")
    observed = observe(sys.executable, str(tmp_path), {"OMP_NUM_THREADS": "3", "PYTHONPATH": str(tmp_path)})
    assert dict(observed.machine)["OMP_NUM_THREADS"] == "3"


@pytest.mark.parametrize(
    "script",
    ["exit 1", "echo", "echo '{}'", "echo '[]'", "echo '{\"python\": 3}'", "printf '\\377'", "kill -9 $$"],
)
def test_an_interpreter_that_does_not_answer_is_named(tmp_path: Path, script: str) -> None:
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    with pytest.raises(MissingToolError, match="does not answer") as refused:
        observe(str(program), str(tmp_path), os.environ)
    assert "python = " in str(refused.value.hint)


def test_what_is_printed_before_the_answer_does_not_matter(tmp_path: Path) -> None:
    program = tmp_path / "python"
    program.write_text(f'#!/bin/sh\necho "welcome to this cluster"\nexec {sys.executable} "$@"\n')
    program.chmod(0o755)
    assert observe(str(program), str(tmp_path), os.environ).python.startswith("CPython")


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
