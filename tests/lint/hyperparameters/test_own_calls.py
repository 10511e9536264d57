"""Positions of the file's own functions, which their definitions name."""

from __future__ import annotations

import pytest

from tests.lint.hyperparameters.found import found

TRAIN = "def train(model, epochs, gamma, path):\n    pass\n"
AGENT = "class Agent:\n    def __init__(self, size, lr):\n        self.lr = lr\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"{TRAIN}train(net, 10, 0.9, 'a')", [("epochs", "10"), ("gamma", "0.9")]),
        (f"{TRAIN}N = 10\ntrain(net, N, g, 'a')", [("epochs", "10")]),
        (f"{AGENT}Agent(4, 0.1)", [("lr", "0.1")]),
        # a function of another file, which trains by its name
        ("train(data, num_steps=100_000)", [("num_steps", "100_000")]),
        ("show(data, num_steps=100_000)", []),
        # of another object; two meanings; configured; off
        (f"{TRAIN}other.train(net, 10, 0.9, 'a')", []),
        (f"{TRAIN}def train(a, b):\n    pass\ntrain(net, 10)", []),
        (f"{TRAIN}train(net, cfg.epochs, 0, 'a')", []),
        # the architecture inside of a network
        (
            "class Net:\n    def block(self, n_layers):\n        pass\n    def f(self):\n        self.block(3)",
            [],
        ),
    ],
)
def test_positions_of_own_functions(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected


@pytest.mark.parametrize(("label", "learned"), [("churn", True), ("test", False), ("Train", False)])
def test_a_label_of_a_table_may_be_its_part_of_the_data(label: str, learned: bool) -> None:
    code = f"def prepare(df, label):\n    pass\nprepare(df, label='{label}')"
    assert found(code) == ([("label", f"'{label}'")] if learned else [])
