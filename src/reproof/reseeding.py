"""A training of the checked out commit with another seed: the adapters put together, and nothing else.

Where the seed is a variable or an argument, the training runs in the work tree. Where it stands in a params file,
it runs in a scratch clone, in the project's own environment: no file of the user's is changed.
"""

from __future__ import annotations

import contextlib
import os
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from reproof.adapters.dvc import share_settings
from reproof.adapters.git import GitRepository
from reproof.adapters.scratch import scratch_clone
from reproof.errors import UsageError
from reproof.replay.data import place_data
from reproof.runs.declared import declare
from reproof.training.seeding import in_file, with_seed
from reproof.wiring import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reproof.config import Config
    from reproof.runs.declared import Declared
    from reproof.runs.record import RunRecord, Scalar
    from reproof.verdict.failure import Failure


@contextlib.contextmanager
def seeded_training(
    workspace: Workspace, declared: Declared, origin: str, seed: Scalar
) -> Iterator[Callable[[], RunRecord | Failure]]:
    """One training with a seed; None is the seed as it is declared.

    Raises `UsageError` where the seed cannot be set, or the commit cannot be had a second time.
    """
    if seed is None or not in_file(declared, seed):
        plan = workspace.plan(declared)
        plan = plan if seed is None else with_seed(declared, plan, seed, None)
        yield workspace.training(declared, origin, plan)
        return
    clone = workspace.repository
    code = declared.code
    with scratch_clone(clone.root, clone.private, code.commit, code.patch) as scratch:
        cache = share_settings(clone.root, scratch.root)
        tracked = {item.path: item.hash for item in declared.layout.data}
        missing = [*scratch.missing, *place_data(declared.data, clone.root, scratch.root, cache, tracked)]
        if missing:
            raise UsageError(
                f"a training with another seed needs {missing[0].what} a second time: {missing[0].why}",
                'Let the training take its seed from a variable: [tool.reproof] seed = "env:SEED"',
            )
        settings = _at_home(workspace.settings, clone.root, workspace.configured_python)
        built = Workspace(GitRepository(scratch.root), settings, workspace.store)
        snapshot = built.repository.snapshot(None if code.patch else code.commit)
        head = replace(built.head, branch=code.branch, remote=code.remote)
        there = declare(snapshot, settings, head, code.patch, built.work)
        plan = with_seed(there, built.plan(there), seed, scratch.root)
        yield built.training(there, origin, plan)


def _at_home(settings: Config, root: str, python: str | None) -> Config:
    """The settings with the project's interpreter, which lies in the user's work tree and in no clone."""
    train = settings.train
    words = shlex.split(train) if isinstance(train, str) else list(train or ())
    if words and os.sep in words[0] and not os.path.isabs(words[0]):
        inside = os.path.join(root, words[0])
        words[0] = inside if os.path.exists(inside) else words[0]
    return settings.replace(python=python, train=tuple(words) or None)
