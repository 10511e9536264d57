"""A screenshot made small: a PNG of 8 bits a channel in, one with a palette out. For text: few colours."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

MAGIC = b"\x89PNG\r\n\x1a\n"
COLOURS = 128
Colour = tuple[int, ...]


def with_palette(png: bytes, most: int = COLOURS) -> bytes:
    """The picture in at most `most` (up to 256) of its colours, each other one shown as the nearest of them."""
    parts = list(_chunks(png))
    width, height, depth, kind = struct.unpack(">IIBB", parts[0][1][:10])
    if depth != 8 or kind not in (2, 6):
        raise ValueError("not a picture of 8 bits in red, green and blue")
    size = 4 if kind == 6 else 3
    packed = b"".join(data for name, data in parts if name == b"IDAT")
    rows = [_colours(row, size) for row in _rows(zlib.decompress(packed), width * size, size)]
    counted = Counter(colour for row in rows for colour in row)
    palette = _chosen(counted, most)
    place = {colour: _nearest(colour, palette) for colour in counted}
    lines = b"".join(b"\0" + bytes(place[colour] for colour in row) for row in rows)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    colours = bytes(sum(palette, ()))
    made = ((b"IHDR", head), (b"PLTE", colours), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return MAGIC + b"".join(_chunk(name, data) for name, data in made)


def _chosen(counted: Counter[Colour], most: int) -> list[Colour]:
    """The most frequent colours; of such as look alike one, so that a small red sign is not lost among greys."""
    if len(counted) <= most:
        return list(counted)
    shades: dict[Colour, Counter[Colour]] = {}
    for colour, count in counted.items():
        shades.setdefault(tuple(value >> 4 for value in colour), Counter())[colour] = count
    alike = sorted(shades.values(), key=lambda shade: -shade.total())
    return [shade.most_common(1)[0][0] for shade in alike[:most]]


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(MAGIC)
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        yield name, png[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _rows(data: bytes, length: int, size: int) -> Iterator[bytes]:
    """The lines with PNG's filters taken off (https://www.w3.org/TR/png-3/#9Filters)."""
    above = bytes(length)
    for start in range(0, len(data), length + 1):
        above = _row(data[start], data[start + 1 : start + 1 + length], above, size)
        yield above


def _row(kind: int, data: bytes, above: bytes, size: int) -> bytes:
    if kind == 0:
        return data
    if kind == 2:
        return bytes((byte + up) & 255 for byte, up in zip(data, above, strict=True))
    made = bytearray(size) + data  # a pixel of zeros stands left of the first
    over = bytes(size) + above
    for at in range(size, len(made)):
        left, up = made[at - size], over[at]
        if kind == 1:
            guess = left
        elif kind == 3:
            guess = (left + up) // 2
        else:
            corner = over[at - size]
            from_left, from_up, from_corner = (
                abs(up - corner),
                abs(left - corner),
                abs(left + up - 2 * corner),
            )
            if from_left <= from_up and from_left <= from_corner:
                guess = left
            else:
                guess = up if from_up <= from_corner else corner
        made[at] = (made[at] + guess) & 255
    return bytes(made[size:])


def _colours(row: bytes, size: int) -> list[Colour]:
    return list(zip(row[::size], row[1::size], row[2::size], strict=True))


def _nearest(colour: Colour, palette: list[Colour]) -> int:
    away = [sum((a - b) ** 2 for a, b in zip(colour, one, strict=True)) for one in palette]
    return away.index(min(away))
