"""Tests that need a program which a plain machine may lack."""

from __future__ import annotations

import os
import shutil
import sys

import pytest


def requires(program: str) -> pytest.MarkDecorator:
    """Skip, naming the program, where neither PATH nor our environment has it.

    With `REPROOF_REQUIRE=all` the test runs, and so fails, instead.
    """
    beside = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)])
    missing = shutil.which(program, path=beside) is None and os.environ.get("REPROOF_REQUIRE") != "all"
    return pytest.mark.skipif(missing, reason=f"{program} is not installed")
