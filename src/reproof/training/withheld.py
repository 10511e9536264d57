"""What the user's programs must not get from our own environment: on a pull request they are a stranger's code."""

from __future__ import annotations

import os
from collections.abc import Mapping

WITHHELD = frozenset(
    (
        # our tokens, and the files that a runner reads back as ours
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "ACTIONS_RUNTIME_TOKEN",
        "GITHUB_ENV",
        "GITHUB_OUTPUT",
        "GITHUB_PATH",
        "GITHUB_STATE",
        "GITHUB_STEP_SUMMARY",
        "INPUT_TOKEN",
        "REPROOF_TOKEN",
    )
)


def without_ours(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that a training, and the look at its interpreter, may see."""
    return {name: value for name, value in environ.items() if name not in WITHHELD}


def seen_by_training(environ: Mapping[str, str], python: str | None) -> dict[str, str]:
    """The same with the folder of the training's interpreter first on PATH: its programs come before others."""
    seen = without_ours(environ)
    if python:
        folder = os.path.dirname(os.path.abspath(python))
        seen["PATH"] = os.pathsep.join([folder, seen.get("PATH", os.defpath)])
    return seen
