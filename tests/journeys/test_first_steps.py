"""What somebody who knows only the README types first, in a plain repository, and what they are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.journeys.program import ran, reproof
from tests.repositories import commit, make_repository

pytestmark = pytest.mark.xdist_group("first-steps")

TRAIN = """\
import json
mean = json.load(open("params.json"))["mean"]
json.dump({"loss": 1 / (3 + mean), "score": mean}, open("metrics.json", "w"))
open("predictions.csv", "w").write(f"id,prediction\\n1,{int(mean > 1)}\\n2,1\\n")
"""
FILES = {
    "train.py": TRAIN,
    "params.json": '{"mean": 0.5, "seed": 7}',
    "requirements.txt": "",
    ".gitignore": "metrics.json\n",
    "pyproject.toml": '[tool.reproof]\npredictions = "predictions.csv"\n',
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "project", FILES)


def test_a_large_move_of_a_training_that_repeats_exactly_is_said_to_be_one(root: Path) -> None:
    ran(root, "run", "--baseline")
    commit(root, {"params.json": '{"mean": 3, "seed": 7}'})
    ran(root, "run")
    said = ran(root, "compare", "--with", "HEAD~1")
    assert said.startswith(
        "⚪ Cannot tell yet: loss (and 1 more) moved, and no tolerance says how far it may\n"
    )
    assert "next: The training repeats exactly, so more runs say nothing." in said
    assert "whether these inputs repeat: no other run of the same code" in said
    assert "equality is that of the metrics and the predictions" in said


def test_lineage_tells_the_runs_that_made_the_predictions(root: Path) -> None:
    made = json.loads(ran(root, "run", "--format", "json"))
    said = ran(root, "lineage", "predictions.csv")
    assert said.startswith(f"predictions.csv  {made['results']['predictions']['hash']}\n")
    assert f"run {made['id']} of" in said


def test_accept_and_compare_tell_one_number_of_runs_that_are_missing(root: Path) -> None:
    ran(root, "run")
    accepted = ran(root, "accept", "HEAD", "-m", "the first")
    assert "trains up to 5 more\n" in accepted
    commit(root, {"params.json": '{"mean": 3, "seed": 7}'})
    ran(root, "run")
    assert "Up to 5 more recorded runs, about" in ran(root, "compare")


def test_what_is_held_against_itself_is_refused_with_the_way_on(root: Path) -> None:
    ran(root, "run")
    done = reproof(root, "compare", "--with", "main")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Name another (`reproof runs` lists them), or record one more of commit" in done.stderr
