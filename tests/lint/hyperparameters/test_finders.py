"""One way of writing a value into code after another, beyond the specification's rows."""

from __future__ import annotations

import pytest

from reproof.config import CheckConfig
from reproof.lint.rule import Tools
from reproof.lint.rules.config.hardcoded_hyperparameter import HardcodedHyperparameter
from reproof.lint.source import PythonFile

SKLEARN = "import sklearn\nfrom sklearn.svm import SVC\nfrom sklearn.model_selection import *\n"
TORCH = "import torch\nfrom torch import nn, optim\n"


def names(code: str, strict: bool = False, path: str = "train.py") -> list[str]:
    rule = HardcodedHyperparameter(CheckConfig(strict=strict), Tools())
    return [finding.name for finding in rule.check(PythonFile(path, code.encode()))]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        # dicts that reach a call
        (SKLEARN + "best = {'C': 10, 'kernel': 'rbf', 'random_state': 1}\nSVC(**best)", ["C", "kernel"]),
        (SKLEARN + "best = dict(C=10)\nbest['gamma'] = 0.1\nSVC(**best)", ["C", "gamma"]),
        (SKLEARN + "grid = {'svc__C': [1, 10], 'svc__gamma': np.logspace(-3, 1, 5)}\n"
         "GridSearchCV(pipe, param_grid=grid)", ["C", "gamma"]),
        (SKLEARN + "GridSearchCV(pipe, [{'C': [1]}, {'degree': [2, 3]}])", ["C", "degree"]),
        (SKLEARN + "best = load()\nSVC(**best)", []),
        (SKLEARN + "pipe.set_params(svc__C=3, svc__verbose=1)", ["C"]),
        (SKLEARN + "from functools import partial\nmake = partial(SVC, C=3)", ["C"]),
        # propagation, one level
        (TORCH + "class A:\n    def __init__(self):\n        self.rate = 0.1\n    def f(self, p):\n"
         "        optim.SGD(p, lr=self.rate)", ["lr"]),
        (TORCH + "r = 0.1\nr = cfg.r\noptim.SGD(p, lr=r)", []),
        (TORCH + "r = 0\nr += 1\noptim.SGD(p, lr=r)", []),
        (TORCH + "def f(r=None):\n    optim.SGD(p, lr=r)\nr = 0.1", []),
        (SKLEARN + "for c in [0.1, 1, 10]:\n    SVC(C=c)", ["C"]),
        (SKLEARN + "values = range(1, 21)\nfor c in values:\n    SVC(C=c)", ["C"]),
        (SKLEARN + "[SVC(C=c) for c in (1, 2)]", ["C"]),
        # loops
        (TORCH + "for epoch in tqdm(range(5)):\n    pass", ["epochs"]),
        (TORCH + "N = 5\nfor epoch in range(1, N + 1):\n    pass", ["epochs"]),
        (TORCH + "for t in range(500):\n    s, r = env.step(a)", ["max_steps"]),
        (TORCH + "for i in range(50):\n    loss.backward()\n    optimizer.step()", ["iterations"]),
        (TORCH + "for e in entries:\n    print(e)\nfor e in range(3):\n    print(e)", []),
        # names
        (TORCH + "class Agent:\n    def __init__(self):\n        self.gamma = 0.9\n        self.batch_size = 8\n"
         "        self.learning_rate = 0.1", ["gamma", "batch_size", "learning_rate"]),
        (TORCH + "gamma = 0.9", []),
        (TORCH + "batch_size, lr = 8, 0.1", ["batch_size", "lr"]),
        (TORCH + "hparams = {'lr': 0.1, 'batch_size': 8, 'name': 'run'}", ["lr", "batch_size"]),
        (TORCH + "epochs = 0\nepochs += 1\nbest_lr = 0.1\nlr = None\nlog_epochs = 5", []),
        (TORCH + "lr = 0.1\nif args.lr:\n    lr = args.lr", []),
        (TORCH + "lr = 0.1\nexec(open('configurator.py').read())", []),
        (TORCH + "from pydantic import BaseModel\nclass C(BaseModel):\n    lr: float = 0.1", []),
        # features, labels
        (SKLEARN + "SVC().fit(df.drop(columns=['price']).values, df['price'])", ["dropped_columns", "label"]),
        (SKLEARN + "cols = ['a', 'b']\nSVC().fit(df[cols], y)", ["features"]),
        (SKLEARN + "X = df.loc[:, ['a', 'b']]\ntrain_test_split(X, y)", ["features"]),
        (SKLEARN + "X = df.iloc[:, 1:]\nSVC().fit(X, df.iloc[:, 0])", []),
        (SKLEARN + "d = load_digits()\nSVC().fit(d['data'], d['target'])", []),
        (SKLEARN + "print(df['price'].mean())\nlabels = ['cat', 'dog']", []),
        # evaluation
        (SKLEARN + "flag = model.predict_proba(X)[:, 1] >= 0.3", ["threshold"]),
        (SKLEARN + "logits > 0\np_value < 0.05", []),
        (SKLEARN + "if metrics['f1'] < 0.8:\n    raise SystemExit", ["f1"]),
        (SKLEARN + "if accuracy > 0.9:\n    print('good')", []),
        # methods of a framework's objects
        ("import keras\nmodel.compile(optimizer='adam', metrics=['mae'])", ["optimizer", "metrics"]),
        ("import keras, re, torch\ncompile('x', 'y')\nre.compile('a')\ntorch.compile('b')\np.compile('c')", []),
        ("from transformers import AutoModel\nAutoModel.from_pretrained('bert-base')", ["pretrained_model"]),
        ("from transformers import AutoModel\nAutoModel.from_pretrained('./mine/last')", []),
        # project code and other libraries
        (TORCH + "from mine import Model\nModel(hidden_size=128, dropout=0.1)", ["hidden_size", "dropout"]),
        (TORCH + "import pandas as pd\npd.read_sql(q, batch_size=10)", []),
        (TORCH + "presets = {'small': dict(n_layer=2, n_head=4)}", []),
    ],
)  # fmt: skip
def test_what_is_found_by_default(code: str, found: list[str]) -> None:
    assert names(code + "\n") == found


@pytest.mark.parametrize(
    "path", ["tests/a.py", "pkg/test/a.py", "test_a.py", "pkg/a_test.py", "conftest.py", "testing/a.py"]
)
def test_tests_are_exempt(path: str) -> None:
    code = TORCH + "def test_it():\n    optim.SGD(p, lr=0.1)\n"
    assert names(code, strict=True, path=path) == []


@pytest.mark.parametrize("path", ["test_a.py", "split4060_test.py"])
def test_a_study_that_is_called_a_test_is_none(path: str) -> None:
    assert names(TORCH + "optim.SGD(p, lr=0.1)\n", path=path) == ["lr"]


@pytest.mark.parametrize(
    "path", ["config.py", "conf/base.py", "src/settings.py", "train_config.py", "hparams.py"]
)
def test_constants_of_a_config_module_are_debatable(path: str) -> None:
    code = TORCH + "LR = 0.1\nclass Training:\n    epochs = 5\n"
    assert names(code, path=path) == []
    assert names(code, strict=True, path=path) == ["lr", "epochs"]


def test_a_call_in_a_config_module_is_reported_all_the_same() -> None:
    assert names(TORCH + "optim.SGD(p, lr=0.1)\n", path="config.py") == ["lr"]
