"""A repository with a recorded `main`, and the half that writes, opened on its branch `topic`."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reproof.ci.trusted import Trusted, trusted
from reproof.ports import PullRequest
from reproof.wiring import open_workspace
from tests.ci.halves import FILES, trained
from tests.repositories import git, make_repository


@pytest.fixture
def origin(tmp_path: Path, plain_git: None) -> Path:
    """A repository with a recorded `main`; tests add a branch `topic`."""
    root = make_repository(tmp_path / "origin", FILES)
    git(root, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", str(root), "clone")
    open_workspace(str(tmp_path / "clone")).store.add([trained(root, "HEAD", 1)])
    git(root, "switch", "--quiet", "--create", "topic")
    return root


@pytest.fixture
def open_half(origin: Path) -> Iterator[Callable[[], Trusted]]:
    with contextlib.ExitStack() as stack:

        def opened() -> Trusted:
            head, base = git(origin, "rev-parse", "topic"), git(origin, "rev-parse", "main")
            git(origin, "update-ref", "refs/pull/7/head", head)
            pull = PullRequest(7, head, "topic", "octo/demo", base, "main")
            return stack.enter_context(trusted(f"file://{origin}", pull, None))

        yield opened
