"""What `reproof run` costs beside the training, counted; `benchmarks/overhead.py` measures the seconds."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.program import PATH
from tests.repositories import environment, make_repository

# It ends when it is told to, so that what happens meanwhile has all the time it needs.
TRAIN = """\
import json, os, time
latest = time.monotonic() + 60
while not os.path.exists(os.environ["MAY_END"]) and time.monotonic() < latest:
    time.sleep(0.01)
json.dump({"auc": 0.9}, open("metrics.json", "w"))
"""
FILES = {"train.py": TRAIN, "requirements.txt": "numpy==2.1.0\n", ".gitignore": "metrics.json\n"}
MOST_GITS = 21


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "project", FILES)


def started(root: Path, *options: str, **variables: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *options, "-m", "reproof", "run"],
        cwd=root,
        env=environment() | {"PATH": PATH, "MAY_END": str(root.parent / "end")} | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_what_a_record_needs_is_imported_while_the_training_runs(root: Path) -> None:
    process = started(root, "-X", "importtime")
    assert process.stderr
    seen: dict[str, list[str]] = {"before": [], "meanwhile": []}
    when = "before"
    for line in process.stderr:
        if line.startswith("reproof: running"):
            when = "meanwhile"
        elif found := re.match(r"import time:.*\|\s+([\w.]+)$", line):
            seen[when].append(found.group(1))
        if seen["meanwhile"][-1:] == ["reproof.runs.acceptance"]:  # which the last of the list imports
            break
    (root.parent / "end").touch()
    _, after = process.communicate(timeout=120)
    assert process.returncode == 0
    assert {"packaging.markers", "reproof.runs.canonical"} <= set(seen["meanwhile"])
    assert not {name for name in seen["before"] if name.startswith(("packaging", "reproof.runs.canonical"))}
    ours = re.findall(r"import time:.*\|\s+((?:reproof|packaging|yaml)\b[\w.]*)$", after, re.MULTILINE)
    assert ours == [], "these are waited for when the training has ended: training/meanwhile.py"


@pytest.mark.parametrize("again", [False, True])
def test_git_is_started_a_few_times(root: Path, tmp_path: Path, again: bool) -> None:
    (tmp_path / "end").touch()
    for _ in range(1 + again):
        events = tmp_path / "events"
        events.unlink(missing_ok=True)
        process = started(root, GIT_TRACE2_EVENT=str(events))
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    told = [json.loads(line) for line in events.read_text().splitlines()]
    asked = [" ".join(one["argv"]) for one in told if one["event"] == "start" and "/" not in one["sid"]]
    assert 10 < len(asked) <= MOST_GITS, "\n".join(asked)


def test_a_training_that_ends_at_once_is_recorded_as_whole_as_any(root: Path, tmp_path: Path) -> None:
    (tmp_path / "end").touch()
    _, errors = started(root).communicate(timeout=120)
    assert errors == "reproof: running python train.py\n"
    shown = subprocess.run(
        [sys.executable, "-m", "reproof", "show", "HEAD", "--format", "json"],
        cwd=root,
        env=environment() | {"PATH": PATH},
        capture_output=True,
        check=True,
    )
    seen = json.loads(shown.stdout)["environment"]
    assert seen["observed"]["machine"]
    assert dict(seen["observed"]["libraries"]).get("numpy arithmetic") or "numpy" not in dict(
        seen["observed"]["packages"]
    )
    assert [one["name"] for one in seen["disagreements"]] == ["numpy"]
