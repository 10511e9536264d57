"""The rule `missing-parameter` on files that are really there: what it says, and where it says nothing."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from reproof.commands.check import tools
from reproof.config import CheckConfig
from reproof.lint.files import SourceTree
from reproof.lint.finding import Finding
from reproof.lint.linter import Linter
from reproof.lint.rules.config.missing_parameter import MissingParameter

PARAMS = "train:\n  lr: 0.1\n  epochs: 3\n  opt:\n    name: adam\nseed: 1\nmin-df: 2\nempty:\nsizes: [1, 2]\n"
LOAD = "import yaml\nparams = yaml.safe_load(open('params.yaml'))\n"
CFG = "from omegaconf import OmegaConf\ncfg = OmegaConf.load('params.yaml')\n"
BOX = "import yaml\nfrom box import Box\ncfg = Box(yaml.safe_load(open('params.yaml')))\n"


def look(root: Path, code: str, path: str = "train.py", **beside: str) -> list[Finding]:
    files = {"params.yaml": PARAMS, path: code}
    files.update({name.replace("__", "/").replace("_dot_", "."): text for name, text in beside.items()})
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    options = CheckConfig()
    tree = SourceTree(str(root))
    return Linter(tree, [MissingParameter(options, tools())], options).look(path)


def names(root: Path, code: str, path: str = "train.py", **beside: str) -> list[str]:
    return [finding.name for finding in look(root, code, path, **beside)]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (LOAD + "x = params['rate']", ["rate"]),
        (LOAD + "x = params['train']['rate']", ["train.rate"]),
        (LOAD + "x = params['model']['depth']['a']", ["model"]),  # once, at the first key that is missing
        (LOAD + "model = params['model']\nx = model['depth']", ["model"]),
        (LOAD + "x = params['a']\ny = params['a']", ["a", "a"]),
        (CFG + "x = cfg.train.opt.nam", ["train.opt.nam"]),
        (BOX + "x = cfg.train.rate", ["train.rate"]),
        (LOAD + "class T:\n    def __init__(self, p):\n        self.p = p\n    def f(self):\n"
         "        return self.p['a']\nT(params)", ["a"]),
        # there
        (LOAD + "x = params['train']['opt']['name']", []),
        (BOX + "x = cfg.min_df", []),
        (CFG + "x = cfg.train.lr + cfg.seed", []),
        (LOAD + "x = params['sizes'][0]", []),
        # what lies below a value that is no mapping is not judged
        (LOAD + "x = params['empty']['a']", []),
        (LOAD + "x = params['seed']['a']", []),
        # may be missing
        (LOAD + "x = params.get('a')\ny = params.get('b', {})['c']", []),
        (LOAD + "x = params['a'] if 'a' in params else 0", []),
        (LOAD + "if 'a' in params:\n    x = params['a']", []),
        (LOAD + "try:\n    x = params['a']\nexcept KeyError:\n    x = 1", []),
        (CFG + "x = getattr(cfg, 'a', 0)", []),
        (CFG + "if hasattr(cfg, 'a'):\n    x = cfg.a", []),
        # put there
        (LOAD + "params['a'] = 1\nx = params['a']", []),
        (LOAD + "params.update(more)\nx = params['a']", []),
        (LOAD + "params.setdefault('a', 1)\nx = params['a']", []),
        (LOAD + "fill_defaults(params)\nx = params['a']", []),
        # perhaps another file, or none
        ("import sys, yaml\nparams = yaml.safe_load(open(sys.argv[1]))\nx = params['a']", []),
        (LOAD + "if x:\n    params = other()\ny = params['a']", []),
        ("import yaml\nparams = yaml.safe_load(open('/etc/params.yaml'))\nx = params['a']", []),
        ("import yaml\nparams = yaml.safe_load(open('absent.yaml'))\nx = params['a']", []),
        (LOAD + "from omegaconf import OmegaConf\nparams = OmegaConf.merge(params, x)\ny = params.a", []),
        # methods
        (BOX + "cfg.to_yaml()\ncfg.train.items()\ncfg.keys", ["keys"]),
        (CFG + "cfg.merge_with(other)\nx = cfg.a", []),
        # merged with what is elsewhere
        ("import dvc.api\np = dvc.api.params_show()\nx = p['a']", []),
        ("import hydra\n@hydra.main(config_path='.', config_name='params')\ndef main(cfg):\n    x = cfg.a", []),
        ("from dynaconf import Dynaconf\ns = Dynaconf(settings_files=['params.yaml'])\nx = s.a", []),
        # no params file at all
        ("import pandas as pd\ndf = pd.read_csv('params.yaml')\nx = df['a']", []),
        ("import yaml\ndata = {'a': 1}\nx = data['b']", []),
    ],
)  # fmt: skip
def test_keys_that_are_read(tmp_path: Path, code: str, found: list[str]) -> None:
    assert names(tmp_path, code + "\n") == found


def test_a_finding_stands_at_the_expression_and_offers_the_nearest_key(tmp_path: Path) -> None:
    (found,) = look(tmp_path, LOAD + "ä = 'ö'; x = params['train']['epoch']\n")
    assert (found.span.line, found.span.column, found.span.end_column) == (3, 14, 38)
    assert found.message == (
        "`train.epoch` is read from params.yaml, which has no such key: did you mean `train.epochs`?"
    )
    (moved,) = look(tmp_path, LOAD + "x = params['name']\n")
    assert moved.message.endswith("did you mean `train.opt.name`?")
    (new,) = look(tmp_path, LOAD + "x = params['decay']\n")
    assert new.message.endswith("add it there, or read it with a default")


def test_a_notebook_is_one_module(tmp_path: Path) -> None:
    cells = [LOAD, "%matplotlib inline\nx = params['rate']"]
    made = [{"cell_type": "code", "source": cell, "metadata": {}, "outputs": []} for cell in cells]
    text = json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    (found,) = look(tmp_path, text, "a.ipynb")
    assert (found.name, found.cell, found.span.line) == ("rate", 2, 2)


@pytest.mark.parametrize(
    ("beside", "code"),
    [
        ({"config_dot_py": LOAD}, "from config import params\nx = params['rate']\n"),
        ({"config_dot_py": LOAD}, "from config import params as p\nx = p['rate']\n"),
        ({"config_dot_py": LOAD}, "import config\nx = config.params['rate']\n"),
        (
            {"src__utils__common_dot_py": "import yaml\ndef read_yaml(path):\n    with open(path) as f:\n"
             "        return yaml.safe_load(f)\n", "src__constants_dot_py": "PARAMS = 'params.yaml'\n"},
            "from src.constants import *\nfrom src.utils.common import read_yaml\nx = read_yaml(PARAMS)['rate']\n",
        ),
    ],
)  # fmt: skip
def test_the_object_comes_from_another_module(tmp_path: Path, beside: dict[str, str], code: str) -> None:
    assert names(tmp_path, code, **beside) == ["rate"]


def test_a_key_that_one_of_two_files_has_is_not_missing(tmp_path: Path) -> None:
    code = "import yaml\np = yaml.safe_load(open('params.yaml' if x else 'b.yaml'))\ny = p['{}']\n"
    assert names(tmp_path, code.replace("{}", "b"), b_dot_yaml="b: 1\n") == []
    assert names(tmp_path, code.replace("{}", "c"), b_dot_yaml="b: 1\n") == ["c"]


@pytest.mark.parametrize(
    "params",
    ["a: [\n", "defaults: [model: cnn]\n", "- 1\n", "x", "", "a: &a [*a]\n", "!!python/name:os.x a: 1\n"],
)
def test_a_params_file_that_is_none_is_not_judged(tmp_path: Path, params: str) -> None:
    assert names(tmp_path, LOAD + "x = params['rate']\n", params_dot_yaml=params) == []


def test_tests_are_left_alone(tmp_path: Path) -> None:
    assert names(tmp_path, LOAD + "x = params['rate']\n", "tests/test_train.py") == []


def test_other_formats(tmp_path: Path) -> None:
    code = (
        "import json, tomllib\na = json.load(open('c.json'))\nb = tomllib.load(open('c.toml', 'rb'))\n"
        "x = a['p'], b['q']\n"
    )
    assert names(tmp_path, code, c_dot_json='{"a": 1}', c_dot_toml="a = 1\n") == ["p", "q"]


def test_python_that_is_broken_is_told_once(tmp_path: Path) -> None:
    found = look(tmp_path, "import yaml\nopen('params.yaml'\n")
    assert [finding.rule for finding in found] == ["invalid-file"]


def in_git(root: Path, *staged: str) -> list[Finding]:
    """What is found in train.py, which reads params.yaml, where git tracks these files."""
    code = LOAD + "x = params['train']['lr']\ny = params['seed']\n"
    look(root, code)  # lays the files out
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    for name in staged:
        subprocess.run(["git", "add", name], cwd=root, check=True)
    return look(root, code)


def test_a_params_file_that_git_does_not_track_is_told_once_beside_its_reader(tmp_path: Path) -> None:
    (finding,) = in_git(tmp_path, "train.py")
    assert finding.message == (
        "params.yaml is read here, and git does not track it: stage it with the code (`git add params.yaml`)"
    )
    assert (finding.name, finding.span.line) == ("params.yaml", 3)


@pytest.mark.parametrize(
    "staged",
    [
        pytest.param(("train.py", "params.yaml"), id="both are staged"),
        pytest.param(("params.yaml",), id="the code is not, so it is in no commit either"),
        pytest.param(("train.py", ".gitignore"), id="somebody means it to be ignored"),
    ],
)
def test_a_params_file_that_is_no_harm_to_the_commit(tmp_path: Path, staged: tuple[str, ...]) -> None:
    (tmp_path / ".gitignore").write_text("params.yaml\n" if ".gitignore" in staged else "")
    if ".gitignore" not in staged:
        (tmp_path / ".gitignore").unlink()
    assert in_git(tmp_path, *staged) == []


def test_a_data_file_that_git_does_not_track_is_left_alone(tmp_path: Path) -> None:
    code = "import json\nscores = json.load(open('scores.json'))\nx = scores['auc']\n"
    look(tmp_path, code, scores_dot_json='{"auc": 1}')
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "train.py"], cwd=tmp_path, check=True)
    assert look(tmp_path, code, scores_dot_json='{"auc": 1}') == []
