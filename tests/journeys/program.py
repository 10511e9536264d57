"""The command as a person types it, in a real repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.repositories import environment

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
