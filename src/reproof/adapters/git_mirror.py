"""A repository of commits only, for the half that writes: fetched to be read, never checked out.

Nothing in it can run: there is no work tree with hooks or filters in it, and files are read as git objects when
they are asked for. The token lies in the folder's own configuration, where git finds it for what it fetches later.
"""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from reproof.errors import UsageError
from reproof.git_program import Git, GitRefusedError
from reproof.redact import redact

if TYPE_CHECKING:
    from collections.abc import Mapping

STALLED = 60  # seconds after which git gives up a line on which less than a KiB a second comes
KEY = "reproof-token.config"  # beside git's own configuration: what is written there is on no command line


def mirror(folder: str, url: str, refs: Mapping[str, str], token: str | None) -> None:
    """Fetch the remote's refs (theirs -> ours) into `folder`, contents of files aside where the server allows it.

    Raises `UsageError` where the remote cannot be read.
    """
    os.makedirs(folder, mode=0o700, exist_ok=True)
    program = Git(folder, {"GIT_LFS_SKIP_SMUDGE": "1"})
    program.data("init", "--quiet", "--template=", ".")
    settings = {
        "remote.origin.url": url,
        "remote.origin.promisor": "true",
        "remote.origin.partialclonefilter": "blob:none",
        "http.lowSpeedLimit": "1024",
        "http.lowSpeedTime": str(STALLED),
    }
    if token and url.startswith("https://"):
        _write_token(os.path.join(folder, ".git", KEY), url, token)
        settings["include.path"] = KEY
    for name, value in settings.items():
        program.data("config", name, value)
    options = ("--quiet", "--no-tags", "--no-recurse-submodules", "--filter=blob:none")
    try:
        program.data("fetch", *options, "origin", *(f"+{theirs}:{ours}" for theirs, ours in refs.items()))
    except GitRefusedError as error:
        complaint = redact(error.complaint).splitlines()
        lines = [line for line in complaint if "fatal" in line or "error" in line]
        raise UsageError(
            f"the commits cannot be fetched: {(lines or ['git failed'])[0].strip()[:200]}",
            "Check that the job has `permissions: contents: read`.",
        ) from None


def _write_token(path: str, url: str, token: str) -> None:
    """A configuration that opens the host of `url`, and no other, for whoever may read our files."""
    host = f"https://{urlsplit(url).netloc}/".replace("\\", "\\\\").replace('"', '\\"')
    basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as handle:
        handle.write(f'[http "{host}"]\n\textraheader = AUTHORIZATION: basic {basic}\n')
