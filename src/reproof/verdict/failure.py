"""A training without results, as a verdict has it. By itself: whoever trains needs no more of the verdict."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """A training that gave no results: what happened, in a sentence, and the end of its log."""

    what: str
    exit_code: int | None
    log_tail: tuple[str, ...] = ()
