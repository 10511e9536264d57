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


def test_a_file_that_the_training_writes_and_nobody_declared_is_told_with_three_ways(root: Path) -> None:
    commit(root, {"pyproject.toml": ""})
    done = reproof(root, "run")
    assert (done.returncode, done.stdout) == (1, "")
    assert "new while the training ran, and an input from here on: predictions.csv\n" in done.stderr
    assert "It is still there; of this training nothing was recorded." in done.stderr
    for way in (
        '`predictions = "predictions.csv"` in [tool.reproof]',
        '`artifacts = ["predictions.csv"]` in [tool.reproof]',
        "`/predictions.csv` in .gitignore",
    ):
        assert way in done.stderr
    commit(root, {"pyproject.toml": FILES["pyproject.toml"], "predictions.csv": ""})
    assert "recorded run" in ran(root, "run")
    commit(root, {"train.py": TRAIN.replace("predictions.csv", "model.npz"), "pyproject.toml": ""})
    (root / "predictions.csv").unlink()
    commit(root, {})
    said = reproof(root, "run").stderr
    assert 'artifacts = ["model.npz"]' in said
    assert "`predictions = " not in said


def test_what_is_no_finite_number_is_noted_and_written_alike_everywhere(root: Path) -> None:
    odd = TRAIN.replace('"score": mean', '"f1": float("nan"), "ratio": float("-inf"), "score": mean')
    commit(root, {"train.py": odd})
    done = reproof(root, "run")
    assert ": f1 is NaN, ratio is −∞: recorded as it is" in done.stderr  # noqa: RUF001
    commit(root, {"params.json": '{"mean": 3, "seed": 7}'})
    ran(root, "run")
    places = {
        "run": done.stdout,
        "runs": ran(root, "runs"),
        "show": ran(root, "show", "HEAD"),
        "diff": ran(root, "diff", "HEAD~1", "HEAD"),
        "accept": ran(root, "accept", "HEAD", "-m", "odd"),
        "compare": ran(root, "compare", "HEAD", "--with", "HEAD~1"),
    }
    for place, said in places.items():
        assert "NaN" in said, place
        assert "−∞" in said, place  # noqa: RUF001
        assert not {"nan", "inf", "-inf", "Infinity"} & set(said.split()), place


def test_a_run_of_uncommitted_changes_has_a_legend(root: Path) -> None:
    ran(root, "run")
    assert "*" not in reproof(root, "runs").stderr
    (root / "params.json").write_text('{"mean": 2, "seed": 7}')
    ran(root, "run", "--allow-dirty")
    assert "reproof: * trained with uncommitted changes" in reproof(root, "runs").stderr


BEHIND = "has no option '--fast'\n  An option of the training's own goes behind `--`: {}\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("run", "--alow-dirty"), "has no option '--alow-dirty'\n  Did you mean `--allow-dirty`?\n"),
        (
            ("run", "python", "train.py", "--fast"),
            BEHIND,
        ),
        (("run", "--fast"), BEHIND),
        (("compare", "--wiht=main"), "has no option '--wiht=main'\n  Did you mean `--with`?\n"),
        (
            ("compare", "main", "topic"),
            (
                "takes RUN, and 'topic' is one word too many\n"
                "  Hold two runs against each other: `reproof compare RUN --with RUN`.\n"
            ),
        ),
        (("runs", "--everything"), "has no option '--everything'\n  See `reproof runs --help`.\n"),
    ],
)
def test_an_option_that_there_is_not_is_told_with_the_one_that_is_meant(
    root: Path, words: tuple[str, ...], says: str
) -> None:
    done = reproof(root, *words)
    assert (done.returncode, done.stdout) == (2, "")
    says = says.format("`reproof run -- python train.py --fast`")
    assert done.stderr == f"reproof: `reproof {words[0]}` {says}"


def test_an_artifact_that_is_declared_and_not_written_is_named(root: Path) -> None:
    commit(root, {"pyproject.toml": FILES["pyproject.toml"] + 'artifacts = ["model.npz"]\n'})
    ran(root, "run", "--repeat", "2")
    said = ran(root, "compare")
    assert said.startswith("✅ Reproduced, the same prediction for every sample\n")
    assert "  model.npz: declared as an artifact, and this run did not write it\n" in said
    assert "  artifacts: none was written, so equality is that of the metrics and the predictions\n" in said
    assert "  artifacts that were not written\n    model.npz\n" in ran(root, "show", "HEAD")
