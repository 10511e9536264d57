# ruff: noqa: E501  code stands on one line
"""What the real OmegaConf and Hydra give back is what the code had: the fixed script prints the same values.

The library that is called is a stand-in that prints what it is handed; the readers are the real ones.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.lint.parameters.moving import lay_out, move

PRINTS = "def SGD(*given, **named):\n    print([(each, type(each).__name__) for each in (*given, *named.values())])\n"
CALL = (
    "SGD(1, lr=1e-3, momentum=9e-30, betas=(0.9, 0.99), eps=1e-8, step_size=30, mode='min', nesterov=True)\n"
)
OMEGACONF = "from omegaconf import OmegaConf\nfrom torch.optim import SGD\n\ncfg = OmegaConf.load('conf/config.yaml')\n"
HYDRA = (
    "import hydra\nfrom torch.optim import SGD\n\n\n"
    "@hydra.main(version_base=None, config_path='conf', config_name='config')\ndef main(cfg):\n"
)


@pytest.mark.parametrize(
    ("code", "reads"),
    [
        pytest.param(f"{OMEGACONF}{CALL}FEATURES = ['a', 'yes', '1e3']\nSGD(FEATURES)\n", "cfg.train.lr", id="OmegaConf"),
        pytest.param(f"{HYDRA}    {CALL}    FEATURES = ['a', 'yes', '1e3']\n    SGD(FEATURES)\n\n\nmain()\n", "cfg.train.lr", id="Hydra"),
        pytest.param(f"import yaml\nfrom torch.optim import SGD\n\n{CALL}TARGET = 'größe'\nSGD(TARGET, CLASSES)\n".replace(", CLASSES", ""), "params['train']['lr']", id="a loader of our own"),
    ],
)  # fmt: skip
def test_the_fixed_script_hands_on_the_same_values(tmp_path: Path, code: str, reads: str) -> None:
    def printed() -> str:
        done = subprocess.run(
            [sys.executable, "train.py"], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    files = {
        "torch/__init__.py": "",
        "torch/optim.py": PRINTS,
        "conf/config.yaml": "seed: 1\n",
        "train.py": code,
    }
    lay_out(tmp_path, dict(files))
    before = printed()
    done = move(tmp_path, {"train.py": code}, "train.py")
    assert (done.reasons, done.left) == ([], [])
    assert reads in done.files["train.py"]
    assert printed() == before
