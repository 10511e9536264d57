# ruff: noqa: E501  code before and after stands on one line
"""The project's own way to read its configuration is used, where the place can reach it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.parameters.moving import LOADER, SGD, move

PARAMS = {"params.yaml": "epochs: 3\n"}
READ = "import yaml\n" + SGD + "\nwith open('params.yaml') as f:\n    cfg = yaml.safe_load(f)\n"


@pytest.mark.parametrize(
    ("head", "file", "read"),
    [
        pytest.param("import yaml\nc = yaml.safe_load(open('params.yaml'))\n", "params.yaml", "c['train']['lr']", id="a plain load"),
        pytest.param("import yaml\nwith open('params.yaml') as f:\n    c = yaml.safe_load(f)\n", "params.yaml", "c['train']['lr']", id="below with"),
        pytest.param("import yaml\nfrom pathlib import Path\nc = yaml.safe_load(Path('conf/train.yaml').read_text())\n", "conf/train.yaml", "c['train']['lr']", id="a file of another name"),
        pytest.param("import yaml\nc = yaml.safe_load(open('params.yaml'))['train']\n", "params.yaml", "c['lr']", id="a section of it"),
        pytest.param("import yaml\nc = yaml.safe_load(open('params.yaml'))['model']\n", "params.yaml", "c['train']['lr']", id="another section of it"),
        pytest.param("from omegaconf import OmegaConf\nc = OmegaConf.load('params.yaml')\n", "params.yaml", "c.train.lr", id="OmegaConf by attribute"),
        pytest.param("from omegaconf import OmegaConf\nc = OmegaConf.load('params.yaml')\nprint(c['epochs'], c['model']['p'])\n", "params.yaml", "c['train']['lr']", id="OmegaConf, as the code reads it"),
        pytest.param("import dvc.api\nc = dvc.api.params_show()\n", "params.yaml", "c['train']['lr']", id="DVC's own reader"),
        pytest.param("import yaml\nfrom box import Box\nc = Box(yaml.safe_load(open('params.yaml')))\n", "params.yaml", "c.train.lr", id="a box"),
        pytest.param("import yaml\nfrom types import SimpleNamespace\nc = SimpleNamespace(**yaml.safe_load(open('params.yaml')))\n", "params.yaml", "c.train['lr']", id="a namespace, whose sections are dicts"),
    ],
)  # fmt: skip
def test_a_configuration_that_is_read_already_is_used(
    tmp_path: Path, head: str, file: str, read: str
) -> None:
    there = "epochs: 3\nmodel:\n  p: 0.5\ntrain:\n  a: 1\n"
    done = move(tmp_path, {"train.py": f"{head}{SGD}opt = SGD(p, lr=0.1)\nname = 'x'\n", file: there})
    assert done.files["train.py"] == f"{head}{SGD}opt = SGD(p, lr={read})\nname = 'x'\n", done.reasons
    if "['model']\n" in head:
        assert done.files[file] == there.replace("train:", "  train:\n    lr: 0.1\ntrain:")
    else:
        assert done.files[file] == f"{there}  lr: 0.1\n"


def test_it_is_used_inside_functions_and_classes_below_it(tmp_path: Path) -> None:
    code = f"{READ}\n\nclass A:\n    lr = 0.1\n\n    def f(self):\n        return SGD(p, momentum=0.9)\n"
    done = move(tmp_path, {"train.py": code, **PARAMS})
    assert "lr = cfg['train']['lr']" in done.files["train.py"]
    assert "momentum=cfg['train']['momentum']" in done.files["train.py"]
    assert "params" not in done.files["train.py"].replace("params.yaml", "")


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(f"{SGD}import yaml\nopt = SGD(p, lr=0.1)\ncfg = yaml.safe_load(open('params.yaml'))\n", id="bound below"),
        pytest.param(f"{SGD}import yaml\nif x:\n    cfg = yaml.safe_load(open('params.yaml'))\nopt = SGD(p, lr=0.1)\n", id="bound under a condition"),
        pytest.param(f"{SGD}import yaml\ndef f():\n    cfg = yaml.safe_load(open('params.yaml'))\nopt = SGD(p, lr=0.1)\n", id="bound in a function"),
        pytest.param(f"{READ}cfg = other()\nopt = SGD(p, lr=0.1)\n", id="bound anew"),
        pytest.param(f"{READ}def f(cfg):\n    return SGD(p, lr=0.1)\n", id="hidden by an argument"),
        pytest.param(f"{READ}def f():\n    for cfg in x:\n        return SGD(p, lr=0.1)\n", id="hidden by a loop"),
        pytest.param(f"{SGD}import yaml\ndef f():\n    return SGD(p, lr=0.1)\nf()\ncfg = yaml.safe_load(open('params.yaml'))\n", id="the function may run before"),
    ],
)  # fmt: skip
def test_one_that_the_place_cannot_reach_is_not_used(tmp_path: Path, code: str) -> None:
    done = move(tmp_path, {"train.py": code, **PARAMS})
    assert "lr=params['train']['lr']" in done.files["train.py"], done.reasons
    assert done.files["params.yaml"] == "epochs: 3\ntrain:\n  lr: 0.1\n"


def test_a_configuration_bound_to_self_serves_the_other_methods(tmp_path: Path) -> None:
    code = (
        "import yaml\n" + SGD + "class Trainer:\n"
        "    def __init__(self):\n        self.cfg = yaml.safe_load(open('params.yaml'))\n\n"
        "    def make(self, p):\n        return SGD(p, lr=0.1)\n"
    )
    done = move(tmp_path, {"train.py": code, **PARAMS})
    assert done.files["train.py"] == code.replace("lr=0.1", "lr=self.cfg['train']['lr']")


HYDRA = "import hydra\n" + SGD + "@hydra.main(version_base=None, config_path='conf', config_name='config')\n"


@pytest.mark.parametrize(
    ("config", "others", "why"),
    [
        ("a: 1\n", {}, None),
        ("defaults:\n  - _self_\na: 1\n", {}, None),
        ("defaults:\n  - model: cnn\n  - _self_\n", {"conf/model/cnn.yaml": "b: 1\n"}, None),
        (
            "defaults:\n  - train: sgd\n  - _self_\n",
            {"conf/train/sgd.yaml": "b: 1\n"},
            "from a group of files",
        ),
        (
            "defaults:\n  - model: cnn\n",
            {"conf/model/cnn.yaml": "# @package _global_\nb: 1\n"},
            "composed with files",
        ),
        ("defaults:\n  - base\n", {"conf/base.yaml": "train:\n  c: 1\n"}, "composed with files"),
        ("defaults:\n  - gone\n", {}, "composed with files"),
        ("defaults:\n  - model: [a, b]\n", {}, "not followed"),
        ("defaults:\n  - override hydra/launcher: joblib\na: 1\n", {}, None),
    ],
)
def test_hydra_s_primary_file_is_extended_where_it_decides(
    tmp_path: Path, config: str, others: dict[str, str], why: str | None
) -> None:
    files: dict[str, str | bytes] = {
        "train.py": f"{HYDRA}def main(cfg):\n    return SGD(p, lr=0.1)\n",
        "conf/config.yaml": config,
        **others,
    }
    done = move(tmp_path, files)
    if why:
        assert why in done.reason
        assert done.files["conf/config.yaml"] == config
    else:
        assert done.files["conf/config.yaml"] == f"{config}train:\n  lr: 0.1\n"
        assert "lr=cfg.train.lr" in done.files["train.py"]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        pytest.param("import argparse\np = argparse.ArgumentParser()\np.add_argument('--epochs')\nargs = p.parse_args()\nopt = SGD(p, lr=0.1)\n", "from the command line (`args`)", id="the command line"),
        pytest.param("from dynaconf import Dynaconf\nsettings = Dynaconf(settings_files=['s.yaml'])\nopt = SGD(p, lr=0.1)\n", "dynaconf", id="dynaconf"),
        pytest.param("import json\nconfig = json.load(open('config.json'))\nopt = SGD(p, lr=0.1)\n", "only YAML files", id="JSON"),
        pytest.param("import tomllib\nconfig = tomllib.load(open('config.toml', 'rb'))\nopt = SGD(p, lr=0.1)\n", "only YAML files", id="TOML"),
        pytest.param("import yaml, sys\ncfg = yaml.safe_load(open(sys.argv[1]))\nopt = SGD(p, lr=0.1)\n", "whose file is not known", id="a file that the command line names"),
        pytest.param("def f(args):\n    return SGD(p, lr=0.1, momentum=args.momentum)\n", "takes its values from `args`", id="arguments that are handed in"),
        pytest.param("import tyro\nargs = tyro.cli(X)\nopt = SGD(p, lr=0.1, momentum=args.momentum)\n", "takes its values from `args`", id="another command line library"),
        pytest.param("import yaml\ncfg = yaml.safe_load(open('params.yaml'))\ncfg.update(vars(x))\nopt = SGD(p, lr=0.1)\n", "is changed after it was read", id="a configuration that is changed"),
        pytest.param("from omegaconf import OmegaConf\ncfg = OmegaConf.load('params.yaml')\nopt = SGD(p, extra={'lr': 0.1, 'momentum': 0.5})\nNAME = 1\nTARGET = '${x}'\n", "another meaning", id="what OmegaConf would fill in"),
    ],
)  # fmt: skip
def test_a_second_configuration_beside_another_is_never_made(tmp_path: Path, code: str, why: str) -> None:
    done = move(
        tmp_path, {"train.py": f"{SGD}{code}", **PARAMS, "config.json": "{}", "config.toml": "", "s.yaml": ""}
    )
    assert why in " ".join(done.reasons)
    assert LOADER.replace('"', "'") not in done.files["train.py"]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import argparse\np = argparse.ArgumentParser()\np.add_argument('--data')\nargs = p.parse_args()\nopen(args.data)\n", id="options that are no hyperparameters"),
        pytest.param("import json\nrows = json.load(open('data.json'))\n", id="JSON that is data"),
        pytest.param("import yaml\nrows = yaml.safe_load(open('labels.yaml'))\n", id="YAML that is data"),
        pytest.param("params = {'a': 1}\nprint(params['a'])\n", id="a dict of the code's own"),
    ],
)  # fmt: skip
def test_what_is_no_configuration_does_not_stand_in_the_way(tmp_path: Path, code: str) -> None:
    files: dict[str, str | bytes] = {
        "train.py": f"{SGD}{code}opt = SGD(p, lr=0.1)\n",
        "data.json": "{}",
        "labels.yaml": "a: 1\n",
    }
    done = move(tmp_path, files)
    assert done.files["params.yaml"] == "train:\n  lr: 0.1\n", done.reasons
    assert done.files["labels.yaml"] == "a: 1\n"


def test_omegaconf_gives_lists_of_its_own_that_are_made_lists_again(tmp_path: Path) -> None:
    code = "from omegaconf import OmegaConf\nimport torch\ncfg = OmegaConf.load('params.yaml')\nFEATURES = ['a', 'b']\n"
    done = move(tmp_path, {"train.py": code, **PARAMS})
    assert done.files["train.py"].endswith("FEATURES = list(cfg.data.features)\n")


@pytest.mark.parametrize(
    ("there", "written"),
    [("epochs: 3\n", '"gr\\u00f6\\u00dfe"'), ("epochs: 3 # é\n", '"größe"')],
    ids=["readers that may open it in any encoding", "a file that has such letters already"],
)
def test_other_letters_are_escapes_where_the_project_s_own_code_opens_the_file(
    tmp_path: Path, there: str, written: str
) -> None:
    code = "import torch\nimport yaml\ncfg = yaml.safe_load(open('params.yaml'))\nTARGET = 'größe'\n"
    done = move(tmp_path, {"train.py": code, "params.yaml": there})
    assert done.files["params.yaml"] == f"{there}data:\n  target: {written}\n"
