"""Which file of a repository belongs to which aspect: code, params, metrics, artifacts, data, and the command.

Read from the configuration, else from `dvc.yaml`, else from what a plain `train.py` repository has. Pure: a
snapshot in, a `Layout` out, so it can be told for any commit without checking it out. What only a work tree can
tell (data that neither git nor DVC tracks) is named here, and looked at by `capture/data.py`.
"""

from __future__ import annotations

import json
import posixpath
import re
import shlex
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from reproof.errors import UsageError
from reproof.runs.dvc_files import dvc_kept
from reproof.runs.links import Links
from reproof.runs.parameters_file import PARAMS_FOLDERS, PARAMS_SUFFIXES, named_like_params, readable
from reproof.runs.pipeline import Pipeline, folders_of, read_pipeline
from reproof.runs.record import DataFile

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

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
PREDICTIONS_SUFFIXES = (".csv", ".tsv", ".jsonl", ".json", ".npy")
KEEPERS = (".gitignore", ".gitkeep", ".keep", ".dvcignore")  # they keep a folder in git, and are no data
UNKNOWN = "unknown"
_OUTSIDE = re.compile(r"/|[A-Za-z]:|[A-Za-z][A-Za-z0-9+.-]+:/|\.\.(?:/|$)")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is. `pipeline` is None for a plain command; paths are relative to the repository.

    `data` has the hash `unknown` for what the snapshot names and does not hold. `sought` are the paths and patterns
    below which a work tree may have more of it, `known` the files and folders that are told already.
    """

    command: tuple[str, ...]
    commands: tuple[tuple[str, str], ...]
    code: tuple[str, ...]
    params: tuple[str, ...]
    metrics: tuple[str, ...]
    artifacts: tuple[str, ...]
    data: tuple[DataFile, ...]
    pipeline: Pipeline | None
    predictions: str | None = None
    sought: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()

    @property
    def shown(self) -> str:
        """The command as it would be typed."""
        return shlex.join(self.command)

    @property
    def runs_dvc(self) -> bool:
        """Whether the command trains the pipeline."""
        return _runs_dvc(self.command)

    @property
    def outputs(self) -> tuple[str, ...]:
        """What a training writes: not dirt in the work tree, and never an input."""
        lock = ("dvc.lock",) if self.pipeline else ()
        predictions = (self.predictions,) if self.predictions else ()
        return tuple(dict.fromkeys((*self.metrics, *self.artifacts, *predictions, *lock)))


def read_layout(snapshot: Snapshot, config: Config) -> Layout:
    """The layout of a snapshot; raises `UsageError` where no training command can be told."""
    files, links = snapshot.files(), Links(snapshot.links())
    pipeline = links.followed(read_pipeline(snapshot.read))
    stages = [stage for stage in pipeline.stages if not stage.frozen] if pipeline else []
    metrics = metrics_files(config, pipeline)
    artifacts = (
        config.artifacts
        if config.artifacts is not None
        else tuple(out for stage in stages for out in stage.outs)
    )
    predictions = _predictions(config)
    lock = ("dvc.lock",) if pipeline else ()
    named = (*metrics, *artifacts, *((predictions,) if predictions else ()))
    _refuse_outside(named, pipeline)
    written = {*named, *(out for stage in stages for out in (*stage.outs, *stage.metrics)), *lock}
    command = _command(config, pipeline, files)
    arguments = {*_arguments(command)} - written
    params = _params(config, pipeline, files, arguments, written)
    opaque = () if pipeline or config.params is not None else _opaque(snapshot, params, arguments)
    params = tuple(path for path in params if path not in opaque)
    code = (*_code(config, pipeline, files, links, {*params, *written, *opaque}), *opaque)
    trained = pipeline.stages if pipeline and _runs_dvc(command) else ()
    commands = [(stage.name, stage.shown) for stage in trained]
    taken = {*code, *params, *written}
    tracked = _tracked(config, pipeline, snapshot, links, taken)
    modules = _modules(snapshot, pipeline, config, tracked)
    known = frozenset((*files, *(item.path for item in tracked), *written))
    unknown, sought = _unknown(config, pipeline, known)
    data = {item.path: item for item in (*unknown, *tracked)}
    return Layout(
        command=command,
        commands=tuple(commands) or (("train", shlex.join(command)),),
        code=(*code, *(path for path in modules if path not in code)),
        params=params,
        metrics=metrics,
        artifacts=artifacts,
        data=tuple(data[path] for path in sorted(data)),
        pipeline=pipeline,
        predictions=predictions,
        sought=sought,
        known=known,
    )


def matches(path: str, pattern: str) -> bool:
    """Whether a path is the pattern, lies below it as a folder, or fits it as a glob."""
    folder = pattern.rstrip("/")
    return (
        path == folder or path.startswith(f"{folder}/") or fnmatchcase(path, pattern) or folder in {".", ""}
    )


def below_any(path: str, names: Container[str]) -> bool:
    """Whether a path is one of the names, or lies below one of them as a folder."""
    return path in names or "." in names or any(folder in names for folder in folders_of(path))


def _refuse_outside(named: Iterable[str], pipeline: Pipeline | None) -> None:
    """What lies elsewhere is in no commit, and a record must not make anybody write there."""
    for path in named:
        if _OUTSIDE.match(path):
            raise UsageError(
                f"the training writes {path}, which lies outside of the repository",
                "Let it write below the root.",
            )
    for stage in pipeline.stages if pipeline else ():
        for dep in stage.deps:
            if _OUTSIDE.match(dep):
                raise UsageError(
                    f"dvc.yaml: the stage {stage.name} reads {dep}, which lies outside of the repository: "
                    "no commit tells its content",
                    f"Bring it in, so that its hash is known: `dvc import-url {dep}`",
                )


def _predictions(config: Config) -> str | None:
    path = config.predictions
    if path is not None and not path.lower().endswith(PREDICTIONS_SUFFIXES):
        raise UsageError(
            f"{config.path}: predictions names {path!r}, and the samples of such a file cannot be counted",
            f"Write one row a sample into a file of these: {', '.join(PREDICTIONS_SUFFIXES)}",
        )
    return path


def _command(config: Config, pipeline: Pipeline | None, files: Mapping[str, str]) -> tuple[str, ...]:
    if isinstance(config.train, tuple):
        return config.train
    if config.train:
        try:
            words = tuple(shlex.split(config.train))
        except ValueError as error:
            raise UsageError(f"{config.path}: train cannot be split into words: {error}") from None
        _refuse_shell(config, words)
        return words
    if pipeline:
        return ("dvc", "repro")
    if "train.py" in files:
        return ("python", "train.py")
    raise UsageError(
        "no training command: there is neither dvc.yaml nor train.py at the repository's root",
        'Set it in pyproject.toml: [tool.reproof] train = "python path/to/train.py"',
    )


def _refuse_shell(config: Config, words: Sequence[str]) -> None:
    """Raise `UsageError` for what only a shell understands: a program would be given it as an argument."""
    odd = [word for word in words if _SHELL.fullmatch(word)]
    if _VARIABLE.match(words[0]) or words[0] in ("cd", "export", "source"):
        odd.insert(0, words[0])
    if odd:
        line = json.dumps(config.train, ensure_ascii=False)
        raise UsageError(
            f"{config.path}: train is started without a shell, and {odd[0]!r} is for a shell",
            f'Put the commands into a script, or name the shell yourself: train = ["bash", "-ec", {line}]',
        )


_SHELL = re.compile(r"&&|\|\|?|&|;|\d?(?:>>?|<)(?:&\d)?|[^\s;]+;")
_VARIABLE = re.compile(r"[A-Za-z_]\w*=")


def _runs_dvc(command: Sequence[str]) -> bool:
    return list(command[:2]) == ["dvc", "repro"]


def metrics_files(config: Config, pipeline: Pipeline | None) -> tuple[str, ...]:
    """The metrics files: those that are configured, else the pipeline's, else `metrics.json`."""
    if config.metrics is not None:
        return config.metrics
    if pipeline is None:
        return ("metrics.json",)
    named = (
        *pipeline.metrics,
        *(path for stage in pipeline.stages if not stage.frozen for path in stage.metrics),
    )
    return tuple(dict.fromkeys(named)) or ("metrics.json",)


def _params(
    config: Config,
    pipeline: Pipeline | None,
    files: Mapping[str, str],
    arguments: set[str],
    written: set[str],
) -> tuple[str, ...]:
    if config.params is not None:
        return _matching(files, config.params, "params")
    if pipeline:
        named = [*pipeline.params, *(path for stage in pipeline.stages for path in stage.params)]
        return tuple(dict.fromkeys(path for path in named if path.endswith(PARAMS_SUFFIXES)))
    return tuple(
        path
        for path in files
        if path.endswith(PARAMS_SUFFIXES)
        and (
            (named_like_params(path) and not any(matches(path, one) for one in written)) or path in arguments
        )
    )


def _opaque(snapshot: Snapshot, params: Iterable[str], arguments: set[str]) -> tuple[str, ...]:
    """Of files that only their names make params, in any folder, those that nobody can read as such.

    Templates, or several documents in one: they are a part of the code, so that a change of them is noticed.
    """
    return tuple(
        path
        for path in params
        if "/" in path
        and path.partition("/")[0] not in PARAMS_FOLDERS
        and path not in arguments
        and not readable(path, snapshot.read(path))
    )


def _arguments(command: Sequence[str]) -> Iterator[str]:
    """What may be a path among a command's words: `--config cfg/a.yaml`, `--config=cfg/a.yaml`."""
    for word in command:
        yield posixpath.normpath(word)
        yield posixpath.normpath(word.partition("=")[2])


def _code(
    config: Config,
    pipeline: Pipeline | None,
    files: Mapping[str, str],
    links: Links,
    taken: set[str],
) -> tuple[str, ...]:
    if config.code is not None:
        behind = [end for end in links.led_to(config.code) if any(matches(path, end) for path in files)]
        return tuple(path for path in _matching(files, (*config.code, *behind), "code") if path not in taken)
    sources = [path for path in files if path.endswith(CODE_SUFFIXES) and path not in taken]
    if pipeline is None:  # a folder that is linked to may be a package
        return tuple(dict.fromkeys((*sources, *links.to_folders(files))))
    deps = {dep for stage in pipeline.stages for dep in stage.inputs}
    return tuple(path for path in sources if below_any(path, deps))


def _modules(
    snapshot: Snapshot, pipeline: Pipeline | None, config: Config, tracked: Iterable[DataFile]
) -> tuple[str, ...]:
    """Submodules that count as code: those that the stages or the configuration name, without either all."""
    data = {item.path for item in tracked}
    modules = sorted(path for path in snapshot.submodules() if path not in data)
    if config.code is not None:
        return tuple(path for path in modules if any(matches(path, one) for one in config.code))
    if pipeline is None:
        return tuple(modules)
    deps = {dep for stage in pipeline.stages for dep in stage.inputs}
    around = {folder for dep in deps for folder in folders_of(dep)}
    return tuple(path for path in modules if below_any(path, deps) or path in around)


def _matching(files: Mapping[str, str], patterns: Sequence[str], setting: str) -> tuple[str, ...]:
    """The files that fit; a pattern that fits none is a typing error, and would take inputs out of the key."""
    for pattern in patterns:
        if not any(matches(path, pattern) for path in files):
            raise UsageError(
                f"the configuration's {setting} names {pattern!r}, and no file of the commit is of that name",
                "Correct the name, or `git add` the file.",
            )
    return tuple(path for path in files if any(matches(path, pattern) for pattern in patterns))


def _tracked(
    config: Config, pipeline: Pipeline | None, snapshot: Snapshot, links: Links, taken: set[str]
) -> tuple[DataFile, ...]:
    """DVC-tracked inputs by DVC's hash, and the other tracked files that stages or the config name.

    In a plain repository without such a config: what reads like data. A change of it must change the key.
    """
    files = snapshot.files()
    readers = _Readers(pipeline)
    found: dict[str, DataFile] = {}
    for item in dvc_kept(snapshot, pipeline):
        if item.path in files:  # of a frozen stage, with `cache: false`
            continue
        found[item.path] = replace(item, stages=readers.of(item.path))
    patterns = (*(config.data or ()), *links.led_to(config.data or ()))
    plain = pipeline is None and config.data is None
    for path, blob in files.items():
        if path in taken or path.endswith((".dvc", *KEEPERS)):
            continue
        if (
            readers.below(path)
            or any(matches(path, one) for one in patterns)
            or (plain and _reads_like_data(path))
        ):
            read = DataFile(path, f"git:{blob}", stages=readers.of(path), source="git")
            found.setdefault(path, read)
    if config.data is not None:
        found = {
            path: item
            for path, item in found.items()
            if item.stages or any(matches(path, one) for one in patterns)
        }
    return tuple(found[path] for path in sorted(found))


def _unknown(
    config: Config, pipeline: Pipeline | None, known: frozenset[str]
) -> tuple[tuple[DataFile, ...], tuple[str, ...]]:
    """Named data that the snapshot holds nothing of; and all names below which a work tree may have more."""
    readers = _Readers(pipeline)
    around = {folder for path in known if not path.endswith(KEEPERS) for folder in folders_of(path)}
    sought = [path.strip("/") for path in (*(config.data or ()), *readers.deps)]
    sought = [path for path in dict.fromkeys(sought) if path not in {"", "."}]
    unknown = [
        DataFile(path, UNKNOWN, stages=readers.of(path))
        for path in sought
        if path not in around
        and not below_any(path, known)
        and not any(matches(file, path) for file in (known if _is_pattern(path) else ()))
    ]
    return tuple(unknown), tuple(sought)


def _is_pattern(path: str) -> bool:
    return bool(set(path) & set("*?["))


def _reads_like_data(path: str) -> bool:
    return path.startswith("data/") or path.lower().endswith(DATA_SUFFIXES)


class _Readers:
    """Which stages read a path: it is a dependency, lies below one, or is a folder with one in it."""

    def __init__(self, pipeline: Pipeline | None) -> None:
        self.deps: dict[str, list[str]] = {}
        self._inside: dict[str, list[str]] = {}
        for stage in pipeline.stages if pipeline else ():
            for dep in dict.fromkeys(stage.inputs):
                self.deps.setdefault(dep, []).append(stage.name)
                for folder in folders_of(dep):
                    self._inside.setdefault(folder, []).append(stage.name)

    def below(self, path: str) -> bool:
        return below_any(path, self.deps)

    def of(self, path: str) -> tuple[str, ...]:
        names = [name for above in (path, *folders_of(path), ".") for name in self.deps.get(above, ())]
        return tuple(dict.fromkeys((*names, *self._inside.get(path, ()))))
