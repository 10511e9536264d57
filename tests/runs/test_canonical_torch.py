"""What torch 2.13 wrote (`artifacts/`), read without torch: by value, and never unpickled."""

from __future__ import annotations

import os
import pickle
import pickletools
import random
import shutil
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from reproof.runs.canonical import artifact_hash
from reproof.runs.canonical.symbols import Symbol, read_symbols

WRITTEN = Path(__file__).parent / "artifacts"


def way(text: str) -> str:
    return text.rpartition("sha256:")[0]


def rewritten(
    path: Path, change: Callable[[str, bytes], bytes | None], compress: int = zipfile.ZIP_STORED
) -> str:
    """The hash of the checkpoint with members changed; those that become None are left out."""
    with zipfile.ZipFile(WRITTEN / "checkpoint.pt") as old, zipfile.ZipFile(path, "w", compress) as new:
        for name in old.namelist():
            inner = name.partition("/")[2]
            if (data := change(inner, old.read(name))) is not None:
                new.writestr(f"renamed/{inner}", data)
    return artifact_hash(str(path))


def with_pickle(path: Path, data: bytes) -> str:
    return rewritten(path, lambda name, old: data if name == "data.pkl" else old)


def test_order_strides_and_what_is_no_value_do_not_count(tmp_path: Path) -> None:
    """The other file has its keys and memory in another order, a parameter for a tensor, and metadata."""
    first = artifact_hash(str(WRITTEN / "checkpoint.pt"))
    assert way(first) == "torch:"
    assert (WRITTEN / "checkpoint.pt").read_bytes() != (WRITTEN / "the_same.pth").read_bytes()
    assert artifact_hash(str(WRITTEN / "the_same.pth")) == first
    shutil.copy(WRITTEN / "checkpoint.pt", tmp_path / "pytorch_model.bin")
    assert artifact_hash(str(tmp_path / "pytorch_model.bin")) == first
    assert rewritten(tmp_path / "a.pt", lambda _, data: data) == first
    assert rewritten(tmp_path / "a.pt", lambda name, data: None if name.startswith(".") else data) == first


def test_a_tensor_one_step_of_bfloat16_away_counts(tmp_path: Path) -> None:
    assert artifact_hash(str(WRITTEN / "other_bias.pt")) != artifact_hash(str(WRITTEN / "checkpoint.pt"))
    assert way(artifact_hash(str(WRITTEN / "other_bias.pt"))) == "torch:"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(struct.pack(">d", 0.1), struct.pack(">d", 0.2), id="the-learning-rate"),
        pytest.param(b"epoch", b"epocs", id="a-key"),
        pytest.param(b"FloatStorage", b"IntStorage", id="a-dtype"),
        pytest.param(b"layer.bias", b"layer.base", id="a-tensors-name"),
    ],
)
def test_what_is_saved_beside_tensors_counts(tmp_path: Path, old: bytes, new: bytes) -> None:
    with zipfile.ZipFile(WRITTEN / "checkpoint.pt") as archive:
        data = archive.read("checkpoint/data.pkl")
    assert old in data
    changed = with_pickle(tmp_path / "a.pt", data.replace(old, new, 1))
    assert way(changed) == "torch:"
    assert changed != artifact_hash(str(WRITTEN / "checkpoint.pt"))


def test_other_members_count(tmp_path: Path) -> None:
    """A scripted module's code stands in members of its own, which are compressed."""

    def added(code: bytes) -> str:
        path = tmp_path / "a.pt"
        shutil.copy(WRITTEN / "checkpoint.pt", path)
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("checkpoint/code/model.py", code * 99)
        return artifact_hash(str(path))

    assert way(added(b"x")) == "torch:"
    assert added(b"x") != added(b"y")


@pytest.mark.parametrize("name", ["expanded.pt", "before_1_6.pt"])
def test_a_tensor_of_terabytes_and_the_old_form_are_told_by_bytes(name: str) -> None:
    assert way(artifact_hash(str(WRITTEN / name))) == ""


def test_a_call_in_the_pickle_is_not_made(tmp_path: Path) -> None:
    """It is a symbol like others: the hash says that it is there."""

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(tmp_path / "pwned"),)

    data = pickle.dumps({"a": Evil()}, protocol=2)
    assert "GLOBAL" in {opcode.name for opcode, _, _ in pickletools.genops(data)}
    assert way(with_pickle(tmp_path / "a.pt", data)) == "torch:"
    pickle.loads(data)
    assert (tmp_path / "pwned").is_dir(), "unpickling would have made the call"


def nested(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value, value]
    return value


def circle() -> list[object]:
    value: list[object] = []
    value.append(value)
    return value


def test_a_pickle_that_doubles_at_every_level_ends(tmp_path: Path) -> None:
    assert way(with_pickle(tmp_path / "a.pt", pickle.dumps(nested(200), protocol=2))) == "torch:"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(pickle.dumps(circle(), protocol=2), id="an-object-that-holds-itself"),
        pytest.param(b"\x80\x02)" + b"\x85" * 5000 + b".", id="nested-without-end"),
        pytest.param(b"\x80\x02.", id="nothing-on-the-stack"),
        pytest.param(b"\x80\x02}", id="no-end"),
        pytest.param(b"\x80\x02(.", id="a-mark-for-an-object"),
        pytest.param(b"\x80\x02h\x07.", id="a-memo-that-is-not-there"),
        pytest.param(b"\x80\x02K\x01K\x02a.", id="a-number-that-is-added-to"),
        pytest.param(b"\x80\x02\x82\x01.", id="an-opcode-that-is-not-known-here"),
        pytest.param(b"\x80\x02X\xff\xff\xff\x7fabc.", id="a-text-of-gigabytes"),
        pytest.param(b"\xff\xff", id="no-pickle"),
        pytest.param(b"", id="empty"),
        pytest.param(
            b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n(K\x01K\x02K\x03K\x04tR.", id="a-tensor-of-numbers"
        ),
    ],
)
def test_pickles_that_are_none_are_told_by_bytes(tmp_path: Path, data: bytes) -> None:
    assert way(with_pickle(tmp_path / "a.pt", data)) == ""


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda name, data: None if name == "data/1" else data, id="a-tensor-that-is-not-there"),
        pytest.param(lambda name, data: data[:-1] if name == "data/0" else data, id="a-tensor-cut-off"),
        pytest.param(lambda name, data: b"big" if name == "byteorder" else data, id="of-another-machine"),
        pytest.param(lambda name, data: None if name == "data.pkl" else data, id="no-pickle"),
    ],
)
def test_archives_that_are_none_are_told_by_bytes(
    tmp_path: Path, change: Callable[[str, bytes], bytes | None]
) -> None:
    assert way(rewritten(tmp_path / "a.pt", change)) == ""


def test_random_damage_is_a_hash_and_never_an_error(tmp_path: Path) -> None:
    chance, whole = random.Random(9), (WRITTEN / "checkpoint.pt").read_bytes()
    for _ in range(400):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 9)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        (tmp_path / "a.pt").write_bytes(
            damaged[: chance.randrange(len(damaged)) if chance.random() < 0.2 else None]
        )
        assert "sha256:" in artifact_hash(str(tmp_path / "a.pt"))


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_symbols_are_what_the_pickle_says(protocol: int) -> None:
    saved = {"a": [1, 2.5, None, True, b"x", "é", 2**90], "b": (1, (2, 3), (), {"c": -1}), "d": {4, 5}}
    top = read_symbols(pickle.dumps(saved, protocol=protocol))

    def plain(value: object) -> object:
        if not isinstance(value, Symbol):
            return value
        if value.kind == "dict":
            return {plain(key): plain(item) for key, item in value.pairs}
        if value.kind == "call":  # older protocols write sets and bytes as calls
            return (value.called, *(plain(item) for item in value.head[1:]))
        made = [plain(item) for item in value.items]
        return tuple(made) if value.kind == "tuple" else set(made) if value.kind == "set" else made

    read = plain(top)
    if protocol < 4:
        assert read["a"][5:] == saved["a"][5:]  # type: ignore[index]
        assert read["b"] == saved["b"]  # type: ignore[index]
    else:
        assert read == saved
