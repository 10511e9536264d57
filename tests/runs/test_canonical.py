"""Artifacts that mean the same hash the same, whatever their container adds; hostile ones hash as bytes."""

from __future__ import annotations

import gzip
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from reproof.runs.canonical import artifact_hash, artifact_hashes, same_artifact, weight
from reproof.runs.canonical.tables import table_digests
from reproof.runs.interpreter import Interpreter


def hashed(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return artifact_hash(str(path))


def way(text: str) -> str:
    return text.rpartition("sha256:")[0]


def test_json_is_told_by_value_and_broken_json_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    assert hashed(path, b'{"a": 1.0, "b": [1, 2]}') == hashed(path, b'{\n "b": [1,2],\n "a": 1.00\n}')
    assert hashed(path, b'{"a": 1}') != hashed(path, b'{"a": 1.0}')
    assert hashed(path, b'{"b": [1, 2]}') != hashed(path, b'{"b": [2, 1]}')
    assert hashed(path, b"{") != hashed(path, b"{ ")
    assert way(hashed(path, b"{")) == ""
    assert hashed(path, b'"\\ud800"').startswith("json:sha256:")
    assert hashed(path, "é".join('""').encode()) == hashed(path, b'"\\u00e9"')


def test_json_numbers_are_told_apart_to_the_last_digit(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    big = 2**200
    assert hashed(path, str(big).encode()) != hashed(path, str(big + 1).encode())
    assert hashed(path, b"0.1") == hashed(path, b"1e-1")
    assert hashed(path, b"0.1") != hashed(path, b"0.10000000000000002")
    assert len({hashed(path, word) for word in (b"NaN", b"Infinity", b"-Infinity", b"null", b'"NaN"')}) == 5
    assert way(hashed(path, b"[NaN]")) == "json:"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"[" * 100_000, id="nested-without-end"),
        pytest.param(b'{"a": 1, "a": 2}', id="a-key-twice"),
        pytest.param(b"9" * 5000, id="a-number-that-takes-long-to-read"),
        pytest.param(b'{"a": 1}\xff', id="not-utf8"),
        pytest.param(b"", id="empty"),
    ],
)
def test_json_that_is_none_is_told_by_its_bytes(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.json"
    assert way(hashed(path, data)) == ""
    assert hashed(path, data) != hashed(path, data + b" ")


def test_gzip_is_told_by_what_it_holds_and_broken_gzip_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    one, other = gzip.compress(b"x" * 99, mtime=1), gzip.compress(b"x" * 99, compresslevel=1, mtime=2)
    assert one != other
    assert hashed(path, one) == hashed(path, other)
    assert hashed(path, one) != hashed(path, gzip.compress(b"y"))
    assert hashed(path, one[:-9]) != hashed(path, b"plain")
    assert way(hashed(path, one[:-9])) == ""


def test_a_bomb_ends_and_is_told_by_its_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reproof.runs.canonical.frame.ROOM", 1 << 20)
    bomb = gzip.compress(bytes(1 << 26))
    assert way(hashed(tmp_path / "a.gz", bomb)) == ""
    made = io.BytesIO()
    np.savez_compressed(made, a=np.zeros(1 << 23))
    assert way(hashed(tmp_path / "a.npz", made.getvalue())) == ""


@pytest.mark.parametrize("name", ["model.joblib", "model.pkl", "model.pt", "model.npy", "model.bin"])
def test_a_pickle_is_bytes_and_is_never_loaded(tmp_path: Path, name: str) -> None:
    evil = b"cos\nsystem\n(S'touch pwned'\ntR."
    assert hashed(tmp_path / name, evil).startswith("sha256:")
    assert os.listdir(tmp_path) == [name]


def test_a_folder_is_its_files_by_name_and_meaning(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep/a.json").write_text("[1, 2]")
    (folder / "b").write_text("y")
    first = artifact_hash(str(folder))
    assert way(first) == "folder:"
    (folder / "empty").mkdir()
    (folder / "deep/a.json").write_text("[1,2]")
    assert artifact_hash(str(folder)) == first
    (folder / "b").rename(folder / "c")
    assert artifact_hash(str(folder)) != first


def test_what_is_no_file_in_a_folder_counts_by_name_and_is_not_opened(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "a").write_text("x")
    seen = {artifact_hash(str(folder))}
    makers: dict[str, Callable[[str], None]] = {
        "loop": lambda place: os.symlink(folder, place),
        "itself": lambda place: os.symlink(place, place),
        "gone": lambda place: os.symlink("nowhere", place),
        "pipe": os.mkfifo,
    }
    for name, make in makers.items():
        make(str(folder / name))
        seen.add(artifact_hash(str(folder)))
    assert len(seen) == 5
    with pytest.raises(OSError, match="neither a file nor a folder"):
        artifact_hash(str(folder / "pipe"))
    with pytest.raises(FileNotFoundError, match="missing"):
        artifact_hash(str(tmp_path / "missing.json"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("sha256:aa", "sha256:aa", True),
        ("sha256:aa", "sha256:bb", False),
        ("json:sha256:aa", "sha256:bb", False),
        ("table:sha256:aa", "table:sha256:bb", False),
        ("table:sha256:aa", "sha256:bb", None),
        ("sha256:bb", "table:sha256:aa", None),
        ("folder:sha256:aa", "folder+table:sha256:bb", None),
        ("folder:sha256:aa", "folder:sha256:bb", False),
    ],
)
def test_only_a_lacking_library_makes_hashes_incomparable(one: str, other: str, same: bool | None) -> None:
    assert same_artifact(one, other) is same


def test_what_another_hash_means_depends_on_the_kind() -> None:
    assert [weight(f"out/a.{suffix}") for suffix in ("pt", "PNG", "svg", "log", "html", "pdf")] == [
        "counts", "warns", "ignored", "ignored", "ignored", "ignored",
    ]  # fmt: skip


def interpreter(folder: Path, body: str) -> Interpreter:
    """A program in the place of the training's interpreter."""
    path = folder / "python"
    path.write_text(f"#!{sys.executable}\nimport sys\n{body}\n")
    path.chmod(0o755)
    return Interpreter(str(path), str(folder), dict(os.environ))


def test_an_interpreter_without_pyarrow_leaves_tables_to_their_bytes(tmp_path: Path) -> None:
    """This environment's own interpreter has none: the real script runs."""
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    own = Interpreter(sys.executable, str(tmp_path), dict(os.environ))
    assert artifact_hash(str(tmp_path / "a.parquet"), own) == artifact_hash(str(tmp_path / "a.parquet"))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("print('0 ' + 'a' * 64 + ' more')", id="more-than-a-digest"),
        pytest.param("print('0 ' + 'g' * 64)", id="no-digest"),
        pytest.param("print('7 ' + 'a' * 64)", id="a-table-that-was-not-asked"),
        pytest.param("sys.stdout.buffer.write(bytes(range(256)))", id="no-text"),
        pytest.param("sys.exit(3)", id="a-failure"),
    ],
)
def test_of_a_strange_interpreter_only_digests_are_taken(tmp_path: Path, body: str) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    asked = artifact_hash(str(tmp_path / "a.parquet"), interpreter(tmp_path, body))
    assert asked == artifact_hash(str(tmp_path / "a.parquet"))


def test_all_tables_are_asked_of_one_process(tmp_path: Path) -> None:
    body = "open('starts', 'a').write('x')\nfor n, line in enumerate(sys.stdin): print(n, format(n, '064x'))"
    (tmp_path / "out").mkdir()
    for name in ("out/a.parquet", "out/b.feather", "out/c.txt", "d.arrow"):
        (tmp_path / name).write_text("x")
    paths = [str(tmp_path / "out"), str(tmp_path / "d.arrow")]
    found = artifact_hashes(paths, interpreter(tmp_path, body))
    assert [way(found[path]) for path in paths] == ["folder+table:", "table:"]
    assert found[paths[1]] == "table:sha256:" + format(2, "064x")
    assert (tmp_path / "starts").read_text() == "x"


def test_a_table_that_brings_the_library_down_costs_only_itself(tmp_path: Path) -> None:
    body = """
for number, line in enumerate(sys.stdin):
    if "crash" in line:
        import os
        os.abort()
    print(number, format(len(line), "064x"), flush=True)
"""
    names = ["a.parquet", "b-crash.parquet", "c.parquet", "d-crash.parquet", "e-crash.parquet", "f.parquet"]
    for name in names:
        (tmp_path / name).write_text("x")
    found = artifact_hashes([str(tmp_path / name) for name in names], interpreter(tmp_path, body))
    assert [way(text) for text in found.values()] == ["table:", "", "table:", "", "", "table:"]


def test_an_interpreter_that_does_not_end_is_not_waited_for(tmp_path: Path) -> None:
    body = "import time\nprint(0, 'a' * 64, flush=True)\ntime.sleep(60)"
    (tmp_path / "a.parquet").write_text("x")
    (tmp_path / "b.parquet").write_text("x")
    paths = [str(tmp_path / "a.parquet"), str(tmp_path / "b.parquet")]
    found = table_digests(paths, interpreter(tmp_path, body), seconds=1.0)
    assert found == {paths[0]: "a" * 64}
