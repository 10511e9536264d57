"""Recorded runs and acceptances on an append-only orphan branch, in step with the clone's `origin` if it has one.

They wait in a folder until a commit with them is on the branch, so that a kill at any moment loses nothing
and leaves the branch whole. Layout of the branch: `docs/explanation/records.md`.
"""

from __future__ import annotations

import itertools
import os
import random
import re
import sys
import time
from typing import TYPE_CHECKING, TypeVar

from reproof.adapters.records_branch.bare import BareRepository, Entry, LostRaceError
from reproof.errors import NotSentError, StoreError
from reproof.runs.record import oldest_first
from reproof.runs.waiting import ACCEPTANCES, KEPT_HERE, NOT_OURS, RECORDS, Kept, Waiting, waiting_words
from reproof.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reproof.runs.acceptance import Acceptance
    from reproof.runs.record import RunRecord
    from reproof.runs.waiting import Format

T = TypeVar("T", bound=Kept)

PUBLISHED = "refs/reproof/published"  # the branch as last fetched
LOCAL = "refs/reproof/local"  # the branch of a repository without a remote
HISTORY = "refs/reproof/history"  # its newest commits, without files
PATIENCE = 600.0  # seconds of lost races before giving up: somebody wins each of them
SHORTEST_TRY = 0.1  # seconds that a try to publish is taken to last at least
MOST_GROWTHS = 6  # of the longest pause: to eleven tries
NEAR = 8  # commits whose folders are fetched first in a search; then twice as many, and so on
_ADDED = re.compile(
    r"^((?:runs|accepted)/[0-9a-f]{2}/[0-9a-f]{8,64}/[0-9a-f]{8,64}\.json) ([0-9a-f]{40,64})$",
    re.ASCII | re.MULTILINE,
)


class RecordsBranch:
    """The records branch of the repository in `root`."""

    def __init__(
        self,
        root: str,
        folder: str,
        ref: str,
        *,
        token: str | None = None,
        push: bool = True,
        offline: bool = False,
    ) -> None:
        """`root` is the user's clone, `folder` where our bare repository lies; `ref` is the branch in full.

        `token` opens an https remote in CI, where the clone keeps no credentials; `push` publishes. `offline` is
        for a look at what is here already, in a `folder` that is there.
        """
        self._git = BareRepository(folder, root, token, offline=offline)
        self._offline = offline
        self._waiting = Waiting(os.path.join(folder, "pending"), RECORDS)
        self._waiting_acceptances = Waiting(os.path.join(folder, "pending-accepted"), ACCEPTANCES)
        self._ref = ref
        self._push = push
        self._fetched = False
        self._known: str | None = None  # the tip as fetched

    def same_key(self, key: str) -> Sequence[RunRecord]:
        """All runs of a key, oldest first."""
        waiting = (record for record in self._waiting.all() if record.key == key)
        return _all_once(self._load(self._of_key(key)), waiting)

    def of_commit(self, commit: str) -> Sequence[RunRecord]:
        """All runs of a commit, oldest first."""
        named = [entry.name.partition("-")[::2] for entry in self._listed(f"commits/{commit[:2]}/{commit}")]
        runs = {f"runs/{key[:2]}/{key}/{run}.json" for key, run in named}
        found = [one for key in dict(named) for one in self._of_key(key) if one.name in runs]
        published = [record for record in self._load(found) if record.code.commit == commit]
        waiting = (record for record in self._waiting.all() if record.code.commit == commit)
        return _all_once(published, waiting)

    def starting_with(self, prefix: str) -> Sequence[RunRecord]:
        """All runs whose ids start with a text, oldest first; other records are not read."""
        found = [entry for entry in self._everything() if entry.name.rpartition("/")[2].startswith(prefix)]
        return _all_once(
            self._load(found), (record for record in self._waiting.all() if record.id.startswith(prefix))
        )

    def newest_recorded(self, commits: Iterable[str]) -> str | None:
        """The first of the commits with a record. Folder listings are fetched in growing lots: it is often near."""
        waiting = {record.code.commit for record in self._waiting.all()}
        prefixes = {entry.name: entry.oid for entry in self._listed("commits") if entry.type == "tree"}
        left, lot = list(commits), NEAR
        while left:
            here, left, lot = left[:lot], left[lot:], lot * 2
            trees = {commit[:2]: prefixes[commit[:2]] for commit in here if commit[:2] in prefixes}
            unread = self._git.unread(trees.values())
            if len(unread) > 1:
                self._git.prefetch(unread, deep=False)
            for commit in here:
                recorded = self._git.entries(trees[commit[:2]]) if commit[:2] in trees else ()
                if commit in waiting or any(entry.name == commit for entry in recorded):
                    return commit
        return None

    def all(self) -> Sequence[RunRecord]:
        """Every run, oldest first."""
        return _all_once(self._load(self._everything()), self._waiting.all())

    def newest(self, limit: int) -> Sequence[RunRecord]:
        """The newest runs, oldest first; of a long branch neither folders nor other records are fetched.

        What each commit added is told by its message. Where one does not, all records are read.
        """
        if self._tip() is None or self._git.remote is None:
            return self.all()[-limit:]
        if len(self._waiting) < limit:
            added = self._added(limit - len(self._waiting))
            published = self.all() if added is None else self._load(added)
        else:
            published = ()
        return _all_once(published, self._waiting.all())[-limit:]

    def add(self, records: Sequence[RunRecord]) -> None:
        """Keep the records here, then publish all that wait; raises `NotSentError` saying what was kept."""
        self._ensure()
        self._waiting.keep(records)
        self._publish_waiting()

    def accepted(self) -> Sequence[Acceptance]:
        """Every acceptance, oldest first."""
        from reproof.runs.acceptance import newest_last

        folders = self._listed("accepted")
        self._git.prefetch(entry.oid for entry in folders)
        published = self._load_acceptances(self._below(self._tip(), "accepted") if folders else [])
        return newest_last({one.id: one for one in (*published, *self._waiting_acceptances.all())}.values())

    def accept(self, acceptance: Acceptance) -> None:
        """Keep the acceptance here, then publish all that waits; raises `NotSentError` saying what was kept."""
        self._ensure()
        self._waiting_acceptances.keep([acceptance])
        self._publish_waiting()

    # Publishing: a commit on the newest tip, pushed; on a lost race fetched and made again.

    def _publish_waiting(self) -> None:
        if self._git.remote and not self._push:
            return
        with self._git.alone():
            records, acceptances = self._waiting.all(), self._waiting_acceptances.all()
            if not records and not acceptances:
                return
            try:
                self._publish(records, acceptances)
            except StoreError as error:
                told = waiting_words(records, acceptances)
                raise NotSentError(
                    f"{told} could not be pushed to {self._ref}: {error.message}",
                    f"{error.hint or _what_to_do(error.message)} {KEPT_HERE}",
                ) from None
            self._waiting.release(records)
            self._waiting_acceptances.release(acceptances)

    def _publish(self, records: Sequence[RunRecord], acceptances: Sequence[Acceptance]) -> None:
        given_up = time.monotonic() + PATIENCE
        blobs = self._git.write(_files(records, acceptances))
        said = [f"Record {len(records)} run(s) of {records[0].code.commit[:12]}"] if records else []
        said += [f"Accept run {acceptances[0].to_run}"] if acceptances else []
        for attempt in itertools.count():
            began = time.monotonic()
            tip = self._newest_tip()
            self._refuse_other_branch(tip)
            commit = self._git.commit(tip, blobs, "; ".join(said))
            self._fetched = False
            try:
                if self._git.remote:
                    self._git.push(commit, self._ref)
                    self._git.move(PUBLISHED, commit, tip)
                else:
                    self._git.move(LOCAL, commit, tip)
            except LostRaceError:
                lost = time.monotonic()
                if lost > given_up:
                    raise
                # The more often it is lost, the more others there are: spread over a longer time, counted in what
                # a try takes. On a slow machine or line, trying often makes everybody's try longer still.
                longest = max(lost - began, SHORTEST_TRY) * 1.5 ** min(attempt, MOST_GROWTHS)
                time.sleep(random.uniform(0, longest))  # noqa: S311  jitter, not a secret
                continue
            return

    def _refuse_other_branch(self, tip: str | None) -> None:
        """Raise `StoreError` where the ref is somebody's branch of code: records there would be in their way."""
        names = {entry.name for entry in self._git.entries(f"{tip}^{{tree}}")} if tip else set()
        if names and not names & {"commits", "accepted"}:
            raise StoreError(
                "it is a branch with other files and no records",
                "Name one for records alone: `ref` of [tool.reproof.store].",
            )

    # Reading: the branch as fetched once in this process, and what still waits here.

    def _tip(self) -> str | None:
        if self._fetched:
            return self._known
        if self._offline:
            return self._git.tip(PUBLISHED) or self._git.tip(LOCAL)
        self._ensure()
        if self._git.remote is None:
            return self._git.tip(LOCAL)
        self._fetch_if_possible()
        self._known = self._git.tip(PUBLISHED)
        return self._known

    def _fetch_if_possible(self) -> None:
        """Without the remote, what this clone knows is better than nothing, and that is said."""
        try:
            with self._git.alone():
                self._newest_tip()
        except StoreError as error:
            if self._git.tip(PUBLISHED) is None and not len(self._waiting):
                raise
            print(f"reproof: warning: {visible(error.message)}; showing what this clone has", file=sys.stderr)
            self._fetched = True

    def _newest_tip(self) -> str | None:
        if self._git.remote is None:
            return self._git.tip(LOCAL)
        self._git.fetch(self._ref, PUBLISHED)
        self._fetched = True
        return self._git.tip(PUBLISHED)

    def _ensure(self) -> None:
        self._git.ensure()
        if self._git.remote and self._git.tip(LOCAL):
            with self._git.alone():
                self._adopt_local()

    def _adopt_local(self) -> None:
        """Records of the time before there was a remote wait to be published there."""
        if tip := self._git.tip(LOCAL):
            below = {entry.name for entry in self._git.entries(f"{tip}^{{tree}}")}
            if "runs" in below:
                self._waiting.keep(self._load(self._below(tip, "runs")))
            if "accepted" in below:
                self._waiting_acceptances.keep(self._load_acceptances(self._below(tip, "accepted")))
            self._git.delete(LOCAL)

    def _everything(self) -> list[Entry]:
        """All records by name. Listings that are not here yet are fetched at once, not one by one."""
        folders = self._listed("runs")
        if not folders:
            return []
        self._git.prefetch(entry.oid for entry in folders)
        return self._below(self._tip(), "runs")

    def _below(self, tip: str | None, folder: str) -> list[Entry]:
        """All files below a folder of the branch, by path."""
        found = self._git.files_below(f"{tip}:{folder}")
        return [entry._replace(name=f"{folder}/{entry.name}") for entry in found]

    def _of_key(self, key: str) -> list[Entry]:
        """The records of a key, by path."""
        folder = f"runs/{key[:2]}/{key}"
        return [entry._replace(name=f"{folder}/{entry.name}") for entry in self._listed(folder)]

    def _listed(self, path: str) -> list[Entry]:
        """A folder of the branch; empty where the branch has none."""
        tip = self._tip()
        entries = self._git.entries(f"{tip}^{{tree}}") if tip else []
        for part in path.split("/"):
            found = next((entry for entry in entries if entry.name == part), None)
            if found is None:
                return []
            if found.type != "tree":
                raise StoreError(f"{self._ref}:{path} leads through {part}, which is no folder", NOT_OURS)
            entries = self._git.entries(found.oid)
        return entries

    def _added(self, limit: int) -> list[Entry] | None:
        """The newest records of the branch by their commits' messages; None where they do not tell.

        Commits of acceptances add no run; where too few do, twice as many are asked for.
        """
        asked = limit
        while True:
            with self._git.alone():
                self._git.fetch_history(self._ref, HISTORY, asked)
            messages = self._git.messages(HISTORY, asked)
            found: dict[str, Entry] = {}
            for message in messages:
                added = _ADDED.findall(message)
                if not added:
                    return None
                for path, oid in added:
                    if path.startswith("runs/"):
                        found.setdefault(path, Entry("100644", "blob", oid, path))
            if len(found) >= limit or len(messages) < asked:
                return list(found.values())
            asked *= 2

    def _load(self, entries: Sequence[Entry]) -> list[RunRecord]:
        return self._read(entries, RECORDS, "run", "runs")

    def _load_acceptances(self, entries: Sequence[Entry]) -> list[Acceptance]:
        return self._read(entries, ACCEPTANCES, "acceptance", "accepted")

    def _read(self, entries: Sequence[Entry], kind: Format[T], what: str, folder: str) -> list[T]:
        """What stands in files of the branch, each in its own place; those not here are fetched at once."""
        files = [entry._replace(name=f"{self._ref}:{entry.name}") for entry in entries]
        if len(files) > 1:
            self._git.prefetch(file.oid for file in files if file.type == "blob")
        things = []
        for file, data in zip(files, self._git.contents(files, kind.limit), strict=True):
            thing = kind.read(data, file.name)
            if file.name != f"{self._ref}:{folder}/{thing.key[:2]}/{thing.key}/{thing.id}.json":
                raise StoreError(f"{file.name} holds another {what} than its name says", NOT_OURS)
            things.append(thing)
        return things


def _files(records: Sequence[RunRecord], acceptances: Sequence[Acceptance]) -> dict[str, bytes]:
    """What is added to the branch, by path."""
    files: dict[str, bytes] = {}
    data = RECORDS.written(records) | ACCEPTANCES.written(acceptances)
    for record in records:
        commit, key = record.code.commit, record.key
        files[f"runs/{key[:2]}/{key}/{record.id}.json"] = data[record.id]
        files[f"commits/{commit[:2]}/{commit}/{key}-{record.id}"] = b""
    for one in acceptances:
        files[f"accepted/{one.key[:2]}/{one.key}/{one.id}.json"] = data[one.id]
    return files


def _what_to_do(complaint: str) -> str:
    """The next step after a push was refused."""
    said = complaint.lower()
    if any(word in said for word in ("protected", "hook declined", "gh006", "gh013", "rule violation")):
        return "Allow pushes to the records branch in the rules that protect it."
    if any(word in said for word in ("denied", "403", "401", "authentication", "username", "permission")):
        return "Give whoever records the right to push (in CI: permissions: contents: write)."
    return "Check the network and the remote."


def _all_once(published: Iterable[RunRecord], waiting: Iterable[RunRecord]) -> tuple[RunRecord, ...]:
    """Oldest first. A record that was published and not yet taken from the waiting ones is there once."""
    return oldest_first({record.id: record for record in (*published, *waiting)}.values())
