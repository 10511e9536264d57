"""Fetching commits to be read: a server that says nothing is given up, and a token goes to its host alone."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reproof.adapters import git_mirror
from reproof.adapters.git_mirror import mirror
from reproof.errors import UsageError


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken: list[socket.socket] = []

        def take() -> None:
            with contextlib.suppress(OSError):
                while True:
                    taken.append(server.accept()[0])

        threading.Thread(target=take, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/octo/demo.git"
        for one in taken:
            one.close()


def test_a_line_that_stalls_is_given_up(silent: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_mirror, "STALLED", 1)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    with pytest.raises(UsageError, match="cannot be fetched"):
        mirror(str(tmp_path / "mirror"), silent, {"refs/heads/main": "refs/reproof/head"}, None)


def test_a_token_opens_its_own_host_only_and_is_on_no_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    run = subprocess.run

    def told(command: list[str], **options: Any) -> Any:
        said.extend(command)
        return run(command, **options)

    monkeypatch.setattr(subprocess, "run", told)
    folder, url = tmp_path / "mirror", "https://localhost:1/octo/demo.git"
    with pytest.raises(UsageError, match="cannot be fetched"):
        mirror(str(folder), url, {"refs/heads/main": "refs/reproof/head"}, "ghs_planted")

    def header(address: str) -> str:
        asked = ["git", "config", "--get-urlmatch", "http.extraheader", address]
        return run(asked, cwd=folder, capture_output=True, text=True, check=False).stdout

    assert header(url).startswith("AUTHORIZATION: basic ")
    assert header("https://elsewhere.example/octo/demo.git") == ""
    assert not [word for word in said if "ghs_planted" in word or "basic" in word]
    assert (folder / ".git" / git_mirror.KEY).stat().st_mode & 0o077 == 0
