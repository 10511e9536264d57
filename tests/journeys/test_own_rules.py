"""A pull request that changes the rules it is judged by, in the job that measures and in the one that checks."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.program import pull_request, reproof
from tests.repositories import commit, git, make_repository

TRAIN = """\
import json
rate = json.load(open("params.json"))["rate"]
json.dump({"auc": 0.9 - rate}, open("metrics.json", "w"))
"""
RULES = """\
[tool.reproof]
train = "python train.py"
params = ["params.json"]
metrics = ["metrics.json"]
"""
STRICT = "[tool.reproof.compare.metrics.auc]\ntolerance = 0.01\n"
LOOSE = "[tool.reproof.compare]\nfail-on = []\n[tool.reproof.compare.metrics.auc]\ntolerance = 9\n"
OWN_STORE = '[tool.reproof.store]\nkind = "folder"\npath = "../mine"\n'
FILES = {
    "train.py": TRAIN,
    "params.json": '{"rate": 0.1}',
    ".gitignore": "metrics.json\n",
    "pyproject.toml": RULES + STRICT,
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a recorded `main`, on its branch `topic`."""
    root = make_repository(tmp_path / "project", FILES)
    assert reproof(root, "run", "--baseline").returncode == 0
    git(root, "switch", "--quiet", "--create", "topic")
    return root


def report_of(root: Path) -> dict[str, Any]:
    made: dict[str, Any] = json.loads((root.parent / "report/report.json").read_text())
    return made


@pytest.mark.parametrize(
    ("rules", "part"),
    [
        (RULES + LOOSE, "compare"),
        (RULES, "compare"),
        (RULES + STRICT + OWN_STORE, "store"),
        (RULES + STRICT + '[tool.reproof.store]\nref = "refs/heads/mine"\n', "store"),
    ],
    ids=["loose", "emptied", "own-folder", "own-ref"],
)
def test_the_base_s_rules_hold_in_the_job_that_measures(project: Path, rules: str, part: str) -> None:
    commit(project, {"params.json": '{"rate": 0.3}', "pyproject.toml": rules})
    if rules.endswith(OWN_STORE):  # runs that it brings along, of the very inputs that it declares
        assert reproof(project, "run", "--repeat", "2").returncode == 0
        assert list((project.parent / "mine").rglob("*.json"))
        (project / "metrics.json").unlink()
    code, said = pull_request(project)
    report = report_of(project)
    assert (code, report["verdict"], report["retrains"]) == (1, "regressed", 1), said
    assert f"the changed [tool.reproof.{part}]" in [item["what"] for item in report["not_checked"]]


def test_a_clone_without_the_base_is_judged_as_it_says(project: Path, tmp_path: Path) -> None:
    """Where the history was not fetched there is nothing to be held against, whatever the rules."""
    commit(project, {"params.json": '{"rate": 0.3}', "pyproject.toml": RULES + LOOSE})
    shallow = tmp_path / "other" / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=topic", f"file://{project}", str(shallow))
    event = (project, shallow)
    ends = {side: git(event[0], "rev-parse", side) for side in ("topic", "main")}
    git(shallow, "update-ref", "refs/heads/topic", ends["topic"])
    shutil.copy(project / ".git/HEAD", shallow / ".git/HEAD")
    own = {"id": 1, "full_name": "octo/demo", "default_branch": "main"}
    told = {
        "number": 7,
        "user": {"login": "eve"},
        "head": {"ref": "topic", "sha": ends["topic"], "repo": own},
        "base": {"ref": "main", "sha": ends["main"], "repo": own},
    }
    path = tmp_path / "event.json"
    path.write_text(json.dumps({"action": "opened", "pull_request": told, "repository": own}))
    done = reproof(
        shallow,
        *("ci", "--output", str(tmp_path / "report")),
        GITHUB_EVENT_NAME="pull_request",
        GITHUB_EVENT_PATH=str(path),
        GITHUB_REPOSITORY="octo/demo",
    )
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "report/report.json").read_text())["verdict"] == "no-baseline"


def test_attributes_hide_no_finding_from_the_check(project: Path) -> None:
    """Git shows no lines of what the change's own `.gitattributes` calls binary."""
    bad = "from sklearn.linear_model import LogisticRegression\nmodel = LogisticRegression(C=0.3)\n"
    commit(project, {"model.py": bad, ".gitattributes": "*.py -diff\n"})
    code, said = pull_request(project, REPROOF_ACTIVITY="check")
    assert (code, "model.py:2" in said) == (1, True), said


def test_a_change_that_silences_the_check_is_told(project: Path) -> None:
    bad = "from sklearn.linear_model import LogisticRegression\nmodel = LogisticRegression(C=0.3)\n"
    silent = '[tool.reproof.check]\nexclude = ["model.py"]\n'
    commit(project, {"model.py": bad, "pyproject.toml": RULES + STRICT + silent})
    _, said = pull_request(project, REPROOF_ACTIVITY="check")
    assert "this change also changes [tool.reproof.check]" in said
    assert "this change also changes" in (project.parent / "summary.md").read_text()
