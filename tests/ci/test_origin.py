"""Which pull request a measuring run was about: derived, never believed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reproof.ci.event import MeasuringRun
from reproof.ci.origin import pull_of_run
from reproof.errors import UsageError
from reproof.ports import PullRequest

HEAD, OTHER = "a" * 40, "b" * 40
RUN = MeasuringRun(4242, "pull_request", HEAD, "topic", "eve/demo", 77)
PULL = PullRequest(7, HEAD, "topic", "eve/demo", "c" * 40, "main", 77)


def test_it_is_the_one_with_the_same_head() -> None:
    others = [
        replace(PULL, number=1, head=OTHER),  # somebody pushed meanwhile
        replace(PULL, number=2, head_repository_id=78),  # another fork with a branch of that name and commit
        replace(PULL, number=3, head_ref="main"),
        replace(PULL, number=4, head_repository=None, head_repository_id=None),
    ]
    assert pull_of_run(RUN, [*others, PULL]) == PULL
    assert pull_of_run(RUN, others) is None


def test_two_with_the_same_head_get_nothing() -> None:
    with pytest.raises(UsageError, match="7, 8"):
        pull_of_run(RUN, [PULL, replace(PULL, number=8, base_ref="stable")])
