"""What came of one training: how it ended, how long it took, and the end of its log."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a training ended. `exit_code` is None where it did not start or was killed; seconds are wall-clock.

    `cpu_seconds` is what its processes used; `peak_memory` the largest resident set of one of them, in bytes.

    `problem` is one sentence where there are no results to read, None after an exit with 0. `log_tail` holds
    the last lines of both streams, secrets redacted.

    `cpu_seconds` is user and system time of the command and of all processes below it that were waited for.
    `peak_memory` is the largest resident set that one of them had, in bytes: not their sum, and never less than
    what reproof itself held when it started the command, since a new process begins as a copy. Both are None
    where the system does not tell, or where the command did not start.
    """

    exit_code: int | None
    seconds: float
    problem: str | None = None
    log_tail: tuple[str, ...] = ()
    cpu_seconds: float | None = None
    peak_memory: int | None = None

    @property
    def succeeded(self) -> bool:
        return self.problem is None
