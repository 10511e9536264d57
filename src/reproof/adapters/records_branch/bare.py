"""A bare repository of our own beside the user's clone: git's objects, fetched thinly and pushed.

The clone gets no object, no ref and no setting: a filtered fetch there would make it shallow and partial. Knows
nothing of records.
"""

from __future__ import annotations

import base64
import contextlib
import os
import re
import tempfile
import time
from typing import TYPE_CHECKING, NamedTuple

from reproof.errors import StoreError
from reproof.git_program import Conversation, Git, GitRefusedError, Objects
from reproof.redact import redact

try:
    import fcntl
except ImportError:  # Windows: git's own locks have to do
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

FILTERS = ("tree:2", "blob:none", None)  # what a lookup needs least of; a server may allow less
OURS = {
    # A line on which less than a KiB a second comes for a minute is given up.
    "GIT_HTTP_LOW_SPEED_LIMIT": "1024",
    "GIT_HTTP_LOW_SPEED_TIME": "60",
    "GIT_AUTHOR_NAME": "reproof",
    "GIT_AUTHOR_EMAIL": "reproof@users.noreply.github.com",
    "GIT_COMMITTER_NAME": "reproof",
    "GIT_COMMITTER_EMAIL": "reproof@users.noreply.github.com",
}
LOCK_TRIES = 20
LOOK = "Look at the branch with git."
NOTHING = (  # the blob of an empty file, in a repository of either kind of hash
    "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
)
_RACE = re.compile(
    r"\[rejected\]|fetch first|non-fast-forward|cannot lock ref|failed to update ref|stale info"
)
_DISK = re.compile(
    r"No space left|Read-only file system|Disk quota|insufficient permission for adding an object"
)
_LEFT_LOCK = re.compile(r"Unable to create '([^']+\.lock)': File exists")


class LostRaceError(StoreError):
    """Somebody else moved the branch first: look again, then try again."""


class Entry(NamedTuple):
    """One line of a git tree."""

    mode: str
    type: str
    oid: str
    name: str


class BareRepository:
    """The bare repository in `folder`, whose remote is the `origin` of the clone in `root`."""

    def __init__(self, folder: str, root: str, token: str | None, *, offline: bool = False) -> None:
        """Nothing is made yet. `token` opens an https remote where the clone keeps no credentials.

        `offline` knows no remote, so that an object that is not here is an error and not a fetch.
        """
        clone = Git(root)
        self._clone = clone
        self._folder = folder
        remote = None if offline else clone.line_or_none("remote", "get-url", "origin")
        self.remote = _absolute(remote, root)
        self._grafted: dict[tuple[str | None, tuple[tuple[str, str], ...]], str] = {}
        self._trees: dict[str, list[Entry]] = {}  # what was read already; the tree of a commit never changes
        lazy = {"GIT_NO_LAZY_FETCH": "1"} if offline else {}
        self._git = Git(folder, {**OURS, "GIT_DIR": folder, **_access(clone, self.remote, token), **lazy})
        self._objects = Objects(self._git)

    def ensure(self) -> None:
        """Make the repository where it is not there yet; it appears whole, by one rename. A damaged one is mended.

        Raises `StoreError` where git cannot.
        """
        if self._is_whole():
            return
        os.makedirs(os.path.dirname(self._folder), exist_ok=True)
        with self.alone():
            if not self._is_whole():  # another process may have been faster
                self._make()

    def _is_whole(self) -> bool:
        return all(os.path.exists(os.path.join(self._folder, name)) for name in ("HEAD", "objects", "refs"))

    def _make(self) -> None:
        above = os.path.dirname(self._folder)
        kind = self._clone.line_or_none("rev-parse", "--show-object-format") or "sha1"
        words = ("init", "--quiet", "--bare", "--template=", f"--object-format={kind}")
        if os.path.exists(self._folder):
            with self._writing():
                Git(above).data(*words, self._folder)
            return
        with tempfile.TemporaryDirectory(dir=above) as scratch, self._writing():
            made = os.path.join(scratch, "records.git")
            Git(above).data(*words, made)
            with contextlib.suppress(OSError):  # without locks another process may have been faster still
                os.rename(made, self._folder)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """One process of this clone at a time; a killed one lets go by itself."""
        with open(f"{self._folder}.lock", "ab") as handle:
            if fcntl is not None:
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def tip(self, ref: str) -> str | None:
        """The commit at a ref; None where there is none."""
        return self._git.line_or_none("rev-parse", "--verify", "--quiet", ref)

    def fetch(self, ref: str, into: str) -> None:
        """Bring the remote's `ref` here as `into`, as little of it as the server allows; gone there, gone here."""
        for kind in FILTERS:
            options = [f"--filter={kind}"] if kind else []
            words = ("fetch", "--quiet", "--no-tags", "--depth=1", *options, "origin", f"+{ref}:{into}")
            try:
                self._unlocked(*words)
            except GitRefusedError as error:
                message = error.complaint
                if "find remote ref" in message:
                    self.delete(into)
                    return
                if "filter" in message and kind:
                    continue
                here = self._folder in message or _DISK.search(message)
                raise StoreError(
                    f"{ref} cannot be fetched: {_reason(error)}",
                    self._mend
                    if here
                    else "Check the network, and that the repository may be read (in CI: contents: read).",
                ) from None
            return

    def fetch_history(self, ref: str, into: str, count: int) -> None:
        """Bring the remote's newest commits of `ref` here as `into`, without what they hold, or delete it."""
        words = ("fetch", "--quiet", "--no-tags", f"--depth={count}", "--filter=tree:0", "origin")
        try:
            self._unlocked(*words, f"+{ref}:{into}")
        except GitRefusedError:
            self.delete(into)  # then `messages` has none, and whoever asks reads the records themselves

    def messages(self, ref: str, count: int) -> list[str]:
        """The messages of a ref's newest commits, newest first; one empty one where there is no such ref."""
        answer = self._git.line_or_none("log", "-z", "--format=%B", f"--max-count={count}", ref)
        return (answer or "").removesuffix("\0").split("\0")

    def push(self, commit: str, ref: str) -> None:
        """Make the commit the remote's `ref`; raises `LostRaceError` where it is no descendant any more."""
        try:
            self._git.data("push", "--quiet", "--no-verify", "origin", f"{commit}:{ref}")
        except GitRefusedError as error:
            raise (LostRaceError if _RACE.search(error.complaint) else StoreError)(_reason(error)) from None

    def move(self, ref: str, commit: str, old: str | None) -> None:
        """Set a ref of this repository; raises `LostRaceError` where it is not at `old` any more."""
        try:
            self._git.data("update-ref", ref, commit, old or "")
        except GitRefusedError as error:
            raise LostRaceError(_reason(error)) from None

    def delete(self, ref: str) -> None:
        """Take a ref of this repository away, if it is there."""
        with self._writing():
            self._git.data("update-ref", "-d", ref)

    def write(self, files: Mapping[str, bytes]) -> dict[str, str]:
        """Keep the files' contents as blobs; their ids by path. Raises `StoreError`, as on a full disk."""
        with self._writing():
            return {
                path: self._git.line("hash-object", "-w", "--stdin", stdin=data)
                for path, data in files.items()
            }

    def commit(self, parent: str | None, blobs: Mapping[str, str], message: str) -> str:
        """A commit with the blobs, by path, added to the files of its parent; no ref is moved.

        The message gets a line `path blob` for each file that is not empty: who has only the commit finds them.
        """
        added = "\n".join(f"{path} {oid}" for path, oid in blobs.items() if oid not in NOTHING)
        parents = ("-p", parent) if parent else ()
        with self._writing():
            with self._git.conversation("mktree", "-z", "--missing", "--batch") as making:
                tree = self._graft(f"{parent}^{{tree}}" if parent else None, blobs, making)
            return self._git.line("commit-tree", tree, *parents, "-m", message, "-m", added)

    def entries(self, tree: str) -> list[Entry]:
        """What lies in a tree, named so that it cannot be another one later. Raises `StoreError`.

        One that was filtered out is fetched by git.
        """
        if tree not in self._trees:
            try:
                kind, data = self._objects.read(tree)
                if kind != "tree":
                    raise GitRefusedError(f"fatal: {tree} is not a tree, but a {kind}")
                self._trees[tree] = _tree(data, len(tree.partition("^")[0]) // 2)
            except GitRefusedError as error:
                raise _unreadable(error) from None
        return self._trees[tree]

    def unread(self, trees: Iterable[str]) -> list[str]:
        """Those of which `entries` was not asked yet."""
        return [tree for tree in trees if tree not in self._trees]

    def files_below(self, tree: str) -> list[Entry]:
        """The files of a tree and of all that lie in it, by relative path. Raises `StoreError`."""
        return _parsed(self._output("ls-tree", "-z", "-r", tree))

    def contents(self, files: Sequence[Entry], limit: int) -> Iterator[bytes]:
        """The files' contents, in order.

        Raises `StoreError` with the name, also for what is no file of at most `limit` bytes.
        """
        if not files:
            return
        for file in files:
            if file.type != "blob":
                raise StoreError(f"{file.name} is no file, but a {file.type}", LOOK)
        try:
            oids = _lines(file.oid for file in files)
            sizes = self._git.text("cat-file", "--batch-check", stdin=oids).splitlines()
        except GitRefusedError as error:
            lost = next((file.name for file in files if file.oid in error.complaint), "the records")
            raise _unreadable(error, lost) from None
        for file, line in zip(files, sizes, strict=True):
            _, kind, *size = line.split()
            if kind != "blob" or int(size[0]) > limit:
                told = f"has {size[0]} bytes, more than {limit}" if kind == "blob" else f"is {kind}"
                raise StoreError(f"{file.name} {told}", LOOK)
        try:
            yield from self._git.objects([file.oid for file in files])
        except GitRefusedError as error:
            raise _unreadable(error) from None

    def prefetch(self, oids: Iterable[str], *, deep: bool = True) -> None:
        """Bring objects that the filtered fetch left out at once; git fetches the rest.

        With `deep` the trees below them come, too.
        """
        if self.remote is None:
            return
        listed = self._output("cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
        here = set(listed.decode("ascii").split())
        missing = sorted(set(oids) - here)
        if not missing:
            return
        kind = "--filter=blob:none" if deep else "--filter=tree:1"
        words = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", kind, "--stdin")
        with self.alone(), contextlib.suppress(GitRefusedError):
            self._git.data("-c", "fetch.negotiationAlgorithm=noop", *words, "origin", stdin=_lines(missing))

    def _graft(self, base: str | None, blobs: Mapping[str, str], making: Conversation) -> str:
        """A tree like `base` with the blobs at their paths; only the trees along the paths are read.

        Where a race was lost, most of them are as they were: those are not made again, so that the next try is
        short, and less likely to be lost.
        """
        known = (base, tuple(blobs.items()))
        if known not in self._grafted:
            self._grafted[known] = self._made_graft(base, blobs, making)
        return self._grafted[known]

    def _made_graft(self, base: str | None, blobs: Mapping[str, str], making: Conversation) -> str:
        entries = {entry.name: entry for entry in (self.entries(base) if base else ())}
        below: dict[str, dict[str, str]] = {}
        for path, oid in blobs.items():
            name, _, rest = path.partition("/")
            if rest:
                below.setdefault(name, {})[rest] = oid
            else:
                entries[name] = Entry("100644", "blob", oid, name)
        for name, inner in below.items():
            old = entries.get(name)
            made = self._graft(old.oid if old else None, inner, making)
            entries[name] = Entry("040000", "tree", made, name)
        lines = "".join(
            f"{entry.mode} {entry.type} {entry.oid}\t{entry.name}\0" for entry in entries.values()
        )
        return making.ask(lines.encode("utf-8", "surrogateescape") + b"\0").decode("ascii")

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """What git complains of while it writes here as a `StoreError`."""
        try:
            yield
        except GitRefusedError as error:
            raise StoreError(f"{self._folder} cannot be written: {_reason(error)}", self._mend) from None

    @property
    def _mend(self) -> str:
        return (
            f"Make room in {self._folder}, or make it writable; all but its pending folders may be deleted."
        )

    def _unlocked(self, *words: str) -> None:
        """Run git; a lock that a killed one left here is taken away, since one of us works here at a time."""
        for attempt in range(1, LOCK_TRIES + 1):
            try:
                self._git.data(*words)
            except GitRefusedError as error:
                left = _LEFT_LOCK.search(error.complaint)
                if left is None or attempt == LOCK_TRIES or not left.group(1).startswith(self._folder):
                    raise
                time.sleep(0.2)  # its owner may be a git that outlived its reproof for a moment
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(left.group(1))
                continue
            return

    def _output(self, *words: str, stdin: bytes = b"") -> bytes:
        try:
            return self._git.data(*words, stdin=stdin)
        except GitRefusedError as error:
            raise _unreadable(error) from None


def _unreadable(error: GitRefusedError, what: str = "the records") -> StoreError:
    return StoreError(f"{what} cannot be read: {_reason(error)}", "Try again.")


def _tree(data: bytes, width: int) -> list[Entry]:
    """The entries of a tree as git keeps it: mode, blank, name, NUL, and an id of `width` bytes each."""
    found, at = [], 0
    while at < len(data):
        blank, end = data.find(b" ", at), data.find(b"\0", at)
        mode, name = data[at:blank], data[blank + 1 : end]
        oid = data[end + 1 : end + 1 + width]
        if not at < blank < end or not mode.isdigit() or len(oid) < width:
            raise GitRefusedError("fatal: this is no tree that git writes")
        kind = {b"40000": "tree", b"160000": "commit"}.get(mode, "blob")
        found.append(Entry(mode.decode().zfill(6), kind, oid.hex(), name.decode("utf-8", "surrogateescape")))
        at = end + 1 + width
    return found


def _parsed(listing: bytes) -> list[Entry]:
    lines = listing.decode("utf-8", "surrogateescape").split("\0")
    parts = [line.partition("\t") for line in lines if line]
    heads = [(head.split(), name) for head, _, name in parts]
    return [Entry(mode, kind, oid, name) for (mode, kind, oid), name in heads]


def _lines(oids: Iterable[str]) -> bytes:
    return "".join(f"{oid}\n" for oid in oids).encode("ascii")


def _reason(error: GitRefusedError) -> str:
    """The telling line of git's complaint, without credentials."""
    lines = [line.strip() for line in redact(error.complaint).splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"fatal|error|remote:|rejected|denied|protected", line)]
    return (telling or lines or ["git failed"])[0]


def _absolute(remote: str | None, root: str) -> str | None:
    """A remote that is a folder, named from the clone, as we can name it from elsewhere."""
    folder = os.path.join(root, remote or "")
    return os.path.abspath(folder) if remote and os.path.isdir(folder) else remote


def _access(clone: Git, remote: str | None, token: str | None) -> dict[str, str]:
    """The remote and the clone's own way to it (headers, helpers, rewrites) for our repository, by environment.

    A command line can be seen by every process of the machine; an environment cannot. Nothing is cleaned up
    behind our back: an object of a commit that is being made looks like garbage.
    """
    pattern = r"^(http\..*|credential\..*|url\..*|core\.sshcommand)$"
    listed = clone.line_or_none("config", "--local", "--includes", "-z", "--get-regexp", pattern)
    settings = [entry.partition("\n")[::2] for entry in (listed or "").split("\0") if entry]
    known = any(name.lower().endswith(".extraheader") for name, _ in settings)
    if token and remote and remote.startswith("https://") and not known:
        host = "/".join(redact(remote).replace("***@", "").split("/")[:3])
        basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
        settings.append((f"http.{host}/.extraheader", f"AUTHORIZATION: basic {basic}"))
    if remote:
        settings.append(("remote.origin.url", remote))
    settings += [("gc.auto", "0"), ("maintenance.auto", "false")]
    known_count = os.environ.get("GIT_CONFIG_COUNT", "0")
    start = int(known_count) if known_count.isdecimal() else 0
    made = {"GIT_CONFIG_COUNT": str(start + len(settings))}
    for number, (name, value) in enumerate(settings, start):
        made |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return made
