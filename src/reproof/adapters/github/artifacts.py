"""One file of a workflow run's artifact, taken from a stranger's archive without unpacking it.

The archive is never written to the disk, so that no path in it can lead anywhere. Sizes are checked before
anything is read or inflated, and again while it is.
"""

from __future__ import annotations

import io
import itertools
import time
import zipfile
import zlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from reproof.adapters.github.connection import PATIENCE, Connection, GoneError, UnclearError
from reproof.errors import ForgeError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from github import GithubException
    from github.Artifact import Artifact
    from requests import Response

NEEDS = "actions: read"
LARGEST = 64 * 1024 * 1024  # bytes of an archive as it is sent
MOST_MEMBERS = 10_000
_ENTRY = b"PK\x01\x02"  # a member in the archive's directory begins with it
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_TIMEOUT = 30  # seconds between two pieces
_PIECE = 1024 * 1024


class Artifacts(Connection):
    """The part of the forge that reads what workflow runs left."""

    def artifact(
        self, run: int, name: str, member: str, limit: int, before: dt.datetime | None = None
    ) -> bytes:
        """The file `member`, of at most `limit` bytes, of the newest artifact `name` of a run.

        With `before` only those count that were uploaded until then, by GitHub's clock. Raises `ForgeError` where
        there is none, or where the archive is not what it should be.
        """
        found = self.ask(lambda: self._newest(run, name, before), NEEDS)
        if found is None:
            raise GoneError(
                f"run {run} left no artifact {name!r}{f' before {before}' if before else ''}",
                "The measuring job uploads it: see workflows/README.md.",
            )
        if found.size_in_bytes > LARGEST:
            raise ForgeError(f"the artifact {name!r} is larger than {LARGEST} bytes")
        return member_of(self.ask(lambda: self._download(found), NEEDS), member, limit)

    def artifact_id(self, run: int, name: str) -> int | None:
        """The number by which GitHub shows an artifact; None where it shows none. Raises `ForgeError`.

        Asked for once: a number is a link, and no reason to wait.
        """
        try:
            found = self.ask(lambda: self._newest(run, name), NEEDS, repeat=False)
        except UnclearError:
            return None
        return found.id if found else None

    def runs_of(self, head: str, most: int) -> Sequence[int]:
        """The newest workflow runs of pull requests whose head is this commit; raises `ForgeError`."""
        return self.ask(
            lambda: [
                run.id
                for run in itertools.islice(
                    self.repository().get_workflow_runs(head_sha=head, event="pull_request"), most
                )
            ],
            NEEDS,
        )

    def _newest(self, run: int, name: str, before: dt.datetime | None = None) -> Artifact | None:
        from github.Artifact import Artifact
        from github.PaginatedList import PaginatedList

        repository = self.repository()
        listed = PaginatedList(
            Artifact,
            repository.requester,
            f"{repository.url}/actions/runs/{run}/artifacts",
            {"name": name},
            list_item="artifacts",
        )
        ours = [
            one
            for one in listed
            if one.name == name
            and not one.expired
            and one.workflow_run.id == run
            and (before is None or one.created_at <= before)
        ]
        return max(ours, key=lambda one: one.id, default=None)

    def _download(self, artifact: Artifact) -> bytes:
        """GitHub answers with an address elsewhere, which must not see the token."""
        import requests

        asked = f"{self._api_url}/repos/{self._name}/actions/artifacts/{artifact.id}/zip"
        headers = {"Authorization": f"Bearer {self._token}", "User-Agent": "reproof"}
        with requests.get(asked, headers=headers, timeout=_TIMEOUT, allow_redirects=False) as answer:
            place = answer.headers.get("location", "")
            if answer.status_code != 302:
                raise _refusal(answer)
        if urlsplit(place).scheme not in {"https", urlsplit(asked).scheme}:
            raise ForgeError("the artifact's address is not one of https")
        with requests.get(place, timeout=_TIMEOUT, allow_redirects=False, stream=True) as answer:
            if answer.status_code != 200:
                raise _refusal(answer)
            data, end = bytearray(), time.monotonic() + PATIENCE
            for piece in answer.iter_content(_PIECE):
                data += piece
                if len(data) > LARGEST:
                    raise ForgeError(f"the artifact {artifact.name!r} is larger than {LARGEST} bytes")
                if time.monotonic() > end:  # a line that only drips
                    raise ForgeError(
                        f"the artifact {artifact.name!r} took longer than {PATIENCE:g} s to load"
                    )
            return bytes(data)


def _refusal(answer: Response) -> GithubException:
    from github import GithubException

    return GithubException(answer.status_code, {"message": answer.reason}, dict(answer.headers))


def member_of(archive: bytes, member: str, limit: int) -> bytes:
    """The one member of that exact name; raises `ForgeError` for none, two, or more than `limit` bytes."""
    if archive.count(_ENTRY) > MOST_MEMBERS:  # zipfile makes an object of each, whatever it is told they are
        raise ForgeError(f"the artifact has more than {MOST_MEMBERS} files")
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            entries = opened.infolist()
            found = [entry for entry in entries if entry.filename == member]
            if len(found) != 1:
                raise ForgeError(f"the artifact does not hold {member!r} exactly once")
            if found[0].compress_type not in _METHODS:  # others take what memory the archive asks for
                raise ForgeError(f"{member} in the artifact is packed in a way that GitHub does not use")
            if found[0].file_size > limit:
                raise ForgeError(f"{member} in the artifact is larger than {limit} bytes")
            with opened.open(found[0]) as handle:
                data = handle.read(limit + 1)  # what the archive says of itself may be a lie
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error):
        raise ForgeError("the artifact is no archive that can be read") from None
    if len(data) > limit:
        raise ForgeError(f"{member} in the artifact is larger than {limit} bytes")
    return data
