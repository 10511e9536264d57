"""Loads from hubs: on by `kinds` only, pinned by a full commit."""

from __future__ import annotations

from pathlib import Path

import pytest

from reproof.config import CheckConfig, DependencyConfig
from reproof.lint.files import SourceTree
from reproof.lint.linter import Linter
from reproof.lint.rule import Tools
from reproof.lint.rules.environment.unpinned_dependency import UnpinnedDependency

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def names(root: Path, path: str, text: str, kinds: tuple[str, ...] = ("default", "hub")) -> list[str]:
    (root / path).write_text(text)
    options = CheckConfig(dependencies=DependencyConfig(kinds=kinds))
    found = Linter(SourceTree(str(root)), [UnpinnedDependency(options, Tools())], options).look(path)
    assert {finding.kind for finding in found} <= {"hub"}
    return [finding.name for finding in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AutoModel.from_pretrained('org/model')", ["org/model"]),
        ("AutoModel.from_pretrained('bert-base-uncased', revision='main')", ["bert-base-uncased"]),
        (f"AutoModel.from_pretrained('org/model', revision='{COMMIT}')", []),
        ("AutoModel.from_pretrained(name)", []),
        ("AutoModel.from_pretrained('./model')", []),
        ("AutoModel.from_pretrained('/models/a')", []),
        ("AutoModel.from_pretrained('org/model', revision=cfg.revision)", []),
        ("AutoModel.from_pretrained('org/model', **options)", []),
        ("load_dataset('imdb')", ["imdb"]),
        ("load_dataset('csv', data_files='a.csv')", []),
        ("datasets.load_dataset(path='org/data', revision='v1')", ["org/data"]),
        ("torch.hub.load('pytorch/vision', 'resnet18')", ["pytorch/vision"]),
        ("torch.hub.load('pytorch/vision:v0.10.0', 'resnet18')", ["pytorch/vision"]),
        (f"torch.hub.load('pytorch/vision:{COMMIT}', 'resnet18')", []),
        ("torch.hub.load('a/b', 'm', source='local')", []),
        ("hf_hub_download(repo_id='org/model', filename='a')", ["org/model"]),
        ("json.load(handle)", []),
    ],
)
def test_a_load_without_a_commit_is_told(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert names(tmp_path, "train.py", f"{text}\n") == expected
    assert names(tmp_path, "train.py", f"{text}\n", kinds=("default",)) == []


def test_kinds_leave_the_others_out(tmp_path: Path) -> None:
    assert names(tmp_path, "run.sh", "pip install numpy\n", kinds=("hub",)) == []
