"""A stage's key changes with what the stage declares and with what comes before it, and with nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.errors import UsageError
from tests.runs.snapshots import declared_by

Text = str | bytes
PIPELINE = """\
stages:
  prepare:
    cmd: python src/prepare.py
    deps: [src/prepare.py, data/raw.csv]
    params: [split]
    outs: [data/ready]
  train:
    cmd: python src/train.py
    deps: [src/train.py, src/lib, data/ready, libs/shared/net.py]
    params: [train.lr, {conf/net.yaml: }]
    outs: [model.bin]
  evaluate:
    cmd: python src/evaluate.py
    deps: [src/evaluate.py, model.bin, data/test.csv]
    metrics: [metrics.json]
"""
PARAMS = "split: {at: 0.2, seed: 3}\ntrain: {lr: 0.1, random_state: 1}\nused: by nobody\n"
FILES: dict[str, Text] = {
    "dvc.yaml": PIPELINE,
    "params.yaml": PARAMS,
    "conf/net.yaml": "layers: [1, 2]\n",
    "src/prepare.py": "1\n",
    "src/train.py": "2\n",
    "src/lib/net.py": "3\n",
    "src/evaluate.py": "4\n",
    "data/raw.csv.dvc": f"outs: [{{md5: {'a' * 32}, path: raw.csv}}]\n",
    "data/test.csv": "x\n1\n",
    "requirements.txt": "numpy==2.1.3\n",
    "README.md": "read me\n",
    "reproof.toml": 'seed = "train.random_state"\n',
}
ALL = {"prepare", "train", "evaluate"}


def keys(files: dict[str, Text]) -> dict[str, str]:
    return dict(declared_by(files).stage_keys)


def changed(changes: dict[str, Text]) -> set[str]:
    before, after = keys(FILES), keys(FILES | changes)
    assert before.keys() == after.keys()
    return {name for name in before if before[name] != after[name]}


# What is changed -> the stages whose keys change.
CHANGES: dict[str, tuple[dict[str, Text], set[str]]] = {
    "code-of-the-last-stage": ({"src/evaluate.py": "5\n"}, {"evaluate"}),
    "code-of-the-middle": ({"src/train.py": "5\n"}, {"train", "evaluate"}),
    "code-below-a-folder": ({"src/lib/net.py": "5\n"}, {"train", "evaluate"}),
    "new-code-below-a-folder": ({"src/lib/new.py": ""}, {"train", "evaluate"}),
    "code-of-the-first": ({"src/prepare.py": "5\n"}, ALL),
    "data-of-the-first": ({"data/raw.csv.dvc": f"outs: [{{md5: {'b' * 32}, path: raw.csv}}]\n"}, ALL),
    "data-of-the-last": ({"data/test.csv": "x\n2\n"}, {"evaluate"}),
    "a-parameter-of-the-first": ({"params.yaml": PARAMS.replace("at: 0.2", "at: 0.3")}, ALL),
    "a-parameter-of-the-middle": ({"params.yaml": PARAMS.replace("lr: 0.1", "lr: 0.2")}, {"train", "evaluate"}),
    "a-whole-params-file": ({"conf/net.yaml": "layers: [2, 1]\n"}, {"train", "evaluate"}),
    "a-parameter-that-no-stage-names": ({"params.yaml": PARAMS.replace("nobody", "all")}, ALL),
    "the-seed-s-value": ({"params.yaml": PARAMS.replace("random_state: 1", "random_state: 2")}, set()),
    "another-seed-is-a-parameter": ({"params.yaml": PARAMS.replace("seed: 3", "seed: 4")}, ALL),
    "the-name-of-the-seed": ({"reproof.toml": 'seed = "split.seed"\n'}, ALL),
    "the-command-of-the-last": ({"dvc.yaml": PIPELINE.replace("evaluate.py\n", "evaluate.py -q\n")}, {"evaluate"}),
    "the-environment": ({"requirements.txt": "numpy==2.2.0\n"}, ALL),
    "prose": ({"README.md": "read me\r\n", "docs/x.md": ""}, set()),
    "results": ({"metrics.json": "{}", "dvc.lock": "schema: '2.0'\n"}, set()),
    "order": (
        {
            "params.yaml": "used: by nobody\ntrain: {random_state: 1, lr: 1e-1}\nsplit: {seed: 3, at: 0.2}\n",
            "dvc.yaml": PIPELINE.replace("src/evaluate.py, model.bin", "model.bin, src/evaluate.py"),
        },
        set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_a_change_reaches_the_stages_that_it_concerns_and_those_after(
    changes: dict[str, Text], expected: set[str]
) -> None:
    assert changed(changes) == expected


def test_where_a_stage_has_another_key_the_run_has_too() -> None:
    for changes, expected in CHANGES.values():
        same = declared_by(FILES).key == declared_by(FILES | changes).key
        assert same is (expected == set())


def test_no_two_stages_have_one_key() -> None:
    twins = "stages: {a: {cmd: x, outs: [a]}, b: {cmd: x, outs: [b]}}\n"
    assert len(set(keys({"dvc.yaml": twins}).values())) == 2


def test_stages_in_a_circle_are_an_error_that_names_them() -> None:
    circle = "stages: {a: {cmd: x, deps: [b], outs: [a]}, b: {cmd: x, deps: [a], outs: [b]}, c: {cmd: x}}\n"
    with pytest.raises(UsageError, match="wait for each other in a circle: a, b"):
        keys({"dvc.yaml": circle})


def test_a_pipeline_of_thousands_of_stages_takes_no_minutes() -> None:
    chain = "stages:\n" + "".join(
        f"  s{number}: {{cmd: x, deps: [o{number - 1}], outs: [o{number}]}}\n" for number in range(1, 1500)
    )
    files: dict[str, Text] = {"dvc.yaml": chain, "o0": ""}
    assert len(keys(files)) == 1499


@given(st.data())
def test_of_any_pipeline_a_change_of_one_script_reaches_exactly_what_comes_after(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 6))
    before = [data.draw(st.sets(st.integers(0, number - 1))) if number else set() for number in range(count)]
    order = data.draw(st.permutations(range(count)))
    stages = "".join(
        f"  s{number}: {{cmd: x, deps: [{', '.join([f's{number}.py', *(f'o{one}' for one in before[number])])}],"
        f" outs: [o{number}]}}\n"
        for number in order
    )
    files: dict[str, Text] = {"dvc.yaml": "stages:\n" + stages}
    for number in range(count):
        files[f"s{number}.py"] = ""
    touched = data.draw(st.integers(0, count - 1))
    expected = {touched}
    for number in range(count):
        if before[number] & expected:
            expected.add(number)
    old, new = keys(files), keys(files | {f"s{touched}.py": "changed"})
    assert {name for name in old if old[name] != new[name]} == {f"s{number}" for number in expected}
