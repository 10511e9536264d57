"""Weights of losses' terms, of classes, and of what is averaged."""

from __future__ import annotations

import pytest

from tests.lint.hyperparameters.found import found


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("loss = ce_loss + 0.5 * aux_loss", ["0.5"]),
        ("loss = criterion(out, y) + criterion(aux, y) * 0.4", ["0.4"]),
        ("loss += 0.01 * l2_norm", ["0.01"]),
        ("total = 10 * self.cycle_loss(a, b) + adv_loss - 0.1 * entropy", ["10", "0.1"]),
        ("def vae_loss(x, y):\n    return bce(x, y) + 0.2 * kld(y)", ["0.2"]),
        # an average; what is only shown; a part without a loss; a configured weight
        ("loss = 0.5 * real_loss + 0.5 * fake_loss", []),
        ("loss = 0.5 * (real_loss + fake_loss)", []),
        ("running_loss = 0.9 * running_loss + 0.1 * loss", []),
        ("loss += 0.5 * (y - pred) ** 2", []),
        ("area = width + 0.5 * height", []),
        ("loss = ce_loss + cfg.aux * aux_loss", []),
        ("loss = a_loss + 1 * b_loss", []),
    ],
)
def test_factors_of_a_loss(code: str, values: list[str]) -> None:
    assert found(code) == [("loss_weight", value) for value in values]


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("final_pred = 0.6 * p1 + 0.4 * p2", ["0.6", "0.4"]),
        ("p = xgb_preds * 0.33 + lgb_preds * 0.33 + nn_preds * 0.34", ["0.33", "0.33", "0.34"]),
        ("out = 0.6 * a + 0.3 * b", []),
        ("gray = 0.6 * r + 0.4 * g", []),
        ("df['risk_score'] = df.debt * 0.7 + df.age * 0.3", []),
    ],
)
def test_shares_of_an_ensemble(code: str, values: list[str]) -> None:
    assert found(code) == [("ensemble_weight", value) for value in values]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("nn.BCEWithLogitsLoss(pos_weight=torch.tensor([3.0]))", [("pos_weight", "[3.0]")]),
        (
            "w = torch.FloatTensor([0.1, 0.9]).to(device)\nnn.CrossEntropyLoss(weight=w)",
            [("class_weight", "[0.1, 0.9]")],
        ),
        ("class_weights = np.array([1.0, 5.0])", [("class_weights", "[1.0, 5.0]")]),
        ("np.average(p, axis=0, weights=[0.5, 0.3, 0.2])", [("weights", "[0.5, 0.3, 0.2]")]),
        ("nn.CrossEntropyLoss(weight=torch.tensor(counts).to(device))", []),
    ],
)
def test_weights_of_classes_and_models(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected
