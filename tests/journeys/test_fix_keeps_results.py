"""The fix of `hardcoded-hyperparameter` leaves what is trained as it is: real trainings before and after it.

scikit-learn, LightGBM and XGBoost (its build without GPU code) come from `fix/requirements.txt`, locked with
hashes, into an environment of the tests' own. torch has a group of its own: it is run by the interpreter that
`REPROOF_TORCH_PYTHON` names, and left out where that is not set. The scripts are kept as text files, since
their odd formatting is a part of the case.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent / "fix"
REPROOF = Path(sys.executable).with_name("reproof")
FIX = ("check", "--select", "hardcoded-hyperparameter", "--fix", "--unsafe-fixes", "--format", "json")
TORCH = os.environ.get("REPROOF_TORCH_PYTHON", "")

pytestmark = pytest.mark.xdist_group("fix")


@pytest.fixture(scope="session")
def python() -> Path:
    """The interpreter of an environment with the locked libraries, kept under the lock's hash."""
    lock = HERE / "requirements.txt"
    identity = f"{lock.read_text()} {sys.version}"
    folder = ROOT / ".cache/fix" / hashlib.sha256(identity.encode()).hexdigest()[:12]
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        uv = shutil.which("uv") or str(ROOT / ".cache/uv/bin/uv")
        for words in (
            (uv, "venv", "--quiet", "--python", sys.executable, str(folder)),
            (uv, "pip", "sync", "--quiet", "--require-hashes", "--python", str(folder), str(lock)),
        ):
            done = subprocess.run(words, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
        (folder / "complete").touch()
    return folder / "bin/python"


def trained(python: Path, script: Path, folder: Path) -> str:
    """What a training prints, started in a folder."""
    environment = {"PATH": os.environ["PATH"], "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    words = [str(python), str(script)]
    done = subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def fix(folder: Path) -> list[dict[str, object]]:
    """Fix everything in a folder; the findings that are left."""
    done = subprocess.run([str(REPROOF), *FIX], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    left: list[dict[str, object]] = json.loads(done.stdout)
    return left


def runnable(path: Path) -> Path:
    """A script as it is; the cells of a notebook, one below the other, as a script beside it."""
    if path.suffix == ".py":
        return path
    script = path.with_name("cells_in_order.txt")
    cells = json.loads(path.read_text())["cells"]
    script.write_text("\n".join("".join(cell["source"]) for cell in cells))
    return script


def as_notebook(code: str) -> str:
    """The code as a notebook, a cell a statement."""
    lines = code.splitlines(keepends=True)
    starts = [
        min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
        for node in ast.parse(code).body
    ]
    starts = sorted({1, *starts[1:]})
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": lines[start - 1 : end - 1],
        }
        for start, end in zip(starts, [*starts[1:], len(lines) + 1], strict=True)
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def texts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def moved(folder: Path, name: str, python: Path, counted: int, notebook: bool = False, head: str = "") -> str:
    """A script trains to the same numbers when its literals are in params.yaml, and really reads them."""
    code = head + (HERE / f"{name}.txt").read_text()
    path = folder / (f"{name}.ipynb" if notebook else f"{name}.py")
    path.write_text(as_notebook(code) if notebook else code)
    (folder / "requirements.txt").write_text("pyyaml==6.0.3\n")
    before = trained(python, runnable(path), folder)
    assert before == trained(python, runnable(path), folder), "the script itself does not repeat"

    assert fix(folder) == []
    fixed = texts(folder)
    after = runnable(path).read_text()
    assert len(re.findall(r"\[['\"]\w+['\"]\]\[", after)) >= counted
    assert trained(python, runnable(path), folder) == before
    assert fix(folder) == []
    assert {name: fixed[name] for name in fixed if name != "cells_in_order.txt"} == {
        name: data for name, data in texts(folder).items() if name != "cells_in_order.txt"
    }, "fixing again changes something"

    params = folder / "params.yaml"
    number = re.findall(r": (0\.\d+|\d+)$", params.read_text(), re.MULTILINE)[0]
    params.write_text(
        re.sub(rf": {re.escape(number)}$", ": 3", params.read_text(), count=1, flags=re.MULTILINE)
    )
    assert trained(python, runnable(path), folder) != before, "the parameters file is not what is read"
    return after


COUNTED = [("scikit_learn", 25), ("lightgbm_train", 10), ("xgboost_train", 10)]


@pytest.mark.parametrize(("name", "counted"), COUNTED)
def test_a_script_gives_the_same_numbers_before_and_after(
    tmp_path: Path, python: Path, name: str, counted: int
) -> None:
    moved(tmp_path, name, python, counted)


@pytest.mark.parametrize(("name", "counted"), COUNTED[:2])
def test_a_notebook_gives_the_same_numbers_before_and_after(
    tmp_path: Path, python: Path, name: str, counted: int
) -> None:
    moved(tmp_path, name, python, counted, notebook=True)


def test_a_script_that_reads_its_configuration_already_reads_the_rest_from_there(
    tmp_path: Path, python: Path
) -> None:
    (tmp_path / "params.yaml").write_text("train:\n  rounds: 40  # unused\n")
    head = "import yaml\n\nwith open('params.yaml') as stream:\n    cfg = yaml.safe_load(stream)\n\n"
    code = moved(tmp_path, "xgboost_train", python, 10, head=head)
    assert code.count("safe_load") == 1
    assert (tmp_path / "params.yaml").read_text().startswith("train:\n  rounds: 40  # unused\n")


@pytest.mark.xdist_group("torch")
@pytest.mark.skipif(not TORCH, reason="REPROOF_TORCH_PYTHON names no interpreter with torch")
def test_a_network_gives_the_same_weights_before_and_after(tmp_path: Path) -> None:
    moved(tmp_path, "torch_train", Path(TORCH), 12)
