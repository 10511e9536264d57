"""Which files are looked at, and the only place of `lint` that opens one.

A `SourceTree` is the repository's folder as rules may see it: what the command line names becomes
root-relative paths, a path becomes a `SourceFile`, and nothing outside the root is ever read, git's index aside
(a linked work tree has it elsewhere). Changed texts
are kept here until `fixes.py` writes them, so that a second look sees what the first one mended.
"""

from __future__ import annotations

import os
import posixpath
import stat

from reproof.errors import UsageError
from reproof.lint.file_types import FileType, file_type
from reproof.lint.source import InvalidFile, SourceFile, open_source
from reproof.regular_files import read_regular
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

# Larger files are no source: reading one would cost the commit seconds and gigabytes. Notebooks hold outputs, and
# the larger those are, the more they are to be found.
LARGEST = 50 * 1024 * 1024
LARGEST_NOTEBOOK = 500 * 1024 * 1024

# What a repository tolerates stands there (`baseline.py`); most have none, and import nothing for it.
BASELINE = ".reproof-baseline.json"

# Folders that a walk leaves out although nobody may have told git to: made by tools, not by people.
_LEFT_OUT = frozenset(
    {
        *(".git", ".hg", ".svn", ".dvc", ".venv", "venv", ".tox", ".nox", "node_modules", "site-packages"),
        *("__pycache__", ".ipynb_checkpoints", ".eggs", ".mypy_cache", ".pytest_cache", ".ruff_cache"),
    }
)


class Change(Value):
    """A file's bytes as they were read (None: there was no file) and as they are to be."""

    old: bytes | None
    new: bytes


def find_root(arguments: Sequence[str], folder: str) -> str:
    """The repository's folder: the nearest one at or above `folder` with `.git`, else `folder` itself.

    Where no argument lies in it, the first argument's repository (or folder) is taken instead.
    """
    root = _repository(folder) or folder
    if not arguments or any(_within(root, argument, folder) is not None for argument in arguments):
        return root
    first = os.path.realpath(os.path.join(folder, arguments[0]))
    start = first if os.path.isdir(first) else os.path.dirname(first)
    return _repository(start) or start


def _repository(folder: str) -> str | None:
    while not os.path.lexists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent
    return folder


def _within(root: str, argument: str, folder: str) -> str | None:
    """The root-relative POSIX path of an argument given in `folder`; None where it lies outside."""
    given = os.path.normpath(os.path.join(folder, argument))
    path = _below(root, given)
    if path is not None:
        return path
    resolved = os.path.join(os.path.realpath(os.path.dirname(given)), os.path.basename(given))
    return _below(os.path.realpath(root), resolved)


def _below(base: str, path: str) -> str | None:
    if path == base:
        return ""
    prefix = base.rstrip(os.sep) + os.sep
    return path[len(prefix) :].replace(os.sep, "/") if path.startswith(prefix) else None


class SourceTree:
    """The files below `root`, by their root-relative POSIX paths; see the module's docstring."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._real_root = os.path.realpath(root)
        self._real_folders: dict[str, str] = {}  # of a commit's many files, few folders
        self._neighbours: dict[str, SourceFile | None] = {}
        self._opened: SourceFile | None = None
        self._listed: tuple[str, ...] | None = None
        self._index: list[frozenset[str] | None] = []  # what git tracks, once it was asked for
        self._made: set[str] = set()
        self.changes: dict[str, Change] = {}

    def paths(
        self, arguments: Sequence[str], folder: str, wanted: FileType, excluded: Callable[[str], bool]
    ) -> list[str]:
        """The sorted paths that the arguments stand for: wanted by some rule, and not excluded.

        A file is taken as it is; a folder is searched (in a git work tree for what git tracks or does not
        ignore), links in it aside. Raises `UsageError` for an argument that does not exist or lies outside.
        """
        found: set[str] = set()
        for argument in arguments:
            found.update(
                path
                for path in self._stands_for(argument, folder)
                if file_type(path) & wanted and not excluded(path)
            )
        return sorted(found)

    def inside(self, argument: str, folder: str) -> str:
        """The root-relative path of an argument; raises `UsageError` where it lies outside."""
        path = None if "\0" in argument else _within(self.root, argument, folder)
        if path is None:
            raise UsageError(
                f"{argument!r} lies outside of {self.root!r}", "Run reproof in that file's own repository."
            )
        return path

    def close(self) -> None:
        """End what serves this tree."""

    def _stands_for(self, argument: str, folder: str) -> Iterator[str]:
        if "\0" in argument or not os.path.lexists(os.path.join(folder, argument)):
            raise UsageError(f"there is no file or folder {argument!r}", "Check the path and the folder.")
        path = self.inside(argument, folder)
        is_folder = os.path.isdir(os.path.join(folder, argument))
        if is_folder and self.resolve(path or ".") is None:
            raise UsageError(
                f"{argument!r} lies outside of {self.root!r}", "Run reproof in that file's own repository."
            )
        if not is_folder:
            yield path
            return
        for name in _listing(os.path.join(self.root, path)):
            inside = f"{path}/{name}" if path else name
            full = os.path.join(self.root, inside)
            # Links are passed by: a target in the repository is met under its own name.
            if file_type(inside) and not os.path.islink(full) and os.path.isfile(full):
                yield inside

    def open(self, path: str) -> SourceFile:
        """The file, as changed by fixes so far; raises `InvalidFile` where there is nothing to read."""
        self._opened = None
        self._opened = self._load(path)
        return self._opened

    def opened(self, path: str) -> SourceFile:
        """The file with the bytes that the rules saw last, whatever the disk says now; raises as `open`."""
        if self._opened and self._opened.path == path:
            return self._opened
        return self.neighbour(path) or self._load(path)

    def _load(self, path: str) -> SourceFile:
        if path in self.changes:
            return self._source(path, self.changes[path].new)
        full = self.resolve(path)
        if full is None:
            raise InvalidFile("a link that leads out of the repository, or nowhere")
        try:
            return self._source(path, _read(full, largest(path)))
        except OSError as error:
            raise InvalidFile(f"cannot be read: {error.strerror or error}") from None

    def place(self, path: str) -> str | bytes | None:
        """Where a file of the disk lies, for a program that reads it itself; None where there is none."""
        return self.resolve(path)

    def size(self, path: str) -> int:
        """The bytes of a file, to tell how much work it is; 0 where there is none."""
        try:
            return os.stat(os.path.join(self.root, path)).st_size
        except (OSError, ValueError):
            return 0

    def _source(self, path: str, data: bytes) -> SourceFile:
        file = open_source(path, data, self.neighbour)
        file.listing = self.listing
        file.tracks = self.tracks
        file.before = self.changes[path].old if path in self.changes else None
        return file

    def listing(self) -> tuple[str, ...]:
        """The paths of the repository's files, links and what git ignores aside; listed once a run."""
        if self._listed is None:
            self._listed = tuple(
                sorted(
                    path for path in _listing(self.root) if not os.path.islink(os.path.join(self.root, path))
                )
            )
        return self._listed

    def tracks(self, path: str) -> bool | None:
        """Whether git's index has a file; None where nobody can say, and of a file that this run has made."""
        if not self._index:
            data = _index_of(self.root)
            if data is None:
                self._index.append(None)
            else:
                from reproof.lint.git_index import paths_in_index

                self._index.append(paths_in_index(data))
        known = self._index[0]
        return None if known is None or path in self._made else path in known

    def neighbour(self, path: str) -> SourceFile | None:
        """Another file of the repository for a rule to read; None where there is none that can be read."""
        path = posixpath.normpath(path)
        if path not in self._neighbours:
            try:
                self._neighbours[path] = self._load(path)
            except InvalidFile:
                self._neighbours[path] = None
        return self._neighbours[path]

    def change(self, path: str, old: bytes | None, new: bytes) -> None:
        """Let a file have other bytes from now on; `old` counts for the first change of a path only."""
        first = self.changes.get(path)
        if old is None:
            self._made.add(path)
        self.changes[path] = Change(first.old if first else old, new)
        self._neighbours.clear()

    def restore(self, changes: dict[str, Change]) -> None:
        """Go back to an earlier state of `changes`."""
        self.changes = changes
        self._neighbours.clear()

    def resolve(self, path: str) -> str | None:
        """Where the file really lies, links followed; None outside of the repository, or nowhere."""
        folder, _, name = path.rpartition("/")
        try:
            if name in {"", ".", ".."}:
                full = os.path.realpath(os.path.join(self.root, path))
            else:
                if folder not in self._real_folders:
                    self._real_folders[folder] = os.path.realpath(os.path.join(self.root, folder))
                full = os.path.join(self._real_folders[folder], name)
                if not stat.S_ISLNK(os.lstat(full).st_mode):
                    return full if self._holds(full) else None
                full = os.path.realpath(full)
        except FileNotFoundError:
            pass
        except (OSError, ValueError):  # a name too long, a zero byte
            return None
        return full if self._holds(full) and not os.path.islink(full) else None

    def _holds(self, full: str) -> bool:
        return full == self._real_root or full.startswith(self._real_root.rstrip(os.sep) + os.sep)


def largest(path: str) -> int:
    """The most bytes that a file of this name may have."""
    return LARGEST_NOTEBOOK if path.endswith(".ipynb") else LARGEST


def too_large(path: str) -> InvalidFile:
    """What is said of a file that is larger."""
    return InvalidFile(f"larger than {largest(path) // 1024**2} MB, which no source file should be")


def _read(full: str, most: int = LARGEST) -> bytes:
    """The bytes of a regular file; raises `InvalidFile` or `OSError`, and never waits for a pipe."""
    data = read_regular(full, most)
    if data is None:
        raise too_large(full)
    return data


def _index_of(root: str) -> bytes | None:
    """The bytes of the index that git will commit from; None where there is no repository, or no index yet.

    A linked work tree's `.git` is a file that names a folder. A hook is told of another index by its environment
    where a commit takes some files only (`git commit train.py`).
    """
    folder = os.path.join(root, ".git")
    try:
        if os.path.isfile(folder):
            named = os.fsdecode(_read(folder)).partition("gitdir:")[2].strip()
            folder = os.path.join(root, named) if named else folder
        other = os.path.join(root, os.environ.get("GIT_INDEX_FILE", ""))
        own = os.path.dirname(os.path.realpath(other)) == os.path.realpath(folder)
        return _read(other if own else os.path.join(folder, "index"))
    except (OSError, ValueError, InvalidFile):
        return None


def _listing(folder: str) -> Iterable[str]:
    """The files below a folder, relative to it and POSIX: git's list, or a walk where git has none."""
    names = _git_listing(folder) if _repository(folder) else []
    return names or _walk(folder)


def _git_listing(folder: str) -> list[str]:
    import subprocess

    # A hook's own GIT_DIR and GIT_INDEX_FILE are meant for the repository's top, not for this folder; and
    # fsmonitor is a program that a repository names.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-c", "core.fsmonitor=false", "ls-files", "-z", "-co", "--exclude-standard"]
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except OSError:
        return []
    names = map(os.fsdecode, done.stdout.split(b"\0")) if done.returncode == 0 else ()
    return [name for name in names if name and _LEFT_OUT.isdisjoint(name.split("/")[:-1])]


def _walk(folder: str) -> Iterator[str]:
    for current, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _LEFT_OUT]
        base = os.path.relpath(current, folder)
        for name in names:
            path = name if base == os.curdir else os.path.join(base, name)
            yield path.replace(os.sep, "/")
