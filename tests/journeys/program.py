"""The command as a person types it, in a real repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.repositories import environment, git

COMMAND = [sys.executable, "-m", "reproof"]
BIN = os.path.dirname(sys.executable)
PATH = os.pathsep.join([BIN, os.environ.get("PATH", os.defpath)])  # `python` and `dvc` are ours


def reproof(root: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `reproof WORDS` in a folder, away from the settings of whoever runs the tests."""
    return subprocess.run(
        [*COMMAND, *words],
        cwd=root,
        env=environment() | {"PATH": PATH} | variables,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        stdin=subprocess.DEVNULL,
    )


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
