"""A scratch clone: one commit checked out in a folder of its own, by the git program, and gone afterwards.

It borrows the objects of the user's clone and writes none there: no `git worktree` entry, no ref, no setting. What
a kill leaves behind is swept away by the next scratch clone: a living one holds a lock on its folder.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reproof.ending import told_to_end
from reproof.errors import UsageError
from reproof.git_program import Git, GitRefusedError
from reproof.redact import redact
from reproof.replay.missing import Missing

with contextlib.suppress(ImportError):  # Windows has none: nothing is swept there
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SWEEPS = os.name == "posix"
POINTER = b"version https://git-lfs.github.com/spec/v1\n"
LONGEST_POINTER = 1024
PLAIN = (
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "advice.detachedHead=false",
    "-c",
    "protocol.ext.allow=never",
)


@dataclass(frozen=True, slots=True)
class Scratch:
    """`root` is the checked out commit; `missing` what of it could not be had."""

    root: str
    missing: tuple[Missing, ...]


@contextlib.contextmanager
def scratch_clone(clone: str, private: str, commit: str, patch: str | None = None) -> Iterator[Scratch]:
    """Check out a commit, with a recorded patch on top, below `private`; removed at the end, come what may.

    Raises `UsageError` where the commit is neither in the clone nor at its remote, or the patch does not apply.
    """
    home = os.path.join(private, "scratch")
    os.makedirs(home, exist_ok=True)
    _sweep(home)
    folder = tempfile.mkdtemp(dir=home)
    lock = os.open(os.path.join(folder, "lock"), os.O_CREAT | os.O_RDWR)
    try:
        if SWEEPS:
            fcntl.flock(lock, fcntl.LOCK_EX)
        root = os.path.join(folder, "tree")
        with told_to_end():
            yield Scratch(root, _check_out(clone, root, commit, patch))
    finally:
        os.close(lock)
        _remove(folder)


def _sweep(home: str) -> None:
    """Remove the scratch clones whose processes are gone."""
    for name in os.listdir(home) if SWEEPS else ():
        folder = os.path.join(home, name)
        with contextlib.suppress(OSError):  # it lives, or another process sweeps it
            lock = os.open(os.path.join(folder, "lock"), os.O_RDWR)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(folder)
            finally:
                os.close(lock)


def _remove(folder: str) -> None:
    """Remove a tree, read-only folders in it included (DVC's cache has such).

    The lock goes last: what an orphaned program still writes into is found by it, and removed the next time.
    """
    for place, folders, _ in os.walk(folder):
        for name in folders:
            path = os.path.join(place, name)
            if not os.path.islink(path) and not os.access(path, os.W_OK):
                with contextlib.suppress(OSError):
                    os.chmod(path, 0o700)
    tree = os.path.join(folder, "tree")
    shutil.rmtree(tree, ignore_errors=True)
    if not os.path.lexists(tree):
        shutil.rmtree(folder, ignore_errors=True)


def _check_out(clone: str, root: str, commit: str, patch: str | None) -> tuple[Missing, ...]:
    common = _git(clone, "rev-parse", "--path-format=absolute", "--git-common-dir").rstrip("\n")
    kind = _git(clone, "rev-parse", "--show-object-format").strip()
    os.mkdir(root)
    _git(root, "init", "-q", "--template=", f"--object-format={kind}")
    own = os.path.join(root, ".git")
    with open(os.path.join(own, "objects", "info", "alternates"), "w", encoding="utf-8") as handle:
        handle.write(os.path.join(common, "objects") + "\n")
    if os.path.exists(os.path.join(common, "shallow")):
        shutil.copy(os.path.join(common, "shallow"), own)
    remote = _answer(clone, "remote", "get-url", "origin")
    if remote:
        remote = remote.rstrip("\n")
        local = os.path.join(clone, remote)
        _git(root, "remote", "add", "origin", local if os.path.isdir(local) else remote)
        # What a partial clone lacks is fetched by the scratch clone.
        for name in ("promisor", "partialclonefilter"):
            if value := _answer(clone, "config", f"remote.origin.{name}"):
                _git(root, "config", f"remote.origin.{name}", value.rstrip("\n"))
    here = _answer(root, "cat-file", "-e", f"{commit}^{{commit}}") is not None
    if not here and (not remote or _answer(root, "fetch", "-q", "--depth=1", "origin", commit) is None):
        raise UsageError(
            f"commit {commit[:12]} is neither in this clone nor at its remote",
            "Fetch the branch it was on; a commit that was never pushed is only where it was made.",
        )
    _git(root, "checkout", "-q", "--detach", commit, smudge=False)
    if patch:
        _apply(root, patch)  # it may move a submodule, or the pointer of a large file
    return (*_submodules(common, root), *_large_files(common, root))


def _apply(root: str, patch: str) -> None:
    data = patch.encode("utf-8", "surrogateescape")
    if _answer(root, "apply", "--index", "--whitespace=nowarn", "-", stdin=data) is None:
        raise UsageError("the recorded patch of the uncommitted changes does not apply to its commit")


def _submodules(common: str, root: str) -> Iterator[Missing]:
    """Check out the submodules, from the user's own copies of them where there are some."""
    listed = _answer(root, "config", "-z", "-f", ".gitmodules", "--get-regexp", r"^submodule\..*\.path$")
    for entry in (listed or "").split("\0"):
        key, _, path = entry.partition("\n")
        if not path:
            continue
        name = key.removeprefix("submodule.").removesuffix(".path")
        ours = os.path.join(common, "modules", name)
        borrowed = ("--reference", ours) if ".." not in name.split("/") and os.path.isdir(ours) else ()
        words = ("submodule", "update", "-q", "--init", "--recursive", *borrowed, "--", path)
        if _answer(root, *words) is None:
            yield Missing(f"submodule {path}", "it cannot be fetched from where .gitmodules says")


def _large_files(common: str, root: str) -> Iterator[Missing]:
    """Put Git LFS files in place of their pointers, from the user's own store where it has them, else fetched."""
    if not os.path.exists(os.path.join(root, ".gitattributes")):
        return
    names = _git(root, "ls-files", "-z").split("\0")
    pending = []
    for path in filter(None, names):
        digest = _pointer(os.path.join(root, path))
        if not digest:
            continue
        stored = os.path.join(common, "lfs", "objects", digest[:2], digest[2:4], digest)
        if os.path.isfile(stored):
            shutil.copyfile(stored, os.path.join(root, path))
        else:
            pending.append(path)
    if pending:
        _answer(root, "lfs", "pull")  # a refusal shows below, in what is still a pointer
    for path in pending:
        if _pointer(os.path.join(root, path)):
            yield Missing(path, "Git LFS has it neither in this clone nor at the remote")


def _pointer(path: str) -> str | None:
    """The SHA-256 that a Git LFS pointer names; None for any other file."""
    try:
        if os.path.islink(path) or os.path.getsize(path) > LONGEST_POINTER:
            return None
        with open(path, "rb") as handle:
            data = handle.read(LONGEST_POINTER)
    except OSError:
        return None
    if not data.startswith(POINTER):
        return None
    named = [line for line in data.decode("utf-8", "replace").splitlines() if line.startswith("oid sha256:")]
    digest = named[0].removeprefix("oid sha256:") if named else ""
    return digest if len(digest) == 64 and not set(digest) - set("0123456789abcdef") else None


def _git(folder: str, *words: str, smudge: bool = True) -> str:
    answer, complaint = _run(folder, words, smudge=smudge)
    if answer is None:
        raise UsageError(f"git {words[0]}: {complaint}")
    return answer


def _answer(folder: str, *words: str, stdin: bytes = b"") -> str | None:
    """git's answer; None for a refusal."""
    return _run(folder, words, stdin=stdin)[0]


def _run(
    folder: str, words: Sequence[str], *, stdin: bytes = b"", smudge: bool = True
) -> tuple[str | None, str]:
    """git's answer, or None and the last line of its refusal."""
    program = Git(folder, {"GIT_OPTIONAL_LOCKS": "0"} | ({} if smudge else {"GIT_LFS_SKIP_SMUDGE": "1"}))
    try:
        return program.text(*PLAIN, *words, stdin=stdin), ""
    except GitRefusedError as error:
        return None, redact(error.complaint).strip().rpartition("\n")[2] or "failed"
