"""A seed in a params file: that value is changed, and nothing else."""

from __future__ import annotations

import pytest

from reproof.errors import UsageError
from reproof.training.seeding import set_parameter

CHANGES = {
    "YAML keeps its comments": (
        "p.yaml",
        "a: 1\nt:\n  seed: 3  # why\n",
        "t.seed",
        "a: 1\nt:\n  seed: 7  # why\n",
    ),
    "YAML in one line": ("p.yaml", "é: {seed: 3, x: 1}\n", "é.seed", "é: {seed: 7, x: 1}\n"),
    "a key with a dot": ("p.yaml", "a.b: 3\na: {b: 1}\n", "a.b", "a.b: 7\na: {b: 1}\n"),
    "TOML in its own table": (
        "p.toml",
        "seed = 1\n[t]\nseed = 3\n",
        "t.seed",
        "seed = 1\n[t]\nseed = 7\n",
    ),
    "JSON": ("p.json", '{"seed": 3}', "seed", '{\n  "seed": 7\n}\n'),
}


@pytest.mark.parametrize(("path", "text", "name", "expected"), CHANGES.values(), ids=CHANGES)
def test_the_value_is_changed_and_nothing_else(path: str, text: str, name: str, expected: str) -> None:
    assert set_parameter(text.encode(), path, name, 7).decode() == expected


REFUSED = {
    "no such name": ("p.yaml", "a: 1\n", "seed"),
    "an anchor, which stands in two places": ("p.yaml", "a: &x 3\nb: *x\n", "a"),
    "a list": ("p.yaml", "[1]\n", "seed"),
}


@pytest.mark.parametrize(("path", "text", "name"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_changed_alone_is_refused(path: str, text: str, name: str) -> None:
    with pytest.raises(UsageError):
        set_parameter(text.encode(), path, name, 7)
