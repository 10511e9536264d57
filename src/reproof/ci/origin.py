"""Which pull request a measuring run was about. Pure: from what GitHub says of the run and of its pull requests.

Never from the artifact, which the pull request's code wrote, and not from the event's own list, which is empty for
forks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reproof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reproof.ci.event import MeasuringRun
    from reproof.ports import PullRequest


def pull_of_run(run: MeasuringRun, pulls: Iterable[PullRequest]) -> PullRequest | None:
    """The open pull request of the run's branch, commit and repository; None where it moved on or was closed.

    Raises `UsageError` where two of them have the same head: their reports could not be told apart.
    """
    found = [
        pull
        for pull in pulls
        if pull.head == run.head
        and pull.head_ref == run.head_ref
        and pull.head_repository_id == run.head_repository_id
    ]
    if len(found) > 1:
        numbers = ", ".join(str(pull.number) for pull in found)
        raise UsageError(
            f"the pull requests {numbers} have the same head {run.head[:7]}, so nothing is written to any of them",
            "Close the ones that are not needed, then run the measuring workflow again.",
        )
    return found[0] if found else None
