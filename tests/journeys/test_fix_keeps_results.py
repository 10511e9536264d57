"""The fix of `hardcoded-hyperparameter` leaves what is trained as it is: real trainings before and after it.

scikit-learn, LightGBM and XGBoost (its build without GPU code) come from `fix/requirements.txt`, locked with
hashes, into an environment of the tests' own. torch has a group of its own: it is run by the interpreter that
`REPROOF_TORCH_PYTHON` names, and left out where that is not set. The scripts are kept as text files, since
their odd formatting is a part of the case.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

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


def texts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def moved(folder: Path, script: str, python: Path, counted: int) -> None:
    """The script trains to the same numbers when its literals are in params.yaml, and really reads them."""
    shutil.copy(HERE / f"{script[:-3]}.txt", folder / script)
    (folder / "requirements.txt").write_text("pyyaml==6.0.3\n")
    before = trained(python, folder / script, folder)
    assert before == trained(python, folder / script, folder), "the script itself does not repeat"

    assert fix(folder) == []
    fixed = texts(folder)
    code = fixed[script].decode()
    assert len(re.findall(r"\[['\"]\w+['\"]\]\[", code)) >= counted
    assert trained(python, folder / script, folder) == before
    assert fix(folder) == []
    assert texts(folder) == fixed, "fixing again changes something"

    params = folder / "params.yaml"
    for number in re.findall(r": (0\.\d+|\d+)$", params.read_text(), re.MULTILINE)[:1]:
        params.write_text(re.sub(rf": {number}$", ": 3", params.read_text(), count=1, flags=re.MULTILINE))
    assert trained(python, folder / script, folder) != before, "the parameters file is not what is read"


@pytest.mark.parametrize(
    ("script", "counted"), [("scikit_learn.py", 25), ("lightgbm_train.py", 10), ("xgboost_train.py", 10)]
)
def test_a_training_gives_the_same_numbers_before_and_after(
    tmp_path: Path, python: Path, script: str, counted: int
) -> None:
    moved(tmp_path, script, python, counted)


@pytest.mark.xdist_group("torch")
@pytest.mark.skipif(not TORCH, reason="REPROOF_TORCH_PYTHON names no interpreter with torch")
def test_a_network_gives_the_same_weights_before_and_after(tmp_path: Path) -> None:
    moved(tmp_path, "torch_train.py", Path(TORCH), 12)
