"""The verdict, computed again by the half that writes: raw records, recorded runs and git go in.

Nothing that the measuring job says is believed but its numbers. The pull request's commits are read as git objects;
the rules to judge by are the base's, so that a pull request cannot loosen those that it is judged by.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from reproof.ci.past import history_of
from reproof.ci.places import Sources, annotate_changes
from reproof.ci.rules import rules_of, settings_at, telling_changed_rules
from reproof.errors import UsageError
from reproof.judging import Judge
from reproof.ports import Head
from reproof.report.report import Context, Report
from reproof.runs.baseline import declared_at, held_against
from reproof.runs.declared import Declared, declare
from reproof.runs.key import key_fits
from reproof.runs.layout import UNKNOWN
from reproof.strict import number
from reproof.verdict.compare import failed, nothing_trained
from reproof.verdict.comparison import NotChecked
from reproof.wiring import open_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reproof.ci.measured import Measured
    from reproof.config import Config
    from reproof.ports import Annotation, PullRequest, Repository, RunStore
    from reproof.runs.baseline import Held
    from reproof.runs.record import RunRecord, Scalar
    from reproof.verdict.comparison import Comparison

HEAD_REF, BASE_REF = "refs/reproof/head", "refs/remotes/origin/base"


@dataclass(frozen=True)
class Trusted:
    """A pull request's two commits in a repository of commits, and the recorded runs."""

    repository: Repository
    store: RunStore
    head: str
    base: str

    @cached_property
    def settings(self) -> Config:
        """The base's configuration; the defaults where it has none that can be read."""
        return rules_of(self.repository, self.base)

    @cached_property
    def declared(self) -> Declared:
        """What the head declares, from git alone. Raises `UsageError` where that cannot be told."""
        settings = settings_at(self.repository, self.head)
        if settings is None:
            raise UsageError(f"the configuration of {self.head[:7]} cannot be read")
        return declare(self.repository.snapshot(self.head), settings, Head(self.head, None, None, ()))

    def judge(self, measured: Measured, spent: int = 0) -> Comparison:
        """The verdict on what was measured; raises `UsageError` for records that are not of the head.

        `spent` counts the looks that earlier attempts took.
        """
        if measured.failure:
            return failed(measured.failure, measured.key, max(measured.retrains, 1))
        judge = Judge.on_line(
            self.store, self.repository, self.settings.compare, measured.key, self.head, self.base
        )
        # Results that the pull request itself committed are a claim of its own, and no reason not to train.
        trained = tuple(run for run in judge.held.same_key if run.kind == "trained")
        judged = measured.records or trained[-1:]
        if not judged:
            return nothing_trained(measured.key)
        for record in measured.records:
            self._verify_training(record, measured.key)
        self._verify_ids(measured.records, judge.held)
        self._verify_inputs(judged[-1])
        decided = judge.decide(measured.records, spent).comparison if measured.records else None
        comparison = decided or judge.without_training()
        comparison = comparison.with_notes(self._left(measured))
        return telling_changed_rules(comparison, self.repository, self.head, self.base)

    def _left(self, measured: Measured) -> Iterator[NotChecked]:
        """What the trainings say that they left beside the records, of files that the head declares."""
        layout = self.declared.layout
        for one in measured.left:
            if one.path in (layout.metrics if one.members else layout.artifacts):
                yield NotChecked(one.path, one.words)

    def report(self, measured: Measured, context: Context, spent: int = 0) -> Report:
        """The report of the trusted half: its own verdict, history and context."""
        comparison = self.judge(measured, spent)
        past = history_of(self.store, self.repository, comparison)
        return Report(comparison, self.head, measured.minutes, context, past)

    def annotations(self, report: Report) -> tuple[Annotation, ...]:
        """Where the changes stand; none where the head's files or the diff cannot be read."""
        it = report.comparison
        if it.baseline is None or not (it.changes.aspects or it.observed):
            return ()
        with contextlib.suppress(UsageError):
            lines = self.repository.changed_lines(it.baseline.commit, self.head)
            read = self.repository.snapshot(self.head).read
            return annotate_changes(report, Sources(self.declared, read, lines))
        return ()

    def verify(self, record: RunRecord) -> Held:
        """What a record is held against; raises `UsageError` where it is of no training of the head as it is."""
        self._verify_training(record, record.key)
        self._verify_inputs(record)
        held = held_against(self.store, self.repository, record.key, self.head, self.base)
        self._verify_ids([record], held)
        return held

    def _verify_training(self, record: RunRecord, key: str) -> None:
        if record.code.commit != self.head or record.code.patch is not None or record.kind != "trained":
            raise _forged(record, f"a training of {self.head[:7]} as it is")
        if record.key != key or not key_fits(record):
            raise _forged(record, "of the key that its contents give")

    def _verify_ids(self, records: Iterable[RunRecord], held: Held) -> None:
        """A run that bears the id of one that it is held against would put that one out of the comparison.

        An accepted run is held against itself, with the numbers that it had when it was accepted.
        """
        recorded = {run.id: run for run in (*held.same_key, *(held.base.runs if held.base else ()))}
        for record in records:
            known = recorded.get(record.id, record)
            if known.results.metrics != record.results.metrics:
                raise _forged(record, "a run of its own: another one is recorded under this id")

    def _verify_inputs(self, record: RunRecord) -> None:
        """What a record declares must be what its commit declares; else changes could be hidden.

        Data that only a work tree has cannot be told here.
        """
        declared = self.declared
        known = {(item.path, item.hash) for item in declared.data if item.hash != UNKNOWN}
        pairs = (
            ("code", record.code.files, declared.code.files),
            ("config", record.config.parameters, declared.config.parameters),
            ("environment", record.environment.declared, declared.environment.declared),
        )
        for aspect, said, told in pairs:
            if _written(said) != _written(told):
                raise _forged(record, f"of the {aspect} of {self.head[:7]}")
        if not known <= {(item.path, item.hash) for item in record.data}:
            raise _forged(record, f"of the data of {self.head[:7]}")
        if self._hides_its_command(record):
            raise _forged(record, f"of the command of {self.head[:7]}")

    def _hides_its_command(self, record: RunRecord) -> bool:
        """Whether it has the base's command where the head declares another one.

        Any other command may come from the workflow, which nobody tells us; a difference of it is told as a change.
        """
        said, own = record.config.commands, self.declared.config.commands
        if said == own:
            return False
        base = declared_at(self.repository, self.base)
        return base is not None and said == base.config.commands


@contextlib.contextmanager
def trusted(url: str, pull: PullRequest, token: str | None, *, push: bool = False) -> Iterator[Trusted]:
    """Fetch a pull request's head, and its base branch as it is now, for a while.

    The store is the one that the base's configuration names; `push` lets it be written to. Raises `UsageError`
    where the head is not there.
    """
    from reproof.adapters.git import GitRepository
    from reproof.adapters.git_mirror import mirror

    refs = {f"refs/pull/{pull.number}/head": HEAD_REF, f"refs/heads/{pull.base_ref}": BASE_REF}
    with tempfile.TemporaryDirectory(prefix="reproof-", ignore_cleanup_errors=True) as folder:
        mirror(folder, url, refs, token)
        repository = GitRepository(folder)
        head, base = repository.resolve(pull.head), repository.resolve(BASE_REF)
        store = open_store(repository, rules_of(repository, base).store, push, token)
        yield Trusted(repository, store, head, base)


def _written(pairs: Iterable[tuple[str, Scalar]]) -> dict[str, str]:
    """Values as JSON has them: true is not 1, and not-a-number is what it was."""
    return {name: json.dumps(number(value) if isinstance(value, float) else value) for name, value in pairs}


def _forged(record: RunRecord, what: str) -> UsageError:
    return UsageError(
        f"the measured run {record.id[:12]} is not {what}",
        "Nothing is written about it. Run the measuring job again on the pull request's head.",
    )
