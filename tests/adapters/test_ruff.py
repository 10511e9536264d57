"""The adapter against the real ruff."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from reproof.adapters import ruff
from reproof.adapters.ruff import RuffCheck
from reproof.lint.notebooks.name_check import Names, Use


def notebook(*sources: str) -> bytes:
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
        for source in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode()


def test_files_on_the_disk_and_bytes_are_checked_together(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_bytes(notebook("x = 1", "x", "print(y)"))
    answers = RuffCheck({"a.ipynb": str(tmp_path / "a.ipynb"), "b.ipynb": notebook("z")}).result()
    assert answers == {
        "a.ipynb": Names((Use("y", 3, 1, 7, 8),)),
        "b.ipynb": Names((Use("z", 1, 1, 1, 2),)),
    }


def test_settings_of_the_folder_and_of_the_environment_do_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUFF_OUTPUT_FORMAT", "concise")
    (tmp_path / "ruff.toml").write_text('lint.ignore = ["F821"]\nexclude = ["*"]\n')
    (tmp_path / "a.ipynb").write_bytes(notebook("y"))
    path = str(tmp_path / "a.ipynb")
    assert RuffCheck({"a": path}).result() == {"a": Names((Use("y", 1, 1, 1, 2),))}
    assert sorted(os.listdir(tmp_path)) == ["a.ipynb", "ruff.toml"]


def test_more_names_than_one_command_line_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ruff, "_MOST", 200)
    files: dict[str, str | bytes] = {}
    for number in range(20):
        (tmp_path / f"{number}.ipynb").write_bytes(notebook(f"name_{number}"))
        files[str(number)] = str(tmp_path / f"{number}.ipynb")
    answers = RuffCheck(files).result()
    assert {path: said.uses[0].name for path, said in answers.items()} == {
        str(number): f"name_{number}" for number in range(20)
    }


def test_names_that_are_no_unicode_are_answered(tmp_path: Path) -> None:
    path = tmp_path / "\udcff.ipynb"
    path.write_bytes(notebook("y"))
    assert RuffCheck({"odd": str(path)}).result()["odd"].uses[0].name == "y"


def test_what_does_not_parse_has_a_problem_with_its_cell(tmp_path: Path) -> None:
    answers = RuffCheck({"a": notebook("x", "y = = 1"), "b": b"{"}).result()
    assert (answers["a"].uses, answers["a"].cell) == ((), 2)
    assert answers["b"].problem
    assert answers["b"].cell is None


def test_stopping_leaves_neither_a_process_nor_a_folder() -> None:
    check = RuffCheck({"a": notebook("x")})
    folder, process = check._folder.name, check._running
    check.stop()
    assert not os.path.exists(folder)
    assert process is not None
    assert process.poll() is not None
