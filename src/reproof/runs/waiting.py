"""What waits in a folder of this clone until its store has it: records (they were paid for) and acceptances.

A file is there whole or not at all, whenever a process is killed. Knows no store.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar, cast

from reproof.errors import StoreError
from reproof.strict import NewerSchemaError, SchemaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reproof.runs.acceptance import Acceptance
    from reproof.runs.record import RunRecord

NOT_OURS = "This file is not what reproof writes; look at it, then mend or remove it."
NEWER = "Nothing is wrong with this file: whoever wrote it has a newer reproof."
KEPT_HERE = "They are kept in this clone and go out with the next `reproof run` or `reproof accept`."


class Kept(Protocol):
    """What can be stored: it has an id of its own, and a key that it lies with."""

    @property
    def id(self) -> str: ...

    @property
    def key(self) -> str: ...


T = TypeVar("T", bound=Kept)


if TYPE_CHECKING:

    class _Module(Protocol[T]):
        """A module that writes and reads one sort of thing."""

        LIMIT: int

        @staticmethod
        def dump(thing: T, /) -> bytes: ...

        @staticmethod
        def load(data: bytes, what: str, /) -> T: ...


@dataclass(frozen=True)
class Format(Generic[T]):
    """How one sort of thing is written and read: by `dump`, `load` and `LIMIT` (bytes) of a module.

    It is imported with the first thing, since mostly none waits. `refused` begins the message of a refusal.
    """

    module: str
    refused: str

    @property
    def limit(self) -> int:
        """Bytes that one may have."""
        return int(self._module.LIMIT)

    @property
    def _module(self) -> _Module[T]:
        return cast("_Module[T]", import_module(self.module))

    def written(self, things: Sequence[T]) -> dict[str, bytes]:
        """Things as `id -> JSON`; raises `StoreError` for what would not read back."""
        try:
            return {thing.id: self._module.dump(thing) for thing in things}
        except SchemaError as error:
            raise StoreError(f"{self.refused}: {error}") from None

    def read(self, data: bytes, what: str) -> T:
        """One thing from a store; raises `StoreError` with the file's name."""
        try:
            return self._module.load(data, what)
        except NewerSchemaError as error:
            raise StoreError(str(error), NEWER) from None
        except SchemaError as error:
            raise StoreError(str(error), NOT_OURS) from None

    def read_file(self, path: str, what: str | None = None) -> T:
        """One thing from a file, of which no more is read than it may be long; never waits for a pipe.

        Raises `StoreError` for anything else, which names `what` (the path, unless given); `FileNotFoundError` and
        `PermissionError` as they are.
        """
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)
        try:
            with open(path, "rb", opener=lambda name, _: os.open(name, flags)) as handle:
                data = handle.read(self.limit + 1) or b""
        except (FileNotFoundError, PermissionError):
            raise
        except OSError as error:
            raise StoreError(f"{path} cannot be read: {error.strerror}", NOT_OURS) from None
        return self.read(data, what or path)


RECORDS: Format[RunRecord] = Format("reproof.runs.schema", "the run cannot be recorded")
ACCEPTANCES: Format[Acceptance] = Format("reproof.runs.acceptance", "the run cannot be accepted")


class Waiting(Generic[T]):
    """What waits in `folder`, which is made when it is needed."""

    def __init__(self, folder: str, kind: Format[T]) -> None:
        self._folder = folder
        self._kind = kind

    def __len__(self) -> int:
        return len(self._names())

    def keep(self, things: Sequence[T]) -> None:
        """Put things here; raises `StoreError` before any is, where one cannot be written."""
        files = self._kind.written(things)
        try:
            os.makedirs(self._folder, exist_ok=True)
            for one, data in files.items():
                write_whole(self._at(one), data)
        except OSError as error:
            raise StoreError(
                f"nothing can be kept in {self._folder}: {error.strerror}",
                "Make room there, or make it writable.",
            ) from None

    def all(self) -> list[T]:
        """All that wait, by id. Raises `StoreError` for a file that is none of ours, with its name."""
        found = []
        for name in self._names():
            # Another process may have brought it away meanwhile.
            with contextlib.suppress(FileNotFoundError):
                found.append(self._kind.read_file(os.path.join(self._folder, name)))
        return found

    def release(self, things: Sequence[T]) -> None:
        """The store has these now."""
        for thing in things:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._at(thing.id))

    def _at(self, one: str) -> str:
        return os.path.join(self._folder, f"{one}.json")

    def _names(self) -> list[str]:
        with contextlib.suppress(FileNotFoundError):
            names = os.listdir(self._folder)
            return sorted(name for name in names if name.endswith(".json") and not name.startswith("."))
        return []


def waiting_words(records: Sequence[RunRecord], acceptances: Sequence[Acceptance]) -> str:
    """`2 recorded run(s) and 1 acceptance(s)`."""
    told = [f"{len(records)} recorded run(s)"] if records else []
    return " and ".join([*told, *([f"{len(acceptances)} acceptance(s)"] if acceptances else [])])


def write_whole(path: str, data: bytes) -> None:
    """Write a file so that whoever looks sees all of it or nothing, even after a power cut."""
    scratch = f"{path}.{os.getpid()}.part"
    with open(scratch, "wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(scratch, path)
