"""`[tool.reproof.check.hyperparameters]`: further names, allowed values, config modules, frameworks."""

from __future__ import annotations

import tomllib

import pytest

from reproof.config import ConfigError, parse_config
from reproof.errors import UsageError
from reproof.lint.rule import Tools
from reproof.lint.rules.config.hardcoded_hyperparameter import HardcodedHyperparameter
from reproof.lint.source import PythonFile

TORCH = "import torch\nfrom torch import nn, optim\n"


def names(configured: str, code: str, path: str = "train.py") -> list[str]:
    table = tomllib.loads(configured)
    options = parse_config({"check": {"hyperparameters": table}}, ".", "reproof.toml").check
    rule = HardcodedHyperparameter(options, Tools())
    return [finding.name for finding in rule.check(PythonFile(path, code.encode()))]


@pytest.mark.parametrize(
    ("configured", "code", "found"),
    [
        pytest.param("", "headroom = 14", [], id="a name that only the project knows"),
        pytest.param('names = ["headroom"]', "headroom = 14", ["headroom"], id="told as a list"),
        pytest.param(
            'names = {headroom = "preprocessing"}', "HEADROOM = 14", ["headroom"], id="told with its kind"
        ),
        pytest.param('names = ["headroom"]', "forecast(df, headroom=14)", ["headroom"], id="by keyword"),
        pytest.param('names = ["headroom"]', "run({'headroom': 14})", ["headroom"], id="in a dict"),
        pytest.param('names = ["headroom"]', "headroom = cfg.headroom", [], id="read from a config"),
        pytest.param(
            "allow = {batch_size = [1]}", "batch_size = 1", [], id="a value that may stand in the code"
        ),
        pytest.param("allow = {batch_size = [1]}", "batch_size = 2", ["batch_size"], id="no other value"),
        pytest.param("allow = {dropout = [0, 0.0]}", "drop = nn.Dropout(0.0)", [], id="0 is 0.0"),
        pytest.param('allow = {optimizer = ["adam"]}', "run(optimizer='adam')", [], id="a text"),
    ],
)
def test_names_and_values(configured: str, code: str, found: list[str]) -> None:
    assert names(configured, f"{TORCH}{code}\n") == found


def test_a_config_module_by_its_glob() -> None:
    code = f"{TORCH}LR = 0.1\n"
    assert names("", code, "src/presets/small.py") == ["lr"]
    assert names('config-modules = ["src/presets/"]', code, "src/presets/small.py") == []


FRAMEWORK = """
[frameworks.mylib]
callables.Trainer = {rate = "training", depth = {kind = "model", position = 1}}
methods.fit = {rounds = "training"}
"""


def test_a_framework_of_the_project_opens_a_file_and_is_known_by_position() -> None:
    code = "from mylib import Trainer\nTrainer(data, 3, rate=0.1).fit(rounds=7)\n"
    assert names("", code) == []
    assert names(FRAMEWORK, code) == ["depth", "rate", "rounds"]
    assert names(FRAMEWORK, "import mylib as m\nm.Trainer(data, 3)\n") == ["depth"]


def test_ours_can_be_mended() -> None:
    code = "from sklearn.decomposition import PCA\nPCA(n_components=3)\n"
    assert names("", code) == ["n_components"]
    assert names("[frameworks.sklearn]\ncallables.PCA = {n_components = false}\n", code) == []


@pytest.mark.parametrize(
    ("configured", "says"),
    [
        ('nams = ["headroom"]', "there is no key check.hyperparameters.nams"),
        ('names = {headroom = "speed"}', "check.hyperparameters.names.headroom must be one of training"),
        ("allow = [1]", "check.hyperparameters.allow must be a table of name"),
        ("allow = {lr = 1}", "check.hyperparameters.allow.lr must be a list"),
        ("frameworks = 1", "check.hyperparameters.frameworks must be tables"),
        (
            '[frameworks.mylib]\ncallables.Trainer = {rate = "speed"}\n',
            "reproof.toml: check.hyperparameters.frameworks.mylib.callables.Trainer.rate must be one of",
        ),
        ('config-modules = ["!x"]', "cannot start with `!`"),
    ],
)
def test_what_is_wrong_is_named(configured: str, says: str) -> None:
    with pytest.raises((ConfigError, UsageError)) as raised:
        names(configured, f"{TORCH}lr = 0.1\n")
    assert says in str(raised.value)
