"""YAML of strangers gives plain values or a named error: no object, no bomb, no crash."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reproof.errors import UsageError
from reproof.yaml_text import MOST_DEPTH, load_yaml

LAYERS = b"".join(b"%c: &%c [" % (c, c) + b",".join([b"*%c" % (c - 1)] * 9) + b"]\n" for c in range(98, 108))
MERGES = b"".join(
    b"%c: &%c {<<: [" % (c, c) + b",".join([b"*%c" % (c - 1)] * 9) + b"]}\n" for c in range(98, 108)
)


def test_plain_values_are_read_as_dvc_reads_them() -> None:
    text = b"a: 1e-3\nb: -5E2\nc: 1.5\nd: 2026-01-31\ne: 12:30\nf: [1, x, null, true]\ng: {}\n"
    loaded = load_yaml(text, "p.yaml")
    assert loaded["a"] == 0.001
    assert isinstance(loaded["a"], float)
    assert (loaded["b"], loaded["c"], loaded["d"]) == (-500.0, 1.5, "2026-01-31")
    assert (loaded["f"], loaded["g"]) == ([1, "x", None, True], {})
    assert load_yaml(b"", "p.yaml") is None


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"a: 1\nb: [\n", "p.yaml:3: not YAML"),
        (b"a: 1\n\tb: 2\n", "p.yaml:2: not YAML"),
        (b"a: 1\n---\nb: 2\n", "p.yaml:2: not YAML: but found another document"),
        (b"a: 1\n[x]: {}: 2\n", "p.yaml:2: not YAML"),
        (b"? [a]\n: 1\n", "unhashable"),
        (b"\0", "p.yaml: not YAML"),
        (b"a: \xff\n", "p.yaml: not YAML"),
        (b"a: 1\nb: !!python/object/apply:os.system [id]\n", "p.yaml:2: not YAML: could not determine"),
        (b"!ours x", "p.yaml:1: not YAML: could not determine"),
        (b"!!set {a, b}", "p.yaml:1: not YAML: could not determine"),
        (b"!!binary aGk=", "p.yaml:1: not YAML: could not determine"),
        (b"!!timestamp 2026-01-31", "p.yaml:1: not YAML: could not determine"),
        (b"!!bool maybe", "p.yaml: not YAML: a value is not of the type"),
        (b"!!int ''", "p.yaml: not YAML: a value is not of the type"),
        (b"1" * 5000, "p.yaml: not YAML"),
        (b"a: *b", "p.yaml:1: not YAML: found undefined alias"),
        (b"a: &a [*a]", "contains itself"),
        (b"a: &a\n <<: *a\n", "contains itself"),
        (b"[" * 100_000, f"nested more than {MOST_DEPTH} levels"),
        (b"{a: " * 100_000, f"nested more than {MOST_DEPTH} levels"),
        (b"- " * 100_000 + b"x", f"nested more than {MOST_DEPTH} levels"),
        (b"a: &a [x]\n" + LAYERS, "aliases expand"),
        (b"a: &a {x: 1}\n" + MERGES, "aliases expand"),
    ],
)
def test_what_is_no_plain_yaml_is_refused_in_no_time(data: bytes, says: str) -> None:
    started = time.monotonic()
    with pytest.raises(UsageError) as refused:
        load_yaml(data, "p.yaml")
    assert time.monotonic() - started < 2
    assert says in refused.value.message


def test_ordinary_aliases_are_followed() -> None:
    assert load_yaml(b"a: &a {x: 1}\nb: {<<: *a, y: 2}\n", "p.yaml") == {"a": {"x": 1}, "b": {"x": 1, "y": 2}}


# PyYAML writes `1e5` without quotes, as YAML 1.1 may; for YAML 1.2, and for us, that is a number.
TEXTS = st.text().filter(lambda text: not re.fullmatch(r"[-+]?[0-9]+[eE][-+]?[0-9]+", text))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)


@given(PLAIN)
def test_plain_values_come_back(value: Any) -> None:
    assert (
        load_yaml(
            yaml.safe_dump(
                value,
            ).encode(),
            "p.yaml",
        )
        == value
    )


@given(st.binary(max_size=60) | st.text("[]{}&*!:-?|>'\"%@`,# \nab1.e<~", max_size=40).map(str.encode))
def test_any_bytes_give_plain_values_or_a_named_error(data: bytes) -> None:
    try:
        loaded = load_yaml(data, "p.yaml")
    except UsageError as error:
        assert error.message.startswith("p.yaml")
    else:
        json.dumps(loaded, skipkeys=True)
