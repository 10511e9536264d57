"""The recorded command, to be carried out again: secrets in it were not recorded, and are taken from the commit."""

from __future__ import annotations

import shlex

from reproof.redact import HIDDEN, redact
from reproof.replay.missing import Missing


def recorded_command(
    recorded: str, configured: str | tuple[str, ...] | None
) -> tuple[tuple[str, ...], tuple[Missing, ...]]:
    """The command as words, and what of it is missing. `configured` is the one of the recorded commit."""
    words = tuple(shlex.split(recorded))
    if HIDDEN not in recorded:
        return words, ()
    own = tuple(shlex.split(configured)) if isinstance(configured, str) else configured or ()
    if redact(shlex.join(own)) == recorded:
        return own, ()
    told = "it was typed, and no record holds it: `***` stands in"
    return words, (Missing("the secret in the command", told),)
