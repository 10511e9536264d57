"""Changed lines, as real git shows them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reproof.adapters.git import GitRepository
from reproof.changed_lines import UNTOLD, changed_lines, touches
from reproof.errors import UsageError
from tests.repositories import git, make_repository

HOSTILE = 'a b"é\n+++ b x.txt'


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    make_repository(tmp_path)
    old = {
        HOSTILE: b"a\nb\nc\n",
        "gone": b"x\n",
        "binary": b"\0\1",
        "becomes-link": b"1\n",
        "z": b"1\n2\n3\n",
    }
    new = {
        HOSTILE: b"a\nB\nc\nd\n",
        "binary": b"\0\2",
        "new": b"diff --git a/x b/x\n@@ -1 +9 @@\n",
        "z": b"1\n3\n",
    }
    for files in (old, new):
        for name in list(old):
            (tmp_path / name).unlink(missing_ok=True)
        for name, data in files.items():
            (tmp_path / name).write_bytes(data)
        if files is new:
            os.symlink("new", tmp_path / "becomes-link")
        git(tmp_path, "add", "--all")
        git(tmp_path, "commit", "--quiet", "--message", "x")
    return GitRepository(str(tmp_path))


def test_each_file_has_its_lines_whatever_its_name_and_content(repository: GitRepository) -> None:
    assert repository.changed_lines("HEAD~", "HEAD") == {
        HOSTILE: ((2, 2), (4, 4)),
        "becomes-link": ((1, 1),),
        "binary": UNTOLD,
        "gone": (),
        "new": ((1, 2),),
        "z": ((1, 1),),
    }
    assert repository.changed_lines("HEAD", "HEAD") == {}


def test_attributes_of_the_change_itself_hide_no_line(tmp_path: Path) -> None:
    make_repository(tmp_path, {"a.py": "1\n", "gone.py": "1\n", "mode.py": "1\n"})
    (tmp_path / ".gitattributes").write_text("* -diff\n")
    (tmp_path / "a.py").write_text("1\n2\n")
    (tmp_path / "gone.py").unlink()
    (tmp_path / "mode.py").chmod(0o755)
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "x")
    lines = GitRepository(str(tmp_path)).changed_lines("HEAD~", "HEAD")
    assert lines == {".gitattributes": UNTOLD, "a.py": UNTOLD, "gone.py": (), "mode.py": ()}
    assert touches(lines["a.py"], 2, 2)


def test_a_commit_that_is_not_there_is_an_error(repository: GitRepository) -> None:
    with pytest.raises(UsageError):
        repository.changed_lines("0" * 40, "HEAD")


def test_what_is_no_diff_has_no_lines() -> None:
    assert changed_lines(b"") == {}


@pytest.mark.parametrize(
    ("first", "last", "touched"), [(1, 1, False), (1, 2, True), (3, 3, True), (5, 9, False)]
)
def test_a_span_is_touched_where_it_holds_a_changed_line(first: int, last: int, touched: bool) -> None:
    assert touches(((2, 4),), first, last) is touched
