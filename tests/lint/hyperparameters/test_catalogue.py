"""The catalogue's files: complete, consistent, and what the loader makes of them."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from reproof.lint.catalogue import load
from reproof.lint.catalogue.load import ROOTS, framework

HERE = Path(load.__file__).parent
KINDS = {"training", "model", "split", "preprocessing", "features", "labels", "evaluation"}
FRAMEWORKS = sorted(set(ROOTS.values()))


def test_the_roots_are_those_of_the_files() -> None:
    stated = {}
    for path in sorted(HERE.glob("*/*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        stated.update(dict.fromkeys(document.get("roots", ()), path.stem))
    assert stated == dict(ROOTS)


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_a_framework_states_version_and_source_and_known_kinds(name: str) -> None:
    found = framework(name)
    assert found.version
    assert found.source
    entries = [*found.callables.values(), *found.methods.values(), *found.objects.values()]
    parameters = [parameter for entry in entries for parameter in entry.parameters.values()]
    assert {parameter.kind for parameter in [*parameters, *found.parameters.values()]} <= KINDS
    for parameter in parameters:
        if parameter.default is not None:
            ast.literal_eval(parameter.default)


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_no_two_parameters_share_a_position(name: str) -> None:
    for entry in framework(name).callables.values():
        taken = [
            parameter.position for parameter in entry.parameters.values() if parameter.position is not None
        ]
        assert len(taken) == len(set(taken)), entry


@pytest.mark.parametrize(
    "name", ["random_state", "n_jobs", "verbose", "num_workers", "device", "seed", "copy"]
)
def test_run_time_parameters_are_nowhere(name: str) -> None:
    for library in FRAMEWORKS:
        found = framework(library)
        entries = [*found.callables.values(), *found.methods.values(), *found.objects.values()]
        assert not [entry for entry in entries if name in entry.parameters]
        assert name not in found.parameters


def test_a_reviewed_file_takes_away_and_adds() -> None:
    found = framework("torch").callables
    assert "shuffle" not in found["DataLoader"].parameters
    assert found["LSTM"].parameters["dropout"].position == 5
    assert found["Dropout"].parameters["p"].name == "dropout"


def test_aliases_lead_to_one_name() -> None:
    assert framework("xgboost").parameters["eta"].name == "learning_rate"
    assert framework("lightgbm").parameters["boosting"].name == "boosting_type"
