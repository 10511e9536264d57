"""The adapter against the real nbstripout, its command line included."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reproof.adapters.nbstripout import keys_of_git, strip_notebook
from reproof.lint.finding import Unfixable

# Every key that looks like a session's, so that a default which nbstripout gains or loses shows.
SESSION_KEYS = [
    *("collapsed", "ExecuteTime", "execution", "heading_collapsed", "hidden", "scrolled", "trusted_by"),
    *("jupyter", "editable", "slideshow", "pycharm", "vscode", "papermill", "colab", "widgets", "signature"),
]


def cell(**metadata: Any) -> dict[str, Any]:
    result = {"output_type": "execute_result", "execution_count": 2, "data": {}, "metadata": {}}
    return {
        "cell_type": "code",
        "execution_count": 2,
        "id": "0a1b2c3d",
        "metadata": metadata,
        "outputs": [result],
        "source": [],
    }


def everything() -> dict[str, Any]:
    cells = [
        cell(**dict.fromkeys(SESSION_KEYS, 1)),
        cell(tags=["keep_output"]) | {"id": "b"},
        cell(keep_output=True) | {"id": "c"},
        cell(init_cell=True) | {"id": "d"},
        cell(keep_output=False) | {"id": "e"},
    ]
    metadata = {key: {"a": 1} for key in SESSION_KEYS}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def old() -> dict[str, Any]:
    cells = [
        {
            "cell_type": "code",
            "collapsed": False,
            "input": [],
            "language": "r",
            "metadata": dict.fromkeys(SESSION_KEYS, 1),
            "outputs": [{"output_type": "pyout", "prompt_number": 4, "text": ["1"]}],
            "prompt_number": 4,
        }
    ]
    metadata = dict.fromkeys(SESSION_KEYS, 1) | {"name": "old"}
    return {
        "worksheets": [{"cells": cells, "metadata": {}}],
        "metadata": metadata,
        "nbformat": 3,
        "nbformat_minor": 0,
    }


@pytest.mark.parametrize("document", [everything(), old()], ids=["version 4", "version 3"])
def test_it_strips_what_the_command_line_strips_by_default(document: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "n.ipynb"
    file.write_text(json.dumps(document))
    subprocess.run([sys.executable, "-m", "nbstripout", "--keep-id", str(file)], check=True, cwd=tmp_path)
    assert strip_notebook(document) == json.loads(file.read_text())


def test_the_argument_is_not_changed() -> None:
    document = everything()
    before = copy.deepcopy(document)
    strip_notebook(document)
    assert document == before


def test_the_result_is_made_of_plain_dicts() -> None:
    stripped = strip_notebook(everything())
    assert {type(stripped), type(stripped["metadata"]), type(stripped["cells"][1]["outputs"][0])} == {dict}


def test_contradicting_marks_are_refused_in_nbstripouts_words() -> None:
    document = everything() | {"cells": [cell(keep_output=False, tags=["keep_output"])]}
    with pytest.raises(Unfixable, match="contradicts tags"):
        strip_notebook(document)


@pytest.mark.parametrize(
    "document",
    [
        {"cells": []},
        {"cells": [], "metadata": {}, "nbformat": "4"},
        {"cells": [], "metadata": {}, "nbformat": 3},
        {"cells": [cell(tags=None)], "metadata": {}, "nbformat": 4},
        {"cells": [{"outputs": None}], "metadata": {}, "nbformat": 4},
        {"cells": [{"outputs": [1]}], "metadata": {"keep_output": True}, "nbformat": 4},
    ],
)
def test_what_nbstripout_cannot_read_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(Unfixable, match="cannot read it"):
        strip_notebook(document)


def test_nesting_beyond_nbstripout_is_refused() -> None:
    nested: Any = []
    for _ in range(5000):
        nested = [nested]
    with pytest.raises(Unfixable, match="nested too deeply"):
        strip_notebook({"cells": [], "metadata": {"x": nested}, "nbformat": 4})


def test_naming_the_adapter_imports_neither_nbstripout_nor_nbformat() -> None:
    program = "import sys, reproof.adapters.nbstripout; print({'nbstripout', 'nbformat'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert result.stdout.strip() == "set()"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git repository, away from the settings of whoever runs the tests."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("GIT_CONFIG_GLOBAL", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "home").mkdir()
    folder = tmp_path / "repository"
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


def setting(folder: Path, name: str, value: str, *where: str) -> None:
    command = ["git", "config", *where, f"filter.nbstripout.{name}", value]
    subprocess.run(command, check=True, cwd=folder)


def test_the_keys_of_gits_settings_are_those_that_nbstripout_reads(repository: Path) -> None:
    assert keys_of_git(str(repository)) == ((), ())
    setting(repository, "extrakeys", "metadata.kernelspec cell.metadata.x")
    setting(repository, "keepmetadatakeys", "cell.metadata.scrolled", "--global")
    assert keys_of_git(str(repository)) == (
        ("metadata.kernelspec", "cell.metadata.x"),
        ("cell.metadata.scrolled",),
    )


def test_settings_in_an_included_file_count(repository: Path) -> None:
    included = repository.parent / "included"
    setting(repository, "extrakeys", "metadata.a", "--file", str(included))
    subprocess.run(["git", "config", "include.path", str(included)], check=True, cwd=repository)
    assert keys_of_git(str(repository)) == (("metadata.a",), ())


def test_git_is_not_started_for_nothing(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def started(*_: object, **__: object) -> None:
        raise AssertionError("git was started")

    monkeypatch.setattr(subprocess, "run", started)
    assert keys_of_git(str(repository)) == ((), ())
