"""The adapter against the real ruff."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from reproof.adapters import ruff
from reproof.adapters.ruff import RuffCheck
from reproof.errors import ReproofError
from reproof.lint.notebooks.name_check import Names, Use

Started = Callable[[Mapping[str, str | bytes | None]], RuffCheck]


@pytest.fixture
def started() -> Iterator[Started]:
    """Starts checks that are stopped in the end."""
    with contextlib.ExitStack() as stack:

        def start(files: Mapping[str, str | bytes | None]) -> RuffCheck:
            check = RuffCheck(files)
            stack.callback(check.stop)
            return check

        yield start


def notebook(*sources: str) -> bytes:
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
        for source in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode()


def test_files_on_the_disk_and_bytes_are_checked_together(started: Started, tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_bytes(notebook("x = 1", "x", "print(y)"))
    check = started({"a.ipynb": str(tmp_path / "a.ipynb"), "b.ipynb": notebook("z")})
    assert check.names("b.ipynb") == Names((Use("z", 1, 1, 1, 2),))
    assert check.names("a.ipynb") == Names((Use("y", 3, 1, 7, 8),))
    assert check.names("never given") == Names()


def test_settings_of_the_folder_and_of_the_environment_do_not_count(
    started: Started, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUFF_OUTPUT_FORMAT", "concise")
    (tmp_path / "ruff.toml").write_text('lint.ignore = ["F821"]\nexclude = ["*"]\n')
    (tmp_path / "a.ipynb").write_bytes(notebook("y"))
    path = str(tmp_path / "a.ipynb")
    assert started({"a": path}).names("a") == Names((Use("y", 1, 1, 1, 2),))
    assert sorted(os.listdir(tmp_path)) == ["a.ipynb", "ruff.toml"]


def test_more_names_than_one_command_line_holds(
    started: Started, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ruff, "_MOST", 200)
    files: dict[str, str | bytes | None] = {}
    for number in range(20):
        (tmp_path / f"{number}.ipynb").write_bytes(notebook(f"name_{number}"))
        files[str(number)] = str(tmp_path / f"{number}.ipynb")
    check = started(files)
    assert {path: check.names(path).uses[0].name for path in files} == {
        str(number): f"name_{number}" for number in range(20)
    }


def test_names_that_are_no_unicode_are_answered(started: Started, tmp_path: Path) -> None:
    path = tmp_path / "\udcff.ipynb"
    path.write_bytes(notebook("y"))
    assert started({"odd": str(path)}).names("odd").uses[0].name == "y"


def test_what_does_not_parse_has_a_problem_with_its_cell(started: Started) -> None:
    check = started({"a": notebook("x", "y = = 1"), "b": b"{"})
    assert (check.names("a").uses, check.names("a").cell) == ((), 2)
    assert check.names("b").problem
    assert check.names("b").cell is None


def test_files_that_are_added_later_are_answered_whoever_added_them(
    started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ruff, "_TOGETHER", 2)
    paths = [str(number) for number in range(7)]
    check = started(dict.fromkeys([*paths, "never added"]))
    for path in paths:
        if path == "3":
            child = os.fork()
            if child == 0:
                check.add(path, notebook(f"name_{path}"))
                os._exit(0)
            os.waitpid(child, 0)
        else:
            check.add(path, notebook(f"name_{path}"))
        check.proceed(path)
    check.proceed("never added")
    assert [check.names(path).uses[0].name for path in reversed(paths)] == [
        f"name_{path}" for path in reversed(paths)
    ]
    assert check.names("never added") == Names()


@pytest.mark.parametrize("memory", ["/dev/shm", "/nowhere"])
def test_a_folder_without_room_is_an_error_that_names_it(
    started: Started, monkeypatch: pytest.MonkeyPatch, memory: str
) -> None:
    monkeypatch.setattr(ruff, "_MEMORY", memory)
    check = started({"a": None})
    os.rmdir(check._folder.name)
    with pytest.raises(ReproofError, match="cannot be written to") as raised:
        check.add("a", notebook("x"))
    assert raised.value.hint


def test_stopping_leaves_neither_a_process_nor_a_folder() -> None:
    check = RuffCheck({"a": notebook("x")})
    folder, (process,) = check._folder.name, check._running
    check.stop()
    assert not os.path.exists(folder)
    assert process.ended()
    assert check.names("a") == Names()
