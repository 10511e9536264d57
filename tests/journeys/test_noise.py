"""A training that varies, in a real repository: its baseline, and the verdicts that noise decides."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.program import ran
from tests.journeys.test_runs import verdict
from tests.repositories import commit, git, make_repository

# The seed moves the loss by about 0.003, and what no seed holds by about 0.0001: much less than the seed, and so
# much more than rounding (3e-7) that two runs of one seed hardly ever agree by chance.
TRAIN = """\
import json, os, random, time
params = json.load(open("params.json"))
loss = params["level"] + float(os.environ.get("SHIFT", "0"))
loss += random.Random(params["seed"]).gauss(0, 0.003) + random.Random(time.time_ns()).gauss(0, 1e-4)
slices = {"country": {"BR": {"loss": loss * 1.1, "rows": 200}, "VA": {"loss": loss * 2, "rows": 7}}}
json.dump({"loss": loss, "rows": 1000, "slices": slices}, open("metrics.json", "w"))
"""
FILES = {
    "train.py": TRAIN,
    "params.json": '{"level": 0.3, "seed": 1}',
    "requirements.txt": "",
    ".gitignore": "metrics.json\n",
    "pyproject.toml": '[tool.reproof]\nseed = "seed"\n',
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = make_repository(tmp_path / "project", FILES)
    ran(made, "run", "--baseline")
    return made


def test_noise_decides_where_trainings_vary(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    recorded = json.loads(ran(root, "runs", "--format", "json"))
    seeds = [
        json.loads(ran(root, "show", run["id"], "--format", "json"))["config"]["seed"] for run in recorded
    ]
    assert [seed["value"] for seed in seeds].count(1) == 2
    assert len({seed["value"] for seed in seeds}) == 5
    assert git(root, "status", "--porcelain") == ""
    assert len({run["key"] for run in recorded}) == 1

    usual = verdict(root, out, REPROOF_RETRAIN="always")
    assert (usual["verdict"], usual["strength"], usual["retrains"]) == ("reproduced", "statistical", 1)
    assert 0.005 < usual["checks"][0]["smallest_noticed"] < 0.1
    assert [check["result"] for check in usual["checks"]] == ["statistical", "statistical", "too-few-rows"]
    assert ["7 rows" in item["why"] for item in usual["not_checked"]].count(True) == 1

    drifted = verdict(root, out, code=1, REPROOF_RETRAIN="always", SHIFT="0.1")
    assert (drifted["verdict"], drifted["retrains"]) == ("drifted", 3)
    assert len(drifted["checks"][0]["now"]["values"]) == 2, "the diagnosis is no observation"

    git(root, "checkout", "-q", "-b", "pull")
    commit(root, {"train.py": TRAIN + "# the same\n"})
    unchanged = verdict(root, out)
    assert (unchanged["verdict"], unchanged["strength"]) == ("unchanged", "statistical")
    commit(root, {"params.json": '{"level": 0.35, "seed": 1}'})
    regressed = verdict(root, out, code=1)
    assert (regressed["verdict"], regressed["cause"], regressed["retrains"]) == ("regressed", "several", 2)
    commit(root, {"params.json": '{"level": 0.25, "seed": 1}', "train.py": TRAIN})
    assert verdict(root, out)["verdict"] == "changed"
    assert git(root, "status", "--porcelain") == ""


def test_the_looks_of_earlier_attempts_are_gone(root: Path, tmp_path: Path) -> None:
    (tmp_path / "event.json").write_text("{}")
    later: dict[str, Any] = {
        "GITHUB_EVENT_NAME": "schedule",
        "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
        "GITHUB_REPOSITORY": "example/project",
        "GITHUB_RUN_ATTEMPT": "5",
    }
    spent = verdict(root, tmp_path, REPROOF_RETRAIN="always", SHIFT="0.1", **later)
    assert (spent["verdict"], spent["retrains"]) == ("undecided", 1)
    assert any("4 of the looks" in item["why"] for item in spent["not_checked"])


def test_a_merged_version_is_recorded_once_where_the_spread_is_known(root: Path, tmp_path: Path) -> None:
    commit(root, {"train.py": TRAIN + "# merged\n"})
    recorded = verdict(root, tmp_path, REPROOF_ACTIVITY="record")
    assert (recorded["verdict"], recorded["retrains"]) == ("recorded", 1)
    assert len(json.loads(ran(root, "runs", "--format", "json"))) == 7
    git(root, "checkout", "-q", "-b", "pull")
    commit(root, {"train.py": TRAIN + "# again\n"})
    found = verdict(root, tmp_path)
    assert (found["verdict"], found["strength"]) == ("unchanged", "statistical"), (
        "one run, and the past's spread"
    )
    assert found["checks"][0]["recorded"]["n"] == 1
