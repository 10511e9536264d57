"""Messages name a setting where the project keeps it."""

from __future__ import annotations

from pathlib import Path

import pytest

from reproof.named_settings import as_configured
from tests.journeys.program import reproof
from tests.repositories import make_repository

TOLD = {
    'Set it in pyproject.toml: [tool.reproof] train = "python a.py"': (
        'Set it in reproof.toml: train = "python a.py"'
    ),
    '`artifacts = ["a"]` in [tool.reproof]: a result': '`artifacts = ["a"]` in reproof.toml: a result',
    "or correct [tool.reproof] data.": "or correct reproof.toml: data.",
    "`exclude` in [tool.reproof.check] and more": "`exclude` in [check] of reproof.toml and more",
    "Name one: `ref` of [tool.reproof.store].": "Name one: `ref` of [store] of reproof.toml.",
    "or leave it out of [tool.reproof].": "or leave it out of reproof.toml.",
    "In reproof.toml: [check], not [tool.reproof.check].": "In reproof.toml: [check], not [tool.reproof.check].",
    "no setting at all": "no setting at all",
}


@pytest.mark.parametrize("text", TOLD)
def test_a_setting_is_named_as_the_project_has_it(tmp_path: Path, text: str) -> None:
    deep = tmp_path / "project/deep"
    deep.mkdir(parents=True)
    (tmp_path / "reproof.toml").write_text("")  # of somebody else
    (tmp_path / "project/.git").mkdir()
    assert as_configured(text, str(deep)) == text
    (tmp_path / "project/reproof.toml").write_text("")
    assert as_configured(text, str(deep)) == TOLD[text]


def test_outside_of_a_repository_nothing_is_known() -> None:
    assert as_configured("[tool.reproof] data", "/") == "[tool.reproof] data"


@pytest.mark.parametrize("own", [False, True])
def test_an_error_says_where_to_write_what_it_asks_for(tmp_path: Path, own: bool) -> None:
    files = {"a.py": "print()\n"} | ({"reproof.toml": 'params = ["p.json"]\n', "p.json": "{}"} if own else {})
    done = reproof(make_repository(tmp_path / "project", files), "run")
    assert done.returncode == 2
    assert ("Set it in reproof.toml: train = " in done.stderr) is own
    assert ("Set it in pyproject.toml: [tool.reproof] train = " in done.stderr) is not own
