# ruff: noqa: E501  code and messages stand on one line
"""What a message says of a value's future: the file and key where they are known, and the value's other places."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reproof.commands.check import tools
from reproof.config import CheckConfig
from reproof.lint.files import SourceTree
from reproof.lint.finding import Finding
from reproof.lint.fixes import fix_file
from reproof.lint.linter import Linter
from reproof.lint.rule import load_rule
from tests.lint.parameters.moving import SGD, lay_out

LOAD = "import yaml\nwith open('params.yaml') as file:\n    params = yaml.safe_load(file)\n"
COLUMNS = "from sklearn.svm import SVC\nX = df[['a', 'b']]\ny = df['churn']\n"


def linter(root: Path) -> tuple[SourceTree, Linter]:
    tree, options = SourceTree(str(root)), CheckConfig()
    return tree, Linter(tree, [load_rule("hardcoded-hyperparameter")(options, tools())], options)


def look(root: Path, code: str | bytes, path: str = "train.py") -> list[Finding]:
    lay_out(root, {path: code})
    return linter(root)[1].look(path)


def notes(root: Path, code: str | bytes) -> tuple[str, ...]:
    lay_out(root, {"train.py": code})
    tree, looking = linter(root)
    return fix_file(tree, looking.look, "train.py", looking.look("train.py"), unsafe=True).notes


@pytest.mark.parametrize(
    ("code", "says"),
    [
        pytest.param(SGD, "to params.yaml (train.lr) and", id="no configuration is read"),
        pytest.param(LOAD + SGD, "to params.yaml (train.lr) and", id="the whole file, as our own loader reads it"),
        pytest.param(f"import yaml\nparams = yaml.safe_load(open('params.yaml'))\n{SGD}", "to params.yaml (train.lr) and",
                     id="the same on one line"),
        pytest.param(f"import yaml\ndef f():\n    p = yaml.safe_load(Path('params.yaml').read_text())\n{SGD}", "to params.yaml (train.lr) and",
                     id="in a function, by pathlib"),
        pytest.param(f"{LOAD}{SGD}x = params['train']['lr']\n", "to params.yaml and", id="the key is another value's"),
        pytest.param(f"import yaml\ncfg = yaml.safe_load(open('params.yaml'))['prepare']\n{SGD}",
                     "to the configuration that this code reads and", id="a section"),
        pytest.param(f"import yaml\ncfg = yaml.safe_load(open('conf/train.yaml'))\n{SGD}",
                     "to the configuration that this code reads and", id="another file"),
        pytest.param(f"import hydra\n@hydra.main()\ndef f(cfg):\n    pass\n{SGD}",
                     "to the configuration that this code reads and", id="Hydra"),
        pytest.param(f"{LOAD}from omegaconf import OmegaConf\ncfg = OmegaConf.load('a.yaml')\n{SGD}",
                     "to the configuration that this code reads and", id="two files"),
    ],
)  # fmt: skip
def test_a_key_is_named_only_where_the_fix_takes_it(tmp_path: Path, code: str, says: str) -> None:
    (finding,) = look(tmp_path, f"{code}opt = SGD(p, lr=0.1)\n")
    assert f"move it {says} read it from there" in finding.message


@pytest.mark.parametrize(
    ("more", "says"),
    [
        pytest.param("", "", id="nowhere else"),
        pytest.param("df.groupby('churn')\n", "; the same value stands in line 4, too", id="once"),
        pytest.param("df.groupby('churn')\ndf['churn'] = df['churn'] == 1\n", "; the same value stands in lines 4 and 5, too",
                     id="a line once"),
        pytest.param("a = df.b('churn')\n" * 7, "lines 4, 5, 6, 7 and 3 more, too", id="many"),
        pytest.param("print('churn')\nplt.title('churn')\n'churn'\nf'churn'\n", "", id="texts that are shown"),
        pytest.param("print(df.groupby('churn'))\n", "line 4, too", id="used in what is shown"),
        pytest.param("Z = df.drop('churn', axis=1)\nSVC().fit(Z, y)\n", "", id="another finding of the label"),
    ],
)  # fmt: skip
def test_a_label_that_stays_elsewhere_is_told(tmp_path: Path, more: str, says: str) -> None:
    (label, *_) = [one for one in look(tmp_path, COLUMNS + more) if one.name == "label"]
    assert label.message.endswith(f"read it from there{says}" if says.startswith(";") or not says else says)


def test_a_threshold_that_stays_elsewhere_is_told(tmp_path: Path) -> None:
    code = "import torch\na = proba > 0.5\nb = x > 0.5\nc = 0.5 * x\n"
    (finding,) = look(tmp_path, code)
    assert finding.message.endswith("; the same value stands in line 3, too")
    assert finding.fix is not None
    assert finding.fix.title == "move it to the parameters file; 0.5 stands in line 3, too"


def test_a_notebook_s_places_have_cells(tmp_path: Path) -> None:
    cells = [COLUMNS, "%matplotlib inline\n1 +\n", "\ndf.groupby('churn')\n"]
    document = {
        "cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": cell} for cell in cells],
        "metadata": {}, "nbformat": 4, "nbformat_minor": 4,
    }  # fmt: skip
    found = look(tmp_path, json.dumps(document), "a.ipynb")
    assert any(one.message.endswith("the same value stands in cell 3, line 2, too") for one in found)


def test_the_fix_says_what_it_leaves_by_the_lines_own_text(tmp_path: Path) -> None:
    code = (
        COLUMNS.replace("df[['a', 'b']]", "df.drop(columns=['id', 'churn'])") + "df.groupby('churn')  # all\n"
    )
    (note,) = notes(tmp_path, code)
    assert note == (
        "`label` is moved, but 'churn' stands in `dropped_columns` and `df.groupby('churn')  # all`, too: "
        "change them together"
    )


def test_a_fix_that_leaves_nothing_says_nothing(tmp_path: Path) -> None:
    """The label that is left out of X is the label: both are read from one key."""
    code = COLUMNS.replace("df[['a', 'b']]", "df.drop('churn', axis=1)")
    assert notes(tmp_path, code) == ()
    tree, looking = linter(tmp_path)
    fix_file(tree, looking.look, "train.py", looking.look("train.py"), unsafe=True)
    assert tree.changes["params.yaml"].new == b"data:\n  label: churn\n"
