"""Values of the configuration that git would refuse, or read as something else."""

from __future__ import annotations

import subprocess

import pytest

from reproof.config import ConfigError, parse_config

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
