"""A PNG by its picture: size, depth, palette, transparency and samples. Texts, times and compression do not count.

The filters of scanlines, which encoders choose as they like, are undone (PNG specification, third edition, §9)
for pictures up to `UNFILTERED`; larger and interlaced ones count as they were filtered.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from reproof.runs.canonical.frame import UnreadableError, framed

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
FILE = 256 * 1024 * 1024  # bytes of a file that is read
SAMPLES = 1 << 28  # bytes of scanlines that are unpacked
UNFILTERED = 8 * 1024 * 1024  # bytes of scanlines whose filters are undone: a second or two of Python
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
# Chunks that change what is seen. Gamma and colour profiles do; texts, times and pixel sizes do not.
SEEN = (b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP")


def png_digest(path: str) -> str:
    """The digest of a picture's header, visible chunks and samples."""
    with open(path, "rb") as handle:
        data = handle.read(FILE + 1)
    if len(data) > FILE:
        raise UnreadableError("it is larger than is read")
    header, packed = b"", []
    seen: dict[str, str] = {}
    for kind, body in _chunks(data):
        if kind == b"IHDR" and not header:
            header = body
        elif kind == b"IDAT":
            packed.append(body)
        elif kind in SEEN:
            seen[kind.decode()] = body.hex()
        elif kind != b"IEND" and not kind[0] & 0x20:
            raise UnreadableError("it has a critical chunk that is not known")
    width, height, depth, colour, compression, filtering, interlace = struct.unpack(">IIBBBBB", header)
    if compression or filtering or not width or not height or depth not in {1, 2, 4, 8, 16}:
        raise UnreadableError("its header is of no known kind")
    bits = CHANNELS[colour] * depth
    row = (width * bits + 7) // 8
    size = (row + 1) * height
    samples = _unpacked(packed, min(size, SAMPLES) if not interlace else SAMPLES)
    way = "filtered"
    if not interlace:
        if len(samples) != size:
            raise UnreadableError("it has other than its size in samples")
        if size <= UNFILTERED:
            way, samples = "plain", b"".join(_unfiltered(samples, row, max(1, bits // 8)))
    return framed([header.hex(), way, seen], [samples]).hex()


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not data.startswith(SIGNATURE):
        raise UnreadableError("it is no PNG")
    at = len(SIGNATURE)
    while True:
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        if len(body) != length or struct.unpack_from(">I", data, at + 8 + length)[0] != zlib.crc32(
            kind + body
        ):
            raise UnreadableError("a chunk is broken")
        yield kind, body
        if kind == b"IEND":
            return
        at += 12 + length


def _unpacked(packed: list[bytes], limit: int) -> bytes:
    """At most `limit` bytes; raises `UnreadableError` where there would be more."""
    stream = zlib.decompressobj()
    data = stream.decompress(b"".join(packed), limit + 1)
    if len(data) > limit or not stream.eof:
        raise UnreadableError("it unpacks to more than its size")
    return data


def _unfiltered(samples: bytes, row: int, step: int) -> Iterator[bytes]:
    """The rows without their filters; `step` is the bytes of a pixel, at least one."""
    above = bytearray(row)
    for begin in range(0, len(samples), row + 1):
        line = bytearray(samples[begin + 1 : begin + 1 + row])
        _undo(samples[begin], line, above, step)
        above = line
        yield bytes(line)


def _undo(kind: int, line: bytearray, above: bytearray, step: int) -> None:
    if kind == 1:
        for at in range(step, len(line)):
            line[at] = (line[at] + line[at - step]) & 255
    elif kind == 2:
        line[:] = bytes([(one + up) & 255 for one, up in zip(line, above, strict=True)])
    elif kind == 3:
        for at in range(len(line)):
            left = line[at - step] if at >= step else 0
            line[at] = (line[at] + (left + above[at]) // 2) & 255
    elif kind == 4:
        for at in range(len(line)):
            left, corner = (line[at - step], above[at - step]) if at >= step else (0, 0)
            line[at] = (line[at] + _paeth(left, above[at], corner)) & 255
    elif kind:
        raise UnreadableError("a row has no known filter")


def _paeth(left: int, up: int, corner: int) -> int:
    to_left, to_up, to_corner = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
    if to_left <= to_up and to_left <= to_corner:
        return left
    return up if to_up <= to_corner else corner
