"""Trains a classifier of iris flowers and measures it by cross-validation. All choices stand in params.yaml."""

from __future__ import annotations

import json
from pathlib import Path

import joblib
import yaml
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def main() -> None:
    params = yaml.safe_load(Path("params.yaml").read_text())
    iris = load_iris()
    columns = [iris.feature_names.index(name) for name in params["features"]]
    features, labels = iris.data[:, columns], iris.target

    model = make_pipeline(StandardScaler(), LogisticRegression(**params["model"]))
    folds = StratifiedKFold(params["evaluate"]["folds"], shuffle=True, random_state=params["seed"])
    scores = cross_validate(model, features, labels, cv=folds, scoring=params["evaluate"]["scoring"])

    metrics = {name: scores[f"test_{name}"].mean() for name in params["evaluate"]["scoring"]}
    Path("metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")
    joblib.dump(model.fit(features, labels), "model.joblib")


if __name__ == "__main__":
    main()
