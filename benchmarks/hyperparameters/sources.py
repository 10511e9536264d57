"""The files of a corpus at their commits, from a mirror on this machine or from the public repository.

A mirror is a folder with `<owner>+<name>` or `<owner>+<name>/repo` in it, each a git directory or a clone.
From the network one commit is fetched without its files' contents, and then the wanted files alone.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from benchmarks.hyperparameters.corpus import Source

PUBLIC = "https://github.com/"


def lay_out(sources: Iterable[Source], folder: Path, mirror: Path | None, cache: Path) -> None:
    """Write the files below `folder`; repositories that the mirror lacks are fetched into `cache`.

    Raises `RuntimeError` where git cannot give a file, and `ValueError` for a path that leads elsewhere.
    """
    for source in sources:
        if ".." in PurePosixPath(source.local).parts:
            raise ValueError(f"{source.local} leads out of the folder")
        git_dir = (mirrored(mirror, source.repo) if mirror else None) or fetched(source, cache)
        target = folder / source.local
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(git(git_dir, "cat-file", "blob", f"{source.commit}:{source.path}"))


def mirrored(mirror: Path, repo: str) -> Path | None:
    """The git directory of a repository in a mirror; None where it has none."""
    base = mirror / repo.replace("/", "+")
    for candidate in (base / "repo" / ".git", base / "repo", base / ".git", base):
        if (candidate / "objects").is_dir():
            return candidate
    return None


def fetched(source: Source, cache: Path, host: str = PUBLIC) -> Path:
    """The git directory of the public repository with the source's commit in it, its contents on demand."""
    git_dir = cache / source.repo.replace("/", "+")
    if not git_dir.exists():
        git_dir.mkdir(parents=True)
        git(git_dir, "init", "--quiet", "--bare")
        git(git_dir, "remote", "add", "origin", f"{host}{source.repo}")
        git(git_dir, "config", "remote.origin.promisor", "true")
        git(git_dir, "config", "remote.origin.partialclonefilter", "blob:none")
    # Whether it is there is asked without contents on demand: that would fetch to find out.
    if _has(git_dir, source.commit):
        return git_dir
    git(git_dir, "fetch", "--quiet", "--depth", "1", "--filter=blob:none", "origin", source.commit)
    return git_dir


def git(git_dir: Path, *arguments: str) -> bytes:
    """Run git on a git directory; raises `RuntimeError` with what it said."""
    done = _run(git_dir, arguments)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise RuntimeError(f"git {' '.join(arguments)} failed in {git_dir}: {said}")
    return done.stdout


def _has(git_dir: Path, commit: str) -> bool:
    return _run(git_dir, ("cat-file", "-e", commit), GIT_NO_LAZY_FETCH="1").returncode == 0


def _run(git_dir: Path, arguments: Iterable[str], **extra: str) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_TERMINAL_PROMPT": "0", **extra}  # a repository that is gone asks for a password
    command = ["git", f"--git-dir={git_dir}", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, check=False)
