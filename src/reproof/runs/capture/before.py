"""What stood in the files of results before a training: only what it wrote is a result of it."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

    from reproof.runs.layout import Layout

Stamp = tuple[int, int, int]  # time of the last change in ns, size in bytes, inode


@dataclass(frozen=True, slots=True)
class Before:
    """What the files of metrics and predictions were before the training, to tell whether it wrote them."""

    stamps: tuple[tuple[str, Stamp | None], ...]


def before_training(root: str, layout: Layout, taken: Container[str] = ()) -> Before:
    """Remember the files of metrics and predictions as they lie there; not those `taken` from a recorded run."""
    paths = (*layout.metrics, *([layout.predictions] if layout.predictions else []))
    return Before(tuple((path, stamp_of(root, path)) for path in paths if path not in taken))


def stamp_of(root: str, path: str) -> Stamp | None:
    """What changes when a file is written anew; None for what is no file, which holds no metrics."""
    try:
        status = os.stat(os.path.join(root, path))
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size, status.st_ino) if stat.S_ISREG(status.st_mode) else None
