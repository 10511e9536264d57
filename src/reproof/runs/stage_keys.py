"""A key for each stage: the hash of what it declares and of the keys of the stages before it.

Like a run's key it follows from a commit alone. Two stages of one key and one seed's value give the same outputs,
if they repeat at all; so a change of the last stage leaves what the stages before it made as it is. What no stage
claims (a parameter that none names, code and data that the configuration adds) is a part of every stage.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from reproof.errors import UsageError
from reproof.redact import redact
from reproof.runs.key import VERSION, canonical
from reproof.runs.layout import below_any
from reproof.runs.pipeline import Stage, folders_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from reproof.runs.capture.config import Parameter
    from reproof.runs.pipeline import Pipeline
    from reproof.runs.record import Code, Config, DataFile, Environment


def stage_keys(
    pipeline: Pipeline,
    code: Code,
    config: Config,
    parameters: Iterable[Parameter],
    environment: Environment,
    data: Iterable[DataFile],
) -> dict[str, str]:
    """Stage name -> 64 hexadecimal digits, in the file's order.

    Raises `UsageError` where stages wait for each other in a circle.
    """
    kept = dict(config.parameters)
    origins = {one.shown: (one.path, one.name) for one in parameters if one.shown in kept}
    files = _claimed(pipeline, dict(code.files), lambda stage: _Deps(stage).have)
    values = _claimed(
        pipeline,
        {name: canonical(value) for name, value in kept.items()},
        lambda stage: _names(stage, origins),
    )
    inputs = _claimed(pipeline, {item.path: item.hash for item in data}, lambda stage: _Deps(stage).have)
    upstream = pipeline.upstream()
    stages = {stage.name: stage for stage in pipeline.stages}
    keys: dict[str, str] = {}
    for name in in_order(upstream):
        declared = {
            "version": VERSION,
            "stage": name,
            "command": redact(stages[name].shown),
            "code": files[name],
            "parameters": values[name],
            "seed": config.seed and config.seed.name,
            "environment": dict(environment.declared),
            "data": inputs[name],
            "before": {other: keys[other] for other in upstream[name]},
        }
        text = json.dumps(declared, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
        keys[name] = hashlib.sha256(text.encode("ascii")).hexdigest()
    return {name: keys[name] for name in stages}


def _claimed(
    pipeline: Pipeline, things: Mapping[str, Any], of: Callable[[Stage], Callable[[str], bool]]
) -> dict[str, dict[str, Any]]:
    """For each stage what it claims of the things, and what no stage does."""
    claims = {
        stage.name: {name for name in things if claims(name)}
        for stage in pipeline.stages
        for claims in [of(stage)]
    }
    left = things.keys() - set().union(*claims.values())
    return {stage: {name: things[name] for name in (*claimed, *left)} for stage, claimed in claims.items()}


class _Deps:
    """Whether a path is among a stage's dependencies, below one, or a folder with one in it."""

    def __init__(self, stage: Stage) -> None:
        self._deps = set(stage.inputs)
        self._around = {folder for dep in stage.inputs for folder in folders_of(dep)}

    def have(self, path: str) -> bool:
        return below_any(path, self._deps) or path in self._around


def _names(stage: Stage, origins: Mapping[str, tuple[str, str]]) -> Callable[[str], bool]:
    wanted = set(stage.parameters) | {(dep, "") for dep in stage.inputs}

    def claims(shown: str) -> bool:
        path, name = origins[shown]
        parts = name.split(".")
        return any((path, ".".join(parts[:length])) in wanted for length in range(len(parts) + 1))

    return claims


def in_order(upstream: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The stages, each after those that it waits for; raises `UsageError` for a circle of them."""
    waiting = {name: set(before) for name, before in upstream.items()}
    followers: dict[str, list[str]] = {}
    for name, before in upstream.items():
        for other in before:
            followers.setdefault(other, []).append(name)
    ready = [name for name, before in waiting.items() if not before]
    done: list[str] = []
    while ready:
        name = ready.pop()
        done.append(name)
        for follower in followers.get(name, ()):
            waiting[follower].discard(name)
            if not waiting[follower]:
                ready.append(follower)
    if len(done) < len(waiting):
        circle = sorted(name for name, before in waiting.items() if before)
        raise UsageError(f"dvc.yaml: stages wait for each other in a circle: {', '.join(circle[:5])}")
    return done
