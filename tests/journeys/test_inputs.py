"""`diff` and `lineage` on a real repository with DVC: what differs by aspect, and who used which version."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from reproof.report.figures import MINUS
from tests.journeys.program import PATH, ran, reproof
from tests.repositories import commit, environment, git, make_repository
from tests.requires import requires

pytestmark = [requires("dvc"), pytest.mark.xdist_group("inputs")]

PIPELINE = """\
stages:
  prepare:
    cmd: python prepare.py
    deps: [prepare.py, data]
    outs: [ready.txt]
  train:
    cmd: python train.py
    deps: [train.py, ready.txt]
    params: [quality]
    outs: [model.txt]
    metrics:
    - metrics.json: {cache: false}
"""
FILES = {
    "dvc.yaml": PIPELINE,
    "prepare.py": "open('ready.txt', 'w').write(open('data/raw.csv').read().upper())\n",
    "train.py": (
        "import json, yaml\n"
        "rows = len(open('ready.txt').read().split())\n"
        "quality = yaml.safe_load(open('params.yaml'))['quality']\n"
        "open('model.txt', 'w').write(f'{rows} {quality}')\n"
        "json.dump({'loss': quality / rows, 'auc': 0.75}, open('metrics.json', 'w'))\n"
    ),
    "params.yaml": "quality: 0.5\nseed: 1\n",
    "requirements.txt": "numpy==2.1.3\n",
    ".gitignore": "/ready.txt\n/model.txt\n/metrics.json\n/data\n",
}


def dvc(root: Path, *words: str) -> None:
    known = environment() | {"PATH": PATH}
    subprocess.run(["dvc", *words], cwd=root, env=known, check=True, capture_output=True)


def with_data(root: Path, rows: str, **files: str) -> str:
    """Another version of the data, tracked by DVC, and other files; the commit."""
    (root / "data").mkdir(exist_ok=True)
    (root / "data/raw.csv").write_text(rows)
    dvc(root, "add", "-q", "data")
    return commit(root, {name.replace("_", ".", 1): text for name, text in files.items()})


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two recorded runs: of two commits that differ in every aspect."""
    root = make_repository(tmp_path_factory.mktemp("inputs") / "project", FILES)
    dvc(root, "init", "-q")
    with_data(root, "a\n1\n")
    ran(root, "run", PATH=PATH)
    commit(root, {"dvc.lock": (root / "dvc.lock").read_text()})
    git(root, "tag", "old", "HEAD~1")
    train = FILES["train.py"] + "# another\n"
    with_data(
        root,
        "a\n1\n2\n",
        train_py=train,
        params_yaml="quality: 1.5\nseed: 1\n",
        requirements_txt="numpy==2.2.0\n",
    )
    ran(root, "run", PATH=PATH)
    git(root, "tag", "new")
    commit(root, {"dvc.lock": (root / "dvc.lock").read_text()})
    return root


def test_diff_tells_each_aspect_and_the_results(root: Path) -> None:
    found: dict[str, Any] = json.loads(ran(root, "diff", "old", "new", "--format", "json"))
    assert found["schema"] == "reproof-diff/1"
    assert [found[which]["commit"] for which in ("old", "new")] == [
        git(root, "rev-parse", f"{tag}^{{commit}}") for tag in ("old", "new")
    ]
    changes = found["changes"]
    assert [(change["path"], change["added"], change["removed"]) for change in changes["code"]] == [
        ("train.py", 1, 0)
    ]
    assert changes["config"] == [{"name": "quality", "old": 0.5, "new": 1.5}]
    assert changes["environment"] == [{"name": "numpy", "old": "==2.1.3", "new": "==2.2.0"}]
    assert [change["name"] for change in changes["data"]] == ["data"]
    assert all(change["old"] != change["new"] for change in changes["data"])
    assert [(stage["name"], stage["result"]) for stage in found["stages"]] == [
        ("prepare", "drifted"),
        ("train", "downstream"),
    ]
    metrics = {pair["metric"]: (pair["old"], pair["new"]) for pair in found["metrics"]}
    assert metrics == {"auc": (0.75, 0.75), "loss": (0.25, 0.5)}


def test_diff_as_text_has_a_line_for_each(root: Path) -> None:
    lines = ran(root, "diff", "old", "new").splitlines()
    heads = [line.split()[0] for line in lines]
    assert heads == ["run", "code", "config", "environment", "data", "stage", "stage", "result", "result"]
    assert f"train.py (+1 {MINUS}0)" in lines[1]
    assert "quality 0.5 → 1.5" in lines[2]
    assert "numpy ==2.1.3 → ==2.2.0" in lines[3]
    assert lines[-1] == "result       loss: 0.25 → 0.5"


def test_a_run_differs_from_itself_in_nothing(root: Path) -> None:
    assert "the declared inputs are the same" in ran(root, "diff", "new", "new")


def uses(root: Path, what: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(ran(root, "lineage", what, "--format", "json"))
    return found


def test_lineage_of_a_path_tells_which_run_used_which_version_how_and_when(root: Path) -> None:
    old, new = uses(root, "data")
    assert [use["commit"] for use in (old, new)] == [
        git(root, "rev-parse", f"{tag}^{{commit}}") for tag in ("old", "new")
    ]
    assert old["hash"] != new["hash"]
    for use in (old, new):
        assert (use["how"], use["path"], use["stages"]) == ("read", "data", ["prepare"])
        shown = json.loads(ran(root, "show", use["run"], "--format", "json"))
        assert use["when"] == shown["created"]
        assert use["hash"] == shown["data"][0]["hash"]
    text = ran(root, "lineage", "data").splitlines()
    assert text[0] == f"data  {old['hash']}"
    assert text[1].endswith(f"run {old['run']} of {old['commit'][:7]}: read by prepare")
    assert text[2] == f"data  {new['hash']}"


def test_lineage_of_a_file_inside_of_tracked_data_is_that_of_the_data(root: Path) -> None:
    assert uses(root, "data/raw.csv") == uses(root, "data") == uses(root, f"{root}/data")


def test_lineage_of_a_hash_tells_who_made_and_who_read_that_content(root: Path) -> None:
    read = uses(root, "data")[1]
    by_hash = uses(root, read["hash"].partition(":")[2][:8])
    assert by_hash == [read]
    assert uses(root, read["hash"]) == [read]
    made = uses(root, "model.txt")
    assert [(use["how"], use["stages"]) for use in made] == [("made", ["train"])] * 2
    assert uses(root, made[0]["hash"]) == [made[0]]


@pytest.mark.parametrize("what", ["nowhere.csv", "ffffffffff", "ab", "../outside", ""])
def test_lineage_of_what_no_run_used_says_so(root: Path, what: str) -> None:
    done = reproof(root, "lineage", what)
    assert (done.returncode, done.stdout) == (0, "")
    assert f"no recorded run read or made {what}" in done.stderr
    assert uses(root, what) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("diff", "new", "0123abcd"), "neither a recorded run nor a revision"),
        (("diff", "new", "main~1:x"), "neither a recorded run nor a revision"),
        (("diff", "--", "-x", "new"), "'-x' is not a revision"),
        (("diff", "new"), "usage"),
        (("lineage",), "usage"),
    ],
)
def test_what_names_no_run_is_an_error(root: Path, words: tuple[str, ...], said: str) -> None:
    done = reproof(root, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
