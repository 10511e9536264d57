"""Arrays by logical value: any strides to C order, any byte order to little-endian, without NumPy.

Elements are moved by slices of memory views, which is done in C: never one at a time in Python, but for
arrays that are tiny in two of their dimensions.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Literal

from reproof.runs.canonical.frame import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

BLOCK = 1 << 16  # elements that are moved at once
CHUNK = 1 << 20
UNITS: dict[int, Literal["Q", "I", "H", "B"]] = {8: "Q", 4: "I", 2: "H", 1: "B"}


def c_strides(shape: Sequence[int]) -> tuple[int, ...]:
    """Strides in elements of an array in C order (the last index runs fastest)."""
    return tuple(math.prod(shape[position + 1 :]) for position in range(len(shape)))


def fortran_strides(shape: Sequence[int]) -> tuple[int, ...]:
    """Strides in elements of an array in Fortran order (the first index runs fastest)."""
    return tuple(math.prod(shape[:position]) for position in range(len(shape)))


def in_c_order(
    data: memoryview, itemsize: int, offset: int, shape: Sequence[int], strides: Sequence[int]
) -> Iterator[bytes | memoryview]:
    """The elements' bytes in C order; offset and strides count elements, `data` is a view of bytes.

    Raises `UnreadableError` where an element would lie outside of `data`.
    """
    if 0 in shape:
        return
    last = offset + sum((length - 1) * stride for length, stride in zip(shape, strides, strict=True))
    if offset < 0 or min(strides, default=0) < 0 or (last + 1) * itemsize > len(data):
        raise UnreadableError("an array reaches beyond its bytes")
    kept = [(length, stride) for length, stride in zip(shape, strides, strict=True) if length > 1]
    run = 1  # elements that lie in a row already, the innermost dimensions
    while kept and kept[-1][1] == run:
        run *= kept.pop()[0]
    if run > 1 or not kept:
        starts = _starts(kept, offset)
        for start in starts:
            for begin in range(start * itemsize, (start + run) * itemsize, CHUNK):
                yield data[begin : min(begin + CHUNK, (start + run) * itemsize)]
        return
    yield from _gathered(data, itemsize, offset, kept)


def little_endian(
    chunks: Iterable[bytes | memoryview], order: Sequence[int], itemsize: int
) -> Iterator[bytes]:
    """Chunks with each item's bytes taken in `order` (positions in an item of `itemsize` bytes).

    Chunks may end inside an item. `order` may leave bytes out: those are padding.
    """
    rest = b""
    for chunk in chunks:
        whole = rest + bytes(chunk)
        count = len(whole) // itemsize
        rest = whole[count * itemsize :]
        made = bytearray(count * len(order))
        for target, source in enumerate(order):
            made[target :: len(order)] = whole[source : count * itemsize : itemsize]
        yield bytes(made)
    if rest:
        raise UnreadableError("an array ends inside an element")


def _starts(dimensions: Sequence[tuple[int, int]], offset: int) -> Iterator[int]:
    """The offsets of all index tuples of some dimensions, the last index running fastest."""
    ranges = [range(0, length * stride, stride) if stride else [0] * length for length, stride in dimensions]
    return (offset + sum(steps) for steps in itertools.product(*ranges))


def _gathered(
    data: memoryview, itemsize: int, offset: int, dimensions: list[tuple[int, int]]
) -> Iterator[bytes]:
    """Blocks of the two innermost dimensions, moved by slices along the longer of them."""
    unit = next(size for size in UNITS if itemsize % size == 0)
    planes = itemsize // unit
    source = data[: len(data) - len(data) % unit].cast(UNITS[unit])
    (inner, inner_stride) = dimensions[-1]
    (outer, outer_stride) = dimensions[-2] if len(dimensions) > 1 else (1, 0)
    rows = max(1, BLOCK // inner)
    for start in _starts(dimensions[:-2], offset):
        for first in range(0, outer, rows):
            count = min(rows, outer - first)
            made = bytearray(count * inner * itemsize)
            target = memoryview(made).cast(UNITS[unit])
            begin = start + first * outer_stride
            for plane in range(planes):
                if count >= inner:
                    for column in range(inner):
                        picked = _picked(
                            source, begin + column * inner_stride, outer_stride, count, planes, plane
                        )
                        target[column * planes + plane :: inner * planes] = picked
                else:
                    for row in range(count):
                        picked = _picked(
                            source, begin + row * outer_stride, inner_stride, inner, planes, plane
                        )
                        low = row * inner * planes
                        target[low + plane : low + inner * planes : planes] = picked
            target.release()
            yield bytes(made)


def _picked(source: memoryview, start: int, stride: int, count: int, planes: int, plane: int) -> memoryview:
    """`count` units of one plane from an element on, `stride` elements apart; a stride of 0 repeats one."""
    begin = start * planes + plane
    if stride == 0:
        return memoryview(source[begin : begin + 1].tobytes() * count).cast(UNITS[source.itemsize])
    return source[begin : begin + (count - 1) * stride * planes + 1 : stride * planes]
