"""Numbers that cut a value in two."""

from __future__ import annotations

import pytest

from tests.lint.hyperparameters.found import found


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("flags = np.where(out > 0.4, 1, 0)", [("threshold", "0.4")]),
        ("flags = (out >= 0.7).astype(int)", [("threshold", "0.7")]),
        ("flags = [1 if p > 0.6 else 0 for p in probs]", [("threshold", "0.6")]),
        ("X = 0\ny = (df['rating'] > 3).astype(int)", [("label_cutoff", "3")]),
        ("df['label'] = df.score_now >= 7", [("label_cutoff", "7")]),
        ("drop = [c for c in corr if any(corr[c] > 0.95)]", [("feature_threshold", "0.95")]),
        ("high = skewed[skewed > 0.75].index", [("feature_threshold", "0.75")]),
        ("cutoff = 0.4\nkeep = [x for x in xs if x.score_now > cutoff]", [("threshold", "0.4")]),
        ("cutoff = 0.4\nshow(cutoff)", []),
        ("threshold = np.percentile(errors, 95)", [("percentile", "95")]),
        ("if np.mean(scores_window) >= 200.0:\n    break", [("scores_window", "200.0")]),
        # toy data, a share of a column, a limit from a config
        ("y = (np.random.rand(100) > 0.5).astype(int)", []),
        ("size = np.where(wide > 0.4, big, small)", []),
        ("q3 = np.percentile(x, 75)", []),
        ("flags = (out >= cfg.threshold).astype(int)", []),
    ],
)
def test_what_is_cut_in_two(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("df = df[df['age'] > 18].reset_index(drop=True)", [("cutoff", "18")]),
        ("df = df.loc[df.age > 18]", [("cutoff", "18")]),
        ("df = df[df['text'].str.len() > 20]", [("cutoff", "20")]),
        ("df = df[(df.date >= '2015-01-01')].copy()", [("date_limit", "'2015-01-01'")]),
        ("old = df[df['age'] > 18]", []),
    ],
)
def test_rows_that_are_kept(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("cut = 168\ntrain, test = df[:-cut], df[-cut:]", [("split_at", "168")]),
        ("n_images = 15\ntest = images[:n_images]", []),
        ("cut = len(df) // k\ntrain = df[:cut]", []),
        ("IMG_SIZE = 1", []),
    ],
)
def test_cuts_by_name(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected
