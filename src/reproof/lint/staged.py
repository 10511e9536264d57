"""The repository as its next commit will have it: files as git's index holds them, not as they lie in the folder.

Two git processes serve a whole run: one lists the index, one hands out contents. A rule that looks beside a file
sees the index there, too.
"""

from __future__ import annotations

import os
import posixpath
import subprocess

from reproof.errors import MissingToolError, UsageError
from reproof.lint.file_types import FileType, file_type
from reproof.lint.files import SourceTree, largest, too_large
from reproof.lint.source import InvalidFile, SourceFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_LINK, _MODULE = "120000", "160000"
_LINKS = 40  # as many as Linux follows


class StagedTree(SourceTree):
    """A `SourceTree` of what is staged below `root`. It only looks: nothing can be changed in it."""

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self._entries = {path: (mode, name) for mode, name, path in _index(root)}
        self._contents: subprocess.Popen[bytes] | None = None

    def paths(
        self, arguments: Sequence[str], folder: str, wanted: FileType, excluded: Callable[[str], bool]
    ) -> list[str]:
        """The sorted paths whose staged content is another than the last commit's, below the arguments."""
        below = [self.inside(argument, folder) for argument in arguments]
        return sorted(
            path
            for path in _changed(self.root)
            if path in self._entries
            and self._entries[path][0] != _MODULE
            and any(not base or path == base or path.startswith(f"{base}/") for base in below)
            and file_type(path) & wanted
            and not excluded(path)
        )

    def listing(self) -> tuple[str, ...]:
        """The paths of the index, links and submodules aside."""
        return tuple(
            sorted(path for path, (mode, _) in self._entries.items() if mode not in {_LINK, _MODULE})
        )

    def tracks(self, path: str) -> bool | None:
        """Whether the next commit has a file."""
        return path in self._entries

    def place(self, path: str) -> str | bytes | None:
        """The content: no other program finds it on the disk."""
        try:
            return self.open(path).data
        except InvalidFile:
            return None

    def size(self, path: str) -> int:
        """0, so that one process looks at all: git's answers come by one pipe."""
        return 0

    def close(self) -> None:
        """End the process that hands out contents."""
        if self._contents and self._contents.stdin and self._contents.stdout:
            self._contents.stdin.close()
            self._contents.stdout.close()
            self._contents.wait()
            self._contents = None

    def _load(self, path: str) -> SourceFile:
        target = path
        for _ in range(_LINKS):
            mode, name = self._entries.get(target, ("", ""))
            if mode != _LINK:
                break
            link = os.fsdecode(self._content(name, path))
            target = posixpath.normpath(posixpath.join(posixpath.dirname(target), link))
        if mode in {"", _LINK, _MODULE}:
            raise InvalidFile("not staged, or a link that leads to nothing that is")
        return self._source(path, self._content(name, path))

    def _content(self, name: str, path: str) -> bytes:
        if self._contents is None:
            self._contents = _start(self.root, "cat-file", "--batch")
        stdin, stdout = self._contents.stdin, self._contents.stdout
        assert stdin
        assert stdout
        stdin.write(f"{name}\n".encode())
        stdin.flush()
        header = stdout.readline().split()
        if len(header) != 3 or not header[2].isdigit():
            raise InvalidFile("git cannot read what is staged")
        data = stdout.read(int(header[2]))
        stdout.read(1)
        if len(data) > largest(path):
            raise too_large(path)
        return data


def _start(root: str, *words: str) -> subprocess.Popen[bytes]:
    # The environment is kept: a hook is told of the index of its commit by it. fsmonitor is a repository's program.
    try:
        return subprocess.Popen(
            ["git", "-c", "core.fsmonitor=false", *words],
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if words[0] != "cat-file" else subprocess.DEVNULL,
        )
    except OSError as error:
        reason = error.strerror or str(error)
        raise MissingToolError(
            f"--staged needs git, which cannot be started: {reason}", "Install git."
        ) from None


def _listed(root: str, *words: str) -> Iterator[bytes]:
    process = _start(root, *words)
    said, complaint = process.communicate()
    if process.returncode:
        lines = complaint.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
        raise UsageError(f"git cannot say what is staged: {lines[0]}", "--staged works in a git work tree.")
    return iter(said.split(b"\0")[:-1])


def _index(root: str) -> Iterator[tuple[str, str, str]]:
    """Mode, object name and path of every file of the index; conflicts, which no commit can have, are left out."""
    for entry in _listed(root, "ls-files", "--stage", "-z"):
        about, _, path = entry.partition(b"\t")
        mode, name, stage = about.decode("ascii").split()
        if stage == "0":
            yield mode, name, os.fsdecode(path)


def _changed(root: str) -> list[str]:
    words = (
        "diff",
        "--cached",
        "--name-only",
        "--relative",
        "--no-renames",
        "--no-ext-diff",
        "--diff-filter=ACMT",
    )
    return [os.fsdecode(path) for path in _listed(root, *words, "-z")]
