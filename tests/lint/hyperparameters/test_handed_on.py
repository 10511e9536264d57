"""What is handed on: through the file's own functions, from rows to lists, under names that a star brought."""

from __future__ import annotations

import pytest

from reproof.config import CheckConfig
from reproof.lint.rule import Tools
from reproof.lint.rules.config.hardcoded_hyperparameter import HardcodedHyperparameter
from reproof.lint.source import PythonFile
from tests.lint.hyperparameters.found import found

SKLEARN = "from sklearn.cluster import KMeans\nfrom sklearn.compose import *\nfrom sklearn.svm import SVC\n"
CLUSTER = "def group(rows, k, tag='a'):\n    return KMeans(k).fit(rows)\n"
TRAIN = "def learn(a, b):\n    model.fit(a, b)\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        # to a catalogued call, by position, by keyword, in a tuple, from a name or a loop
        (f"{CLUSTER}group(x, 5)", [("n_clusters", "5")]),
        (f"{CLUSTER}group(x, tag='b', k=5)", [("n_clusters", "5")]),
        (f"{CLUSTER}many = 5\ngroup(x, many)", [("n_clusters", "5")]),
        (f"{CLUSTER}for i in range(2, 9):\n    group(x, i)", [("n_clusters", "range(2, 9)")]),
        (
            "def go(a, b):\n    optim.Adam(p, betas=(a, b))\ngo(0.8, 0.9)",
            [("betas", "0.8"), ("betas", "0.9")],
        ),
        (
            "class Fit:\n    def __init__(self, a):\n        self.m = SVC(C=a)\nFit(0.3)",
            [("C", "0.3")],
        ),
        # to something else; changed on the way; of another object; two meanings; from a config; a default
        (f"{CLUSTER}group(x, k, 'b')", []),
        ("def group(rows, k):\n    k = k + 1\n    return KMeans(k)\ngroup(x, 5)", []),
        (f"{CLUSTER}tool.group(x, 5)", []),
        (f"{CLUSTER}def group(k):\n    pass\ngroup(x, 5)", []),
        (f"{CLUSTER}group(x, cfg.k)\ngroup(*rows, 5)", []),
        ("def group(k=5):\n    return KMeans(k)\ngroup()", []),
        # columns to a training
        (
            f"{TRAIN}learn(df[['age', 'sex']], df['price'])",
            [("features", "['age', 'sex']"), ("label", "'price'")],
        ),
        (f"{TRAIN}learn(parts['X_full'], parts['y_full'])", []),
        ("def draw(a, b):\n    plt.plot(a, b)\ndraw(df['age'], df['price'])", []),
    ],
)
def test_what_own_functions_are_given(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(SKLEARN + code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("x = [row['text'] for row in rows]\nm.fit(x)", ["'text'"]),
        ("x = [clean(text) for text in df['text']]\nm.fit(x)", ["'text'"]),
        ("x = np.array([v + 1 for v in df.rooms])\nm.fit(x)", ["df.rooms"]),
        ("t = pd.read_csv(p)\nm.fit(x, t.target)", ["t.target"]),
        ("x = encode(df.drop(['id'], axis=1))\nm.fit(x)", ["['id']"]),
        ("x = model.embed(df['text'].tolist())\nm.fit(x)", ["'text'"]),
        ("y = np.array(df['kind'])\nX = 0", ["'kind'"]),
        # a batch is unpacked; names say nothing of what a function makes; files; other tables
        ("labels = [row['label'] for row in batch]", []),
        ("labels = set(train_df['kind'])", []),
        ("x = [imread(f'{i}.png') for i in df['id']]\nm.fit(x)", []),
        ("x = join(a, b[['id', 'x']])\nm.fit(x)", []),
        ("t = load_iris()\nm.fit(x, t.target)", []),
        ("x = np.array()\nm.fit(x)", []),
        ("m.fit(parts['X_train'], parts['y_train'])", []),
    ],
)
def test_columns_that_are_made_of_rows(code: str, expected: list[str]) -> None:
    assert [value for _, value in found(code)] == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("make_column_transformer((['age'], scaler), (encoder, ['sex']))", ["['age']", "['sex']"]),
        ("ColumnTransformer([('t', vectorizer, 'title'), ('n', 'drop', ['id'])])", ["'title'", "['id']"]),
        ("make_column_transformer((picked, 'drop'), remainder='passthrough')", []),
        ("Pipeline([('t', vectorizer, 'title')])", []),
    ],
)
def test_columns_of_transformers(code: str, expected: list[str]) -> None:
    assert [value for _, value in found(SKLEARN + code)] == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("train, test = np.split(rows, [800, int(0.9 * n)])", [("split_at", "800"), ("split_share", "0.9")]),
        ("is_train = rng.choice([0, 1], n, p=[0.2, 0.8])", [("split_share", "[0.2, 0.8]")]),
        ("train_samples = int(0.9 * len(data))", [("train_samples", "0.9")]),
        ("X = df[(c for c in df.columns if c != 'price')]", [("dropped_columns", "'price'")]),
        ("left, right = np.split(rows, [800])", []),
        ("coins = rng.choice([0, 1], n, p=[0.2, 0.8])", []),
        ("n_samples = int(0.9 * len(data))", []),
        ("train, test = np.split(rows, [0, 1])", []),
        ("any(c != 'price' for c in df.columns)", []),
    ],
)
def test_parts_and_what_is_left_out(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected


def test_gradients_that_an_inner_loop_adds_up() -> None:
    inner = "    for part in parts:\n        loss.backward()\n"
    assert found(f"for i in range(700):\n{inner}    opt.step()") == [("iterations", "700")]
    assert found(f"for i in range(700):\n{inner}        opt.step()") == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("from utils import *\nopt = optim.SGD(p, 0.1)", 1),
        ("from .utils import *\nopt = optim.SGD(p, 0.1)", 1),
        ("from utils import *\noptim = pick()\nopt = optim.SGD(p, 0.1)", 0),
        ("from utils import tools\nopt = optim.SGD(p, 0.1)", 0),
    ],
)
def test_usual_names_that_a_star_brought(code: str, expected: int) -> None:
    rule = HardcodedHyperparameter(CheckConfig(), Tools())
    file = PythonFile("train.py", f"import sklearn\n{code}\n".encode())
    assert len(list(rule.check(file))) == expected


SEARCH = (
    "def search(rows, plans):\n    for plan in plans:\n        KMeans(plan[0], max_iter=plan[1]).fit(rows)\n"
)
LAG = "def lag_feature(df, lags, cols):\n    return df\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"{SEARCH}search(x, [(3, 9), (5, 9)])", ["[(3, 9), (5, 9)]"]),
        ("def go(conf):\n    KMeans(conf['k']).fit(x)\ngo({'k': 3, 'path': 'a'})", []),
        (f"{LAG}lag_feature(matrix, [1, 2], ['sales'])", ["['sales']"]),
        (f"{LAG}cols = ['sales']\nlag_feature(train_df, [1, 2], cols=cols)", ["['sales']"]),
        (f"{LAG}lag_feature(names, [1, 2], ['sales'])", []),
        ("def encode(words):\n    return words\nencode(['a', 'b'])", []),
        ("def plot_features(df, cols):\n    pass\nplot_features(df, ['a', 'b'])", []),
        ("def load(df, files):\n    pass\nload(df, ['a', 'b'])", []),
        ("top_feats = importance.nlargest(20).index\nm.fit(X[top_feats], y)", ["20"]),
        ("top_feats = importance.nlargest(20).index\nprint(X[top_feats])", []),
        ("rows = order[:8000]\nm.fit(X[rows], y)", []),
        ("for _, row in df.iterrows():\n    m.partial_fit(row['age'], y)", []),
    ],
)
def test_what_is_handed_on_in_parts(code: str, expected: list[str]) -> None:
    assert [value for _, value in found(SKLEARN + code)] == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ViT(dim=512, depth=6, heads=8)", [("dim", "512"), ("depth", "6"), ("heads", "8")]),
        ("zoo.ViT(dim=512, num_layers=6)", [("dim", "512"), ("num_layers", "6")]),
        (
            "Rec(lr=0.1, embed_size=16, n_epochs=2, recent_num=10, kernel_size=5, num_items=900, size=4)",
            [
                ("lr", "0.1"),
                ("embed_size", "16"),
                ("n_epochs", "2"),
                ("recent_num", "10"),
                ("kernel_size", "5"),
            ],
        ),
        ("config.model.peft.peft_scheme = 'lora'", [("peft_scheme", "'lora'")]),
        # alone; a function; a layer; inside of a network; from a config; another library's
        ("Tree(depth=6)", []),
        ("grow(dim=512, depth=6)", []),
        ("AttentionBlock(dim=512, heads=6)", []),
        ("class Net(nn.Module):\n    def __init__(self):\n        self.vit = ViT(dim=512, depth=6)", []),
        ("ViT(dim=cfg.dim, depth=cfg.depth, heads=8)", []),
        ("from wordcloud import WordCloud\nWordCloud(max_words=100, depth=4)", []),
        ("GPT(num_tokens=256, vocab=9)", []),
        ("scheme = 'lora'", []),
    ],
)
def test_models_of_libraries_that_nobody_listed(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected
