"""Predictions from the training's file to the words of `diff` and `compare`, by way of the records branch."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.journeys.program import ran
from tests.repositories import commit, make_repository

pytestmark = pytest.mark.xdist_group("predictions")

TRAIN = """\
import csv, json, sys
limit = json.load(open("params.json"))["limit"]
json.dump({"loss": 0.5}, open("metrics.json", "w"))
rows = csv.writer(open("predictions.csv", "w", newline=""))
rows.writerow(["id", "prediction", "target"])
for sample in range(1000):
    rows.writerow([f"person {sample}", "many" if sample >= limit else "few", "many" if sample >= 500 else "few"])
"""
FILES = {
    "train.py": TRAIN,
    "params.json": '{"limit": 500}',
    "reproof.toml": 'train = "python train.py"\npredictions = "predictions.csv"\n',
    ".gitignore": "/metrics.json\n/predictions.csv\n",
}
SAID = (
    "7 of 1\u202f000 predictions differ from those of run {} (churn 0.7 %): "
    "7 right before and wrong now, 0 the other way round; few → many (7)."
)


def test_flips_are_told_by_diff_and_compare(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "project", FILES)
    first = json.loads(ran(root, "run", "--format", "json"))
    assert "person" not in json.dumps(first["results"])
    commit(root, {"params.json": '{"limit": 493}'})
    second = json.loads(ran(root, "run", "--format", "json"))

    said = SAID.format(first["id"])
    lines = ran(root, "diff", first["id"], second["id"]).splitlines()
    assert lines[-1] == f"predictions  {said}"
    compared = ran(root, "compare", second["id"], "--with", first["id"])
    assert said in compared.splitlines()

    flips = [{"old": "few", "new": "many", "samples": 7}]
    for words in (("diff", first["id"], second["id"]), ("compare", second["id"], "--with", first["id"])):
        told = json.loads(ran(root, *words, "--format", "json"))["predictions"]
        assert (told["run"], told["differ"], told["flips"]) == (first["id"], 7, flips)


def test_what_a_record_does_not_keep_is_said(tmp_path: Path) -> None:
    body = TRAIN[: TRAIN.index("for sample")]
    many = body + "for sample in range(20_000):\n    rows.writerow([sample, sample / 7 + limit, sample])\n"
    root = make_repository(tmp_path / "project", FILES | {"train.py": many})
    made = json.loads(ran(root, "run", "--format", "json"))["results"]["predictions"]
    assert (made["rows"], made["kept"]) == (20_000, None)
    commit(root, {"params.json": '{"limit": 493}'})
    ran(root, "run")
    says = "the recorded run keeps only a hash of them (kept: CSV or TSV, up to 64 KiB when packed)"
    assert ran(root, "diff", "HEAD~1", "HEAD").splitlines()[-1] == f"predictions  not compared: {says}"
    assert f"which predictions differ: {says}" in ran(root, "compare", "--with", "HEAD~1")
