"""Lists of columns that a rule makes, labels that a function makes, and other ways to take columns."""

from __future__ import annotations

import pytest

from tests.lint.hyperparameters.found import found


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("cat_cols = [c for c in df.columns if '_cat' in c]", [("feature_pattern", "'_cat'")]),
        ("features = [c for c in df.columns if c.startswith('ps_')]", [("feature_pattern", "'ps_'")]),
        (
            "num_cols = [c for c in df if True and df[c].nunique() > 12]",
            [("feature_threshold", "12")],
        ),
        ("cols_to_drop = f[f['p_value'] > 0.001].index.tolist()", [("feature_threshold", "0.001")]),
        # no columns by the name, no pattern, no number
        ("files = [c for c in df.columns if '_cat' in c]", []),
        ("cat_cols = [c for c in df.columns if c in known]", []),
        ("cat_cols = [c for c in df.columns if df[c].sum() > 0]", []),
        ("rows = f[f['p_value'] > 0.001]", []),
    ],
)
def test_lists_of_columns_by_a_rule(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected


LEVEL = "def level(price):\n    if price < 48545:\n        return 0\n    return 1\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (LEVEL + "df['target'] = df['price'].apply(level)", [("label_cutoff", "48545")]),
        ("df['label'] = df.price.map(lambda p: 1 if p > 48 else 0)", [("label_cutoff", "48")]),
        (LEVEL + "df['colour'] = df['price'].apply(level)", []),
        (LEVEL + "label = level(price)", []),
    ],
)
def test_labels_that_a_function_makes(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("y_onehot = pd.get_dummies(df['kind'])", [("label", "'kind'")]),
        ("y_train = train_df[['target']].set_index('id')", None),
        ("features = df.loc[:, 'age':'income']\nX = features.values", [("features", "'age':'income'")]),
        ("df = load_rows(path)\nX = df[cols]\ny = df['good'].values", [("label", "'good'")]),
        ("bunch = load_iris()\nX = bunch['data']\ny = bunch['kind']", []),
        ("y_axis = df['kind']", []),
        ("X = df.loc[:, first:last]", []),
    ],
)
def test_other_ways_to_take_columns(code: str, expected: list[tuple[str, str]] | None) -> None:
    told = found(code)
    assert [name for name, _ in told] == ["label"] if expected is None else told == expected
