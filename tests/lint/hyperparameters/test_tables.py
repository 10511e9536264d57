"""Tables of numbers under one name, names of columns, folds by a function's name, values tried in a loop."""

from __future__ import annotations

import pytest

from tests.lint.hyperparameters.found import found


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("SPLITS = {'a': 0.8, 'b': 0.5}", [("splits", "{'a': 0.8, 'b': 0.5}")]),
        ("feature_weights = {'a': 0.3, 'b': 0.7}", [("feature_weights", "{'a': 0.3, 'b': 0.7}")]),
        ("labels = {'cat': 0, 'dog': 1}", []),
        ("weights = {'a': load('a'), 'b': load('b')}", []),
        ("LABEL_COLUMN_NAME = 'price'", [("label_column_name", "'price'")]),
        ("ID_COLUMN_NAME = 'id'", []),
        ("col_name = 'close'", []),
        ("folds = StratifiedFolds(df, random_state=5)", []),
        ("folds = get_folds(df, 5, seed)", [("n_splits", "5")]),
        ("folds = unfold(x, 5)", []),
        ("for threshold in [0.1, 0.2]:\n    score(threshold)", [("threshold", "[0.1, 0.2]")]),
        ("for threshold in limits:\n    score(threshold)", []),
    ],
)
def test_what_a_name_says_of_several(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected


def test_columns_that_become_tensors() -> None:
    code = "import tensorflow as tf\ntf.data.Dataset.from_tensor_slices((df['text'], df['stars']))"
    assert found(code) == [("features", "'text'"), ("label", "'stars'")]
