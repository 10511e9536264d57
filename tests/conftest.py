"""What all tests share: signals as a terminal gives them, also where a CI runs us in the background, and no clock.

A shell starts background jobs with interruptions ignored, and every child inherits that; tests that interrupt a
training would then test nothing. A property is not false because the machine is loaded.
"""

from __future__ import annotations

import signal
import threading

import pytest
from _pytest.nodeid import coerce_node_id
from hypothesis import HealthCheck, settings

from tests.repositories import plain_git

__all__ = ["plain_git"]

if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# For `make mutants`, where every property runs some thousand times: few examples, and always the same ones.
settings.register_profile("mutants", settings.get_profile("untimed"), max_examples=15, derandomize=True)
settings.load_profile("untimed")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of a group on one worker, so that what they share is made once.

    xdist 3.8 marks them by a member of items that pytest 9.2 has no longer; without this all groups are torn apart.
    """
    if not getattr(config.option, "loadgroup", False):
        return
    for item in items:
        groups = sorted({str(mark.args[0]) for mark in item.iter_markers("xdist_group")})
        if groups and not item.nodeid.endswith(f"@{groups[0]}"):
            item._id = coerce_node_id(f"{item.nodeid}@{'_'.join(groups)}")
