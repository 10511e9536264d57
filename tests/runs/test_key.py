"""Every declared input is in the key; nothing that was observed is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.runs.key import key_of
from reproof.runs.record import Code, Config, DataFile, Environment, Observed, RunRecord, Seed
from tests.runs.records import RECORDS, record
from tests.runs.snapshots import declared_by

PLAIN = record()
PROJECT: dict[str, str | bytes] = {
    "train.py": "print(1)\n",
    "src/model.py": "x = 1\n",
    "params.yaml": "lr: 0.1\nseed: 7\nnested: {deep: [1, 2]}\n",
    "requirements.txt": "numpy==2.1.3\n",
    ".python-version": "3.11\n",
    "data.csv.dvc": "outs:\n- md5: 0123456789abcdef0123456789abcdef\n  path: data.csv\n",
}


def code(**changes: Any) -> RunRecord:
    return replace(PLAIN, code=replace(PLAIN.code, **changes))


def config(**changes: Any) -> RunRecord:
    return replace(PLAIN, config=replace(PLAIN.config, **changes))


@pytest.mark.parametrize(
    "other",
    [
        code(files=(("train.py", "e" * 40),)),
        code(files=(("main.py", "b" * 40),)),
        code(files=(*PLAIN.code.files, ("new.py", "b" * 40))),
        code(patch="+x\n"),
        config(commands=(("train", "python train.py --fast"),)),
        config(commands=(("fit", "python train.py"),)),
        config(parameters=(("lr", 0.2),)),
        config(parameters=(("lr", "0.1"),)),
        config(parameters=()),
        config(parameters=(("lr", 0.1), ("x", None))),
        config(seed=Seed("random_state", 1)),
        config(seed=None),
        replace(PLAIN, environment=Environment((("numpy", "2.2.0"),))),
        replace(PLAIN, environment=Environment(())),
        replace(PLAIN, data=(DataFile("data/raw.csv", "md5:" + "e" * 32),)),
        replace(PLAIN, data=(DataFile("data/new.csv", "md5:" + "d" * 32),)),
        replace(PLAIN, data=()),
    ],
)
def test_any_single_declared_input_changes_the_key(other: RunRecord) -> None:
    assert key_of(other) != key_of(PLAIN)


@pytest.mark.parametrize(
    "other",
    [
        code(commit="f" * 40, branch="feature", remote="https://example.org/x"),
        config(seed=Seed("seed", 2)),
        replace(
            PLAIN, id="f" * 12, created="2027-01-31T12:00:00+00:00", origin="ci", kind="locked", reproof="9"
        ),
        replace(PLAIN, environment=replace(PLAIN.environment, observed=None, sources=("uv.lock",))),
        replace(
            PLAIN, environment=replace(PLAIN.environment, observed=Observed("PyPy 7", (("numpy", "1"),)))
        ),
        replace(PLAIN, data=(replace(PLAIN.data[0], size=11, stages=("other",)),)),
        record(metrics={"auc": 0.1}),
    ],
)
def test_nothing_that_was_observed_changes_it(other: RunRecord) -> None:
    assert key_of(other) == key_of(PLAIN)


def test_the_type_of_a_parameter_is_a_part_of_its_value() -> None:
    keys = {key_of(config(parameters=(("x", value),))) for value in (1, 1.0, True, "1", None)}
    assert len(keys) == 5


@given(RECORDS, st.randoms())
def test_order_does_not_change_it(made: RunRecord, chance: Any) -> None:
    def shuffled(items: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(chance.sample(items, len(items)))

    data = tuple({item.path: item for item in made.data}.values())
    made = replace(made, data=data)
    other = replace(
        made,
        code=replace(made.code, files=shuffled(made.code.files)),
        config=Config(shuffled(made.config.commands), shuffled(made.config.parameters), made.config.seed),
        environment=replace(made.environment, declared=shuffled(made.environment.declared)),
        data=shuffled(data),
    )
    assert key_of(other) == key_of(made)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("train.py", "print(2)\n"),
        ("src/model.py", "x = 2\n"),
        ("src/new.py", ""),
        ("params.yaml", "lr: 0.2\nseed: 7\nnested: {deep: [1, 2]}\n"),
        ("params.yaml", "lr: 0.1\nseed: 7\nnested: {deep: [2, 1]}\n"),
        ("requirements.txt", "numpy==2.2.0\n"),
        (".python-version", "3.12\n"),
        ("data.csv.dvc", "outs:\n- md5: 1123456789abcdef0123456789abcdef\n  path: data.csv\n"),
        ("reproof.toml", 'train = "python train.py --fast"\n'),
    ],
)
def test_any_declared_input_of_a_repository_changes_its_key(path: str, text: str) -> None:
    assert declared_by(PROJECT | {path: text}).key != declared_by(PROJECT).key


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", "# Hello\n"),
        ("metrics.json", '{"auc": 0.1}\n'),
        ("params.yaml", "nested:\n  deep:\n  - 1\n  - 2\nseed: 8 # other\nlr: 1e-1\n"),
        ("requirements.txt", "# pinned\nNumPy == 2.1.3 --hash=sha256:00\n"),
        ("reproof.toml", 'timeout = "1m"\n[compare]\nretrains = 1\n'),
    ],
)
def test_what_is_no_input_does_not(path: str, text: str) -> None:
    assert declared_by(PROJECT | {path: text}).key == declared_by(PROJECT).key


def test_of_a_notebook_the_code_cells_are_in_the_key_and_nothing_else() -> None:
    def notebook(source: str, output: str = "", prose: str = "") -> str:
        cells = (
            f'{{"cell_type": "markdown", "metadata": {{}}, "source": ["{prose}"]}},'
            f'{{"cell_type": "code", "metadata": {{}}, "outputs": ["{output}"], "source": ["{source}"]}}'
        )
        return f'{{"cells": [{cells}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 4}}'

    def key(text: str) -> str:
        return declared_by({"train.py": "", "explore.ipynb": text}).key

    assert key(notebook("a")) == key(notebook("a", "out", "prose"))
    assert key(notebook("a")) != key(notebook("b"))
    assert key("not a notebook") != key("nor this")


def test_the_code_of_a_dirty_tree_is_told_by_its_patch_too() -> None:
    assert key_of(code(patch="caf\udce9")) != key_of(code(patch="cafe"))
    assert key_of(replace(PLAIN, code=Code("c" * 40, PLAIN.code.files, patch=""))) == key_of(PLAIN)
