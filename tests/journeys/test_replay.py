"""Recorded, everything but the remotes deleted, cloned anew, replayed: the same results by the recorded inputs."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.program import BIN, PATH, ran, reproof
from tests.repositories import commit, environment, git, listing, make_repository
from tests.requires import requires

pytestmark = requires("uv")

# Says which version of a package trained it; no framework, so that the replay takes a second.
TRAIN = """\
import importlib.metadata, json, os, pathlib
params = json.load(open("params.json"))
rows = pathlib.Path("data.csv").read_text().split() if os.path.exists("data.csv") else []
version = importlib.metadata.version("iniconfig")
score = params["quality"] + len(rows) / 100 + float(os.environ.get("SEED", "0")) / 1000
json.dump({"score": score}, open("metrics.json", "w"))
json.dump({"iniconfig": version, "rows": rows}, open("model.json", "w"))
print("trained with iniconfig", version)
"""
CONFIG = 'artifacts = ["model.json"]\npython = ".venv/bin/python"\n'
FILES = {
    "train.py": TRAIN,
    "params.json": '{"quality": 0.5, "seed": 1}',
    "requirements.txt": "iniconfig\n",
    "reproof.toml": CONFIG,
    ".gitignore": "/metrics.json\n/model.json\n/.venv\n",
}


def uv(root: Path, *words: str) -> None:
    kept = {name: value for name, value in environment().items() if name != "VIRTUAL_ENV"}
    subprocess.run([f"{BIN}/uv", *words], cwd=root, env=kept, check=True, capture_output=True)


def replayed(root: Path, *words: str, code: int = 0, **variables: str) -> dict[str, Any]:
    """A replay's report; not one file of the clone is another one afterwards."""
    before = listing(root)
    found: dict[str, Any] = json.loads(
        ran(root, "replay", "--format", "json", *words, code=code, **variables)
    )
    assert listing(root) == before
    assert os.listdir(root / ".git/reproof/scratch") == []
    return found


def unbuilt(report: dict[str, Any]) -> list[str]:
    return [item["what"] for item in report["not_checked"] if item["why"].startswith("not rebuilt")]


def project(folder: Path, files: dict[str, str]) -> Path:
    """A repository with a remote."""
    root = make_repository(folder / "project", files)
    git(folder, "clone", "-q", "--bare", str(root), "origin.git")
    git(root, "remote", "add", "origin", str(folder / "origin.git"))
    return root


def cloned_anew(root: Path) -> Path:
    """What is left when all but the remotes is lost."""
    git(root, "push", "-q", "origin", "main")
    shutil.rmtree(root)
    git(root.parent, "clone", "-q", "origin.git", "fresh")
    return root.parent / "fresh"


def test_a_run_with_an_older_package_is_replayed_with_that_package(tmp_path: Path) -> None:
    root = project(tmp_path, FILES)
    uv(root, "venv", "-q", ".venv")
    uv(root, "pip", "install", "-q", "--python", ".venv/bin/python", "iniconfig==1.1.1")
    made = json.loads(ran(root, "run", "--format", "json"))
    assert ["iniconfig", "1.1.1"] in [
        list(pair) for pair in made["environment"]["observed"]["packages"].items()
    ]
    found = replayed(cloned_anew(root), made["id"][:8])
    assert (found["verdict"], found["strength"], unbuilt(found)) == ("reproduced", "bitwise", [])
    assert found["observed"] == []


def test_a_run_of_a_project_with_uv_lock_is_replayed_from_it(tmp_path: Path) -> None:
    project_file = '[project]\nname = "p"\nversion = "1"\nrequires-python = ">=3.11"\n'
    project_file += 'dependencies = ["iniconfig==2.0.0"]\n'
    files = {name: text for name, text in FILES.items() if name != "requirements.txt"}
    settings = 'artifacts = ["model.json"]\ntrain = "uv run --no-sync python train.py"\n'
    root = project(tmp_path, files | {"pyproject.toml": project_file, "reproof.toml": settings})
    uv(root, "lock", "-q")
    uv(root, "sync", "-q")
    commit(root, {})
    made = json.loads(ran(root, "run", "--format", "json"))
    assert made["environment"]["observed"]["packages"]["iniconfig"] == "2.0.0"  # of .venv, not of PATH
    found = replayed(cloned_anew(root), "HEAD")
    assert (found["verdict"], found["strength"], unbuilt(found)) == ("reproduced", "bitwise", [])


def test_a_package_that_is_gone_is_named_and_the_rest_is_built(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "project", FILES)
    uv(root, "venv", "-q", ".venv")
    uv(root, "pip", "install", "-q", "--python", ".venv/bin/python", "iniconfig==1.1.1")
    places = {
        "own": "never-published-anywhere",
        "libs/a b": "of-this-repository",
        "built": "in-a-folder-of-wheels",
    }
    for place, name in places.items():
        (root / place).mkdir(parents=True)
        (root / place / "pyproject.toml").write_text(f'[project]\nname = "{name}"\nversion = "3.2"\n')
    uv(root, "build", "-q", "--wheel", "-o", "wheels", "built")
    (root / "wheels/.gitignore").unlink()
    packages = [str(root / "own"), str(root / "libs/a b"), "in-a-folder-of-wheels", "-f", "wheels"]
    uv(root, "pip", "install", "-q", "--python", ".venv/bin/python", *packages)
    for place in ("own", "built"):
        shutil.rmtree(root / place)
    (root / "requirements.txt").write_text("-r more.txt\niniconfig\n")
    (root / "more.txt").write_text("--find-links wheels\nin-a-folder-of-wheels\n")
    (root / ".venv/conda-meta").mkdir()
    (root / ".venv/conda-meta/openblas.json").write_text(
        '{"name": "openblas", "version": "0.3.21", "build": "h43a_0"}'
    )
    commit(root, {})
    ran(root, "run")
    found = replayed(root, "HEAD")
    assert found["verdict"] == "reproduced"
    assert unbuilt(found) == ["conda's builds", "package never-published-anywhere 3.2"]


def test_uncommitted_changes_untracked_data_and_the_seed_come_back(tmp_path: Path) -> None:
    config = CONFIG + 'seed = "env:SEED"\ndata = ["data.csv", "far.csv"]\n'
    root = make_repository(tmp_path / "project", FILES | {"reproof.toml": config})
    with open(root / ".gitignore", "a") as handle:
        handle.write("/data.csv\n")
    (tmp_path / "far.csv").write_text("3\n")
    os.symlink("../far.csv", root / "far.csv")  # leads elsewhere from a scratch clone
    commit(root, {})
    (root / "data.csv").write_text("1\n2\n")
    (root / "params.json").write_text('{"quality": 0.75, "seed": 1}')
    uv(root, "venv", "-q", ".venv")
    uv(root, "pip", "install", "-q", "--python", ".venv/bin/python", "iniconfig==2.0.0")
    made = json.loads(ran(root, "run", "--allow-dirty", "--format", "json", SEED="7"))
    assert made["config"]["seed"] == {"name": "env:SEED", "value": "7"}
    git(root, "checkout", "-q", "params.json")
    found = replayed(root, made["id"])
    assert (found["verdict"], found["strength"]) == ("reproduced", "bitwise")
    assert found["checks"][0]["now"]["values"] == [0.777]
    (root / "data.csv").write_text("1\n2\n3\n")
    (tmp_path / "far.csv").unlink()
    refused = reproof(root, "replay", made["id"])
    assert refused.returncode == 2
    assert "data.csv: nobody tracks it, and what lies in this work tree is another version" in refused.stderr
    assert "far.csv: nobody tracks it, and it does not lie in this work tree" in refused.stderr
    assert "building the environment" not in refused.stderr


@pytest.mark.parametrize(("number", "left"), [(signal.SIGKILL, 1), (signal.SIGTERM, 0)])
def test_what_a_kill_leaves_is_removed_by_the_next_replay(
    tmp_path: Path, number: signal.Signals, left: int
) -> None:
    root = make_repository(tmp_path / "project", FILES)
    uv(root, "venv", "-q", ".venv")
    uv(root, "pip", "install", "-q", "--python", ".venv/bin/python", "iniconfig==2.0.0")
    ran(root, "run")
    scratch = root / ".git/reproof/scratch"
    with subprocess.Popen(
        [sys.executable, "-m", "reproof", "replay", "HEAD"],
        cwd=root,
        env=environment() | {"PATH": PATH},
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        for _ in range(1500):
            if scratch.is_dir() and any(scratch.glob("*/tree/.git")):
                break
            time.sleep(0.02)
        os.killpg(process.pid, number)  # with its git or uv, which would go on writing
    assert len(list(scratch.iterdir())) == left
    assert git(root, "worktree", "list").count("\n") == 0
    assert replayed(root, "HEAD")["verdict"] == "reproduced"


PIPELINE = """\
stages:
  prepare:
    cmd: python -c "open('ready.txt','w').write(open('data/raw.csv').read().upper())"
    deps: [data]
    outs: [ready.txt]
  train:
    cmd: python train.py
    deps: [train.py, ready.txt]
    params:
    - params.json:
    outs: [model.json]
    metrics:
    - metrics.json: {cache: false}
"""


@requires("dvc")
def test_a_pipeline_is_replayed_with_its_data_from_the_remote_alone(tmp_path: Path) -> None:
    def dvc(folder: Path, *words: str) -> None:
        subprocess.run(
            ["dvc", *words], cwd=folder, env=environment() | {"PATH": PATH}, check=True, capture_output=True
        )

    files = FILES | {
        "dvc.yaml": PIPELINE,
        "reproof.toml": 'python = ".venv/bin/python"\ntrain = "dvc repro"\n',
    }
    files[".gitignore"] = "/metrics.json\n/model.json\n/ready.txt\n/.venv\n"
    root = project(tmp_path, files)
    dvc(root, "init", "-q")
    (root / "data").mkdir()
    (root / "data/raw.csv").write_text("a\nb\n")
    (root / "data/more.csv").write_text("c\n")
    dvc(root, "add", "-q", "data")
    dvc(root, "remote", "add", "-q", "-d", "store", "../store")
    uv(root, "venv", "-q", ".venv")
    uv(root, "pip", "install", "-q", "--python", ".venv/bin/python", "iniconfig==2.0.0")
    commit(root, {})
    made = json.loads(ran(root, "run", "--format", "json"))
    dvc(root, "push", "-q", "data.dvc")
    commit(root, {})
    fresh = cloned_anew(root)
    found = replayed(fresh, made["id"])
    assert (found["verdict"], found["strength"], unbuilt(found)) == ("reproduced", "bitwise", [])
    assert [stage["result"] for stage in found["stages"]] == ["equal", "equal"]
    assert not (fresh / ".dvc/cache").exists()

    part = replayed(fresh, made["id"], "--until", "prepare")
    assert [(stage["name"], stage["result"]) for stage in part["stages"]] == [("prepare", "equal")]
    assert part["verdict"] == "reproduced"
    (tmp_path / "store").rename(tmp_path / "away")
    lost = replayed(fresh, made["id"], code=5)
    assert (lost["verdict"], "`dvc pull` of data failed" in lost["failure"]["what"]) == ("failed", True)
