"""Stage `prepare`: rows that can be used, split into what is trained on and what is only ever evaluated on."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import yaml
from sklearn.model_selection import train_test_split


def main() -> None:
    params = yaml.safe_load(Path("params.yaml").read_text())
    data, split = params["data"], params["split"]

    penguins = pd.read_csv("data/penguins.csv")
    measured = penguins.dropna(subset=data["features"], how="all")
    wanted = measured[[*data["features"], *data["slices"], data["label"]]]
    train, test = train_test_split(
        wanted,
        test_size=split["test_size"],
        stratify=wanted[split["stratify"]],
        random_state=params["seed"],
    )
    train.to_csv("data/train.csv", index=False)
    test.to_csv("data/test.csv", index=False)
    print(f"{len(train)} penguins to train on, {len(test)} to evaluate on")


if __name__ == "__main__":
    main()
