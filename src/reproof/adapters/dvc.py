"""Trainings with DVC, as a program in the user's environment: its inputs are pulled, its pipelines trained.

Inputs that DVC tracks and that are not there are pulled first; outputs are never pulled in place of training. Of a
pipeline every stage is forced that is trained at all.
"""

from __future__ import annotations

import configparser
import json
import os
import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

from reproof.errors import UsageError
from reproof.training.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reproof.ports import Trainer
    from reproof.training.plan import Plan
    from reproof.training.stages import Choice

# No telemetry and no look for updates: a hook or a CI job talks to nobody unasked.
QUIET = (("DVC_NO_ANALYTICS", "1"), ("DVC_CHECK_UPDATE", "false"))


STATUS_SECONDS = 600.0  # DVC hashes what it does not know yet
ABSENT = "dvc is not installed in the training's environment"


class PullingTrainer:
    """Another trainer, with the inputs that DVC tracks pulled first, whatever the training's command is."""

    def __init__(self, trainer: Trainer, programs: Trainer, inputs: Sequence[str], pull: bool) -> None:
        """`inputs` are paths; `programs` starts DVC. Without `pull`, a failure names what is missing."""
        self._trainer = trainer
        self._programs = programs
        self._inputs = tuple(inputs)
        self._pull = pull

    def train(self, plan: Plan) -> Outcome:
        """Pull what is missing, then train; a pull that fails is a training that fails."""
        missing = [path for path in self._inputs if not os.path.exists(os.path.join(plan.folder, path))]
        if missing and self._pull:
            pull = ("dvc", "pull", "--", *missing)
            fetched = _started(self._programs, replace(plan, command=pull))
            if fetched.problem:
                return _worded(fetched, f"`dvc pull` of {', '.join(missing[:3])} failed")
        outcome = self._trainer.train(plan)
        if missing and not self._pull and outcome.problem:
            named = " ".join(missing[:3])
            return _worded(outcome, f"{outcome.problem}; DVC's data is not here: dvc pull {named}")
        return outcome


class DvcTrainer:
    """Trains a pipeline by way of another trainer, which starts the programs."""

    def __init__(self, programs: Trainer, until: str | None = None, choice: Choice | None = None) -> None:
        """`until` names the stage to end with: it and those before it are trained.

        With `choice` its stages are, and the outputs of the others lie there as they were recorded.
        """
        self._programs = programs
        self._until = (until,) if until else ()
        self._trained = ("--single-item", *choice.trained) if choice else ()
        self._reused = tuple(one.stage.name for one in choice.reused) if choice else ()

    def train(self, plan: Plan) -> Outcome:
        """Retrain the stages; the run cache is not asked, since a restored output proves nothing."""
        if self._reused:  # so that dvc.lock agrees with what lies there
            commit = ("dvc", "commit", "--quiet", "--force", *self._reused)
            agreed = _started(self._programs, replace(plan, command=commit))
            if agreed.problem:
                return agreed
        words = ("--force", "--no-run-cache", *self._until, *self._trained)
        return _started(self._programs, replace(plan, command=(*plan.command, *words)))


def _worded(outcome: Outcome, problem: str) -> Outcome:
    """The outcome with these words for its problem, unless that is a lack of DVC."""
    return outcome if (outcome.problem or "").startswith(ABSENT) else replace(outcome, problem=problem)


def _started(programs: Trainer, plan: Plan) -> Outcome:
    """DVC, carried out; where it is not there, the line that installs it."""
    outcome = programs.train(replace(plan, variables=(*QUIET, *plan.variables)))
    if outcome.problem and outcome.problem.endswith("'dvc' does not exist"):
        return replace(outcome, problem=f"{ABSENT}: pip install dvc")
    return outcome


def edited_data(root: str, environ: Mapping[str, str], paths: Sequence[str]) -> frozenset[str] | None:
    """Which of the paths DVC takes for edited since `dvc add`; None where there is no DVC that says so.

    `environ` is what the training sees: DVC is a program of its environment.
    """
    program = shutil.which("dvc", path=environ.get("PATH", os.defpath))
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, "data", "status", "--json"],
            cwd=root,
            env={**environ, **dict(QUIET)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=STATUS_SECONDS,
            check=False,
        )
        changed = json.loads(done.stdout)["uncommitted"] if done.returncode == 0 else None
    except KeyError:
        return frozenset()
    except (OSError, ValueError, TypeError, RecursionError, subprocess.TimeoutExpired):
        return None
    if not isinstance(changed, dict):
        return None
    named = {str(name).rstrip("/") for names in changed.values() if isinstance(names, list) for name in names}
    return frozenset(path for path in paths if path in named)


def share_settings(clone: str, scratch: str) -> str | None:
    """Give a scratch clone the user's remotes; the folder of the user's cache, None without DVC.

    What `.dvc/config.local` holds (credentials, say) is copied into the scratch clone's own, which goes with it.
    Addresses that are relative to the user's clone are made absolute. The scratch clone has a cache of its own:
    the user's is never written to.
    """
    ours, theirs = os.path.join(clone, ".dvc"), os.path.join(scratch, ".dvc")
    if not os.path.isdir(theirs):
        return None
    local = _settings(os.path.join(ours, "config.local"))
    known = _settings(os.path.join(theirs, "config"), os.path.join(ours, "config.local"))
    for section in known.sections():
        address = known.get(section, "url", fallback=None)
        if address and "://" not in address and not os.path.isabs(address):
            if not local.has_section(section):
                local.add_section(section)
            local.set(section, "url", os.path.normpath(os.path.join(ours, address)))
    if not local.has_section("cache"):
        local.add_section("cache")
    local.set("cache", "dir", "cache")
    local.set("cache", "type", "copy")
    with open(os.path.join(theirs, "config.local"), "w", encoding="utf-8") as handle:
        local.write(handle)
    return cache_folder(clone)


def cache_folder(root: str) -> str | None:
    """Where DVC keeps files by hash for a work tree; None without DVC."""
    ours = os.path.join(root, ".dvc")
    if not os.path.isdir(ours):
        return None
    known = _settings(os.path.join(ours, "config"), os.path.join(ours, "config.local"))
    return os.path.normpath(os.path.join(ours, known.get("cache", "dir", fallback="cache")))


def _settings(*paths: str) -> configparser.RawConfigParser:
    """Files in DVC's format together, the last one wins; raises `UsageError` for what is none."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read(paths, encoding="utf-8")
    except (configparser.Error, ValueError, OSError) as error:
        raise UsageError(
            f"DVC's configuration cannot be read: {' '.join(str(error).split())[:200]}"
        ) from None
    return parser
