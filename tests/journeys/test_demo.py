"""`make demo` ends with a verdict and a report, needs no home to write to, and starts clean."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
SOURCES = (".pre-commit-hooks.yaml", "LICENSE", "README.md", "pyproject.toml", "src", "scripts", "examples")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This tree's sources without git: as a downloaded archive would have them, with an old demo in it."""
    folder = tmp_path_factory.mktemp("demo") / "reproof"
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    (folder / "demo/penguins").mkdir(parents=True)
    (folder / "demo/penguins/old").touch()
    return folder


def tell(tree: Path, home: Path, path: str) -> subprocess.CompletedProcess[str]:
    asked = subprocess.run([BIN / "uv", "cache", "dir"], capture_output=True, text=True, check=True)
    return subprocess.run(
        [sys.executable, "scripts/demo.py"],
        cwd=tree,
        env=os.environ
        | {"PATH": path, "HOME": str(home), "UV_CACHE_DIR": asked.stdout.strip(), "PIP_NO_CACHE_DIR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=400,
        check=False,
    )


def words(line: str) -> tuple[str, ...]:
    """A command line's words; the demo is quieter than a person would be."""
    return tuple(word for word in shlex.split(line) if word != "--quiet")


def commands_of_the_tutorial() -> set[tuple[str, ...]]:
    """All commands in blocks marked `sh`; those marked `shell` prepare, and are not the demo's."""
    page = (ROOT / "docs/tutorial/first-hour.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    return {words(line) for block in blocks for line in block.splitlines()}


def headline(report: str) -> str:
    return next(line for line in report.splitlines() if line.startswith("## "))


def test_the_demo_stops_a_commit_and_reports_on_a_pull_request(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    nowhere = tmp_path / "file/home"  # nothing can be written there, not even by root
    told = tell(tree, nowhere, f"{BIN}{os.pathsep}{os.environ['PATH']}")
    assert told.returncode == 0, told.stdout
    for rule in ("[unpinned-dependency]", "[hardcoded-hyperparameter]", "fixed 2 findings in 1 file"):
        assert rule in told.stdout
    report = json.loads((tree / "demo/report/report.json").read_text())
    assert (report["verdict"], report["baseline"]["distance"]) == ("regressed", 0)
    assert [change["name"] for change in report["changes"]["config"]] == ["model.max_depth"]
    assert [change["name"] for change in report["changes"]["environment"]] == ["scikit-learn"]
    (record,) = (tree / "demo/report").glob("run-*.json")
    installed = json.loads(record.read_text())["environment"]["observed"]["packages"]
    assert installed["scikit-learn"] == "1.8.0"
    assert report["observed"] == []
    assert "Regressed" in (tree / "demo/report/report.md").read_text()
    assert "❌ Regressed" in told.stdout
    for line in told.stdout.rpartition("What it left here:")[2].split("\n"):
        assert not line.strip() or (tree / line.split()[0]).exists()
    assert "\x1b" not in told.stdout
    assert commands_of_the_tutorial() <= {
        words(line.partition("$ ")[2]) for line in told.stdout.splitlines() if line.startswith("  $ ")
    }
    picture = (ROOT / "docs/images/report.md").read_text(encoding="utf-8")
    assert headline(picture) == headline((tree / "demo/report/report.md").read_text(encoding="utf-8"))
    assert not (tree / "demo/penguins/old").exists()


def test_the_demo_names_the_tool_that_is_missing(tree: Path, tmp_path: Path) -> None:
    told = tell(tree, tmp_path, "")
    assert told.returncode == 1
    assert told.stdout.startswith("demo: not on PATH: reproof, git, pre-commit, uv; `make demo`")
