"""Every rule's VALID and INVALID examples, on files that are really there."""

from __future__ import annotations

from pathlib import Path

import pytest

from reproof.commands.check import tools
from reproof.config import CheckConfig
from reproof.lint import workers
from reproof.lint.files import SourceTree
from reproof.lint.finding import Finding
from reproof.lint.fixes import fix_file, write_changes
from reproof.lint.linter import Linter
from reproof.lint.rule import Bad, Good, Rule, load_rule, rule_modules

RULES = [load_rule(name) for name in sorted(rule_modules())]


def cases(kind: str) -> list[object]:
    return [
        pytest.param(rule, example, id=f"{rule.name}-{number}")
        for rule in RULES
        for number, example in enumerate(getattr(rule, kind))
    ]


def laid_out(root: Path, rule: type[Rule], example: Good | Bad) -> tuple[SourceTree, Linter]:
    """The example and what lies beside it as files, and a linter for them."""
    for path, text in ((example.path, example.text), *example.beside):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", newline="")
    options = CheckConfig(strict=example.strict)
    tree = SourceTree(str(root))
    return tree, Linter(tree, [rule(options, tools())], options)


def told(findings: list[Finding]) -> list[str]:
    return [f"{finding.rule} {finding.name}: {finding.message}" for finding in findings]


@pytest.mark.parametrize(("rule", "good"), cases("VALID"))
def test_a_valid_example_is_left_alone(tmp_path: Path, rule: type[Rule], good: Good) -> None:
    _, linter = laid_out(tmp_path, rule, good)
    assert told(linter.look(good.path)) == []


@pytest.mark.parametrize(("rule", "bad"), cases("INVALID"))
def test_an_invalid_example_is_stopped_with_its_message(tmp_path: Path, rule: type[Rule], bad: Bad) -> None:
    _, linter = laid_out(tmp_path, rule, bad)
    found = linter.look(bad.path)
    assert {finding.rule for finding in found} == {rule.name}, told(found)
    assert any(bad.says in finding.message for finding in found), told(found)
    if bad.names is not None:
        assert tuple(finding.name for finding in found) == bad.names
    assert all(finding.aspect is rule.aspect and finding.path == bad.path for finding in found)


@pytest.mark.parametrize(("rule", "bad"), cases("INVALID"))
def test_what_is_found_comes_back_whole_from_another_process(
    tmp_path: Path, rule: type[Rule], bad: Bad
) -> None:
    """Fixes hold on to functions, which cannot go through a pipe; all else must."""
    _, linter = laid_out(tmp_path, rule, bad)
    found = linter.look(bad.path)
    back = workers.unpacked(workers.packed(found))
    assert back == [workers.without_text(finding) for finding in found]


@pytest.mark.parametrize(("rule", "bad"), cases("INVALID"))
def test_an_invalid_example_is_fixed_as_it_says_and_stays_so(
    tmp_path: Path, rule: type[Rule], bad: Bad
) -> None:
    tree, linter = laid_out(tmp_path, rule, bad)
    fixed = fix_file(tree, linter.look, bad.path, linter.look(bad.path), unsafe=True)
    write_changes(tree, bad.path)
    text = (tmp_path / bad.path).read_bytes().decode()
    if bad.fixed is not None:
        assert text == bad.fixed, fixed.refusals
    fix_file(tree, linter.look, bad.path, linter.look(bad.path), unsafe=True)
    assert tree.changes == {}, "fixing the fixed text changes it again"
