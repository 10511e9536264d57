"""`Repository` on GitPython: reads commits and the work tree; never writes to the user's clone."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import tempfile
from typing import TYPE_CHECKING

from reproof.errors import MissingToolError, UsageError
from reproof.ports import Head
from reproof.redact import redact

try:
    import git
except ImportError as error:  # GitPython refuses to be imported without a git program
    raise MissingToolError(
        "git is not installed, or cannot be started", "Install git, then try again."
    ) from error

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reproof.ports import Snapshot

MOST_ANCESTORS = 1000


class GitRepository:
    """A git work tree."""

    def __init__(self, folder: str) -> None:
        """Find the repository around `folder`; raises `UsageError` where there is none."""
        try:
            self._repo = git.Repo(folder, search_parent_directories=True)
        except (git.InvalidGitRepositoryError, git.NoSuchPathError):
            raise UsageError(
                f"{folder} is not in a git repository",
                "Runs are tied to commits: `git init`, commit, then try again.",
            ) from None
        if self._repo.working_tree_dir is None:
            raise UsageError(f"{folder} is a bare repository; a work tree is needed to train")
        self._git = git.Git(self.root)
        self._git.update_environment(LC_ALL="C", GIT_TERMINAL_PROMPT="0", GIT_OPTIONAL_LOCKS="0")

    @property
    def root(self) -> str:
        return str(self._repo.working_tree_dir)

    @property
    def private(self) -> str:
        return os.path.join(str(self._repo.common_dir), "reproof")

    def head(self) -> Head:
        try:
            commit = self._repo.head.commit.hexsha
        except ValueError:
            raise UsageError(
                "this repository has no commit yet", "Commit something first: a run is tied to a commit."
            ) from None
        branch = None if self._repo.head.is_detached else self._repo.active_branch.name
        return Head(commit, branch, self._remote(), self._dirt())

    def resolve(self, revision: str) -> str:
        if not revision or revision.startswith("-"):
            raise UsageError(f"{revision!r} is not a revision")
        try:
            return str(self._git.rev_parse("--verify", "--quiet", f"{revision}^{{commit}}"))
        except git.GitCommandError:
            raise UsageError(
                f"{revision!r} is neither a recorded run nor a revision of this repository",
                "`reproof runs` lists runs. In CI, check out with fetch-depth: 0 to have the history.",
            ) from None

    def snapshot(self, revision: str | None = None) -> Snapshot:
        if revision is None:
            return WorkTree(self.root, self._git)
        return CommitTree(self._git, self.resolve(revision))

    def first_parents(self, commit: str) -> Sequence[str]:
        listed = self._git.rev_list("--first-parent", f"--max-count={MOST_ANCESTORS}", self.resolve(commit))
        return str(listed).split()

    def committed_at(self, commit: str) -> str:
        when = self._repo.commit(self.resolve(commit)).committed_datetime
        return when.astimezone(dt.UTC).isoformat(timespec="seconds")

    def merge_base(self, one: str, other: str) -> str | None:
        try:
            return str(self._git.merge_base(self.resolve(one), self.resolve(other))) or None
        except git.GitCommandError:
            return None

    def line_counts(self, old: str, new: str) -> Mapping[str, tuple[int, int]]:
        counts = {}
        diff = self._git.diff("--numstat", "-z", "--no-renames", self.resolve(old), self.resolve(new), "--")
        for entry in str(diff).split("\0"):
            added, _, rest = entry.partition("\t")
            removed, _, path = rest.partition("\t")
            if added.isdigit() and removed.isdigit():
                counts[path] = (int(added), int(removed))
        return counts

    def patch(self) -> str:
        """Made with an index and an object folder of its own: the user's clone gets nothing."""
        with tempfile.TemporaryDirectory() as scratch:
            variables = {
                "GIT_INDEX_FILE": os.path.join(scratch, "index"),
                "GIT_OBJECT_DIRECTORY": scratch,
                "GIT_ALTERNATE_OBJECT_DIRECTORIES": os.path.join(self._repo.common_dir, "objects"),
            }
            with self._git.custom_environment(**variables):
                self._git.read_tree("HEAD")
                self._git.add("--all", ".")
                return str(
                    self._git.diff("--cached", "--binary", "HEAD", "--", strip_newline_in_stdout=False)
                )

    def _remote(self) -> str | None:
        with contextlib.suppress(git.GitCommandError):
            return redact(str(self._git.remote("get-url", "origin")))
        return None

    def _dirt(self) -> tuple[str, ...]:
        entries = str(self._git.status("--porcelain=v1", "-z", "--no-renames", "--untracked-files=all"))
        return tuple(entry[3:] for entry in entries.split("\0") if entry)


class CommitTree:
    """`Snapshot` of a commit: nothing is checked out."""

    def __init__(self, program: git.Git, commit: str) -> None:
        self._git = program
        self._commit = commit
        self._files: dict[str, str] | None = None

    def files(self) -> Mapping[str, str]:
        if self._files is None:
            entries = str(self._git.ls_tree("-r", "-z", "--full-tree", self._commit)).split("\0")
            parts = [entry.partition("\t") for entry in entries if entry]
            self._files = {path: head.split()[2] for head, _, path in parts if head.split()[1] == "blob"}
        return self._files

    def read(self, path: str) -> bytes | None:
        blob = self.files().get(path)
        if blob is None:
            return None
        data: bytes = self._git.cat_file("blob", blob, stdout_as_string=False, strip_newline_in_stdout=False)
        return data


class WorkTree:
    """`Snapshot` of the work tree as it lies there: tracked files, and untracked ones that are not ignored."""

    def __init__(self, root: str, program: git.Git) -> None:
        self._root = root
        self._git = program
        self._files: dict[str, str] | None = None

    def files(self) -> Mapping[str, str]:
        if self._files is None:
            listed = str(self._git.ls_files("-z", "--cached", "--others", "--exclude-standard")).split("\0")
            paths = [path for path in dict.fromkeys(listed) if path and self._regular(path)]
            self._files = dict(zip(paths, self._blobs(paths), strict=True))
        return self._files

    def read(self, path: str) -> bytes | None:
        if path not in self.files():
            return None
        with open(os.path.join(self._root, path), "rb") as handle:
            return handle.read()

    def _regular(self, path: str) -> bool:
        full = os.path.join(self._root, path)
        return os.path.isfile(full) and not os.path.islink(full)

    def _blobs(self, paths: Sequence[str]) -> list[str]:
        """Blob ids as `git add` would make them, in one process; names with line breaks one by one."""
        if not paths:
            return []
        if any("\n" in path for path in paths):
            return [str(self._git.hash_object("--", path)) for path in paths]
        with tempfile.TemporaryFile() as names:
            names.write("\n".join(paths).encode("utf-8", "surrogateescape"))
            names.seek(0)
            return str(self._git.hash_object("--stdin-paths", istream=names)).split()
