"""The command as a person types it, in a real repository."""

from __future__ import annotations

import atexit
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from tests import forked
from tests.repositories import environment, git

COMMAND = [sys.executable, "-m", "reproof"]
BIN = os.path.dirname(sys.executable)
PATH = os.pathsep.join([BIN, os.environ.get("PATH", os.defpath)])  # `python` and `dvc` are ours


@functools.cache
def bare_path() -> str:
    """`dvc` is ours, and `python` has no packages: with NumPy each training would be asked how it computes.

    That question, and packages at all, are for the journeys that say `PATH=PATH` or make an environment.
    """
    folder = tempfile.mkdtemp(prefix="reproof-bare-")
    atexit.register(shutil.rmtree, folder)
    venv.create(folder, symlinks=True)
    return os.pathsep.join([f"{folder}/bin", PATH])


def reproof(root: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `reproof WORDS` in a folder, away from the settings of whoever runs the tests."""
    return forked.reproof(words, root, environment() | {"PATH": bare_path()} | variables)


def ran(root: Path, *words: str, code: int = 0, **variables: str) -> str:
    """The same; its output, with the exit code looked at, and that no traceback was printed."""
    done = reproof(root, *words, **variables)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def pull_request(root: Path, **variables: str) -> tuple[int, str]:
    """`reproof ci` on the pull request of `topic`: its exit code, and what it printed."""
    own = {"id": 1, "full_name": "octo/demo", "default_branch": "main"}
    ends = {side: git(root, "rev-parse", side) for side in ("topic", "main")}
    event = {
        "action": "opened",
        "pull_request": {
            "number": 7,
            "user": {"login": "eve"},
            "head": {"ref": "topic", "sha": ends["topic"], "repo": own},
            "base": {"ref": "main", "sha": ends["main"], "repo": own},
        },
        "repository": own,
    }
    path = root.parent / "event.json"
    path.write_text(json.dumps(event))
    done = reproof(
        root,
        "ci",
        "--output",
        str(root.parent / "report"),
        GITHUB_EVENT_NAME="pull_request",
        GITHUB_EVENT_PATH=str(path),
        GITHUB_REPOSITORY="octo/demo",
        GITHUB_STEP_SUMMARY=str(root.parent / "summary.md"),
        GITHUB_OUTPUT=str(root.parent / "outputs"),
        **variables,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr
