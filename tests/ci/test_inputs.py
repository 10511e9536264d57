"""The action's inputs: defaults, and errors that name the input."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest
import yaml

from reproof.ci.inputs import Inputs, read_inputs
from reproof.errors import UsageError
from tests.e2e.project import ROOT


def test_nothing_given_is_the_default() -> None:
    assert read_inputs({}) == Inputs()
    assert read_inputs({"REPROOF_ACTIVITY": "", "REPROOF_RETRAINS": " ", "REPROOF_FAIL_ON": ""}) == Inputs()


def test_everything_given_is_read() -> None:
    given = {
        "REPROOF_ACTIVITY": "retrain",
        "REPROOF_COMMAND": " python train.py ",
        "REPROOF_PYTHON": "python3.12",
        "REPROOF_RETRAIN": "always",
        "REPROOF_RETRAINS": "3",
        "REPROOF_FAIL_ON": "drifted, failed",
        "REPROOF_COMMENT": "never",
        "REPROOF_TOKEN": "secret",
        "REPROOF_MEASURED": "{}",
        "REPROOF_WORKING_DIRECTORY": "sub",
    }
    assert read_inputs(given) == Inputs(
        "retrain",
        "python train.py",
        "python3.12",
        "always",
        3,
        ("drifted", "failed"),
        "never",
        "secret",
        "{}",
        "sub",
    )


def test_none_fails_on_nothing() -> None:
    assert read_inputs({"REPROOF_FAIL_ON": "none"}).fail_on == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("activity", "replay"),
        ("retrain", "sometimes"),
        ("retrains", "0"),
        ("retrains", "-1"),
        ("retrains", "many"),
        ("retrains", "٣"),
        ("retrains", "9" * 5000),
        ("fail-on", "worse"),
        ("fail-on", "none drifted"),
        ("comment", "loud"),
    ],
)
def test_an_unknown_value_is_an_error_that_names_the_input(name: str, value: str) -> None:
    variable = f"REPROOF_{name.upper().replace('-', '_')}"
    with pytest.raises(UsageError, match=f"the input {name} must be"):
        read_inputs({variable: value})


def test_the_token_is_not_in_the_repr() -> None:
    assert "secret" not in repr(Inputs(token="secret"))


def test_the_action_hands_over_each_input_that_is_read_and_no_other() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    handed = action["runs"]["steps"][-1]["env"]
    names = {field.name for field in fields(Inputs)}
    assert {key.removeprefix("REPROOF_").lower() for key in handed} - {"training_bin"} == names
    assert {name.replace("-", "_") for name in action["inputs"]} == names | {"install"}
    for key, value in handed.items():
        if key != "REPROOF_TRAINING_BIN":
            assert re.fullmatch(r"\$\{\{ inputs\.[a-z-]+ \}\}", value)
