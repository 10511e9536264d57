"""A server that takes a connection and says nothing: git gives it up, and so do we, with a message."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

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
