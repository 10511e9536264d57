"""Numbers beside hyperparameters, in what is a configuration as a whole."""

from __future__ import annotations

import pytest

from tests.lint.hyperparameters.found import found

THREE = "LR = 0.1\nBATCH_SIZE = 8\nEPOCHS = 3\n"


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("c = {'lr': 0.1, 'batch_size': 8, 'epochs': 3, 'spread': 16}", ["spread"]),
        ("c = Config(lr=0.1, batch_size=8, epochs=3, spread=16)", ["spread"]),
        (f"{THREE}REWARD_STEPS = 10", ["reward_steps"]),
        # how it runs, what the data is, what came out; what switches
        (f"{THREE}SEED = 42\nNUM_WORKERS = 4\nN_CLASSES = 10\nBEST_LOSS = 9.0\nMODE = 2 > 1\nUSE = 1", []),
        ("c = {'lr': 0.1, 'batch_size': 8, 'epochs': 3, 'accuracy': 0.91, 'seed': 7}", []),
        # too few for a configuration; a model zoo's table of sizes; far away
        ("c = {'lr': 0.1, 'batch_size': 8, 'spread': 16}", []),
        ("c = dict(embed_dim=8, num_heads=3, patch_size=4, tokens_kept=16)", []),
        (f"{THREE}{chr(10) * 9}REWARD_STEPS = 10", []),
        ("fit(lr=0.1, batch_size=8, epochs=3, spread=16)", []),
    ],
)
def test_numbers_in_company(code: str, names: list[str]) -> None:
    known = {"lr", "batch_size", "epochs", "embed_dim", "num_heads", "patch_size"}
    assert [name for name, _ in found(code) if name not in known] == names


def test_what_a_notebook_declares_or_something_overrides_is_debatable() -> None:
    code = f"{THREE}REWARD_STEPS = 10\nexec(open('overrides.py').read())"
    assert found(code) == []
