"""Stage `train`: a random forest on the prepared rows."""

from __future__ import annotations

from pathlib import Path

import joblib
import pandas as pd
import yaml
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline


def main() -> None:
    params = yaml.safe_load(Path("params.yaml").read_text())
    data = params["data"]

    train = pd.read_csv("data/train.csv")
    model = make_pipeline(
        SimpleImputer(strategy=params["prepare"]["impute"]),
        RandomForestClassifier(**params["model"], random_state=params["seed"]),
    )
    model.fit(train[data["features"]], train[data["label"]])
    joblib.dump(model, "models/model.joblib")


if __name__ == "__main__":
    main()
