"""Records that a commit carries itself: when they count, and when a stale lock makes them none."""

from __future__ import annotations

import hashlib

import pytest

from reproof.runs.locked import committed_record
from reproof.runs.record import Metric
from tests.runs.snapshots import Files, declared_by

WHEN = "2026-01-31T12:00:00+00:00"


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def lock(**changes: str) -> str:
    parts = {
        "cmd": "python train.py",
        "code": md5("print(1)\n"),
        "data": "a" * 32,
        "lr": "0.1",
        "metrics": md5('{"auc": 0.9}'),
        "dep": "train.py",
    } | changes
    return (
        f"schema: '2.0'\nstages:\n  train:\n    cmd: {parts['cmd']}\n    deps:\n"
        f"    - {{path: data.csv, md5: {parts['data']}}}\n    - {{path: {parts['dep']}, md5: {parts['code']}}}\n"
        f"    params: {{params.yaml: {{opt.lr: {parts['lr']}}}}}\n    outs:\n"
        f"    - {{path: metrics.json, md5: {parts['metrics']}}}\n    - {{path: model.bin, md5: {'f' * 32}}}\n"
    )


PROJECT: dict[str, str | bytes] = {
    "dvc.yaml": "stages: {train: {cmd: python train.py, deps: [train.py, data.csv], params: [opt.lr],"
    " metrics: [metrics.json], outs: [model.bin]}}\n",
    "dvc.lock": lock(),
    "train.py": "print(1)\n",
    "params.yaml": "opt: {lr: 1e-1}\n",
    "metrics.json": '{"auc": 0.9}',
    "data.csv.dvc": f"outs:\n- {{path: data.csv, md5: {'a' * 32}}}\n",
}


def test_a_lock_that_agrees_with_the_commit_is_a_record_of_it() -> None:
    declared = declared_by(PROJECT)
    found = committed_record(Files(PROJECT), declared, WHEN)
    assert found is not None
    assert (found.kind, found.key, found.created, found.code.commit) == (
        "locked",
        declared.key,
        WHEN,
        "c" * 40,
    )
    assert found.results.metrics == (Metric("auc", 0.9),)
    assert found.environment.observed is None
    assert [stage.name for stage in found.results.stages] == ["train"]
    assert found == committed_record(Files(PROJECT), declared, WHEN), "its id is the same every time"


@pytest.mark.parametrize(
    "changes",
    [
        {"dvc.lock": lock(cmd="python old.py")},
        {"dvc.lock": lock(dep="old.py")},
        {"dvc.lock": lock(lr="0.2")},
        {"dvc.lock": "stages: {}\n"},
        {"train.py": "print(2)\n"},
        {"params.yaml": "opt: {lr: 0.2}\n"},
        {"params.yaml": "opt: 3\n"},
        {"metrics.json": '{"auc": 0.8}'},
        {"metrics.json": "{"},
        {"metrics.json": "{}"},
        {"data.csv.dvc": f"outs:\n- {{path: data.csv, md5: {'b' * 32}}}\n"},
        {"dvc.yaml": str(PROJECT["dvc.yaml"]).replace("data.csv]", "data.csv, new.py]"), "new.py": ""},
    ],
)
def test_a_lock_of_other_inputs_or_results_is_none(changes: dict[str, str | bytes]) -> None:
    files = PROJECT | changes
    assert committed_record(Files(files), declared_by(files), WHEN) is None


@pytest.mark.parametrize("name", ["dvc.lock", "metrics.json"])
def test_without_a_lock_or_metrics_there_is_none(name: str) -> None:
    files = {path: text for path, text in PROJECT.items() if path != name}
    assert committed_record(Files(files), declared_by(files), WHEN) is None


def test_committed_metrics_of_a_plain_project_are_a_claim() -> None:
    files: dict[str, str | bytes] = {"train.py": "", "metrics.json": '{"auc": 0.9}'}
    found = committed_record(Files(files), declared_by(files), WHEN)
    assert found is not None
    assert (found.kind, found.results.stages, found.results.seconds) == ("claimed", (), None)
