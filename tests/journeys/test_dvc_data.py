"""`reproof run` where DVC-tracked data was edited without `dvc add`: never recorded as what it was before."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.program import PATH, ran, reproof
from tests.repositories import commit, environment, git, make_repository
from tests.requires import requires

pytestmark = requires("dvc")
TRAIN = 'import json\njson.dump({"auc": len(open("raw.csv").read())}, open("metrics.json", "w"))\n'
PIPELINE = """\
stages:
  train:
    cmd: python train.py
    deps: [raw.csv, train.py]
    metrics:
    - metrics.json: {cache: false}
"""


def dvc(root: Path, *words: str) -> None:
    found = environment() | {"PATH": PATH, "DVC_SITE_CACHE_DIR": str(root.parent / "site")}
    subprocess.run(["dvc", *words], cwd=root, env=found, check=True, capture_output=True)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_repository(tmp_path_factory.mktemp("edited") / "project")
    dvc(root, "init", "-q")
    (root / "raw.csv").write_text("a,b\n1,2\n")
    dvc(root, "add", "-q", "raw.csv")
    commit(root, {"train.py": TRAIN, ".gitignore": "/raw.csv\nmetrics.json\n", "requirements.txt": ""})
    return root


def recorded(root: Path, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ran(root, "run", "--no-push", "--format", "json", *words))
    return found


def test_edited_data_is_refused_and_with_allow_dirty_recorded_as_it_lies_there(project: Path) -> None:
    before = recorded(project)
    (project / "raw.csv").write_text("a,b\n1,2\n3,4\n")
    refused = reproof(project, "run")
    assert refused.returncode == 2
    assert "raw.csv" in refused.stderr
    assert "dvc add" in refused.stderr
    after = recorded(project, "--allow-dirty")
    digest = hashlib.md5(b"a,b\n1,2\n3,4\n", usedforsecurity=False).hexdigest()
    assert after["data"][0]["hash"] == f"md5:{digest}" != before["data"][0]["hash"]
    assert after["data"][0]["rows"] == 2
    assert after["key"] != before["key"]
    assert after["code"]["patch"] is None


def test_dvc_repro_adds_edited_data_itself_and_the_record_is_the_same(project: Path) -> None:
    commit(project, {"dvc.yaml": PIPELINE})
    (project / "raw.csv").write_text("a,b\n1,2\n5,6\n")
    dirty = recorded(project, "--allow-dirty")
    assert "raw.csv.dvc" in git(project, "status", "--porcelain"), "DVC has added it"
    commit(project, {})
    assert recorded(project)["key"] == dirty["key"]


def test_data_that_the_training_itself_edits_is_no_record(project: Path) -> None:
    git(project, "rm", "-q", "--ignore-unmatch", "dvc.yaml", "dvc.lock")
    dvc(project, "add", "-q", "raw.csv")
    commit(project, {"train.py": TRAIN + 'open("raw.csv", "a").write("5,6\\n")\n'})
    found = reproof(project, "run", "--no-push", DVC_SITE_CACHE_DIR=os.devnull)
    assert (found.returncode, "inputs changed" in found.stderr, "raw.csv" in found.stderr) == (1, True, True)


def test_a_plain_training_in_a_fresh_clone_is_given_its_data(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "project")
    dvc(root, "init", "-q")
    (root / "raw.csv").write_text("a,b\n1,2\n")
    dvc(root, "add", "-q", "raw.csv")
    dvc(root, "remote", "add", "-q", "-d", "store", "../store")
    dvc(root, "push", "-q")
    ignored = "/raw.csv\nmetrics.json\n"
    commit(root, {"train.py": TRAIN, ".gitignore": ignored, "requirements.txt": ""})
    git(tmp_path, "clone", "-q", str(root), "fresh")
    fresh = tmp_path / "fresh"
    commit(fresh, {"reproof.toml": "pull = false\n"})
    unpulled = reproof(fresh, "run", "--no-push")
    assert (unpulled.returncode, "dvc pull raw.csv" in unpulled.stderr) == (5, True)
    git(fresh, "rm", "-q", "reproof.toml")
    commit(fresh, {})
    made = recorded(fresh)
    assert (made["data"][0]["rows"], made["results"]["metrics"][0]["value"]) == (1, 8)
    assert made["key"] == recorded(root)["key"]
