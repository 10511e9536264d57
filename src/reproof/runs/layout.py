"""Which file of a repository belongs to which aspect: code, params, metrics, artifacts, data, and the command.

Read from the configuration, else from `dvc.yaml`, else from what a plain `train.py` repository has. Pure: a
snapshot in, a `Layout` out, so it can be told for any commit without checking it out.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from reproof.errors import UsageError
from reproof.runs.pipeline import Pipeline, read_dvc_file, read_pipeline
from reproof.runs.record import DataFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reproof.config import Config
    from reproof.ports import Snapshot

CODE_SUFFIXES = (
    ".py",
    ".pyx",
    ".ipynb",
    ".sh",
    ".r",
    ".R",
    ".jl",
    ".scala",
    ".sql",
    ".c",
    ".cpp",
    ".cu",
    ".rs",
)
# What counts as data in a plain repository where nothing is configured, besides all below data/.
DATA_SUFFIXES = (
    ".csv", ".tsv", ".jsonl", ".parquet", ".feather", ".arrow", ".npy", ".npz", ".h5", ".hdf5", ".xls", ".xlsx",
    ".gz", ".zip", ".sqlite", ".db",
)  # fmt: skip
PARAMS_SUFFIXES = (".yaml", ".yml", ".json", ".toml")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is. `pipeline` is None for a plain command; paths are relative to the repository."""

    command: tuple[str, ...]
    commands: tuple[tuple[str, str], ...]
    code: tuple[str, ...]
    params: tuple[str, ...]
    metrics: tuple[str, ...]
    artifacts: tuple[str, ...]
    data: tuple[DataFile, ...]
    pipeline: Pipeline | None

    @property
    def shown(self) -> str:
        """The command as it would be typed."""
        return shlex.join(self.command)

    @property
    def outputs(self) -> tuple[str, ...]:
        """What a training writes: not dirt in the work tree, and never an input."""
        lock = ("dvc.lock",) if self.pipeline else ()
        return tuple(dict.fromkeys((*self.metrics, *self.artifacts, *lock)))


def read_layout(snapshot: Snapshot, config: Config) -> Layout:
    """The layout of a snapshot; raises `UsageError` where no training command can be told."""
    pipeline = read_pipeline(snapshot.read)
    files = snapshot.files()
    stages = pipeline.stages if pipeline else ()
    metrics = config.metrics if config.metrics is not None else _default_metrics(pipeline)
    artifacts = (
        config.artifacts
        if config.artifacts is not None
        else tuple(out for stage in stages for out in stage.outs)
    )
    params = _params(config, pipeline, files)
    lock = ("dvc.lock",) if pipeline else ()
    written = {*metrics, *artifacts, *(out for stage in stages for out in stage.metrics), *lock}
    code = _code(config, pipeline, files, {*params, *written})
    command = _command(config, pipeline, files)
    commands = [(stage.name, stage.shown) for stage in stages] if _runs_dvc(command) else []
    return Layout(
        command=command,
        commands=tuple(commands) or (("train", shlex.join(command)),),
        code=code,
        params=params,
        metrics=metrics,
        artifacts=artifacts,
        data=_data(config, pipeline, snapshot, {*code, *params, *written}),
        pipeline=pipeline,
    )


def matches(path: str, pattern: str) -> bool:
    """Whether a path is the pattern, lies below it as a folder, or fits it as a glob."""
    folder = pattern.rstrip("/")
    return (
        path == folder or path.startswith(f"{folder}/") or fnmatchcase(path, pattern) or folder in {".", ""}
    )


def _command(config: Config, pipeline: Pipeline | None, files: Mapping[str, str]) -> tuple[str, ...]:
    if isinstance(config.train, tuple):
        return config.train
    if config.train:
        try:
            return tuple(shlex.split(config.train))
        except ValueError as error:
            raise UsageError(f"{config.path}: train cannot be split into words: {error}") from None
    if pipeline:
        return ("dvc", "repro")
    if "train.py" in files:
        return ("python", "train.py")
    raise UsageError(
        "no training command: there is neither dvc.yaml nor train.py",
        'Set it in pyproject.toml: [tool.reproof] train = "python path/to/train.py"',
    )


def _runs_dvc(command: Sequence[str]) -> bool:
    return list(command[:2]) == ["dvc", "repro"]


def _default_metrics(pipeline: Pipeline | None) -> tuple[str, ...]:
    if pipeline is None:
        return ("metrics.json",)
    named = (*pipeline.metrics, *(path for stage in pipeline.stages for path in stage.metrics))
    return tuple(dict.fromkeys(named)) or ("metrics.json",)


def _params(config: Config, pipeline: Pipeline | None, files: Mapping[str, str]) -> tuple[str, ...]:
    if config.params is not None:
        return _matching(files, config.params, "params")
    if pipeline:
        named = [path for stage in pipeline.stages for path in stage.params]
        return tuple(dict.fromkeys(path for path in named if path.endswith(PARAMS_SUFFIXES)))
    return tuple(
        path
        for path in files
        if path.endswith(PARAMS_SUFFIXES)
        and (path.startswith("conf/") or path.rpartition(".")[0] in {"params", "config"})
    )


def _code(
    config: Config, pipeline: Pipeline | None, files: Mapping[str, str], taken: set[str]
) -> tuple[str, ...]:
    if config.code is not None:
        return tuple(path for path in _matching(files, config.code, "code") if path not in taken)
    sources = [path for path in files if path.endswith(CODE_SUFFIXES) and path not in taken]
    if pipeline is None:
        return tuple(sources)
    deps = [dep for stage in pipeline.stages for dep in stage.deps]
    return tuple(path for path in sources if any(matches(path, dep) for dep in deps))


def _matching(files: Mapping[str, str], patterns: Sequence[str], setting: str) -> tuple[str, ...]:
    """The files that fit; a pattern that fits none is a typing error, and would take inputs out of the key."""
    for pattern in patterns:
        if not any(matches(path, pattern) for path in files):
            raise UsageError(
                f"the configuration's {setting} names {pattern!r}, and no file of the commit is of that name",
                "Correct the name, or `git add` the file.",
            )
    return tuple(path for path in files if any(matches(path, pattern) for pattern in patterns))


def _data(
    config: Config, pipeline: Pipeline | None, snapshot: Snapshot, taken: set[str]
) -> tuple[DataFile, ...]:
    """DVC-tracked inputs by DVC's hash, and the other tracked files that stages or the config name.

    In a plain repository without such a config: what reads like data. A change of it must change the key.
    """
    files = snapshot.files()
    tracked: dict[str, DataFile] = {}
    for name in files:
        if name.endswith(".dvc") and (data := snapshot.read(name)) is not None:
            for path, digest, size in read_dvc_file(data, name):
                tracked[path] = DataFile(path, digest, size, ())
    readers = _readers(pipeline)
    wanted = (*readers, *(config.data or ()))
    plain = pipeline is None and config.data is None
    for path in files:
        if path in taken or path.endswith(".dvc"):
            continue
        if any(matches(path, item) for item in wanted) or (plain and _reads_like_data(path)):
            tracked.setdefault(path, DataFile(path, f"git:{files[path]}", None, ()))
    if config.data is not None:
        tracked = _only(tracked, (*config.data, *readers))
    return tuple(
        DataFile(item.path, item.hash, item.size, _stages_of(item.path, readers))
        for _, item in sorted(tracked.items())
    )


def _reads_like_data(path: str) -> bool:
    return path.startswith("data/") or path.lower().endswith(DATA_SUFFIXES)


def _only(tracked: Mapping[str, DataFile], patterns: Iterable[str]) -> dict[str, DataFile]:
    kept = tuple(patterns)
    return {path: item for path, item in tracked.items() if any(matches(path, one) for one in kept)}


def _readers(pipeline: Pipeline | None) -> dict[str, tuple[str, ...]]:
    readers: dict[str, tuple[str, ...]] = {}
    for stage in pipeline.stages if pipeline else ():
        for dep in stage.deps:
            readers[dep] = (*readers.get(dep, ()), stage.name)
    return readers


def _stages_of(path: str, readers: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    names = [
        name for dep, stages in readers.items() if matches(path, dep) or matches(dep, path) for name in stages
    ]
    return tuple(dict.fromkeys(names))
