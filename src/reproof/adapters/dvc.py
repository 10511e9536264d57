"""`Trainer` for a DVC pipeline: `dvc repro` as a program, in the user's environment, every stage forced.

Inputs that DVC tracks and that are not there are pulled first; outputs are never pulled in place of training.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from reproof.training.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reproof.ports import Trainer
    from reproof.training.plan import Plan

# No telemetry and no look for updates: a hook or a CI job talks to nobody unasked.
QUIET = (("DVC_NO_ANALYTICS", "1"), ("DVC_CHECK_UPDATE", "false"))


class DvcTrainer:
    """Trains a pipeline by way of another trainer, which starts the programs."""

    def __init__(self, programs: Trainer, inputs: Sequence[str], pull: bool) -> None:
        """`inputs` are the paths of DVC-tracked inputs; with `pull`, missing ones are fetched."""
        self._programs = programs
        self._inputs = tuple(inputs)
        self._pull = pull

    def train(self, plan: Plan) -> Outcome:
        """Retrain every stage; the run cache is not asked, since a restored output proves nothing."""
        quiet = replace(plan, variables=(*QUIET, *plan.variables))
        missing = [path for path in self._inputs if not os.path.exists(os.path.join(plan.folder, path))]
        if missing and self._pull:
            fetched = self._programs.train(replace(quiet, command=("dvc", "pull", "--", *missing)))
            if not fetched.succeeded:
                return replace(fetched, problem=f"`dvc pull` of {', '.join(missing[:3])} failed")
        outcome = self._programs.train(replace(quiet, command=(*plan.command, "--force", "--no-run-cache")))
        return _explained(outcome)


def _explained(outcome: Outcome) -> Outcome:
    if outcome.problem and "does not exist" in outcome.problem:
        return replace(outcome, problem="dvc is not installed in the training's environment: pip install dvc")
    return outcome
