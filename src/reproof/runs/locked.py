"""Records that a commit carries itself: `dvc.lock` with metrics (`locked`), or metrics files alone (`claimed`).

Nothing was trained by reproof and nothing was observed, so such a record is one run of unknown making. A lock
that does not agree with the commit's files is of other inputs, and no record of this commit.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from reproof import __version__
from reproof.errors import UsageError
from reproof.runs.metrics import read_metrics
from reproof.runs.parameters_file import read_parameters_file
from reproof.runs.pipeline import read_lock
from reproof.runs.record import Results, RunRecord, StageResult

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reproof.ports import Snapshot
    from reproof.runs.declared import Declared
    from reproof.runs.pipeline import LockedStage, Pipeline, Stage
    from reproof.runs.record import Kind, Metric


def committed_record(snapshot: Snapshot, declared: Declared, when: str) -> RunRecord | None:
    """The record that a commit's own files are, or None. `when` is the commit's time in ISO 8601."""
    metrics = _metrics(snapshot, declared)
    if not metrics:
        return None
    pipeline = declared.layout.pipeline
    if pipeline is None:
        return _record("claimed", declared, when, Results(metrics))
    if not lock_agrees(snapshot, pipeline, {item.path: item.hash for item in declared.data}):
        return None
    stages = locked_stages(pipeline, snapshot.read, declared.stage_keys)
    return _record("locked", declared, when, Results(metrics, stages=stages))


def locked_stages(
    pipeline: Pipeline, read: Callable[[str], bytes | None], keys: Mapping[str, str]
) -> tuple[StageResult, ...]:
    """Each stage's output hashes as `dvc.lock` has them. `keys` are those of the stages that a run is of."""
    locked = {stage.name: stage for stage in read_lock(read)}
    upstream = pipeline.upstream()
    return tuple(
        StageResult(
            stage.name,
            tuple((stage.at(path), digest) for path, digest, _ in locked[stage.name].outs),
            upstream[stage.name],
            keys.get(stage.name),
        )
        for stage in pipeline.stages
        if stage.name in locked
    )


def lock_agrees(snapshot: Snapshot, pipeline: Pipeline, data: Mapping[str, str]) -> bool:
    """Whether `dvc.lock` is of the commit's own stages, files and parameters.

    `data` maps DVC-tracked inputs to their declared hashes. Folders that git tracks are taken on trust.
    """
    locked = {stage.name: stage for stage in read_lock(snapshot.read)}
    return bool(pipeline.stages) and all(
        stage.name in locked and _agrees(snapshot, stage, locked[stage.name], data)
        for stage in pipeline.stages
    )


def _agrees(snapshot: Snapshot, stage: Stage, locked: LockedStage, data: Mapping[str, str]) -> bool:
    return (
        locked.cmd == stage.cmd
        and {stage.at(path) for path, _, _ in locked.deps} == set(stage.deps)
        and all(
            _file_agrees(snapshot, stage.at(path), digest, data)
            for path, digest, _ in (*locked.deps, *locked.outs)
        )
        and _parameters_agree(snapshot, stage, locked)
    )


def _file_agrees(snapshot: Snapshot, path: str, digest: str, data: Mapping[str, str]) -> bool:
    if not digest.startswith("md5:"):
        return True
    content = snapshot.read(path)
    if content is not None:
        return digest == _md5(content)
    return data.get(path, digest) == digest


def _parameters_agree(snapshot: Snapshot, stage: Stage, locked: LockedStage) -> bool:
    for name, values in locked.params:
        path = stage.at(name)
        data = snapshot.read(path)
        loaded = read_parameters_file(path, data) if data is not None else None
        if any(_at(loaded, name) != value for name, value in values):
            return False
    return True


def _at(values: Any, name: object) -> Any:
    """A value by its dotted name, or by a key that is no text (YAML reads `on` as true)."""
    if isinstance(values, dict) and name in values:
        return values[name]
    for part in str(name).split("."):
        values = values.get(part) if isinstance(values, dict) else None
    return values


def _md5(data: bytes) -> str:
    return f"md5:{hashlib.md5(data, usedforsecurity=False).hexdigest()}"


def _metrics(snapshot: Snapshot, declared: Declared) -> tuple[Metric, ...]:
    files: Mapping[str, bytes | None] = {path: snapshot.read(path) for path in declared.layout.metrics}
    committed = {path: data for path, data in files.items() if data is not None}
    if not committed or len(committed) != len(files):
        return ()
    try:
        return read_metrics(committed)
    except UsageError:
        return ()  # a broken metrics file is no record; the training will write a whole one, or fail


def _record(kind: Kind, declared: Declared, when: str, results: Results) -> RunRecord:
    identity = hashlib.sha256(f"{kind} {declared.code.commit}".encode()).hexdigest()
    return RunRecord(
        id=identity[:12],
        key=declared.key,
        kind=kind,
        created=when,
        origin="local",
        reproof=__version__,
        code=declared.code,
        config=declared.config,
        environment=declared.environment,
        data=declared.data,
        results=results,
    )
