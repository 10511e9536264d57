"""The config aspect: every parameter of every params file as a value, commands, seeds, and a few variables."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from reproof.errors import UsageError
from reproof.redact import redact
from reproof.runs.capture.environment.flags import FLAGS
from reproof.runs.capture.seeds import seeds_in_code, seeds_in_commands
from reproof.runs.hidden import hidden_parameter
from reproof.runs.parameters_file import read_parameters_file
from reproof.runs.record import Config, FoundSeed, Seed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from reproof.config import Config as Settings
    from reproof.ports import Snapshot
    from reproof.runs.layout import Layout
    from reproof.runs.record import Scalar

SEED_NAMES = ("seed", "random_state")
_SEEDING = re.compile(r"(?:^|[._:-])(?:random_?)?seed$|random_state$", re.IGNORECASE)
# Variables that can change what a training gives; no other one gets into a record.
VARIABLES = tuple(sorted((*FLAGS, "LANG", "LC_ALL", "LC_NUMERIC", "TOKENIZERS_PARALLELISM", "TZ")))
LONGEST = 1_000_000  # characters of one value


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of a params file. `shown` is its name in a record, `name` the dotted one in the file."""

    shown: str
    path: str
    name: str
    value: Scalar


def capture_config(
    snapshot: Snapshot, layout: Layout, settings: Settings, parameters: Iterable[Parameter]
) -> Config:
    """Parameters by shown name, sorted; the declared seed's value stands apart, other seeds beside."""
    found = {one.shown: one for one in parameters}
    values = {name: one.value for name, one in found.items()}
    seed = _seed(values, settings.seed)
    if seed:
        values.pop(seed.name, None)
    others = [
        FoundSeed(redact(f"{found[name].path}:{found[name].name}")[:LONGEST_WHERE], value)
        for name, value in sorted(values.items())
        if _SEEDING.search(name) and isinstance(value, (int, float, str))
    ]
    commands = tuple((name, redact(command)) for name, command in layout.commands)
    own = seed.name.removeprefix("arg:") if seed else None
    told = (one for one in seeds_in_commands(commands) if own != one.where.rpartition(" ")[2])
    others = [*others, *told]
    seeds = (*others[:MOST_OTHERS], *seeds_in_code(snapshot, layout.code))
    return Config(commands, tuple(sorted(values.items())), seed, seeds)


LONGEST_WHERE = 1_000
MOST_OTHERS = 400


def with_variables(config: Config, environ: Mapping[str, str]) -> Config:
    """The config with the variables of the allow-list as a training sees them; secrets in them are hidden."""
    found = {name: redact(environ[name])[:LONGEST_WHERE] for name in VARIABLES if name in environ}
    hash_seed = [
        FoundSeed(f"env:{name}", found[name])
        for name in ("PYTHONHASHSEED",)
        if name in found and (config.seed is None or config.seed.name != f"env:{name}")
    ]
    return replace(config, seeds=(*config.seeds, *hash_seed), variables=tuple(found.items()))


def read_parameters(snapshot: Snapshot, params: Iterable[str]) -> tuple[Parameter, ...]:
    """Every value of the params files, secrets hidden. Raises `UsageError` for a file that cannot be read.

    With several files, all but the first `params.*` put their file's name before the parameter's.
    """
    paths = list(params)
    named = [path for path in paths if path.rpartition("/")[2].startswith("params.")]
    bare = paths[0] if len(paths) == 1 else min(named, key=lambda path: (path.count("/"), path), default=None)
    found: dict[str, Parameter] = {}
    for path in paths:
        data = snapshot.read(path)
        if data is None:
            continue
        values = read_parameters_file(path, data)
        plain = path == bare and isinstance(values, dict)
        for name, value in _flatten(values, ""):
            shown = redact(name if plain else f"{path}:{name}" if name else path)
            while shown in found:  # `a.b` beside `a: {b: …}`: neither may hide the other
                shown += "'"
            if isinstance(value, str) and len(value) > LONGEST:
                raise UsageError(f"{path}: the value of {shown} is longer than {LONGEST} characters")
            found[shown] = Parameter(shown, path, name, hidden_parameter(name, value))
    return tuple(found.values())


def _flatten(value: Any, name: str) -> Iterator[tuple[str, Scalar]]:
    """Mappings become dotted names; a list, or an empty mapping, is one value, shown as compact JSON."""
    if isinstance(value, dict) and (value or not name):
        for key, inner in value.items():
            yield from _flatten(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, (list, dict)):
        yield name, json.dumps(_ordered(value), default=str)
    elif value is None or isinstance(value, (str, int, float, bool)):
        yield name, value
    else:
        yield name, str(value)


def _ordered(value: Any) -> Any:
    """Mappings inside of lists in the order of their keys: a file's own order says nothing."""
    if isinstance(value, dict):
        return {
            str(key): _ordered(inner) for key, inner in sorted(value.items(), key=lambda item: str(item[0]))
        }
    return [_ordered(inner) for inner in value] if isinstance(value, list) else value


def _seed_hint(declared: str, parameters: Mapping[str, Scalar]) -> str:
    last = re.split("[.:]", declared)[-1]
    near = [name for name in parameters if re.split("[.:]", name)[-1] == last]
    near = near or difflib.get_close_matches(declared, parameters, n=1)
    others = 'A variable is "env:SEED", an argument "arg:--seed".'
    return f"Did you mean {near[0]!r}? {others}" if near else f"Correct the name. {others}"


def _seed(parameters: Mapping[str, Scalar], declared: str | None) -> Seed | None:
    """The declared seed, else the one parameter whose last name says that it is one."""
    if declared:
        if declared not in parameters and not declared.startswith(("env:", "arg:")):
            raise UsageError(
                f"the configuration's seed names {declared!r}, and no params file has such a key",
                _seed_hint(declared, parameters),
            )
        return Seed(declared, parameters.get(declared))
    named = [name for name in parameters if name.rpartition(".")[2] in SEED_NAMES]
    return Seed(named[0], parameters[named[0]]) if len(named) == 1 else None
