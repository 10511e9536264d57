"""`Report`: a comparison, and what a reader has to know around it. A value; the renderers stand beside it.

`json.py` carries what the measuring job knows (comparison, head, minutes). The `Context` is never carried: who
renders a report says for itself which repository and pull request it is for.
"""

from __future__ import annotations

from dataclasses import dataclass

from reproof.verdict.comparison import Comparison, Spread

DEFAULT_FAIL_ON = ("drifted", "regressed", "failed")


@dataclass(frozen=True, slots=True)
class Context:
    """Where the report is shown. Commits are full ids; `base_commit` is what the change branched off from.

    `run_url` is the page of the run that measured, `page_url` where its artifact with report.html is.
    `self_reported`: the numbers come from code that nobody here vouches for (a fork's pull request).
    `recorded`: the run is in the store of recorded runs, so that a command can name it. `checked_out` is the commit
    at which the reader stands, where that is known. `replayed`: a recorded run was rebuilt on the reader's machine.
    """

    repository: str | None = None
    pull: int | None = None
    base_ref: str | None = None
    base_commit: str | None = None
    fail_on: tuple[str, ...] = DEFAULT_FAIL_ON
    run_url: str | None = None
    page_url: str | None = None
    self_reported: bool = False
    recorded: bool = True
    checked_out: str | None = None
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class PastRuns:
    """One metric's recorded values at one commit; `accepted` is why somebody made them the expected ones."""

    commit: str
    recorded: Spread
    accepted: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """One metric over the recorded commits of the base's line, oldest first."""

    metric: str
    points: tuple[PastRuns, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What happened. `head` is the commit that was trained, in full; `minutes` of wall-clock time in all.

    `history` is not carried in JSON: who renders reads it from the store, as with the context.
    """

    comparison: Comparison
    head: str | None = None
    minutes: float | None = None
    context: Context = Context()
    history: tuple[History, ...] = ()

    @property
    def fails(self) -> bool:
        """Whether the verdict is one that the project wants to stop at."""
        return self.comparison.verdict in self.context.fail_on
