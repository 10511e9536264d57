"""One training from plan to record: inputs hashed before and after, results read, a record made.

Talks to ports only. A training that fails is a `Failure`; nothing of it is recorded.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reproof import __version__
from reproof.errors import InputsChangedError, TrainingFailedError, UsageError
from reproof.redact import redact
from reproof.runs.capture.before import before_training
from reproof.runs.capture.data import with_tables
from reproof.runs.hidden import without_secrets
from reproof.runs.layout import PREDICTIONS_SUFFIXES
from reproof.runs.record import RunRecord
from reproof.training.meanwhile import make_ready
from reproof.verdict.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from reproof.ports import Trainer
    from reproof.runs.capture.environment.observe import Found
    from reproof.runs.declared import Declared
    from reproof.runs.interpreter import Interpreter
    from reproof.runs.record import Environment
    from reproof.training.outcome import Outcome
    from reproof.training.plan import Plan
    from reproof.training.reuse import Outputs
    from reproof.training.stages import Choice


@dataclass(frozen=True, slots=True)
class Training:
    """One training, ready to be carried out as often as it is called; its inputs are those of `declared`.

    `after` looks at what the work tree declares when the training is over; `found` waits for what the environment
    was asked, which goes on while the first training runs; `interpreter` reads the tables among the artifacts. With
    `choice` a part of the pipeline is trained, and the rest is taken as its `outputs`.
    """

    declared: Declared
    plan: Plan
    trainer: Trainer
    after: Callable[[], Declared]
    found: Callable[[], Found]
    origin: str
    interpreter: Interpreter | None = None
    choice: Choice | None = None
    outputs: Outputs | None = None

    def __call__(self) -> RunRecord | Failure:
        """Train once in the work tree and make the record.

        Raises `InputsChangedError` where the inputs, or the outputs that were taken, are not what they were.
        """
        declared = self.declared
        reused = {one.stage.name: one for one in self.choice.reused} if self.choice else {}
        taken = {path for one in reused.values() for path, _ in one.outputs}
        before = before_training(self.plan.folder, declared.layout, taken)
        absent = _absent(self.plan.folder, declared)  # a trainer may fetch it
        make_ready(self.found)
        outcome = self.trainer.train(self.plan)
        if not outcome.succeeded:
            return failure_of(outcome)
        from reproof.runs.capture.results import capture_results  # made ready meanwhile

        keys, folder = declared.stage_keys, self.plan.folder
        try:
            results = capture_results(folder, declared.layout, before, outcome, keys, self.interpreter)
        except TrainingFailedError as error:
            return Failure(redact(error.message), outcome.exit_code, outcome.log_tail)
        try:
            _refuse_changed(declared, self._left())
            if self.choice and self.outputs:
                _refuse_taken(self.outputs.changed(self.choice))
        except InputsChangedError as error:
            error.log_tail = outcome.log_tail
            raise
        found = self.found()
        stages = (
            replace(stage, reused=reused[stage.name].run) if stage.name in reused else stage
            for stage in results.stages
        )
        return RunRecord(
            id=secrets.token_hex(6),
            key=declared.key,
            kind="trained",
            created=dt.datetime.now(dt.UTC).isoformat(timespec="microseconds"),
            origin=self.origin,
            reproof=__version__,
            code=declared.code,
            config=declared.config,
            environment=_as_found(declared, found),
            data=with_tables(folder, declared.data, absent) if absent else declared.data,
            results=replace(results, stages=tuple(stages)),
        )

    def _left(self) -> Declared:
        """What the work tree declares now; inputs that cannot be read any more have changed."""
        try:
            return self.after()
        except UsageError as error:
            raise InputsChangedError(
                f"inputs cannot be read since the training ran: {error.message}", _AGAIN
            ) from None


def _as_found(declared: Declared, found: Found) -> Environment:
    """The declared environment with what was found, and the packages that are not installed as declared."""
    from reproof.runs.capture.environment.agreement import disagreements  # made ready meanwhile

    differing = disagreements(declared.packages, found.observed, dict(found.markers))
    return replace(declared.environment, observed=found.observed, disagreements=without_secrets(differing))


def failure_of(outcome: Outcome) -> Failure:
    """What a training that gave no results is in a comparison."""
    return Failure(redact(outcome.problem or "the training failed"), outcome.exit_code, outcome.log_tail)


def _absent(folder: str, declared: Declared) -> tuple[str, ...]:
    paths = (item.path for item in declared.data)
    return tuple(path for path in paths if not os.path.exists(os.path.join(folder, path)))


def _refuse_changed(declared: Declared, after: Declared) -> None:
    """Compare the work tree's declared inputs with those before; a record of other inputs would be a lie."""
    if after.key == declared.key:
        return
    changed = sorted(
        {name for name, _ in set(after.code.files) ^ set(declared.code.files)}
        | {name for name, _ in set(after.config.parameters) ^ set(declared.config.parameters)}
        | {path for path, _ in _hashes(after) ^ _hashes(declared)}
        | {name for name, _ in set(after.environment.declared) ^ set(declared.environment.declared)}
    )
    named = ", ".join(changed[:5]) or "the commit"
    if changed and set(changed) <= _paths(after) - _paths(declared):
        raise InputsChangedError(
            f"new while the training ran, and an input from here on: {named}", _ways(changed[0])
        )
    raise InputsChangedError(f"inputs changed while the training ran: {named}", _AGAIN)


_AGAIN = "Of this training nothing was recorded. Train again without editing, and let it write no input."


def _refuse_taken(changed: tuple[str, ...]) -> None:
    if changed:
        raise InputsChangedError(
            f"outputs that were taken from a recorded run changed meanwhile: {', '.join(changed[:5])}",
            "Nothing was recorded. A stage must write its own outputs only; train all: `reproof run`.",
        )


def _ways(path: str) -> str:
    """What may be said of a file that a training wrote."""
    named = json.dumps(path, ensure_ascii=False)
    ways = [
        f"`artifacts = [{named}]` in [tool.reproof]: a result, compared by its hash",
        f"a line `/{path}` in .gitignore: neither an input nor a result",
    ]
    if path.lower().endswith(PREDICTIONS_SUFFIXES):
        ways.insert(
            0, f"`predictions = {named}` in [tool.reproof]: one row a sample, compared sample by sample"
        )
    return "\n".join(
        [
            "It is still there; of this training nothing was recorded. Say what it is, commit, and train again:",
            *(f"    {way}" for way in ways),
        ]
    )


def _paths(declared: Declared) -> set[str]:
    """The files of code and data."""
    return {path for path, _ in declared.code.files} | {item.path for item in declared.data}


def _hashes(declared: Declared) -> set[tuple[str, str]]:
    return {(item.path, item.hash) for item in declared.data}
