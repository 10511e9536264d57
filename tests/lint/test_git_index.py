"""What git has staged, as git itself wrote it, and indexes that are broken."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.lint.files import SourceTree
from reproof.lint.git_index import paths_in_index

NAMES = ("a.py", "params.yaml", "src/train.py", "src/" + "x" * 200 + "/é ü.py", "z" * 70)


def git(folder: Path, *words: str) -> None:
    identity = ("-c", "user.name=n", "-c", "user.email=n@example.org")
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


def repository(root: Path, *options: str) -> Path:
    root.mkdir(exist_ok=True)
    git(root, "init", *options)
    for name in NAMES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    git(root, "add", ".")
    return root


@pytest.mark.parametrize("version", ["2", "3", "4"])
@pytest.mark.parametrize("options", [(), ("--object-format=sha256",)], ids=["sha-1", "sha-256"])
def test_every_version_gives_git_s_own_list(tmp_path: Path, version: str, options: tuple[str, ...]) -> None:
    root = repository(tmp_path, *options)
    (root / "new.py").touch()
    git(root, "update-index", "--index-version", version)
    git(root, "add", "-N", "new.py")
    assert paths_in_index((root / ".git/index").read_bytes()) == frozenset(NAMES)


def test_a_file_is_tracked_once_it_is_staged(tmp_path: Path) -> None:
    root = repository(tmp_path)
    (root / "new.yaml").touch()
    assert [SourceTree(str(root)).tracks(name) for name in ("a.py", "new.yaml")] == [True, False]
    git(root, "add", "new.yaml")
    assert SourceTree(str(root)).tracks("new.yaml")


def test_a_file_that_this_run_makes_is_not_judged(tmp_path: Path) -> None:
    tree = SourceTree(str(repository(tmp_path)))
    tree.change("new.yaml", None, b"a: 1\n")
    assert tree.tracks("new.yaml") is None


def test_a_linked_work_tree_has_an_index_of_its_own(tmp_path: Path) -> None:
    root = repository(tmp_path / "main")
    git(root, "commit", "-m", "x")
    git(root, "worktree", "add", "../other")
    (tmp_path / "other/new.py").touch()
    git(tmp_path / "other", "add", ".")
    assert SourceTree(str(tmp_path / "other")).tracks("new.py") is True
    assert SourceTree(str(root)).tracks("new.py") is False


def test_a_commit_of_some_files_has_another_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`git commit train.py` hands its hooks an index without what else is staged."""
    root = repository(tmp_path)
    (root / ".git/next-index-1.lock").write_bytes((root / ".git/index").read_bytes())
    git(root, "rm", "--cached", "a.py")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index-1.lock")
    assert SourceTree(str(root)).tracks("a.py") is True
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "elsewhere/index"))
    assert SourceTree(str(root)).tracks("a.py") is False


def test_an_index_that_lies_in_two_files_says_nothing(tmp_path: Path) -> None:
    root = repository(tmp_path)
    git(root, "update-index", "--split-index")
    assert SourceTree(str(root)).tracks("new.py") is None


@pytest.mark.parametrize("name", ["folder", "no-index"])
def test_without_an_index_nothing_is_said(tmp_path: Path, name: str) -> None:
    if name == "no-index":
        git(tmp_path, "init")
    assert SourceTree(str(tmp_path)).tracks("a.py") is None


@pytest.mark.parametrize("text", ["", "gitdir: ", "gitdir: ../nowhere", "\0", "gitdir: \0"])
def test_a_git_file_that_leads_nowhere_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / ".git").write_text(text)
    assert SourceTree(str(tmp_path)).tracks("a.py") is None


@given(st.integers(0, 400), st.binary(max_size=12), st.booleans())
def test_a_broken_index_is_no_crash(at: int, data: bytes, cut: bool) -> None:
    entry = bytes(60) + b"\0\4a.py" + bytes(6)
    index = b"DIRC" + (2).to_bytes(4) + (3).to_bytes(4) + 3 * entry + bytes(20)
    assert paths_in_index(index) == frozenset({"a.py"})
    broken = index[:at] + data + (b"" if cut else index[at + len(data) :])
    found = paths_in_index(broken)
    assert found is None or all(isinstance(path, str) for path in found)


def test_an_index_that_claims_billions_of_entries_ends_at_once() -> None:
    assert paths_in_index(b"DIRC" + (2).to_bytes(4) + b"\xff" * 4 + bytes(100)) is None
