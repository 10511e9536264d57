"""A framework that a user describes: what it becomes, and which entry an error names."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from reproof.lint.catalogue import user
from reproof.lint.catalogue.load import framework
from reproof.lint.catalogue.tables import Parameter
from reproof.lint.catalogue.user import WrongEntry, user_framework


def test_a_user_s_framework_is_like_ours() -> None:
    table = tomllib.loads(
        """
        callables = { Trainer = { lr = "training", depth = { kind = "model", position = 1 } }, "**" = {} }
        methods = { fit = { rounds = { kind = "training", default = "10", strict = true } } }
        objects = { tokenizer = { max_length = "preprocessing" } }
        parameters = { learning_rate = "training" }
        aliases = { eta = "learning_rate" }
        """
    )
    found = user_framework("mylib", table)
    assert (found.name, found.roots, found.companion) == ("mylib", ("mylib",), False)
    entry = found.find("mylib.train.Trainer")
    assert entry is not None
    assert entry.at(1) == Parameter("depth", "model", position=1)
    assert entry.parameters["lr"] == Parameter("lr", "training")
    assert found.methods["fit"].parameters["rounds"].strict
    assert found.objects["tokenizer"].parameters["max_length"].kind == "preprocessing"
    assert found.parameters["eta"].name == "learning_rate"


def test_a_user_s_entries_lie_over_ours_and_false_takes_away() -> None:
    table = {"callables": {"Adam": {"lr": False, "warm": "training"}, "SGD": False, "Mine": {"x": "model"}}}
    found = user_framework("torch", table)
    ours = framework("torch")
    assert found.version == ours.version
    assert found.roots == ours.roots
    assert set(found.callables["Adam"].parameters) == {*ours.callables["Adam"].parameters, "warm"} - {"lr"}
    assert "SGD" not in found.callables
    assert "Mine" in found.callables
    assert "SGD" in ours.callables


def test_a_user_s_framework_may_take_all_its_parameters_by_keyword() -> None:
    found = user_framework("mylib", {"callables": {"Trainer": {"**": True}}, "parameters": {"a": "model"}})
    assert found.callables["Trainer"].takes_all


@pytest.mark.parametrize(
    ("table", "inside", "what"),
    [
        pytest.param([], "", "a table", id="no-table"),
        pytest.param({"callable": {}}, "", "one of the keys roots", id="misspelt-section"),
        pytest.param({"callables": []}, ".callables", "a table", id="a-list-of-callables"),
        pytest.param({"callables": {"T": 3}}, ".callables.T", "a table of parameters", id="a-number"),
        pytest.param(
            {"callables": {"T": {"lr": "trainig"}}},
            ".callables.T.lr",
            "one of training",
            id="a-kind-misspelt",
        ),
        pytest.param(
            {"methods": {"fit": {"lr": {"kind": "x"}}}},
            ".methods.fit.lr.kind",
            "one of training",
            id="the-long-form's-kind",
        ),
        pytest.param(
            {"callables": {"T": {"lr": {"position": 1}}}},
            ".callables.T.lr.kind",
            "one of training",
            id="no-kind",
        ),
        pytest.param(
            {"callables": {"T": {"lr": {"kind": "model", "pos": 1}}}},
            ".callables.T.lr",
            "one of the keys kind",
            id="a-row's-key-misspelt",
        ),
        pytest.param(
            {"callables": {"T": {"lr": {"kind": "model", "position": True}}}},
            ".callables.T.lr.position",
            "a whole number",
            id="a-position-that-is-a-switch",
        ),
        pytest.param(
            {"callables": {"T": {"lr": {"kind": "model", "position": -1}}}},
            ".callables.T.lr.position",
            "a whole number",
            id="a-position-below-0",
        ),
        pytest.param(
            {"callables": {"T": {"p": {"kind": "model", "holds": "dict"}}}},
            ".callables.T.p.holds",
            "one of params",
            id="holds-what",
        ),
        pytest.param(
            {"callables": {"T": {"p": {"kind": "model", "strict": 1}}}},
            ".callables.T.p.strict",
            "true or false",
            id="strict-as-a-number",
        ),
        pytest.param({"callables": {"T": {"**": "model"}}}, ".callables.T.**", "true", id="all-with-a-kind"),
        pytest.param(
            {"parameters": {"lr": {"kind": "model", "position": 0}}},
            ".parameters.lr.position",
            "left out",
            id="a-dict's-key-has-no-position",
        ),
        pytest.param({"aliases": {"eta": 3}}, ".aliases.eta", "the name", id="an-alias-of-a-number"),
        pytest.param(
            {"aliases": {"eta": "lr"}}, ".aliases.eta", "a key of `parameters`", id="an-alias-of-nothing"
        ),
        pytest.param({"roots": "mylib"}, ".roots", "a list of import roots", id="one-root-as-text"),
        pytest.param({"roots": ["my.lib"]}, ".roots", "a list of import roots", id="a-dotted-root"),
        pytest.param({"companion": "yes"}, ".companion", "true or false", id="companion-as-text"),
    ],
)
def test_an_error_names_the_entry_and_what_it_must_be(table: Any, inside: str, what: str) -> None:
    with pytest.raises(WrongEntry) as raised:
        user_framework("mylib", table)
    assert raised.value.inside == inside
    assert raised.value.what.startswith(what)


def test_what_is_wrong_with_a_user_s_framework_is_not_kept() -> None:
    with pytest.raises(WrongEntry):
        user_framework("torch", {"callables": {"Adam": {"lr": "x"}}})
    assert "lr" in framework("torch").callables["Adam"].parameters


def test_every_key_of_a_user_s_framework_is_documented() -> None:
    page = (Path(__file__).parents[3] / "docs/reference/configuration.md").read_text()
    section = page.partition("## `[tool.reproof.check.hyperparameters]`")[2].partition("\n## ")[0]
    assert [key for key in (*user._KEYS, *user._ROW) if f"\n| `{key}` |" not in section] == []
