"""One training from plan to record: inputs hashed before and after, results read, a record made.

Talks to ports only. A training that fails is a `Failure`; nothing of it is recorded.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from reproof import __version__
from reproof.errors import InputsChangedError, TrainingFailedError
from reproof.redact import redact
from reproof.runs.capture.results import before_training, capture_results
from reproof.runs.record import RunRecord
from reproof.verdict.compare import repeat_each_other
from reproof.verdict.comparison import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from reproof.ports import Trainer
    from reproof.runs.canonical.tables import Interpreter
    from reproof.runs.declared import Declared
    from reproof.runs.record import Observed
    from reproof.training.outcome import Outcome
    from reproof.training.plan import Plan


def measure(
    declared: Declared,
    plan: Plan,
    trainer: Trainer,
    after: Callable[[], Declared],
    observed: Observed,
    origin: str,
    interpreter: Interpreter | None = None,
) -> RunRecord | Failure:
    """Train once in the work tree and make the record; its inputs are those of `declared`.

    `after` looks at what the work tree declares when the training is over; `interpreter` reads the tables among
    the artifacts. Raises `InputsChangedError` where the inputs are not what they were.
    """
    before = before_training(plan.folder, declared.layout)
    outcome = trainer.train(plan)
    if not outcome.succeeded:
        return failure_of(outcome)
    try:
        results = capture_results(
            plan.folder, declared.layout, before, outcome, declared.stage_keys, interpreter
        )
    except TrainingFailedError as error:
        return Failure(redact(error.message), outcome.exit_code, outcome.log_tail)
    _refuse_changed(declared, after())
    return RunRecord(
        id=secrets.token_hex(6),
        key=declared.key,
        kind="trained",
        created=dt.datetime.now(dt.UTC).isoformat(timespec="microseconds"),
        origin=origin,
        reproof=__version__,
        code=declared.code,
        config=declared.config,
        environment=replace(declared.environment, observed=observed),
        data=declared.data,
        results=results,
    )


def measure_baseline(once: Callable[[], RunRecord | Failure], most: int) -> list[RunRecord] | Failure:
    """Train as often as a baseline needs: twice where the two repeat each other bit for bit, else `most` times.

    Never from one run: a single one cannot tell whether the training repeats.
    """
    records: list[RunRecord] = []
    while len(records) < 2 or (len(records) < most and not repeat_each_other(records)):
        made = once()
        if isinstance(made, Failure):
            return made
        records.append(made)
    return records


def failure_of(outcome: Outcome) -> Failure:
    """What a training that gave no results is in a comparison."""
    return Failure(redact(outcome.problem or "the training failed"), outcome.exit_code, outcome.log_tail)


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
    raise InputsChangedError(
        f"inputs changed while the training ran: {', '.join(changed[:5]) or 'the commit'}",
        "Nothing was recorded. Train again without editing, or write outputs elsewhere than inputs.",
    )


def _hashes(declared: Declared) -> set[tuple[str, str]]:
    return {(item.path, item.hash) for item in declared.data}
