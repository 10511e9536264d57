"""Tests that need a program which a plain machine may lack."""

from __future__ import annotations

import os
import shutil

import pytest


def requires(program: str) -> pytest.MarkDecorator:
    """Skip, naming the program, where it is absent; with `REPROOF_REQUIRE=all` run, and so fail, instead."""
    missing = shutil.which(program) is None and os.environ.get("REPROOF_REQUIRE") != "all"
    return pytest.mark.skipif(missing, reason=f"{program} is not installed")
