"""Every declared input is in the key; nothing that was observed is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.runs.key import key_fits, key_of, run_key
from reproof.runs.record import Code, Config, DataFile, Environment, FoundSeed, Observed, RunRecord, Seed
from tests.runs.records import RECORDS, record
from tests.runs.snapshots import Content, Link, Submodule, declared_by

PLAIN = record()
PROJECT: dict[str, Content] = {
    "libs/shared": Submodule("1" * 40),
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
        code(commit="f" * 40, branch="feature", remote="https://example.org/x", tree="e" * 40),
        code(submodules=(("docs/theme", "e" * 40),)),
        config(seeds=(FoundSeed("train.py:1 random.seed", 3),), variables=(("OMP_NUM_THREADS", "1"),)),
        config(seed=Seed("seed", 2)),
        replace(
            PLAIN, id="f" * 12, created="2027-01-31T12:00:00+00:00", origin="ci", kind="locked", reproof="9"
        ),
        replace(PLAIN, environment=replace(PLAIN.environment, observed=None, sources=("uv.lock",))),
        replace(
            PLAIN, environment=replace(PLAIN.environment, observed=Observed("PyPy 7", (("numpy", "1"),)))
        ),
        replace(
            PLAIN,
            data=(replace(PLAIN.data[0], size=11, stages=("other",), rows=3, source="s3://x", version="2"),),
        ),
        record(metrics={"auc": 0.1}),
    ],
)
def test_nothing_that_was_observed_changes_it(other: RunRecord) -> None:
    assert key_of(other) == key_of(PLAIN)


def test_the_type_of_a_parameter_is_a_part_of_its_value() -> None:
    keys = {key_of(config(parameters=(("x", value),))) for value in (1, 1.0, True, "1", None)}
    assert len(keys) == 5


@given(RECORDS, st.data())
def test_a_change_of_any_declared_value_of_any_record_changes_it(made: RunRecord, data: Any) -> None:
    def other(pairs: tuple[tuple[str, Any], ...], new: Any) -> tuple[tuple[str, Any], ...]:
        """One value changed, one pair left out, or one added."""
        where = data.draw(st.integers(0, len(pairs)))
        if where == len(pairs):
            return (*pairs, ("a name that no other has", new))
        change = data.draw(st.sampled_from(["value", "gone"]))
        return (*pairs[:where], *([(pairs[where][0], new)] if change == "value" else []), *pairs[where + 1 :])

    new = "a value that no other has"
    files = tuple((item.path, item.hash) for item in made.data)
    changed = [
        replace(made, code=replace(made.code, files=other(made.code.files, new))),
        replace(made, code=replace(made.code, patch=new)),
        replace(made, config=replace(made.config, commands=other(made.config.commands, new))),
        replace(made, config=replace(made.config, parameters=other(made.config.parameters, new))),
        replace(made, config=replace(made.config, seed=Seed(new, None))),
        replace(made, environment=replace(made.environment, declared=other(made.environment.declared, new))),
        replace(made, data=tuple(DataFile(*pair) for pair in other(files, new))),
    ]
    assert len({key_of(one) for one in changed} | {key_of(made)}) == len(changed) + 1


@given(RECORDS, RECORDS)
def test_what_is_beside_the_key_may_be_anything(made: RunRecord, other: RunRecord) -> None:
    moved = replace(
        other,
        code=replace(other.code, files=made.code.files, patch=made.code.patch),
        config=replace(
            other.config,
            commands=made.config.commands,
            parameters=made.config.parameters,
            seed=made.config.seed and Seed(made.config.seed.name, 77),
        ),
        environment=replace(other.environment, declared=made.environment.declared),
        data=tuple(DataFile(item.path, item.hash) for item in made.data),
    )
    assert key_of(moved) == key_of(made)


def test_a_key_of_an_older_version_fits_and_one_of_other_contents_does_not() -> None:
    old = run_key(PLAIN.code, PLAIN.config, PLAIN.environment, PLAIN.data, 1)
    assert old != PLAIN.key
    assert key_fits(PLAIN)
    assert key_fits(replace(PLAIN, key=old))
    assert not key_fits(code(patch="+x\n"))


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
        ("libs/shared", Submodule("2" * 40)),
        ("conf/train.yaml", "lr: 2\n"),
        ("config/train.json", '{"lr": 2}'),
        ("configs/net/deep.toml", "lr = 2\n"),
    ],
)
def test_any_declared_input_of_a_repository_changes_its_key(path: str, text: Content) -> None:
    assert declared_by(PROJECT | {path: text}).key != declared_by(PROJECT).key


STAGE = "cmd: 'train.py ${lr} ${net.depth}', deps: [train.py, lib, data/now.csv], outs: [m], params: [lr]"
STAGES: dict[str, Content] = {
    "dvc.yaml": f"stages: {{a: {{{STAGE}}}}}\n",
    "params.yaml": "lr: 1\nnet: {width: 1}\n",
    "train.py": "",
    "lib": Link("lib_v1"),
    "lib_v1/net.py": "",
    "lib_v2/net.py": "",
    "data/now.csv": Link("data/old.csv"),
    "data/old.csv": "1\n",
    "data/new.csv": "2\n",
}


def stage(more: str, top: str = "") -> str:
    return f"{top}stages: {{a: {{{STAGE}, {more}}}}}\n"


@pytest.mark.parametrize(
    ("files", "path", "text"),
    [
        ({}, "lib", Link("lib_v2")),
        ({}, "lib_v1/net.py", "x = 1\n"),
        ({}, "lib_v1/new.py", ""),
        ({}, "lib_v1/names.txt", ""),
        ({}, "data/now.csv", Link("data/new.csv")),
        ({}, "data/old.csv", "3\n"),
        # Values of templates, in each of the places that DVC takes them from.
        (
            {"dvc.yaml": stage("", "vars: [v.yaml]\n"), "v.yaml": "net: {depth: 1}"},
            "v.yaml",
            "net: {depth: 2}",
        ),
        ({"dvc.yaml": stage("", "vars: [v.toml]\n"), "v.toml": "net.depth = 1"}, "v.toml", "net.depth = 2"),
        ({"dvc.yaml": stage("", "vars: [v.py]\n"), "v.py": "x = 1"}, "v.py", "x = 2"),
        (
            {"dvc.yaml": stage("vars: [v.json:net]"), "v.json": '{"net": {"depth": 1}}'},
            "v.json",
            '{"net": {}}',
        ),
        ({"dvc.yaml": stage("vars: [v.py]"), "v.py": "x = 1"}, "v.py", "x = 2"),
        ({"dvc.yaml": stage("vars: [{net: {depth: 1}}]")}, "dvc.yaml", stage("vars: [{net: {depth: 2}}]")),
        # Parameters that are code, and those of a file that no stage names.
        ({"dvc.yaml": stage("").replace("[lr]", "[{p.py: }]"), "p.py": "x = 1"}, "p.py", "x = 2"),
        ({"dvc.yaml": stage("", "params: [p.json]\n"), "p.json": "[1]"}, "p.json", "[2]"),
    ],
)
def test_any_declared_input_of_a_pipeline_changes_its_key_and_the_stage_s(
    files: dict[str, Content], path: str, text: Content
) -> None:
    before, after = declared_by(STAGES | files), declared_by(STAGES | files | {path: text})
    assert before.key != after.key
    assert before.stage_keys != after.stage_keys


def test_in_a_plain_repository_a_link_to_a_folder_counts_and_links_in_a_circle_end() -> None:
    files: dict[str, Content] = {"train.py": "", "net": Link("v1"), "v1/a.py": "", "v2/a.py": ""}
    assert declared_by(files).key != declared_by(files | {"net": Link("v2")}).key
    named = files | {"reproof.toml": 'code = ["net/"]\n'}
    assert declared_by(named).key != declared_by(named | {"v1/a.py": "x = 1\n"}).key
    assert declared_by(named).key == declared_by(named | {"train.py": "x = 1\n"}).key
    for end in ("b", "b/c", "c"):
        assert declared_by(STAGES | {"lib": Link("c"), "c": Link("b"), "b": Link(end)}).key


@pytest.mark.parametrize(
    "option", ["--with setups/fast.yaml", "--with=./setups/fast.yaml", "setups/fast.yaml"]
)
def test_a_params_file_that_the_command_names_is_in_the_key_and_metrics_are_not(option: str) -> None:
    files: dict[str, Content] = {
        "train.py": "",
        "reproof.toml": f'train = "python train.py {option} --out metrics.json"\n',
        "setups/fast.yaml": "lr: 1\n",
        "setups/slow.yaml": "lr: 1\n",
        "metrics.json": "{}",
    }
    key = declared_by(files).key
    assert declared_by(files | {"setups/fast.yaml": "lr: 2\n"}).key != key
    assert declared_by(files | {"setups/fast.yaml": "lr:  1  # as it was\n"}).key == key
    assert declared_by(files | {"setups/slow.yaml": "lr: 2\n", "metrics.json": '{"auc": 1}'}).key == key


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


def test_equal_names_in_two_params_files_hide_nothing() -> None:
    files: dict[str, Content] = {"train.py": "", "params.yaml": "lr: 1\n", "conf/params.yaml": "lr: 2\n"}
    params = 'params = ["params.yaml", "conf/params.yaml"]\n'
    files["reproof.toml"] = params
    key = declared_by(files).key
    for path in ("params.yaml", "conf/params.yaml"):
        assert declared_by(files | {path: "lr: 3\n"}).key != key
    dotted: dict[str, Content] = {"train.py": "", "params.yaml": "a.b: 1\na: {b: 2}\n"}
    for text in ("a.b: 3\na: {b: 2}\n", "a.b: 1\na: {b: 3}\n"):
        assert declared_by(dotted | {"params.yaml": text}).key != declared_by(dotted).key


def test_the_order_of_a_mapping_inside_of_a_list_says_nothing() -> None:
    def key(text: str) -> str:
        return declared_by({"train.py": "", "params.yaml": text}).key

    assert key("l: [{b: 1, a: 2}]") == key("l: [{a: 2, b: 1}]")
    assert key("l: [{b: 1, a: 2}]") != key("l: [{a: 1, b: 2}]")


PIPELINE = "stages: {train: {cmd: x, deps: [libs/used/net.py, train.py], outs: [m]}}\n"


def test_of_a_pipeline_s_submodules_those_that_a_stage_reads_are_in_the_key() -> None:
    files: dict[str, Content] = {
        "dvc.yaml": PIPELINE,
        "train.py": "",
        "libs/used": Submodule("1" * 40),
        "docs/theme": Submodule("1" * 40),
    }
    key = declared_by(files).key
    assert declared_by(files | {"libs/used": Submodule("2" * 40)}).key != key
    assert declared_by(files | {"docs/theme": Submodule("2" * 40)}).key == key
    assert dict(declared_by(files).code.submodules).keys() == {"libs/used", "docs/theme"}


IGNORED = {"train.py": "", "reproof.toml": 'data = ["data/"]\n', "data/.gitignore": "*\n"}


def test_a_commit_that_does_not_hold_its_data_does_not_claim_to_know_it() -> None:
    found = declared_by(dict(IGNORED))
    assert found.unknown == ("data",)
    assert [(item.path, item.hash) for item in found.data] == [("data", "unknown")]
    trained = replace(found, data=(DataFile("data", "sha256:" + "1" * 64),))
    assert found.key != trained.key
