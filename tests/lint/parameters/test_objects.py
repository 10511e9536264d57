"""Which names of a module hold a params file: one way of loading, passing and importing after another."""

from __future__ import annotations

import ast
import json

import pytest

from reproof.lint.hyperparameters.module import Module
from reproof.lint.parameters.objects import ConfigObject, config_objects
from reproof.lint.source import NotebookFile
from tests.lint.parameters.in_memory import script

BESIDE = {
    "params.yaml": "train:\n  lr: 0.1\n",
    "params.json": "{}",
    "params.toml": "",
    "settings.toml": "",
    "conf/config.yaml": "lr: 1\n",
    "src/conf/config.yaml": "lr: 1\n",
    "project/constants.py": "from pathlib import Path\n"
    "ROOT = Path(__file__).parent.parent\nPARAMS = ROOT / 'params.yaml'\n",
    "project/config.py": "import yaml\nparams = yaml.safe_load(open('params.yaml'))\n",
    "project/__init__.py": "from .config import params\n",
    "project/helpers.py": "import yaml\nfrom pathlib import Path\nfrom box import ConfigBox\n"
    "def read_yaml(path: Path) -> ConfigBox:\n    try:\n"
    "        with open(path) as f:\n            content = yaml.safe_load(f)\n"
    "            return ConfigBox(content)\n    except ValueError as e:\n        raise e\n",
}


def objects(code: str, path: str = "train.py") -> list[ConfigObject]:
    file = script(path, code, BESIDE)
    return config_objects(Module(file.codes), file)


def told(code: str, path: str = "train.py") -> list[tuple[str, str | None, str, str]]:
    """Name, file, keys entered and access of each object, sorted."""
    return sorted((one.name, one.path, ".".join(one.prefix), one.access) for one in objects(code, path))


PARAMS = ("params", "params.yaml", "", "item")


@pytest.mark.parametrize(
    "load",
    [
        "yaml.safe_load(open('params.yaml'))",
        "yaml.load(open('./params.yaml', 'r'), Loader=yaml.FullLoader)",
        "yaml.full_load(Path('params.yaml').read_text())",
        "yaml.safe_load(Path('params.yaml').open(encoding='utf-8'))",
        "yaml.safe_load(open(Path(__file__).parent / 'params.yaml'))",
        "yaml.safe_load(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'params.yaml')))",
        "yaml.safe_load(open(Path.cwd() / 'params.yaml'))",
        "yaml.safe_load(stream=open('params.yaml').read())",
        "YAML(typ='safe').load(open('params.yaml'))",
        "(yaml.safe_load(open('params.yaml')) or {})",
        "copy.deepcopy(yaml.safe_load(open('params.yaml')))",
        "yaml.safe_load(open(f'{FOLDER}/params.yaml'))",
        "yaml.safe_load(open(FOLDER + '/params.yaml'))",
        "yaml.safe_load(open(os.getenv('PARAMS', 'params.yaml')))",
        "yaml.safe_load(open(PARAMS))",
    ],
)
def test_yaml_is_loaded_in_many_ways(load: str) -> None:
    head = (
        "import copy\nimport os\nimport yaml\nfrom pathlib import Path\nfrom ruamel.yaml import YAML\n"
        "from project.constants import PARAMS\nFOLDER = '.'\n"
    )
    assert told(f"{head}params = {load}\n") == [PARAMS]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        pytest.param(
            "import yaml\nPATH = 'params.yaml'\nwith open(PATH) as f:\n    params = yaml.safe_load(f)\n",
            [PARAMS],
            id="a constant names the file, and with opens it",
        ),
        pytest.param(
            "import yaml\nf = open('params.yaml')\nparams = yaml.safe_load(f)\n", [PARAMS], id="opened before"
        ),
        pytest.param(
            "import yaml\nwith open('a.txt') as f:\n    f.read()\nwith open('params.yaml') as f:\n"
            "    params = yaml.safe_load(f)\n",
            [PARAMS],
            id="two files are opened as f: the with around counts",
        ),
        pytest.param(
            "import ruamel.yaml\nyaml = ruamel.yaml.YAML()\nparams = yaml.load(open('params.yaml'))\n",
            [PARAMS],
            id="ruamel's object",
        ),
        pytest.param("import json\nparams = json.load(open('params.json'))\n",
                     [("params", "params.json", "", "item")], id="json"),
        pytest.param("import tomllib\nparams = tomllib.load(open('params.toml', 'rb'))\n",
                     [("params", "params.toml", "", "item")], id="toml"),
        pytest.param("from omegaconf import OmegaConf\ncfg = OmegaConf.load('params.yaml')\n",
                     [("cfg", "params.yaml", "", "both")], id="OmegaConf"),
        pytest.param("from dynaconf import Dynaconf\ns = Dynaconf(settings_files=['settings.toml'])\n",
                     [("s", "settings.toml", "", "both")], id="dynaconf"),
        pytest.param("from dynaconf import Dynaconf\ns = Dynaconf(settings_files=['settings.toml', 'b.toml'])\n",
                     [("s", None, "", "both")], id="dynaconf merges several files"),
        pytest.param("import dvc.api\nparams = dvc.api.params_show()\n", [PARAMS], id="dvc reads params.yaml"),
        pytest.param("import yaml\nfrom box import Box\ncfg = Box(yaml.safe_load(open('params.yaml')))\n",
                     [("cfg", "params.yaml", "", "both")], id="Box"),
        pytest.param("from easydict import EasyDict as E\nimport yaml\n"
                     "c = E(yaml.safe_load(open('params.yaml')))\n",
                     [("c", "params.yaml", "", "both")], id="EasyDict by another name"),
        pytest.param(
            "import yaml\nfrom types import SimpleNamespace\n"
            "c = SimpleNamespace(**yaml.safe_load(open('params.yaml')))\nt = c.train\n",
            [("c", "params.yaml", "", "attribute"), ("t", "params.yaml", "train", "item")],
            id="a namespace of dicts",
        ),
        pytest.param(
            "import argparse\nparser = argparse.ArgumentParser()\nargs = parser.parse_args()\n",
            [("args", None, "", "attribute")],
            id="argparse",
        ),
        pytest.param(
            "import argparse\nparser = argparse.ArgumentParser()\nargs, _ = parser.parse_known_args()\n",
            [("args", None, "", "attribute")],
            id="argparse with a rest",
        ),
        pytest.param(
            "import argparse, yaml\np = argparse.ArgumentParser()\n"
            "p.add_argument('--config', default='params.yaml')\n"
            "args = p.parse_args()\nwith open(args.config) as f:\n    params = yaml.safe_load(f)\n",
            [("args", None, "", "attribute"), PARAMS],
            id="an option's default names the file",
        ),
        pytest.param(
            "import click, yaml\n@click.command()\n@click.option('--params-file', default='params.yaml')\n"
            "def main(params_file):\n    params = yaml.safe_load(open(params_file))\n",
            [PARAMS],
            id="click's default",
        ),
        pytest.param(
            "import yaml\nparams = yaml.safe_load(open('params.yaml'))\ntrain = params['train']\n"
            "lr = train.get('lr', 1)\n",
            [("lr", "params.yaml", "train.lr", "item"), PARAMS, ("train", "params.yaml", "train", "item")],
            id="parts of it",
        ),
        pytest.param(
            "import yaml\nparams = yaml.safe_load(open('params.yaml'))['train']\n",
            [("params", "params.yaml", "train", "item")],
            id="entered at once",
        ),
        pytest.param(
            "import yaml\nparams = yaml.safe_load(open('params.yaml'))\ndef train(p):\n    print(p)\n"
            "train(params)\n"
            "train(p=params['train'])\n",
            [("p", "params.yaml", "", "item"), ("p", "params.yaml", "train", "item"), PARAMS],
            id="an argument receives it, from each call",
        ),
        pytest.param(
            "import yaml\nclass Trainer:\n    def __init__(self, cfg):\n        self.cfg = cfg\n"
            "    def fit(self):\n        lr = self.cfg['train']\n"
            "Trainer(yaml.safe_load(open('params.yaml')))\n",
            [("cfg", "params.yaml", "", "item"), ("lr", "params.yaml", "train", "item"),
             ("self.cfg", "params.yaml", "", "item")],
            id="an object keeps it",
        ),
        pytest.param(
            "import yaml\ndef read_params(path):\n    with open(path) as f:\n        config = yaml.safe_load(f)\n"
            "    return config\ndef main(config_path):\n    params = read_params(config_path)\n"
            "main('params.yaml')\n",
            [("config", "params.yaml", "", "item"), PARAMS],
            id="a helper is given the path",
        ),
        pytest.param(
            "import yaml\ndef read(path):\n    return yaml.safe_load(open(path))\n"
            "a = read('params.yaml')\nb = read('conf/config.yaml')\n",
            [("a", "params.yaml", "", "item"), ("b", "conf/config.yaml", "", "item")],
            id="a helper reads two files, each result is its own",
        ),
        pytest.param("from project import params\n", [PARAMS], id="imported through a package"),
        pytest.param("from project import config\np = config.params['train']\n",
                     [("p", "params.yaml", "train", "item")], id="an attribute of a module"),
        pytest.param("from project.config import *\np = params\n", [("p", "params.yaml", "", "item")], id="a star"),
        pytest.param(
            "from project.helpers import read_yaml\nfrom project.constants import *\n"
            "class Manager:\n    def __init__(self, path=PARAMS):\n        self.params = read_yaml(path)\n"
            "    def get(self):\n        p = self.params.train\n",
            [("p", "params.yaml", "train", "both"), ("self.params", "params.yaml", "", "both")],
            id="a project's own helper and constants",
        ),
        pytest.param(
            "import hydra\n@hydra.main(config_path='conf', config_name='config', version_base=None)\n"
            "def main(cfg):\n    model = cfg.model\n",
            [("cfg", "conf/config.yaml", "", "both"), ("model", "conf/config.yaml", "model", "both")],
            id="Hydra",
        ),
        pytest.param("from omegaconf import DictConfig\ndef f(cfg: DictConfig):\n    pass\n",
                     [("cfg", None, "", "both")], id="an annotation"),
        pytest.param(
            "import yaml, sys\nif sys.argv:\n    params = yaml.safe_load(open('params.yaml'))\n"
            "else:\n    params = yaml.safe_load(open('conf/config.yaml'))\n",
            [("params", "conf/config.yaml", "", "item"), PARAMS],
            id="one of two files",
        ),
        pytest.param(
            "import yaml\nfrom box import Box\n"
            "params = yaml.safe_load(open('params.yaml'))\nparams = Box(params)\n",
            [("params", "params.yaml", "", "both")],
            id="wrapped under its own name",
        ),
        pytest.param("import yaml, sys\nparams = yaml.safe_load(open(sys.argv[1]))\n",
                     [("params", None, "", "item")], id="any file"),
        pytest.param("import yaml\nparams = yaml.safe_load(open('absent.yaml'))\n",
                     [("params", None, "", "item")], id="no such file"),
        pytest.param("import yaml\nparams = yaml.safe_load(open('/etc/params.yaml'))\n",
                     [("params", None, "", "item")], id="a file of the machine"),
        pytest.param("params = load('params.yaml')\ndata = open('params.yaml').read()\n", [], id="no loader"),
        pytest.param("import pandas as pd\ndf = pd.read_csv('params.yaml')\nx = df['a']\n", [], id="a table"),
    ],
)  # fmt: skip
def test_names_that_hold_a_configuration(code: str, found: list[tuple[str, str | None, str, str]]) -> None:
    assert told(code) == sorted(found, key=lambda one: (one[0], one[1] or "", one[2]))


def test_a_path_is_looked_for_from_the_root_and_from_the_codes_own_folders() -> None:
    load = "from omegaconf import OmegaConf\ncfg = OmegaConf.load({!r})\n"
    found = {
        (path, name): objects(load.format(name), path)[0].path
        for path, name in [
            ("src/train.py", "params.yaml"),
            ("src/train.py", "../params.yaml"),
            ("src/models/train.py", "conf/config.yaml"),
            ("src/train.py", "../../params.yaml"),
        ]
    }
    assert list(found.values()) == ["params.yaml", "params.yaml", "conf/config.yaml", None]


def test_hydra_looks_beside_the_code() -> None:
    code = "import hydra\n@hydra.main(config_path='conf', config_name='config')\ndef main(cfg):\n    pass\n"
    assert objects(code, "src/train.py")[0].path == "src/conf/config.yaml"


def test_an_object_says_where_it_is_bound() -> None:
    code = "import yaml\ndef f():\n    cfg = yaml.safe_load(open('params.yaml'))\n"
    (found,) = objects(code)
    assert (found.scope.kind, found.loader) == ("function", "yaml")
    assert found.code.source_of(found.node).startswith("cfg = ")


@pytest.mark.parametrize(
    "code",
    [
        "a = b\nb = a\n",
        "def f(x):\n    return f(f(x))\ny = f(f)\n",
        "import yaml\ndef f(x, y):\n    return g(x) or g(y)\ndef g(z):\n    return f(z, z)\np = f('a', 'b')\n",
        "x = " + "a + " * 900 + "b\nimport yaml\np = yaml.safe_load(open(x))\n",
        "from train import *\nfrom project import nothing\n",
        "import yaml\np = yaml.safe_load()\nq = yaml.safe_load(*a, **b)\nopen().read()\n",
    ],
)
def test_what_turns_in_circles_ends(code: str) -> None:
    assert not [one for one in objects(code) if one.path]


def test_each_is_placed_in_the_cell_that_binds_it() -> None:
    """Found by the fuzzer: a name that was bound in two cells had the statement of one, the cell of the other."""
    load = "params = yaml.safe_load(open('params.yaml'))"
    cells = ["x = 1", f"import yaml\n{load}", load, "from project.config import params as imported"]
    made = [{"cell_type": "code", "metadata": {}, "source": cell} for cell in cells]
    beside = script("train.py", "", BESIDE).neighbour
    file = NotebookFile("a.ipynb", json.dumps({"cells": made}).encode(), beside)
    found = config_objects(Module(file.codes), file)
    assert {one.name for one in found} == {"params", "imported"}
    for one in found:
        assert any(node is one.node for node in ast.walk(one.code.tree)), one.name
