"""The examples are what they say: they train, repeat bit for bit, and their flawed versions are stopped."""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reproof.runs.metrics import read_metrics

ROOT = Path(__file__).parents[2]
EXAMPLES = ("penguins", "iris_plain")
BIN = Path(sys.executable).parent
IMPORTED = "import joblib, numpy, sklearn.linear_model, sklearn.metrics, yaml"
ROUNDING = 1e-6  # relative; another CPU may add in another order

pytestmark = pytest.mark.xdist_group("examples")


def run(folder: Path, *words: str, environment: Path | None = None) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON"))}
    first = [str(environment / "bin")] if environment else []
    return subprocess.run(
        words,
        cwd=folder,
        env=inherited
        | {
            "PATH": os.pathsep.join([*first, str(BIN), os.environ["PATH"]]),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_AUTHOR_NAME": "Ada",
            "GIT_AUTHOR_EMAIL": "ada@example.org",
            "GIT_COMMITTER_NAME": "Ada",
            "GIT_COMMITTER_EMAIL": "ada@example.org",
            "DVC_NO_ANALYTICS": "1",
            "DVC_SITE_CACHE_DIR": str(folder / ".dvc/tmp/site"),
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def pins(name: str) -> set[str]:
    return set((ROOT / "examples" / name / "requirements.txt").read_text().split())


@pytest.fixture(scope="session")
def environment() -> Path:
    """An environment with the pins of the larger example."""
    return installed((ROOT / "examples/penguins/requirements.txt").read_text())


def installed(requirements: str) -> Path:
    """An environment with these pins, kept between test runs under their hash."""
    identity = f"{requirements} {sys.version}"
    folder = ROOT / ".cache/examples" / hashlib.sha256(identity.encode()).hexdigest()[:12]
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        made = run(ROOT, "uv", "venv", "--quiet", "--python", sys.executable, str(folder))
        assert made.returncode == 0, made.stderr
        (folder / "requirements.txt").write_text(requirements)
        pins = ("-r", str(folder / "requirements.txt"))
        done = run(ROOT, "uv", "pip", "install", "--quiet", "--python", str(folder), *pins)
        assert done.returncode == 0, done.stderr
        # Bytecode for all trainings: those of journeys write none, and would each compile scikit-learn anew.
        warm = run(folder, "python", "-c", IMPORTED, environment=folder)
        assert warm.returncode == 0, warm.stderr
        (folder / "complete").touch()
    return folder


@pytest.fixture(params=EXAMPLES)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of an example as a repository with one commit, without what earlier trainings left."""
    folder = tmp_path / str(request.param)
    listed = run(ROOT / "examples" / folder.name, "git", "ls-files", "-co", "--exclude-standard").stdout
    for path in listed.splitlines():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "examples" / folder.name / path, folder / path)
    for words in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-q", "-m", "All")):
        assert run(folder, "git", *words).returncode == 0
    return folder


def test_the_smaller_example_is_tested_with_its_own_pins() -> None:
    assert pins("iris_plain") <= pins("penguins")
    assert all(re.fullmatch(r"[a-z0-9-]+==[\w.]+", pin) for pin in pins("penguins"))


def test_an_example_trains_to_its_committed_numbers_and_repeats_bit_for_bit(
    project: Path, environment: Path
) -> None:
    committed = read_metrics({"metrics.json": (project / "metrics.json").read_bytes()})
    done = run(project, "reproof", "run", "--repeat", "2", "--format", "json", environment=environment)
    assert done.returncode == 0, done.stderr
    first, second = json.loads(done.stdout)
    for part in ("metrics", "artifacts", "stages"):
        assert first["results"][part] == second["results"][part]
    assert first["results"]["artifacts"]
    trained = read_metrics({"metrics.json": (project / "metrics.json").read_bytes()})
    assert [metric.id for metric in trained] == [metric.id for metric in committed]
    for now, then in zip(trained, committed, strict=True):
        assert math.isclose(now.value, then.value, rel_tol=ROUNDING), now.id


def test_what_an_example_has_committed_counts_as_a_record_of_it(project: Path) -> None:
    """For the pipeline that takes a dvc.lock that agrees with every file and parameter."""
    listed = run(project, "reproof", "runs").stdout
    assert ("locked" if (project / "dvc.lock").exists() else "claimed") in listed


def test_the_metrics_of_slices_carry_their_rows() -> None:
    data = (ROOT / "examples/penguins/metrics.json").read_bytes()
    slices = [metric for metric in read_metrics({"metrics.json": data}) if metric.slice]
    assert {column for metric in slices for column, _ in metric.slice} == {"island", "sex"}
    assert all(metric.rows and metric.rows > 20 for metric in slices)


STOPPED: dict[str, set[tuple[str, str, str]]] = {
    "penguins": {
        ("dirty-notebook", "notebooks/explore.ipynb", "execution-counts"),
        ("dirty-notebook", "notebooks/explore.ipynb", "outputs"),
        ("hardcoded-hyperparameter", "src/train.py", "max_features"),
        ("unpinned-dependency", "requirements.txt", "scikit-learn"),
        ("unpinned-dependency", "requirements.in", "scikit-learn"),
    },
    "iris_plain": {
        ("hardcoded-hyperparameter", "train.py", "C"),
        ("hardcoded-hyperparameter", "train.py", "max_iter"),
        ("hardcoded-hyperparameter", "train.py", "scoring"),
        ("unused-parameter", "params.yaml", "model"),
        ("unpinned-dependency", "requirements.txt", "scikit-learn"),
        ("unpinned-dependency", "requirements.in", "scikit-learn"),
    },
}


def test_an_example_is_clean_and_its_flawed_version_is_stopped(project: Path) -> None:
    assert run(project, "reproof", "check").returncode == 0
    assert run(project, "git", "apply", "flawed.patch").returncode == 0
    stopped = run(project, "reproof", "check", "--format", "json")
    found: list[dict[str, Any]] = json.loads(stopped.stdout)
    assert stopped.returncode == 1
    assert {(finding["rule"], finding["path"], finding["name"]) for finding in found} == STOPPED[project.name]
