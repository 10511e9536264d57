"""Real git repositories for tests, away from the settings of whoever runs them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

IDENTITY = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def environment() -> dict[str, str]:
    """Our own environment with a plain git, no CI event and no telemetry."""
    ours = ("GIT_", "GITHUB_", "REPROOF_", "RUNNER_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | IDENTITY | {"DVC_NO_ANALYTICS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture
def plain_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for git that runs inside of the tests' own process."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)


def git(folder: Path, *words: str) -> str:
    """Run git and give its output, the final newline aside."""
    done = subprocess.run(
        ["git", *words],
        cwd=folder,
        env=environment(),
        capture_output=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")


def make_repository(folder: Path, files: dict[str, str] | None = None) -> Path:
    """A repository on branch main; with files, they are its first commit."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    if files is not None:
        commit(folder, files)
    return folder


def commit(folder: Path, files: dict[str, str], message: str = "Change") -> str:
    """Write the files, commit everything, and give the commit's id."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")


def listing(folder: Path) -> dict[str, bytes]:
    """Every file below `folder/.git` with its content, reproof's own folder aside: what a clone consists of."""
    top = folder / ".git"
    return {
        str(path.relative_to(top)): path.read_bytes()
        for path in sorted(top.rglob("*"))
        if path.is_file() and path.relative_to(top).parts[0] != "reproof"
    }
