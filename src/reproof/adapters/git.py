"""`Repository` on git: reads commits and the work tree; never writes to the user's clone."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import os
import posixpath
import re
import shutil
import tempfile
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from reproof.changed_lines import changed_lines
from reproof.errors import UsageError
from reproof.git_program import Git, GitRefusedError, Objects
from reproof.ports import Head
from reproof.redact import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from reproof.changed_lines import Ranges
    from reproof.ports import Snapshot

T = TypeVar("T")

MOST_ANCESTORS = 1000
MOST_LINKS = 8  # symbolic links that are followed one after the other
SMALL = 64 * 1024  # bytes of a file that is kept once it was read
LINK, MODULE = "120000", "160000"  # git's modes of symbolic links and of submodules


class GitRepository:
    """A git work tree."""

    def __init__(self, folder: str) -> None:
        """Find the repository around `folder`; raises `UsageError` where there is none."""
        if not os.path.isdir(folder):
            raise UsageError(f"there is no folder {folder}")
        self._common, self._root = _places(folder)
        self._git = _Program(self._root)
        self._known: set[str] = set()  # full ids of commits that are there

    @property
    def root(self) -> str:
        return self._root

    @property
    def private(self) -> str:
        return os.path.join(self._common, "reproof")

    def head(self) -> Head:
        told = self._git.text_or_none(
            "rev-parse", "HEAD^{commit}", "HEAD^{tree}", "--symbolic-full-name", "HEAD"
        )
        if told is None:
            raise UsageError(
                "this repository has no commit yet", "Commit something first: a run is tied to a commit."
            )
        commit, tree, *ref = (
            told.split()
        )  # `HEAD` where no branch is checked out, nothing where a tag is named so
        self._known.add(commit)
        branches = [name.removeprefix("refs/heads/") for name in ref if name.startswith("refs/heads/")]
        return Head(commit, next(iter(branches), None), self.remote, self._dirt(), tree)

    def default_branch(self) -> str:
        """The branch that the others are merged into, as far as this clone knows; there need be no commit yet."""
        remote = self._git.text_or_none("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
        if remote:
            return remote.rstrip("\n").removeprefix("origin/")
        names = self._git.text_or_none("for-each-ref", "--format=%(refname:short)", "refs/heads/")
        known = (names or "").splitlines()
        usual = next((name for name in ("main", "master") if name in known), None)
        here = self._git.text_or_none("symbolic-ref", "--quiet", "--short", "HEAD")
        return usual or (here or "main").rstrip("\n")

    @functools.cached_property
    def remote(self) -> str | None:
        """The address of `origin`, without credentials; None where there is none."""
        address = self._git.text_or_none("remote", "get-url", "origin")
        return redact(address.rstrip("\n")) if address else None

    def tracks(self, path: str) -> bool:
        """Whether a file, by its path from the root, is in the index: whether a clone will have it."""
        return bool(self._git.text_or_none("ls-files", "--", f":(top,literal){path}"))

    def author(self) -> str:
        signed = self._git.text_or_none("var", "GIT_AUTHOR_IDENT")
        if signed is None:
            raise UsageError(
                "git does not know who you are",
                'Tell it: git config user.name "Your Name"; git config user.email you@example.org',
            )
        return signed.rpartition(">")[0] + ">"

    def resolve(self, revision: str) -> str:
        if revision in self._known:
            return revision
        if not revision or revision.startswith("-"):
            raise UsageError(f"{revision!r} is not a revision")
        commit = self._git.text_or_none("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        if commit is None:
            raise UsageError(
                f"{revision!r} is neither a recorded run nor a revision of this repository",
                "`reproof runs` lists runs. In CI, check out with fetch-depth: 0 to have the history.",
            )
        return commit.strip()

    def snapshot(self, revision: str | None = None) -> Snapshot:
        if revision is None:
            return WorkTree(self.root, self._git)
        return CommitTree(self._git, self.resolve(revision))

    def first_parents(self, commit: str) -> Sequence[str]:
        most = f"--max-count={MOST_ANCESTORS}"
        return self._git.text("rev-list", "--first-parent", most, self.resolve(commit)).split()

    def committed_at(self, commit: str) -> str:
        seconds = int(self._git.text("show", "--no-patch", "--format=%ct", self.resolve(commit)))
        return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(timespec="seconds")

    def merge_base(self, one: str, other: str) -> str | None:
        found = self._git.text_or_none("merge-base", one, other)
        return found.split()[0] if found else None

    def line_counts(self, old: str, new: str) -> Mapping[str, tuple[int, int]]:
        listed = self._git.text_or_none("diff-tree", "-r", "--numstat", "-z", "--no-renames", old, new, "--")
        counts = {}
        for entry in (listed or "").split("\0"):
            added, _, rest = entry.partition("\t")
            removed, _, path = rest.partition("\t")
            if added.isdigit() and removed.isdigit():
                counts[path] = (int(added), int(removed))
        return counts

    def changed_lines(self, old: str, new: str) -> Mapping[str, Ranges]:
        shown = ("--raw", "-z", "--patch", "--unified=0", "--no-renames", "--no-color", "--no-ext-diff")
        return changed_lines(self._git.data("diff-tree", "-r", *shown, "--no-textconv", old, new, "--"))

    def patch(self) -> str:
        """Made with an index and an object folder of its own: the user's clone gets nothing."""
        if dirty := self._dirty_submodules():
            raise UsageError(
                f"the submodule {dirty[0]} has changes that its commit does not have; a patch cannot hold them",
                "Commit them there, or discard them.",
            )
        with tempfile.TemporaryDirectory() as scratch:
            index = self._git.text("rev-parse", "--path-format=absolute", "--git-path", "index").rstrip("\n")
            with contextlib.suppress(FileNotFoundError):
                # It knows what is checked out sparsely. Its time comes with it: by that git knows which files it
                # must look into, since they changed in the second in which the index was written.
                shutil.copy2(index, os.path.join(scratch, "index"))
            apart = _Program(
                self._root,
                GIT_INDEX_FILE=os.path.join(scratch, "index"),
                GIT_OBJECT_DIRECTORY=scratch,
                GIT_ALTERNATE_OBJECT_DIRECTORIES=os.path.join(self._common, "objects"),
            )
            apart.text("add", "--all", ".")
            return apart.text(
                *("diff-index", "--cached", "--patch", "--binary", "--no-renames", "--no-color"),
                *("--no-ext-diff", "--no-textconv", "HEAD", "--"),
            )

    def _dirt(self) -> tuple[str, ...]:
        entries = self._git.text("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all")
        return tuple(entry[3:] for entry in entries.split("\0") if entry)

    def _dirty_submodules(self) -> list[str]:
        """Submodules with changed or untracked files, which their own commit does not tell."""
        entries = self._git.text("status", "--porcelain=v2", "-z", "--no-renames", "--untracked-files=all")
        found = []
        for entry in entries.split("\0"):
            words = entry.split(" ", 8)
            if words[0] == "1" and words[2].startswith("S") and set(words[2][2:]) & {"M", "U"}:
                found.append(words[8])
        return found


def _places(folder: str) -> tuple[str, str]:
    """The folder of git's own files, and the root of the work tree; raises `UsageError` where there are none."""
    program, words = _Program(folder), ("rev-parse", "--path-format=absolute", "--git-common-dir")
    both = program.text_or_none(*words, "--show-toplevel")
    if both and both.count("\n") == 2:
        common, root, _ = both.split("\n")
        return common, root
    try:  # one by one: to say what is missing, or since a folder's name has a line break in it
        found = program.text(*words)
    except UsageError as error:
        if "not a git repository" not in error.message:
            raise
        raise UsageError(
            f"{folder} is not in a git repository",
            "Runs are tied to commits: `git init`, commit, then try again.",
        ) from None
    top = program.text_or_none("rev-parse", "--path-format=absolute", "--show-toplevel")
    if top is None:
        raise UsageError(f"{folder} is in no work tree: one is needed to train")
    return found.rstrip("\n"), top.rstrip("\n")


LONGEST = 600.0  # seconds of one look at a clone; status of the largest ones takes a minute


class _Program:
    """git in one folder: its answers as text, its refusals as `UsageError` in its own words."""

    def __init__(self, folder: str, **variables: str) -> None:
        self._git = Git(folder, {"GIT_OPTIONAL_LOCKS": "0"} | variables, LONGEST)

    def data(self, *words: str, stdin: bytes = b"") -> bytes:
        """Run `git WORDS`; its whole output. Raises `UsageError`."""
        return self._asked(lambda: self._git.data(*words, stdin=stdin), words[0])

    def objects(self, oids: Sequence[str]) -> list[bytes]:
        """The contents of objects, in order. Raises `UsageError`."""
        return self._asked(lambda: self._git.objects(oids), "cat-file")

    def reader(self) -> Callable[[str], bytes]:
        """Gives one object's content after the other; its git ends when it is forgotten. Raises `UsageError`."""
        objects = Objects(self._git)
        return lambda oid: self._asked(lambda: objects.read(oid), "cat-file")[1]

    def _asked(self, ask: Callable[[], T], verb: str) -> T:
        try:
            return ask()
        except GitRefusedError as error:
            complaint = redact(error.complaint)
            telling = re.search(r"(?:fatal|error): ([^\n]+)", complaint)
            raise UsageError(
                f"git {verb}: {telling.group(1) if telling else complaint.strip() or 'failed'}"
            ) from None

    def text(self, *words: str, stdin: bytes = b"") -> str:
        """The same as text; what is not UTF-8 keeps its bytes as surrogates."""
        return self.data(*words, stdin=stdin).decode("utf-8", "surrogateescape")

    def text_or_none(self, *words: str) -> str | None:
        """The same, with None for a refusal or an empty answer."""
        try:
            return self.text(*words) or None
        except UsageError:
            return None


class _File(NamedTuple):
    mode: str
    id: str


class CommitTree:
    """`Snapshot` of a commit: nothing is checked out. A submodule is there by its commit's id."""

    def __init__(self, program: _Program, commit: str) -> None:
        self._git = program
        self._content = program.reader()
        self._commit = commit
        self._found: dict[str, _File] | None = None
        self._small: dict[str, bytes] = {}  # params and requirements are asked for by more than one reader

    def files(self) -> Mapping[str, str]:
        return {path: file.id for path, file in self._entries().items()}

    def submodules(self) -> Mapping[str, str]:
        return _submodules(self._entries())

    def links(self) -> Mapping[str, str]:
        links = {path: file.id for path, file in self._entries().items() if file.mode == LINK}
        return _ends(zip(links, self._git.objects(list(links.values())), strict=True))

    def read(self, path: str) -> bytes | None:
        """A file's content; symbolic links are followed as long as they stay inside."""
        entries = self._entries()
        end = _followed(path, entries, lambda name: self._blob(entries[name].id))
        return None if end is None else self._blob(entries[end].id)

    def _entries(self) -> dict[str, _File]:
        if self._found is None:
            listed = self._git.text("ls-tree", "-r", "-z", "--full-tree", self._commit).split("\0")
            parts = [entry.partition("\t") for entry in listed if entry]
            self._found = {path: _File(head.split()[0], head.split()[2]) for head, _, path in parts}
        return self._found

    def _blob(self, oid: str) -> bytes:
        if oid in self._small:
            return self._small[oid]
        data = self._content(oid)
        if len(data) <= SMALL:
            self._small[oid] = data
        return data


class WorkTree:
    """`Snapshot` of the work tree: tracked files, and untracked ones that are not ignored.

    Ids are those that `git add` would give; contents are as they lie there, line ends included.
    """

    def __init__(self, root: str, program: _Program) -> None:
        self._root = root
        self._git = program
        self._found: dict[str, _File] | None = None

    def files(self) -> Mapping[str, str]:
        return {path: file.id for path, file in self._entries().items()}

    def submodules(self) -> Mapping[str, str]:
        return _submodules(self._entries())

    def links(self) -> Mapping[str, str]:
        links = [path for path, file in self._entries().items() if file.mode == LINK]
        return _ends((path, self._link(path)) for path in links)

    def read(self, path: str) -> bytes | None:
        """A file's content; symbolic links are followed as long as they stay inside."""
        entries = self._entries()
        end = _followed(path, entries, self._link)
        if end is None:
            return None
        try:
            with open(self._at(end), "rb") as handle:
                return handle.read()
        except FileNotFoundError:  # not checked out, in a sparse checkout
            return self._git.data("cat-file", "blob", entries[end].id)
        except OSError as error:
            raise UsageError(f"{end} cannot be read: {error.strerror}") from None

    def _entries(self) -> dict[str, _File]:
        if self._found is None:
            self._found = self._look()
        return self._found

    def _look(self) -> dict[str, _File]:
        found, plain = {}, []
        listed = self._git.text("ls-files", "-z", "--stage", "-t").split("\0")
        others = self._git.text("ls-files", "-z", "--others", "--exclude-standard").split("\0")
        for head, _, path in [entry.partition("\t") for entry in listed if entry]:
            tag, mode, oid, _ = head.split()
            if mode == MODULE:
                found[path] = _File(mode, self._module(path) or oid)
            elif tag == "S" and not os.path.lexists(self._at(path)):
                found[path] = _File(mode, oid)
            else:
                others.append(path)
        for path in dict.fromkeys(others):
            if os.path.islink(self._at(path)):
                found[path] = _File(LINK, self._id_of(self._link(path)))
            elif os.path.isfile(self._at(path)):
                plain.append(path)
        return found | dict(zip(plain, self._ids(plain), strict=True))

    def _ids(self, paths: Sequence[str]) -> Iterable[_File]:
        """What `git add` would make of the files, in one process; names with line breaks one by one."""
        broken = any("\n" in path or path.startswith('"') for path in paths)
        if broken:
            ids = [self._git.text("hash-object", "--", path).strip() for path in paths]
        else:
            names = "".join(f"{path}\n" for path in paths).encode("utf-8", "surrogateescape")
            ids = self._git.text("hash-object", "--stdin-paths", stdin=names).split()
        return (_File("100644", oid) for oid in ids)

    def _module(self, path: str) -> str | None:
        """The commit that is checked out in a submodule; None where none is."""
        place = self._at(path)
        if not os.path.lexists(os.path.join(place, ".git")):
            return None
        commit = _Program(place).text_or_none("rev-parse", "HEAD")
        return commit and commit.strip()

    def _id_of(self, content: bytes) -> str:
        return self._git.text("hash-object", "--stdin", "--no-filters", stdin=content).strip()

    def _link(self, path: str) -> bytes:
        return os.fsencode(os.readlink(self._at(path)))

    def _at(self, path: str) -> str:
        return os.path.join(self._root, path)


def _submodules(entries: Mapping[str, _File]) -> dict[str, str]:
    return {path: file.id for path, file in entries.items() if file.mode == MODULE}


def _followed(path: str, entries: Mapping[str, _File], target: Callable[[str], bytes]) -> str | None:
    """The file at the end of symbolic links; None where they leave the entries, go round, or end in no file."""
    for _ in range(MOST_LINKS):
        found = entries.get(path)
        if found is None or found.mode == MODULE:
            return None
        if found.mode != LINK:
            return path
        path = _end(path, target(path))
    return None


def _end(path: str, target: bytes) -> str:
    """Where a symbolic link leads, as a path from the root."""
    end = target.decode("utf-8", "surrogateescape")
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), end))


def _ends(targets: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    ends = {path: _end(path, target) for path, target in targets}
    return {path: end for path, end in ends.items() if not end.startswith(("/", ".."))}
