"""`--staged`: what is staged counts, and not what lies in the folder; with a real git."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BAD = "from sklearn.linear_model import LogisticRegression\nmodel = LogisticRegression(C=0.37)\n"
GOOD = "from sklearn.linear_model import LogisticRegression\nmodel = LogisticRegression(C=params['C'])\n"
IDENTITY = {
    **{f"GIT_{who}_{what}": "x@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    "GIT_CONFIG_GLOBAL": os.devnull,
}


class Repository:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "-q", "-b", "main")

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        return subprocess.run(
            words,
            cwd=self.folder,
            env=inherited | IDENTITY | environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def git(self, *words: str) -> str:
        done = self.run("git", *words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def write(self, path: str, text: str, stage: bool = True) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text)
        if stage:
            self.git("add", "-f", "--", path)

    def staged(self, *words: str, **environment: str) -> tuple[int, list[tuple[str, str, int]]]:
        done = self.run(
            sys.executable, "-m", "reproof", "check", "--staged", "--format", "json", *words, **environment
        )
        assert "Traceback" not in done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout) if done.stdout else []
        return done.returncode, [(each["path"], each["rule"], each["line"]) for each in found]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_the_staged_half_of_a_file_counts(repository: Repository) -> None:
    repository.write("train.py", BAD)
    repository.write("train.py", GOOD, stage=False)
    assert repository.staged() == (1, [("train.py", "hardcoded-hyperparameter", 2)])
    repository.write("train.py", GOOD)
    repository.write("train.py", BAD, stage=False)
    assert repository.staged() == (0, [])


def test_only_what_the_commit_changes_is_looked_at(repository: Repository) -> None:
    repository.write("old.py", BAD)
    repository.git("commit", "-q", "-m", "old")
    repository.write("untracked.py", BAD, stage=False)
    repository.write("new.py", BAD)
    repository.write("gone.py", BAD)
    (repository.folder / "gone.py").unlink()
    repository.git("rm", "-q", "--cached", "old.py")
    assert repository.staged()[1] == [
        ("gone.py", "hardcoded-hyperparameter", 2),
        ("new.py", "hardcoded-hyperparameter", 2),
    ]
    assert repository.staged("new.py")[1] == [("new.py", "hardcoded-hyperparameter", 2)]


def test_files_beside_are_those_of_the_index(repository: Repository) -> None:
    repository.write("requirements.in", "numpy\n")
    repository.write("requirements.txt", "numpy==2.1.3\n", stage=False)
    assert repository.staged()[1] == [("requirements.in", "unpinned-dependency", 1)]
    repository.write("requirements.txt", "numpy==2.1.3\n")
    repository.write("requirements.txt", "", stage=False)
    assert repository.staged() == (0, [])


def test_names_of_a_staged_notebook_are_checked_as_staged(repository: Repository) -> None:
    def notebook(source: str) -> str:
        cell: dict[str, Any] = {
            "cell_type": "code",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": source,
        }
        return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})

    repository.write("n.ipynb", notebook("x"))
    repository.write("n.ipynb", notebook("x = 1"), stage=False)
    assert repository.staged()[1] == [("n.ipynb", "undefined-in-order", 1)]


def test_links_lead_to_what_is_staged_and_nowhere_else(repository: Repository) -> None:
    repository.write("real.py", BAD)
    (repository.folder / "link.py").symlink_to("real.py")
    (repository.folder / "out.py").symlink_to("/etc/passwd")
    (repository.folder / "loop.py").symlink_to("loop.py")
    repository.git("add", "-A")
    assert repository.staged()[1] == [
        ("link.py", "hardcoded-hyperparameter", 2),
        ("loop.py", "invalid-file", 1),
        ("out.py", "invalid-file", 1),
        ("real.py", "hardcoded-hyperparameter", 2),
    ]


def test_odd_names_and_submodules(repository: Repository) -> None:
    for name in ("a b.py", "line\nbreak.py", "-n.py", "é.py"):
        repository.write(name, BAD)
    (repository.folder / "sub").mkdir()
    inner = Repository(repository.folder / "sub")
    inner.write("x.py", BAD)
    inner.git("commit", "-q", "-m", "x")
    repository.git("add", "sub")
    assert [path for path, _, _ in repository.staged()[1]] == ["-n.py", "a b.py", "line\nbreak.py", "é.py"]


def test_the_index_of_a_commit_of_some_files_counts(repository: Repository) -> None:
    hook = repository.folder / ".git/hooks/pre-commit"
    hook.write_text(f"#!/bin/sh\nexec {sys.executable} -m reproof check --staged >&2\n")
    hook.chmod(0o755)
    repository.write("good.py", GOOD)
    repository.write("bad.py", BAD)
    assert repository.run("git", "commit", "-q", "-m", "all").returncode == 1
    assert repository.run("git", "commit", "-q", "-m", "some", "good.py").returncode == 0


def test_from_a_folder_below_all_that_is_staged_there_is_checked(repository: Repository) -> None:
    repository.write("a/train.py", BAD)
    repository.write("b/train.py", BAD)
    done = subprocess.run(
        [sys.executable, "-m", "reproof", "check", "--staged"],
        cwd=repository.folder / "a",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("a/train.py:2:")
    assert "b/train.py" not in done.stdout


@pytest.mark.parametrize("option", ["--fix", "--diff", "--write-baseline"])
def test_staged_content_is_only_looked_at(repository: Repository, option: str) -> None:
    done = repository.run(sys.executable, "-m", "reproof", "check", "--staged", option)
    assert done.returncode == 2


def test_without_git_or_a_repository_there_is_a_message(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "reproof", "check", "--staged"]
    environment = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PATH": str(tmp_path)}
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "needs git" in done.stderr) == (4, True)
    done = subprocess.run(
        words,
        cwd=tmp_path,
        env=os.environ | {"GIT_CEILING_DIRECTORIES": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "git work tree" in done.stderr) == (2, True)
    assert "Traceback" not in done.stderr
