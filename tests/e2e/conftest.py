"""One GitHub for the session; each test opens a pull request of its own in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.github_api import GitHubApi, running


@pytest.fixture(scope="session")
def github_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHubApi]:
    with running(tmp_path_factory.mktemp("github")) as api:
        yield api


@pytest.fixture
def github(github_session: GitHubApi, monkeypatch: pytest.MonkeyPatch) -> GitHubApi:
    """GitHub without faults and with an empty log of requests."""
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    github_session.clear()
    return github_session
