"""Keys of many and of hostile literals: always found, always different, and soon."""

from __future__ import annotations

import ast

from hypothesis import given
from hypothesis import strategies as st

from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.parameters.placing import SECTIONS, Surroundings, keys, spelled_value
from reproof.lint.source import Code

NAMES = st.sampled_from(["lr", "opt", "f", "train", "lr_d", "Opt", "main"])


def hits_of(source: str, named: str = "lr", kind: str = "training") -> list[Hit]:
    code = Code(source)
    numbers = [
        node for node in ast.walk(code.tree) if isinstance(node, ast.Constant) and isinstance(node.value, int)
    ]
    return [Hit(code, node, named, kind) for node in numbers]


def check(hits: list[Hit], found: list[tuple[str, ...]]) -> None:
    meant: dict[tuple[str, ...], set[str]] = {}
    taken: dict[tuple[str, ...], set[str]] = {}
    around = Surroundings(hits)
    for hit, key in zip(hits, found, strict=True):
        assert key[0] == SECTIONS[hit.kind]
        meant.setdefault(key, set()).add(spelled_value(hit))
        taken.setdefault(key, set()).update({around.caller(hit)} - {""})
    assert all(len(values) == 1 for values in meant.values()), "one key, two values"
    assert all(len(callers) <= 1 for callers in taken.values()), "one key, two callables"
    sections = {key[:length] for key in meant for length in range(1, len(key))}
    assert not sections & meant.keys(), "a key is a value and a section at once"


def test_a_value_on_the_way_to_a_section_does_not_hold_up_the_search() -> None:
    inner = "def f():\n    opt = g(1)\n    opt = g(2)\n    lr = 3\n"
    hits = [*hits_of(inner), *hits_of("f = 4\n", named="f"), *hits_of(inner.replace("1", "5"))]
    check(hits, keys(hits))


@given(st.lists(st.tuples(NAMES, NAMES, NAMES, st.integers(1, 4), NAMES), max_size=12))
def test_any_code_gets_keys_that_mean_one_value_each(
    parts: list[tuple[str, str, str, int, str]],
) -> None:
    hits: list[Hit] = []
    for function, variable, called, value, named in parts:
        hits += hits_of(f"def {function}():\n    {variable} = {called}(lr={value})\n", named=named)
    check(hits, keys(hits))


def test_thousands_of_different_values_are_told_apart_soon() -> None:
    hits = hits_of("".join(f"SGD(a, lr={number})\n" for number in range(3000)))
    found = keys(hits)
    check(hits, found)
    assert len(set(found)) == 3000
