"""`RunStore` on an append-only orphan branch of the same repository, by git's own objects.

Everything happens in a bare repository of its own below `.git/reproof/`: the user's clone gets no object, no
ref and no setting. Records wait in a folder there until a commit with them is on the branch, so that a kill at
any moment loses nothing and leaves the branch whole. Layout of the branch: `docs/explanation/records.md`.
"""

from __future__ import annotations

import base64
import contextlib
import os
import random
import re
import tempfile
import time
from typing import TYPE_CHECKING, NamedTuple

import git

from reproof.errors import StoreError
from reproof.redact import redact
from reproof.runs.schema import dump, load
from reproof.strict import SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from reproof.runs.record import RunRecord

PUBLISHED = "refs/reproof/published"  # the branch as last fetched
LOCAL = "refs/reproof/local"  # the branch of a repository without a remote
TRIES = 20
FILTERS = ("tree:2", "blob:none", None)  # what a lookup needs least of; a server may allow less
AUTHOR = {
    "GIT_AUTHOR_NAME": "reproof",
    "GIT_AUTHOR_EMAIL": "reproof@users.noreply.github.com",
    "GIT_COMMITTER_NAME": "reproof",
    "GIT_COMMITTER_EMAIL": "reproof@users.noreply.github.com",
}
_RACE = re.compile(
    r"\[rejected\]|fetch first|non-fast-forward|cannot lock ref|failed to update ref|stale info"
)


class Entry(NamedTuple):
    """One line of a git tree."""

    mode: str
    type: str
    oid: str
    name: str


class RecordsBranch:
    """The records branch of the repository in `root`, kept in step with its `origin` where it has one."""

    def __init__(
        self, root: str, folder: str, ref: str, *, token: str | None = None, push: bool = True
    ) -> None:
        """`root` is the user's clone, `folder` where our bare repository lies; `ref` is the branch in full.

        `token` opens an https remote in CI, where the clone keeps no credentials; `push` publishes.
        """
        clone = git.Git(root)
        clone.update_environment(LC_ALL="C", GIT_TERMINAL_PROMPT="0")
        self._folder = folder
        self._pending = os.path.join(self._folder, "pending")
        self._ref = ref
        self._push = push
        self._remote = _output_or_none(clone, "remote", "get-url", "origin")
        self._git = git.Git(self._folder)
        self._git.update_environment(
            LC_ALL="C",
            GIT_TERMINAL_PROMPT="0",
            GIT_DIR=self._folder,
            **AUTHOR,
            **_access(clone, self._remote, token),
        )
        self._fetched = False

    def same_key(self, key: str) -> Sequence[RunRecord]:
        """All runs of a key, oldest first."""
        tip = self._tip()
        published = self._load(self._entries(f"{tip}:runs/{key[:2]}/{key}")) if tip else ()
        return _in_order([*published, *(record for record in self._waiting() if record.key == key)])

    def of_commit(self, commit: str) -> Sequence[RunRecord]:
        """All runs of a commit, oldest first."""
        found = [record for record in self._waiting() if record.code.commit == commit]
        if tip := self._tip():
            for entry in self._entries(f"{tip}:commits/{commit[:2]}/{commit}"):
                key, _, run = entry.name.partition("-")
                found += self._load(self._entries(f"{tip}:runs/{key[:2]}/{key}"), only=f"{run}.json")
        return _in_order(found)

    def newest_recorded(self, commits: Iterable[str]) -> str | None:
        """The first of the commits with a record; folder listings are fetched once for each two digits."""
        waiting = {record.code.commit for record in self._waiting()}
        tip = self._tip()
        listed: dict[str, set[str]] = {}
        prefixes = {entry.name for entry in self._entries(f"{tip}:commits")} if tip else set()
        for commit in commits:
            if commit in waiting:
                return commit
            prefix = commit[:2]
            if prefix in prefixes and prefix not in listed:
                listed[prefix] = {entry.name for entry in self._entries(f"{tip}:commits/{prefix}")}
            if commit in listed.get(prefix, ()):
                return commit
        return None

    def all(self) -> Sequence[RunRecord]:
        """Every run, oldest first."""
        tip = self._tip()
        published = self._load(self._entries(f"{tip}:runs", "-r")) if tip else ()
        return _in_order([*published, *self._waiting()])

    def add(self, records: Sequence[RunRecord]) -> None:
        """Keep the records here, then publish all that wait; raises `StoreError` saying what was kept."""
        self._ensure()
        for record in records:
            _write_whole(os.path.join(self._pending, f"{record.id}.json"), dump(record))
        if self._remote and not self._push:
            return
        waiting = self._waiting()
        if not waiting:
            return
        try:
            self._publish(waiting)
        except git.GitCommandError as error:
            raise StoreError(
                f"{len(waiting)} recorded run(s) could not be pushed to {self._ref}: {_reason(error)}",
                "They are kept in this clone and go out with the next `reproof run`.",
            ) from None
        for record in waiting:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(os.path.join(self._pending, f"{record.id}.json"))

    # Publishing: a commit on the newest tip, pushed; on a lost race fetched and made again.

    def _publish(self, records: Sequence[RunRecord]) -> None:
        for attempt in range(TRIES):
            tip = self._tip(refresh=True)
            commit = self._commit(records, tip)
            if self._remote is None:
                self._git.update_ref(LOCAL, commit, tip or "")
                self._fetched = False
                return
            try:
                self._git.push("--quiet", "origin", f"{commit}:{self._ref}")
            except git.GitCommandError as error:
                if attempt + 1 == TRIES or not _RACE.search(str(error.stderr)):
                    raise
                time.sleep(random.uniform(0.05, 0.4) * (attempt + 1))  # noqa: S311  jitter, not a secret
                continue
            self._git.update_ref(PUBLISHED, commit)
            self._fetched = False
            return

    def _commit(self, records: Sequence[RunRecord], tip: str | None) -> str:
        files: dict[str, bytes] = {}
        for record in records:
            commit, key = record.code.commit, record.key
            files[f"runs/{key[:2]}/{key}/{record.id}.json"] = dump(record)
            files[f"commits/{commit[:2]}/{commit}/{key}-{record.id}"] = b""
        blobs = {path: self._blob(data) for path, data in files.items()}
        tree = self._graft(f"{tip}^{{tree}}" if tip else None, blobs)
        parents = ("-p", tip) if tip else ()
        message = f"Record {len(records)} run(s) of {records[0].code.commit[:12]}"
        return str(self._git.commit_tree(tree, *parents, "-m", message))

    def _graft(self, base: str | None, blobs: Mapping[str, str]) -> str:
        """A tree like `base` with the blobs at their paths; only the trees along the paths are read."""
        entries = {entry.name: entry for entry in (self._entries(base) if base else ())}
        below: dict[str, dict[str, str]] = {}
        for path, oid in blobs.items():
            name, _, rest = path.partition("/")
            if rest:
                below.setdefault(name, {})[rest] = oid
            else:
                entries[name] = Entry("100644", "blob", oid, name)
        for name, inner in below.items():
            old = entries.get(name)
            entries[name] = Entry("040000", "tree", self._graft(old.oid if old else None, inner), name)
        lines = "".join(
            f"{entry.mode} {entry.type} {entry.oid}\t{entry.name}\n" for entry in entries.values()
        )
        with _stream(lines.encode()) as stream:
            return str(self._git.mktree("--missing", istream=stream))

    def _blob(self, data: bytes) -> str:
        with _stream(data) as stream:
            return str(self._git.hash_object("-w", "--stdin", istream=stream))

    # Reading: the branch as fetched once in this process, and what still waits here.

    def _tip(self, refresh: bool = False) -> str | None:
        self._ensure()
        if self._remote and (refresh or not self._fetched):
            self._fetch()
        self._fetched = True
        return _output_or_none(
            self._git, "rev-parse", "--verify", "--quiet", PUBLISHED if self._remote else LOCAL
        )

    def _fetch(self) -> None:
        for number, kind in enumerate(FILTERS):
            options = [f"--filter={kind}"] if kind else []
            try:
                self._git.fetch(
                    "--quiet", "--no-tags", "--depth=1", *options, "origin", f"+{self._ref}:{PUBLISHED}"
                )
            except git.GitCommandError as error:
                message = str(error.stderr)
                if "find remote ref" in message:
                    return
                if "filter" in message and number + 1 < len(FILTERS):
                    continue
                raise StoreError(
                    f"{self._ref} cannot be fetched: {_reason(error)}",
                    "Check that this job may read the repository (contents: read) and the network.",
                ) from None
            return

    def _ensure(self) -> None:
        if not os.path.exists(os.path.join(self._folder, "HEAD")):
            os.makedirs(self._folder, exist_ok=True)
            self._git.init("--quiet", "--bare")
        os.makedirs(self._pending, exist_ok=True)
        if self._remote and _output_or_none(self._git, "config", "remote.origin.url") != self._remote:
            self._git.config("remote.origin.url", self._remote)
        if self._remote:
            self._adopt_local()

    def _adopt_local(self) -> None:
        """Records of the time before there was a remote wait to be published there."""
        if tip := _output_or_none(self._git, "rev-parse", "--verify", "--quiet", LOCAL):
            for record in self._load(self._entries(f"{tip}:runs", "-r")):
                _write_whole(os.path.join(self._pending, f"{record.id}.json"), dump(record))
            self._git.update_ref("-d", LOCAL)

    def _waiting(self) -> list[RunRecord]:
        self._ensure()
        records = []
        for name in sorted(os.listdir(self._pending)):
            if name.endswith(".json"):
                with open(os.path.join(self._pending, name), "rb") as handle:
                    records.append(load(handle.read(), name))
        return records

    def _load(self, entries: Iterable[Entry], only: str | None = None) -> list[RunRecord]:
        records = []
        for entry in entries:
            if entry.type == "blob" and (only is None or entry.name.endswith(only)):
                data: bytes = self._git.cat_file(
                    "blob", entry.oid, stdout_as_string=False, strip_newline_in_stdout=False
                )
                try:
                    records.append(load(data, f"{self._ref}:{entry.name}"))
                except SchemaError as error:
                    raise StoreError(str(error), f"`git show {self._ref}` shows the branch.") from None
        return records

    def _entries(self, tree: str, *options: str) -> list[Entry]:
        listed = _output_or_none(self._git, "ls-tree", "-z", *options, tree)
        entries = []
        for line in (listed or "").split("\0"):
            head, _, name = line.partition("\t")
            if name:
                mode, kind, oid = head.split()
                entries.append(Entry(mode, kind, oid, name))
        return entries


def _in_order(records: Iterable[RunRecord]) -> list[RunRecord]:
    unique = {record.id: record for record in records}
    return sorted(unique.values(), key=lambda record: (record.created, record.id))


def _write_whole(path: str, data: bytes) -> None:
    scratch = f"{path}.part"
    with open(scratch, "wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(scratch, path)


@contextlib.contextmanager
def _stream(data: bytes) -> Iterator[object]:
    with tempfile.TemporaryFile() as handle:
        handle.write(data)
        handle.seek(0)
        yield handle


def _output_or_none(program: git.Git, *words: str) -> str | None:
    try:
        return str(program.execute(["git", *words])) or None
    except git.GitCommandError:
        return None


def _reason(error: git.GitCommandError) -> str:
    """The telling line of git's complaint, without credentials."""
    lines = [line.strip() for line in redact(str(error.stderr)).strip("\n '").splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"fatal|error|remote:|rejected|denied|protected", line)]
    return (telling or lines or ["git failed"])[0].removeprefix("stderr: '")


def _access(clone: git.Git, remote: str | None, token: str | None) -> dict[str, str]:
    """The clone's own way to the remote (headers, helpers, rewrites) for our repository, by environment.

    A command line can be seen by every process of the machine; an environment cannot.
    """
    pattern = r"^(http\..*|credential\..*|url\..*|core\.sshcommand)$"
    listed = _output_or_none(clone, "config", "--local", "--includes", "-z", "--get-regexp", pattern)
    settings = [entry.partition("\n")[::2] for entry in (listed or "").split("\0") if entry]
    known = any(name.lower().endswith(".extraheader") for name, _ in settings)
    if token and remote and remote.startswith("https://") and not known:
        host = "/".join(redact(remote).replace("***@", "").split("/")[:3])
        basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
        settings.append((f"http.{host}/.extraheader", f"AUTHORIZATION: basic {basic}"))
    made = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (name, value) in enumerate(settings):
        made |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return made
