"""Schedules by hand."""

from __future__ import annotations

import pytest

from tests.lint.hyperparameters.found import found


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("lr = lr * 0.5", [("lr_decay", "0.5")]),
        ("for g in opt.param_groups:\n    g['lr'] = g['lr'] * 0.1", [("lr_decay", "0.1")]),
        ("lr = args.lr * (0.1 ** (epoch // 30))", [("lr_decay", "0.1"), ("lr_decay", "30")]),
        ("eps = max(0.01, eps * 0.995)", [("eps_decay", "0.01"), ("eps_decay", "0.995")]),
        # a value of its own, a configured one, a limit of numbers
        ("lr_finder = find(0.1)", []),
        ("lr = lr * cfg.decay", []),
        ("eps = np.finfo(float).eps * 10", []),
        ("self.bottleneck_width *= 2", []),
    ],
)
def test_rates_that_change(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("if epoch > 30:\n    unfreeze(model)", [("change_at", "30")]),
        ("if epoch in (30, 60):\n    adjust_lr(opt)", [("change_at", "(30, 60)")]),
        ("if (i + 1) % 8 == 0:\n    optimizer.step()", [("update_every", "8")]),
        ("if warm and epoch < 5:\n    alpha = 0", [("change_at", "5")]),
        # what tells or keeps, what counts otherwise
        ("if epoch % 10 == 0:\n    print(epoch)", []),
        ("if epoch > 30:\n    save(model)\n    lr_seen = 3", []),
        ("if epoch % 5 == 0:\n    train_loss = evaluate(model)\n    update(train_loss)", []),
        ("if len(steps) > 30:\n    unfreeze(model)", []),
        ("if epoch > cfg.warmup:\n    unfreeze(model)", []),
    ],
)
def test_epochs_at_which_something_changes(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected


@pytest.mark.parametrize(
    ("code", "values"),
    [
        (
            "def schedule(epoch):\n    if epoch < 10:\n        return 0.003\n    return 0.0004",
            ["10", "0.003", "0.0004"],
        ),
        ("def step_decay(epoch):\n    drop = 0.3\n    return start * drop ** (epoch // 15)", ["0.3", "15"]),
        # identities of a cosine; no counter; no schedule
        ("def lr_schedule(step):\n    return 0.5 * (1 + cos(step / total))", []),
        ("def decay(text):\n    return 0.3", []),
        ("def load(epoch):\n    return 3", []),
    ],
)
def test_functions_that_are_schedules(code: str, values: list[str]) -> None:
    assert sorted(value or "" for _, value in found(code)) == sorted(values)
