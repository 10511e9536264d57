"""Which columns a table keeps before it is trained on."""

from __future__ import annotations

import pytest

from tests.lint.hyperparameters.found import found

FIT = "\nmodel.fit(a, b)"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("KEPT = ['a', 'b']\ndf = df[KEPT]", [("features", "['a', 'b']")]),
        ("df = df[['a', 'b', 'c']].dropna()", [("features", "['a', 'b', 'c']")]),
        ("df = df.filter(['a'])", [("features", "['a']")]),
        ("df = df.drop(columns=['id'])", [("dropped_columns", "['id']")]),
        ("train.drop('id', axis=1, inplace=True)", [("dropped_columns", "'id'")]),
        # another table, rows, two put in order, what came out, a list that is configured
        ("area_df = area_df.drop(columns=['id'])", []),
        ("df = df.drop([1, 2])", []),
        ("df = df[['a', 'b']]", []),
        ("submission = submission[['a', 'b', 'c']]", []),
        ("df = df[cfg.columns]", []),
    ],
)
def test_narrowed_tables(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code + FIT) == expected


def test_a_file_that_trains_nothing_narrows_what_it_likes() -> None:
    assert found("df = df.drop(columns=['id'])") == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("cols = ['a', 'b']\nX = df[cols]", [("features", "['a', 'b']")]),
        ("num = ['a']\nX = df[num + ['b']]", [("features", "['a']"), ("features", "['b']")]),
        ("name = 'price'\nX = 0\ny = df[name]", [("label", "'price'")]),
        ("train_x, train_y = train[['a', 'b']], train['y']", [("features", "['a', 'b']"), ("label", "'y'")]),
        ("y_train = train_df.pop('target')", [("label", "'target'")]),
        ("data = df[['a', 'b']]\nX = data.values", [("features", "['a', 'b']")]),
        ("X = 0\ndummies = pd.get_dummies(df['kind'])\ny = dummies.values", [("label", "'kind'")]),
        ("model.fit(data.X_train, data.y_train)", []),
        ("X = df[[c for c in df]]", []),
    ],
)
def test_columns_by_another_name(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected
