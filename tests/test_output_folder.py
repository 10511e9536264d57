"""A report or a plan in the work tree does not make the tree another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from reproof.output_folder import make_output_folder
from tests.repositories import git, make_repository

pytestmark = pytest.mark.usefixtures("plain_git")


@pytest.mark.parametrize("there", [False, True], ids=["new", "empty"])
def test_what_lies_in_a_folder_of_ours_is_no_change_of_the_work_tree(tmp_path: Path, there: bool) -> None:
    make_repository(tmp_path, {"train.py": "print()\n"})
    folder = tmp_path / "out/report"
    if there:
        folder.mkdir(parents=True)
    make_output_folder(str(folder))
    (folder / "report.md").write_text("# fine\n")
    make_output_folder(str(folder))
    assert git(tmp_path, "status", "--porcelain") == ""


def test_a_folder_that_holds_something_gets_no_file_that_hides_it(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("mine\n")
    make_output_folder(str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["notes.md"]
