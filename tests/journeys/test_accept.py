"""Accepting results on a real repository: after a drift, after a change, with and without the right to push."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reproof.runs.acceptance import json_schema
from tests.journeys.program import ran, reproof
from tests.journeys.test_runs import FILES, TRAIN, verdict
from tests.repositories import commit, git, make_repository

WHY = "scikit-learn 1.7 changed its default solver"
# Equal losses are no coincidence, as equal scores of a few samples would be.
TRAIN_LOSS = TRAIN.replace("auc", "loss")
PROJECT = {name: text.replace("auc", "loss") for name, text in FILES.items()}
REF = "refs/heads/reproof-records"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A clone of a bare remote."""
    root = make_repository(tmp_path / "project", PROJECT)
    git(tmp_path, "clone", "-q", "--bare", str(root), "origin.git")
    git(root, "remote", "add", "origin", str(tmp_path / "origin.git"))
    return root


def accepted(root: Path, run: str, *words: str, why: str = WHY) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(ran(root, "accept", run, "-m", why, "--format", "json", *words))
    jsonschema.validate(made, json_schema())
    return made


def recorded(root: Path, shift: str = "0") -> str:
    return str(json.loads(ran(root, "run", "--format", "json", SHIFT=shift))["id"])


def test_after_a_drift_the_accepted_results_are_the_expected_ones_for_every_clone(
    root: Path, tmp_path: Path
) -> None:
    old, new = recorded(root), recorded(root, "0.1")
    before = ran(root, "compare", new, code=1)
    assert f"reproof accept {new} -m WHY" in before
    made = accepted(root, new)
    assert (made["to_run"], made["from_runs"], made["why"]) == (new, [old], WHY)
    assert (made["who"], made["head"]) == ("Ada <ada@example.org>", git(root, "rev-parse", "HEAD"))
    path = f"accepted/{made['key'][:2]}/{made['key']}/{made['id']}.json"
    assert json.loads(git(tmp_path / "origin.git", "show", f"{REF}:{path}")) == made

    git(tmp_path, "clone", "-q", "origin.git", "other")
    other = tmp_path / "other"
    said = ran(other, "compare")
    assert said.startswith("✅ Already recorded")
    assert f"accepted by Ada on {made['when'][:10]}: {WHY}" in said
    assert "does not tell how much this varies by itself; more runs of it do:" in said
    assert "reproof run --baseline" in said
    again = recorded(other, "0.1")
    held = json.loads(ran(other, "compare", again, "--format", "json"))
    assert (held["verdict"], held["baseline"]["runs"]) == ("reproduced", [new])
    assert held["baseline"]["accepted"] == {
        "run": new,
        "who": "Ada <ada@example.org>",
        "when": made["when"],
        "why": WHY,
        "self_reported": False,
    }
    assert verdict(other, tmp_path / "o", REPROOF_RETRAIN="always", SHIFT="0.1")["verdict"] == "reproduced"
    assert verdict(other, tmp_path / "o", code=1, REPROOF_RETRAIN="always")["verdict"] == "drifted"
    assert "accepted by Ada on" in (tmp_path / "o/report.md").read_text()
    listed = {run["id"]: run["standing"] for run in json.loads(ran(other, "runs", "--format", "json"))}
    assert listed == {old: "replaced", new: "accepted", again: None}
    assert "trained, accepted" in ran(other, "runs")
    assert f"by Ada <ada@example.org> on {made['when'][:10]}: {WHY}" in ran(other, "show", new)
    assert f"replaced by run {new}" in " ".join(ran(other, "show", old).split())


def test_a_change_that_was_accepted_passes_and_so_does_what_descends_from_it(
    root: Path, tmp_path: Path
) -> None:
    ran(root, "run", "--baseline")
    git(root, "checkout", "-q", "-b", "pull")
    commit(root, {"params.json": '{"quality": 1.0, "seed": 1}'})
    run = recorded(root)
    assert json.loads(ran(root, "compare", "--format", "json", code=1))["verdict"] == "regressed"
    made = accepted(root, "HEAD", why="fewer features on purpose")
    assert (made["to_run"], len(made["from_runs"])) == (run, 2)
    assert made["from_key"] != made["key"]
    asked = reproof(root, "compare", "--with", "main")
    assert asked.returncode == 1
    assert f"run {run} was accepted by " in asked.stderr
    assert "fewer features on purpose" in asked.stderr
    assert verdict(root, tmp_path / "o", REPROOF_RETRAIN="always")["verdict"] == "reproduced"
    commit(root, {"train.py": TRAIN_LOSS + "# the same\n"})
    found = verdict(root, tmp_path / "o")
    assert (found["verdict"], found["baseline"]["runs"]) == ("unchanged", [run])
    assert found["baseline"]["accepted"]["why"] == "fewer features on purpose"
    git(root, "checkout", "-q", "-b", "another", "main")
    commit(root, {"params.json": '{"quality": 1.1, "seed": 1}'})
    assert verdict(root, tmp_path / "o", code=1)["verdict"] == "regressed"


# The noise of the first, second … training, so that chance, of which a verdict allows a little, decides no test.
NOISY = TRAIN_LOSS.replace(
    "noise = ",
    """\
with open(os.environ["TRAININGS"], "a+") as file:
    file.write("x")
    file.seek(0)
    random.seed(len(file.read()))
noise = random.gauss(0, 0.003) + """,
)


def test_runs_within_noise_of_the_accepted_one_stay_its_baseline(root: Path, tmp_path: Path) -> None:
    commit(root, {"train.py": NOISY, "pyproject.toml": '[tool.reproof]\nseed = "seed"\n'})
    noise: dict[str, Any] = {"TRAININGS": str(tmp_path / "trainings")}
    done = reproof(root, "run", "--baseline", **noise)
    assert re.search(
        r"\d runs of this version are recorded: 5 seeds tell how much it varies \(compare.baseline = 5\)\n",
        done.stderr,
    )
    known = [run["id"] for run in json.loads(ran(root, "runs", "--format", "json"))]
    said = ran(root, "accept", known[0], "-m", WHY)
    assert f"what is expected of these inputs from here on: {len(known)} runs\n" in said
    assert "too few" not in said
    assert f"the newest other run of the same inputs, {known[1]} of commit" in said
    found = verdict(root, tmp_path / "o", REPROOF_RETRAIN="always", **noise)
    assert (found["verdict"], found["strength"]) == ("reproduced", "statistical")
    assert len(found["baseline"]["runs"]) == len(known)


def test_too_few_runs_after_an_acceptance_are_said_with_the_command_that_adds_them(root: Path) -> None:
    old = recorded(root)
    new = recorded(root, "0.1")
    said = ran(root, "accept", new, "-m", WHY)
    head = git(root, "rev-parse", "--short=7", "HEAD")
    assert f"no longer counted, since they disagree with it: {old}\n" in said
    assert "what is expected of these inputs from here on: 1 run\n" in said
    assert f"`reproof run --baseline` at {head} trains up to 5 more\n" in said
    done = reproof(root, "run", "--baseline", SHIFT="0.1")
    assert "reproof: 2 runs of this version are recorded: they repeat each other" in done.stderr
    third = recorded(root, "0.1")
    found = json.loads(ran(root, "compare", third, "--with", "HEAD", "--format", "json"))
    assert old not in found["baseline"]["runs"], "what no longer counts does so for a revision neither"
    assert found["verdict"] == "reproduced"
    assert found["baseline"]["accepted"]["run"] == new
    named = json.loads(ran(root, "compare", third, "--with", old, "--format", "json", code=1))
    assert (named["verdict"], named["baseline"]["runs"]) == ("drifted", [old])


def test_an_acceptance_stands_until_the_next(root: Path) -> None:
    old, new = recorded(root), recorded(root, "0.1")
    accepted(root, new)
    assert "was accepted by Ada" in reproof(root, "accept", new, "-m", "again").stderr
    made = accepted(root, old, why="the update was a mistake")
    assert made["from_runs"] == [new]
    for words in ([old], []):
        found = json.loads(ran(root, "compare", *words, "--format", "json"))
        assert (found["verdict"], found["run"], found["baseline"]["runs"]) == ("recorded", old, [old])
    assert json.loads(ran(root, "compare", new, "--format", "json", code=1))["verdict"] == "drifted"


def test_without_the_right_to_push_it_is_kept_said_and_goes_out_with_the_next(
    root: Path, tmp_path: Path
) -> None:
    recorded(root)
    new = recorded(root, "0.1")
    hook = tmp_path / "origin.git/hooks/update"
    hook.write_text("#!/bin/sh\necho 'permission to octo/demo denied' >&2\nexit 1\n")
    hook.chmod(0o755)
    done = reproof(root, "accept", new, "-m", WHY)
    assert (done.returncode, "1 acceptance(s) could not be pushed" in done.stderr) == (0, True)
    assert "the right to push" in done.stderr
    assert "kept in this clone" in done.stderr
    assert json.loads(ran(root, "compare", new, "--format", "json"))["verdict"] == "recorded"
    hook.unlink()
    git(tmp_path, "clone", "-q", "origin.git", "other")
    assert (
        json.loads(ran(tmp_path / "other", "compare", new, "--format", "json", code=1))["verdict"]
        == "drifted"
    )
    recorded(root, "0.1")
    assert json.loads(ran(tmp_path / "other", "compare", new, "--format", "json"))["verdict"] == "recorded"
    kept = accepted(root, recorded(root, "0.2"), "--no-push")
    assert kept["id"] not in git(tmp_path / "origin.git", "ls-tree", "-r", "--name-only", REF)


def test_what_ci_trained_here_is_accepted_by_the_very_commands_that_its_report_shows(
    root: Path, tmp_path: Path
) -> None:
    ran(root, "run", "--baseline")
    git(root, "checkout", "-q", "-b", "pull")
    commit(root, {"params.json": '{"quality": 1.0, "seed": 1}'})
    said = ran(root, "ci", "--output", str(tmp_path / "o"), code=1)
    assert json.loads((tmp_path / "o/report.json").read_text())["verdict"] == "regressed"
    title, *lines = said.partition("\nintended? ")[2].splitlines()
    assert title.startswith("This run is not recorded.")
    commands = [line.split() for line in lines[:2]]
    assert [words[:2] for words in commands] == [["reproof", "run"], ["reproof", "accept"]], (
        "it is checked out"
    )
    for _, *words in commands:
        ran(root, *words)
    assert json.loads(ran(root, "compare", "--format", "json"))["verdict"] == "recorded"


REFUSED = {
    "an unknown run": (
        ("0123abcd", "-m", WHY),
        "neither a recorded run nor a revision",
        "`reproof runs` lists",
    ),
    "a commit whose training failed": (("HEAD~1", "-m", WHY), "no run of HEAD~1", "`reproof run` records"),
    "no message": (("HEAD",), "-m", "usage"),
    "an empty message": (("HEAD", "-m", " \n"), "the reason has 0 characters", "Say why"),
    "an endless message": (("HEAD", "-m", "x" * 5000), "the reason has 5000 characters", "Say why"),
    "uncommitted changes": (("{dirty}", "-m", WHY), "uncommitted changes", "Commit them"),
}


def test_what_cannot_be_accepted_is_refused_with_the_next_step(root: Path) -> None:
    commit(root, {"train.py": "raise SystemExit(3)\n"})
    assert reproof(root, "run").returncode == 5
    commit(root, {"train.py": TRAIN_LOSS})
    recorded(root)
    (root / "params.json").write_text('{"quality": 1.1, "seed": 1}')
    dirty = json.loads(ran(root, "run", "--allow-dirty", "--format", "json"))["id"]
    git(root, "checkout", "-q", "params.json")
    for name, (words, said, hint) in REFUSED.items():
        done = reproof(root, "accept", *(word.format(dirty=dirty) for word in words))
        assert done.returncode == 2, name
        assert said in done.stderr, name
        assert hint in done.stderr, name
        assert "Traceback" not in done.stderr
    nobody = {"GIT_AUTHOR_NAME": "", "GIT_AUTHOR_EMAIL": "", "EMAIL": ""}
    done = reproof(root, "accept", "HEAD", "-m", WHY, **nobody)
    assert (done.returncode, "git config user.name" in done.stderr) == (2, True)
    assert "accepted" not in git(root.parent / "origin.git", "ls-tree", "--name-only", REF)
