"""Each overall verdict, made to happen: a training on irises, with one thing really changed.

`SITUATIONS` is the table: what is changed, and the verdict, strength and cause that `reproof ci` gives. A verdict
of the public list that no situation makes is a failure. Other versions of packages are really installed, in an
environment of their own, which is kept between test runs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from reproof.config import VERDICTS
from tests.journeys.program import BIN, reproof
from tests.journeys.test_examples import installed
from tests.repositories import commit, git, make_repository

EXAMPLE = Path(__file__).parents[2] / "examples/iris_plain"
PINS = (EXAMPLE / "requirements.txt").read_text()
OLDER_PINS = PINS.replace("scikit-learn==1.9.1", "scikit-learn==1.6.1")  # 1.7 changed SGD's loss

TRAIN = """\
import json
import joblib, numpy, yaml
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import log_loss

params = yaml.safe_load(open("params.yaml"))
table = numpy.genfromtxt("iris.csv", delimiter=",", skip_header=1)
features, labels = table[:, :4], table[:, 4].astype(int)
model = SGDClassifier(loss="log_loss", random_state=params["seed"], **params["model"])
model.fit(features, labels)
loss = log_loss(labels, model.predict_proba(features))
metrics = {"accuracy": model.score(features, labels), "loss": loss, "rows": len(labels)}
json.dump(metrics, open("metrics.json", "w"))
joblib.dump(model, "model.joblib")
numpy.savetxt("predictions.csv", model.predict(features), header="label", comments="", fmt="%d")
"""
READ = "features, labels = table[:, :4], table[:, 4].astype(int)\n"
# The rows in the order of a set of texts: the same in each process only where PYTHONHASHSEED is set.
ORDER_OF_A_SET = TRAIN.replace(
    READ, 'table = table[[int(it.split()[1]) for it in {f"row {at}" for at in range(len(table))}]]\n' + READ
)
NO_SEED = TRAIN.replace('random_state=params["seed"]', "random_state=None")
PARAMS = "seed: {seed}\nmodel: {{alpha: {alpha}, tol: {tol}}}\n"
CONFIG = """\
params = ["params.yaml"]
artifacts = ["model.joblib"]
predictions = "predictions.csv"
[compare.metrics."*"]
tolerance = {}
"""
VARIANTS = {  # what the recorded project has that the plain one has not
    "plain": {},
    "empty": {},
    "noise": {"reproof.toml": CONFIG.format('"noise"')},
    "tolerant": {"reproof.toml": CONFIG.format("1.0")},
    "ordered": {"train.py": ORDER_OF_A_SET, "reproof.toml": CONFIG.format('"exact"')},
    "unseeded": {"train.py": NO_SEED, "reproof.toml": CONFIG.format('"noise"')},
}
AGAIN = {"REPROOF_RETRAIN": "always"}
RECORDED = {"PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "2"}


@dataclass(frozen=True)
class Situation:
    """What is changed (`by`) after a variant was recorded, and what is told of it.

    `change` makes a pull request, `variables` are those of the retraining, and `older` lets it run with the other
    version of scikit-learn. `looks` sees the whole report. `tries` is more than 1 where chance decides: noise
    itself leaves one verdict in fifty open.
    """

    by: str
    verdict: str
    strength: str | None = None
    cause: str | None = None
    change: Callable[[Path], None] = lambda _: None
    variables: dict[str, str] = field(default_factory=dict)
    older: bool = False
    recorded: str = "plain"
    looks: Callable[[dict[str, Any]], bool] = lambda _: True
    tries: int = 1


def pull(name: str, text: str) -> Callable[[Path], None]:
    """A pull request that writes one file."""

    def change(root: Path) -> None:
        git(root, "checkout", "-q", "-b", "pull")
        commit(root, {name: text})

    return change


def other_labels(root: Path) -> None:
    """Half of the flowers of one kind are called another."""
    lines = (root / "iris.csv").read_text().splitlines(keepends=True)
    lines[76:101] = [line.rpartition(",")[0] + ",2\n" for line in lines[76:101]]
    pull("iris.csv", "".join(lines))(root)


def observed(what: str, name: str) -> Callable[[dict[str, Any]], bool]:
    return lambda report: (what, name) in {(item["what"], item["name"]) for item in report["observed"]}


SITUATIONS = {
    "nothing is recorded": Situation("nothing", "no-baseline", recorded="empty"),
    "the commit is recorded": Situation("nothing", "recorded"),
    "the same once more": Situation("nothing", "reproduced", "bitwise", variables=AGAIN),
    "one thread in place of two": Situation(
        "threads",
        "reproduced",
        "predictions",
        variables=AGAIN | {"OPENBLAS_NUM_THREADS": "1"},
        looks=observed("determinism", "OPENBLAS_NUM_THREADS"),
    ),
    "another version of a package": Situation(
        "package",
        "drifted",
        cause="environment",
        variables=AGAIN,
        older=True,
        looks=observed("package", "scikit-learn"),
    ),
    "another version, and a tolerance that is wide": Situation(
        "package", "reproduced", "tolerance", variables=AGAIN, older=True, recorded="tolerant"
    ),
    "the pins name another version": Situation(
        "package",
        "changed",
        cause="environment",
        change=pull("requirements.txt", OLDER_PINS),
        older=True,
        looks=lambda report: (
            {"name": "scikit-learn", "old": "==1.9.1", "new": "==1.6.1"} in report["changes"]["environment"]
        ),
    ),
    "another seed, and the recorded one is repeated first": Situation(
        "seed",
        "reproduced",
        "bitwise",
        change=pull("params.yaml", PARAMS.format(seed=8, alpha=0.01, tol=0.001)),
        variables=AGAIN,
    ),
    "other code, and nothing says how much is noise": Situation(
        "code",
        "undecided",
        change=pull("train.py", TRAIN.replace(":4], t", ":3], t")),
        recorded="noise",
    ),
    "the seed of Python's hashes is not set any more": Situation(
        "seed",
        "drifted",
        cause="environment",
        variables=AGAIN | {"PYTHONHASHSEED": "random"},
        recorded="ordered",
        looks=observed("determinism", "PYTHONHASHSEED"),
    ),
    "a training without a seed": Situation(
        "seed", "reproduced", "statistical", variables=AGAIN, recorded="unseeded", tries=3
    ),
    "code that computes the same": Situation(
        "code",
        "unchanged",
        "bitwise",
        change=pull("train.py", TRAIN.replace("loss =", "value =").replace(": loss", ": value")),
    ),
    "code that stores the model otherwise": Situation(
        "code",
        "unchanged",
        "predictions",
        change=pull("train.py", TRAIN.replace('"model.joblib")', '"model.joblib", compress=3)')),
    ),
    "code that sees two columns": Situation(
        "code",
        "regressed",
        cause="code",
        change=pull("train.py", TRAIN.replace(":4], t", ":2], t")),
        looks=lambda report: (
            report["predictions"]["rows"] == 150
            and 0
            < report["predictions"]["differ"]
            == sum(flip["samples"] for flip in report["predictions"]["flips"])
        ),
    ),
    "an earlier end of the training": Situation(
        "config",
        "changed",
        cause="config",
        change=pull("params.yaml", PARAMS.format(seed=7, alpha=0.01, tol=0.01)),
    ),
    "much more regularisation": Situation(
        "config",
        "regressed",
        cause="config",
        change=pull("params.yaml", PARAMS.format(seed=7, alpha=10.0, tol=0.001)),
    ),
    "other labels": Situation("data", "regressed", cause="data", change=other_labels),
    "a parameter that the model refuses": Situation(
        "config", "failed", change=pull("params.yaml", PARAMS.format(seed=7, alpha="much", tol=0.001))
    ),
}

pytestmark = pytest.mark.xdist_group("examples")


@pytest.fixture(scope="session")
def environments() -> dict[bool, Path]:
    """By whether they are the older ones: the example's pins, installed."""
    return {False: installed(PINS), True: installed(OLDER_PINS)}


def path_of(environment: Path) -> dict[str, str]:
    return {"PATH": os.pathsep.join([str(environment / "bin"), BIN, os.environ["PATH"]])}


@pytest.fixture(scope="session")
def recorded(
    environments: dict[bool, Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    """A variant of the project with its baseline, made once."""
    made: dict[str, Path] = {}
    dump = (
        "from sklearn.datasets import load_iris; import numpy; it = load_iris(); numpy.savetxt('iris.csv', "
        "numpy.column_stack([it.data, it.target]), delimiter=',', header='a,b,c,d,label', comments='', fmt='%g')"
    )

    def variant(name: str) -> Path:
        if name not in made:
            root = tmp_path_factory.mktemp("verdicts") / name
            root.mkdir()
            subprocess.run([environments[False] / "bin/python", "-c", dump], cwd=root, check=True)
            files = {
                "train.py": TRAIN,
                "params.yaml": PARAMS.format(seed=7, alpha=0.01, tol=0.001),
                "reproof.toml": CONFIG.format("0.02"),
                "requirements.txt": PINS,
                ".gitignore": "metrics.json\npredictions.csv\nmodel.joblib\n",
            }
            make_repository(root, files | VARIANTS[name])
            if name != "empty":
                done = reproof(root, "run", "--baseline", **RECORDED, **path_of(environments[False]))
                assert done.returncode == 0, done.stderr
            made[name] = root
        return made[name]

    return variant


def test_every_verdict_is_made_by_some_situation() -> None:
    assert {one.verdict for one in SITUATIONS.values()} == set(VERDICTS)
    # The rung `metrics` is what a project without artifacts and predictions has: tests/journeys/test_runs.py.
    assert {one.strength for one in SITUATIONS.values() if one.strength} == {
        *("bitwise", "predictions", "tolerance", "statistical")
    }
    assert {one.by for one in SITUATIONS.values()} == {
        *("nothing", "threads", "package", "seed", "code", "config", "data")
    }


@pytest.mark.parametrize("situation", SITUATIONS.values(), ids=SITUATIONS)
def test_a_situation_gets_its_verdict(
    situation: Situation,
    recorded: Callable[[str], Path],
    environments: dict[bool, Path],
    tmp_path: Path,
) -> None:
    codes = {"failed": 5, "drifted": 1, "regressed": 1}
    variables = RECORDED | path_of(environments[situation.older]) | situation.variables
    for number in range(situation.tries):
        root = tmp_path / str(number) / "project"
        shutil.copytree(recorded(situation.recorded), root, symlinks=True)
        situation.change(root)
        done = reproof(root, "ci", "--output", str(tmp_path), **variables)
        assert done.returncode == codes.get(situation.verdict, 0), done.stdout + done.stderr
        report = json.loads((tmp_path / "report.json").read_text())
        if report["verdict"] != "undecided":
            break
    told = report["verdict"], report["strength"], report["cause"]
    assert told == (situation.verdict, situation.strength, situation.cause), report
    assert situation.looks(report), report
