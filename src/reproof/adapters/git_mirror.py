"""A repository of commits only, for the half that writes: fetched to be read, never checked out.

Nothing in it can run: there is no work tree with hooks or filters in it, and files are read as git objects when
they are asked for. The token lies in the folder's own configuration, where git finds it for what it fetches later.
"""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import git

from reproof.errors import UsageError
from reproof.redact import redact

if TYPE_CHECKING:
    from collections.abc import Mapping

STALLED = 60  # seconds after which git gives up a line on which less than a KiB a second comes
_PLAIN = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1"}


def mirror(folder: str, url: str, refs: Mapping[str, str], token: str | None) -> None:
    """Fetch the remote's refs (theirs -> ours) into `folder`, contents of files aside where the server allows it.

    Raises `UsageError` where the remote cannot be read.
    """
    os.makedirs(folder, mode=0o700, exist_ok=True)
    program = git.Git(folder)
    program.update_environment(**_PLAIN)
    program.execute(["git", "init", "--quiet", "--template=", "."])
    with git.Repo(folder) as repository, repository.config_writer() as config:
        config.set_value('remote "origin"', "url", url)
        config.set_value("http", "lowSpeedLimit", 1024)
        config.set_value("http", "lowSpeedTime", STALLED)
        config.set_value('remote "origin"', "promisor", "true")
        config.set_value('remote "origin"', "partialclonefilter", "blob:none")
        if token and url.startswith("https://"):
            basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
            host = f"https://{urlsplit(url).netloc}/"
            config.set_value(f'http "{host}"', "extraheader", f"AUTHORIZATION: basic {basic}")
    options = ("--quiet", "--no-tags", "--no-recurse-submodules", "--filter=blob:none")
    try:
        program.execute(
            ["git", "fetch", *options, "origin", *(f"+{theirs}:{ours}" for theirs, ours in refs.items())]
        )
    except git.GitCommandError as error:
        lines = [
            line for line in redact(str(error.stderr)).splitlines() if "fatal" in line or "error" in line
        ]
        raise UsageError(
            f"the commits cannot be fetched: {(lines or ['git failed'])[0].strip()[:200]}",
            "Check that the job has `permissions: contents: read`.",
        ) from None
