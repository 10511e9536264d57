"""What is drawn at random, or taken from a table."""

from __future__ import annotations

import pytest

from tests.lint.hyperparameters.found import found

AUGMENT = "def augment(img):\n    "


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("idx = np.random.choice(len(X), size=1000, replace=False)", [("sample_size", "1000")]),
        ("batch = random.sample(memory, 64)", [("sample_size", "64")]),
        ("df = df[:10000]", [("rows", "10000")]),
        ("raw1 = raw[0:2000000]", [("rows", "2000000")]),
        ("df = df.head(5000)", [("rows", "5000")]),
        ("df = df.sample(n=5000)", [("rows", "5000")]),
        # a few to be looked at, another table, a configured number
        ("idx = np.random.choice(len(X), 9)", []),
        ("idx_to_plot = rng.choice(len(X), 100)", []),
        ("top = df.head(500)", []),
        ("df = df.head(5)", []),
        ("df = df[: cfg.rows]", []),
    ],
)
def test_how_many(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected


@pytest.mark.parametrize(
    ("code", "values"),
    [
        (f"{AUGMENT}if random.random() < 0.3:\n        img = flip(img)", ["0.3"]),
        ("class Agent:\n    def act(self, s):\n        return 1 if np.random.rand() < 0.1 else 0", ["0.1"]),
        # toy data; a configured chance
        ("def make_data():\n    return random.random() < 0.3", []),
        (f"{AUGMENT}if random.random() < self.p:\n        img = flip(img)", []),
    ],
)
def test_how_likely(code: str, values: list[str]) -> None:
    assert found(code) == [("probability", value) for value in values]


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("x = x + 0.05 * torch.randn_like(x)", ["0.05"]),
        ("x += torch.randn(n).to(device) * 0.1", ["0.1"]),
        ("noise = np.random.normal(0, 0.2, X.shape)", ["0.2"]),
        ("noise = np.random.normal(0, 1, X.shape)", []),
        ("y = 4 + 3 * x + np.random.randn(100, 1)", []),
        ("w = 0.01 * np.random.randn(3, 4)", []),
    ],
)
def test_how_noisy(code: str, values: list[str]) -> None:
    assert found(code) == [("noise_std", value) for value in values]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("data = data.select(range(50000))", [("rows", "50000")]),
        ("df = pd.read_csv(path, nrows=160000)", [("rows", "160000")]),
        ("if random.random() > 0.4:\n    x = cutmix(x)", [("probability", "0.4")]),
        ("df = pd.read_csv(path, nrows=5)", []),
        ("data = data.select(range(start, 50000))", []),
        ("if random.random() > 0.4:\n    x = load(x)", []),
    ],
)
def test_parts_of_a_data_set(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected
