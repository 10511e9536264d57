"""The recorded command, to be carried out again: secrets in it were not recorded, and are taken from the commit."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from reproof.redact import HIDDEN, redact
from reproof.replay.missing import Missing

if TYPE_CHECKING:
    from reproof.runs.pipeline import Pipeline


def trains_pipeline(commands: tuple[tuple[str, str], ...], pipeline: Pipeline | None) -> bool:
    """Whether the recorded commands are a pipeline's stages; a plain one is called `train`, as a stage may be."""
    if [name for name, _ in commands] != ["train"]:
        return bool(commands)
    stages = pipeline.stages if pipeline else ()
    return [(stage.name, redact(stage.shown)) for stage in stages] == list(commands)


def recorded_command(
    recorded: str, configured: str | tuple[str, ...] | None
) -> tuple[tuple[str, ...], tuple[Missing, ...]]:
    """The command as words, and what of it is missing. `configured` is the one of the recorded commit."""
    words = tuple(shlex.split(recorded))
    if HIDDEN not in recorded:
        return words, ()
    own = tuple(shlex.split(configured)) if isinstance(configured, str) else configured or ()
    if redact(shlex.join(own)) == recorded:
        return own, ()
    told = "it was typed, and no record holds it: `***` stands in"
    return words, (Missing("the secret in the command", told),)
