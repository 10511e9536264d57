"""A pipeline trained as far as one stage; its outputs held against the record's. Talks to ports only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reproof.errors import TrainingFailedError
from reproof.runs.capture.results import stages_made
from reproof.runs.record import Results
from reproof.training.measure import failure_of
from reproof.training.stages import as_far_as
from reproof.verdict.changes import stage_differences
from reproof.verdict.compare import failed
from reproof.verdict.comparison import Baseline, Comparison, NotChecked
from reproof.verdict.failure import Failure

if TYPE_CHECKING:
    from reproof.ports import Trainer
    from reproof.runs.pipeline import Pipeline
    from reproof.runs.record import RunRecord
    from reproof.training.plan import Plan


def replay_until(
    record: RunRecord, pipeline: Pipeline, plan: Plan, trainer: Trainer, until: str
) -> Comparison:
    """Train once; the comparison of the outputs of `until` and of the stages before it. No metric is looked at."""
    outcome = trainer.train(plan)
    if not outcome.succeeded:
        return failed(failure_of(outcome), record.key, 1)

    try:
        made = stages_made(plan.folder, pipeline, {})
    except TrainingFailedError as error:
        return failed(Failure(error.message, outcome.exit_code, outcome.log_tail), record.key, 1)
    names = as_far_as(pipeline.upstream(), until)
    wanted = tuple(stage for stage in made if stage.name in names)
    stages = stage_differences(record, replace(record, results=Results((), stages=wanted)))
    results = {stage.result for stage in stages}
    known = bool(results) and "unknown" not in results
    drifted = "drifted" in results
    return Comparison(
        run=record.id,
        key=record.key,
        repeats="drifted" if drifted else "reproduced" if known else "no-baseline",
        moved=None,
        strength="bitwise" if known and not drifted else None,
        cause="unknown" if drifted else None,
        baseline=Baseline("same-key", record.code.commit, 0, (record.id,)),
        retrains=1,
        stages=stages,
        not_checked=(
            NotChecked("metrics and artifacts", f"the pipeline was trained as far as {until} only"),
        ),
    )
