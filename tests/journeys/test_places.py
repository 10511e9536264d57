"""The command where a repository is not the plain one: in hooks, folders, linked and shallow trees, odd names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.program import PATH, ran
from tests.repositories import commit, environment, git, make_repository

FILES = {
    "train.py": "import json\njson.dump({'auc': 0.9}, open('metrics.json', 'w'))\n",
    "requirements.txt": "",
    ".gitignore": "metrics.json\n",
}


def run(folder: Path, *words: str, **variables: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(ran(folder, "run", "--format", "json", *words, code=0, **variables))
    return made


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "project", FILES)


def test_in_a_folder_inside_the_project_is_the_project(root: Path) -> None:
    (root / "deep").mkdir()
    assert run(root / "deep")["code"]["commit"] == git(root, "rev-parse", "HEAD")
    assert (root / "metrics.json").exists()


def test_a_linked_work_tree_records_its_own_commit_where_all_see_it(root: Path, tmp_path: Path) -> None:
    git(root, "worktree", "add", "-q", "-b", "linked", str(tmp_path / "linked"))
    head = commit(tmp_path / "linked", {"other.py": ""})
    made = run(tmp_path / "linked")
    assert made["code"]["commit"] == head
    assert json.loads(ran(root, "show", made["id"], "--format", "json")) == made


def test_a_hook_of_another_repository_records_where_it_stands(root: Path, tmp_path: Path) -> None:
    other = make_repository(tmp_path / "other", {"x": ""})
    hook = other / ".git/hooks/post-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ncd '{root}' && exec '{sys.executable}' -m reproof run\n")
    hook.chmod(0o755)
    made = environment() | {"PATH": PATH, "GIT_INDEX_FILE": str(other / ".git/index")}
    done = subprocess.run(
        ["git", "commit", "--allow-empty", "-m", "x"], cwd=other, env=made, capture_output=True, check=True
    )
    assert b"recorded run" in done.stdout + done.stderr
    (listed,) = json.loads(ran(root, "runs", "--format", "json"))
    assert listed["commit"] == git(root, "rev-parse", "HEAD")
    assert not (other / ".git/reproof").exists()


def test_names_that_are_not_utf_8_are_recorded_in_a_dirty_tree_too(root: Path) -> None:
    with open(os.fsencode(root) + b"/caf\xe9.py", "wb") as handle:
        handle.write(b"# \xe9\n")
    made = run(root, "--allow-dirty")
    assert "caf\udce9.py" in made["code"]["files"]
    assert json.loads(ran(root, "show", made["id"], "--format", "json")) == made
    shown = ran(root, "show", made["id"])
    assert "\\udce9" in shown


def test_bytecode_is_no_dirt_and_another_file_is(root: Path) -> None:
    commit(root, {"src/model.py": "", "train.py": "import src.model\n" + FILES["train.py"]})
    run(root, PYTHONDONTWRITEBYTECODE="")
    assert list((root / "src/__pycache__").iterdir())
    run(root, PYTHONDONTWRITEBYTECODE="")


def test_a_command_on_the_line_is_trained_and_is_in_the_key(root: Path) -> None:
    plain = run(root)
    other = run(root, "--", "python", "train.py", "--fast")
    assert other["config"]["commands"] == {"train": "python train.py --fast"}
    assert other["key"] != plain["key"]


def test_several_trainings_are_several_runs(root: Path) -> None:
    made = json.loads(ran(root, "run", "--repeat", "3", "--format", "json"))
    assert len({one["id"] for one in made}) == 3
    assert [one["id"] for one in json.loads(ran(root, "runs", "--format", "json"))] == [
        one["id"] for one in reversed(made)
    ]


def test_what_cannot_be_pushed_is_said_kept_and_pushed_with_the_next(root: Path, tmp_path: Path) -> None:
    git(root, "remote", "add", "origin", str(tmp_path / "origin.git"))
    first = run(root)
    git(tmp_path, "init", "-q", "--bare", "origin.git")
    second = run(root)
    git(tmp_path, "clone", "-q", str(root), "other")
    git(tmp_path / "other", "remote", "set-url", "origin", str(tmp_path / "origin.git"))
    listed = json.loads(ran(tmp_path / "other", "runs", "--format", "json"))
    assert [one["id"] for one in listed] == [second["id"], first["id"]]
