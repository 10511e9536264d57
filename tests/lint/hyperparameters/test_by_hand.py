"""What is written by hand: lists of columns and what is left out of them, windows, updates, endless loops."""

from __future__ import annotations

import pytest

from tests.lint.hyperparameters.found import found

STEPS = "    loss.backward()\n    opt.step()\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("FEATURES = [*BASE, 'age', *OTHERS]", ["[*BASE, 'age', *OTHERS]"]),
        ("s8_feats = FEATURES + ['west', 'south']", ["['west', 'south']"]),
        ("feats = [f for f in FEATURES if f != 'id']", ["'id'"]),
        ("feats = [f for f in FEATURES if f not in {'id', 'day'}]", ["{'id', 'day'}"]),
        ("left = {'id'}\nfeats = [f for f in FEATURES if f not in left]", ["{'id'}"]),
        ("cols = [c for c in list(df.columns) if c not in ('id', TARGET)]", ["('id', TARGET)"]),
        ("cols = [c for c in df.columns.tolist() if c != 'id' and c != time]", ["'id'"]),
        ("features.remove('id')", ["'id'"]),
        (
            "class A:\n    def f(self):\n        self.X = df[['age']]\n        self.y = self.train_df['churn']",
            ["['age']", "'churn'"],
        ),
        (
            "class A:\n    def f(self):\n        self.y = self.train_df['churn']\n        other.X = df[['age']]",
            [],
        ),
        ("val_y = held['churn'].as_matrix()", ["'churn'"]),
        # other lists
        ("rest = [x for x in parts if x != 'id']\nparts.remove('id')", []),
        ("cols_to_drop = given\ncols_to_drop.remove('id')", []),
        ("names = BASE + ['west']\nFEATURES = [*BASE, *OTHERS]", []),
        ("feats = [f for f in FEATURES if kind != 'id']", []),
    ],
)
def test_columns(code: str, expected: list[str]) -> None:
    assert [value for _, value in found(code)] == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("for window in (7, 28):\n    keep(x.rolling(window).mean())", ["(7, 28)"]),
        ("for window in (7, 28):\n    plt.plot(x.rolling(window).mean())", []),
        ("for window in (7, 28):\n    open_window(window)\nx.rolling(w)", []),
        (
            "def add_lag_features(x):\n    smooth = x.rolling(window=28, min_periods=1)\n    return smooth",
            ["28"],
        ),
        ("def plot_trend(x):\n    smooth = x.rolling(window=28)\n    return smooth", []),
        ("df['adult'] = (df['age'] >= 18).astype(int)", ["18"]),
        ("df['adult'] = (df['age'] >= 18).astype(int).values", ["18"]),
        ("df['weekend'] = (df['dayofweek'] >= 5).astype(int)\nadult = (df['age'] >= 18).astype(int)", []),
    ],
)
def test_windows_and_cutoffs(code: str, expected: list[str]) -> None:
    assert [value for _, value in found(code)] == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("w = w - 0.1 * grad", [("learning_rate", "0.1")]),
        ("w -= 0.1 * w.grad", [("learning_rate", "0.1")]),
        ("theta -= dtheta * 0.01", [("learning_rate", "0.01")]),
        ("params = jax.tree.map(lambda p, g: p - 0.1 * g, params, grads)", [("learning_rate", "0.1")]),
        ("w = w - 0.1 * noise\nv = w - 0.1 * grad\nw -= rate * grad", []),
        ("for epoch in range(start, start + 200):\n    run(epoch)", [("epochs", "200")]),
        ("for epoch in range(start, last + 1):\n    run(epoch)", []),
        (
            "folds = 5\nNUM_ENVS = 16\nIMG_H = int(480 / 4)",
            [("folds", "5"), ("num_envs", "16"), ("img_h", "int(480 / 4)")],
        ),
        ("for fold in range(5):\n    run(fold)", [("n_folds", "5")]),
        ("for i in range(5):\n    train_one_epoch(net)", [("iterations", "5")]),
        ("for i in range(5):\n    trained(net)", []),
        ("loss = FocalLoss(gamma=2.0)\nnoise = OUNoise(n, sigma=0.2)", [("gamma", "2.0"), ("sigma", "0.2")]),
        ("image = Filter(sigma=0.2)", []),
        (f"while step < 10_000:\n{STEPS}", [("iterations", "10_000")]),
        ("while not done and steps < 3000:\n    env.step(a)", [("max_steps", "3000")]),
        ("while size < 10_000:\n    grow()", []),
        (
            "total_steps = 10_000\nfor step, b in enumerate(d):\n    if step >= total_steps - 1:\n        break",
            [("max_steps", "10_000")],
        ),
        ("for step, b in enumerate(d):\n    if step >= 5:\n        break", []),
        ("for row, b in enumerate(d):\n    if row >= 5000:\n        break", []),
        (
            "def init(layer_widths, key):\n    pass\ninit([n, 512, 256, k], key)",
            [("layer_widths", "512"), ("layer_widths", "256")],
        ),
        ("def make(block, num_blocks):\n    pass\nmake(Block, [3, 4, 6, 3])", []),
    ],
)
def test_training_by_hand(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("class Settings:\n    rate = 0.1\nopt = optim.SGD(p, lr=Settings.rate)", [("lr", "0.1")]),
        ("class A:\n    rate = 0.1\nA.rate = args.rate\nopt = optim.SGD(p, lr=A.rate)", []),
        ("@dataclass\nclass A:\n    rate = 0.1\nopt = optim.SGD(p, lr=A.rate)", []),
        ("opt = optim.SGD(p, lr=Settings.rate)", []),
        (
            "class CFG:\n    lr = 1e-3\n    epochs = 9\n    batch_size = 8\n    patch = 64\n    num_workers = 4",
            [("lr", "1e-3"), ("epochs", "9"), ("batch_size", "8"), ("patch", "64")],
        ),
        ("df = df.query('price < 500000')", [("query", "'price < 500000'")]),
        ("cheap = df.query('price < 500000')\ndf = df.query('kind == 3')", []),
        ("import cv2\ndef preprocess(x):\n    return cv2.resize(x, (84, 84))", [("dsize", "(84, 84)")]),
        ("import cv2\ndef draw(x):\n    return cv2.resize(x, (84, 84))", []),
    ],
)
def test_classes_filters_and_images(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected
