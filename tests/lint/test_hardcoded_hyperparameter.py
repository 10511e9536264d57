"""The 76 cases of the specification, each with its verdict by default and in strict mode.

A row is number, code, what is reported by default, and what is reported in strict mode besides. A seed, a
missing value or an unseeded generator is another rule's business: nothing here.
"""

from __future__ import annotations

import json

import pytest

from reproof.config import CheckConfig
from reproof.lint.finding import Finding
from reproof.lint.rule import Tools
from reproof.lint.rules.config.hardcoded_hyperparameter import HardcodedHyperparameter
from reproof.lint.source import InvalidFile, open_source
from reproof.lint.suppression import suppress, suppressions

SK = "import sklearn\nfrom sklearn.{0} import {1}\n"
FOREST = SK.format("ensemble", "RandomForestClassifier")
LINEAR = SK.format("linear_model", "LogisticRegression, Lasso")
SELECT = SK.format("model_selection", "train_test_split, KFold, cross_val_score, GridSearchCV")
OPTIM = (
    "import torch\nfrom torch.optim import SGD, Adam, AdamW\nfrom torch.optim.lr_scheduler import StepLR\n"
)
TORCH = "import torch\nfrom torch import nn\n"
HF = "from transformers import TrainingArguments, HfArgumentParser, AutoTokenizer\n"
CONFIG = (
    "from dataclasses import dataclass\nimport torch\n@dataclass\nclass TrainConfig:\n    lr: float = 1e-3\n"
)

# number, code, names by default, further names in strict mode, path
Row = tuple[int, str, tuple[str, ...], tuple[str, ...], str]


def row(number: int, code: str, flag: str = "", strict: str = "", path: str = "train.py") -> Row:
    return number, code, tuple(flag.split()), tuple(strict.split()), path


CASES = (
    row(1, FOREST + "RandomForestClassifier(n_estimators=100, max_depth=5)", "n_estimators max_depth"),
    row(2, FOREST + "RandomForestClassifier(n_estimators=cfg.n, max_depth=cfg['d'])"),
    row(3, FOREST + "RandomForestClassifier()"),
    row(4, FOREST + "RandomForestClassifier(**params['model'])"),
    row(5, FOREST + "RandomForestClassifier(random_state=42)"),
    row(6, FOREST + "RandomForestClassifier(random_state=None)"),
    row(7, FOREST + "RandomForestClassifier(n_jobs=-1, verbose=1)"),
    row(8, LINEAR + "LogisticRegression(0.5)"),
    row(9, LINEAR + "LogisticRegression(C=1.0)", "C"),
    row(10, TORCH + "torch.optim.Adam(model.parameters(), lr=1e-3)", "lr"),
    row(11, OPTIM + "SGD(p, 0.1)", "lr"),
    row(12, OPTIM + "lr = 1e-3\nAdam(p, lr=lr)", "lr"),
    row(13, OPTIM + "def build(p, lr):\n    return Adam(p, lr=lr)"),
    row(14, OPTIM + "Adam(p, lr=args.lr)"),
    row(15, OPTIM + "Adam(p, lr=cfg.get('lr', 1e-3))", strict="lr"),
    row(16, OPTIM + "AdamW(p, lr=cfg.lr, fused=True)"),
    row(17, "import torch\nLEARNING_RATE = 1e-3", "learning_rate"),
    row(18, "LEARNING_RATE = 1e-3", strict="learning_rate", path="config.py"),
    row(19, "batch_size = 32\nfor row in rows(batch_size):\n    pass"),
    row(20, "import torch\nalpha = 0.5\nplt.plot(x, alpha=alpha)"),
    row(21, LINEAR + "alpha = 0.5\nLasso(alpha=alpha)", "alpha"),
    row(22, "import torch\nfor epoch in range(10):\n    step()", "epochs"),
    row(23, "import torch\nfor i in range(10):\n    print(i)"),
    row(24, "import torch\nfor epoch in range(cfg.epochs):\n    step()"),
    row(25, "import torch\nfor lr in [0.1, 0.01]:\n    step(lr)", "lr"),
    row(26, SELECT + "train_test_split(X, y, test_size=0.2, random_state=seed)", "test_size"),
    row(27, SELECT + "train_test_split(X, y)"),
    row(28, SELECT + "train_test_split(X, y, shuffle=False)"),
    row(29, SELECT + "KFold(n_splits=5, shuffle=True)", "n_splits"),
    row(30, SELECT + "KFold(5)", "n_splits"),
    row(31, SELECT + "cross_val_score(m, X, y, cv=5, scoring='f1')", "cv scoring"),
    row(32, SELECT + "GridSearchCV(m, {'max_depth': [3, 5, 7]})", "max_depth"),
    row(
        33,
        "import xgboost as xgb\nxgb.train({'eta': 0.1, 'max_depth': 6}, d, num_boost_round=50)",
        "learning_rate max_depth num_boost_round",
    ),
    row(
        34,
        "import lightgbm as lgb\nparams = {'objective': 'binary', 'num_leaves': 31}\nlgb.train(params, d)",
        "num_leaves",
        "objective",
    ),
    row(35, "import lightgbm as lgb\nparams = yaml.safe_load(f)\nlgb.train(params, d)"),
    row(
        36,
        HF + "TrainingArguments('out', learning_rate=5e-5, num_train_epochs=3)",
        "learning_rate num_train_epochs",
    ),
    row(37, HF + "HfArgumentParser(TrainingArguments).parse_args_into_dataclasses()"),
    row(
        38,
        TORCH + "class Net(nn.Module):\n    def __init__(self):\n        self.drop = nn.Dropout(0.5)",
        "dropout",
    ),
    row(39, TORCH + "nn.Linear(784, 10)", strict="in_features out_features"),
    row(40, TORCH + "def block(p):\n    return nn.Dropout(p)"),
    row(41, LINEAR + "X = df[['age', 'income']]\nLogisticRegression().fit(X, load_y())", "features"),
    row(42, LINEAR + "FEATURES = ['age', 'income']", "features"),
    row(43, LINEAR + "df['age'] = df['age'].fillna(0)"),
    row(44, LINEAR + "y = df['churn']\nLogisticRegression().fit(load_x(), y)", "label"),
    row(45, LINEAR + "y = df[cfg.target]\nLogisticRegression().fit(load_x(), y)"),
    row(
        46,
        SK.format("impute", "SimpleImputer")
        + "from sklearn.preprocessing import KBinsDiscretizer\n"
        + "SimpleImputer(strategy='median')\nKBinsDiscretizer(n_bins=10)",
        "strategy n_bins",
    ),
    row(47, SK.format("preprocessing", "StandardScaler") + "StandardScaler()"),
    row(
        48,
        SK.format("feature_extraction.text", "TfidfVectorizer")
        + "TfidfVectorizer(max_features=5000, ngram_range=(1, 2))",
        "max_features ngram_range",
    ),
    row(
        49,
        "from torchvision import transforms\ntransforms.Resize(224)\n"
        "transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])",
        "size",
        "mean std",
    ),
    row(50, "import torch\npred = (proba > 0.5).astype(int)", "threshold"),
    row(51, "import torch\nassert accuracy > 0.85\nif f1 < 0.8:\n    sys.exit(1)", "accuracy f1"),
    row(52, "import torch\nassert accuracy > 0.85", path="tests/test_model.py"),
    row(53, "import torch\nif len(xs) > 10:\n    stop()\nif status == 404:\n    stop()"),
    row(54, "import torch\nparser.add_argument('--lr', type=float, default=1e-3)", strict="lr"),
    row(55, "import torch\nparser.add_argument('--port', default=8080)"),
    row(56, "import torch\nparser.add_argument('--lr', type=float, required=True)"),
    row(
        57,
        "import torch\n@click.option('--epochs', default=10)\ndef a(epochs):\n    pass\n"
        "def b(epochs: int = typer.Option(10)):\n    pass\n"
        "flags.DEFINE_float('lr', .1, '')\n",
        strict="epochs epochs lr",
    ),
    row(58, CONFIG + "cs.store(name='train', node=TrainConfig)"),
    row(59, CONFIG + "cfg = TrainConfig()", strict="lr"),
    row(60, "import torch\ndef train(lr=0.01, epochs=10):\n    pass", strict="lr epochs"),
    row(61, "import torch\nfrom project import train\ntrain(lr=0.01)", "lr"),
    row(62, "plot(fig, epochs=10)"),
    row(
        63,
        "from tensorflow import keras\nmodel.fit(X, y, epochs=20, batch_size=64, validation_split=0.1)",
        "epochs batch_size validation_split",
    ),
    row(64, "import optuna\ntrial.suggest_float('lr', 1e-5, 1e-1)", strict="low high"),
    row(65, OPTIM + "StepLR(opt, step_size=30, gamma=0.1)", "step_size gamma"),
    row(
        66,
        "from torch.utils.data import DataLoader\nDataLoader(ds, batch_size=32, num_workers=4)",
        "batch_size",
    ),
    row(
        67,
        "from torch.utils.data import DataLoader\ndef evaluate(ds):\n    return DataLoader(ds, batch_size=1)",
        "batch_size",
    ),
    row(68, "import numpy as np\nimport torch\nnp.random.seed(0)\ntorch.manual_seed(0)"),
    row(69, FOREST + "rng = np.random.default_rng()\nrandom.random()"),
    row(70, FOREST + "def sample(rng):\n    return rng.random()"),
    row(71, "import torch\nlr = 1e-3  # reproof: ignore[hardcoded-hyperparameter] fixed by the paper"),
    row(72, "import os\nimport torch\nos.environ.get('LR', 0.1)", strict="lr"),
    # 73 is a notebook: test_a_papermill_parameters_cell_declares
    row(74, "import torch\nMAX_RETRIES = 3\nTIMEOUT = 30\nEPS = 1e-8"),
    row(
        75,
        HF + "tokenizer = AutoTokenizer.from_pretrained(cfg.model)\n"
        "tokenizer(text, max_length=512, truncation=True)",
        "max_length",
    ),
    row(76, TORCH + "x = torch.randn(3, 4)"),
)
# Rows that are not handled yet.
NOT_YET: tuple[int, ...] = ()


def findings(code: str, path: str = "train.py", strict: bool = False) -> list[Finding]:
    rule = HardcodedHyperparameter(CheckConfig(strict=strict), Tools())
    file = open_source(path, code.encode())
    return suppress(list(rule.check(file)), suppressions(file), path, [rule.name], {rule.name}.__contains__)


def names(code: str, path: str = "train.py", strict: bool = False) -> list[str]:
    return [finding.name for finding in findings(code, path, strict)]


def notebook(*sources: str, tags: tuple[str, ...] = ()) -> str:
    cells = [
        {"cell_type": "code", "metadata": {"tags": list(tags)} if not index else {}, "source": source}
        for index, source in enumerate(sources)
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def test_every_row_of_the_specification_is_here() -> None:
    numbers = [number for number, *_ in CASES]
    assert sorted([*numbers, 73, *NOT_YET]) == list(range(1, 77))


@pytest.mark.parametrize(
    ("number", "code", "flag", "strict", "path"), CASES, ids=lambda value: str(value)[:3]
)
def test_the_verdict_of_a_case(
    number: int, code: str, flag: tuple[str, ...], strict: tuple[str, ...], path: str
) -> None:
    assert names(code + "\n", path) == list(flag)
    assert sorted(names(code + "\n", path, strict=True)) == sorted([*flag, *strict])


def test_a_papermill_parameters_cell_declares() -> None:
    use = "import torch\ntorch.optim.SGD(p, lr=lr)"
    assert names(notebook("lr = 0.1", use, tags=("parameters",)), "train.ipynb", strict=True) == []
    assert names(notebook("lr = 0.1", use), "train.ipynb") == ["lr"]


def test_the_message_says_what_where_to_and_whether_it_is_the_default() -> None:
    found = findings(LINEAR + "model = LogisticRegression(C=1.0, max_iter=500)\n")
    assert [finding.message for finding in found] == [
        "`C=1.0` (the default) is written into the code: move it to params.yaml (train.C) and read it from there",
        "`max_iter=500` is written into the code: move it to params.yaml (train.max_iter) and read it from there",
    ]
    assert [finding.kind for finding in found] == ["training", "training"]
    assert [finding.value for finding in found] == ["1.0", "500"]


def test_a_finding_lies_on_the_literal() -> None:
    (found,) = findings(OPTIM + "optimizer = SGD(\n    p,\n    lr=-0.1,\n)\n")
    assert (found.span.line, found.span.column, found.span.end_column) == (6, 8, 12)


def test_columns_count_characters_not_bytes() -> None:
    (found,) = findings(OPTIM + "größe = SGD(p, lr=0.1)\n")
    assert found.span.column == len("größe = SGD(p, lr=") + 1


def test_a_value_of_an_earlier_cell_is_reported_there_once() -> None:
    cells = ("from torch.optim import SGD", "RATE = 0.1", "a = SGD(p, lr=RATE)", "b = SGD(q, lr=RATE)")
    found = findings(notebook(*cells), "train.ipynb")
    assert [(finding.cell, finding.span.line, finding.name) for finding in found] == [(2, 1, "lr")]


def test_a_broken_cell_hides_no_finding_of_the_others() -> None:
    rule = HardcodedHyperparameter(CheckConfig(), Tools())
    text = notebook("from torch.optim import SGD\nSGD(p, lr=0.1)", "def broken(:")
    found: list[Finding] = []

    def check() -> None:
        for finding in rule.check(open_source("train.ipynb", text.encode())):
            found.append(finding)  # noqa: PERF402  what was found before the error is looked at below

    with pytest.raises(InvalidFile) as error:
        check()
    assert error.value.cell == 2
    assert [finding.name for finding in found] == ["lr"]


def test_magics_and_shell_lines_do_not_disturb() -> None:
    text = notebook("%matplotlib inline\n!pip install torch\nfrom torch.optim import SGD\nSGD(p, lr=0.1)")
    assert [finding.span.line for finding in findings(text, "train.ipynb")] == [4]
