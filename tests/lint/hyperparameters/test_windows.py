"""Windows over time."""

from __future__ import annotations

import pytest

from tests.lint.hyperparameters.found import found


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("df['lag'] = df['y'].shift(7)", [("lag", "7")]),
        ("df[f'ma_{k}'] = df.groupby('id')['y'].rolling(window=28).mean()", [("window", "28")]),
        ("df['ratio'] = c / c.rolling(10).mean() - 1", [("window", "10")]),
        ("for lag in [1, 7, 14]:\n    df[f'l{lag}'] = df.y.shift(lag)", [("lag", "[1, 7, 14]")]),
        ("df['ema'] = df.close.ewm(span=12).mean()", [("span", "12")]),
        # one step back is the one before; a curve for a plot; from a config
        ("df['prev'] = df['y'].shift(1)", []),
        ("smooth = losses.rolling(10).mean()", []),
        ("df['lag'] = df['y'].shift(cfg.lag)", []),
        ("df['week'] = df['y'].rolling('7D').mean()", []),
    ],
)
def test_windows_that_make_a_column(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("X, y = create_sequences(data, 30)", ["30"]),
        ("SPAN = 24\nX = make_windows(series, SPAN, 6)", ["24", "6"]),
        ("X, y = create_dataset(train, 60)", ["60"]),
        ("for i in range(60, len(data)):\n    X.append(data[i - 60 : i, 0])", ["60"]),
        # of something else; the other end
        ("X = create_model(data, 30)", []),
        ("for i in range(60, len(data)):\n    X.append(data[i - 5 : i])", []),
        ("X = create_sequences(data, cfg.window)", []),
    ],
)
def test_windows_that_make_samples(code: str, values: list[str]) -> None:
    assert found(code) == [("window_size", value) for value in values]
