"""`dvc.yaml` and `dvc.lock` as values, read without DVC: stages with commands, inputs and outputs.

Templates (`${…}`) are resolved from `vars` and `params.yaml`, as DVC does; stages made by `foreach` and `matrix`
are taken from `dvc.lock`, which holds them resolved.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from reproof.errors import UsageError
from reproof.yaml_text import load_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Read = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: paths are relative to the repository; `params` are the params files that it reads."""

    name: str
    cmd: str
    deps: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    outs: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pipeline:
    """All stages in the order of the file, and the metrics that the file names beside them."""

    stages: tuple[Stage, ...]
    metrics: tuple[str, ...]

    def upstream(self, stage: Stage) -> tuple[str, ...]:
        """The stages whose outputs a stage reads."""
        return tuple(
            other.name
            for other in self.stages
            if other.name != stage.name
            and any(_within(dep, out) for dep in stage.deps for out in (*other.outs, *other.metrics))
        )


@dataclass(frozen=True, slots=True)
class LockedStage:
    """A stage as `dvc.lock` recorded it: command, (path, `md5:…`, size) of files, and params by file."""

    name: str
    cmd: str
    deps: tuple[tuple[str, str, int | None], ...]
    outs: tuple[tuple[str, str, int | None], ...]
    params: tuple[tuple[str, tuple[tuple[str, Any], ...]], ...] = ()


def read_pipeline(read: Read) -> Pipeline | None:
    """The pipeline at the repository's root; None where there is no `dvc.yaml`. Raises `UsageError`."""
    data = read("dvc.yaml")
    if data is None:
        return None
    document = _mapping(load_yaml(data, "dvc.yaml"), "dvc.yaml")
    values = _template_values(document, read)
    locked = {stage.name: stage for stage in read_lock(read)}
    stages: list[Stage] = []
    for name, value in _mapping(document.get("stages"), "dvc.yaml: stages").items():
        where = f"dvc.yaml: stages.{name}"
        body = _mapping(value, where)
        if "foreach" in body or "matrix" in body:
            generator = _mapping(body.get("do", body), where)
            stages += [
                _generated(stage, generator, where)
                for key, stage in locked.items()
                if key.startswith(f"{name}@")
            ]
        else:
            stages.append(_stage(str(name), body, values, where))
    metrics = tuple(_paths(document.get("metrics"), "dvc.yaml: metrics", "", values))
    return Pipeline(tuple(stages), metrics)


def read_lock(read: Read) -> tuple[LockedStage, ...]:
    """The stages of `dvc.lock`; empty where there is none. Raises `UsageError`."""
    data = read("dvc.lock")
    if data is None:
        return ()
    document = _mapping(load_yaml(data, "dvc.lock"), "dvc.lock")
    stages = _mapping(document.get("stages"), "dvc.lock: stages")
    return tuple(_locked(str(name), body) for name, body in stages.items())


def read_dvc_file(data: bytes, path: str) -> tuple[tuple[str, str, int | None], ...]:
    """(path, `md5:…`, size) of each output that a `.dvc` file tracks, paths relative to the repository."""
    document = _mapping(load_yaml(data, path), path)
    folder = posixpath.join(posixpath.dirname(path), str(document.get("wdir", ".")))
    return tuple(
        (posixpath.normpath(posixpath.join(folder, entry_path)), hash_, size)
        for entry_path, hash_, size in _entries(document.get("outs"), path)
    )


def _locked(name: str, body: Any) -> LockedStage:
    where = f"dvc.lock: stages.{name}"
    body = _mapping(body, where)
    return LockedStage(
        name,
        _command(body.get("cmd")),
        _entries(body.get("deps"), where),
        _entries(body.get("outs"), where),
        tuple(
            (str(path), tuple(_mapping(values, where).items()))
            for path, values in _mapping(body.get("params"), where).items()
        ),
    )


def _entries(value: Any, where: str) -> tuple[tuple[str, str, int | None], ...]:
    entries = []
    for item in value or ():
        entry = _mapping(item, where)
        digest = entry.get("md5") or entry.get("etag") or entry.get("checksum")
        size = entry.get("size")
        if isinstance(entry.get("path"), str) and isinstance(digest, str):
            kind = "md5" if "md5" in entry else "etag"
            entries.append((entry["path"], f"{kind}:{digest}", size if isinstance(size, int) else None))
    return tuple(entries)


def _generated(locked: LockedStage, generator: Mapping[str, Any], where: str) -> Stage:
    metrics = len(list(_names(generator.get("metrics"), where)))
    outs = [path for path, _, _ in locked.outs]
    split = len(outs) - metrics if metrics else len(outs)
    return Stage(
        locked.name,
        locked.cmd,
        deps=tuple(path for path, _, _ in locked.deps),
        params=_param_files(generator.get("params"), "", {}),
        outs=tuple(outs[:split]),
        metrics=tuple(outs[split:]),
    )


def _stage(name: str, body: Mapping[str, Any], values: Mapping[str, Any], where: str) -> Stage:
    folder = _resolve(str(body.get("wdir", "")), values)
    stage = Stage(
        name,
        _resolve(_command(body.get("cmd")), values),
        deps=tuple(_paths(body.get("deps"), where, folder, values)),
        params=_param_files(body.get("params"), folder, values),
        outs=tuple(
            path for key in ("outs", "plots") for path in _paths(body.get(key), where, folder, values)
        ),
        metrics=tuple(_paths(body.get("metrics"), where, folder, values)),
    )
    if not stage.cmd:
        raise UsageError(f"{where} has no cmd")
    return replace(stage, cmd=f"cd {folder} && {stage.cmd}") if folder else stage


def _command(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return str(value or "")


def _names(value: Any, where: str) -> list[str]:
    """Paths of a list whose items are a path, or a one-key mapping of a path to its options."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise UsageError(f"{where}: deps, outs and metrics must be lists")
    return [str(item if not isinstance(item, dict) else next(iter(item), "")) for item in value]


def _paths(value: Any, where: str, folder: str, values: Mapping[str, Any]) -> list[str]:
    return [
        posixpath.normpath(posixpath.join(folder, _resolve(name, values))) for name in _names(value, where)
    ]


def _param_files(value: Any, folder: str, values: Mapping[str, Any]) -> tuple[str, ...]:
    files = []
    for item in value or ():
        names = list(item) if isinstance(item, dict) else ["params.yaml"]
        for name in names:
            path = posixpath.normpath(posixpath.join(folder, _resolve(str(name), values)))
            if path not in files:
                files.append(path)
    return tuple(files)


_TEMPLATE = re.compile(r"\$\{\s*([\w.\-\[\]]+)\s*\}")


def _resolve(text: str, values: Mapping[str, Any]) -> str:
    def value_of(match: re.Match[str]) -> str:
        found: Any = values
        for part in re.split(r"[.\[\]]+", match.group(1).rstrip("]")):
            if isinstance(found, dict) and part in found:
                found = found[part]
            elif isinstance(found, list) and part.isdigit() and int(part) < len(found):
                found = found[int(part)]
            else:
                return match.group(0)
        return str(found)

    return _TEMPLATE.sub(value_of, text)


def _template_values(document: Mapping[str, Any], read: Read) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for item in ["params.yaml", *(document.get("vars") or ())]:
        if isinstance(item, dict):
            values |= item
        elif isinstance(item, str) and (data := read(item.partition(":")[0])) is not None:
            loaded = load_yaml(data, item)
            values |= loaded if isinstance(loaded, dict) else {}
    return values


def _mapping(value: Any, where: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UsageError(f"{where} must be a mapping")
    return value


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")
