"""Pictures by their pixels."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from reproof.runs.canonical import artifact_hash, png


def hashed(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return artifact_hash(str(path))


def way(text: str) -> str:
    return text.rpartition("sha256:")[0]


def picture(rows: list[bytes], width: int, colour: int, level: int = 9, extra: bytes = b"") -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    start = struct.pack(">IIBBBBB", width, len(rows), 8, colour, 0, 0, 0)
    text = chunk(b"tEXt", extra) if extra else b""
    return (
        png.SIGNATURE
        + chunk(b"IHDR", start)
        + text
        + chunk(b"IDAT", zlib.compress(b"".join(rows), level))
        + chunk(b"IEND", b"")
    )


def filtered(rows: list[bytes], step: int, chance: random.Random) -> list[bytes]:
    """The rows with filters by chance, as the specification defines them (§9.2), from the samples' own side."""
    above, made = bytes(len(rows[0])), []
    for row in rows:
        kind = chance.randrange(5)
        line = bytearray([kind])
        for at, value in enumerate(row):
            left, corner = (row[at - step], above[at - step]) if at >= step else (0, 0)
            guess = left + above[at] - corner
            nearest = min((left, above[at], corner), key=lambda one: abs(guess - one))
            line.append((value - (0, left, above[at], (left + above[at]) // 2, nearest)[kind]) & 255)
        made.append(bytes(line))
        above = row
    return made


@pytest.mark.parametrize(
    ("colour", "step"), [(0, 1), (2, 3), (4, 2), (6, 4)], ids=["grey", "rgb", "grey-a", "rgba"]
)
def test_a_picture_is_its_pixels(tmp_path: Path, colour: int, step: int) -> None:
    chance, path = random.Random(8), tmp_path / "a.png"
    for _ in range(30):
        width, height = chance.randint(1, 9), chance.randint(1, 9)
        rows = [chance.randbytes(width * step) for _ in range(height)]
        first = hashed(path, picture([b"\0" + row for row in rows], width, colour))
        other = picture(filtered(rows, step, chance), width, colour, level=1, extra=b"Software\0a plotter")
        assert way(first) == "png:"
        assert hashed(path, other) == first
        rows[-1] = bytes([rows[-1][0] ^ 1]) + rows[-1][1:]
        assert hashed(path, picture(filtered(rows, step, chance), width, colour)) != first


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: data[:-1], id="cut-off"),
        pytest.param(lambda data: data[:40] + b"?" + data[41:], id="a-wrong-checksum"),
        pytest.param(lambda data: data[:8], id="only-the-signature"),
        pytest.param(lambda _: picture([b"\7abc"], 1, 2), id="an-unknown-filter"),
        pytest.param(lambda _: picture([b"\0abc" + bytes(9999)], 1, 2), id="more-rows-than-said"),
        pytest.param(lambda _: picture([b"\0"], 2**31, 2), id="a-width-of-gigabytes"),
        pytest.param(lambda _: picture([b"\0abc"], 1, 5), id="an-unknown-colour-type"),
    ],
)
def test_a_picture_that_is_none_is_told_by_its_bytes(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    data = picture([b"\0abc"], 1, 2)
    assert way(hashed(tmp_path / "a.png", data)) == "png:"
    assert way(hashed(tmp_path / "a.png", damage(data))) == ""
