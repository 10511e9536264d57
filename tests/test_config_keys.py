"""Values of the configuration that git would refuse or read as something else; configurations that nobody reads."""

from __future__ import annotations

import contextlib
import subprocess
from typing import TYPE_CHECKING

import pytest

from reproof.config import ConfigError, parse_config, refuse_configuration_below

if TYPE_CHECKING:
    from pathlib import Path

REFS = ("refs/heads/reproof-records", "refs/reproof/records", "refs/heads/té/x.y", "refs/heads/-a")
NO_REFS = (
    *("", "main", "reproof-records", "refs/heads", "refs/heads/", "refs/heads/x y", "refs/heads/a..b"),
    *(
        "refs/heads/.a",
        "refs//heads/a",
        "refs/heads/a.lock",
        "refs/heads/a.",
        "refs/heads/a@{1}",
        "refs/heads/a:b",
    ),
    *("refs/heads/a~1", "refs/heads/a*", "refs/heads/a\\b", "refs/heads/a\x07"),
)


@pytest.mark.parametrize("ref", REFS)
def test_a_ref_in_full_is_taken(ref: str) -> None:
    assert subprocess.run(["git", "check-ref-format", ref], check=False).returncode == 0
    assert parse_config({"store": {"ref": ref}}, "", "reproof.toml").store.ref == ref


@pytest.mark.parametrize("ref", [*NO_REFS, 3])
def test_any_other_ref_is_refused_with_one_that_would_do(ref: str | int) -> None:
    with pytest.raises(ConfigError, match=r"store\.ref must be a ref in full, such as refs/heads/"):
        parse_config({"store": {"ref": ref}}, "", "reproof.toml")


@pytest.mark.parametrize(("key", "value"), [("metrics", "metrics.json"), ("fail-on", "drifted")])
def test_one_word_where_a_list_is_wanted_is_told_its_brackets(key: str, value: str) -> None:
    table = {"compare": {key: value}} if key == "fail-on" else {key: value}
    with pytest.raises(ConfigError) as refused:
        parse_config(table, "", "reproof.toml")
    assert refused.value.hint == f"Write it in brackets: ['{value}']."


BELOW = {
    "reproof.toml": ("svc/a/reproof.toml", "metrics = ['m.json']\n", True),
    "pyproject.toml": ("svc/pyproject.toml", "[tool.reproof]\ntrain = 'python a.py'\n", True),
    "rules alone": ("svc/a/pyproject.toml", "[tool.reproof.check]\nstrict = true\n", False),
    "another tool's": ("svc/a/pyproject.toml", "[tool.ruff]\nline-length = 90\n", False),
    "a folder beside": ("svc/b/reproof.toml", "metrics = ['m.json']\n", False),
    "at the root": ("reproof.toml", "metrics = ['m.json']\n", False),
}


@pytest.mark.parametrize(("path", "text", "refused"), BELOW.values(), ids=BELOW)
def test_a_configuration_of_trainings_that_nobody_reads_is_refused(
    tmp_path: Path, path: str, text: str, refused: bool
) -> None:
    (tmp_path / "svc/a").mkdir(parents=True)
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(text)
    with pytest.raises(ConfigError, match=f"^{path} is not read") if refused else contextlib.nullcontext():
        refuse_configuration_below(str(tmp_path), str(tmp_path / "svc/a"))
