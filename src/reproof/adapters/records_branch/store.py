"""Recorded runs on an append-only orphan branch, in step with the clone's `origin` where it has one.

Records wait in a folder until a commit with them is on the branch, so that a kill at any moment loses nothing
and leaves the branch whole. Layout of the branch: `docs/explanation/records.md`.
"""

from __future__ import annotations

import contextlib
import os
import random
import sys
import time
from typing import TYPE_CHECKING

from reproof.adapters.records_branch.bare import BareRepository, LostRaceError
from reproof.errors import StoreError
from reproof.runs.record import oldest_first
from reproof.runs.schema import dump, load
from reproof.strict import SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reproof.adapters.records_branch.bare import Entry
    from reproof.runs.record import RunRecord

PUBLISHED = "refs/reproof/published"  # the branch as last fetched
LOCAL = "refs/reproof/local"  # the branch of a repository without a remote
TRIES = 20  # races lost before giving up


class RecordsBranch:
    """The records branch of the repository in `root`."""

    def __init__(
        self, root: str, folder: str, ref: str, *, token: str | None = None, push: bool = True
    ) -> None:
        """`root` is the user's clone, `folder` where our bare repository lies; `ref` is the branch in full.

        `token` opens an https remote in CI, where the clone keeps no credentials; `push` publishes.
        """
        self._git = BareRepository(folder, root, token)
        self._pending = os.path.join(folder, "pending")
        self._ref = ref
        self._push = push
        self._fetched = False

    def same_key(self, key: str) -> Sequence[RunRecord]:
        """All runs of a key, oldest first."""
        published = self._load(self._listed(f"runs/{key[:2]}/{key}"))
        return _all_once(published, (record for record in self._waiting() if record.key == key))

    def of_commit(self, commit: str) -> Sequence[RunRecord]:
        """All runs of a commit, oldest first."""
        found: list[Entry] = []
        for entry in self._listed(f"commits/{commit[:2]}/{commit}"):
            key, _, run = entry.name.partition("-")
            found += [one for one in self._listed(f"runs/{key[:2]}/{key}") if one.name == f"{run}.json"]
        waiting = (record for record in self._waiting() if record.code.commit == commit)
        return _all_once(self._load(found), waiting)

    def starting_with(self, prefix: str) -> Sequence[RunRecord]:
        """All runs whose ids start with a text, oldest first; other records are not read."""
        found = [entry for entry in self._everything() if entry.name.rpartition("/")[2].startswith(prefix)]
        return _all_once(
            self._load(found), (record for record in self._waiting() if record.id.startswith(prefix))
        )

    def newest_recorded(self, commits: Iterable[str]) -> str | None:
        """The first of the commits with a record; folder listings are fetched once for each two digits."""
        waiting = {record.code.commit for record in self._waiting()}
        prefixes = {entry.name: entry.oid for entry in self._listed("commits")}
        listed: dict[str, set[str]] = {}
        for commit in commits:
            prefix = commit[:2]
            if prefix in prefixes and prefix not in listed:
                listed[prefix] = {entry.name for entry in self._git.entries(prefixes[prefix])}
            if commit in waiting or commit in listed.get(prefix, ()):
                return commit
        return None

    def all(self) -> Sequence[RunRecord]:
        """Every run, oldest first."""
        return _all_once(self._load(self._everything()), self._waiting())

    def add(self, records: Sequence[RunRecord]) -> None:
        """Keep the records here, then publish all that wait; raises `StoreError` saying what was kept."""
        try:
            files = {f"{record.id}.json": dump(record) for record in records}
        except SchemaError as error:
            raise StoreError(f"the run cannot be recorded: {error}") from None
        self._ensure()
        for name, data in files.items():
            _write_whole(os.path.join(self._pending, name), data)
        if self._git.remote and not self._push:
            return
        with self._git.alone():
            waiting = self._waiting()
            if not waiting:
                return
            try:
                self._publish(waiting)
            except StoreError as error:
                raise StoreError(
                    f"{len(waiting)} recorded run(s) could not be pushed to {self._ref}: {error.message}",
                    "They are kept in this clone and go out with the next `reproof run`.",
                ) from None
            for record in waiting:
                os.unlink(self._waiting_at(record))

    # Publishing: a commit on the newest tip, pushed; on a lost race fetched and made again.

    def _publish(self, records: Sequence[RunRecord]) -> None:
        for attempt in range(1, TRIES + 1):
            tip = self._newest_tip()
            commit = self._commit(records, tip)
            self._fetched = False
            try:
                if self._git.remote:
                    self._git.push(commit, self._ref)
                    self._git.move(PUBLISHED, commit, tip)
                else:
                    self._git.move(LOCAL, commit, tip)
            except LostRaceError:
                if attempt == TRIES:
                    raise
                time.sleep(random.uniform(0.05, 0.4) * attempt)  # noqa: S311  jitter, not a secret
                continue
            return

    def _commit(self, records: Sequence[RunRecord], tip: str | None) -> str:
        files: dict[str, bytes] = {}
        for record in records:
            commit, key = record.code.commit, record.key
            files[f"runs/{key[:2]}/{key}/{record.id}.json"] = dump(record)
            files[f"commits/{commit[:2]}/{commit}/{key}-{record.id}"] = b""
        message = f"Record {len(records)} run(s) of {records[0].code.commit[:12]}"
        return self._git.commit(tip, files, message)

    # Reading: the branch as fetched once in this process, and what still waits here.

    def _tip(self) -> str | None:
        self._ensure()
        if self._git.remote is None:
            return self._git.tip(LOCAL)
        if not self._fetched:
            self._fetch_if_possible()
        return self._git.tip(PUBLISHED)

    def _fetch_if_possible(self) -> None:
        """Without the remote, what this clone knows is better than nothing, and that is said."""
        try:
            with self._git.alone():
                self._newest_tip()
        except StoreError as error:
            if self._git.tip(PUBLISHED) is None and not os.listdir(self._pending):
                raise
            print(f"reproof: warning: {error.message}; showing what this clone has", file=sys.stderr)
            self._fetched = True

    def _newest_tip(self) -> str | None:
        if self._git.remote is None:
            return self._git.tip(LOCAL)
        self._git.fetch(self._ref, PUBLISHED)
        self._fetched = True
        return self._git.tip(PUBLISHED)

    def _ensure(self) -> None:
        self._git.ensure()
        os.makedirs(self._pending, exist_ok=True)
        if self._git.remote and self._git.tip(LOCAL):
            with self._git.alone():
                self._adopt_local()

    def _adopt_local(self) -> None:
        """Records of the time before there was a remote wait to be published there."""
        if tip := self._git.tip(LOCAL):
            for record in self._load(self._git.files_below(f"{tip}:runs")):
                _write_whole(self._waiting_at(record), dump(record))
            self._git.delete(LOCAL)

    def _waiting(self) -> list[RunRecord]:
        self._ensure()
        records = []
        for name in sorted(os.listdir(self._pending)):
            path = os.path.join(self._pending, name)
            # Another process may have published it meanwhile.
            with contextlib.suppress(FileNotFoundError):
                if name.endswith(".json"):
                    with open(path, "rb") as handle:
                        records.append(_read(handle.read(), path))
        return records

    def _waiting_at(self, record: RunRecord) -> str:
        return os.path.join(self._pending, f"{record.id}.json")

    def _everything(self) -> list[Entry]:
        """All records by name. Listings that are not here yet are fetched at once, not one by one."""
        folders = self._listed("runs")
        if not folders:
            return []
        self._git.prefetch(entry.oid for entry in folders)
        return self._git.files_below(f"{self._tip()}:runs")

    def _listed(self, path: str) -> list[Entry]:
        """A folder of the branch; empty where the branch has none."""
        tip = self._tip()
        entries = self._git.entries(f"{tip}^{{tree}}") if tip else []
        for part in path.split("/"):
            oid = next((entry.oid for entry in entries if entry.name == part), None)
            if oid is None:
                return []
            entries = self._git.entries(oid)
        return entries

    def _load(self, entries: Sequence[Entry]) -> list[RunRecord]:
        oids = [entry.oid for entry in entries]
        if len(oids) > 1:
            self._git.prefetch(oids)
        return [
            _read(data, f"{self._ref}:{entry.name}")
            for entry, data in zip(entries, self._git.contents(oids), strict=True)
        ]


def _read(data: bytes, what: str) -> RunRecord:
    try:
        return load(data, what)
    except SchemaError as error:
        raise StoreError(str(error), "This file is not what reproof writes; look at it with git.") from None


def _all_once(published: Iterable[RunRecord], waiting: Iterable[RunRecord]) -> tuple[RunRecord, ...]:
    """Oldest first. A record that was published and not yet taken from the waiting ones is there once."""
    return oldest_first({record.id: record for record in (*published, *waiting)}.values())


def _write_whole(path: str, data: bytes) -> None:
    scratch = f"{path}.part"
    with open(scratch, "wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(scratch, path)
