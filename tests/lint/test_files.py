from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from reproof.errors import UsageError
from reproof.lint import files
from reproof.lint.file_types import FileType
from reproof.lint.files import SourceTree, find_root
from reproof.lint.source import InvalidFile

ANY = FileType.PYTHON | FileType.NOTEBOOK | FileType.REQUIREMENTS | FileType.PYPROJECT


def write(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("x = 1\n")


def listed(root: Path, *arguments: str, folder: Path | None = None) -> list[str]:
    tree = SourceTree(str(root))
    return tree.paths(arguments or (".",), str(folder or root), ANY, lambda path: path == "excluded.py")


def git(root: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=root, check=True, capture_output=True)


def test_the_root_is_the_nearest_folder_with_git_above(tmp_path: Path) -> None:
    (tmp_path / "repo/.git").mkdir(parents=True)
    (tmp_path / "repo/a/b").mkdir(parents=True)
    assert find_root(["x.py"], str(tmp_path / "repo/a/b")) == str(tmp_path / "repo")


def test_without_git_the_root_is_the_current_folder(tmp_path: Path) -> None:
    assert find_root(["x.py"], str(tmp_path)) == str(tmp_path)


def test_where_no_path_lies_in_it_the_first_paths_repository_is_the_root(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there/.git").mkdir(parents=True)
    write(tmp_path, "there/src/a.py")
    assert find_root(["../there/src"], str(tmp_path / "here")) == str(tmp_path / "there")
    assert find_root([str(tmp_path / "there/src/a.py")], str(tmp_path / "here")) == str(tmp_path / "there")


def test_git_lists_what_it_tracks_or_does_not_ignore(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, "tracked.py", "new.py", "ignored.py", "gone.py", "venv/lib/x.py", "sub/line\nbreak.py")
    (tmp_path / ".gitignore").write_text("ignored.py\n")
    git(tmp_path, "add", "tracked.py", "gone.py")
    (tmp_path / "gone.py").unlink()
    assert listed(tmp_path) == ["new.py", "sub/line\nbreak.py", "tracked.py"]


def test_git_lists_the_same_inside_a_hook_that_sets_git_dir(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, "sub/a.py", "sub/ignored.py")
    (tmp_path / ".gitignore").write_text("ignored.py\n")
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert listed(tmp_path, "sub") == ["sub/a.py"]


def test_a_repositorys_fsmonitor_program_is_not_started(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, "a.py")
    program = tmp_path / "monitor"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n")
    program.chmod(0o755)
    git(tmp_path, "config", "core.fsmonitor", str(program))
    assert listed(tmp_path) == ["a.py"]
    assert not (tmp_path / "started").exists()


def test_an_ignored_folder_that_is_named_is_searched(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, "corpus/a.py")
    (tmp_path / ".gitignore").write_text("corpus\n")
    assert listed(tmp_path, "corpus") == ["corpus/a.py"]


def test_without_git_folders_of_tools_and_links_are_left_out(tmp_path: Path) -> None:
    write(
        tmp_path, "a.py", "b/c.ipynb", ".venv/x.py", "node_modules/m/x.py", "b/__pycache__/x.py", "notes.md"
    )
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "again.py").symlink_to("a.py")
    (tmp_path / "folder.py").mkdir()
    os.mkfifo(tmp_path / "pipe.py")
    assert listed(tmp_path) == ["a.py", "b/c.ipynb"]


def test_paths_count_from_the_root_wherever_the_command_is_given(tmp_path: Path) -> None:
    write(tmp_path, "a/b.py", "a/c.py")
    assert listed(tmp_path, "b.py", folder=tmp_path / "a") == ["a/b.py"]
    assert listed(tmp_path, str(tmp_path / "a"), "a/c.py") == ["a/b.py", "a/c.py"]


def test_a_root_behind_a_link_is_the_same_root(tmp_path: Path) -> None:
    write(tmp_path, "real/a.py")
    (tmp_path / "link").symlink_to("real")
    assert listed(tmp_path / "real", str(tmp_path / "link/a.py")) == ["a.py"]


def test_exclude_holds_for_files_that_are_named(tmp_path: Path) -> None:
    write(tmp_path, "excluded.py", "a.py")
    assert listed(tmp_path, "excluded.py", "a.py") == ["a.py"]


def test_a_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nope\.py"):
        listed(tmp_path, "nope.py")


def test_a_path_outside_of_the_repository_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "in/a.py", "out/b.py")
    (tmp_path / "in/link").symlink_to(tmp_path / "out")
    for outside in ("../out/b.py", "link", ".."):
        with pytest.raises(UsageError, match="outside"):
            listed(tmp_path / "in", outside)


def unreadable(tree: SourceTree, path: str) -> str:
    with pytest.raises(InvalidFile) as error:
        tree.open(path)
    return error.value.message


def test_what_is_no_readable_file_is_said_without_waiting(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    write(tmp_path, "outside.py")
    os.mkfifo(root / "pipe.py")
    (root / "loop.py").symlink_to("loop.py")
    (root / "broken.py").symlink_to("nowhere.py")
    (root / "out.py").symlink_to("../outside.py")
    (root / "folder.py").mkdir()
    tree = SourceTree(str(root))
    assert "regular" in unreadable(tree, "pipe.py")
    assert "link" in unreadable(tree, "loop.py")
    assert "No such file" in unreadable(tree, "broken.py")
    assert "out of the repository" in unreadable(tree, "out.py")
    assert "directory" in unreadable(tree, "folder.py")
    assert "No such file" in unreadable(tree, "vanished.py")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_said(tmp_path: Path) -> None:
    write(tmp_path, "secret.py")
    (tmp_path / "secret.py").chmod(0)
    assert "Permission" in unreadable(SourceTree(str(tmp_path)), "secret.py")


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    for name, limit in (("big.py", files.LARGEST), ("big.ipynb", files.LARGEST_NOTEBOOK)):
        with open(tmp_path / name, "wb") as handle:
            handle.truncate(limit + 1)
    assert "50 MB" in unreadable(SourceTree(str(tmp_path)), "big.py")
    assert "500 MB" in unreadable(SourceTree(str(tmp_path)), "big.ipynb")


def test_a_link_inside_the_repository_is_read_under_its_own_name(tmp_path: Path) -> None:
    write(tmp_path, "a.py")
    (tmp_path / "b.py").symlink_to("a.py")
    assert SourceTree(str(tmp_path)).open("b.py").path == "b.py"


@pytest.mark.parametrize(
    "path", ["../outside.py", "/etc/passwd", "link.py", "folder", "nope.py", "a\0b", "x" * 5000]
)
def test_a_neighbour_is_read_inside_the_repository_only(tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    write(tmp_path, "outside.py")
    (root / "link.py").symlink_to("../outside.py")
    assert SourceTree(str(root)).neighbour(path) is None


def test_a_neighbour_is_read_once(tmp_path: Path) -> None:
    write(tmp_path, "reqs/requirements.txt")
    tree = SourceTree(str(tmp_path))
    first = tree.neighbour("reqs/../reqs/requirements.txt")
    assert first is not None
    (tmp_path / "reqs/requirements.txt").write_text("changed\n")
    assert tree.neighbour("reqs/requirements.txt") is first
