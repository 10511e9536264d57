"""A recorded run rebuilt in a scratch clone: the adapters put together for `replay`, and nothing else.

What is rebuilt, and what is named as missing, is in `replay/`.
"""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reproof.adapters.dvc import share_settings
from reproof.adapters.git import GitRepository
from reproof.adapters.scratch import scratch_clone
from reproof.adapters.uv import Uv
from reproof.config import load_config
from reproof.replay.command import recorded_command, trains_pipeline
from reproof.replay.data import place_data, refuse_lost
from reproof.replay.environment import rebuild_environment
from reproof.replay.indexes import indexes_of
from reproof.runs.declared import declare
from reproof.runs.dvc_files import dvc_kept
from reproof.runs.layout import read_layout
from reproof.runs.pipeline import read_pipeline
from reproof.training.seeding import with_seed
from reproof.training.withheld import without_ours
from reproof.wiring import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.config import Config
    from reproof.ports import Trainer
    from reproof.replay.missing import Missing
    from reproof.runs.declared import Declared
    from reproof.runs.record import RunRecord
    from reproof.training.measure import Training
    from reproof.training.plan import Plan

# The rebuilt environment is not to be put right by `uv run` in a command.
SETTLED = (("UV_NO_SYNC", "1"), ("UV_FROZEN", "1"))


@dataclass(frozen=True)
class Replayed:
    """A recorded run in its scratch clone: what could not be rebuilt, and the stage to end with."""

    record: RunRecord
    workspace: Workspace
    missing: tuple[Missing, ...]
    until: str | None = None

    def declared(self) -> Declared:
        """What the scratch clone declares, with the recorded patch."""
        repository = self.workspace.repository
        snapshot = repository.snapshot(None if self.record.code.patch else self.record.code.commit)
        head = self.workspace.head
        return declare(snapshot, self.workspace.settings, head, self.record.code.patch, self.workspace.work)

    def training(self, declared: Declared) -> Training:
        """One training of the whole, with the recorded variables and seed."""
        return self.workspace.training(declared, "local", self.plan(declared))

    def prepared(self, declared: Declared) -> tuple[Plan, Trainer]:
        """The training as a plan and who carries it out, where no whole record is to be made of it."""
        return self.plan(declared), self.workspace.trainer(declared, self.until)

    def plan(self, declared: Declared) -> Plan:
        """The plan with the recorded variables and seed."""
        plan = self.workspace.plan(declared)
        plan = replace(plan, variables=(*plan.variables, *SETTLED, *self.record.config.variables))
        seed = self.record.config.seed
        if seed is None or seed.value is None or declared.config.seed is None:
            return plan
        return with_seed(declared, plan, seed.value, self.workspace.repository.root)


@contextlib.contextmanager
def rebuilt(workspace: Workspace, record: RunRecord, until: str | None = None) -> Iterator[Replayed]:
    """A recorded run's code, data and environment in a scratch clone, which is gone at the end.

    Raises `UsageError` where the commit cannot be had, `MissingToolError` without uv.
    """
    clone = workspace.repository
    _say(f"checking out {record.code.commit[:7]} in a scratch clone")
    with scratch_clone(clone.root, clone.private, record.code.commit, record.code.patch) as scratch:
        settings = load_config(scratch.root)
        cache = share_settings(clone.root, scratch.root)
        repository = GitRepository(scratch.root)
        snapshot = repository.snapshot()
        pipeline = read_pipeline(snapshot.read)
        tracked = {item.path: item.hash for item in dvc_kept(snapshot, pipeline)}
        lost = place_data(record.data, clone.root, scratch.root, cache, tracked)
        if until is None:  # the stages that are trained may not read it
            refuse_lost(lost)
        missing = [*scratch.missing, *lost]
        indexes = indexes_of(scratch.root, record.environment.sources, os.environ)
        uv = Uv(os.environ, os.path.join(scratch.root, _environment_folder(settings)), indexes)
        observed = record.environment.observed
        named = f"{observed.python}, packages: {len(observed.packages)}" if observed else "as declared"
        _say(f"building the environment: {named}")
        missing += rebuild_environment(record.environment, scratch.root, uv, without_ours(os.environ))
        settings = settings.replace(python=uv.python)
        recorded = record.config.commands
        if trains_pipeline(recorded, pipeline):
            if not read_layout(snapshot, settings).runs_dvc:  # `reproof run -- dvc repro` trained it
                settings = settings.replace(train=None)
        elif recorded:
            words, hidden = recorded_command(recorded[0][1], settings.train)
            missing += hidden
            settings = settings.replace(train=_in_environment(list(words)))
        built = Workspace(repository, settings, workspace.store)
        yield Replayed(record, built, tuple(missing), until)


def _say(words: str) -> None:
    print(f"reproof: {words}", file=sys.stderr, flush=True)


def _environment_folder(settings: Config) -> str:
    """Where the project has its own environment, so that commands which name it find the rebuilt one."""
    python = settings.python or ""
    folder = os.path.dirname(os.path.dirname(python))
    inside = folder and not os.path.isabs(folder) and ".." not in folder.split("/")
    return folder if inside else ".venv"


def _in_environment(words: list[str]) -> tuple[str, ...]:
    """A command whose interpreter was named by its place gets that of the rebuilt environment."""
    if os.sep in words[0] and os.path.basename(words[0]).startswith("python"):
        words[0] = "python"
    return tuple(words)
