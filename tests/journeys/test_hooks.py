"""A commit is stopped, for real: pre-commit, prek, and git's own hooks, with the hooks of this very tree."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
ANY_IDENTITY = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
}
FLAWED_CODE = "from sklearn.linear_model import LogisticRegression\n\nmodel = LogisticRegression(C=0.37)\n"
GOOD_CODE = (
    "from sklearn.linear_model import LogisticRegression\n\nmodel = LogisticRegression(C=params['C'])\n"
)


def notebook(*, dirty: bool) -> str:
    stream = {"output_type": "stream", "name": "stdout", "text": ["hi\n"]}
    cell: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": 1 if dirty else None,
        "metadata": {},
        "outputs": [stream] if dirty else [],
        "source": ["print('hi')"],
    }
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1) + "\n"


class Project:
    """A git repository to commit in, away from the user's settings and caches."""

    def __init__(self, folder: Path, homes: Path) -> None:
        self.folder = folder
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        self.environment = inherited | ANY_IDENTITY
        self.environment |= {
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "PRE_COMMIT_HOME": str(homes / "pre-commit"),
            "PREK_HOME": str(homes / "prek"),
        }
        folder.mkdir(parents=True, exist_ok=True)
        self.run("git", "init", "-q", "-b", "main")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=180,
            check=False,
        )

    def write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text)

    def commit(self) -> subprocess.CompletedProcess[str]:
        self.run("git", "add", "-A")
        return self.run("git", "commit", "-q", "-m", "work")

    def commits(self) -> int:
        return len(self.run("git", "rev-list", "--all").stdout.split())


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory, homes: Path) -> Project:
    """This tree as it lies here, committed to a repository of its own."""
    project = Project(tmp_path_factory.mktemp("hooks") / "reproof", homes)
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, project.folder / name)
    shutil.copytree(ROOT / "src", project.folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    assert project.commit().returncode == 0
    return project


@pytest.fixture
def project(tmp_path: Path, homes: Path) -> Project:
    return Project(tmp_path / "project", homes)


def flaw(project: Project) -> None:
    project.write("sub folder/train.py", FLAWED_CODE)
    project.write("requirements.txt", "numpy\n")
    project.write("--fix.ipynb", notebook(dirty=True))


def test_the_manifest_is_one_that_pre_commit_takes(project: Project) -> None:
    done = project.run("pre-commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml"))
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("manager", ["pre-commit", "prek"])
def test_every_hook_of_the_manifest_stops_its_flaw(project: Project, hooks: Project, manager: str) -> None:
    flaw(project)
    project.run("git", "add", "-A")
    done = project.run(manager, "try-repo", str(hooks.folder), "--all-files", "--verbose")
    assert done.returncode == 1, done.stdout
    assert done.stdout.count("Failed") == 4, done.stdout
    for says in ("[unpinned-dependency]", "[hardcoded-hyperparameter]", "fixed 2 findings in 1 file"):
        assert says in done.stdout
    assert "sub folder/train.py:3:" in done.stdout
    assert json.loads((project.folder / "--fix.ipynb").read_text()) == json.loads(notebook(dirty=False))


@pytest.mark.parametrize("manager", ["pre-commit", "prek"])
def test_a_commit_is_refused_until_it_is_mended(project: Project, hooks: Project, manager: str) -> None:
    flaw(project)
    revision = hooks.run("git", "rev-parse", "HEAD").stdout.strip()
    ids = ("unpinned-dependencies", "hardcoded-hyperparameters", "dirty-notebooks")
    listed = "".join(f"      - id: {name}\n" for name in ids)
    project.write(
        ".pre-commit-config.yaml",
        f"repos:\n  - repo: {hooks.folder.as_uri()}\n    rev: {revision}\n    hooks:\n{listed}",
    )
    assert project.run(manager, "install").returncode == 0
    refused = project.commit()
    assert (refused.returncode, project.commits()) == (1, 0), refused.stdout
    for says in ("[unpinned-dependency]", "[hardcoded-hyperparameter]", "fixed 2 findings in 1 file"):
        assert says in refused.stdout
    project.write("sub folder/train.py", GOOD_CODE)
    project.write("requirements.txt", "numpy==2.1.3\n")
    accepted = project.commit()  # the notebook was mended by its hook
    assert (accepted.returncode, project.commits()) == (0, 1), accepted.stdout


@pytest.mark.parametrize("manager", ["pre-commit", "prek"])
def test_an_unpinned_dependency_stops_a_commit_until_the_fix_has_pinned_it(
    project: Project, hooks: Project, manager: str
) -> None:
    revision = hooks.run("git", "rev-parse", "HEAD").stdout.strip()
    project.write(
        ".pre-commit-config.yaml",
        f"repos:\n  - repo: {hooks.folder.as_uri()}\n    rev: {revision}\n    hooks:\n"
        "      - id: unpinned-dependencies\n",
    )
    project.write(".gitignore", ".venv/\n")
    project.write("requirements.txt", "numpy>=2  # arrays\n")
    install = notebook(dirty=False).replace("print('hi')", "%pip install -q numpy")
    project.write("explore.ipynb", install)
    project.write("Dockerfile", "FROM python:3.11.9\nRUN pip install 'numpy<3'\n")
    (project.folder / ".venv/lib/python3.11/site-packages/numpy-2.1.3.dist-info").mkdir(parents=True)
    assert project.run(manager, "install").returncode == 0
    refused = project.commit()
    assert (refused.returncode, project.commits()) == (1, 0), refused.stdout
    assert "3 findings in 3 files" in refused.stdout
    project.run("reproof", "check", "--select", "unpinned-dependency", "--fix")
    assert (project.folder / "requirements.txt").read_text() == "numpy==2.1.3  # arrays\n"
    assert (project.folder / "explore.ipynb").read_text() == install.replace("numpy", "numpy==2.1.3")
    accepted = project.commit()
    assert (accepted.returncode, project.commits()) == (0, 1), accepted.stdout


def with_plain_hook(project: Project) -> None:
    (project.folder / "hooks").mkdir()
    shutil.copy(ROOT / "hooks/pre-commit", project.folder / "hooks/pre-commit")
    project.run("git", "config", "core.hooksPath", "hooks")


def test_gits_own_hook_stops_names_with_spaces_and_newlines(project: Project) -> None:
    with_plain_hook(project)
    for name in ("a notebook.ipynb", "line\nbreak.ipynb", "-n.ipynb", "'quoted\".ipynb"):
        project.write(name, notebook(dirty=True))
    refused = project.commit()
    assert (refused.returncode, project.commits()) == (1, 0)
    assert "8 findings in 4 files" in refused.stdout
    project.run("reproof", "check", "--fix")
    assert (project.commit().returncode, project.commits()) == (0, 1)


def test_gits_own_hook_looks_at_staged_files_only(project: Project) -> None:
    with_plain_hook(project)
    project.write("dirty.ipynb", notebook(dirty=True))
    project.write("clean.ipynb", notebook(dirty=False))
    project.run("git", "add", "clean.ipynb")
    done = project.run("git", "commit", "-q", "-m", "clean")
    assert (done.returncode, project.commits()) == (0, 1), done.stdout
    assert "nothing found in 1 file" in done.stdout


def test_gits_own_hook_lets_deletions_and_empty_commits_pass(project: Project) -> None:
    with_plain_hook(project)
    project.write("dirty.ipynb", notebook(dirty=True))
    project.write("staged and gone.ipynb", notebook(dirty=False))
    project.run("git", "add", "-A")
    project.run("git", "commit", "-q", "--no-verify", "-m", "before")
    project.run("git", "rm", "-q", "dirty.ipynb")
    assert project.run("git", "commit", "-q", "-m", "gone").returncode == 0
    assert project.run("git", "commit", "-q", "--allow-empty", "-m", "empty").returncode == 0
    assert project.commits() == 3


def test_gits_own_hook_looks_at_what_is_staged_and_not_at_the_folder(project: Project) -> None:
    with_plain_hook(project)
    for name in ("vanished.ipynb", "mended but not staged.ipynb"):
        project.write(name, notebook(dirty=True))
    project.run("git", "add", "-A")
    (project.folder / "vanished.ipynb").unlink()
    project.write("mended but not staged.ipynb", notebook(dirty=False))
    refused = project.run("git", "commit", "-q", "-m", "half")
    assert (refused.returncode, project.commits()) == (1, 0)
    assert "4 findings in 2 files" in refused.stdout
    project.run("git", "rm", "-q", "--cached", "vanished.ipynb")
    project.run("git", "add", "mended but not staged.ipynb")
    project.write("mended but not staged.ipynb", notebook(dirty=True))
    assert project.run("git", "commit", "-q", "-m", "mended").returncode == 0


def test_the_line_for_husky_and_the_command_for_lefthook_stop_a_flaw(project: Project) -> None:
    project.write("dirty.ipynb", notebook(dirty=True))
    project.run("git", "add", "-A")
    lefthook = yaml.safe_load((ROOT / "hooks/lefthook.yml").read_text())
    for script in (
        ["sh", str(ROOT / "hooks/husky-pre-commit")],
        ["sh", "-c", lefthook["pre-commit"]["commands"]["reproof"]["run"]],
    ):
        done = project.run(*script)
        assert (done.returncode, "2 findings in 1 file" in done.stdout) == (1, True), done.stdout


def test_gits_own_hook_says_what_is_missing(project: Project) -> None:
    with_plain_hook(project)
    project.write("a.ipynb", notebook(dirty=False))
    git = Path(shutil.which("git") or "git").parent
    project.environment["PATH"] = f"{git}{os.pathsep}/bin"
    refused = project.commit()
    assert (refused.returncode, project.commits()) == (1, 0)
    assert "pip install reproof" in refused.stdout
