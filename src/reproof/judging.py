"""What `ci`, its trusted half and the commands judge by: the same recorded runs, past versions and acceptances.

All of them must give one verdict on the same runs, so they ask here. Talks to ports only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from reproof.runs.baseline import Held, held_against
from reproof.runs.beside import beside_the_key
from reproof.runs.past import past_runs
from reproof.verdict.acceptance import naming
from reproof.verdict.compare import compare, decide_by_past, nothing_trained
from reproof.verdict.comparison import NotChecked
from reproof.verdict.sample import MOST_VERSIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reproof.config import CompareConfig
    from reproof.ports import Repository, RunStore
    from reproof.runs.record import RunRecord
    from reproof.verdict.compare import Decision
    from reproof.verdict.comparison import Comparison


MOST_BESIDE = 5  # files that are named
BESIDE = (
    "changed since the recorded run, and is no declared input: if the training reads it, name it in "
    "[tool.reproof] params or data"
)


@dataclass(frozen=True)
class Judge:
    """Runs of one key at the commit `head` are held against `held`, by `settings`."""

    store: RunStore
    repository: Repository
    settings: CompareConfig
    key: str
    head: str
    held: Held

    @classmethod
    def on_line(
        cls, store: RunStore, repository: Repository, settings: CompareConfig, key: str, head: str, line: str
    ) -> Judge:
        """The judge of a key; its base is on the first-parent line of `line`."""
        return cls(store, repository, settings, key, head, held_against(store, repository, key, head, line))

    def decide(self, now: Sequence[RunRecord], spent: int = 0, retrains: int | None = None) -> Decision:
        """The verdict on new runs (none: on what is recorded), and what to train next.

        `spent` are the looks that earlier attempts took, `retrains` how many of the runs were trained for this.
        """
        held = self.held
        decision = decide_by_past(
            now, held.same_key, held.base, self.settings, lambda: self._past, self._lines, retrains, spent
        )
        return decision._replace(comparison=naming(decision.comparison, held.acceptances))

    def without_training(self) -> Comparison:
        """The answer where nothing is trained: what is recorded, if anything is."""
        held = self.held
        if not held.same_key:
            return nothing_trained(self.key)
        found = naming(compare((), held.same_key, held.base, self.settings, self._lines), held.acceptances)
        return found.with_notes(self._beside_the_key())

    def _beside_the_key(self) -> list[NotChecked]:
        """Nothing is trained because the key is recorded: what changed since, and is in no key, is told."""
        recorded = self.held.same_key[-1]
        changed = self.repository.line_counts(recorded.code.commit, self.head)
        told = [NotChecked(path, BESIDE) for path in beside_the_key(recorded, changed)]
        more = len(told) - MOST_BESIDE
        return told if more < 2 else [*told[:MOST_BESIDE], NotChecked(f"{more} more files", BESIDE)]

    @cached_property
    def _lines(self) -> Mapping[str, tuple[int, int]]:
        base = self.held.base
        return self.repository.line_counts(base.commit, self.head) if base else {}

    @cached_property
    def _past(self) -> Sequence[Sequence[RunRecord]]:
        base = self.held.base
        return past_runs(self.store, self.repository, base.commit if base else self.head, MOST_VERSIONS)
