"""Settings in messages, named as the project's own file has them: messages are written for `pyproject.toml`."""

from __future__ import annotations

import os
import re

from reproof.lint.files import find_root

OWN = "reproof.toml"
_TABLE = re.compile(r"\[tool\.reproof\.([^\]\n]+)\]")
_KEY = re.compile(r"(?:pyproject\.toml: )?\[tool\.reproof\] (?=\w)")


def as_configured(text: str, folder: str) -> str:
    """A message for somebody in `folder`, whose project may have a `reproof.toml`: keys stand at its top level."""
    if "tool.reproof" not in text or OWN in text or not _has_own_file(folder):
        return text
    text = _TABLE.sub(rf"[\1] of {OWN}", text)
    return _KEY.sub(f"{OWN}: ", text).replace("[tool.reproof]", OWN)


def _has_own_file(folder: str) -> bool:
    """Whether the repository around a folder has the file at its root."""
    try:
        place = os.path.abspath(folder)
    except OSError:  # somebody removed it under our feet
        return False
    return os.path.isfile(os.path.join(find_root([], place), OWN))
