"""Recorded; everything but the remotes deleted; replayed from a fresh clone: the same canonical hashes.

The plain example with an older scikit-learn runs always. With `REPROOF_HEAVY=1` also the pipeline example with its
data in an S3 store (moto's server), and a torch training: they install hundreds of megabytes.
`REPROOF_HEAVY=1 pytest tests/journeys/test_replay_proofs.py`
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.program import BIN, PATH, ran, reproof
from tests.journeys.test_replay import FILES, cloned_anew, project, replayed, unbuilt, uv
from tests.repositories import commit, environment, git, make_repository
from tests.requires import requires

pytestmark = requires("uv")
HEAVY = pytest.mark.skipif("REPROOF_HEAVY" not in os.environ, reason="installs much: REPROOF_HEAVY=1")
ROOT = Path(__file__).parents[2]
OLDER = "1.8.0"  # of scikit-learn, than the examples pin
# Wheels that a machine has beside an index (torch without accelerators, say); uv has no word of pip's for them.
WHEELS = {"UV_FIND_LINKS": os.environ["PIP_FIND_LINKS"]} if "PIP_FIND_LINKS" in os.environ else {}


def example(folder: Path, name: str, **changes: str) -> Path:
    """An example's tracked files as a repository of its own with a remote, without what a training writes."""
    listed = git(ROOT / "examples" / name, "ls-files").splitlines()
    left = {"metrics.json", "dvc.lock", "flawed.patch", "README.md"}
    files = {
        path: (ROOT / "examples" / name / path).read_text(encoding="utf-8")
        for path in listed
        if path not in left
    }
    return project(folder, files | changes)


def installed(root: Path, *requirements: str) -> None:
    """An environment of the project's own, which `reproof.toml` or the test names."""
    uv(root, "venv", "-q", ".venv")
    uv(root, "pip", "install", "-q", "--python", ".venv/bin/python", *requirements)


def hashes(made: dict[str, Any]) -> dict[str, str]:
    """What a run made, by path: canonical hashes of artifacts, and outputs of stages."""
    found: dict[str, str] = dict(made["results"]["artifacts"])
    for stage in made["results"]["stages"]:
        found |= stage["outputs"]
    return found


def assert_reproduced(found: dict[str, Any]) -> None:
    """Bit for bit, with nothing missing and nothing observed otherwise: the rung says that all hashes are equal."""
    assert (found["verdict"], found["strength"]) == ("reproduced", "bitwise")
    assert unbuilt(found) == []
    assert found["observed"] == []
    assert {stage["result"] for stage in found["stages"]} <= {"equal"}


def test_the_plain_example_trained_with_an_older_scikit_learn_is_replayed_with_that_one(
    tmp_path: Path,
) -> None:
    settings = 'python = ".venv/bin/python"\n' + (ROOT / "examples/iris_plain/reproof.toml").read_text()
    pins = (ROOT / "examples/iris_plain/requirements.txt").read_text()
    assert f"scikit-learn=={OLDER}" not in pins
    train = (ROOT / "examples/iris_plain/train.py").read_text()
    train += 'import sklearn; print("trained with scikit-learn", sklearn.__version__)\n'
    root = example(tmp_path, "iris_plain", **{"reproof.toml": settings, "train.py": train})
    others = [pin for pin in pins.split() if not pin.startswith("scikit-learn==")]
    installed(root, *others, f"scikit-learn=={OLDER}")
    made = json.loads(ran(root, "run", "--format", "json"))
    assert made["environment"]["observed"]["packages"]["scikit-learn"] == OLDER
    assert hashes(made).keys() == {"model.joblib"}
    fresh = cloned_anew(root)
    done = reproof(fresh, "replay", made["id"], "--format", "json")
    assert f"trained with scikit-learn {OLDER}" in done.stderr
    assert_reproduced(json.loads(done.stdout))


@contextlib.contextmanager
def s3(tools: Path) -> Iterator[str]:
    """A real S3 server with an empty bucket `store`; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with (
        (tools / "s3.log").open("wb") as log,
        subprocess.Popen(
            [tools / ".venv/bin/moto_server", "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log
        ) as process,
    ):
        try:
            for _ in range(300):
                with contextlib.suppress(urllib.error.URLError, OSError):
                    urllib.request.urlopen(urllib.request.Request(f"{address}/store", method="PUT"))
                    break
                assert process.poll() is None, (tools / "s3.log").read_text()
                time.sleep(0.1)
            yield address
        finally:
            process.terminate()


@HEAVY
def test_the_pipeline_example_is_replayed_with_its_data_from_s3_alone(tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    installed(tools, "moto[server]")
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y", "AWS_DEFAULT_REGION": "us-east-1"}
    pipeline = (ROOT / "examples/penguins/dvc.yaml").read_text()
    _, _, later = pipeline.partition("  prepare:")
    settings = (ROOT / "examples/penguins/pyproject.toml").read_text()
    settings = settings.replace("[tool.reproof]\n", '[tool.reproof]\npython = ".venv/bin/python"\n', 1)
    changes = {"dvc.yaml": f"stages:\n  prepare:{later}", "pyproject.toml": settings}
    root = example(tmp_path, "penguins", **changes)
    installed(root, "-r", "requirements.txt", "dvc-s3")
    with s3(tools) as address:

        def here(*words: str) -> None:
            path = os.pathsep.join([str(root / ".venv/bin"), PATH])
            known = environment() | keys | {"PATH": path}
            subprocess.run(words, cwd=root, env=known, check=True, capture_output=True)

        here("python", "src/fetch.py")
        (root / "data/.gitignore").write_text("/train.csv\n/test.csv\n")
        here("dvc", "add", "-q", "data/penguins.csv")
        here("dvc", "remote", "add", "-q", "-d", "s3", "s3://store/cache")
        here("dvc", "remote", "modify", "-q", "s3", "endpointurl", address)
        here("dvc", "push", "-q", "data/penguins.csv.dvc")
        commit(root, {})
        made = json.loads(ran(root, "run", "--format", "json", code=0, **keys))
        assert [item["path"] for item in made["data"]] == ["data/penguins.csv"]
        assert {"models/model.joblib", "data/train.csv", "data/test.csv"} <= hashes(made).keys()
        fresh = cloned_anew(root)
        assert not (fresh / ".dvc/cache").exists()
        assert_reproduced(replayed(fresh, made["id"], code=0, **keys))
    lost = reproof(fresh, "replay", made["id"], **keys)  # the store is gone
    assert lost.returncode == 5
    assert "`dvc pull` of data/penguins.csv failed" in lost.stdout


TORCH = """\
import json, torch
from safetensors.torch import save_file
params = json.load(open("params.json"))
torch.manual_seed(params["seed"])
torch.use_deterministic_algorithms(True)
x = torch.linspace(-1, 1, 400).reshape(-1, 4)
y = (x**3).sum(1, keepdim=True)
model = torch.nn.Sequential(torch.nn.Linear(4, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1))
steps = torch.optim.Adam(model.parameters(), lr=params["lr"])
for _ in range(params["epochs"]):
    steps.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x), y)
    loss.backward()
    steps.step()
json.dump({"loss": loss.item()}, open("metrics.json", "w"))
torch.save(model.state_dict(), "model.pt")
save_file(model.state_dict(), "model.safetensors")
"""


@HEAVY
def test_a_torch_training_is_replayed_bit_for_bit(tmp_path: Path) -> None:
    files = {
        "train.py": TORCH,
        "params.json": '{"lr": 0.01, "epochs": 50, "seed": 3}',
        "requirements.txt": "torch\nnumpy\nsafetensors\n",
        "reproof.toml": 'python = ".venv/bin/python"\nartifacts = ["model.pt", "model.safetensors"]\n',
        ".gitignore": "/metrics.json\n/model.*\n/.venv\n",
    }
    root = project(tmp_path, files)
    uv(root, "venv", "-q", ".venv")
    known = environment() | WHEELS
    words = [f"{BIN}/uv", "pip", "install", "-q", "--python", ".venv/bin/python", "-r", "requirements.txt"]
    subprocess.run(words, cwd=root, env=known, check=True)
    made = json.loads(ran(root, "run", "--format", "json", code=0, **WHEELS))
    assert hashes(made)["model.pt"].startswith("torch:")
    assert_reproduced(replayed(cloned_anew(root), made["id"], code=0, **WHEELS))


def test_a_version_that_no_index_has_is_named(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "project", FILES)
    installed(root, "iniconfig==2.0.0")
    (info,) = root.glob(".venv/lib/*/site-packages/iniconfig-2.0.0.dist-info")
    metadata = info / "METADATA"
    text = metadata.read_text().replace("Version: 2.0.0", "Version: 99.9.1")
    metadata.unlink()  # it may be a hard link into uv's cache, which is not to be changed
    metadata.write_text(text)
    shutil.move(info, info.parent / "iniconfig-99.9.1.dist-info")
    ran(root, "run")
    done = reproof(root, "replay", "HEAD", "--format", "json")
    assert "package iniconfig 99.9.1" in unbuilt(json.loads(done.stdout))


def test_a_commit_that_no_remote_has_ends_the_replay_with_its_name(tmp_path: Path) -> None:
    root = project(tmp_path, FILES)
    installed(root, "iniconfig==2.0.0")
    git(root, "push", "-q", "origin", "main")
    lost = commit(root, {"params.json": '{"quality": 0.6, "seed": 1}'})
    run = json.loads(ran(root, "run", "--format", "json"))["id"]
    shutil.rmtree(root)
    git(root.parent, "clone", "-q", "origin.git", "fresh")
    done = reproof(root.parent / "fresh", "replay", run)
    assert done.returncode == 2
    assert lost[:7] in done.stderr
    assert "Traceback" not in done.stderr
