"""The rule `unused-parameter` on whole folders: what it says, and whoever might read the file silences it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reproof.commands.check import tools
from reproof.config import CheckConfig
from reproof.lint.files import SourceTree
from reproof.lint.finding import Finding
from reproof.lint.linter import Linter
from reproof.lint.parameters import unused
from reproof.lint.rules.config.unused_parameter import UnusedParameter

PARAMS = "train:\n  lr: 0.1\n  epochs: 3\nseed: 1\n"
READS_LR = "import yaml\nparams = yaml.safe_load(open('params.yaml'))\nlr = params['train']['lr']\n"


def look(root: Path, files: dict[str, str | bytes], path: str = "params.yaml") -> list[Finding]:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    options = CheckConfig()
    tree = SourceTree(str(root))
    return Linter(tree, [UnusedParameter(options, tools())], options).look(path)


def names(root: Path, files: dict[str, str | bytes], path: str = "params.yaml") -> list[str]:
    found = look(root, files, path)
    assert {finding.rule for finding in found} <= {"unused-parameter"}, found
    return [finding.name for finding in found]


def test_a_finding_stands_at_its_key_and_says_what_to_do(tmp_path: Path) -> None:
    (first, second) = look(tmp_path, {"params.yaml": PARAMS, "train.py": READS_LR})
    assert (first.name, first.span.line, first.span.column, first.span.end_column) == (
        "train.epochs",
        3,
        3,
        9,
    )
    assert (second.name, second.span.line, second.kind) == ("seed", 4, "unused-parameter")
    assert first.message == (
        "`train.epochs` is read by no code and no pipeline: read it where its value is used, or delete it"
    )


def test_keys_of_other_files_and_line_ends_have_their_places(tmp_path: Path) -> None:
    code = "import json, tomllib\na = json.load(open('params.json'))\nb = tomllib.load(open('params.toml', 'rb'))\n"
    code += "x = a['é'], b['a']['b']\n"
    text = json.dumps({"é": 1, "ü": {"x": 1}}, ensure_ascii=False, indent="\t")
    (found,) = look(
        tmp_path, {"params.json": text, "params.toml": "[a]\nb = 1\nc = 2\n", "a.py": code}, "params.json"
    )
    assert (found.name, found.span.line, found.span.column) == ("ü", 3, 2)
    (found,) = look(tmp_path, {}, "params.toml")
    assert (found.name, found.span.line) == ("a.c", 3)
    crlf = PARAMS.replace("\n", "\r\n").encode("utf-8-sig")
    assert [one.span.line for one in look(tmp_path, {"params.yaml": crlf, "train.py": READS_LR})] == [3, 4]


def test_a_comment_in_the_file_silences(tmp_path: Path) -> None:
    text = PARAMS.replace("seed: 1", "seed: 1  # reproof: ignore[unused-parameter] the cluster reads it")
    assert names(tmp_path, {"params.yaml": text, "train.py": READS_LR}) == ["train.epochs"]


STAGE = "stages:\n  a:\n    cmd: x\n"
BOTH = ["train.epochs", "seed"]
NOTEBOOK = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def notebook(*cells: str, language: str = "python") -> str:
    made = [{"cell_type": "code", "source": cell, "metadata": {}, "outputs": []} for cell in cells]
    return json.dumps({**NOTEBOOK, "cells": made, "metadata": {"kernelspec": {"language": language}}})


@pytest.mark.parametrize(
    "beside",
    [
        pytest.param({"a.py": "import yaml\nfor k in yaml.safe_load(open('params.yaml')):\n    print(k)\n"},
                     id="iterated"),
        pytest.param({"a.py": "import sys, yaml\nc = yaml.safe_load(open(sys.argv[1]))\n"}, id="any file"),
        pytest.param({"a.py": "import glob, yaml\nc = [yaml.safe_load(open(p)) for p in glob.glob('*.yaml')]\n"},
                     id="globbed"),
        pytest.param({"a.py": "import yaml\ndef read(p):\n    return yaml.safe_load(open(p))\n",
                      "b.py": "import sys\nfrom a import read\nc = read(sys.argv[1])\n"}, id="a helper's file"),
        pytest.param({"a.py": "import fire, yaml\ndef main(p):\n    yaml.safe_load(open(p))\nfire.Fire(main)\n"},
                     id="any file, by fire"),
        pytest.param({"a.py": "import yaml\n@app.command()\ndef main(p):\n    yaml.safe_load(open(p))\n"},
                     id="any file, by typer"),
        pytest.param({"a.py": "for line in open('params.yaml'):\n    print(line)\n"}, id="read as text"),
        pytest.param({"a.py": "import anyconfig\nc = anyconfig.load('params.yaml')\n"}, id="an unknown loader"),
        pytest.param({"a.py": "from yacs.config import CfgNode\nCfgNode().merge_from_file('params.yaml')\n"},
                     id="yacs"),
        pytest.param({"a.py": "import subprocess\nsubprocess.run(['Rscript', 'params.yaml'])\n"}, id="child"),
        pytest.param({"a.py": "import os\nos.system('yq .seed params.yaml')\n"}, id="a shell in code"),
        pytest.param({"a.py": "NAME = 'params.yaml'\nFILES = {'p': NAME}\n"}, id="kept in a table"),
        pytest.param({"a.py": "def path():\n    return 'params.yaml'\n"}, id="returned"),
        pytest.param({"a.py": "import yaml\nwith open('params.yaml', 'w') as f:\n    yaml.safe_dump({}, f)\n"},
                     id="written by code"),
        pytest.param({"a.py": "open('params.yaml'\n"}, id="Python that does not parse"),
        pytest.param({"a.py": "import hydra\n@hydra.main(config_path='.', config_name='params')\n"
                              "def main(cfg):\n    pass\n"}, id="Hydra"),
        pytest.param({"a.py": "from dynaconf import Dynaconf\ns = Dynaconf(settings_files=['params.yaml'])\n"},
                     id="dynaconf"),
        pytest.param({"a.ipynb": notebook("!yq .seed params.yaml")}, id="a shell line in a notebook"),
        pytest.param({"a.ipynb": notebook("%%bash\nyq .seed params.yaml")}, id="a shell cell in a notebook"),
        pytest.param({"a.ipynb": notebook("library(yaml)\np <- read_yaml('params.yaml')", language="R")}, id="R"),
        pytest.param({"a.R": "p <- yaml::read_yaml('params.yaml')\n"}, id="an R script"),
        pytest.param({"a.jl": "p = YAML.load_file(\"params.yaml\")\n"}, id="Julia"),
        pytest.param({"run.sh": "yq .seed params.yaml\n"}, id="a shell script"),
        pytest.param({"Makefile": "train:\n\tpapermill -f params.yaml a.ipynb b.ipynb\n"}, id="make"),
        pytest.param({".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - run: yq .seed params.yaml\n"},
                     id="a workflow"),
        pytest.param({"README.md": "Run it:\n\n    $ python -m other.tool params.yaml\n"}, id="typed"),
        pytest.param({"dvc.yaml": "stages:\n  a:\n    cmd: x\n    params:\n    - params.yaml:\n"}, id="all of it"),
        pytest.param({"dvc.yaml": "stages:\n  a:\n    cmd: train --config params.yaml\n"}, id="a command of DVC"),
        pytest.param({"dvc.yaml": "vars:\n- params.yaml\n"}, id="vars of DVC"),
        pytest.param({"dvc.yaml": "a: [\n"}, id="a dvc.yaml that is broken"),
        pytest.param({"train.py": "print(1)\n"}, id="nobody reads it"),
        pytest.param({"a.py": READS_LR + "exec(open('more.py').read())\n"}, id="code out of sight"),
    ],
)  # fmt: skip
def test_whoever_may_read_the_file_silences(tmp_path: Path, beside: dict[str, str | bytes]) -> None:
    assert names(tmp_path, {"params.yaml": PARAMS, "train.py": READS_LR, **beside}) == []


@pytest.mark.parametrize(
    ("beside", "unread"),
    [
        ({"other.py": "import json, sys\nd = json.load(open(sys.argv[1]))\n"}, BOTH),
        ({".gitignore": "params.yaml\n", "Dockerfile": "COPY params.yaml .\n"}, BOTH),
        ({".github/workflows/a.yml": "on:\n  push:\n    paths:\n      - params.yaml\n"}, BOTH),
        ({"README.md": "Edit `params.yaml`, then run `dvc repro`.\n"}, BOTH),
        ({"a.py": "def f():\n    '''Reads params.yaml.'''\n    raise KeyError('params.yaml')\n"}, BOTH),
        ({"a.py": "import mlflow\nmlflow.log_artifact('params.yaml')\n"}, BOTH),
        ({"a.py": "import shutil, os\nif os.path.exists('params.yaml'):\n    shutil.copy('params.yaml', out)\n"},
         BOTH),
        ({"setup.py": "FILES = ['src/__init__.py', 'params.yaml']\n"}, BOTH),
        ({"dvc.yaml": STAGE + "    deps: [params.yaml]\n    params: [seed]\n"}, ["train.epochs"]),
        ({"dvc.yaml": STAGE + "    wdir: sub\n    params: [{../params.yaml: [train]}]\n"}, ["seed"]),
        ({"dvc.yaml": "stages:\n  a:\n    foreach: [1]\n    do:\n      cmd: x ${train.epochs}\n"}, ["seed"]),
        ({"dvc.lock": "stages:\n  a:\n    params:\n      params.yaml:\n        seed: 1\n"}, BOTH),
        ({"sub/a.ipynb": notebook("import yaml", "p = yaml.safe_load(open('../params.yaml'))", "p['seed'] + 1")},
         ["train.epochs"]),
        ({"a.py": "from train import params\nprint(params['seed'])\n"}, ["train.epochs"]),
        ({"a.py": "import train\nprint(train.params['train']['epochs'])\n"}, ["seed"]),
        ({"cli.py": "import argparse, yaml\np = argparse.ArgumentParser()\np.add_argument('--config', "
                    "default='params.yaml')\nc = yaml.safe_load(open(p.parse_args().config))\nx = c['seed']\n",
          "dvc.yaml": "stages:\n  a:\n    cmd: python cli.py --config=params.yaml\n"}, ["train.epochs"]),
        ({"cli.py": "import argparse, yaml\np = argparse.ArgumentParser()\np.add_argument('--config', "
                    "default='params.yaml')\nargs = p.parse_args()\nc = yaml.safe_load(open(args.config))\n"
                    "x = c['seed']\n"}, ["train.epochs"]),
    ],
)  # fmt: skip
def test_what_reads_no_key_does_not(
    tmp_path: Path, beside: dict[str, str | bytes], unread: list[str]
) -> None:
    assert names(tmp_path, {"params.yaml": PARAMS, "train.py": READS_LR, **beside}) == unread


@pytest.mark.parametrize(
    ("params", "unread"),
    [
        ("train:\n  lr: ${rate}\nrate: 1\nother: 2\n", ["other"]),
        ("base: &base\n  depth: 3\ntrain:\n  <<: *base\n  lr: 1\nother: 2\n", ["other"]),
        ("train:\n  lr: 1\nrate: &rate 1\nagain: *rate\n", []),
        ("_target_: x\n.hidden: 1\ntrain: {lr: 1, x: 2}\n", ["train.x"]),
        ("train:\n  lr: 1\n  deep:\n    a: 1\n    b: 2\n", ["train.deep"]),
        ("train:\n  lr: [1, {a: 2}]\n", []),
        ("1: a\ntrue: b\ntrain: {lr: 1}\n", ["1", "true"]),
        ("train: {lr: 1}\ntrain: {lr: 2, x: 1}\n", ["train.x"]),
        ("", []),
        ("- 1\n- 2\n", []),
        ("just a text\n", []),
        ("train:\n", []),
    ],
)
def test_keys_of_all_sorts(tmp_path: Path, params: str, unread: list[str]) -> None:
    assert names(tmp_path, {"params.yaml": params, "train.py": READS_LR}) == unread


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        pytest.param("params.yaml", "a: 1\nb: [\n", 3, id="an open bracket"),
        pytest.param("params.yaml", "a: 1\nb: !!python/object:os.system x\n", 2, id="a tag"),
        pytest.param("params.yaml", "b: 1\na: {{ lr }}\n", 2, id="a template"),
        pytest.param("params.yaml", b"a: 1\nb: \xff\n", 2, id="no UTF-8"),
        pytest.param("params.yaml", "[" * 5000, 1, id="nested without end"),
        pytest.param("params.yaml", "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
            f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 10)}]\n" for i in range(9)), 1,
            id="an alias bomb"),
        pytest.param("params.yaml", "a: &a [*a]\n", 1, id="inside itself"),
        pytest.param("params.json", '{"a": 1,\n "b": }', 2, id="JSON"),
        pytest.param("params.json", "[" * 100_000, 1, id="JSON nested without end"),
        pytest.param("params.toml", "a = 1\nb =\n", 2, id="TOML"),
        pytest.param("params.yaml", "a: 1\n" * 200_000, 1, id="too large"),
    ],
)  # fmt: skip
def test_a_file_that_is_broken_is_a_finding_with_its_line(
    tmp_path: Path, path: str, text: str | bytes, line: int
) -> None:
    (found,) = look(tmp_path, {path: text, "train.py": READS_LR}, path)
    assert (found.rule, found.span.line) == ("invalid-file", line)


def test_another_project_in_the_same_repository_is_none_of_its_business(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a/params.yaml": PARAMS,
        "a/train.py": READS_LR,
        "b/params.yaml": PARAMS,
        "b/run.sh": "yq . params.yaml\n",
        "b/all.py": "import yaml\nuse(yaml.safe_load(open('params.yaml')))\n",
    }
    assert names(tmp_path, files, "a/params.yaml") == BOTH
    assert names(tmp_path, {}, "b/params.yaml") == []


def test_other_broken_files_cost_nothing(tmp_path: Path) -> None:
    broken: dict[str, str | bytes] = {
        "a.ipynb": "{",
        "b.py": "def",
        "c.py": b"\xff",
        "d.ipynb": "import yaml {",
    }
    assert names(tmp_path, {"params.yaml": PARAMS, "train.py": READS_LR, **broken}) == [
        "train.epochs",
        "seed",
    ]


def test_a_repository_that_is_too_large_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: dict[str, str | bytes] = {"params.yaml": PARAMS, "train.py": READS_LR, "a.py": "", "b.py": ""}
    assert names(tmp_path, files)
    monkeypatch.setattr(unused, "MOST_FILES", 2)
    assert names(tmp_path, files) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [("stages: [\n", 2), ("stages:\n  a: {cmd: x\n", 3), ("stages:\n\ta: 1\n", 2), (b"a: \xff\n", 1)],
)
def test_a_pipeline_that_is_no_yaml_is_told(tmp_path: Path, text: str | bytes, line: int) -> None:
    (found,) = look(tmp_path, {"sub/dvc.yaml": text}, "sub/dvc.yaml")
    assert (found.rule, found.span.line) == ("invalid-file", line)


@pytest.mark.parametrize("text", ["", "stages:\n  a:\n    cmd: ./train ${lr}\n", "stages: 3\n", "[]\n"])
def test_of_a_pipeline_that_is_yaml_nothing_is_told(tmp_path: Path, text: str) -> None:
    assert look(tmp_path, {"dvc.yaml": text}, "dvc.yaml") == []
