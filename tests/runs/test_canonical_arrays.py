"""Arrays and tensors by value; hostile files by their bytes."""

from __future__ import annotations

import io
import json
import random
import struct
import time
import zipfile
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from reproof.runs.canonical import artifact_hash


def hashed(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return artifact_hash(str(path))


def way(text: str) -> str:
    return text.rpartition("sha256:")[0]


# NumPy: the real library writes


def saved(array: np.ndarray) -> bytes:
    made = io.BytesIO()
    np.save(made, array)
    return made.getvalue()


ARRAYS = {
    "floats": np.arange(24.0).reshape(2, 3, 4),
    "halves": np.arange(6, dtype="f2").reshape(2, 3),
    "complex": (np.arange(6) + 1j).reshape(3, 2),
    "truths": np.array([[True, False, True]]),
    "texts": np.array([["é", "longer", ""], ["b", "c", "d"]]),
    "bytes": np.array([[b"a", b"bcd"], [b"", b"x"]]),
    "times": np.array(["2026-01-31T12:00", "NaT"], dtype="M8[s]").reshape(2, 1),
    "none": np.zeros((0, 3)),
    "one": np.array(1.5),
    "records": np.array([[(1, 2.5, "é")], [(3, 4.5, "b")]], dtype=[("a", "i2"), ("b", "f8"), ("c", "U2")]),
    "nested": np.zeros((2, 2), dtype=[("a", "i4", (2,)), ("b", [("x", "f4"), ("y", "S3")])]),
    "wide": np.arange(200_000.0).reshape(2, 100_000),
    "tall": np.arange(200_000, dtype="i4").reshape(100_000, 2),
    "deep": np.arange(30_000, dtype="c16").reshape(3, 100, 100),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_order_of_bytes_and_of_dimensions_is_no_value(tmp_path: Path, name: str) -> None:
    array, path = ARRAYS[name], tmp_path / "a.npy"
    first = hashed(path, saved(array))
    assert way(first) == "npy:"
    swapped = array.astype(array.dtype.newbyteorder(">"))
    for other in (np.array(array, order="F"), swapped, np.array(swapped, order="F")):
        assert hashed(path, saved(other)) == first


def test_shape_dtype_and_elements_are_values(tmp_path: Path) -> None:
    path, array = tmp_path / "a.npy", ARRAYS["floats"]
    changed = array.copy()
    changed[1, 2, 3] = np.nextafter(changed[1, 2, 3], 99)
    others = [
        array, changed, array.reshape(3, 2, 4), array.astype("f4"), array.astype("i8"), array.view("i8"),
        np.array(array.T, order="F"), array.astype("M8[s]"), array.astype("M8[ms]"),
    ]  # fmt: skip
    assert len({hashed(path, saved(other)) for other in others}) == len(others)


def test_padding_between_fields_is_no_value(tmp_path: Path) -> None:
    array = np.zeros(3, dtype=np.dtype([("a", "i1"), ("b", "f8")], align=True))
    array.view("u1").reshape(3, -1)[:, 1:8] = 7
    other = np.zeros(3, dtype=[("a", "i1"), ("b", "f8")])
    assert hashed(tmp_path / "a.npy", saved(array)) == hashed(tmp_path / "a.npy", saved(other))


def test_thousands_of_random_arrays(tmp_path: Path) -> None:
    """Equal values, equal hashes; one bit of one element changed, another hash."""
    chance, path = random.Random(7), tmp_path / "a.npy"
    for _ in range(1500):
        kind = np.dtype(
            chance.choice(["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u8", "c8", "c16", "M8[us]", "S5"])
        )
        shape = tuple(chance.choice([1, 2, 3, 8]) for _ in range(chance.randint(0, 4)))
        data = bytearray(chance.randbytes(int(np.prod(shape)) * kind.itemsize))
        array = np.frombuffer(bytes(data), kind).reshape(shape)
        order: Literal["<", ">"] = "<" if chance.random() < 0.5 else ">"
        other = np.array(array.astype(kind.newbyteorder(order)), order=chance.choice(["C", "F"]))
        first = hashed(path, saved(array))
        assert first == hashed(path, saved(other))
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        assert first != hashed(path, saved(np.frombuffer(bytes(data), kind).reshape(shape)))


def test_npz_is_its_arrays_by_name(tmp_path: Path) -> None:
    one, other, path = io.BytesIO(), io.BytesIO(), tmp_path / "a.npz"
    x, y = ARRAYS["floats"], ARRAYS["texts"]
    np.savez(one, x=x, y=y)
    time.sleep(0.01)
    np.savez_compressed(other, y=np.array(y, order="F"), x=np.array(x, order="F"))
    assert hashed(path, one.getvalue()) == hashed(path, other.getvalue())
    swapped = io.BytesIO()
    np.savez(swapped, y=x, x=y)
    assert hashed(path, one.getvalue()) != hashed(path, swapped.getvalue())


def header(text: str, *, version: int = 1, data: bytes = bytes(8)) -> bytes:
    length = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + length + text.encode() + data


GOOD = "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }\n"
HOSTILE_NPY = {
    "pickled-objects": saved(np.array([{}, 1], dtype=object)),
    "a-long-double": saved(np.zeros(2, dtype=np.longdouble)),
    "two-arrays": saved(np.zeros(1)) * 2,
    "cut-off": saved(np.zeros(9))[:-1],
    "too-many-elements": header(GOOD.replace("(1,)", "(2**62,)").replace("2**62", str(2**62))),
    "a-product-of-huge-lengths": header(GOOD.replace("(1,)", str((2**62,) * 9))),
    "huge-in-fortran-order": header(GOOD.replace("(1,)", str((2**31, 2**31))).replace("False", "True")),
    "less-than-nothing": header(GOOD.replace("(1,)", "(-1,)")),
    "a-call-for-a-shape": header(GOOD.replace("(1,)", "exit()")),
    "nested-without-end": header("(" * 5000 + ")" * 5000),
    "a-sum-without-end": header("+".join("1" * 9000)),
    "a-header-of-4-gigabytes": b"\x93NUMPY\2\0" + b"\xff" * 4 + bytes(99),
    "a-dtype-of-gigabytes": header(GOOD.replace("<f8", "<U999999999")),
    "fields-of-gigabytes": header(GOOD.replace("'<f8'", "[('a', '<f8', (999999, 999999))]")),
    "elements-without-size": header(GOOD.replace("<f8", "|S0"), data=b""),
    "a-list-for-a-field": header(GOOD.replace("'<f8'", "[[], 1]")),
    "another-version": header(GOOD, version=9),
    "empty": b"",
}


@pytest.mark.parametrize("name", HOSTILE_NPY)
def test_arrays_that_are_none_are_told_by_their_bytes(tmp_path: Path, name: str) -> None:
    data = HOSTILE_NPY[name]
    assert way(hashed(tmp_path / "a.npy", data)) == ""
    with zipfile.ZipFile(tmp_path / "b.npz", "w") as archive:
        archive.writestr("a.npy", data)
    assert way(artifact_hash(str(tmp_path / "b.npz"))) == ""
    assert way(hashed(tmp_path / "a.npy", header(GOOD))) == "npy:", "the cases differ from a good header"


def test_a_member_that_is_there_twice_is_told_by_bytes(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("a.npy", saved(np.zeros(1)))
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.npy", saved(np.ones(1)))
    assert way(artifact_hash(str(tmp_path / "a.npz"))) == ""


# safetensors: 8 bytes of length, JSON, bytes


def tensors(entries: dict[str, object], data: bytes) -> bytes:
    text = json.dumps(entries).encode()
    return struct.pack("<Q", len(text)) + text + data


def tensor(begin: int, end: int, shape: list[int] | None = None, dtype: str = "F32") -> dict[str, object]:
    return {"dtype": dtype, "shape": [1] if shape is None else shape, "data_offsets": [begin, end]}


def test_safetensors_are_their_tensors_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    first = hashed(path, tensors({"a": tensor(0, 4), "b": tensor(4, 8)}, b"aaaabbbb"))
    assert way(first) == "safetensors:"
    moved = {"b": tensor(0, 4), "__metadata__": {"z": "1", "a": "2"}, "a": tensor(4, 8)}
    assert hashed(path, tensors(moved, b"bbbbaaaa")) == first
    assert hashed(path, tensors(moved, b"bbbbaaab")) != first
    assert hashed(path, tensors({"a": tensor(0, 4), "c": tensor(4, 8)}, b"aaaabbbb")) != first
    assert hashed(path, tensors({"a": tensor(0, 4, dtype="I32"), "b": tensor(4, 8)}, b"aaaabbbb")) != first
    assert hashed(path, tensors({"a": tensor(0, 4, [1, 1]), "b": tensor(4, 8)}, b"aaaabbbb")) != first


HOSTILE_TENSORS = {
    "a-header-of-exabytes": struct.pack("<Q", 2**63) + b"{}",
    "a-header-longer-than-the-file": struct.pack("<Q", 9) + b"{}",
    "nested-without-end": struct.pack("<Q", 10**5) + b"[" * 10**5,
    "a-hole": tensors({"a": tensor(0, 4), "b": tensor(8, 12)}, bytes(12)),
    "an-overlap": tensors({"a": tensor(0, 4), "b": tensor(0, 4)}, bytes(4)),
    "more-than-its-tensors": tensors({"a": tensor(0, 4)}, bytes(5)),
    "less-than-its-tensors": tensors({"a": tensor(0, 4)}, bytes(3)),
    "backwards": tensors({"a": tensor(4, 0)}, bytes(4)),
    "offsets-below-nothing": tensors({"a": tensor(-4, 0)}, bytes(4)),
    "truths-for-offsets": tensors({"a": {"dtype": "F32", "shape": [1], "data_offsets": [False, True]}}, b"a"),
    "a-shape-that-does-not-fit": tensors({"a": tensor(0, 4, [3])}, bytes(4)),
    "a-name-twice": struct.pack("<Q", 12) + b'{"a":1,"a":2',
    "no-object": struct.pack("<Q", 2) + b"[]",
    "empty": b"",
}


@pytest.mark.parametrize("name", HOSTILE_TENSORS)
def test_safetensors_that_are_none_are_told_by_their_bytes(tmp_path: Path, name: str) -> None:
    assert way(hashed(tmp_path / "a.safetensors", HOSTILE_TENSORS[name])) == ""


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["bzip2", "lzma"])
def test_members_packed_in_unusual_ways_are_told_by_bytes(tmp_path: Path, kind: int) -> None:
    """Unpacking LZMA may take gigabytes of memory for a few bytes."""
    with zipfile.ZipFile(tmp_path / "a.npz", "w", kind) as archive:
        archive.writestr("a.npy", saved(np.zeros(1)))
    assert way(artifact_hash(str(tmp_path / "a.npz"))) == ""


@pytest.mark.parametrize("name", ["a.npy", "a.npz", "a.safetensors"])
def test_random_damage_is_a_hash_and_never_an_error(tmp_path: Path, name: str) -> None:
    packed = io.BytesIO()
    np.savez_compressed(packed, a=ARRAYS["texts"], b=np.array(ARRAYS["floats"], order="F"))
    whole = {
        "a.npy": saved(np.array(ARRAYS["records"], order="F")),
        "a.npz": packed.getvalue(),
        "a.safetensors": tensors({"a": tensor(0, 4), "b": tensor(4, 8)}, b"aaaabbbb"),
    }[name]
    chance = random.Random(10)
    for _ in range(400):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 9)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        if chance.random() < 0.2:
            del damaged[chance.randrange(len(damaged)) :]
        assert "sha256:" in hashed(tmp_path / name, bytes(damaged))
