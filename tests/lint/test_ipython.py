"""Cells with IPython's additions parse, and code in them keeps its place."""

from __future__ import annotations

import ast
import sys

import pytest

from reproof.lint.ipython import foreign_cell, parse_cell
from reproof.lint.source import Code, InvalidFile

READ = {
    "a magic": "%matplotlib inline\nx = 1",
    "a shell line": "!pip install numpy\nx = 1",
    "a continued shell line": "! gcloud deploy \\\n  --region x\nx = 1",
    "output of a shell line": "files = !ls\nx = 1",
    "a question": "print?\nx = 1",
    "a command without a sign": "cd src\nx = 1",
    "a command with a path": "cd ../data\nx = 1",
    "a cell magic over Python": "%%time\nx = 1",
    "an indented cell": "  y = 0\n  x = 1",
    "a modulo that goes on": "y = ('a %s'\n  % 'b')\nx = 1",
    "a modulo of a name that goes on": "y = ('a %s'\n  %b)\nx = 1",
    "an inequality that goes on": "y = (1\n  != 2)\nx = 1",
    "a magic in a string": "y = '''\n%magic\n!'''\nx = 1",
    "a name like a command": "ls = [1]\nx = 1",
}


@pytest.mark.parametrize("source", READ.values(), ids=READ)
def test_a_cell_with_additions_parses_and_its_last_line_stays_in_place(source: str) -> None:
    last = parse_cell(source, ast.parse).body[-1]

    assert isinstance(last, ast.Assign)
    assert ast.unparse(last) == "x = 1"
    assert last.lineno == source.count("\n") + 1
    assert last.col_offset == len(source.splitlines()[-1]) - len("x = 1")


@pytest.mark.parametrize("source", ["x = = 1", "cd = = 1", "  x = = 1", "if x:\ny = 1"])
def test_what_is_no_python_stays_an_error_at_its_own_line(source: str) -> None:
    with pytest.raises(SyntaxError) as error:
        parse_cell(source, ast.parse)

    assert error.value.lineno == source.count("\n") + 1


@pytest.mark.parametrize(
    ("source", "foreign"), [("%%bash\nls", True), ("%%time\nx", False), ("x", False), ("", False)]
)
def test_a_cell_magic_decides_the_language(source: str, foreign: bool) -> None:
    assert foreign_cell(source) is foreign


def test_a_script_that_was_exported_from_a_notebook_is_read() -> None:
    code = Code("%matplotlib inline\n!pip list\nx = 7 % 3\n")
    assert [type(node).__name__ for node in code.tree.body] == ["Pass", "Pass", "Assign"]


def test_a_script_that_is_no_python_is_told_as_it_was_written() -> None:
    with pytest.raises(InvalidFile) as raised:
        _ = Code("%matplotlib inline\nprint 'x'\n").tree
    assert (raised.value.line, raised.value.message) == (
        1,
        "not Python {}.{}: invalid syntax".format(*sys.version_info),
    )
