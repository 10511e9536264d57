from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reproof.lint.finding import Aspect, Finding, Fix, Span
from reproof.lint.fixes import Refusal
from reproof.lint.formats import github, sarif
from reproof.lint.formats import json as json_format
from reproof.lint.formats import text as text_format
from reproof.visible import visible

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/reference/findings.schema.json").read_text())

RATE = Finding(
    rule="hardcoded-hyperparameter",
    aspect=Aspect.CONFIG,
    kind="training",
    path="src/train.py",
    span=Span(12, 9, 12, 13),
    name="learning_rate",
    message="the learning rate is typed into the call",
    help="move it to params.yaml",
    value="0.01",
    fix=Fix("move it", False, tuple),
)
OUTPUTS = Finding(
    rule="dirty-notebook",
    aspect=Aspect.CODE,
    kind="outputs",
    path="n b.ipynb",
    span=Span(1, 1, 1, 1),
    name="outputs",
    message="outputs are stored",
    help="strip them\nor tag the cell",
    cell=3,
    fix=Fix("strip", True, tuple),
)


def test_text_is_place_message_rule_and_the_next_step() -> None:
    assert text_format.render([RATE, OUTPUTS], colour=False) == (
        "src/train.py:12:9: the learning rate is typed into the call [hardcoded-hyperparameter]\n"
        "  help: move it to params.yaml\n"
        "n b.ipynb:cell 3:1:1: outputs are stored [dirty-notebook]\n"
        "  help: strip them\n"
        "  help: or tag the cell\n"
    )


def test_a_next_step_is_said_once_for_all_findings_of_a_rule() -> None:
    other = RATE.replace(help=f"{RATE.help}\nand another")
    shown = text_format.render([RATE, RATE, other, OUTPUTS.replace(help=RATE.help)], colour=False)
    steps = [line for line in shown.splitlines() if line.startswith("  help: ")]
    own = [f"  help: {line}" for line in RATE.help.splitlines()]
    assert steps == [*own, "  help: and another", *own]


def test_colour_only_adds_escapes() -> None:
    import re

    coloured = text_format.render([RATE, OUTPUTS], colour=True)
    assert "\033[" in coloured
    assert re.sub(r"\033\[\d+m", "", coloured) == text_format.render([RATE, OUTPUTS], colour=False)


def test_control_characters_of_a_file_never_reach_the_terminal() -> None:
    hostile = RATE.replace(path="a\x1b[2J\n.py", message="\x1b]0;title\x07 \u202e back", help="x\x9b31m")
    refused = text_format.refusal(Refusal("a.py", "\x1b[31m", hostile))
    shown = text_format.render([hostile], colour=False) + refused
    assert "\x1b" not in shown
    assert shown.replace("\n", "").isprintable()
    assert r"a\x1b[2J\n.py:12:9: \x1b]0;title\x07 \u202e back" in shown


@given(st.text())
def test_visible_text_is_printable_and_plain_text_is_itself(text: str) -> None:
    assert visible(text).isprintable()
    assert visible(text) == text or not text.isprintable()


@pytest.mark.parametrize(
    ("findings", "files", "fixed", "changed", "says"),
    [
        ([], 0, 0, 0, "no file to look at"),
        ([], 1, 0, 0, "nothing found in 1 file"),
        ([RATE, OUTPUTS], 9, 0, 0, "2 findings in 2 files"),
        ([], 9, 3, 1, "fixed 3 findings in 1 file"),
        ([RATE], 9, 3, 2, "fixed 3 findings in 2 files; 1 finding left in 1 file"),
    ],
)
def test_the_summary_counts(findings: list[Finding], files: int, fixed: int, changed: int, says: str) -> None:
    assert text_format.summary(findings, files, fixed, changed) == says


def test_the_statistics_count_each_rule_the_most_first() -> None:
    assert text_format.statistics([OUTPUTS, RATE, OUTPUTS]) == (
        "      2  dirty-notebook  (code)\n      1  hardcoded-hyperparameter  (config)\n"
    )


def test_json_is_the_contracts() -> None:
    (first, second) = json.loads(json_format.render([RATE, OUTPUTS]))
    assert first == {
        "rule": "hardcoded-hyperparameter",
        "aspect": "config",
        "kind": "training",
        "path": "src/train.py",
        "cell": None,
        "line": 12,
        "column": 9,
        "end_line": 12,
        "end_column": 13,
        "name": "learning_rate",
        "value": "0.01",
        "message": "the learning rate is typed into the call",
        "help": "move it to params.yaml",
        "fix": {"title": "move it", "safe": False},
    }
    assert (second["cell"], second["value"]) == (3, None)


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_no_finding_is_an_empty_array() -> None:
    assert json.loads(json_format.render([])) == []


NAMES = st.text(st.characters(codec=None), min_size=1).filter(lambda text: not text.startswith("/"))


@given(NAMES, NAMES)
def test_json_is_valid_for_any_name_and_has_no_unpaired_surrogate(path: str, value: str) -> None:
    document = json.loads(json_format.render([RATE.replace(path=path, value=value, message=value)]))
    jsonschema.validate(document, SCHEMA)
    json.dumps(document, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("source", "column", "end", "shown"),
    [
        ("opt = SGD(lr=0.1)", 14, 17, "   12 | opt = SGD(lr=0.1)\n      |              ^^^\n"),
        ("\tx = 1", 6, 7, "   12 |  x = 1\n      |      ^\n"),
        ("日本 = 1", 6, 7, "   12 | 日本 = 1\n      |        ^\n"),
        ("a\x1b = 1", 6, 7, "   12 | a\\x1b = 1\n      |         ^\n"),
        ("x" * 300, 200, 201, f"   12 | …{'x' * 100}…\n      |  {' ' * 40}^\n"),
        ("url = 'https://me:secret@host/'", 1, 4, ""),
        ("x = 1", 9, 10, ""),
        ("   ", 1, 2, ""),
    ],
)
def test_the_source_line_is_shown_with_carets(source: str, column: int, end: int, shown: str) -> None:
    found = RATE.replace(source=source, span=Span(12, column, 12, end))
    _, _, rest = text_format.render([found], colour=False).partition("\n")
    assert rest == f"{shown}  help: move it to params.yaml\n"


def commands_in(text: str) -> list[str]:
    """What the runner takes for commands: `::` first on a line, and in other lines the old form anywhere."""
    return [line for line in text.splitlines() if line.lstrip().startswith("::") or "##[" in line]


def test_annotations_name_file_place_and_rule() -> None:
    first, second = commands_in(github.render([RATE, OUTPUTS]))
    assert first == (
        "::error file=src/train.py,line=12,endLine=12,col=9,endColumn=13,title=reproof%3A hardcoded-hyperparameter"
        "::the learning rate is typed into the call%0Amove it to params.yaml"
    )
    assert second.startswith(
        "::error file=n b.ipynb,line=1,title=reproof%3A dirty-notebook::cell 3, line 1: outputs"
    )


def test_annotations_keep_to_what_github_shows_and_say_what_is_left() -> None:
    text = github.render([RATE] * 25)
    assert len([line for line in commands_in(text) if line.startswith("::error")]) == 10
    assert "::notice title=reproof::15 more findings: see the log of this step" in text
    assert text.count("src/train.py:12:9:") == 25
    (long,) = commands_in(github.render([RATE.replace(message="x" * 100_000)]))
    assert len(long) < 5000


HOSTILE = (
    "::stop-commands::x.py",
    " ::set-output name=report::x.py",
    "x ##[add-mask]reproof",
    "a\n::error::b.py",
)


@given(st.text() | st.sampled_from(HOSTILE), st.text() | st.sampled_from(HOSTILE), st.sampled_from(HOSTILE))
@example("message", HOSTILE[0], HOSTILE[2])
def test_no_text_of_a_file_makes_a_workflow_command(message: str, path: str, source: str) -> None:
    text = github.render([RATE.replace(message=message, path=path, source=source)])
    assert len(commands_in(text)) == 1
    assert "\r" not in text


def test_a_job_that_checks_as_text_gets_no_command_of_a_file(tmp_path: Path) -> None:
    """As a step of a workflow; elsewhere, and in a file, names stand as they are."""
    (tmp_path / "::stop-commands::x.py").write_text(
        "import torch\noptimizer = torch.optim.SGD([], lr=0.1)  ##[x]\n"
    )
    (tmp_path / ".git").mkdir()
    command = [sys.executable, "-m", "reproof", "check", "--format", "text", "."]
    made = [
        subprocess.run(
            command, cwd=tmp_path, env=os.environ | ci, capture_output=True, text=True, check=False
        )
        for ci in ({"GITHUB_ACTIONS": "true"}, {"GITHUB_ACTIONS": ""})
    ]
    inside, outside = (done.stdout for done in made)
    assert outside.startswith("::stop-commands::x.py:2:")
    assert commands_in(inside) == []
    assert inside.replace("\u2060", "") == outside


HOSTILE_SOURCE = """\
import torch
NOTE = \"\"\"
::error::forged
##[set-output name=verdict;]reproduced
\"\"\"
optimizer = torch.optim.SGD([], lr=0.1)
\"\"\"
::stop-commands::x
\"\"\"
"""


@pytest.mark.parametrize(
    "words", [("--diff", "--unsafe-fixes"), ("--format", "json"), ("--format", "sarif"), ("--statistics",)]
)
def test_nothing_that_a_job_prints_is_a_command_of_a_file(tmp_path: Path, words: tuple[str, ...]) -> None:
    """A diff has the lines around a fix, JSON has names. JSON means the same; a file gets all as it is."""
    (tmp_path / "##[x]a.py").write_text(HOSTILE_SOURCE)
    (tmp_path / "params.yaml").write_text("a: 1\n")
    (tmp_path / ".git").mkdir()
    command = [sys.executable, "-m", "reproof", "check", *words, "."]
    made = [
        subprocess.run(
            command, cwd=tmp_path, env=os.environ | ci, capture_output=True, text=True, check=False
        )
        for ci in ({"GITHUB_ACTIONS": "true"}, {"GITHUB_ACTIONS": ""})
    ]
    inside, outside = (done.stdout for done in made)
    assert "##[" in outside or "sarif" in words  # there names are encoded
    for printed in (inside, made[0].stderr):
        assert commands_in(printed) == []
        assert "##[" not in printed
    if "--format" in words:
        assert json.loads(inside) == json.loads(outside)
    else:
        assert inside.replace("\u2060", "") == outside
    with (tmp_path.parent / "file").open("w") as handle:
        ci = {"GITHUB_ACTIONS": "true"}
        subprocess.run(command, cwd=tmp_path, env=os.environ | ci, stdout=handle, check=False)
    assert (tmp_path.parent / "file").read_text() == outside


SARIF_SCHEMA = json.loads((Path(__file__).parent / "sarif_subset.schema.json").read_text())


def log(*findings: Finding) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(sarif.render(list(findings)))
    jsonschema.validate(document, SARIF_SCHEMA)
    official = os.environ.get("REPROOF_SARIF_SCHEMA")
    if official:
        jsonschema.validate(document, json.loads(Path(official).read_text()))
    return document


def test_sarif_holds_each_finding_with_its_rule() -> None:
    (run,) = log(RATE, OUTPUTS, RATE.replace(path="a b/é%.py", span=Span(1, 1, 3, 1)))["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [
        "dirty-notebook",
        "hardcoded-hyperparameter",
    ]
    assert [(each["ruleId"], each["ruleIndex"]) for each in run["results"]] == [
        ("hardcoded-hyperparameter", 1),
        ("dirty-notebook", 0),
        ("hardcoded-hyperparameter", 1),
    ]
    places = [each["locations"][0]["physicalLocation"] for each in run["results"]]
    assert places[0]["region"] == {"startLine": 12, "startColumn": 9, "endLine": 12, "endColumn": 13}
    assert places[1]["region"] == {"startLine": 1}
    assert run["results"][1]["locations"][0]["logicalLocations"][0]["name"] == "cell 3"
    assert places[2]["artifactLocation"]["uri"] == "a%20b/%C3%A9%25.py"


def fingerprints(*findings: Finding) -> list[str]:
    return [
        each["partialFingerprints"]["primaryLocationLineHash"]
        for each in log(*findings)["runs"][0]["results"]
    ]


def test_fingerprints_stay_when_lines_move_and_tell_copies_apart() -> None:
    here = RATE.replace(source="  lr = 0.01")
    moved = here.replace(span=Span(40, 9, 40, 13), source="lr  =  0.01")
    assert fingerprints(here) != fingerprints(here.replace(source="lr = 0.02"))
    assert fingerprints(here, moved)[0] == fingerprints(here)[0]
    assert fingerprints(moved)[0] == fingerprints(here)[0]
    assert len(set(fingerprints(here, moved, here))) == 3


def test_an_empty_log_is_a_log() -> None:
    assert log()["runs"][0]["results"] == []


def test_what_github_would_not_take_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST", 2)
    (run,) = log(RATE, RATE, RATE)["runs"]
    assert len(run["results"]) == 2
    assert "1 further results" in json.dumps(run["invocations"])


def test_all_formats_have_the_same_message_and_help() -> None:
    found = [RATE, OUTPUTS]
    texts = (
        text_format.render(found, colour=False),
        github.render(found),
        sarif.render(found),
        json_format.render(found),
    )
    for text in texts:
        for each in found:
            assert each.message in text
            assert each.help.splitlines()[0] in text
