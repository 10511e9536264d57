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


ABSENT = "dvc is not installed in the training's environment"


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
            fetched = self._dvc(replace(quiet, command=("dvc", "pull", "--", *missing)))
            if fetched.problem and not fetched.problem.startswith(ABSENT):
                return replace(fetched, problem=f"`dvc pull` of {', '.join(missing[:3])} failed")
            if fetched.problem:
                return fetched
        return self._dvc(replace(quiet, command=(*plan.command, "--force", "--no-run-cache")))

    def _dvc(self, plan: Plan) -> Outcome:
        outcome = self._programs.train(plan)
        if outcome.problem and outcome.problem.endswith("'dvc' does not exist"):
            return replace(outcome, problem=f"{ABSENT}: pip install dvc")
        return outcome
