"""Places of keys and values in TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from reproof.lint.requirements.toml_places import parse_toml, read_toml
from reproof.lint.source import InvalidFile

if TYPE_CHECKING:
    from reproof.lint.requirements.toml_places import KeyPath

TEXT = '''\
# "not a string"
top = "x"  # ]
a.b."c d" = 'y'
[[many]]
one = ["s", """t " " """, {in = 'u', "q.r" = ["s"]},
  "s", # "s"
]
[many.sub]
when = 1979-05-27 07:32:00
[[many]]
"esc\\u0061pe" = "\\"v\\""
[[many.deep]]
w = \'\'\'
z\'\'\'\'
[[many.deep]]
w = []
[tool.poetry.dependencies.numpy]
version = "^1"
'''


def strings(value: object, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from strings(each, (*path, key))
    elif isinstance(value, list):
        for position, each in enumerate(value):
            yield from strings(each, (*path, position))


@pytest.mark.parametrize("text", [TEXT, TEXT.replace("\n", "\r\n")])
def test_every_string_is_found_where_it_stands(text: str) -> None:
    toml = read_toml(text)
    found = dict(strings(toml.document))
    assert len(found) == 10
    for path, value in found.items():
        start, end = toml.values[path]
        assert tomllib.loads(f"it = {text[start:end]}")["it"] == value


def test_equal_strings_have_places_of_their_own() -> None:
    toml = read_toml(TEXT)
    first, second = toml.values["many", 0, "one", 0], toml.values["many", 0, "one", 3]
    assert first != second
    assert TEXT[slice(*first)] == TEXT[slice(*second)] == '"s"'


def test_a_table_with_a_header_has_its_last_key_as_place() -> None:
    toml = read_toml(TEXT)
    start, end = toml.keys["tool", "poetry", "dependencies", "numpy"]
    assert TEXT[start - len("dependencies.") : end + 1] == "dependencies.numpy]"


@pytest.mark.parametrize(
    ("text", "line"), [("a = 1\nb = \n", 2), ('a = "x', 1), ("a = 1\n\n\n[b", 4), ("a = [\n1\n", 3)]
)
def test_broken_toml_is_told_with_its_line(text: str, line: int) -> None:
    with pytest.raises(InvalidFile) as caught:
        parse_toml(text)
    assert caught.value.line == line


def test_deep_nesting_is_told_and_does_not_crash() -> None:
    with pytest.raises(InvalidFile, match="nested too deeply"):
        read_toml("a = " + "[" * 100_000)
