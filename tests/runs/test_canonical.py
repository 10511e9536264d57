"""Artifacts that mean the same hash the same, whatever their container adds."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from reproof.runs.canonical import artifact_hash


def hashed(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return artifact_hash(str(path))


def test_json_is_told_by_value_and_broken_json_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    assert hashed(path, b'{"a": 1.0, "b": [1, 2]}') == hashed(path, b'{\n "b": [1,2],\n "a": 1.00\n}')
    assert hashed(path, b'{"a": 1}') != hashed(path, b'{"a": 1.0}')
    assert hashed(path, b'{"b": [1, 2]}') != hashed(path, b'{"b": [2, 1]}')
    assert hashed(path, b"{") != hashed(path, b"{ ")
    assert hashed(path, b"[" * 100_000) != hashed(path, b"[" * 100_001)
    assert hashed(path, b'"\\ud800"').startswith("sha256:")


def test_gzip_is_told_by_what_it_holds_and_broken_gzip_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    one, other = gzip.compress(b"x" * 99, mtime=1), gzip.compress(b"x" * 99, compresslevel=1, mtime=2)
    assert one != other
    assert hashed(path, one) == hashed(path, other)
    assert hashed(path, one) != hashed(path, gzip.compress(b"y"))
    assert hashed(path, one[:-9]) != hashed(path, b"plain")


@pytest.mark.parametrize("name", ["model.joblib", "model.pkl"])
def test_a_pickle_is_bytes_and_is_never_loaded(tmp_path: Path, name: str) -> None:
    evil = b"cos\nsystem\n(S'touch pwned'\ntR."
    assert hashed(tmp_path / name, evil).startswith("sha256:")
    assert os.listdir(tmp_path) == [name]


def test_a_folder_is_its_files_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep/a").write_text("x")
    (folder / "b").write_text("y")
    first = artifact_hash(str(folder))
    (folder / "empty").mkdir()
    (folder / "loop").symlink_to(folder)
    assert artifact_hash(str(folder)) == first
    (folder / "b").rename(folder / "c")
    assert artifact_hash(str(folder)) != first
