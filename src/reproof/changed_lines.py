"""Which lines of which files a change touched: git's own diff, read without running anything."""

from __future__ import annotations

import re
import sys
from itertools import pairwise

Ranges = tuple[tuple[int, int], ...]  # (first, last) line, from 1, of the newer side
UNTOLD: Ranges = ((1, sys.maxsize),)  # any line: git shows none

_HUNK = re.compile(rb"^@@ -[0-9]+(?:,[0-9]+)? \+([0-9]+)(?:,([0-9]+))? @@", re.MULTILINE)
_BINARY = re.compile(rb"^Binary files ", re.MULTILINE)
_GONE = re.compile(rb"^deleted file mode ", re.MULTILINE)
_FILE = re.compile(rb"^diff --git ", re.MULTILINE)


def changed_lines(diff: bytes) -> dict[str, Ranges]:
    """Path -> changed lines, from `git diff-tree --raw -z --patch --unified=0`.

    The raw part has the names unquoted and in the order of the patches. Lines that were only taken away leave
    their place: the line before. A deleted file, and one of another mode, has none. A binary one is `UNTOLD`: a
    line in `.gitattributes`, which is the change's own, makes one of any.
    """
    raw, _, patch = diff.partition(b"\0\0")
    entries = raw.split(b"\0")
    # A file that became a symbolic link, or the other way round, has two patches: one went, one came.
    names = [
        name.decode("utf-8", "surrogateescape")
        for head, name in zip(entries[::2], entries[1::2], strict=False)
        for _ in range(2 if head.endswith(b" T") else 1)
    ]
    starts = [found.start() for found in _FILE.finditer(patch)]
    parts = [patch[start:end] for start, end in pairwise([*starts, len(patch)])]
    return {name: _ranges(part) for name, part in zip(names, parts, strict=True)}


def touches(ranges: Ranges, first: int, last: int) -> bool:
    """Whether lines `first` to `last` hold a changed one."""
    return any(start <= last and first <= end for start, end in ranges)


def _ranges(patch: bytes) -> Ranges:
    found = []
    for hunk in _HUNK.finditer(patch):
        start, count = int(hunk[1]), int(hunk[2] or b"1")
        if start:
            found.append((start, start + max(count, 1) - 1))
    if not found and _BINARY.search(patch) and not _GONE.search(patch):
        return UNTOLD
    return tuple(found)
