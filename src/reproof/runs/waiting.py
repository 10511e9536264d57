"""Records that wait in a folder of this clone until their store has them: what was trained is paid for.

A record is there whole or not at all, whenever a process is killed. Knows no store.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from reproof.errors import StoreError
from reproof.runs.schema import LIMIT, dump, load
from reproof.strict import SchemaError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reproof.runs.record import RunRecord

NOT_OURS = "This file is not what reproof writes; look at it, then mend or remove it."


class WaitingRecords:
    """The waiting records in `folder`, which is made when it is needed."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def __len__(self) -> int:
        return len(self._names())

    def keep(self, files: Mapping[str, bytes]) -> None:
        """Put records here, each as `id -> JSON`."""
        os.makedirs(self._folder, exist_ok=True)
        for run, data in files.items():
            write_whole(self._at(run), data)

    def all(self) -> list[RunRecord]:
        """All that wait, by id. Raises `StoreError` for a file that is no record, with its name."""
        records = []
        for name in self._names():
            # Another process may have brought it away meanwhile.
            with contextlib.suppress(FileNotFoundError):
                path = os.path.join(self._folder, name)
                records.append(read_record(read_limited(path), path))
        return records

    def release(self, records: Sequence[RunRecord]) -> None:
        """The store has these now."""
        for record in records:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._at(record.id))

    def _at(self, run: str) -> str:
        return os.path.join(self._folder, f"{run}.json")

    def _names(self) -> list[str]:
        with contextlib.suppress(FileNotFoundError):
            return sorted(name for name in os.listdir(self._folder) if name.endswith(".json"))
        return []


def written(records: Sequence[RunRecord]) -> dict[str, bytes]:
    """Records as `id -> JSON`; raises `StoreError` for what would not read back."""
    try:
        return {record.id: dump(record) for record in records}
    except SchemaError as error:
        raise StoreError(f"the run cannot be recorded: {error}") from None


def read_record(data: bytes, what: str) -> RunRecord:
    """A record from a store; raises `StoreError` with the file's name."""
    try:
        return load(data, what)
    except SchemaError as error:
        raise StoreError(str(error), NOT_OURS) from None


def read_limited(path: str) -> bytes:
    """A file's content, cut one byte after what a record may be long; never waits for a pipe.

    Raises `StoreError` for anything but a plain file.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with open(descriptor, "rb") as handle:
        try:
            return handle.read(LIMIT + 1) or b""
        except OSError as error:
            raise StoreError(f"{path} cannot be read: {error.strerror}", NOT_OURS) from None


def write_whole(path: str, data: bytes) -> None:
    """Write a file so that whoever looks sees all of it or nothing, even after a power cut."""
    scratch = f"{path}.{os.getpid()}.part"
    with open(scratch, "wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(scratch, path)
