from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.lint.finding import Aspect, Finding, Fix, Span
from reproof.lint.fixes import Refusal
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
