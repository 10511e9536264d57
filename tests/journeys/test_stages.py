"""`reproof run --affected` on a real pipeline: only what changed is trained, the rest is taken by its hash."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.program import PATH, reproof
from tests.repositories import commit, environment, git, make_repository
from tests.requires import requires

pytestmark = requires("dvc")
STEP = """\
import pathlib, sys
name, *inputs, output = sys.argv[1:]
pathlib.Path("ran").open("a").write(name + " ")
text = name + "(" + ",".join(pathlib.Path(path).read_text() for path in inputs) + ")"
pathlib.Path(output).write_text('{"auc": %d}' % len(text) if output == "metrics.json" else text)
"""


def pipeline(train: str = "train") -> str:
    return f"""\
stages:
  clean:
    cmd: python step.py clean raw.txt clean.txt
    deps: [raw.txt, step.py]
    outs: [clean.txt]
  features:
    cmd: python step.py features clean.txt features.txt
    deps: [clean.txt, step.py]
    outs: [features.txt]
  train:
    cmd: python step.py {train} features.txt metrics.json
    deps: [features.txt, step.py]
    metrics: [metrics.json: {{cache: false}}]
"""


def record(root: Path, *words: str) -> dict[str, Any]:
    (root / "ran").unlink(missing_ok=True)
    done = reproof(root, "run", "--no-push", "--format", "json", *words, **site(root))
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def site(root: Path) -> dict[str, str]:
    return {"DVC_SITE_CACHE_DIR": str(root.parent / "site")}


def trained(root: Path) -> list[str]:
    path = root / "ran"
    return path.read_text().split() if path.exists() else []


def verdict(root: Path, one: str, other: str) -> dict[str, Any]:
    done = reproof(root, "compare", one, "--with", other, "--format", "json")
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def reused(found: dict[str, Any]) -> dict[str, str]:
    return {stage["name"]: stage["reused"] for stage in found["results"]["stages"] if stage["reused"]}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = make_repository(tmp_path / "project", {"raw.txt": "raw", "step.py": STEP, "dvc.yaml": pipeline()})
    dvc = shutil.which("dvc", path=PATH)
    assert dvc

    subprocess.run([dvc, "init", "-q"], cwd=root, check=True, env=environment() | site(root))
    commit(root, {".gitignore": "/clean.txt\n/features.txt\n/ran\nmetrics.json\n", "requirements.txt": ""})
    return root


def test_what_changed_is_trained_and_the_rest_is_taken_from_the_recorded_run(root: Path) -> None:
    first = record(root)
    assert (trained(root), reused(first)) == (["clean", "features", "train"], {})
    nothing = reproof(root, "run", "--affected", **site(root))
    assert (nothing.returncode, nothing.stdout) == (0, "")
    assert "nothing to train" in nothing.stderr

    commit(root, {"dvc.yaml": pipeline("train2")})
    (root / "features.txt").write_text("spoilt by hand")  # and clean.txt is gone
    (root / "clean.txt").unlink()
    second = record(root, "--affected")
    assert trained(root) == ["train2"]
    assert reused(second) == {"clean": first["id"], "features": first["id"]}
    assert (root / "features.txt").read_text() == "features(clean(raw))", "out of DVC's cache, by its hash"
    whole = record(root)
    assert trained(root) == ["clean", "features", "train2"], "a run without the flag takes nothing"
    assert whole["results"]["metrics"] == second["results"]["metrics"]
    assert [stage["outputs"] for stage in whole["results"]["stages"]] == [
        stage["outputs"] for stage in second["results"]["stages"]
    ]

    digest = whole["results"]["stages"][1]["outputs"]["features.txt"].removeprefix("md5:")
    (root / ".dvc/cache/files/md5" / digest[:2] / digest[2:]).unlink()  # it cannot be taken
    (root / "features.txt").unlink()
    third = record(root, "--affected")
    assert trained(root) == ["features", "train2"]
    assert reused(third) == {"clean": whole["id"]}, "the newest run that trained it"
    told = verdict(root, third["id"], whole["id"])
    assert told["verdict"] == "undecided", "a third of it was trained once"
    assert told["stages"] == [
        {"name": "clean", "result": "unknown", "after": []},
        {"name": "features", "result": "equal", "after": ["clean"]},
        {"name": "train", "result": "equal", "after": ["features"]},
    ]
    assert {
        "what": "whether clean repeats",
        "why": f"taken from run {whole['id']}, not trained again",
    } in told["not_checked"]
    assert verdict(root, whole["id"], second["id"])["verdict"] == "reproduced", "all of it was trained twice"
    itself = reproof(root, "compare", whole["id"], "--with", whole["id"], "--format", "json")
    assert (itself.returncode, itself.stdout) == (2, ""), "a run is not held against itself"

    shutil.rmtree(root / ".dvc/cache")
    (root / "clean.txt").write_text("spoilt by hand")
    assert reused(record(root, "--affected")) == {}, "what cannot be had by its hash is trained"
    assert trained(root) == ["clean", "features", "train2"]


def test_what_has_no_stages_to_take_and_what_must_train_all_are_refused(root: Path) -> None:
    both = reproof(root, "run", "--affected", "--baseline")
    assert (both.returncode, "--repeat out" in both.stderr) == (2, True)
    plain = reproof(root, "run", "--affected", "--", sys.executable, "step.py")
    assert (plain.returncode, "plain command" in plain.stderr) == (2, True)
    assert trained(root) == []
    assert git(root, "status", "--porcelain") == ""
