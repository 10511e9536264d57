"""What can go wrong in a way that a user can mend: a message, a next step, an exit code.

Raised early with what happened and what to do; caught once, in `cli.py`. Anything else that reaches
`cli.py` is a bug of ours. The codes are part of the public contract and are printed by `--help`.
"""

from __future__ import annotations


class Exit:
    """The exit codes of every command."""

    FINE = 0
    FOUND = 1
    USAGE = 2
    BUG = 3
    MISSING = 4
    TRAINING = 5


class ReproofError(Exception):
    """An expected failure. `hint` is the next step, as a whole sentence or a command."""

    exit_code = Exit.USAGE

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(ReproofError):
    """The command line, the repository's state or the configuration does not allow what was asked."""


class MissingToolError(ReproofError):
    """Something must be installed first; the hint is the line that installs it."""

    exit_code = Exit.MISSING


class StoreError(ReproofError):
    """The run store cannot be read or written."""


class NotSentError(StoreError):
    """What was recorded is kept in this clone; where all see it, it is not yet."""


class ForgeError(ReproofError):
    """The forge (GitHub) refused or did not answer."""


class TrainingFailedError(ReproofError):
    """The training command did not start, failed, was killed, or wrote no metrics."""

    exit_code = Exit.TRAINING


class InputsChangedError(ReproofError):
    """Inputs changed while the training ran: a record of it would be a lie. `log_tail` is the end of its log."""

    exit_code = Exit.FOUND
    log_tail: tuple[str, ...] = ()
