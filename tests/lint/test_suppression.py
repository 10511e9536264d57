from __future__ import annotations

import json
from pathlib import Path

import pytest

from reproof.config import CheckConfig
from tests.lint.sample_rules import BadWord, NeedsTree, look
from tests.lint.test_linter import notebook


def rules(root: Path, path: str, text: str, options: CheckConfig | None = None) -> list[str]:
    return [f"{f.rule}:{f.span.line}" for f in look(root, path, text, BadWord, options=options)]


@pytest.mark.parametrize(
    "line",
    [
        "bad # reproof: ignore[bad-word] because",
        "bad  #reproof:ignore[bad-word]",
        "bad  # reproof: ignore[other-thing-entirely, bad-word]",
        "bad // reproof: ignore[bad-word]",
        "bad <!-- reproof: ignore[bad-word] -->",
        "bad ; reproof: ignore[bad-word]",
        "bad % reproof: ignore[bad-word]",
    ],
)
def test_a_comment_of_any_syntax_silences_its_line(tmp_path: Path, line: str) -> None:
    found = rules(tmp_path, "requirements.txt", f"{line}\nbad\n")
    assert [name for name in found if name.startswith("bad-word")] == ["bad-word:2"]


def test_a_comment_for_the_file_silences_every_line(tmp_path: Path) -> None:
    assert rules(tmp_path, "a.py", "bad\nbad\n# reproof: ignore-file[bad-word] why\nbad\n") == []


def test_other_rules_stay(tmp_path: Path) -> None:
    found = look(tmp_path, "a.py", "bad  # reproof: ignore[bad-word]\n", BadWord, NeedsTree)
    assert [f.rule for f in found] == ["needs-tree"]


def test_a_string_in_python_silences_nothing(tmp_path: Path) -> None:
    assert rules(tmp_path, "a.py", 'x = "bad # reproof: ignore[bad-word]"\n') == ["bad-word:1"]
    inside = '"""\n% reproof: ignore[bad-word]\n# reproof: ignore-file[bad-word]\n"""\nbad\n'
    assert "bad-word:5" in rules(tmp_path, "a.py", inside)


def test_a_string_before_the_comment_does_not_hide_it(tmp_path: Path) -> None:
    assert rules(tmp_path, "a.py", 'x = "# bad"  # reproof: ignore[bad-word]\n') == []


def test_python_that_does_not_parse_can_still_be_silenced(tmp_path: Path) -> None:
    found = look(tmp_path, "a.py", 'bad = (  # reproof: ignore[bad-word]\n"""', BadWord, NeedsTree)
    assert [f.rule for f in found] == ["invalid-file"]


def test_in_a_notebook_the_comment_counts_in_its_cell(tmp_path: Path) -> None:
    text = notebook("bad", "bad  # reproof: ignore[bad-word]", "%time\nbad # reproof: ignore[bad-word]")
    assert [f.cell for f in look(tmp_path, "a.ipynb", text, BadWord)] == [1]


def test_in_a_notebook_shell_lines_and_other_languages_have_comments_too(tmp_path: Path) -> None:
    shell = "!install bad  # reproof: ignore[bad-word]"
    foreign = "%%bash\nbad  # reproof: ignore[bad-word]"
    assert look(tmp_path, "a.ipynb", notebook(shell, foreign), BadWord) == []


def test_any_cell_can_silence_the_whole_notebook(tmp_path: Path) -> None:
    document = json.loads(notebook("bad", "bad"))
    document["cells"].append(
        {
            "cell_type": "markdown",
            "metadata": {},
            "source": ["text\n", "<!-- reproof: ignore-file[bad-word] -->"],
        }
    )
    assert look(tmp_path, "a.ipynb", json.dumps(document), BadWord) == []


def test_a_comment_that_silences_nothing_is_a_finding_at_its_place(tmp_path: Path) -> None:
    (found,) = look(tmp_path, "a.py", "x = 1\ny = 2  # reproof: ignore[bad-word]\n", BadWord)
    assert (found.rule, found.name, found.span.line, found.span.column) == ("unused-ignore", "bad-word", 2, 8)


def test_a_rule_that_did_not_run_makes_no_comment_unused(tmp_path: Path) -> None:
    text = "ok = 1  # reproof: ignore[bad-word]\n"
    assert rules(tmp_path, "a.py", text) == ["unused-ignore:1"]
    assert [f.rule for f in look(tmp_path, "a.py", text.replace("bad-word", "dirty-notebook"), BadWord)] == []


def test_a_name_that_is_no_rule_and_no_name_at_all_are_said(tmp_path: Path) -> None:
    found = look(tmp_path, "a.py", "# reproof: ignore[bda-word]\n# reproof: ignore\n", BadWord)
    assert [f.message.split(":")[0] for f in found] == [
        "this comment names 'bda-word', which is no rule",
        "this comment names no rule",
    ]


def test_a_misspelt_comment_is_told_once_with_the_finding_that_it_means(tmp_path: Path) -> None:
    text = "bad  # reproof: ignore[dirty-notebok] why\nbad\n"

    class Dirty(BadWord):
        name = "dirty-notebook"

    first, second = look(tmp_path, "requirements.txt", text, Dirty)
    assert (first.rule, second.rule) == ("dirty-notebook", "dirty-notebook")
    says = "the comment here names 'dirty-notebok', which is no rule: did you mean 'dirty-notebook'?\n"
    assert first.help == says + second.help
    for options in (CheckConfig(ignore=("unused-ignore",)), None):
        assert len(look(tmp_path, "requirements.txt", text, Dirty, options=options)) == 2, "it hides nothing"
    (alone,) = look(tmp_path, "requirements.txt", "good  # reproof: ignore[dirty-notebok] why\n", Dirty)
    assert alone.message.endswith("did you mean 'dirty-notebook'?")


def test_unused_comments_can_be_ignored(tmp_path: Path) -> None:
    assert rules(tmp_path, "a.py", "# reproof: ignore[bad-word, unused-ignore] kept for later\n") == []
    text = "# reproof: ignore[bad-word]\n"
    assert rules(tmp_path, "a.py", text, CheckConfig(ignore=("unused-ignore",))) == []


@pytest.mark.parametrize(
    ("comment", "told"),
    [
        ("# reproof: ignore[bad-word]", True),
        ("# reproof: ignore[bad-word] -", True),
        ("# reproof: ignore[bad-word] the paper's own word", False),
        ("# reproof: ignore-file[bad-word]: a log", False),
    ],
)
def test_in_strict_mode_a_comment_says_why(tmp_path: Path, comment: str, told: bool) -> None:
    text = f"bad = 1  {comment}\n"
    assert look(tmp_path, "a.py", text, BadWord) == []
    found = look(tmp_path, "a.py", text, BadWord, options=CheckConfig(strict=True))
    assert [each.rule for each in found] == (["unused-ignore"] if told else [])
    assert all("does not say why" in each.message for each in found)
