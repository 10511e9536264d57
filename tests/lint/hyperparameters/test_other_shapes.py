"""Values that are set in other shapes than a bare literal: parts of data, branches, decays, ensembles, dicts."""

from __future__ import annotations

import pytest

from reproof.config import CheckConfig
from reproof.lint.rule import Tools
from reproof.lint.rules.config.hardcoded_hyperparameter import HardcodedHyperparameter
from reproof.lint.source import PythonFile

SKLEARN = "from sklearn.linear_model import Ridge\nfrom sklearn.preprocessing import *\n"
TORCH = "import torch\nfrom torch import nn, optim\n"


def lines(code: str, strict: bool = False) -> list[tuple[str, str | None]]:
    rule = HardcodedHyperparameter(CheckConfig(strict=strict), Tools())
    return [(each.name, each.value) for each in rule.check(PythonFile("train.py", code.encode()))]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("n_train = int(0.8 * len(data))", [("n_train", "0.8")]),
        ("size = int(len(data) * 0.8)", [("train_share", "0.8")]),
        ("train_end = round(n * 0.7)", [("train_end", "0.7")]),
        ("x_train, x_test = x[:8000], x[8000:]", [("split_at", "8000"), ("split_at", "8000")]),
        ("inputs = data[3:, :-1]\ntest_inputs = data[:3, :-1]", [("split_at", "3"), ("split_at", "3")]),
        ("cal_idx = indices[: n // 2]", [("split_at", "2")]),
        ("train = df[df['date'] < '2017-01-01']", [("split_date", "'2017-01-01'")]),
        ("SPLIT_DATE = '2017-01-01'", [("split_date", "'2017-01-01'")]),
        ("n_test = 500", [("n_test", "500")]),
        ("train, test = split_data(df, '2023-01-01')", [("split_at", "'2023-01-01'")]),
        ("train, test = split_data(df, 0.8)", [("split_share", "0.8")]),
        # no split: texts, heads, what is shown, what is masked
        ("test_path = path[5:]", []),
        ("train_lines = lines[1:]", []),
        ("parts = name.split('2023-01-01')", []),
        ("n_show = int(0.1 * len(data))", []),
        ("x_small = x[:100]", []),
    ],
)
def test_splits_by_hand(code: str, found: list[tuple[str, str]]) -> None:
    assert lines(f"{TORCH}{code}\n") == found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("opt = optim.Adam(p, lr=0.1 if big else 0.01)", [("lr", "0.1"), ("lr", "0.01")]),
        ("opt = optim.Adam(p, lr=args.lr, betas=(args.beta1, 0.999))", [("betas", "0.999")]),
        ("lr = 0.1 if big else args.lr", [("lr", "0.1")]),
        ("warmup_steps = int(0.1 * total)", [("warmup_steps", "0.1")]),
        ("N_TRAIN_EXAMPLES = BATCH * 30", [("n_train_examples", "30")]),
        ("sched = optim.lr_scheduler.LambdaLR(opt, lambda e: 0.95**e)", [("lr_lambda", "0.95")]),
        # nothing is chosen: switched off, or a configured value is scaled
        ("opt = optim.Adam(p, lr=args.lr * 0.1)", []),
        ("def make(lr):\n    return optim.Adam(p, lr=lr * 0.1)", []),
        ("lr = get()\nopt = optim.Adam(p, lr=lr / 10)", [("lr", "10")]),
        ("drop = nn.Dropout(0 if n_layers < 2 else p)", []),
    ],
)
def test_literals_inside_an_expression(code: str, found: list[tuple[str, str]]) -> None:
    assert lines(f"{TORCH}{code}\n") == found


def test_arithmetic_with_a_configured_value_is_debatable() -> None:
    code = f"{TORCH}opt = optim.Adam(p, lr=args.lr * 0.1)\n"
    assert lines(code) == []
    assert lines(code, strict=True) == [("lr", "0.1")]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("args.lr = 0.1", [("lr", "0.1")]),
        ("for group in opt.param_groups:\n    group['lr'] = 0.01", [("lr", "0.01")]),
        ("for group in opt.param_groups:\n    group['lr'] *= 0.5", [("lr_decay", "0.5")]),
        ("lr /= 10", [("lr_decay", "10")]),
        ("epoch += 1\nepochs += 1", []),
        ("groups = [{'params': head, 'weight_decay': 0.01}]", [("weight_decay", "0.01")]),
        ("run(config={'lr': 0.1, 'epochs': 3})", [("lr", "0.1"), ("epochs", "3")]),
        ("config = {'train': {'lr': 0.1, 'epochs': 3}}", [("lr", "0.1"), ("epochs", "3")]),
        ("zoo = {'tiny': {'n_layer': 2, 'n_head': 2}}", []),
        ("def get_config():\n    return {'lr': 0.1, 'epochs': 3}", []),
        ("row = {'lr': 0.1, 'loss': 3.2}", []),
        ("parser.set_defaults(lr=0.1)", []),
        ("batch_size = 1\nif many:\n    batch_size = len(prompts)", []),
        ("attend(q, k, dropout_rate=0.0)", []),
        ("run(optimizer='adam')", [("optimizer", "'adam'")]),
        ("run(optimizer=3, lr='adam')", []),
    ],
)
def test_what_is_set_elsewhere_than_in_a_name(code: str, found: list[tuple[str, str]]) -> None:
    assert lines(f"{TORCH}{code}\n") == found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("memory = deque(maxlen=2000)", [("memory_size", "2000")]),
        ("scores = deque(maxlen=100)", []),
        ("buffer = ReplayBuffer(10000)", [("buffer_size", "10000")]),
        ("s, reward, done = env.step(a)\nreward = reward if not done else -10", [("reward", "-10")]),
        ("target = reward + 0.99 * q * (1 - done)", [("gamma", "0.99")]),
        ("if step % 1000 == 0:\n    update_target(net, target)", [("target_update", "1000")]),
        ("if step % 1000 == 0:\n    print(step)", []),
    ],
)
def test_reinforcement_learning(code: str, found: list[tuple[str, str]]) -> None:
    assert lines(f"{TORCH}{code}\n") == found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("low = q1 - 1.5 * iqr", [("iqr_factor", "1.5")]),
        ("df = df[np.abs(z_scores) < 3]", [("z_score", "3")]),
        ("p = 0.7 * xgb_pred + 0.3 * lgb_pred", [("ensemble_weight", "0.7"), ("ensemble_weight", "0.3")]),
        ("p = 0.7 * width + 0.3 * height", []),
        ("if patience_counter >= 5:\n    stop()", []),
        ("for x in y:\n    if wait >= 5:\n        break", [("patience", "5")]),
        ("if logs.get('accuracy') > 0.99:\n    self.model.stop_training = True", [("accuracy", "0.99")]),
        ("MIN_CONF_THRESHOLD = 0.4", [("min_conf_threshold", "0.4")]),
        ("MEMORY_THRESHOLD = 0.9", []),
    ],
)
def test_criteria(code: str, found: list[tuple[str, str]]) -> None:
    assert lines(f"{SKLEARN}{code}\n") == found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("X = df.drop('price', axis=1)\ny = df['price']", ["label", "label"]),
        ("X = df.drop('price', axis=1)\ny = df.price", ["label", "label"]),
        ("X = df.drop(['id', 'price'], axis=1)\ny = df['price']", ["dropped_columns", "label"]),
        ("X, y = df[['a', 'b']], df.price", ["features", "label"]),
        ("y_train = train_df['price']", ["label"]),
        ("X.drop(['id'], axis=1, inplace=True)", ["dropped_columns"]),
        ("IMPORTANT_FEATURES = ['a', 'b']\nvars_to_scale = ['a']", ["important_features", "vars_to_scale"]),
        ("for c in ['a', 'b']:\n    df[c] = LabelEncoder().fit_transform(df[c])", ["features"]),
        ("x = df['a']\ny = df['b']\nplt.scatter(x, y)", []),
        ("y_pred = results['y_pred']\ny = data.target", []),
        ("df['a'] = LabelEncoder().fit_transform(df['a'])", []),
        ("environment_vars = ['HOME']\nplot_cols = ['a', 'b']", []),
    ],
)
def test_columns_by_the_names_they_get(code: str, found: list[str]) -> None:
    assert [name for name, _ in lines(f"{SKLEARN}{code}\n")] == found


def test_a_name_bound_again_counts_as_it_was_last_bound() -> None:
    code = f"{SKLEARN}a = 0.1\nRidge(alpha=a)\na = 0.2\nRidge(alpha=a)\n"
    assert lines(code) == [("alpha", "0.1"), ("alpha", "0.2")]


def test_a_rate_and_rounds_beside_numpy_are_a_training_without_a_library() -> None:
    both = "import numpy as np\nlearning_rate = 0.1\nn_iterations = 100\n"
    assert lines(both) == [("learning_rate", "0.1"), ("n_iterations", "100")]
    assert lines("import numpy as np\nlearning_rate = 0.1\n") == []
    assert lines("learning_rate = 0.1\nn_iterations = 100\n") == []


@pytest.mark.parametrize("line", ["from .optim import SGD", "from mine.optim import SGD"])
def test_a_project_class_called_like_a_library_s_takes_the_same_parameters(line: str) -> None:
    assert lines(f"import torch\n{line}\nSGD(p, 0.1)\n") == [("lr", "0.1")]


def test_another_library_s_class_is_told_from_a_project_s() -> None:
    assert lines("import torch\nfrom rich.progress import SGD\nSGD(p, 0.1)\n") == []


def test_what_a_script_that_only_predicts_prepares_is_debatable() -> None:
    code = (
        "from keras.preprocessing import image\nfrom keras.models import load_model\n"
        "image.load_img(p, target_size=(224, 224))\n"
    )
    assert lines(f"{code}load_model(q).predict(x)\n") == []
    assert lines(f"{code}load_model(q).fit(x)\n", strict=True) == lines(
        f"{code}load_model(q).predict(x)\n", strict=True
    )
