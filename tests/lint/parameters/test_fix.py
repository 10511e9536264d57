# ruff: noqa: E501  code before and after stands on one line
"""Literals move: code before and after, with the parameters file, as whole texts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from reproof.config import CheckConfig
from reproof.lint.files import SourceTree
from reproof.lint.linter import Linter
from reproof.lint.rule import Tools, load_rule
from tests.lint.parameters.moving import LOADER, SGD, fix, lay_out, move

RUFF = Path(sys.executable).with_name("ruff")
YAML_SGD = f"import yaml\n{SGD}"


def test_a_plain_script_gets_a_parameters_file_and_a_loader(tmp_path: Path) -> None:
    done = move(tmp_path, {"train.py": f"{SGD}\nLR = 1e-3  # per batch\nopt = SGD(p, LR, momentum=0.9)\n"})
    assert done.files["train.py"] == (
        f"{YAML_SGD}\n{LOADER}\n"
        'LR = params["train"]["lr"]  # per batch\n'
        'opt = SGD(p, LR, momentum=params["train"]["momentum"])\n'
    )
    assert done.files["params.yaml"] == "train:\n  lr: 0.001\n  momentum: 0.9\n"
    assert (done.left, done.reasons) == ([], [])


SCRIPTS = (("evaluate.py", 0.5), ("train.py", 0.9))


def test_the_message_names_the_key_that_the_fix_makes(tmp_path: Path) -> None:
    code = f"{SGD}optimizer_g = SGD(a, lr=1e-3)\noptimizer_d = SGD(b, lr=1e-4, momentum=0.9)\n"
    lay_out(tmp_path, {"train.py": code})
    options = CheckConfig()
    rule = load_rule("hardcoded-hyperparameter")(options, Tools())
    said = [
        finding.message for finding in Linter(SourceTree(str(tmp_path)), [rule], options).look("train.py")
    ]
    fixed = fix(tmp_path, "train.py")
    keys = ("train.optimizer_g.lr", "train.optimizer_d.lr", "train.momentum")
    for message, key in zip(said, keys, strict=True):
        assert f"({key})" in message
        assert "".join(f'["{word}"]' for word in key.split(".")) in fixed.files["train.py"]


def test_two_scripts_that_mean_two_values_get_two_keys(tmp_path: Path) -> None:
    """The message names the key of the script alone, whatever else is looked at, and by which process."""
    lay_out(tmp_path, {name: f"{SGD}opt = SGD(a, momentum={value})\n" for name, value in SCRIPTS})
    fixed = fix(tmp_path, *(name for name, _ in SCRIPTS))
    assert 'params["train"]["momentum"]' in fixed.files["evaluate.py"]
    assert 'params["train"]["script_train"]["momentum"]' in fixed.files["train.py"]
    assert fixed.files["params.yaml"] == "train:\n  momentum: 0.5\n  script_train:\n    momentum: 0.9\n"


def test_a_second_run_extends_what_the_first_one_made(tmp_path: Path) -> None:
    first = move(tmp_path, {"train.py": f"{SGD}opt = SGD(p, lr=1e-3)\n"})
    code = first.files["train.py"] + "other = SGD(q, lr=1e-4, momentum=0.9)\nthird = SGD(q, lr=1e-3)\n"
    second = move(tmp_path, {"train.py": code})
    assert second.files["train.py"] == first.files["train.py"] + (
        'other = SGD(q, lr=params["train"]["other"]["lr"], momentum=params["train"]["momentum"])\n'
        'third = SGD(q, lr=params["train"]["third"]["lr"])\n'
    )
    assert second.files["params.yaml"] == (
        "train:\n  lr: 0.001\n  other:\n    lr: 0.0001\n  momentum: 0.9\n  third:\n    lr: 0.001\n"
    )


def test_the_same_literal_again_uses_the_key_that_is_there(tmp_path: Path) -> None:
    first = move(tmp_path, {"train.py": f"{SGD}opt = SGD(p, lr=1e-3)\n"})
    second = move(tmp_path, {"train.py": first.files["train.py"] + "other = SGD(q, lr=0.001)\n"})
    assert second.files["train.py"].endswith('other = SGD(q, lr=params["train"]["lr"])\n')
    assert second.files["params.yaml"] == first.files["params.yaml"]


def test_a_key_with_another_value_is_left_to_the_author(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "train.py": f"{SGD}opt = SGD(p, lr=1e-3, momentum=0.9)\n",
        "params.yaml": "train:\n  lr: 0.1  # tuned\n",
    }
    done = move(tmp_path, files)
    assert done.files["train.py"].endswith('SGD(p, lr=1e-3, momentum=params["train"]["momentum"])\n')
    assert done.files["params.yaml"] == "train:\n  lr: 0.1  # tuned\n  momentum: 0.9\n"
    assert done.left == ["lr"]
    assert "`lr` stays in the code: params.yaml has `train.lr: 0.1` and the code has 0.001" in done.reason


def test_two_scripts_with_two_values_get_two_keys(tmp_path: Path) -> None:
    done = move(
        tmp_path, {name: f"{SGD}opt = SGD(p, lr={lr})\n" for name, lr in (("a.py", 0.1), ("b.py", 0.2))}
    )
    assert done.files["params.yaml"] == "train:\n  lr: 0.1\n  b:\n    lr: 0.2\n"
    assert 'params["train"]["b"]["lr"]' in done.files["b.py"]


def test_a_value_of_one_script_is_no_section_of_another(tmp_path: Path) -> None:
    one = f"{SGD}A = SGD(p, lr=1)\nB = SGD(p, lr=2)\n"
    done = move(tmp_path, {"a.py": "import torch\nTARGET = 'x'\ntarget_lr = 3\n", "b.py": one, "c.py": one})
    assert done.reasons == []


@pytest.mark.parametrize(
    ("code", "keys"),
    [
        pytest.param(
            "optimizer_g = SGD(a, lr=0.1)\noptimizer_d = SGD(b, lr=0.2)\n",
            ["train.optimizer_g.lr", "train.optimizer_d.lr"],
            id="the variables tell two optimisers apart",
        ),
        pytest.param("LR_G = 0.1\nLR_D = 0.2\nSGD(a, lr=LR_G)\nSGD(b, lr=LR_D)\n", ["train.lr_g", "train.lr_d"],
                     id="constants have names of their own"),
        pytest.param("SGD(a, lr=0.1)\nAdam(b, lr=0.2)\n", ["train.sgd.lr", "train.adam.lr"],
                     id="the callables tell them apart"),
        pytest.param("SGD(a, lr=0.1)\nSGD(b, lr=0.1)\n", ["train.lr", "train.lr"], id="equal values are one"),
        pytest.param("def f():\n    SGD(a, lr=0.1)\ndef g():\n    SGD(b, lr=0.2)\n", ["train.f.sgd.lr", "train.g.sgd.lr"],
                     id="the functions tell them apart"),
        pytest.param("SGD(a, lr=0.1)\nSGD(b, lr=0.2)\nSGD(c, lr=0.1)\n", ["train.sgd.lr", "train.sgd_2.lr", "train.sgd.lr"],
                     id="a number does, where nothing else can"),
        pytest.param("a = SGD(p, lr=0.1)\nb = Adam(p, lr=0.1)\n", ["train.a.lr", "train.b.lr"],
                     id="equal values of two callables are equal by chance"),
        pytest.param("opt = [SGD(a, lr=0.1), Adam(a, lr=0.1), SGD(b, lr=0.1)]\n", ["train.opt.sgd.lr", "train.opt.adam.lr", "train.opt.sgd.lr"],
                     id="two callables in one statement"),
        pytest.param("SGD(a, lr=max(0.1, LR))\nSGD(b, lr=0.1)\nLR = 0.1\n", ["train.lr"] * 3,
                     id="a constant, and a call that only makes a value, are no other callables"),
        pytest.param("opt = [SGD(a, lr=0.1), SGD(a, lr=0.2)]\n", ["train.opt.lr", "train.opt_2.lr"],
                     id="two values of one statement"),
        pytest.param("SGD(a, lr=1)\nAdam(b, lr=1.0)\n", ["train.sgd.lr", "train.adam.lr"], id="an int is no float"),
        pytest.param(
            "o = {'lr': 0.1, 'momentum': 0.5}\nSGD(a, **o)\nq = {'lr': 0.1, 'momentum': 0.6}\nSGD(a, **q)\n",
            ["train.lr", "train.o.momentum", "train.lr", "train.q.momentum"],
            id="dicts by their names",
        ),
    ],
)  # fmt: skip
def test_a_key_tells_which_value_it_is(tmp_path: Path, code: str, keys: list[str]) -> None:
    done = move(tmp_path, {"train.py": f"from torch.optim import SGD, Adam\n{code}"})
    text = done.files["train.py"]
    places = [
        text.find("".join(f'["{word}"]' for word in key.split(".")).replace('"', "'" if "'" in code else '"'))
        for key in keys
    ]
    assert -1 not in places, text
    assert not done.left


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("LR = 1e-3\n", 'LR = params["train"]["lr"]\n', id="a constant"),
        pytest.param("x = SGD(p, lr=(1e-3))\n", 'x = SGD(p, lr=(params["train"]["lr"]))\n', id="brackets stay"),
        pytest.param("x = SGD(p, lr=-1e-3)\n", 'x = SGD(p, lr=params["train"]["lr"])\n', id="a sign goes along"),
        pytest.param("x = Adam(p, betas=(0.9, 0.99))\n", 'x = Adam(p, betas=tuple(params["train"]["betas"]))\n', id="a tuple"),
        pytest.param("for lr in 0.1, 0.01:\n    pass\n", 'for lr in tuple(params["train"]["lr"]):\n    pass\n', id="a bare tuple"),
        pytest.param("for lr in(0.1, 0.01):\n    pass\n", 'for lr in tuple(params["train"]["lr"]):\n    pass\n', id="no space before"),
        pytest.param("for lr in[0.1, 0.01]:\n    pass\n", 'for lr in params["train"]["lr"]:\n    pass\n', id="a list that a loop reads once"),
        pytest.param("x = SGD(p, lr=\\\n  1e-3)\n", 'x = SGD(p, lr=\\\n  params["train"]["lr"])\n', id="a continued line"),
        pytest.param("x = SGD(  p,\n   lr = 1e-3 , # why\n)\n", 'x = SGD(  p,\n   lr = params["train"]["lr"] , # why\n)\n', id="odd spaces stay"),
        pytest.param("ü = 'ä'; x = SGD(p, lr=1e-3)  # ö\n", "ü = 'ä'; x = SGD(p, lr=params['train']['lr'])  # ö\n", id="letters of several bytes, and single quotes"),
        pytest.param("class A:\n    lr = 1e-3\n", 'class A:\n    lr = params["train"]["lr"]\n', id="a class attribute"),
        pytest.param("async def f():\n    return SGD(p, lr=1e-3)\n", 'async def f():\n    return SGD(p, lr=params["train"]["lr"])\n', id="a function"),
        pytest.param("f = lambda p: SGD(p, lr=1e-3)\n", 'f = lambda p: SGD(p, lr=params["train"]["lr"])\n', id="a lambda"),
        pytest.param("@g(SGD(p, lr=1e-3))\ndef f(): pass\n", '@g(SGD(p, lr=params["train"]["lr"]))\ndef f(): pass\n', id="a decorator"),
    ],
)  # fmt: skip
def test_only_the_literal_s_own_characters_change(tmp_path: Path, before: str, after: str) -> None:
    done = move(tmp_path, {"train.py": f"from torch.optim import SGD, Adam\n\n{before}"})
    loader = LOADER.replace('"', "'") if "'" in before else LOADER
    assert done.files["train.py"] == f"import yaml\nfrom torch.optim import SGD, Adam\n\n{loader}\n{after}"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        pytest.param("print(f'{SGD(p, lr=1e-3)}')\n", "inside an f-string", id="an f-string"),
        pytest.param("FEATURES = [\n    'a',  # first\n    'b',\n]\n", "comments stand inside", id="comments in a list"),
        pytest.param("x = Adam(p, betas=((1, 2), (3, 4)))\n", "tuples lie inside", id="tuples in tuples"),
        pytest.param("for lr in range(1, 3): pass\n", "makes the values in code", id="a series"),
        pytest.param("@numba.njit\ndef f():\n    return SGD(p, lr=1e-3)\n", "`@numba.njit` compiles", id="code that numba compiles"),
        pytest.param("def f():\n    return SGD(p, lr=1e-3)\ntorch.jit.script(f)\n", "`torch.jit.script` compiles", id="code that TorchScript compiles"),
        pytest.param("tuple = 1\nx = Adam(p, betas=(0.9, 0.99))\n", "`tuple` is bound", id="tuple is something else"),
        pytest.param("params = hyperparameters = parameters = training_params = 0\nx = SGD(p, lr=1e-3)\n", "every fit name", id="every name is taken"),
        pytest.param("x = SGD(p, lr=1e-3)\nexec(open('configurator.py').read())\nLR = 3\n", None, id="globals that a configurator replaces"),
    ],
)  # fmt: skip
def test_what_cannot_be_moved_stays_with_a_reason(tmp_path: Path, code: str, why: str | None) -> None:
    files: dict[str, str | bytes] = {"train.py": f"from torch.optim import SGD, Adam\n{code}"}
    done = move(tmp_path, files)
    assert done.files["train.py"] == files["train.py"]
    assert list(done.files) == ["train.py"]
    assert why is None or (why in done.reason and "stays in the code" in done.reason)


def test_an_import_on_the_same_line_is_named_as_the_obstacle(tmp_path: Path) -> None:
    assert "give it a line of its own" in move(tmp_path, {"train.py": "import torch; LR = 1e-3\n"}).reason


def test_a_file_with_a_syntax_error_is_left_alone(tmp_path: Path) -> None:
    done = move(tmp_path, {"train.py": f"{SGD}opt = SGD(p, lr=1e-3\n"})
    assert list(done.files) == ["train.py"]


def test_a_silenced_literal_stays_and_claims_no_key(tmp_path: Path) -> None:
    why = "# reproof: ignore[hardcoded-hyperparameter] as in the paper"
    done = move(tmp_path, {"train.py": f"{SGD}a = SGD(p, lr=0.1)\nb = SGD(p, lr=0.2)  {why}\n"})
    assert done.files["params.yaml"] == "train:\n  lr: 0.1\n"
    assert f"b = SGD(p, lr=0.2)  {why}\n" in done.files["train.py"]


@pytest.mark.parametrize(
    ("code", "after"),
    [
        pytest.param("def f():\n    FEATURES = ['a', 'b']\n    FEATURES.append('c')\n", "list(params['data']['features'])",
                     id="a list that a function makes anew at each call"),
        pytest.param("A = dict(FEATURES=['a'])\nFEATURES = ['a', 'b']\nFEATURES.append('c')\n", "FEATURES = params['data']['features']",
                     id="a list that is made once"),
        pytest.param("class A:\n    features = ['a', 'b']\nclass B:\n    features = ['a', 'b']\n", "list(params['data']['features'])",
                     id="a list that two places would share"),
    ],
)  # fmt: skip
def test_a_list_is_copied_where_it_would_be_shared(tmp_path: Path, code: str, after: str) -> None:
    done = move(tmp_path, {"train.py": f"import torch\n{code}"})
    assert after in done.files["train.py"], done.reasons


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("import torch\n\n\ndef f():\n    LR = 0.1\n", "import torch\nimport yaml\n\n{}\n\ndef f():\n", id="two empty lines stay two"),
        pytest.param("import torch\nLR = 0.1\n", "import torch\nimport yaml\n\n{}\nLR = ", id="one is made"),
        pytest.param("LR = 0.1\nimport torch\n", "import yaml\n\n{}\nLR = ", id="a value above the imports"),
        pytest.param("# about\n# the rate\nLR = 0.1\nimport torch\n", "import yaml\n\n{}\n# about\n# the rate\nLR = ", id="its comments stay with it"),
        pytest.param("#!/usr/bin/env python\nLR = 0.1\nimport torch\n", "#!/usr/bin/env python\n\nimport yaml\n\n{}\nLR = ", id="a shebang stays first"),
        pytest.param('"""Doc."""\nLR = 0.1\nimport torch\n', '"""Doc."""\n\nimport yaml\n\n{}\nLR = ', id="a docstring stays first"),
        pytest.param(
            '"""Doc."""\nfrom __future__ import annotations\n\nimport os\n\nimport torch\n\nLR = 0.1\n',
            '"""Doc."""\nfrom __future__ import annotations\n\nimport os\n\nimport torch\nimport yaml\n\n{}\nLR = ',
            id="future imports stay first",
        ),
        pytest.param("from __future__ import annotations\nif 1:\n    import torch\nLR = 0.1\n", "from __future__ import annotations\n\nimport yaml\n\nif 1:\n    import torch\n\n{}\nLR = ", id="imports below a condition"),
        pytest.param("try:\n    import torch\nexcept ImportError:\n    torch = None\n\nLR = 0.1\n", "import yaml\n\n", id="imports that are tried"),
        pytest.param("if __name__ == '__main__':\n    import torch\n    LR = 0.1\n", "import yaml\n\n{}\nif __name__", id="all below the guard"),
        pytest.param("def f():\n    import torch\n    LR = 0.1\n", "import yaml\n\n{}\ndef f", id="imports inside a function"),
        pytest.param("# %%\nimport torch\n\n# %%\nLR = 0.1\n", "# %%\nimport torch\nimport yaml\n\n{}\n# %%\nLR = ", id="cells of percent signs"),
        pytest.param("import torch\nimport warnings\nwarnings.simplefilter('ignore')\nimport pandas\nLR = 0.1\n", "{}\nLR", id="statements between the imports"),
        pytest.param("import torch\nimport yaml\n\nLR = 0.1\n", "import torch\nimport yaml\n\n{}\nLR = ", id="PyYAML is imported already"),
        pytest.param("import torch\nimport yaml as y\n\nLR = 0.1\n", "params = y.safe_load(file)", id="by another name"),
        pytest.param("import torch\nfile = 1\nLR = 0.1\n", "as params_file:\n    params = yaml.safe_load(params_file)", id="the handle's name is taken"),
        pytest.param("import torch\ndef f(params):\n    LR = 0.1\n", 'LR = hyperparameters["train"]["lr"]', id="the usual name is taken"),
        pytest.param("import torch\nLR = 0.1\nfrom own import *\n", 'LR = hyperparameters["train"]["lr"]', id="a star import may bind it"),
        pytest.param("import jax, torch\n@jax.jit\ndef f():\n    LR = 0.1\n", 'LR = params["train"]["lr"]', id="code that JAX traces"),
        pytest.param("import torch\nclass A:\n  LR = 0.1\n", "\n  params = yaml", id="an indentation of two"),
        pytest.param("import torch\nclass A:\n\tLR = 0.1\n", "\n\tparams = yaml", id="tabs"),
        pytest.param("import torch\nNAME = 'é'\nTARGET = 'größe'\n", "with open('params.yaml', encoding='utf-8') as file:", id="a value that is not ASCII"),
    ],
)  # fmt: skip
def test_the_loader_stands_below_the_imports_and_above_the_use(
    tmp_path: Path, before: str, after: str
) -> None:
    done = move(tmp_path, {"train.py": before})
    loader = (
        LOADER.replace('"', "'")
        if "'" in before.replace("'__main__'", "''") and '"' not in before
        else LOADER
    )
    assert after.replace("{}", loader) in done.files["train.py"], done.reasons


@pytest.mark.parametrize(
    "imports",
    [
        "import numpy as np\nfrom torch import nn\n",
        "import os\nimport sys\n\nimport torch\n",
        "import os\nfrom pathlib import Path\n\nfrom torch import nn\n",
        "from __future__ import annotations\n\nimport torch\nfrom torch import nn\n\nfrom .own import x\n",
        '"""Doc."""\n\nimport torch\n\nimport own\n',
        "import torch\nimport zarr\nfrom torch import nn\n",
        "import zarr\nfrom torch import nn\n",
        "import argparse\n\nimport torch\nimport torch.nn as nn\nfrom torch.utils.data import (\n    DataLoader,\n    Dataset,\n)\n",
        "import torch  # noqa: F401\n",
    ],
)  # fmt: skip
def test_an_import_block_that_ruff_finds_sorted_stays_sorted(tmp_path: Path, imports: str) -> None:
    def unsorted() -> str:
        words = [str(RUFF), "check", "--isolated", "--no-cache", "--select", "I", "train.py"]
        return subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False).stdout

    lay_out(tmp_path, {"train.py": f"{imports}\nLR = 0.1\n", "own.py": ""})
    assert "All checks passed" in unsorted()
    assert 'params["train"]["lr"]' in fix(tmp_path, "train.py").files["train.py"]
    assert "All checks passed" in unsorted(), (tmp_path / "train.py").read_text()


@pytest.mark.parametrize(
    ("data", "after"),
    [
        pytest.param(b"import torch\r\n\r\nLR = 0.1\r\n", b'import torch\r\nimport yaml\r\n\r\nwith open("params.yaml") as file:\r\n    params = yaml.safe_load(file)\r\n\r\nLR = params["train"]["lr"]\r\n', id="the line ends of Windows"),
        pytest.param(b"\xef\xbb\xbfimport torch\nLR = 0.1", b'\xef\xbb\xbfimport torch\nimport yaml\n\nwith open("params.yaml") as file:\n    params = yaml.safe_load(file)\n\nLR = params["train"]["lr"]', id="a byte order mark, no final newline"),
        pytest.param(b"# coding: latin-1\nimport torch\nLR = 0.1 # \xe9\n", b'# coding: latin-1\nimport torch\nimport yaml\n\nwith open("params.yaml") as file:\n    params = yaml.safe_load(file)\n\nLR = params["train"]["lr"] # \xe9\n', id="another encoding"),
    ],
)  # fmt: skip
def test_encoding_and_line_ends_stay(tmp_path: Path, data: bytes, after: bytes) -> None:
    lay_out(tmp_path, {"train.py": data})
    fix(tmp_path, "train.py")
    assert (tmp_path / "train.py").read_bytes() == after


def test_two_scripts_with_two_callables_get_two_keys(tmp_path: Path) -> None:
    """The forest's trees and the boosting's rounds are both 100 by default, and will be tuned apart."""
    code = "from sklearn.ensemble import *\nmodel = {}(n_estimators=100)\n"
    scripts = {
        "a.py": "RandomForestClassifier",
        "b.py": "GradientBoostingClassifier",
        "c.py": "RandomForestClassifier",
    }
    done = move(tmp_path, {name: code.format(made) for name, made in scripts.items()})
    assert done.files["params.yaml"] == "train:\n  n_estimators: 100\n  b:\n    n_estimators: 100\n"
    assert '["train"]["n_estimators"]' in done.files["c.py"]


def test_a_key_that_another_callable_reads_is_not_shared_later(tmp_path: Path) -> None:
    first = move(tmp_path, {"train.py": "from torch.optim import SGD, Adam\na = SGD(p, lr=1e-3)\n"})
    second = move(
        tmp_path, {"train.py": first.files["train.py"] + "b = Adam(q, lr=1e-3)\nc = SGD(q, lr=1e-3)\n"}
    )
    assert second.files["params.yaml"].count("lr: 0.001") == 3
    assert second.files["train.py"].endswith(
        'b = Adam(q, lr=params["train"]["b"]["lr"])\nc = SGD(q, lr=params["train"]["c"]["lr"])\n'
    )


def test_one_batch_size_of_several_calls_is_one_key(tmp_path: Path) -> None:
    code = "from torch.utils.data import DataLoader\na = DataLoader(x, batch_size=32)\nmodel.predict(x, batch_size=32)\n"
    done = move(tmp_path, {"train.py": code})
    assert done.files["params.yaml"] == "train:\n  batch_size: 32\n"


PACKAGE: dict[str, str | bytes] = {"pkg/__init__.py": "", "requirements.txt": "pyyaml==6.0.3\n"}
NET = "import logging\nfrom torch.optim import SGD\nlog = logging.getLogger(__name__)\ndef f(p):\n    return SGD(p, lr=0.1)\n"


def test_a_module_that_is_only_imported_opens_no_file(tmp_path: Path) -> None:
    """It has no folder of its own to run in, so that "params.yaml" would lead anywhere."""
    done = move(tmp_path, {**PACKAGE, "pkg/net.py": NET, "train.py": f"{SGD}opt = SGD(p, lr=0.2)\n"})
    assert done.files["pkg/net.py"] == NET
    assert "`lr` stays in the code: this module is imported" in done.reason
    assert "make the value an argument, and pass it in" in done.reason
    assert done.files["params.yaml"] == "train:\n  lr: 0.2\n", "what stays in the code claims no key"


@pytest.mark.parametrize(
    ("more", "beside"),
    [
        pytest.param("if __name__ == '__main__':\n    f(3)\n", {}, id="a guard"),
        pytest.param("model.fit(X, y)\n", {}, id="it trains when it is read"),
        pytest.param("args = parser.parse_args()\n", {}, id="it has a command line"),
        pytest.param("", {"dvc.yaml": "stages:\n  a:\n    cmd: python pkg/net.py\n"}, id="a stage runs it"),
    ],
)
def test_a_module_of_a_package_that_runs_by_itself_is_a_script(
    tmp_path: Path, more: str, beside: dict[str, str | bytes]
) -> None:
    done = move(tmp_path, {**PACKAGE, **beside, "pkg/net.py": NET + more})
    assert 'lr=params["train"]["lr"]' in done.files["pkg/net.py"].replace("'", '"')


def test_a_module_of_a_package_reads_the_configuration_that_it_is_handed(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        **PACKAGE,
        "pkg/net.py": f"{SGD}def f(p, cfg):\n    return SGD(p, lr=0.1, momentum=cfg['momentum'])\n",
    }
    assert "the code around takes its values from `cfg`" in move(tmp_path, files).reason
