"""What to train: one command, where, with what environment, and for how long at most."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """One training. `command` is started without a shell in `folder`; `timeout` in seconds.

    `variables` are set for the training on top of its own environment.
    """

    command: tuple[str, ...]
    folder: str
    timeout: float
    variables: tuple[tuple[str, str], ...] = ()
