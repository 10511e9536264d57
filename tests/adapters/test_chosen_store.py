"""The store that the configuration chooses, through the commands as a person types them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repositories import commit, environment, make_repository

TRAIN = 'open("metrics.json", "w").write(\'{"auc": 0.5}\')\n'


def reproof(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "reproof", *words],
        cwd=root,
        env=environment() | {"MLFLOW_ALLOW_FILE_STORE": "true", "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("kind", ["branch", "folder", "mlflow"])
def test_a_run_is_recorded_listed_and_shown_from_the_chosen_store(tmp_path: Path, kind: str) -> None:
    root = tmp_path / "project"
    settings = {"folder": f'path = "{tmp_path}/shared"', "mlflow": f'uri = "file://{tmp_path}/mlruns"'}
    text = f'[store]\nkind = "{kind}"\n{settings.get(kind, "")}\n'
    make_repository(root, {"train.py": TRAIN, "reproof.toml": text, ".gitignore": "metrics.json\n"})
    recorded = reproof(root, "run", "--repeat", "3", "--", sys.executable, "train.py")
    assert recorded.returncode == 0, recorded.stderr
    listed = json.loads(reproof(root, "runs", "--format", "json").stdout)
    assert len(listed) == 3
    shown = reproof(root, "runs", "--limit", "2")
    assert len(shown.stdout.splitlines()) == 3
    assert "--limit 0 lists all" in shown.stderr
    assert "auc" in reproof(root, "show", listed[0]["id"]).stdout
    assert (tmp_path / "shared").is_dir() == (kind == "folder")
    assert (tmp_path / "mlruns").is_dir() == (kind == "mlflow")
    assert (root / ".git/reproof/records.git").is_dir() == (kind == "branch")


def test_runs_that_the_commits_of_the_line_carry_are_listed_once_and_shown(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "project", {"train.py": TRAIN, "metrics.json": '{"auc": 0.25}'})
    first = commit(root, {"README.md": "No input of the training."})
    second = commit(root, {"metrics.json": '{"auc": 0.75}', "train.py": "pass\n"})
    answer = reproof(root, "runs", "--format", "json")
    # Commits of one second have no order by time, so the two are told apart by what they carry.
    listed = sorted(json.loads(answer.stdout), key=lambda run: -run["metrics"]["auc"])
    assert [run["metrics"]["auc"] for run in listed] == [0.75, 0.25]
    assert listed[0]["commit"] == second
    assert listed[1]["commit"] != first  # the oldest that carries it
    assert "0.25" in reproof(root, "show", listed[1]["id"]).stdout
    assert "0.25" in reproof(root, "show", "HEAD~1").stdout
    assert "carry" in reproof(root, "runs").stderr


def test_a_limit_below_zero_is_refused(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "project", {"train.py": TRAIN})
    answer = reproof(root, "runs", "--limit", "-1")
    assert answer.returncode == 2
    assert "--limit" in answer.stderr
