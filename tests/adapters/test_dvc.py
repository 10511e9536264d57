"""Trainings with real DVC: every stage is trained anew, missing inputs are pulled, outputs never."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reproof.adapters.command import CommandTrainer
from reproof.adapters.dvc import DvcTrainer, PullingTrainer
from reproof.training.outcome import Outcome
from reproof.training.plan import Plan
from tests.repositories import commit, environment, make_repository
from tests.requires import requires

BIN = str(Path(sys.executable).parent)
PIPELINE = """\
stages:
  prepare:
    cmd: cat raw.txt > ready.txt && date +%N >> ran-prepare
    deps: [raw.txt]
    outs: [ready.txt]
  train:
    cmd: 'echo "{\\"rows\\": 1, \\"auc\\": 0.9}" > metrics.json && date +%N >> ran-train'
    deps: [ready.txt]
    metrics:
    - metrics.json: {cache: false}
"""


def dvc(folder: Path, *words: str) -> None:
    found = environment() | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(["dvc", *words], cwd=folder, env=found, check=True, capture_output=True)


def train(
    folder: Path, *, pull: bool = True, path: str | None = None, command: tuple[str, ...] = ("dvc", "repro")
) -> Outcome:
    environ = environment() | {"PATH": path or f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    programs = CommandTrainer(environ)
    trainer = DvcTrainer(programs) if command == ("dvc", "repro") else programs
    plan = Plan(command, str(folder), 120)
    return PullingTrainer(trainer, programs, ["raw.txt"], pull).train(plan)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pipeline that is up to date, its data at a remote in a folder."""
    folder = make_repository(tmp_path_factory.mktemp("dvc") / "project")
    dvc(folder, "init", "-q")
    (folder / "raw.txt").write_text("1,2\n")
    dvc(folder, "add", "-q", "raw.txt")
    dvc(folder, "remote", "add", "-q", "-d", "store", str(folder.parent / "store"))
    commit(folder, {"dvc.yaml": PIPELINE, ".gitignore": "/raw.txt\n/ready.txt\n/ran-*\n"})
    assert train(folder).succeeded
    dvc(folder, "push", "-q")
    return folder


def runs(folder: Path) -> tuple[int, int]:
    """How often the commands of the two stages really ran."""
    prepared, trained = ((folder / name).read_text().count("\n") for name in ("ran-prepare", "ran-train"))
    return prepared, trained


@requires("dvc")
def test_a_pipeline_that_is_up_to_date_is_trained_all_the_same_in_every_stage(project: Path) -> None:
    prepared, trained = runs(project)
    outcome = train(project)
    assert outcome.succeeded, outcome.log_tail
    assert runs(project) == (prepared + 1, trained + 1)


@requires("dvc")
def test_a_missing_input_is_pulled_and_a_missing_output_is_made(project: Path) -> None:
    prepared, trained = runs(project)
    (project / "raw.txt").unlink()
    (project / "ready.txt").unlink()
    subprocess.run(["rm", "-rf", str(project / ".dvc/cache")], check=True)
    outcome = train(project)
    assert outcome.succeeded, outcome.log_tail
    assert (project / "raw.txt").read_text() == (project / "ready.txt").read_text() == "1,2\n"
    assert runs(project) == (prepared + 1, trained + 1)


@requires("dvc")
def test_a_plain_command_gets_its_missing_inputs_or_is_told_how(project: Path) -> None:
    (project / "raw.txt").unlink()
    refused = train(project, pull=False, command=("cat", "raw.txt"))
    assert refused.problem == "the training command exited with 1; DVC's data is not here: dvc pull raw.txt"
    assert train(project, pull=False, command=("true",)).succeeded, "it does not read them"
    assert train(project, command=("cat", "raw.txt")).log_tail == ("1,2",)


@requires("dvc")
def test_an_input_that_no_remote_has_is_a_failed_pull(project: Path) -> None:
    (project / "raw.txt").unlink()
    subprocess.run(["rm", "-rf", str(project / ".dvc/cache")], check=True)
    (project.parent / "store").rename(project.parent / "away")
    try:
        assert train(project).problem == "`dvc pull` of raw.txt failed"
    finally:
        (project.parent / "away").rename(project.parent / "store")


def test_without_dvc_the_message_is_the_line_that_installs_it(tmp_path: Path) -> None:
    expected = "dvc is not installed in the training's environment: pip install dvc"
    assert train(tmp_path, path="/bin").problem == expected
    assert train(tmp_path, path="/bin", pull=False).problem == expected
