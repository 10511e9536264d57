"""A seed in a params file is changed alone; and what a training really saw is what its record says."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from reproof.adapters.git import GitRepository
from reproof.config import Config
from reproof.errors import UsageError
from reproof.runs.declared import declare
from reproof.runs.record import Seed
from reproof.training.plan import Plan
from reproof.training.seeding import seed_in_force, set_parameter, with_seed
from tests.journeys.program import PATH, ran
from tests.repositories import commit, environment, make_repository
from tests.requires import requires

CHANGES = {
    "YAML keeps its comments": (
        "p.yaml",
        "a: 1\nt:\n  seed: 3  # why\n",
        "t.seed",
        "a: 1\nt:\n  seed: 7  # why\n",
    ),
    "YAML in one line": ("p.yaml", "é: {seed: 3, x: 1}\n", "é.seed", "é: {seed: 7, x: 1}\n"),
    "a key with a dot": ("p.yaml", "a.b: 3\na: {b: 1}\n", "a.b", "a.b: 7\na: {b: 1}\n"),
    "TOML in its own table": (
        "p.toml",
        "seed = 1\n[t]\nseed = 3\n",
        "t.seed",
        "seed = 1\n[t]\nseed = 7\n",
    ),
    "JSON": ("p.json", '{"seed": 3}', "seed", '{\n  "seed": 7\n}\n'),
}


@pytest.mark.parametrize(("path", "text", "name", "expected"), CHANGES.values(), ids=CHANGES)
def test_the_value_is_changed_and_nothing_else(path: str, text: str, name: str, expected: str) -> None:
    assert set_parameter(text.encode(), path, name, 7).decode() == expected


REFUSED = {
    "no such name": ("p.yaml", "a: 1\n", "seed"),
    "an anchor, which stands in two places": ("p.yaml", "a: &x 3\nb: *x\n", "a"),
    "a list": ("p.yaml", "[1]\n", "seed"),
}


@pytest.mark.parametrize(("path", "text", "name"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_changed_alone_is_refused(path: str, text: str, name: str) -> None:
    with pytest.raises(UsageError):
        set_parameter(text.encode(), path, name, 7)


TRAIN = """\
import json, os, sys
seed = {"env": os.environ.get("SEED"), "arg": sys.argv[-1], "file": json.load(open("params.json")).get("seed")}
json.dump({"auc": 0.5, "seen": int(seed[sys.argv[1]])}, open("metrics.json", "w"))
"""
STAGE = """\
stages:
  train:
    cmd: python train.py {way} --seed 5
    deps: [train.py]
    params: [{{params.json: }}]
    metrics: [metrics.json: {{cache: false}}]
"""


@pytest.mark.parametrize("dvc", [False, pytest.param(True, marks=requires("dvc"))], ids=["plain", "dvc"])
@pytest.mark.parametrize(
    ("way", "declared", "value"), [("env", "env:SEED", "7"), ("arg", "arg:--seed", "5"), ("file", "seed", 3)]
)
def test_the_recorded_seed_is_the_one_that_the_training_saw(
    tmp_path: Path, way: str, declared: str, value: object, dvc: bool
) -> None:
    files = {
        "train.py": TRAIN,
        "params.json": '{"seed": 3}',
        "requirements.txt": "",
        ".gitignore": "metrics.json\n",
        "reproof.toml": f"seed = '{declared}'\n"
        + ("" if dvc else f"train = 'python train.py {way} --seed 5'\n"),
    }
    if dvc:
        files["dvc.yaml"] = STAGE.format(way=way)
    root = make_repository(tmp_path / "project", files)
    if dvc:
        subprocess.run(["dvc", "init", "-q"], cwd=root, env=environment() | {"PATH": PATH}, check=True)
        commit(root, {})
    record = json.loads(ran(root, "run", "--no-push", "--format", "json", SEED="7"))
    assert record["config"]["seed"] == {"name": declared, "value": value}
    seen = [metric["value"] for metric in record["results"]["metrics"] if metric["name"] == "seen"]
    assert seen == [int(str(value))], "what is recorded is what decided"
    found = {one["where"]: one["value"] for one in record["config"]["seeds"]}
    expected = {} if way == "arg" else {"command of train: --seed": "5"}
    assert found == expected | ({} if way == "file" else {"params.json:seed": 3})


def test_a_seed_that_was_set_in_a_scratch_clone_is_the_recorded_one(tmp_path: Path) -> None:
    """The commit says 3; the file that the training reads says 9."""
    root = make_repository(tmp_path / "project", {"train.py": "", "params.json": '{"seed": 3}'})
    repository = GitRepository(str(root))
    declared = declare(repository.snapshot("HEAD"), Config(root=str(root)), repository.head())
    plan = with_seed(declared, Plan(declared.layout.command, str(root), 9), 9, str(root))
    seen = seed_in_force(declared, {}, plan)
    assert (declared.config.seed, seen.config.seed) == (Seed("seed", 3), Seed("seed", 9))
    assert seen.key == declared.key
