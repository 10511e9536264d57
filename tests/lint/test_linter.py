from __future__ import annotations

import json
from pathlib import Path

import pytest

from reproof.config import CheckConfig
from reproof.errors import UsageError
from reproof.lint.linter import chosen_rules
from reproof.lint.rule import Tools
from tests.lint.sample_rules import BadWord, NeedsTree, linter, look


def notebook(*sources: str) -> str:
    cells = [{"cell_type": "code", "metadata": {}, "source": source} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def test_findings_are_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = look(tmp_path, "a.py", "x = 1  # bad\n# bad\n", NeedsTree, BadWord)
    assert [(f.rule, f.span.line) for f in found] == [("needs-tree", 1), ("bad-word", 1), ("bad-word", 2)]


def test_a_file_that_no_rule_reads_is_not_opened(tmp_path: Path) -> None:
    assert linter(tmp_path, NeedsTree).look("missing/requirements.txt") == []
    assert [f.rule for f in linter(tmp_path, BadWord).look("missing/requirements.txt")] == ["invalid-file"]


def test_a_file_that_does_not_parse_is_one_finding_with_its_line(tmp_path: Path) -> None:
    found = look(tmp_path, "a.py", "x = 1\nx = = 2\n", NeedsTree)
    assert [(f.rule, f.span.line, f.name) for f in found] == [("invalid-file", 2, "a.py")]


def test_a_broken_cell_costs_other_rules_nothing(tmp_path: Path) -> None:
    found = look(tmp_path, "a.ipynb", notebook("bad", "x = = 2", "bad"), NeedsTree, BadWord)
    assert [(f.rule, f.cell) for f in found] == [
        ("bad-word", 1),
        ("needs-tree", 1),
        ("invalid-file", 2),
        ("bad-word", 3),
    ]


def test_two_rules_that_cannot_read_a_file_are_one_finding(tmp_path: Path) -> None:
    assert [f.rule for f in look(tmp_path, "a.ipynb", "{", NeedsTree, BadWord)] == ["invalid-file"]


def test_a_crash_is_a_finding_that_names_the_rule_and_the_place(tmp_path: Path) -> None:
    (crash, word) = look(tmp_path, "a.py", "crash  # bad\n", NeedsTree, BadWord)
    assert (crash.rule, crash.name, word.rule) == ("crashed-rule", "needs-tree", "bad-word")
    assert "ZeroDivisionError" in crash.message
    assert "sample_rules.py:" in crash.message


def test_a_file_can_ignore_some_rules_by_its_path(tmp_path: Path) -> None:
    options = CheckConfig(per_file_ignores=(("scratch/**", ("bad-word",)),))
    assert look(tmp_path, "scratch/a.py", "ok = 1  # bad\n", BadWord, NeedsTree, options=options) == []
    assert look(tmp_path, "a.py", "ok = 1  # bad\n", BadWord, NeedsTree, options=options) != []


def test_an_invalid_file_cannot_be_ignored_in_a_comment(tmp_path: Path) -> None:
    found = look(tmp_path, "a.py", "x = = 2  # reproof: ignore[invalid-file]\n", NeedsTree)
    assert [f.rule for f in found] == ["invalid-file", "unused-ignore"]


@pytest.mark.parametrize("name", ["invalid-file", "crashed-rule"])
def test_an_invalid_file_cannot_be_ignored_in_the_configuration(name: str) -> None:
    for options in (CheckConfig(ignore=(name,)), CheckConfig(per_file_ignores=(("*.py", (name,)),))):
        with pytest.raises(UsageError, match="cannot be ignored"):
            chosen_rules(options, Tools())


def test_an_unknown_rule_is_an_error_wherever_it_is_named() -> None:
    for options in (
        CheckConfig(select=("dirty-notebok",)),
        CheckConfig(ignore=("dirty-notebok",)),
        CheckConfig(per_file_ignores=(("*.py", ("dirty-notebok",)),)),
    ):
        with pytest.raises(UsageError, match="dirty-notebok") as error:
            chosen_rules(options, Tools())
        assert "dirty-notebook" in (error.value.hint or "")


def test_a_rule_that_is_selected_twice_runs_once() -> None:
    assert len(chosen_rules(CheckConfig(select=("dirty-notebook", "dirty-notebook")), Tools())) == 1
