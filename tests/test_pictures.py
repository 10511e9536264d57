"""Pictures of the documentation: small, all there, and made small without another picture coming out."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from scripts.palette import MAGIC, with_palette

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LARGEST = 100_000  # bytes of one picture


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def picture(rows: Sequence[Sequence[tuple[int, ...]]], kind: int) -> bytes:
    """A PNG of those pixels whose lines are all filtered in one way (https://www.w3.org/TR/png-3/#9Filters)."""
    size, data, above = len(rows[0][0]), b"", bytes(len(rows[0]) * len(rows[0][0]))
    for row in rows:
        plain = bytes(value for pixel in row for value in pixel)
        data += bytes([kind])
        for at, value in enumerate(plain):
            left, corner = (plain[at - size], above[at - size]) if at >= size else (0, 0)
            up = above[at]
            near = min((left, up, corner), key=lambda one: abs(left + up - corner - one))
            data += bytes([(value - (0, left, up, (left + up) // 2, near)[kind]) & 255])
        above = plain
    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, {3: 2, 4: 6}[size], 0, 0, 0)
    return MAGIC + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def pixels(png: bytes) -> list[list[tuple[int, ...]]]:
    """The pixels of what `with_palette` made."""
    parts, at = {}, len(MAGIC)
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        parts[name] = png[at + 8 : at + 8 + length]
        at += length + 12
    width, height = struct.unpack(">II", parts[b"IHDR"][:8])
    data, colours = zlib.decompress(parts[b"IDAT"]), parts[b"PLTE"]
    lines = [data[row * (width + 1) + 1 : (row + 1) * (width + 1)] for row in range(height)]
    return [[tuple(colours[place * 3 : place * 3 + 3]) for place in line] for line in lines]


@pytest.mark.parametrize("kind", range(5), ids=["none", "sub", "up", "average", "paeth"])
@pytest.mark.parametrize("size", [3, 4])
def test_few_colours_come_out_as_they_were(kind: int, size: int) -> None:
    rows = [[(x * 37 % 256, y * 91 % 256, x * y * 13 % 256, 255)[:size] for x in range(9)] for y in range(7)]
    assert pixels(with_palette(picture(rows, kind))) == [[pixel[:3] for pixel in row] for row in rows]


def test_a_rare_colour_is_not_lost_among_many_shades() -> None:
    rows = [[(value, value, value) for value in range(256)] for _ in range(9)] + [[(255, 0, 0)] * 256]
    made = pixels(with_palette(picture(rows, 0), 32))
    assert set(made[-1]) == {(255, 0, 0)}
    assert all(abs(pixel[0] - value) < 16 for value, pixel in enumerate(made[0]))


def test_the_pages_show_pictures_that_are_there_and_small() -> None:
    shown = {
        (page.parent / name).resolve()
        for page in PAGES
        for name in re.findall(r"[\w./-]+\.png", page.read_text(encoding="utf-8"))
    }
    assert shown == set((ROOT / "docs" / "images").glob("*.png"))
    assert {one.name: one.stat().st_size for one in shown if one.stat().st_size > LARGEST} == {}
