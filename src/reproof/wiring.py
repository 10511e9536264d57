"""Puts the adapters behind the ports, once, for the commands and for `ci`. Nothing else names an adapter."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import sys
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from reproof.config import load_config
from reproof.errors import MissingToolError, UsageError
from reproof.replay.data import place_data
from reproof.replay.environment import rebuild_environment
from reproof.runs.capture.data import WorkFolder
from reproof.runs.capture.environment import observe
from reproof.runs.declared import declare
from reproof.runs.layout import matches
from reproof.training.measure import measure
from reproof.training.plan import Plan
from reproof.training.seeding import seed_in_force, with_seed
from reproof.training.withheld import without_ours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reproof.config import Config, StoreConfig
    from reproof.ports import Head, Repository, RunStore, Trainer
    from reproof.replay.missing import Missing
    from reproof.runs.declared import Declared
    from reproof.runs.record import RunRecord
    from reproof.verdict.comparison import Failure


LONGEST_PATCH = 4 * 1024 * 1024  # half of what a record may hold

# Set by git for its hooks; they name a repository, an index and a quarantine that the folder does not.
HOOK_VARIABLES = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH",
)


@dataclass(frozen=True)
class Workspace:
    """A project's repository with its configuration, and the parts that work on it."""

    repository: Repository
    settings: Config
    store: RunStore

    @cached_property
    def head(self) -> Head:
        """Where the work tree stood when first asked."""
        return self.repository.head()

    def dirt(self, declared: Declared) -> tuple[str, ...]:
        """Changed or untracked paths; declared outputs and Python's bytecode are none."""
        outputs = (*declared.layout.outputs, "__pycache__/*", "*/__pycache__/*")
        return tuple(path for path in self.head.dirt if not any(matches(path, output) for output in outputs))

    def declared(self, *, allow_dirty: bool = False) -> Declared:
        """What the checked out commit declares; raises `UsageError` for a dirty tree unless that is allowed.

        With `allow_dirty` the work tree is read as it lies there, and its patch becomes a part of the code.
        """
        work = WorkFolder.of(self.repository)
        snapshot = self.repository.snapshot(self.head.commit)
        at_commit = declare(snapshot, self.settings, self.head, work=work)
        dirt = self.dirt(at_commit)
        if not dirt:
            return at_commit
        if not allow_dirty:
            shown = ", ".join(dirt[:5]) + (f" and {len(dirt) - 5} more" if len(dirt) > 5 else "")
            raise UsageError(
                f"the work tree is not that of commit {self.head.commit[:7]}: {shown}",
                "Commit, stash or ignore them first; declare what a training writes ([tool.reproof] artifacts); "
                "or record the patch with the run: `reproof run --allow-dirty`.",
            )
        patch = self.repository.patch()
        if len(patch) > LONGEST_PATCH:
            raise UsageError(
                f"the patch of the work tree is larger than {LONGEST_PATCH} characters, too large for a record",
                "Commit or ignore the large files first.",
            )
        return declare(self.repository.snapshot(), self.settings, self.head, patch, work)

    def trainer(self, declared: Declared, until: str | None = None) -> Trainer:
        """The trainer for what is declared: DVC's where the command is `dvc repro`, else a plain one.

        `until` names the stage to end with.
        """
        from reproof.adapters.command import CommandTrainer
        from reproof.adapters.dvc import DvcTrainer

        programs = CommandTrainer(os.environ, self.configured_python)
        if declared.layout.command[:2] != ("dvc", "repro"):
            return programs
        inputs = [item.path for item in declared.data if item.hash.startswith("md5:")]
        return DvcTrainer(programs, inputs, self.settings.pull, until)

    def training(
        self, declared: Declared, origin: str, scratch: Replayed | None = None
    ) -> Callable[[], RunRecord | Failure]:
        """One training in the work tree, ready to be carried out as often as it is called.

        With `scratch` the work tree is a scratch clone, where a recorded run's seed and variables are set.
        """
        declared.require_data()
        plan = Plan(declared.layout.command, self.repository.root, self.settings.timeout)
        if scratch:
            plan = scratch.planned(declared, plan)
        seen = without_ours(os.environ) | dict(plan.variables)
        declared = seed_in_force(declared.as_seen(self.repository.root, seen), seen, plan.command)
        trainer = self.trainer(declared, scratch.until if scratch else None)
        observed = observe(self.interpreter(declared), self.repository.root, without_ours(os.environ))

        def once() -> RunRecord | Failure:
            print(f"reproof: training: {declared.layout.shown}", file=sys.stderr, flush=True)
            return measure(declared, plan, trainer, self.repository, self.settings, observed, origin)

        return once

    def with_compare(self, **changes: object) -> Workspace:
        """The same workspace with other settings of the comparison; those that are None stay."""
        given = {name: value for name, value in changes.items() if value is not None}
        return replace(self, settings=self.settings.replace(compare=self.settings.compare.replace(**given)))

    @property
    def configured_python(self) -> str | None:
        """The configured interpreter as an absolute path; None where PATH decides."""
        python = self.settings.python
        if python is None or os.sep not in python:
            return shutil.which(python) if python else None
        return os.path.join(self.repository.root, python)

    def interpreter(self, declared: Declared) -> str:
        """The training's interpreter: the configured one, else the command's own, else `python` on PATH.

        Raises `MissingToolError` where there is none.
        """
        if self.settings.python and self.configured_python is None:
            raise MissingToolError(
                f"the configured training interpreter {self.settings.python!r} is not on PATH",
                'Give its path in pyproject.toml: [tool.reproof] python = ".venv/bin/python"',
            )
        named = declared.layout.command[0]
        if not os.path.basename(named).startswith("python"):
            named = "python"
        if os.sep in named:
            named = os.path.join(self.repository.root, named)
        found = self.configured_python or shutil.which(named) or shutil.which("python3")
        if found is None:
            raise MissingToolError(
                "there is no `python` on PATH to train with",
                'Name it in pyproject.toml: [tool.reproof] python = ".venv/bin/python"',
            )
        return found


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
        work = WorkFolder.of(repository)
        snapshot = repository.snapshot(None if self.record.code.patch else self.record.code.commit)
        head = self.workspace.head
        return declare(snapshot, self.workspace.settings, head, self.record.code.patch, work)

    def prepared(self, declared: Declared) -> tuple[Plan, Trainer]:
        """The training as a plan and who carries it out, where no whole record is to be made of it."""
        root = self.workspace.repository.root
        plan = Plan(declared.layout.command, root, self.workspace.settings.timeout)
        return self.planned(declared, plan), self.workspace.trainer(declared, self.until)

    def planned(self, declared: Declared, plan: Plan) -> Plan:
        """The plan with the recorded variables and seed."""
        plan = replace(plan, variables=(*plan.variables, *SETTLED, *self.record.config.variables))
        seed = self.record.config.seed
        if seed is None or seed.value is None or declared.config.seed is None:
            return plan
        return with_seed(declared, plan, seed.value, self.workspace.repository.root)


# The rebuilt environment is not to be put right by `uv run` in a command.
SETTLED = (("UV_NO_SYNC", "1"), ("UV_FROZEN", "1"))


@contextlib.contextmanager
def rebuilt(workspace: Workspace, record: RunRecord, until: str | None = None) -> Iterator[Replayed]:
    """A recorded run's code, data and environment in a scratch clone, which is gone at the end.

    Raises `UsageError` where the commit cannot be had, `MissingToolError` without uv.
    """
    from reproof.adapters.dvc import share_settings
    from reproof.adapters.git import GitRepository
    from reproof.adapters.scratch import scratch_clone
    from reproof.adapters.uv import Uv

    clone = workspace.repository
    _say(f"checking out {record.code.commit[:7]} in a scratch clone")
    with scratch_clone(clone.root, clone.private, record.code.commit, record.code.patch) as scratch:
        settings = load_config(scratch.root)
        cache = share_settings(clone.root, scratch.root)
        missing = [*scratch.missing, *place_data(record.data, clone.root, scratch.root, cache)]
        uv = Uv(os.environ, os.path.join(scratch.root, _environment_folder(settings)))
        observed = record.environment.observed
        packages = f", {len(observed.packages)} packages" if observed else ""
        _say(f"building the environment: {observed.python if observed else 'as declared'}{packages}")
        missing += rebuild_environment(record.environment, scratch.root, uv, without_ours(os.environ))
        recorded = dict(record.config.commands).get("train")
        settings = settings.replace(python=uv.python)
        if recorded and not _runs_dvc(settings, scratch.root):
            settings = settings.replace(train=_in_environment(shlex.split(recorded)))
        built = Workspace(GitRepository(scratch.root), settings, workspace.store)
        yield Replayed(record, built, tuple(missing), until)


def _say(words: str) -> None:
    print(f"reproof: {words}", file=sys.stderr, flush=True)


def _environment_folder(settings: Config) -> str:
    """Where the project has its own environment, so that commands which name it find the rebuilt one."""
    python = settings.python or ""
    folder = os.path.dirname(os.path.dirname(python))
    inside = folder and not os.path.isabs(folder) and ".." not in folder.split("/")
    return folder if inside else ".venv"


def _runs_dvc(settings: Config, root: str) -> bool:
    return settings.train is None and os.path.exists(os.path.join(root, "dvc.yaml"))


def _in_environment(words: list[str]) -> tuple[str, ...]:
    """A command whose interpreter was named by its place gets that of the rebuilt environment."""
    if os.sep in words[0] and os.path.basename(words[0]).startswith("python"):
        words[0] = "python"
    return tuple(words)


def open_workspace(
    folder: str, *, push: bool = True, token: str | None = None, **overrides: object
) -> Workspace:
    """The project around a folder; what git told a hook about its repository is forgotten.

    `overrides` replace settings by name where they are not None.

    `push` publishes what is recorded; `token` opens an https remote in CI.

    Raises `UsageError` where the folder is in no repository, `ConfigError` for a broken configuration.
    """
    from reproof.adapters.git import GitRepository

    for name in HOOK_VARIABLES:
        os.environ.pop(name, None)
    repository = GitRepository(folder)
    given = {name: value for name, value in overrides.items() if value is not None}
    settings = load_config(repository.root).replace(**given)
    return Workspace(repository, settings, _open_store(repository, settings.store, push, token))


def _open_store(repository: Repository, store: StoreConfig, push: bool, token: str | None) -> RunStore:
    """The store that the configuration chooses; only its own third party is imported, when it is used."""
    if store.kind == "folder":
        from reproof.adapters.records_folder import RecordsFolder

        path = os.path.expanduser(store.path) if store.path else os.path.join(repository.private, "records")
        return RecordsFolder(os.path.join(repository.root, path))
    if store.kind == "mlflow":
        from reproof.adapters.mlflow import MLflowRuns

        waiting = os.path.join(repository.private, "mlflow")
        return MLflowRuns(store.uri, store.experiment, waiting, push=push)
    from reproof.adapters.records_branch import RecordsBranch

    folder = os.path.join(repository.private, "records.git")
    return RecordsBranch(repository.root, folder, store.ref, token=token, push=push)
