"""`dvc.yaml` and `dvc.lock` read as DVC reads them; broken ones give an error with the place."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reproof.errors import UsageError
from reproof.runs.dvc_files import dvc_tracked
from reproof.runs.locked import lock_agrees, locked_stages
from reproof.runs.pipeline import Pipeline, Stage, read_lock, read_pipeline
from reproof.runs.record import DataFile
from tests.repositories import commit, environment, make_repository
from tests.requires import requires
from tests.runs.snapshots import Files

BIN = str(Path(sys.executable).parent)
# Every way to write a stage that is read here, in commands that a shell has.
RICH = """\
vars:
- flags: {deep: true, rate: 1e-5}
- other.yaml
stages:
  here:
    wdir: sub
    cmd: echo ${flags.deep} ${flags.rate} ${lr} ${depth} > out.txt
    deps: [dep.txt]
    params: [{../params.yaml: [lr, on]}]
    outs: [out.txt]
  each:
    foreach: ${names}
    do:
      cmd: "echo ${item} > z-${item}.txt; echo '{}' > a-${item}.json"
      deps: [sub/out.txt]
      params: [lr]
      outs: ["z-${item}.txt"]
      metrics: [{"a-${item}.json": {cache: false}}]
  named:
    foreach: {one: {n: 1}, two: {n: 2}}
    do:
      cmd: echo ${key} ${item.n} > ${key}.txt
      outs: ["${key}.txt"]
  grid:
    matrix: {m: [1, 2], k: "${names}"}
    cmd: echo ${item.m} ${key} > c-${item.m}-${item.k}.txt
    outs: ["c-${item.m}-${item.k}.txt"]
  own:
    wdir: sub
    vars: ["own.toml:opt", {mode: fast}]
    cmd: echo ${opt.k} ${mode} ${flags.rate} ${flags.more} > own.txt
    outs: [own.txt]
  listed:
    cmd: [echo 1 > l.txt, "echo ${nested[0].x} >> l.txt"]
    outs: [l.txt]
"""
FILES = {
    "dvc.yaml": RICH,
    "params.yaml": "lr: 1e-3\non: on\nnames: [u, v]\nnested: [{x: 3}]\n",
    "other.yaml": "depth: 4\nflags: {more: 1}\n",
    "sub/own.toml": "mode = 0\n[opt]\nk = 2\n",
    "sub/dep.txt": "dep\n",
}


def pipeline(text: str, **files: str) -> Pipeline:
    found = read_pipeline(Files({"dvc.yaml": text} | files).read)
    assert found is not None
    return found


@requires("dvc")
def test_every_kind_of_stage_is_resolved_to_what_dvc_itself_locks(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "project", FILES)
    found = environment() | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    for words in (["init", "-q"], ["repro", "-q"]):
        subprocess.run(["dvc", *words], cwd=root, env=found, check=True, capture_output=True)
    commit(root, {})
    made = {
        str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*.[tyl]*") if path.is_file()
    }
    snapshot = Files(made)
    ours = read_pipeline(snapshot.read)
    assert ours is not None
    locked = {stage.name: stage for stage in read_lock(snapshot.read)}
    assert {stage.name: stage.cmd for stage in ours.stages} == {name: one.cmd for name, one in locked.items()}
    for stage in ours.stages:
        assert {stage.at(path) for path, _, _ in locked[stage.name].outs} == {*stage.outs, *stage.metrics}
    assert lock_agrees(snapshot, ours, {})
    assert [stage.after for stage in locked_stages(ours, snapshot.read, {})][:2] == [(), ("here",)]


def test_what_is_declared_does_not_depend_on_the_lock_that_a_training_writes() -> None:
    lock = "stages:\n  each@u:\n    cmd: old\n    outs:\n    - path: old\n      md5: " + "a" * 32 + "\n"
    assert read_pipeline(Files(FILES).read) == read_pipeline(Files(FILES | {"dvc.lock": lock}).read)


def test_a_stage_in_a_folder_has_its_paths_and_its_command_from_there() -> None:
    found = pipeline("stages: {a: {wdir: ./sub, cmd: run, deps: [x, ../y, ./z/], outs: [o]}}").stages[0]
    assert (found.deps, found.outs, found.shown) == (("sub/x", "y", "sub/z"), ("sub/o",), "cd sub && run")
    assert pipeline("stages: {a: {wdir: .hidden, cmd: run}}").stages[0].folder == ".hidden"
    assert pipeline("stages: {a: {wdir: ., cmd: run}}").stages[0].shown == "run"


def test_a_template_that_is_not_known_stays_as_it_is() -> None:
    found = pipeline(
        "stages: {a: {cmd: 'x ${a.b} ${c[7]} ${env.X}', outs: ['${o}']}}", **{"params.yaml": "c: [1]\n"}
    )
    assert found.stages == (Stage("a", "x ${a.b} ${c[7]} ${env.X}", outs=("${o}",)),)


def test_the_stages_before_a_stage_are_those_whose_outputs_it_reads() -> None:
    found = pipeline(
        "stages: {c: {cmd: c, deps: [b/x, m]}, a: {cmd: a, metrics: [m]}, b: {cmd: b, outs: [b]}}"
    )
    assert found.upstream() == {"c": ("a", "b"), "a": (), "b": ()}


def test_a_stage_that_reads_a_folder_waits_for_all_that_is_made_in_it() -> None:
    found = pipeline(
        "stages: {a: {cmd: a, outs: [data/x/1.csv]}, b: {cmd: b, outs: [data/2.csv]}, c: {cmd: c, deps: [data]},"
        " d: {cmd: d, deps: [data/x/1.csv], outs: [data2]}}"
    )
    assert found.upstream() == {"a": (), "b": (), "c": ("a", "b"), "d": ("a",)}


def test_the_parameters_of_a_stage_are_told_by_file_and_name() -> None:
    found = pipeline(
        "vars: [{part: opt}]\nstages: {a: {cmd: a, wdir: sub, params:"
        " [lr, '${part}.deep', {../conf.yaml: [x, y.z]}, {all.json: }]}}"
    )
    assert found.stages[0].parameters == (
        ("sub/params.yaml", "lr"),
        ("sub/params.yaml", "opt.deep"),
        ("conf.yaml", "x"),
        ("conf.yaml", "y.z"),
        ("sub/all.json", ""),
    )
    assert found.stages[0].params == ("sub/params.yaml", "conf.yaml", "sub/all.json")


def test_a_dvc_file_names_its_outputs_from_the_root() -> None:
    text = (
        f"wdir: ..\nouts:\n- {{md5: {'a' * 32}.dir, path: raw, size: 3, nfiles: 2}}\n"
        "- {etag: bb, path: far}\n- {path: none}\n"
    )
    assert tuple(dvc_tracked(Files({"data/in/raw.dvc": text}))) == (
        DataFile("data/raw", f"md5:{'a' * 32}.dir", 3, files=2),
        DataFile("data/far", "etag:bb"),
    )


OUTS = "outs: [{md5: HASH, path: x}]"
CONFIG = """\
[core]
    remote = storage
['remote "storage"']
    url = s3://bucket/dvc
['remote "other"']
    url = https://user:secret@example.org/dvc?sig=abcdefgh
"""


@pytest.mark.parametrize(
    ("text", "source", "version"),
    [
        ("outs: [{md5: HASH, path: x}]", "s3://bucket/dvc", None),
        ("outs: [{md5: HASH, path: x, remote: other}]", "https://***@example.org/dvc", None),
        ("outs: [{md5: HASH, path: x, remote: gone}]", None, None),
        ("outs: [{md5: HASH, path: x, cloud: {storage: {version_id: v3}}}]", "s3://bucket/dvc", "v3"),
        (
            "deps: [{path: x, repo: {url: 'https://tok@example.org/r.git', rev: main, rev_lock: abc}}]\n"
            + OUTS,
            "https://***@example.org/r.git",
            "abc",
        ),
        (
            "deps: [{path: 'https://example.org/x.csv?token=1', etag: '\"e1\"'}]\n" + OUTS,
            "https://example.org/x.csv",
            "e1",
        ),
    ],
    ids=["default-remote", "named-remote", "unknown-remote", "versioned-bucket", "import", "import-url"],
)
def test_where_tracked_data_came_from(text: str, source: str | None, version: str | None) -> None:
    files = Files({"x.dvc": text.replace("HASH", "a" * 32), ".dvc/config": CONFIG})
    assert [(item.source, item.version) for item in dvc_tracked(files)] == [(source, version)]


@pytest.mark.parametrize("broken", [b"\xff", "[", "[core]\nremote", "['remote \"x\"']\nurl = %(x"])
def test_a_broken_config_of_dvc_names_no_remote(broken: str | bytes) -> None:
    files = Files({"x.dvc": f"outs: [{{md5: {'a' * 32}, path: x}}]", ".dvc/config": broken})
    assert [item.source for item in dvc_tracked(files)] == [None]


def test_what_can_be_no_hash_is_refused_with_its_place() -> None:
    with pytest.raises(UsageError, match=r"x\.dvc: 'zz' is no hash of x"):
        list(dvc_tracked(Files({"x.dvc": "outs: [{md5: zz, path: x}]"})))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("stages: [\n", "dvc.yaml:2: not YAML"),
        ("[]", "dvc.yaml must be a mapping"),
        ("stages: [a]", "dvc.yaml: stages must be a mapping"),
        ("stages: {a: x}", "dvc.yaml: stages.a must be a mapping"),
        ("stages: {a: {}}", "dvc.yaml: stages.a has no cmd"),
        ("stages: {a: {cmd: x, deps: y}}", "dvc.yaml: stages.a must have lists"),
        ("stages: {a: {cmd: x, params: 3}}", "dvc.yaml: stages.a must have lists"),
        ("stages: {a: {cmd: x, outs: [{}]}}", "dvc.yaml: stages.a: a path is empty"),
        ("stages: {a: {foreach: '${nope}', do: {cmd: x}}}", "dvc.yaml: stages.a.foreach must be a mapping"),
        ("stages: {a: {matrix: {m: 3}, cmd: x}}", "dvc.yaml: stages.a.matrix.m must have lists"),
        ("stages: {a: {foreach: [1], do: x}}", "dvc.yaml: stages.a must be a mapping"),
        ("vars: 3", "dvc.yaml: vars must have lists"),
        ("metrics: x", "dvc.yaml: metrics must have lists"),
        (
            f"stages: {{a: {{matrix: {{a: {[0] * 99}, b: {[0] * 99}, c: {[0] * 99}}}, cmd: x}}}}",
            "dvc.yaml: stages.a.matrix makes more than",
        ),
    ],
)
def test_a_pipeline_that_cannot_be_read_is_named_with_its_place(text: str, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        pipeline(text)
    assert refused.value.message.startswith(says)


WORDS = st.sampled_from(["a", "${item}", "${x.y[0]}", "", ".", "../..", "é", "a@b"])
SCALARS = st.none() | st.booleans() | st.integers(0, 3) | WORDS
KEYS = st.sampled_from(
    [
        "stages",
        "cmd",
        "deps",
        "outs",
        "metrics",
        "params",
        "foreach",
        "do",
        "matrix",
        "vars",
        "wdir",
        "md5",
        "path",
    ]
)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | WORDS, inner, max_size=4),
    max_leaves=20,
)


@given(DOCUMENTS, DOCUMENTS)
def test_any_document_gives_a_pipeline_or_a_named_error(inner: Any, lock: Any) -> None:
    body = yaml.safe_dump({"stages": {"a": inner}, "vars": [inner], "metrics": [inner]})
    files = Files(
        {"dvc.yaml": body, "dvc.lock": yaml.safe_dump({"stages": {"a": lock}}), "x.dvc": yaml.safe_dump(lock)}
    )
    for read in (
        lambda: read_pipeline(files.read),
        lambda: read_lock(files.read),
        lambda: list(dvc_tracked(files)),
        lambda: read_pipeline(Files({"dvc.yaml": yaml.safe_dump(inner)}).read),
    ):
        try:
            read()
        except UsageError as error:
            assert error.message.startswith(("dvc.", "x.dvc"))
