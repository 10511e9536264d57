"""Puts the adapters behind the ports, once, for the commands and for `ci`. Nothing else names an adapter.

What reads and declares is imported where it is used: by then the training's interpreter was asked (`ask_early`),
and answers meanwhile.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reproof.config import load_config, refuse_configuration_below
from reproof.errors import MissingToolError, ReproofError, UsageError
from reproof.installed import how_to_name_python
from reproof.redact import secret_values
from reproof.runs.capture.environment.observe import Look
from reproof.training.interpreter import chosen_by
from reproof.training.plan import Plan
from reproof.training.trainings import Trainings
from reproof.training.withheld import seen_by_training, without_ours
from reproof.verdict.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reproof.config import Config, StoreConfig
    from reproof.ports import Head, Repository, RunStore, Trainer
    from reproof.runs.capture.data import WorkFolder
    from reproof.runs.declared import Declared
    from reproof.runs.layout import Layout
    from reproof.runs.record import Observed, RunRecord, Scalar
    from reproof.training.measure import Training
    from reproof.training.reuse import Outputs
    from reproof.training.stages import Choice


MOST_RECORDS = 200  # the newest ones, whose stages may be taken
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

    @functools.cached_property
    def head(self) -> Head:
        """Where the work tree stood when first asked."""
        return self.repository.head()

    @property
    def environ(self) -> Mapping[str, str]:
        """Our own environment with the configured variables: what is configured is the same on all machines."""
        return os.environ | dict(self.settings.numerics)

    @property
    def work(self) -> WorkFolder:
        """The work tree, for a look at its data."""
        from reproof.adapters.dvc import edited_data
        from reproof.runs.capture.data import WorkFolder

        root, seen = self.repository.root, seen_by_training(self.environ, self.configured_python)
        return WorkFolder(root, self.repository.private, seen, lambda paths: edited_data(root, seen, paths))

    def dirt(self, declared: Declared) -> tuple[str, ...]:
        """Changed or untracked paths, and DVC's data that was edited; declared outputs and bytecode are none."""
        from reproof.runs.layout import matches

        outputs = (*declared.layout.outputs, "__pycache__/*", "*/__pycache__/*")
        changed = [path for path in self.head.dirt if not any(matches(path, output) for output in outputs)]
        return (*changed, *declared.edited)

    def as_it_lies(self, patch: str | None) -> Declared:
        """What the work tree declares now; `patch` is its difference to the commit, None for a clean one."""
        from reproof.runs.declared import declare

        return declare(self.repository.snapshot(), self.settings, self.repository.head(), patch, self.work)

    def declared(self, *, allow_dirty: bool = False) -> Declared:
        """What the checked out commit declares; raises `UsageError` for a dirty tree unless that is allowed.

        With `allow_dirty` the work tree is read as it lies there, and its patch becomes a part of the code.
        """
        from reproof.runs.declared import declare

        snapshot = self.repository.snapshot(self.head.commit)
        at_commit = declare(snapshot, self.settings, self.head, work=self.work)
        dirt = self.dirt(at_commit)
        _refuse_missing_modules(self.repository.root, at_commit)
        if not dirt:
            return at_commit
        if not allow_dirty:
            raise _dirty(dirt, at_commit.edited, self.head.commit)
        if at_commit.edited:
            print(
                f"reproof: edited since `dvc add`, and recorded as it lies there: {_some(at_commit.edited)}",
                file=sys.stderr,
            )
        patch = self.repository.patch() if set(dirt) - set(at_commit.edited) else None
        if patch and len(patch) > LONGEST_PATCH:
            raise UsageError(
                f"the patch of the work tree is larger than {LONGEST_PATCH} characters, too large for a record",
                "Commit or ignore the large files first.",
            )
        return self.as_it_lies(patch)

    def trainer(self, declared: Declared, until: str | None = None, choice: Choice | None = None) -> Trainer:
        """The trainer for what is declared: DVC's where the command is `dvc repro`, else a plain one.

        Inputs that DVC tracks are pulled first. `until` names the stage to end with, `choice` the stages
        to train.
        """
        from reproof.adapters.command import CommandTrainer
        from reproof.adapters.dvc import DvcTrainer, PullingTrainer
        from reproof.training.stages import as_far_as

        programs = CommandTrainer(self.environ, self.configured_python)
        trainer = DvcTrainer(programs, until, choice) if declared.layout.runs_dvc else programs
        pipeline = declared.layout.pipeline
        stages = as_far_as(pipeline.upstream(), until) if pipeline and until else None
        return PullingTrainer(trainer, programs, declared.pulled(stages), self.settings.pull)

    def plan(self, declared: Declared) -> Plan:
        """The training as it is declared."""
        return Plan(declared.layout.command, self.repository.root, self.settings.timeout)

    def training(
        self,
        declared: Declared,
        origin: str,
        plan: Plan | None = None,
        affected: bool = False,
    ) -> Training:
        """One training in the work tree, ready to be carried out as often as it is called.

        `plan` is the one as declared, unless another is given. Every stage is trained; with `affected`, those that
        no recorded run has.
        """
        from reproof.runs.hidden import refuse_secrets
        from reproof.training.seeding import seed_in_force

        declared.require_data()
        plan = plan or self.plan(declared)
        seen = without_ours(self.environ) | dict(plan.variables)
        declared = seed_in_force(declared.as_seen(self.repository.root, seen), seen, plan)
        refuse_secrets(declared.config, declared.code.patch, secret_values(os.environ))
        python = self.interpreter(_starting(declared.layout))
        look = self._look(python, seen)
        # While the interpreter answers: to import all that a training needs takes as long.
        from reproof.runs.interpreter import Interpreter
        from reproof.training.measure import Training

        look.ready()
        outputs = self._outputs() if affected else None
        choice = self._choice(declared, look.found().observed, outputs) if outputs else None
        return Training(
            declared,
            plan,
            self.trainer(declared, choice=choice),
            functools.partial(self.as_it_lies, declared.code.patch),
            look.found,
            origin,
            Interpreter(python, self.repository.root, seen),
            choice,
            outputs,
        )

    def trainings(self, declared: Declared, origin: str, *, affected: bool = False) -> Trainings:
        """The training as often as it is asked for, and with other seeds where one can be set."""
        from reproof.training.seeding import can_reseed

        seed = declared.config.seed
        return Trainings(
            once=self.training(declared, origin, affected=affected),
            seed=seed.value if seed else None,
            reseeded=functools.partial(self._reseeded, declared, origin) if can_reseed(declared) else None,
        )

    def _reseeded(self, declared: Declared, origin: str, seed: Scalar) -> RunRecord | Failure:
        from reproof.reseeding import seeded_training

        try:
            with seeded_training(self, declared, origin, seed) as once:
                return once()
        except UsageError as error:
            return Failure(error.message, None)

    def _outputs(self) -> Outputs:
        from reproof.adapters.dvc import cache_folder
        from reproof.runs.capture.dvc_state import DvcHashes
        from reproof.training.reuse import Outputs

        work = self.work
        return Outputs(work.root, cache_folder(work.root), DvcHashes(work.root, work.private, work.environ))

    def _choice(self, declared: Declared, observed: Observed, outputs: Outputs) -> Choice:
        """The stages to train and those to take, whose outputs are then in the work tree."""
        from reproof.training.reuse import choose_at_hand
        from reproof.training.stages import comparable

        pipeline = declared.layout.pipeline
        if pipeline is None or not declared.layout.runs_dvc:
            raise UsageError(
                "a plain command is trained as a whole: there are no stages",
                "Leave --affected out.",
            )
        newest = reversed(self.store.newest(MOST_RECORDS))
        recorded = [one for one in newest if comparable(one, declared.config, observed)]
        return choose_at_hand(outputs, pipeline.upstream(), declared.stage_keys, recorded)

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

    def ask_early(self) -> None:
        """Ask the interpreter that a training will most likely have, while what is declared is still being read.

        Where the guess is wrong, the right one is asked later.
        """
        train = self.settings.train or ()
        words = train.split() if isinstance(train, str) else train
        with contextlib.suppress(MissingToolError):  # said where it is needed
            python = self.interpreter(words or ("python",))
            self._asked.append(Look(python, self.repository.root, without_ours(self.environ)))

    @functools.cached_property
    def _asked(self) -> list[Look]:
        return []

    def _look(self, python: str, seen: Mapping[str, str]) -> Look:
        """The one that was begun early, where it is of this interpreter, and once only; else a new one."""
        early = self._asked.pop() if self._asked else None
        root = self.repository.root
        return early if early and early.is_of(python, root, seen) else Look(python, root, seen)

    def interpreter(self, command: Sequence[str]) -> str:
        """The training's interpreter: the configured one, else what the command names, else `python` on PATH.

        Raises `MissingToolError` where there is none.
        """
        if self.settings.python and self.configured_python is None:
            raise MissingToolError(
                f"the configured training interpreter {self.settings.python!r} is not on PATH",
                how_to_name_python(self.repository.root),
            )
        root, named, own = self.repository.root, command[0], None
        if not os.path.basename(named).startswith("python"):
            own, named = chosen_by(command, root, self.environ), "python"
        elif os.sep in named:
            named = os.path.join(root, named)
        found = (
            self.configured_python
            or own
            or shutil.which(named)
            or shutil.which("python")
            or shutil.which("python3")
        )
        if found is None:
            raise MissingToolError(
                "there is no `python` on PATH to train with",
                how_to_name_python(self.repository.root),
            )
        return found


def _starting(layout: Layout) -> Sequence[str]:
    """The first words of what trains: of a pipeline, those of its last stage."""
    stages = layout.pipeline.stages if layout.pipeline and layout.runs_dvc else ()
    return (stages[-1].cmd.split() if stages else ()) or layout.command


def _refuse_missing_modules(root: str, declared: Declared) -> None:
    """Raise `UsageError` for a submodule of the code that is not checked out: the key would speak of its files."""
    code = {path for path, _ in declared.code.files}
    modules = [path for path, _ in declared.code.submodules if path in code]
    missing = [path for path in modules if not os.path.lexists(os.path.join(root, path, ".git"))]
    if missing:
        raise UsageError(
            f"the submodule {_some(tuple(missing))} is not checked out, and its files are a part of the code",
            f"`git submodule update --init {missing[0]}` (in CI: `submodules: true` under the `with:` of "
            "actions/checkout); or name what the training needs: [tool.reproof] code.",
        )


def _dirty(dirt: tuple[str, ...], edited: tuple[str, ...], commit: str) -> UsageError:
    """The refusal of a work tree that is not its commit's, with what to do about it."""
    hint = (
        "Commit, stash or ignore them first; declare what a training writes ([tool.reproof] artifacts or "
        "predictions); "
        "or record the patch with the run: `reproof run --allow-dirty`."
    )
    if edited:
        hint = (
            f"DVC tracks {_some(edited)}, edited since: `dvc add` the new version and commit it, or have the "
            "committed one back with `dvc checkout`; `reproof run --allow-dirty` records it as it lies there."
        )
        if len(edited) < len(dirt):
            hint += " Commit, stash or ignore the others."
    return UsageError(f"the work tree differs from commit {commit[:7]}: {_some(dirt)}", hint)


def _some(paths: tuple[str, ...]) -> str:
    return ", ".join(paths[:5]) + (f" and {len(paths) - 5} more" if len(paths) > 5 else "")


def open_workspace(
    folder: str, *, push: bool = True, token: str | None = None, **overrides: object
) -> Workspace:
    """The project around a folder; what git told a hook about its repository is forgotten.

    `overrides` replace settings by name where they are not None.

    `push` publishes what is recorded; `token` opens an https remote in CI.

    Raises `UsageError` where the folder is in no repository, `ConfigError` for a broken configuration, and for one
    that lies in a folder below the root.
    """
    from reproof.adapters.git import GitRepository

    for name in HOOK_VARIABLES:
        os.environ.pop(name, None)
    repository = GitRepository(folder)
    given = {name: value for name, value in overrides.items() if value is not None}
    refuse_configuration_below(repository.root, folder)
    settings = load_config(repository.root).replace(**given)
    return Workspace(repository, settings, open_store(repository, settings.store, push, token))


def open_store(repository: Repository, store: StoreConfig, push: bool, token: str | None) -> RunStore:
    """The store that the configuration chooses; only its own third party is imported, when it is used."""
    if store.kind == "folder":
        from reproof.adapters.records_folder import RecordsFolder

        return RecordsFolder(_records_folder(repository, store))
    if store.kind == "mlflow":
        from reproof.adapters.mlflow import MLflowRuns

        waiting = os.path.join(repository.private, "mlflow")
        return MLflowRuns(store.uri, store.experiment, waiting, push=push)
    from reproof.adapters.records_branch import RecordsBranch

    return RecordsBranch(repository.root, _records_git(repository), store.ref, token=token, push=push)


def recorded_here(root: str, store: StoreConfig) -> Sequence[RunRecord]:
    """The runs of the newest recorded version on this line, as far as this clone (or the folder) has them.

    Nothing is fetched and nothing is made; empty where nothing is known, whatever the reason. Of MLflow nothing
    ever is: its runs lie with a server.
    """
    from reproof.adapters.git import GitRepository
    from reproof.adapters.records_branch import RecordsBranch
    from reproof.adapters.records_folder import RecordsFolder

    if store.kind == "mlflow":
        return ()
    try:
        repository = GitRepository(root)
        own = store.kind == "folder"
        folder = _records_folder(repository, store) if own else _records_git(repository)
        if not os.path.isdir(folder):
            return ()
        here = RecordsFolder(folder) if own else RecordsBranch(root, folder, store.ref, offline=True)
        commit = here.newest_recorded(repository.first_parents(repository.resolve("HEAD")))
        runs = here.of_commit(commit) if commit else ()
    except ReproofError:
        return ()
    return [run for run in runs if run.key == runs[-1].key]


def _records_folder(repository: Repository, store: StoreConfig) -> str:
    path = os.path.expanduser(store.path) if store.path else os.path.join(repository.private, "records")
    return os.path.join(repository.root, path)


def _records_git(repository: Repository) -> str:
    return os.path.join(repository.private, "records.git")
