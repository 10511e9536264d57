"""Pull requests as they are right now, and which of them a branch is the head of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reproof.adapters.github.connection import Connection
from reproof.ports import PullRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from github.PullRequest import PullRequest as RemotePullRequest
    from github.Repository import Repository as RemoteRepository

NEEDS = "pull-requests: read"


class Pulls(Connection):
    """The part of the forge that reads pull requests."""

    def head_of(self, pull: int) -> str:
        """The pull request's head commit right now; raises `ForgeError`."""
        return self.pull(pull).head

    def pull(self, number: int) -> PullRequest:
        """A pull request as it is right now; raises `ForgeError`."""
        return self.ask(lambda: _told(self.repository().get_pull(number)), NEEDS)

    def open_pulls(self, owner: str, branch: str) -> Sequence[PullRequest]:
        """The open pull requests whose head is this branch of this owner; raises `ForgeError`."""
        return self.ask(
            lambda: [
                _told(pull) for pull in self.repository().get_pulls(state="open", head=f"{owner}:{branch}")
            ],
            NEEDS,
        )


def _told(pull: RemotePullRequest) -> PullRequest:
    source: RemoteRepository | None = pull.head.repo  # None where the fork was deleted
    return PullRequest(
        number=pull.number,
        head=pull.head.sha,
        head_ref=pull.head.ref,
        head_repository=source.full_name if source is not None else None,
        base=pull.base.sha,
        base_ref=pull.base.ref,
        head_repository_id=source.id if source is not None else None,
        author=getattr(pull.user, "login", None),  # a deleted account has none
    )
