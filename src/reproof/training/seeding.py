"""The seed on its way into a training: an environment variable, an argument, or a key of a params file.

A file is only ever rewritten in a scratch clone; the caller says where that is.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from reproof.errors import UsageError
from reproof.runs.parameters_file import read_parameters_file
from reproof.runs.record import Seed
from reproof.yaml_text import load_marked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reproof.runs.declared import Declared
    from reproof.runs.record import Scalar
    from reproof.training.plan import Plan

ENV, ARG = "env:", "arg:"


def seed_in_force(declared: Declared, environ: Mapping[str, str], plan: Plan) -> Declared:
    """The same with the seed's value as the training gets it: from its variables, its command or its params file.

    A pipeline's stages may have the argument, too; where they differ, the seed has no one value.
    """
    seed = declared.config.seed
    if seed is None:
        return declared
    if seed.name.startswith(ENV):
        value: Scalar = environ.get(seed.name.removeprefix(ENV))
    elif seed.name.startswith(ARG):
        value = _in_commands(declared, plan.command, seed.name.removeprefix(ARG))
    else:
        value = _in_params(declared, seed, plan.folder)
    return replace(declared, config=replace(declared.config, seed=Seed(seed.name, value)))


def _in_commands(declared: Declared, command: tuple[str, ...], option: str) -> str | None:
    pipeline = declared.layout.pipeline
    commands = [command]
    if pipeline and declared.layout.runs_dvc:
        commands = [tuple(stage.cmd.split()) for stage in pipeline.stages]
    found = {value for one in commands if (value := _argument(one, option)) is not None}
    return found.pop() if len(found) == 1 else None


def _in_params(declared: Declared, seed: Seed, folder: str) -> Scalar:
    """The value in the file as it lies there: in a scratch clone it may be another one than the commit's."""
    found = next((one for one in declared.parameters if one.shown == seed.name), None)
    if found is None:
        return seed.value
    try:
        with open(os.path.join(folder, found.path), "rb") as handle:
            values = read_parameters_file(found.path, handle.read())
    except FileNotFoundError:  # not checked out: the training fails, or does not need it
        return seed.value
    for part in _parts(values, found.name) or ():
        values = next(inner for key, inner in values.items() if str(key) == part)
    return values if isinstance(values, (str, int, float, bool)) else seed.value


def in_file(declared: Declared, value: Scalar) -> bool:
    """Whether giving the seed this value means changing a params file."""
    seed = declared.config.seed
    if seed is None or seed.name.startswith((ENV, ARG)):
        return False
    return seed.value != value or type(seed.value) is not type(value)


def can_reseed(declared: Declared) -> bool:
    """Whether another seed can be set; `dvc repro` takes no argument for its stages."""
    seed = declared.config.seed
    return seed is not None and not (seed.name.startswith(ARG) and declared.layout.runs_dvc)


def with_seed(declared: Declared, plan: Plan, value: Scalar, scratch: str | None) -> Plan:
    """The plan with a seed. A params file is rewritten below `scratch`; None refuses that.

    Raises `UsageError` where no seed is declared, or where it cannot be set in the way that is declared.
    """
    seed = declared.config.seed
    if seed is None:
        raise UsageError(
            "no seed is declared", 'Name it in pyproject.toml: [tool.reproof] seed = "train.seed"'
        )
    if seed.name.startswith(ENV):
        return replace(plan, variables=(*plan.variables, (seed.name.removeprefix(ENV), str(value))))
    if seed.name.startswith(ARG):
        if declared.layout.pipeline and plan.command[:2] == ("dvc", "repro"):
            raise UsageError(
                f"the seed {seed.name!r} cannot be given to `dvc repro`",
                'Let the stages read it from params.yaml, or from a variable: [tool.reproof] seed = "env:SEED"',
            )
        return replace(plan, command=_with_argument(plan.command, seed.name.removeprefix(ARG), str(value)))
    if not in_file(declared, value):
        return plan
    if scratch is None:
        raise UsageError(f"the seed {seed.name!r} stands in a file, which is only changed in a scratch clone")
    found = next((one for one in declared.parameters if one.shown == seed.name), None)
    if found is None:
        raise UsageError(f"no params file has the seed {seed.name!r}")
    place = os.path.join(scratch, found.path)
    with open(place, "rb") as handle:
        data = handle.read()
    changed = set_parameter(data, found.path, found.name, value)
    with open(place, "wb") as handle:
        handle.write(changed)
    return plan


def set_parameter(data: bytes, path: str, name: str, value: Scalar) -> bytes:
    """A params file (YAML, JSON, TOML) with another value at a dotted name, all else as it was.

    Raises `UsageError` where the name is not there, or cannot be changed alone.
    """
    before = read_parameters_file(path, data)
    parts = _parts(before, name)
    if parts is None:
        raise UsageError(f"{path} has no {name}")
    wanted = _replaced(before, parts, value)
    if path.endswith(".json"):
        return json.dumps(wanted, indent=2, ensure_ascii=False).encode() + b"\n"
    changed = _toml(data, parts, value) if path.endswith(".toml") else _yaml(data, path, parts, value)
    if changed is None or read_parameters_file(path, changed) != wanted:
        raise UsageError(f"{path}: {name} cannot be changed without changing more")
    return changed


def _parts(values: Any, name: str) -> tuple[str, ...] | None:
    """The keys on the way to a value; a key may hold dots itself."""
    if not isinstance(values, dict):
        return None
    for key, inner in values.items():
        if str(key) == name:
            return (str(key),)
        if name.startswith(f"{key}.") and (rest := _parts(inner, name.removeprefix(f"{key}."))):
            return (str(key), *rest)
    return None


def _replaced(values: Any, parts: tuple[str, ...], value: Scalar) -> Any:
    first, rest = parts[0], parts[1:]
    return {
        key: (_replaced(inner, rest, value) if rest else value) if str(key) == first else inner
        for key, inner in values.items()
    }


def _yaml(data: bytes, path: str, parts: tuple[str, ...], value: Scalar) -> bytes | None:
    node = load_marked(data, path)[1]
    for part in parts:
        pairs = getattr(node, "value", ())
        node = next((inner for key, inner in pairs if str(key.value) == part), None)
    if node is None:
        return None
    start, end = node.start_mark, node.end_mark
    if start.line != end.line:
        return None
    lines = data.decode("utf-8").splitlines(keepends=True)
    line = lines[start.line]
    lines[start.line] = line[: start.column] + json.dumps(value) + line[end.column :]
    return "".join(lines).encode()


def _toml(data: bytes, parts: tuple[str, ...], value: Scalar) -> bytes | None:
    """The one line that gives the value: of all lines that begin with the key, the one whose change is right."""
    before = read_parameters_file(".toml", data)
    wanted = _replaced(before, parts, value)
    lines = data.decode("utf-8").splitlines(keepends=True)
    for number, line in enumerate(lines):
        key, equals, rest = line.partition("=")
        if not equals or key.strip().strip("'\"").rpartition(".")[2] != parts[-1].rpartition(".")[2]:
            continue
        ending = rest[len(rest.rstrip("\r\n")) :]
        tried = [*lines[:number], f"{key}= {json.dumps(value)}{ending}", *lines[number + 1 :]]
        changed = "".join(tried).encode()
        if read_parameters_file(".toml", changed) == wanted:
            return changed
    return None


def _argument(command: tuple[str, ...], option: str) -> str | None:
    for number, word in enumerate(command):
        if word == option and number + 1 < len(command):
            return command[number + 1]
        if word.startswith(f"{option}="):
            return word.removeprefix(f"{option}=")
    return None


def _with_argument(command: tuple[str, ...], option: str, value: str) -> tuple[str, ...]:
    words = list(command)
    for number, word in enumerate(words):
        if word == option and number + 1 < len(words):
            words[number + 1] = value
            return tuple(words)
        if word.startswith(f"{option}="):
            words[number] = f"{option}={value}"
            return tuple(words)
    return (*words, option, value)
