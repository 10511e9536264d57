"""Which keys of a params file a module reads: one way of using the object after another."""

from __future__ import annotations

import pytest

from reproof.lint.parameters.objects import Objects
from reproof.lint.parameters.project import Project
from reproof.lint.parameters.reads import Reads
from tests.lint.parameters.in_memory import script

BESIDE = {
    "params.yaml": "train:\n  lr: 0.1\n",
    "other.yaml": "a: 1\n",
    "lib.py": "def fit(config, n):\n    return config['train']['lr'], n\n",
    "keep.py": "class Keeper:\n    def __init__(self, config):\n        self.config = config\n",
}
KEPT = (
    "import yaml\nclass T:\n    def __init__(self):\n        self.p = yaml.safe_load(open('params.yaml'))\n"
)
LOAD = "import yaml\nparams = yaml.safe_load(open('params.yaml'))\n"
CFG = "from omegaconf import OmegaConf\ncfg = OmegaConf.load('params.yaml')\n"


def looked(code: str) -> Reads:
    project = Project(script("train.py", code, BESIDE))
    reads = Reads(Objects(project))
    list(reads.look(project.reader))
    return reads


def told(code: str) -> list[str]:
    """The reads of params.yaml as dotted keys: `!` where the key must be there, `.*` for all below."""
    found = {
        ".".join(keys)
        + ("!" if read.required else "")
        + (".*" if read.whole else "")
        + ("=" if read.changes else "")
        for read in looked(code).finish()
        for path, keys in read.targets
        if path == "params.yaml"
    }
    return sorted(found)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        # keys that are written out
        (LOAD + "a = params['train']['lr']", ["train!", "train.lr!"]),
        (CFG + "a = cfg.train.lr", ["train!", "train.lr!"]),
        (CFG + "a = cfg['train'].lr", ["train!", "train.lr!"]),
        (LOAD + "train = params['train']\nlr = train['lr']", ["train!", "train.lr!"]),
        (LOAD + "def f():\n    return params['seed'] + 1", ["seed!", "seed.*"]),
        (LOAD + "params.get('train')", ["train"]),
        (LOAD + "params.get('train', {}).get('lr')", ["train", "train.lr"]),
        (LOAD + "params.get('train', {})['lr']", ["train", "train.lr"]),
        (CFG + "getattr(cfg, 'seed')\ngetattr(cfg, 'a', 1)\nhasattr(cfg, 'b')", ["a", "b", "seed!"]),
        (LOAD + "if 'seed' in params:\n    pass", ["seed"]),
        (LOAD + "x = params['a'] if 'a' in params else 1", ["a", "a!"]),
        (LOAD + "(params or {})['a']", ["a"]),
        # reads that are caught
        (LOAD + "try:\n    a = params['a']\nexcept KeyError:\n    a = 1", ["a"]),
        (LOAD + "try:\n    a = params['a']\nexcept KeyError:\n    raise", ["a!"]),
        (LOAD + "try:\n    a = params['a']\nexcept Exception as e:\n    print(e)", ["a"]),
        (LOAD + "try:\n    a = params['a']\nexcept OSError:\n    pass", ["a!"]),
        # all below counts
        (LOAD + "fit(**params['model'])", ["model!", "model.*"]),
        (LOAD + "for k in params['train']:\n    use(k)", ["train!", "train.*"]),
        (LOAD + "for k, v in params['train'].items():\n    use(k)", ["train!", "train.*"]),
        (LOAD + "x = params[name]", [".*"]),
        (LOAD + "x = params[f'{a}_b']['c']", [".*"]),
        (CFG + "x = getattr(cfg, name)", [".*"]),
        (LOAD + "json.dump(params, f)", [".*"]),
        (LOAD + "m = Model(params['train'])", ["train!", "train.*"]),
        (LOAD + "x = [p for p in params['l']]", ["l!", "l.*"]),
        (LOAD + "everything = {'params': params}", [".*"]),
        (LOAD + "a, b = params, 1", [".*"]),
        (LOAD + "merged = {**params, 'a': 1}", [".*"]),
        (LOAD + "f = lambda: params", [".*"]),
        (LOAD + "obj.params = params", [".*"]),
        (LOAD + "exec(open('more.py').read())\na = params['a']", [".*", "a!"]),
        # set by the code itself
        (LOAD + "params['new'] = 1", ["new="]),
        (LOAD + "params['train']['lr'] += 1", ["train!", "train.lr="]),
        (LOAD + "params.update(a=1)", [".*="]),
        (LOAD + "fill(params)", [".*="]),
        (LOAD + "params.setdefault('a', 1)", ["a", "a="]),
        # told, and nothing else
        (LOAD + "print(params)\nlogger.info(params)\nlogger.debug(f'{params}')", []),
        (LOAD + "mlflow.log_params(params['train'])", ["train!", "train.*"]),
        (LOAD + "isinstance(params, dict)\nassert params\nparams is None", []),
        # passed around
        (LOAD + "def f(p):\n    return p['a']\nf(params['train'])", ["train!", "train.a!"]),
        (LOAD + "from lib import fit\nfit(params, 1)", ["train!", "train.lr!", "train.lr.*"]),
        (LOAD + "import lib\nlib.fit(n=1, config=params)", ["train!", "train.lr!", "train.lr.*"]),
        (LOAD + "from keep import Keeper\nKeeper(params)", [".*="]),
        (LOAD + "from lib import fit\nfit(*params)", [".*"]),
        (
            KEPT + "    def f(self):\n        return self.p['a'] + 1",
            ["a!", "a.*"],
        ),
        (
            KEPT + "t = T()\nprint(t.p)",
            [".*"],
        ),
        # one of several files, or perhaps none
        (
            "import yaml\np = yaml.safe_load(open('params.yaml' if x else 'other.yaml'))\nq = p['a']",
            ["a!"],
        ),
        ("import yaml\np = {}\nif x:\n    p = yaml.safe_load(open('params.yaml'))\nq = p['a']", ["a"]),
        # never missing
        (
            "import yaml\nfrom addict import Dict\nc = Dict(yaml.safe_load(open('params.yaml')))\nx = c.a.b",
            ["a", "a.b"],
        ),
        ("import dvc.api\np = dvc.api.params_show()\nx = p['a']", ["a"]),
    ],
)
def test_uses_of_a_configuration(code: str, found: list[str]) -> None:
    assert told(code) == sorted(found)


def test_a_loader_of_an_unknown_file_is_a_door() -> None:
    doors = looked("import sys, yaml\np = yaml.safe_load(open(sys.argv[1]))\n").doors
    assert [(door.loader, door.name) for door in doors] == [("yaml", None)]


@pytest.mark.parametrize(
    "code",
    [
        "import yaml\ndef read(path):\n    return yaml.safe_load(open(path))\n",  # its callers say which
        "import yaml\ndef read(folder):\n    return yaml.safe_load(open(folder + '/data.yaml'))\n",  # another file
        "import argparse\nargs = argparse.ArgumentParser().parse_args()\n",
    ],
)
def test_no_door(code: str) -> None:
    assert [door for door in looked(code).doors if door.name is None] == []


def test_the_node_of_a_read_is_the_whole_expression() -> None:
    reads = looked(LOAD + "rate = params['train'] ['lr']\n").reads
    assert [read.code.source_of(read.node) for read in reads] == ["params['train']", "params['train'] ['lr']"]
