"""`RunStore` in a plain folder, laid out like the records branch: for experiments, or a disk that a team shares.

One `add` is one renaming of a folder with all its records below `arriving/`; from there they are put in their
places by whoever comes next, the writer itself in general. So a kill at any moment leaves all or none of them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import time
import uuid
from typing import TYPE_CHECKING

from reproof.errors import StoreError
from reproof.runs.acceptance import newest_last
from reproof.runs.record import oldest_first
from reproof.runs.waiting import ACCEPTANCES, NOT_OURS, RECORDS, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reproof.runs.acceptance import Acceptance
    from reproof.runs.record import RunRecord

NAME_ANOTHER = "The folder of the records is named by [tool.reproof.store] path."
STALE = 86400  # seconds after which a half-written addition was left by a process that is gone
HEXADECIMAL = frozenset("0123456789abcdef")


class RecordsFolder:
    """The records in `folder`, which is made by the first `add`."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def same_key(self, key: str) -> Sequence[RunRecord]:
        """All runs of a key, oldest first."""
        self._settle()
        folder = self._at("runs", key[:2], key)
        return self._read([(key, name) for name in _listed(folder)]) if _is_name(key) else ()

    def of_commit(self, commit: str) -> Sequence[RunRecord]:
        """All runs of a commit, oldest first."""
        self._settle()
        if not _is_name(commit):
            return ()
        found = [name.partition("-")[::2] for name in _listed(self._at("commits", commit[:2], commit))]
        return tuple(
            record
            for record in self._read([(key, f"{run}.json") for key, run in found if _is_name(key)])
            if record.code.commit == commit
        )

    def starting_with(self, prefix: str) -> Sequence[RunRecord]:
        """All runs whose ids start with a text, oldest first; other records are not read."""
        self._settle()
        return self._read([(key, name) for key, name in self._everything() if name.startswith(prefix)])

    def newest_recorded(self, commits: Iterable[str]) -> str | None:
        """The first of the commits that has a recorded run."""
        return next((commit for commit in commits if self.of_commit(commit)), None)

    def all(self) -> Sequence[RunRecord]:
        """Every run, oldest first."""
        return self.starting_with("")

    def newest(self, limit: int) -> Sequence[RunRecord]:
        """The newest runs, oldest first: those of the files that were written last."""
        self._settle()
        dated = []
        for key, name in self._everything():
            with contextlib.suppress(FileNotFoundError):
                dated.append((os.lstat(self._at("runs", key[:2], key, name)).st_mtime_ns, key, name))
        return self._read([(key, name) for _, key, name in sorted(dated)[-limit:]])

    def add(self, records: Sequence[RunRecord]) -> None:
        """Append runs; all or none. Raises `StoreError` when they could not be kept.

        Of no runs, it makes the folder and sees that it could.
        """
        files = RECORDS.written(records)
        try:
            if not files:
                _refuse_unwritable(self._folder)
                return
            scratch = self._at("writing", uuid.uuid4().hex)
            os.makedirs(scratch)
            os.makedirs(self._at("arriving"), exist_ok=True)
            for run, data in files.items():
                write_whole(os.path.join(scratch, f"{run}.json"), data)
            os.rename(scratch, self._at("arriving", os.path.basename(scratch)))
            _flush(self._at("arriving"))
        except OSError as error:
            raise self._unwritable(error) from None
        self._settle()
        self._clean()

    def accepted(self) -> Sequence[Acceptance]:
        """Every acceptance, oldest first."""
        found = []
        for key, name in self._everything("accepted"):
            if name.endswith(".json"):
                path = self._at("accepted", key[:2], key, name)
                one = ACCEPTANCES.read_file(path)
                if (one.key, f"{one.id}.json") != (key, name):
                    raise StoreError(f"{path} holds another acceptance than its name says", NOT_OURS)
                found.append(one)
        return newest_last(found)

    def accept(self, acceptance: Acceptance) -> None:
        """Append an acceptance: one file, so one renaming. Raises `StoreError` when it could not be kept."""
        (data,) = ACCEPTANCES.written([acceptance]).values()
        path = self._at("accepted", acceptance.key[:2], acceptance.key, f"{acceptance.id}.json")
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if not os.path.exists(path):  # only ever appended to: the first stays
                write_whole(path, data)
            _flush(os.path.dirname(path))
        except OSError as error:
            raise self._unwritable(error) from None

    def _settle(self) -> None:
        """Put what arrived in its place. Many may do so at once: each step is the same, whoever takes it.

        Raises `StoreError` where the store is a file and no folder.
        """
        if os.path.exists(self._folder) and not os.path.isdir(self._folder):
            raise StoreError(f"{self._folder} is no folder", NAME_ANOTHER)
        for name in _listed(self._at("arriving")):
            folder = self._at("arriving", name)
            try:
                for file in _listed(folder):
                    if file.endswith(".json"):
                        self._place(os.path.join(folder, file))
            except (FileNotFoundError, PermissionError):
                continue  # another process was faster; or this one may only read, and the next will do it
            except OSError as error:
                if error.errno != errno.EROFS:
                    raise self._unwritable(error) from None
            # A stranger's file may be in it, or one that NFS keeps for a reader.
            with contextlib.suppress(OSError):
                os.rmdir(folder)

    def _place(self, path: str) -> None:
        """The index first: an entry without its record is none, a record without its entry would be lost."""
        record = RECORDS.read_file(path)
        commit, key = record.code.commit, record.key
        entry = self._at("commits", commit[:2], commit, f"{key}-{record.id}")
        final = self._at("runs", key[:2], key, f"{record.id}.json")
        for made in (entry, final):
            os.makedirs(os.path.dirname(made), exist_ok=True)
        with open(entry, "ab"):
            pass
        if os.path.exists(final):  # only ever appended to: the first stays
            os.unlink(path)
            return
        os.replace(path, final)
        _flush(os.path.dirname(final))

    def _clean(self) -> None:
        for name in _listed(self._at("writing")):
            left = self._at("writing", name)
            with contextlib.suppress(FileNotFoundError):
                if time.time() - os.stat(left).st_mtime > STALE:
                    shutil.rmtree(left, ignore_errors=True)

    def _everything(self, what: str = "runs") -> Iterator[tuple[str, str]]:
        for two in _listed(self._at(what)):
            for key in _listed(self._at(what, two)):
                for name in _listed(self._at(what, two, key)):
                    yield key, name

    def _read(self, found: Iterable[tuple[str, str]]) -> tuple[RunRecord, ...]:
        records = []
        for key, name in found:
            if not name.endswith(".json"):
                continue
            path = self._at("runs", key[:2], key, name)
            with contextlib.suppress(FileNotFoundError):  # an index entry whose record has not come yet
                record = RECORDS.read_file(path)
                if (record.key, f"{record.id}.json") != (key, name):
                    raise StoreError(f"{path} holds another run than its name says", NOT_OURS)
                records.append(record)
        return oldest_first(records)

    def _unwritable(self, error: OSError) -> StoreError:
        return StoreError(
            f"the records folder {self._folder} cannot be written: {error.strerror}",
            f"Make it writable. {NAME_ANOTHER}",
        )

    def _at(self, *parts: str) -> str:
        return os.path.join(self._folder, *parts)


def _is_name(text: str) -> bool:
    """Whether it can be a key or a commit, and so leads nowhere else."""
    return bool(text) and set(text) <= HEXADECIMAL


def _listed(folder: str) -> list[str]:
    """The names in a folder but those that systems hide: Finder, NFS and editors leave files everywhere."""
    try:
        return sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise StoreError(f"{folder} cannot be read: {error.strerror}", "Check who may read it.") from None


def _refuse_unwritable(folder: str) -> None:
    """Raises `OSError` where nothing can be put into a folder, which is made."""
    os.makedirs(folder, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def _flush(folder: str) -> None:
    """Make renamings in a folder last beyond a power cut, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
