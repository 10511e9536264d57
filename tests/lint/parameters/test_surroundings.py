# ruff: noqa: E501  code before and after stands on one line
"""Where the parameters file is, from where the code opens it, DVC's stages, and PyYAML's declaration."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.lint.parameters.moving import SGD, move

CODE = f"{SGD}opt = SGD(p, lr=0.1)\n"
PIN = f"PyYAML=={yaml.__version__}"


@pytest.mark.parametrize(
    ("path", "others", "params", "opened"),
    [
        pytest.param("train.py", {}, "params.yaml", "params.yaml", id="beside a script at the root"),
        pytest.param("src/train.py", {}, "params.yaml", "params.yaml", id="a script below runs at the root"),
        pytest.param("a/src/train.py", {"a/params.yaml": "x: 1\n"}, "a/params.yaml", "params.yaml", id="the nearest file there is"),
        pytest.param("a/src/train.py", {"a/pyproject.toml": ""}, "a/params.yaml", "params.yaml", id="the project's folder"),
        pytest.param("src/train.py", {"data/x.csv": "", "src/train.txt": "", "reproof.toml": 'params = ["conf/p.yaml"]\n'}, "conf/p.yaml", "conf/p.yaml", id="what is configured"),
        pytest.param("src/train.py", {"pyproject.toml": '[tool.reproof]\nparams = ["conf/p.yaml"]\n'}, "conf/p.yaml", "conf/p.yaml", id="what pyproject.toml configures"),
        pytest.param("nb/a.ipynb", {}, "params.yaml", "../params.yaml", id="a notebook runs in its folder"),
    ],
)  # fmt: skip
def test_the_file_and_how_the_code_opens_it(
    tmp_path: Path, path: str, others: dict[str, str], params: str, opened: str
) -> None:
    text = CODE
    if path.endswith(".ipynb"):
        cell = {"cell_type": "code", "metadata": {}, "source": CODE.splitlines(keepends=True)}
        text = json.dumps({"cells": [cell], "metadata": {}})
    done = move(tmp_path, {path: text, **others})
    assert done.files[params].endswith("train:\n  lr: 0.1\n"), done.reasons
    assert f'open("{opened}")' in done.files[path].replace("\\", "")


def test_where_a_notebook_runs_is_asked_of_the_cells_that_can_be_parsed(tmp_path: Path) -> None:
    cells = [{"cell_type": "code", "metadata": {}, "source": source} for source in (CODE, "x = (")]
    done = move(tmp_path, {"nb/a.ipynb": json.dumps({"cells": cells, "metadata": {}})})
    assert 'open(\\"../params.yaml\\")' in done.files["nb/a.ipynb"], done.reasons


@pytest.mark.parametrize(
    ("path", "reads", "opened"),
    [("src/train.py", "../data/x.csv", "../params.yaml"), ("src/train.py", "data/x.csv", "params.yaml"),
     ("nb/train.py", "data/gone.csv", "params.yaml")],
)  # fmt: skip
def test_the_paths_in_the_code_say_where_it_runs(tmp_path: Path, path: str, reads: str, opened: str) -> None:
    done = move(tmp_path, {path: f'{CODE}x = open("{reads}")\n', "data/x.csv": "a\n"})
    assert f'open("{opened}")' in done.files[path]


@pytest.mark.parametrize("named", ["conf/p.json", "conf/p.toml"])
def test_a_parameters_file_of_another_format_is_left_to_the_author(tmp_path: Path, named: str) -> None:
    done = move(tmp_path, {"train.py": CODE, "reproof.toml": f'params = ["{named}"]\n', named: ""})
    assert f"the parameters stand in {named}, and only YAML files are extended" in done.reason


@pytest.mark.parametrize("data", [b"\xff\xfea\x00:\x00 \x001\x00", b"caf\xe9: 1\n"])
def test_a_parameters_file_in_another_encoding_is_left_alone(tmp_path: Path, data: bytes) -> None:
    done = move(tmp_path, {"train.py": CODE, "params.yaml": data})
    assert "params.yaml" in done.reason
    assert (tmp_path / "params.yaml").read_bytes() == data


# DVC

STAGE = "stages:\n  prepare:\n    cmd: python prepare.py\n  train:\n    cmd: python train.py\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("", "    params:\n      - train.lr\n", id="no list yet, only a command"),
        pytest.param("    deps: [train.py]\n", "    deps: [train.py]\n    params:\n      - train.lr\n", id="deps in brackets"),
        pytest.param("    deps:\n    - train.py\n    outs:\n    - m\n", "    deps:\n    - train.py\n    params:\n    - train.lr\n    outs:\n    - m\n", id="below deps, as they are written"),
        pytest.param("    deps:\n      - train.py\n", "    deps:\n      - train.py\n    params:\n      - train.lr\n", id="another indentation"),
        pytest.param("    params:\n    - seed # fixed\n    outs:\n    - m\n", "    params:\n    - seed # fixed\n    - train.lr\n    outs:\n    - m\n", id="a list is extended"),
        pytest.param("    params: [seed]\n", "    params: [seed, train.lr]\n", id="a list in brackets"),
        pytest.param("    params: [seed, train]\n", None, id="the section is tracked already"),
        pytest.param("    params:\n    - train.lr\n", None, id="the key is tracked already"),
        pytest.param("    params:\n    - train.lr_decay\n", "    params:\n    - train.lr_decay\n    - train.lr\n", id="a key that only begins alike"),
        pytest.param("    params:\n    - seed\n    - other.yaml:\n      - a\n", "    params:\n    - seed\n    - other.yaml:\n      - a\n    - train.lr\n", id="keys of another file stay apart"),
        pytest.param("    params:\n    - seed\n    - params.yaml:\n      - train\n", None, id="the default file by its name"),
    ],
)  # fmt: skip
def test_a_stage_tracks_the_new_key(tmp_path: Path, before: str, after: str | None) -> None:
    done = move(tmp_path, {"train.py": CODE, "dvc.yaml": f"# mine\n{STAGE}{before}"})
    assert done.files["dvc.yaml"] == f"# mine\n{STAGE}{before if after is None else after}", done.reasons
    assert done.files["params.yaml"] == "train:\n  lr: 0.1\n"


@pytest.mark.parametrize(
    ("dvc", "path", "params", "opened"),
    [
        pytest.param("stages:\n  t:\n    cmd: python ../src/train.py\n    wdir: run\n", "src/train.py", "run/params.yaml", "params.yaml", id="the folder that the stage runs in"),
        pytest.param("stages:\n  t:\n    cmd: python src/train.py\n    params:\n    - conf/p.yaml:\n      - a\n", "src/train.py", "conf/p.yaml", "conf/p.yaml", id="the file that the stage names"),
        pytest.param("stages:\n  t:\n    cmd: python -m src.train\n", "src/train.py", "params.yaml", "params.yaml", id="run as a module"),
        pytest.param("stages:\n  t:\n    cmd:\n    - echo x\n    - python src/train.py --a ${a}\n", "src/train.py", "params.yaml", "params.yaml", id="several commands"),
        pytest.param("vars:\n- other.yaml\nstages:\n  t:\n    cmd: python main.py ${b}\n    deps:\n    - src/train.py\n", "src/train.py", "params.yaml", "params.yaml", id="a dependency, and variables"),
    ],
)  # fmt: skip
def test_a_stage_says_where_the_parameters_are(
    tmp_path: Path, dvc: str, path: str, params: str, opened: str
) -> None:
    done = move(tmp_path, {path: CODE, "dvc.yaml": dvc})
    assert yaml.safe_load(done.files[params]) == {"train": {"lr": 0.1}}, done.reasons
    assert f'open("{opened}")' in done.files[path]
    tracked = yaml.safe_load(done.files["dvc.yaml"])["stages"]["t"]["params"]
    assert "train.lr" in tracked or {"conf/p.yaml": ["a", "train.lr"]} in tracked


@pytest.mark.parametrize(
    ("dvc", "why"),
    [
        (
            "stages:\n  t:\n    foreach: [1, 2]\n    do:\n      cmd: python train.py ${item}\n",
            "by a template",
        ),
        ("stages:\n  t:\n    matrix:\n      a: [1]\n    cmd: python train.py ${item.a}\n", "by a template"),
        ("stages:\n  t:\n    cmd: python train.py\n    wdir: ${x}\n", "by a template"),
        ("stages:\n  t:\n    cmd: python train.py\n    params: ${x}\n", "is no list"),
        ("stages:\n  t:\n    cmd: python train.py\n    params: ['${x}']\n", "by a template"),
        ("stages:\n  t: &a\n    cmd: python train.py\n  u: *a\n", "in several places"),
        ("stages:\n  t:\n    cmd: python train.py\n   x\n", "cannot be read as YAML"),
        (
            "stages:\n  t:\n    cmd: python train.py\n  u:\n    cmd: python ../train.py\n    wdir: sub\n",
            "several DVC stages",
        ),
    ],
)
def test_a_stage_that_cannot_be_extended_keeps_the_literal(tmp_path: Path, dvc: str, why: str) -> None:
    done = move(tmp_path, {"train.py": CODE, "dvc.yaml": dvc})
    assert why in done.reason
    assert done.files["train.py"] == CODE
    assert set(done.files) == {"train.py", "dvc.yaml"}


def test_a_pipeline_that_does_not_run_the_script_is_left_alone(tmp_path: Path) -> None:
    dvc = "stages:\n  t:\n    cmd: python retrain.py\n    deps:\n    - pretrain.py\n"
    assert move(tmp_path, {"train.py": CODE, "dvc.yaml": dvc}).files["dvc.yaml"] == dvc


# PyYAML


@pytest.mark.parametrize(
    ("files", "path", "after"),
    [
        ({}, "requirements.txt", None),
        ({"requirements.txt": "torch==2.1\n"}, "requirements.txt", f"torch==2.1\n{PIN}\n"),
        ({"requirements.txt": "torch==2.1"}, "requirements.txt", f"torch==2.1\n{PIN}"),
        ({"requirements.txt": "torch==2.1\r\n"}, "requirements.txt", f"torch==2.1\r\n{PIN}\r\n"),
        ({"requirements.txt": "numpy==2.1\ntorch==2.1 # x\n"}, "requirements.txt", f"numpy==2.1\n{PIN}\ntorch==2.1 # x\n"),
        ({"requirements.txt": "torch==2.1\nnumpy==2.1\n"}, "requirements.txt", f"torch==2.1\nnumpy==2.1\n{PIN}\n"),
        ({"requirements.txt": "torch==2.1\n-c c.txt\n", "c.txt": "pyyaml==6.0.1\n"}, "requirements.txt", "torch==2.1\n-c c.txt\nPyYAML==6.0.1\n"),
        ({"requirements.txt": "torch==2.1\n", "requirements.lock": "pyyaml==6.0.2\n"}, "requirements.txt", "torch==2.1\nPyYAML==6.0.2\n"),
        ({"requirements.txt": "torch==2.1\npyyaml\n"}, "requirements.txt", None),
        ({"requirements.txt": "-r base.txt\n", "base.txt": "PyYAML==6\n"}, "requirements.txt", None),
        ({"requirements.txt": "hydra_core==1.3\n"}, "requirements.txt", None),
        ({"requirements.txt": "array-api==1\n"}, "requirements.txt", f"array-api==1\n{PIN}\n"),
        ({"environment.yml": "dependencies:\n  - pytorch=2.1.0\n  - pip:\n    - x==1\n"}, "environment.yml",
         f"dependencies:\n  - pytorch=2.1.0\n  - pip:\n    - x==1\n  - pyyaml={yaml.__version__}\n"),
        ({"environment.yml": "dependencies:\n  - conda-forge::pyyaml=6.0.1\n"}, "environment.yml", None),
        ({"environment.yml": "dependencies:\n  - python=3.11.2\n  - pip:\n    - omegaconf==2.3.0\n"}, "environment.yml", None),
        ({"pyproject.toml": '[project]\nname = "a"\ndependencies = [\n    "torch==2.1",\n]\n'}, "pyproject.toml",
         f'[project]\nname = "a"\ndependencies = [\n    "torch==2.1",\n    "pyyaml=={yaml.__version__}",\n]\n'),
        ({"pyproject.toml": '[project]\ndependencies = ["torch==2.1"]\n'}, "pyproject.toml",
         f'[project]\ndependencies = ["torch==2.1", "pyyaml=={yaml.__version__}"]\n'),
        ({"pyproject.toml": '[project]\ndependencies = ["torch", "pyyaml>=6"]\n'}, "pyproject.toml", None),
        ({"pyproject.toml": '[project]\ndependencies = ["torch"]\n', "uv.lock": '[[package]]\nname = "pyyaml"\nversion = "6.0.2"\n'}, "pyproject.toml", None),
        ({"pyproject.toml": "[tool.ruff]\nline-length = 99\n"}, "pyproject.toml", None),
        ({"setup.py": "setup(install_requires=['PyYAML'])\n"}, "setup.py", None),
    ],
)  # fmt: skip
def test_pyyaml_is_declared_and_pinned_beside_the_others(
    tmp_path: Path, files: dict[str, str], path: str, after: str | None
) -> None:
    done = move(tmp_path, {"train.py": CODE, **files}, "train.py")
    assert done.left == [], done.reasons
    assert done.files.get(path) == (files.get(path) if after is None else after)


def test_what_was_declared_is_to_be_installed_and_that_is_said_once(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"a.py": CODE, "b.py": CODE, "requirements.txt": "torch==2.1\n"}
    done = move(tmp_path, files)
    assert done.notes == [f"requirements.txt asks for {PIN} now: `pip install {PIN}` before the next run"]
    assert done.files["requirements.txt"].count("PyYAML") == 1


def test_what_conda_is_asked_for_is_installed_by_conda(tmp_path: Path) -> None:
    done = move(tmp_path, {"a.py": CODE, "environment.yml": "dependencies:\n  - pytorch=2.1.0\n"})
    assert [note.partition(": ")[2] for note in done.notes] == [
        f"`conda install pyyaml={yaml.__version__}` before the next run"
    ]


def test_what_was_declared_before_is_not_said(tmp_path: Path) -> None:
    assert move(tmp_path, {"a.py": CODE, "requirements.txt": "torch==2.1\npyyaml==6.0.2\n"}).notes == []


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"requirements.in": "torch\n", "requirements.txt": "torch==2.1\n"}, "add pyyaml to its `.in` file"),
        ({"requirements.txt": f"torch==2.1 --hash=sha256:{'0' * 64}\n"}, "locked by hashes"),
        ({"pyproject.toml": '[project]\ndependencies = ["torch"]\n', "uv.lock": ""}, "run `uv add pyyaml`"),
        ({"pyproject.toml": '[tool.poetry.dependencies]\ntorch = "2"\n', "poetry.lock": ""}, "run `poetry add pyyaml`"),
        ({"pyproject.toml": '[build-system]\nrequires = []\n[project]\nname = "a"\ndependencies = ["torch"]\n'}, "add it there first"),
        ({"pyproject.toml": "[project\n"}, "cannot be read"),
        ({"setup.py": "setup(install_requires=['torch', 'array'])\n"}, "`install_requires` in setup.py"),
        ({"Pipfile": "[packages]\ntorch = '*'\n"}, "pipenv install pyyaml"),
        ({"environment.yml": "dependencies:\n  - pytorch=2.1.0\n", "conda-lock.yml": ""}, "the environment is locked"),
        ({"environment.yml": "dependencies: [\n"}, "cannot be read"),
        ({"requirements.txt": b"torch==2.1\0\n"}, "cannot be read"),
    ],
)  # fmt: skip
def test_where_pyyaml_cannot_be_added_the_literal_stays(
    tmp_path: Path, files: dict[str, str | bytes], says: str
) -> None:
    done = move(tmp_path, {"train.py": CODE, **files}, "train.py")
    assert says in done.reason
    assert done.files["train.py"] == CODE


def test_a_script_that_lists_its_own_dependencies_is_asked_first(tmp_path: Path) -> None:
    block = '# /// script\n# dependencies = ["torch==2.1"]\n# ///\n'
    assert "`# /// script`" in move(tmp_path, {"train.py": f"{block}{CODE}"}).reason


def test_a_script_that_imports_pyyaml_already_asks_for_nothing(tmp_path: Path) -> None:
    done = move(
        tmp_path, {"train.py": f"import yaml\n{CODE}", "requirements.txt": "torch==2.1\n"}, "train.py"
    )
    assert done.files["requirements.txt"] == "torch==2.1\n"
