"""Columns that reach a training by other names, and what chooses by a text or by a place."""

from __future__ import annotations

import pytest

from reproof.config import CheckConfig
from reproof.lint.rule import Tools
from reproof.lint.rules.config.hardcoded_hyperparameter import HardcodedHyperparameter
from reproof.lint.source import PythonFile
from tests.lint.hyperparameters.found import found

SPLIT = "from sklearn.model_selection import train_test_split\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("a = df['age'].values\nZ = np.column_stack([a, df['sex']])\nm.fit(Z)", ["'age'", "'sex'"]),
        ("s = df[['Close']]\nd = scaler.fit_transform(s)\nm.fit(d[:90])", ["[['Close']]"[1:-1]]),
        ("X_user = df['user'].values", ["'user'"]),
        ("X = df.loc[:, df.columns != 'price']", ["'price'"]),
        ("X = df.loc[:, ~df.columns.isin(['id'])]", ["['id']"]),
        ("X = df.drop(columns=['id'] if old else ['id', 'age'])", ["['id']", "['id', 'age']"]),
        ("unused = ['id']\nunused += more\ncols = [c for c in df.columns if c not in unused]", ["['id']"]),
        ("temp = ['bin']\nfor c in temp:\n    X = X.drop(columns=[c])\nm.fit(X)", ["['bin']"]),
        (
            "sets = {'a': {'columns': ['x', 'y']}}\nfor n, s in sets.items():\n    X = df[s['columns']]",
            ["['x', 'y']"],
        ),
        ("y = LabelEncoder().fit_transform(df['kind'])\nX = 0", ["'kind'"]),
        ("m = csr_matrix((df['plays'], (df['user'], df['song'])))", ["'plays'", "'user'", "'song'"]),
        # an encoder's one column, a design matrix, a dict's part, a table that is merged, a circle of names
        ("le = LabelEncoder()\nle.fit(train_df.kind)", []),
        ("X_trend = np.vstack([np.ones(9), df['day']]).T", []),
        ("X = data['images']", []),
        ("rows = rows.copy()\nX = rows['age']", []),
        ("data = pd.read_csv(p).dropna()\nX = data['text']", ["'text'"]),
        ("X = a.merge(b[['id', 'x']])\nm.fit(X)", []),
        ("a = scaler.fit_transform(b)\nb = scaler.fit_transform(a)\nm.fit(a)", []),
    ],
)
def test_columns_that_reach_a_training(code: str, expected: list[str]) -> None:
    imports = "from scipy.sparse import csr_matrix\nfrom sklearn.preprocessing import LabelEncoder\n"
    assert [value for _, value in found(imports + code)] == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("cfg = {'features': ['a', 'b'], 'target': 'c'}", [("features", "['a', 'b']"), ("target", "'c'")]),
        ("text_column = 'review'", [("text_column", "'review'")]),
        ("summary_col = 'short'", [("summary_col", "'short'")]),
        ("NAMES = ['like', 'reply']\nk = 1\nTARGET = NAMES[k]", [("label", "1")]),
        ("body = {'target': 'c'}", []),
        ("def visit(node, label):\n    pass\nvisit(tree, label='app')", []),
        ("cfg = {'feature_extractor': 'audio'}", []),
        ("X_offset = params.pop('X_mean', None)", []),
        ("report = {'time_features': ['hour']}", []),
        ("train_targets = train_df['price'].values", [("label", "'price'")]),
        ("for data in loader:\n    labels = data['labels']", []),
        ("def prepare(df, label):\n    pass\nprepare(df, label='churn')", [("label", "'churn'")]),
        ("def draw_loss(x, label):\n    pass\ndraw_loss(x, label='churn')", []),
        ("text_column = 3", []),
        ("color_column = 'red'", []),
    ],
)
def test_columns_by_keys_and_places(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("learner = 'Adam'", [("learner", "'Adam'")]),
        (
            "model_name = 'gpt2' if small else 'llama-7b'",
            [("model_name", "'gpt2'"), ("model_name", "'llama-7b'")],
        ),
        ("build(model_name='resnet50')", [("model_name", "'resnet50'")]),
        ("LORA_TARGET_MODULES = ['q_proj', 'v_proj']", [("lora_target_modules", "['q_proj', 'v_proj']")]),
        (
            "tokens = 5\nmax_new_tokens = 10 if smoke else 512",
            [("max_new_tokens", "10"), ("max_new_tokens", "512")],
        ),
        ("import evaluate\nmetric = evaluate.load('rouge')", [("metric", "'rouge'")]),
        ("user_name = 'Adam'", []),
        ("model_name = 'churn_v2'", []),
        ("net_path = 'net.pt'", []),
        ("from transformers import AutoModel\nAutoModel.from_pretrained('models/best')", []),
        ("parser.add_argument('--net', default='xception')", []),
    ],
)
def test_texts_that_choose(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("cap = df.fare.quantile(0.99)\ndf = df[df.fare <= cap]", [("percentile", "0.99")]),
        ("df = df[df.fare < df.fare.quantile(q=0.98)]", [("percentile", "0.98")]),
        ("df['x'] = df['x'].clip(upper=np.percentile(df['x'], 97))", [("percentile", "97")]),
        ("lo, hi = np.percentile(x, [1, 99])\nx = np.clip(x, lo, hi)", [("percentile", "[1, 99]")]),
        ("q1 = df.fare.quantile(0.25)\ndf = df[df.fare > q1]", []),
        ("p99 = np.percentile(times, 99)\nprint(p99)", []),
        ("train = df[df.id % 5 != 0]", [("split_every", "5")]),
        ("valid = df.loc[((df.id % 2) == 1) & (df.part == 0)]", [("split_every", "2")]),
        ("for i, x in enumerate(xs):\n    if i % 10 == 0:\n        val.append(x)", [("split_every", "10")]),
        ("for i, x in enumerate(xs):\n    if i % 10 == 0:\n        seen.append(x)", []),
        ("def blend_preds(a, b):\n    w = 0.6\n    return a * w + b * (1 - w)", [("ensemble_weight", "0.6")]),
        ("loss = loss + 0.5 * torch.relu(0.25 - signed).mean()", [("loss_weight", "0.5")]),
        ("if step > 2500:\n    loss = loss + extra", [("change_at", "2500")]),
        ("import lightgbm as lgb\nlgb.train(p, d, num_iterations=200)", [("n_estimators", "200")]),
        ("def overlay(a, b):\n    w = 0.6\n    return a * w + b * (1 - w)", []),
        ("sns.heatmap(df.corr() > 0.8)", []),
        ("def train_net(data, rounds_of):\n    pass\ntrain_net(d, 30)", [("rounds_of", "30")]),
        ("steps = 9\nsched = optim.lr_scheduler.StepLR(opt, steps_in * 3)", [("step_size", "3")]),
    ],
)
def test_numbers_that_cut_and_weigh(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("h = {'start_date': '2015-01-01', 'born': '2015-01-01'}", [("start_date", "'2015-01-01'")]),
        ("END_DATE = '2024-01-01'", [("end_date", "'2024-01-01'")]),
        ("yf.download('X', start='2015-01-01')", [("date", "'2015-01-01'")]),
        ("validation = data.series.sample(20)", [("split_at", "20")]),
        ("skewed = skew[abs(skew) > 1]", [("skew_threshold", "1")]),
        ("m = FScore(threshold=0.5)", [("threshold", "0.5")]),
        ("X, y = get_minibatch(docs, size=1000)", [("batch_size", "1000")]),
        ("aml.train(y='price', training_frame=t)", [("label", "'price'")]),
        ("sub_target = sub_df['price']", []),
        ("timer(threshold=0.5)", []),
        ("log_train(y='price')", []),
    ],
)
def test_what_is_used_and_judged(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected


def test_grids_by_their_names() -> None:
    grids = "GRIDS = {'svm': (SVC(), {'clf__C': [1, 10], 'max_iter': [5], 'n_jobs': [2]}), 'nb': {}}"
    assert found(grids) == [("c", "[1, 10]"), ("max_iter", "[5]")]
    assert found("grid = {'rows': [1, 2], 'columns': [3]}") == []


def test_libraries_that_are_known_by_their_imports_alone() -> None:
    rule = HardcodedHyperparameter(CheckConfig(), Tools())
    code = b"from libreco.algorithms import RNN\nmodel = RNN(n_epochs=2, lr=0.001)\nEMBED_SIZE = 16\n"
    assert [each.name for each in rule.check(PythonFile("a.py", code))] == ["n_epochs", "lr", "embed_size"]
