"""The snippets of `hooks/` in the programs that they are for: a real commit is stopped, and passes when mended.

Both come from npm: `REPROOF_HEAVY=1 pytest tests/e2e/test_hook_managers.py`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.github_api import HERE, node_modules

HOOKS = HERE.parent.parent / "hooks"
HEAVY = pytest.mark.skipif("REPROOF_HEAVY" not in os.environ, reason="installs from npm: REPROOF_HEAVY=1")


@HEAVY
@pytest.mark.parametrize("manager", ["lefthook", "husky"])
def test_the_snippet_stops_a_commit_and_lets_a_mended_one_pass(tmp_path: Path, manager: str) -> None:
    modules = node_modules(HERE / "hook_managers")
    programs = [
        str(modules / ".bin"),
        str(modules / "lefthook-linux-x64/bin"),
        str(Path(sys.executable).parent),
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment["PATH"] = os.pathsep.join([*programs, environment["PATH"]])
    environment["GIT_CONFIG_GLOBAL"] = os.devnull

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words, cwd=tmp_path, env=environment, check=False, capture_output=True, text=True, timeout=120
        )

    run("git", "init", "-q", "-b", "main")
    run("git", "config", "user.name", "Ada")
    run("git", "config", "user.email", "ada@example.org")
    if manager == "lefthook":
        shutil.copy(HOOKS / "lefthook.yml", tmp_path)
        assert run("lefthook", "install").returncode == 0
    else:
        (tmp_path / "package.json").write_text('{"name": "project"}\n')
        assert run("husky").returncode == 0
        shutil.copy(HOOKS / "husky-pre-commit", tmp_path / ".husky/pre-commit")
    (tmp_path / "requirements.txt").write_text("numpy\n")
    run("git", "add", "-A")
    refused = run("git", "commit", "-m", "unpinned")
    assert (refused.returncode, "[unpinned-dependency]" in refused.stdout + refused.stderr) == (1, True)
    (tmp_path / "requirements.txt").write_text("numpy==2.1.3\n")
    assert run("git", "commit", "-q", "-m", "mended only in the folder").returncode == 1
    run("git", "add", "-A")
    assert run("git", "commit", "-q", "-m", "mended").returncode == 0
