"""Edited DVC-tracked data, with real DVC: seen without `dvc add`, and what DVC has hashed is not hashed again."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from reproof.adapters.dvc import edited_data
from reproof.runs import hashing
from reproof.runs.capture.dvc_data import as_it_lies
from reproof.runs.capture.dvc_state import DvcHashes
from reproof.runs.dvc_files import dvc_tracked
from reproof.runs.hash_cache import HashCache
from reproof.runs.record import DataFile
from tests.repositories import environment, make_repository
from tests.requires import requires
from tests.runs.snapshots import Files

pytestmark = requires("dvc")
BIN = os.path.dirname(sys.executable)
TRACKED = {
    "raw.csv": "a,b\n1,2\n",
    "images/1.txt": "one",
    "images/2.txt": "two",
    "images/deep/é.txt": "three",
}


@dataclass(frozen=True)
class Project:
    """A repository whose `raw.csv` and `images/` DVC tracks, with a state of DVC's own."""

    root: Path
    environ: Mapping[str, str]

    def dvc(self, *words: str) -> None:
        subprocess.run(["dvc", *words], cwd=self.root, env=self.environ, check=True, capture_output=True)

    def declared(self) -> tuple[DataFile, ...]:
        names = {path.name: path.read_text() for path in self.root.glob("?*.dvc")}
        return tuple(dvc_tracked(Files(names)))

    def lies(self, *, ask: bool = True, private: str = "private") -> dict[str, str]:
        """The hashes that differ from the declared ones, by path."""
        declared = self.declared()
        known = DvcHashes(str(self.root), str(self.root.parent / private), self.environ)
        asked = (lambda paths: edited_data(str(self.root), self.environ, paths)) if ask else None
        now = as_it_lies(declared, str(self.root), known, asked)
        return {one.path: one.hash for one, was in zip(now, declared, strict=True) if one.hash != was.hash}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("tracked")
    environ = environment() | {
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "DVC_SITE_CACHE_DIR": str(folder / "site"),
    }
    project = Project(make_repository(folder / "project"), environ)
    for name, text in TRACKED.items():
        (project.root / name).parent.mkdir(parents=True, exist_ok=True)
        (project.root / name).write_text(text)
    project.dvc("init", "-q")
    project.dvc("add", "-q", "raw.csv", "images")
    return project


@pytest.fixture
def project(made: Project) -> Project:
    """The same, its data as it was added, whatever the test before did."""
    shutil.rmtree(made.root / "images", ignore_errors=True)
    for name, text in TRACKED.items():
        (made.root / name).parent.mkdir(parents=True, exist_ok=True)
        (made.root / name).write_text(text)
    (made.root / ".dvcignore").unlink(missing_ok=True)
    return made


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were really read, in order."""
    found: list[str] = []
    real = hashing._Work._hash

    def noted(self: hashing._Work, place: str, buffer: memoryview, number: int) -> hashing._Done:
        found.append(os.path.basename(place))
        return real(self, place, buffer, number)

    monkeypatch.setattr(hashing._Work, "_hash", noted)
    return found


def test_what_was_added_is_as_declared_and_is_not_read_again(project: Project, read: list[str]) -> None:
    project.dvc("checkout", "-q")
    assert len(project.declared()) == 2
    assert project.lies(ask=False, private="new") == {}
    assert read == [], "DVC has hashed it"


def test_what_was_edited_has_the_hash_that_dvc_add_would_give_it(project: Project, read: list[str]) -> None:
    project.dvc("checkout", "-q")
    (project.root / "raw.csv").write_text("a,b\n1,3\n")
    (project.root / "images/4.txt").write_text("four")
    found = project.lies()
    assert set(found) == {"raw.csv", "images"}
    assert set(read) == {"raw.csv", "4.txt"}, "only what is new"
    before = {path.name: path.read_text() for path in project.root.glob("?*.dvc")}
    try:
        project.dvc("add", "-q", "raw.csv", "images")
        assert found == {item.path: item.hash for item in project.declared()}
        assert project.lies() == {}
    finally:
        for name, text in before.items():
            (project.root / name).write_text(text)


@pytest.mark.parametrize("change", ["same size", "touched", "gone", "renamed", "a folder"])
def test_each_kind_of_change_is_seen_and_a_touch_is_none(project: Project, change: str) -> None:
    raw, first = project.root / "raw.csv", project.root / "images/1.txt"
    if change == "same size":
        raw.write_text("a,b\n2,1\n")
    elif change == "touched":
        os.utime(raw, (time.time() + 5, time.time() + 5))
    elif change == "gone":
        first.unlink()
    elif change == "renamed":
        first.rename(first.with_name("0.txt"))
    else:
        raw.unlink()
        raw.mkdir()
        (raw / "part").write_text("a,b\n1,2\n")
    expected = {"touched": set(), "gone": {"images"}, "renamed": {"images"}}.get(change, {"raw.csv"})
    try:
        assert set(project.lies()) == set(project.lies(ask=False)) == expected
    finally:
        if raw.is_dir():
            shutil.rmtree(raw)


def test_data_that_is_not_there_is_left_to_be_pulled(project: Project) -> None:
    (project.root / "raw.csv").unlink()
    assert project.lies() == {}


def test_what_dvcignore_leaves_out_is_no_edit_where_dvc_can_be_asked(project: Project) -> None:
    (project.root / ".dvcignore").write_text("*.swp\n")
    (project.root / "images/1.swp").write_text("an editor's")
    assert project.lies() == {}
    assert set(project.lies(ask=False)) == {"images"}, "without DVC, what lies there counts"
    (project.root / "images/1.txt").write_text("another")
    assert set(project.lies()) == {"images"}


def test_without_dvc_s_state_all_is_read_once(project: Project, read: list[str]) -> None:
    elsewhere = Project(project.root, {**project.environ, "DVC_SITE_CACHE_DIR": "/nowhere"})
    assert elsewhere.lies(ask=False, private="own") == {}
    assert sorted(read) == ["1.txt", "2.txt", "raw.csv", "é.txt"]


@pytest.mark.parametrize("harm", ["garbage", "no table", "not json", "lies", "another's version"])
def test_a_state_that_cannot_be_believed_costs_a_look_and_nothing_else(
    project: Project, tmp_path: Path, read: list[str], harm: str
) -> None:
    project.dvc("checkout", "-q")
    shutil.copytree(Path(project.environ["DVC_SITE_CACHE_DIR"]), tmp_path / "site")
    for database in (tmp_path / "site").glob("repo/*/hashes/local/cache.db"):
        if harm == "garbage":
            database.write_bytes(b"\0" * 5000)
            continue
        with contextlib.closing(sqlite3.connect(database)) as connection, connection:
            if harm == "no table":
                connection.execute("DROP TABLE Cache")
            for key, value in (
                connection.execute("SELECT key, value FROM Cache").fetchall() if harm != "no table" else ()
            ):
                entry = json.loads(value)
                entry["version"] = 2
                entry["hash_info"] = {"md5": "0" * 32} if harm == "another's version" else {"md5": ["x"]}
                text = "{" if harm == "not json" else json.dumps(entry)
                connection.execute("UPDATE Cache SET value = ? WHERE key = ?", (text, key))
    changed = Project(project.root, {**project.environ, "DVC_SITE_CACHE_DIR": str(tmp_path / "site")})
    assert changed.lies(ask=False, private=f"private {harm}") == {}
    assert len(read) == 4


def test_two_algorithms_have_two_memories(tmp_path: Path) -> None:
    known = DvcHashes(str(tmp_path), str(tmp_path), {"DVC_SITE_CACHE_DIR": str(tmp_path)})
    path = tmp_path / "a"
    path.write_text("a")
    os.utime(path, (0, 0))
    hashing.hash_files([str(path)], known, algorithm="md5")
    digests, _ = hashing.hash_files([str(path)], HashCache(str(tmp_path)))
    assert len(digests[str(path)]) == 64
