"""Files whose names strangers chose: the bytes of a regular one, and never a wait for a pipe."""

from __future__ import annotations

import errno
import os
import stat


def read_regular(path: str, most: int | None = None) -> bytes | None:
    """The bytes of a regular file; None for one of more than `most` bytes. Raises `OSError` for anything else."""
    with open(path, "rb", buffering=0, opener=_open_at_once) as handle:
        about = os.fstat(handle.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", path)
        return None if most is not None and about.st_size > most else handle.read()


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
