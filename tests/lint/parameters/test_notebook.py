# ruff: noqa: E501  code before and after stands on one line
"""Notebooks: their JSON stays as it is, byte for byte, around what moved."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.lint.edits import apply_edits
from reproof.lint.parameters.notebook import edits_in_file
from reproof.lint.parameters.rewrite import CodeEdit
from reproof.lint.source import NotebookFile
from tests.lint.parameters.moving import move


def notebook(*cells: Any, indent: int | None = 1, ascii_only: bool = False) -> str:
    """A notebook of code cells; a cell is its source, or its source and its tags."""
    made = []
    for cell in cells:
        source, tags = cell if isinstance(cell, tuple) else (cell, [])
        made.append(
            {
                "cell_type": "code",
                "execution_count": None,
                "metadata": {"tags": tags} if tags else {},
                "outputs": [],
                "source": source,
            }
        )
    document = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document, indent=indent, ensure_ascii=ascii_only) + "\n"


def sources(text: str) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"]]


def test_the_loader_goes_where_the_imports_are_and_nothing_else_changes(tmp_path: Path) -> None:
    before = notebook(
        ["# Title\n", "\n"], ["import torch\n", "from torch import nn"], ["LR = 1e-3  # é\n", "x = 'ä'"]
    )
    after = notebook(
        ["# Title\n", "\n"],
        [
            "import torch\n",
            "import yaml\n",
            "from torch import nn\n",
            "\n",
            "with open('params.yaml') as file:\n",
            "    params = yaml.safe_load(file)",
        ],
        ["LR = params['train']['lr']  # é\n", "x = 'ä'"],
    )
    assert move(tmp_path, {"a.ipynb": before}).files["a.ipynb"] == after


@pytest.mark.parametrize("indent", [None, 1, 2, 4])
@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("as_list", [True, False])
def test_every_way_to_write_the_json_is_kept(
    tmp_path: Path, indent: int | None, ascii_only: bool, as_list: bool
) -> None:
    def written(*cells: str) -> str:
        shaped = [cell.splitlines(keepends=True) if as_list else cell for cell in cells]
        return notebook(*shaped, indent=indent, ascii_only=ascii_only)

    before = written('import torch\n\n# "ö" \\ 😀\n', 'TARGET = "größe"\nLR = 0.1')
    after = written(
        'import torch\nimport yaml\n\nwith open("params.yaml", encoding="utf-8") as file:\n'
        '    params = yaml.safe_load(file)\n\n# "ö" \\ 😀\n',
        'TARGET = params["data"]["target"]\nLR = params["train"]["lr"]',
    )
    assert move(tmp_path, {"a.ipynb": before}).files["a.ipynb"] == after


@pytest.mark.parametrize(
    ("cells", "home"),
    [
        pytest.param([["x = 1\n"], ["import torch\n"], ["LR = 0.1\n"]], 1, id="the cell with the imports"),
        pytest.param([[], ["import torch\nLR = 0.1\n"]], 1, id="an empty cell is none"),
        pytest.param([(["LR = 2\n"], ["parameters"]), ["x = 1\n"], ["from torch.optim import SGD\nSGD(p, lr=0.1)\n"]], 2, id="not the parameters cell"),
        pytest.param([["%%time\nx = 1\n"], ["%matplotlib inline\nimport torch\n"], ["LR = 0.1\n"]], 1, id="magics stay where they are"),
        pytest.param([["%%time\nimport torch\n"], ["LR = 0.1\n"]], 0, id="below a cell magic"),
        pytest.param([["!pip install torch\n"], ["import os\n"], ["import torch\nLR = 0.1\n"]], 1, id="the first imports"),
        pytest.param([["LR = 0.1\n"], ["import torch\n"]], 0, id="never below the first use"),
        pytest.param([["%%bash\nls\n"], ["import torch\nLR = 0.1\n"]], 1, id="not in another language"),
    ],
)  # fmt: skip
def test_the_loader_stands_in_the_right_cell(tmp_path: Path, cells: list[Any], home: int) -> None:
    text = move(tmp_path, {"a.ipynb": notebook(*cells)}).files["a.ipynb"]
    assert ["safe_load" in source for source in sources(text)].index(True) == home
    assert '["lr"]' in "".join(sources(text))


def test_a_literal_over_several_lines_becomes_one(tmp_path: Path) -> None:
    before = notebook(["import torch\n"], ["FEATURES = ['a',\n", "            'b']\n", "x = 1\n"])
    text = move(tmp_path, {"a.ipynb": before}).files["a.ipynb"]
    assert json.loads(text)["cells"][1]["source"] == ["FEATURES = params['data']['features']\n", "x = 1\n"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param(notebook(["import torch\nLR = 0.1\n"]).replace('"metadata": {},\n   "outputs"', '"source": "x",\n   "outputs"', 1), "twice", id="a key that is there twice"),
        pytest.param('{"worksheets": [{"cells": [{"cell_type": "code", "input": ["import torch\\n", "LR = 0.1"], "outputs": []}]}], "metadata": {}, "nbformat": 3}', "old format", id="an old format"),
    ],
)  # fmt: skip
def test_a_notebook_that_cannot_be_edited_safely_is_left_alone(tmp_path: Path, text: str, why: str) -> None:
    done = move(tmp_path, {"a.ipynb": text})
    assert why in done.reason
    assert done.files == {"a.ipynb": text}


def test_a_cell_that_cannot_be_parsed_keeps_its_names_to_itself(tmp_path: Path) -> None:
    """It may bind them, and it may read them."""
    cells = (["import torch\n", "cfg = 1\n"], ["params = file = (\n"], ["LR = 0.1\n"])
    text = move(tmp_path, {"a.ipynb": notebook(*cells)}).files["a.ipynb"]
    assert "as params_file:\n    hyperparameters = yaml.safe_load(params_file)" in sources(text)[0]
    assert sources(text)[1:] == ["params = file = (\n", 'LR = hyperparameters["train"]["lr"]\n']


TEXTS = st.text('ab \n"\\é😀\t', min_size=1, max_size=30)


@given(TEXTS, st.lists(st.integers(0, 30), max_size=3), st.booleans(), st.booleans(), st.data())
def test_an_edit_of_the_code_is_the_same_edit_of_the_notebook(
    source: str, cuts: list[int], ascii_only: bool, as_list: bool, data: st.DataObject
) -> None:
    """However the source is cut into strings, and whichever escapes they are written with."""
    cuts = sorted({min(cut, len(source)) for cut in cuts} | {0, len(source)})
    pieces: Any = [source[at:until] for at, until in itertools.pairwise(cuts)] if as_list else source
    file = NotebookFile("a.ipynb", notebook(pieces, ascii_only=ascii_only).encode())
    code = file.codes[0] if file.codes else None
    if code is None:
        return
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, len(source)))
    new = data.draw(TEXTS)
    edits = edits_in_file(file, [CodeEdit(code, start, end, new)])
    after = sources(apply_edits(file.text, edits))[0]
    assert after == source[:start] + new + source[end:]
