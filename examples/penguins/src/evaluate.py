"""Stage `evaluate`: how good the model is on all held-out rows, and on each slice of them."""

from __future__ import annotations

import json
from pathlib import Path

import joblib
import pandas as pd
import yaml
from sklearn.metrics import accuracy_score, f1_score, log_loss


def main() -> None:
    params = yaml.safe_load(Path("params.yaml").read_text())
    data = params["data"]

    test = pd.read_csv("data/test.csv")
    model = joblib.load("models/model.joblib")
    probabilities = model.predict_proba(test[data["features"]])
    test["predicted"] = model.classes_[probabilities.argmax(axis=1)]
    test[list(model.classes_)] = probabilities

    def score(rows: pd.DataFrame) -> dict[str, float]:
        truth = rows[data["label"]]
        return {
            "accuracy": float(accuracy_score(truth, rows["predicted"])),
            "log_loss": float(log_loss(truth, rows[list(model.classes_)], labels=model.classes_)),
            "rows": len(rows),
        }

    # A penguin of unknown sex belongs to no slice of that column.
    metrics = score(test)
    metrics["f1"] = float(f1_score(test[data["label"]], test["predicted"], average=params["evaluate"]["f1"]))
    metrics["slices"] = {
        column: {str(value): score(rows) for value, rows in test.groupby(column)} for column in data["slices"]
    }
    Path("metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")


if __name__ == "__main__":
    main()
