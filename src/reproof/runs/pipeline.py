"""`dvc.yaml` and `dvc.lock` as values, read without DVC: stages with commands, inputs and outputs.

Templates (`${…}`) are resolved from `vars` and `params.yaml`, and `foreach` and `matrix` are multiplied out, as DVC
does. What a pipeline declares never depends on `dvc.lock`, which a training writes.
"""

from __future__ import annotations

import itertools
import math
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reproof.errors import UsageError
from reproof.runs.parameters_file import PARAMS_SUFFIXES, read_parameters_file
from reproof.yaml_text import load_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Read = Callable[[str], bytes | None]


MOST_STAGES = 10_000  # of one matrix; more is a mistake, or an attack on our memory


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: paths are relative to the repository; `params` are the params files that it reads.

    `parameters` are (file, dotted name) of what it reads there, with an empty name for all of a file. `folder` is
    where the command is started, empty for the repository's root. `besides` are files that decide what it does and
    are none of its `deps`: params and template values that are code, what links lead to. A `frozen` stage is never
    trained: its outputs are data.
    """

    name: str
    cmd: str
    deps: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    outs: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    folder: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    besides: tuple[str, ...] = ()
    frozen: bool = False

    @property
    def inputs(self) -> tuple[str, ...]:
        """All that it reads, its parameters aside."""
        return (*self.deps, *self.besides)

    @property
    def shown(self) -> str:
        """The command as it would be typed at the repository's root."""
        return f"cd {self.folder} && {self.cmd}" if self.folder else self.cmd

    def at(self, path: str) -> str:
        """A path that is relative to the stage's folder, as the ones in `dvc.lock` are."""
        return posixpath.normpath(posixpath.join(self.folder, path))


@dataclass(frozen=True, slots=True)
class Pipeline:
    """All stages in the order of the file, and the metrics and params files that the file names beside them."""

    stages: tuple[Stage, ...]
    metrics: tuple[str, ...]
    params: tuple[str, ...] = ()

    def upstream(self) -> Mapping[str, tuple[str, ...]]:
        """For each stage, in the file's order, the stages whose outputs it reads."""
        makers: dict[str, list[str]] = {}  # of each path, and of each folder that has outputs in it
        for stage in self.stages:
            for out in {*stage.outs, *stage.metrics}:
                for path in (out, *folders_of(out)):
                    makers.setdefault(path, []).append(stage.name)
        whole = {out for stage in self.stages for out in (*stage.outs, *stage.metrics)}
        order = {stage.name: position for position, stage in enumerate(self.stages)}
        before: dict[str, tuple[str, ...]] = {}
        for stage in self.stages:
            read = [
                *stage.deps,
                *(folder for dep in stage.deps for folder in folders_of(dep) if folder in whole),
            ]
            names = {name for path in read for name in makers.get(path, ())} - {stage.name}
            before[stage.name] = tuple(sorted(names, key=order.__getitem__))
        return before


@dataclass(frozen=True, slots=True)
class LockedStage:
    """A stage as `dvc.lock` recorded it: command, (path, `md5:…`, size) of files, and params by file.

    Paths are relative to the stage's own folder, which only `dvc.yaml` names.
    """

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
    document = mapping(load_yaml(data, "dvc.yaml"), "dvc.yaml")
    templates = _Templates(read)
    templates.add("", ["params.yaml", *listed(document.get("vars"), "dvc.yaml: vars")])
    values = templates.values
    stages: list[Stage] = []
    for name, value in mapping(document.get("stages"), "dvc.yaml: stages").items():
        where = f"dvc.yaml: stages.{name}"
        body = mapping(value, where)
        if "foreach" in body or "matrix" in body:
            pattern = mapping(body.get("do", body), where)
            stages += [
                _stage(f"{name}@{suffix}", pattern, templates.more(own), where)
                for suffix, own in _multiplied(body, values, where)
            ]
        else:
            stages.append(_stage(str(name), body, templates.more({}), where))
    metrics = tuple(_paths(document.get("metrics"), "dvc.yaml: metrics", "", values))
    params = tuple(_paths(document.get("params"), "dvc.yaml: params", "", values))
    return Pipeline(tuple(stages), metrics, params)


def read_lock(read: Read) -> tuple[LockedStage, ...]:
    """The stages of `dvc.lock`; empty where there is none. Raises `UsageError`."""
    data = read("dvc.lock")
    if data is None:
        return ()
    document = mapping(load_yaml(data, "dvc.lock"), "dvc.lock")
    stages = mapping(document.get("stages"), "dvc.lock: stages")
    return tuple(_locked(str(name), body) for name, body in stages.items())


def _locked(name: str, body: Any) -> LockedStage:
    where = f"dvc.lock: stages.{name}"
    body = mapping(body, where)
    return LockedStage(
        name,
        _command(body.get("cmd")),
        _entries(body.get("deps"), where),
        _entries(body.get("outs"), where),
        tuple(
            (str(path), tuple(mapping(values, where).items()))
            for path, values in mapping(body.get("params"), where).items()
        ),
    )


def _entries(value: Any, where: str) -> tuple[tuple[str, str, int | None], ...]:
    return tuple(
        (entry["path"], digest, count(entry.get("size"))) for entry, digest in hashed_entries(value, where)
    )


def hashed_entries(value: Any, where: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Entries that have a path and a hash, with the hash; raises `UsageError` for one that can be none."""
    for item in listed(value, where):
        entry = mapping(item, where)
        digest = entry.get("md5") or entry.get("etag") or entry.get("checksum")
        if not isinstance(entry.get("path"), str) or not isinstance(digest, str):
            continue
        kind = "md5" if "md5" in entry else "etag"
        digest = digest.strip('"')
        if not (_MD5 if kind == "md5" else _ETAG).fullmatch(digest):
            raise UsageError(f"{where}: {digest[:60]!r} is no hash of {entry['path']}")
        yield entry, f"{kind}:{digest}"


_MD5 = re.compile(r"[0-9a-f]{32}(?:\.dir)?")
_ETAG = re.compile(r"[!-~]{1,200}")


def count(value: Any) -> int | None:
    """A whole number that a record can hold; None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63 else None


def _multiplied(
    body: Mapping[str, Any], values: Mapping[str, Any], where: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """What `foreach` or `matrix` makes of one stage: the end of each name, and its own template values."""
    if "foreach" in body:
        each = _whole(body["foreach"], values)
        if isinstance(each, list):
            plain = not any(isinstance(item, (list, dict)) for item in each)
            for number, item in enumerate(each):
                yield _shown(item) if plain else str(number), {"item": item}
            return
        for key, item in mapping(each, f"{where}.foreach").items():
            yield str(key), {"key": key, "item": item}
        return
    axes = {
        str(name): listed(_whole(axis, values), f"{where}.matrix.{name}")
        for name, axis in mapping(_whole(body["matrix"], values), f"{where}.matrix").items()
    }
    if math.prod(map(len, axes.values())) > MOST_STAGES:
        raise UsageError(f"{where}.matrix makes more than {MOST_STAGES} stages")
    for chosen in itertools.product(*map(enumerate, axes.values())):
        names = [
            f"{axis}{number}" if isinstance(value, (list, dict)) else _shown(value)
            for axis, (number, value) in zip(axes, chosen, strict=True)
        ]
        suffix = "-".join(names)
        yield suffix, {"key": suffix, "item": dict(zip(axes, (value for _, value in chosen), strict=True))}


def _stage(name: str, body: Mapping[str, Any], templates: _Templates, where: str) -> Stage:
    wdir = posixpath.normpath(_resolve(str(body.get("wdir") or "."), templates.values))
    folder = "" if wdir == "." else wdir
    templates.add(folder, listed(body.get("vars"), f"{where}.vars"))
    values = templates.values
    parameters = tuple(dict.fromkeys(_parameters(body.get("params"), where, folder, values)))
    stage = Stage(
        name,
        _resolve(_command(body.get("cmd")), values),
        deps=tuple(_paths(body.get("deps"), where, folder, values)),
        params=tuple(dict.fromkeys(path for path, _ in parameters)),
        parameters=parameters,
        outs=tuple(
            path for key in ("outs", "plots") for path in _paths(body.get(key), where, folder, values)
        ),
        metrics=tuple(_paths(body.get("metrics"), where, folder, values)),
        folder=folder,
        frozen=body.get("frozen") is True,
        besides=(
            *templates.code,
            *dict.fromkeys(path for path, _ in parameters if not path.endswith(PARAMS_SUFFIXES)),
        ),
    )
    if not stage.cmd:
        raise UsageError(f"{where} has no cmd")
    return stage


def _command(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return str(value or "")


def _names(value: Any, where: str) -> list[str]:
    """Paths of a list whose items are a path, or a one-key mapping of a path to its options."""
    names = [
        str(next(iter(item), "") if isinstance(item, dict) else item or "") for item in listed(value, where)
    ]
    if not all(names):
        raise UsageError(f"{where}: a path is empty")
    return names


def _paths(value: Any, where: str, folder: str, values: Mapping[str, Any]) -> list[str]:
    return [
        posixpath.normpath(posixpath.join(folder, _resolve(name, values))) for name in _names(value, where)
    ]


def _parameters(value: Any, where: str, folder: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(file, name) of each parameter: a name alone is one of `params.yaml`, a file without names is all of it."""
    for item in listed(value, where):
        of_files = item if isinstance(item, dict) else {"params.yaml": [item]}
        for file, names in of_files.items():
            path = posixpath.normpath(posixpath.join(folder, _resolve(str(file), values)))
            for name in names if isinstance(names, list) and names else [""]:
                yield path, _resolve(str(name), values)


_UNKNOWN = object()
_TEMPLATE = re.compile(r"\$\{\s*([\w.\-\[\]]+)\s*\}")


def _resolve(text: str, values: Mapping[str, Any]) -> str:
    """The text with its templates filled in; one whose value is not known stays as it is."""

    def filled(match: re.Match[str]) -> str:
        value = _value(match.group(1), values)
        return match.group(0) if value is _UNKNOWN else _shown(value)

    return _TEMPLATE.sub(filled, text)


def _whole(value: Any, values: Mapping[str, Any]) -> Any:
    """A value that may be one template, which then stands for a list or a mapping."""
    match = _TEMPLATE.fullmatch(value.strip()) if isinstance(value, str) else None
    return value if match is None else _value(match.group(1), values)


def _value(name: str, values: Mapping[str, Any]) -> Any:
    found: Any = values
    for part in re.split(r"[.\[\]]+", name.rstrip("]")):
        if isinstance(found, dict) and part in found:
            found = found[part]
        elif isinstance(found, list) and part.isascii() and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        else:
            return _UNKNOWN
    return found


def _shown(value: Any) -> str:
    """A value as DVC writes it into a command."""
    return str(value).lower() if isinstance(value, bool) else str(value)


class _Templates:
    """The values that templates are filled from; `code` are Python files of such values, which nobody runs here."""

    def __init__(
        self, read: Read, values: Mapping[str, Any] | None = None, code: tuple[str, ...] = ()
    ) -> None:
        self._read = read
        self.values = dict(values or {})
        self.code = code

    def more(self, values: Mapping[str, Any]) -> _Templates:
        """A copy with further values, for one stage."""
        return _Templates(self._read, {**self.values, **values}, self.code)

    def add(self, folder: str, items: list[Any]) -> None:
        """Merge what `vars` lists: values as they are, files from `folder`, of which a few keys may be named."""
        for item in items:
            if isinstance(item, dict):
                self.values = _merged(self.values, item)
            elif isinstance(item, str):
                name, _, keys = item.partition(":")
                self._add_file(posixpath.normpath(posixpath.join(folder, name)), keys)

    def _add_file(self, path: str, keys: str) -> None:
        if path.endswith(".py"):
            self.code = (*self.code, path)
        elif (data := self._read(path)) is not None:
            loaded = read_parameters_file(path, data)
            chosen = keys.split(",") if keys else loaded
            if isinstance(loaded, dict):
                self.values = _merged(self.values, {key: loaded[key] for key in chosen if key in loaded})


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Both mappings, and so what lies in both; of two values the new one."""
    merged = {**old, **new}
    for key, inner in old.items():
        other = new.get(key)
        if isinstance(inner, dict) and isinstance(other, dict):
            merged[key] = _merged(inner, other)
    return merged


def mapping(value: Any, where: str) -> dict[str, Any]:
    """A mapping, empty for None; raises `UsageError`."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UsageError(f"{where} must be a mapping")
    return value


def listed(value: Any, where: str) -> list[Any]:
    """A list, empty for None; raises `UsageError`."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise UsageError(f"{where} must have lists")
    return value


def folders_of(path: str) -> Iterator[str]:
    """The folders around a path, innermost first."""
    while "/" in path.strip("/"):
        path = path.rpartition("/")[0]
        yield path
