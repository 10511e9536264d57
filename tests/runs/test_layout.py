"""Which file belongs to which aspect: plain projects, DVC pipelines, and what the configuration overrides."""

from __future__ import annotations

import pytest

from reproof.errors import UsageError
from reproof.runs.layout import Layout, matches, read_layout
from tests.runs.snapshots import Files, declared_by, settings_of

PLAIN: dict[str, str | bytes] = {
    "train.py": "",
    "src/model.py": "",
    "explore.ipynb": "{}",
    "params.yaml": "lr: 1\n",
    "conf/model.yaml": "depth: 2\n",
    "other.yaml": "x: 1\n",
    "README.md": "",
    "metrics.json": "{}",
}
PIPELINE = """\
stages:
  prepare:
    cmd: python src/prepare.py
    deps: [src/prepare.py, data/raw.csv]
    outs: [data/ready.csv]
  train:
    cmd: python src/train.py
    deps: [src/train.py, src/lib, data/ready.csv]
    params: [lr, {conf/extra.yaml: [depth]}]
    outs: [model.joblib]
    metrics: [metrics/train.json: {cache: false}]
metrics: [metrics/all.json]
"""
DVC: dict[str, str | bytes] = {
    "dvc.yaml": PIPELINE,
    "dvc.lock": "schema: '2.0'\n",
    "params.yaml": "lr: 1\n",
    "conf/extra.yaml": "depth: 1\n",
    "conf/unused.yaml": "x: 1\n",
    "src/prepare.py": "",
    "src/train.py": "",
    "src/lib/a.py": "",
    "src/lib/table.csv": "1\n",
    "src/unused.py": "",
    "data/raw.csv.dvc": "outs:\n- md5: " + "a" * 32 + "\n  size: 12\n  path: raw.csv\n",
    "other.csv.dvc": "outs:\n- md5: " + "b" * 32 + ".dir\n  path: other\n",
    "metrics/train.json": "{}",
}


def layout(files: dict[str, str | bytes], config: str = "") -> Layout:
    found = files | ({"reproof.toml": config} if config else {})
    return read_layout(Files(found), settings_of(found))


def test_a_plain_project() -> None:
    found = layout(PLAIN)
    assert found.command == ("python", "train.py")
    assert found.commands == (("train", "python train.py"),)
    assert set(found.code) == {"train.py", "src/model.py", "explore.ipynb"}
    assert set(found.params) == {"params.yaml", "conf/model.yaml"}
    assert (found.metrics, found.artifacts, found.data, found.pipeline) == (("metrics.json",), (), (), None)
    assert found.outputs == ("metrics.json",)


def test_params_of_a_plain_project_lie_wherever_the_code_is() -> None:
    deep: dict[str, str | bytes] = {
        "svc/model/params.yaml": "lr: 1\n",
        "src/configs/big/train.toml": "lr = 1\n",
        "src/config.json": "{}",
        "out/config.json": "{}",
        ".github/config.yml": "x: 1\n",
        "src/other.yaml": "x: 1\n",
        "deploy/config/chart.yaml": "{{ .Values }}: [\n",
    }
    found = layout({**PLAIN, **deep}, 'artifacts = ["out/"]\n')
    mine = {"svc/model/params.yaml", "src/configs/big/train.toml", "src/config.json"}
    assert set(found.params) == {"params.yaml", "conf/model.yaml", *mine}
    assert "deploy/config/chart.yaml" in found.code, (
        "what cannot be read as params is in the key all the same"
    )
    assert layout({**PLAIN, **deep}, 'params = ["params.yaml"]\n').params == ("params.yaml",)


def test_a_dvc_pipeline() -> None:
    found = layout(DVC)
    assert found.command == ("dvc", "repro")
    assert found.commands == (("prepare", "python src/prepare.py"), ("train", "python src/train.py"))
    assert set(found.code) == {"src/prepare.py", "src/train.py", "src/lib/a.py"}
    assert found.params == ("params.yaml", "conf/extra.yaml")
    assert found.metrics == ("metrics/all.json", "metrics/train.json")
    assert found.artifacts == ("data/ready.csv", "model.joblib")
    assert [(item.path, item.hash[:6], item.size, item.stages) for item in found.data] == [
        ("data/raw.csv", "md5:aa", 12, ("prepare",)),
        ("other", "md5:bb", None, ()),
        ("src/lib/table.csv", found.data[2].hash[:6], None, ("train",)),
    ]
    assert set(found.outputs) == {*found.metrics, *found.artifacts, "dvc.lock"}


def test_the_configuration_overrides_each_part() -> None:
    config = (
        'train = "python src/train.py --fast \'a b\'"\nmetrics = ["out/m.csv"]\nartifacts = ["out"]\n'
        'params = ["other.yaml"]\ncode = ["src/", "train.py"]\ndata = ["README.md"]\n'
    )
    found = layout(PLAIN, config)
    assert found.command == ("python", "src/train.py", "--fast", "a b")
    assert (found.metrics, found.artifacts, found.params) == (("out/m.csv",), ("out",), ("other.yaml",))
    assert set(found.code) == {"train.py", "src/model.py"}
    assert [item.path for item in found.data] == ["README.md"]


def test_a_plain_command_for_a_dvc_project_is_the_command_and_keeps_the_stages_inputs() -> None:
    found = layout(DVC, 'train = ["python", "src/train.py"]\n')
    assert found.commands == (("train", "python src/train.py"),)
    assert "src/prepare.py" in found.code


def test_what_a_training_writes_is_never_one_of_its_inputs() -> None:
    found = layout(DVC, 'code = ["src", "metrics", "dvc.lock"]\ndata = ["."]\n')
    inputs = {*found.code, *found.params, *(item.path for item in found.data)}
    assert not inputs & set(found.outputs)


@pytest.mark.parametrize("setting", ["params", "code"])
def test_a_configured_name_that_no_file_has_is_an_error_not_an_input_less(setting: str) -> None:
    with pytest.raises(UsageError, match=f"{setting} names 'parms.yaml'"):
        layout(PLAIN, f'{setting} = ["parms.yaml"]\n')


def test_without_anything_to_train_with_the_message_says_what_to_set() -> None:
    with pytest.raises(UsageError, match=r"neither dvc\.yaml nor train\.py") as refused:
        layout({"main.py": ""})
    assert "train = " in str(refused.value.hint)


def test_a_command_that_cannot_be_split_is_named_with_its_file() -> None:
    with pytest.raises(UsageError, match=r"reproof\.toml: train cannot be split"):
        layout(PLAIN, 'train = "python \'train.py"\n')


@pytest.mark.parametrize(
    ("path", "pattern", "fits"),
    [
        ("src/a.py", "src", True),
        ("src/a.py", "src/", True),
        ("src/a.py", "src/*.py", True),
        ("src/a.py", "src/a.py", True),
        ("src/a.py", ".", True),
        ("src2/a.py", "src", False),
        ("a.py", "src/a.py", False),
    ],
)
def test_a_pattern_is_a_path_a_folder_or_a_glob(path: str, pattern: str, fits: bool) -> None:
    assert matches(path, pattern) is fits


FROZEN = """\
stages:
  fetch:
    frozen: true
    wdir: data
    cmd: curl -o raw.csv https://example.org
    outs: [raw.csv, {small.csv: {cache: false}}]
    metrics: [rows.json: {cache: false}]
  train:
    cmd: python train.py
    deps: [data/raw.csv, data/small.csv]
    metrics: [metrics.json: {cache: false}]
"""
LOCK = """\
stages:
  fetch:
    cmd: curl
    outs: [{path: raw.csv, md5: 0123456789abcdef0123456789abcdef, size: 3}]
  train:
    cmd: python train.py
    outs: [{path: metrics.json, md5: 0123456789abcdef0123456789abcdef}]
"""


def test_outputs_of_a_frozen_stage_are_data_since_no_training_writes_them() -> None:
    files = {"dvc.yaml": FROZEN, "dvc.lock": LOCK, "data/small.csv": "1\n", "data/rows.json": "{}"}
    found = declared_by(files)
    assert [(item.path, item.hash.partition(":")[0], item.stages) for item in found.data] == [
        ("data/raw.csv", "md5", ("train",)),
        ("data/small.csv", "git", ("train",)),
    ]
    assert (found.layout.metrics, found.layout.artifacts) == (("metrics.json",), ())
    assert [name for name, _ in found.layout.commands] == ["fetch", "train"]
    assert (found.pulled(), found.pulled({"train"}), found.pulled({"fetch"})) == (
        ("data/raw.csv",),
        ("data/raw.csv",),
        (),
    )
    fetched_anew = LOCK.replace("0123456789abcdef, size", "fedcba9876543210, size")
    trained_anew = LOCK.replace("abcdef}", "abcde0}")
    assert found.key != declared_by(files | {"dvc.lock": fetched_anew}).key
    assert found.key == declared_by(files | {"dvc.lock": trained_anew}).key
