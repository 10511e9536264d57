"""A run's key: the hash of what the repository declares. Same key, same results, is what reproducible means.

In it: the code files' blob ids, parameter values without the seed's, the declared environment, the data's
hashes, the commands. Beside it, never in it: commit, branch, interpreter, installed packages, machine, seed.
It can be computed from a commit alone, on any machine (`docs/explanation/key.md`).
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from reproof.strict import number

if TYPE_CHECKING:
    from reproof.runs.record import Code, Config, DataFile, Environment, RunRecord, Scalar

# A change of what is hashed, or how, is a new version: old keys then match nothing. 2: submodules, data that the
# commit names and does not hold, parameters of equal names in two files, mappings in lists by their keys' order.
# 3: of the environment sources, extras, markers, indexes, conda's packages and images; a project's own entry in its
# lock is code.
VERSION = 3


def run_key(
    code: Code, config: Config, environment: Environment, data: tuple[DataFile, ...], version: int = VERSION
) -> str:
    """The key as 64 hexadecimal digits: SHA-256 of the declared inputs as canonical JSON.

    The order of files, parameters, packages and data does not matter; which stage reads a data file does not
    either, since the commands and the code say it.
    """
    declared = {
        "version": version,
        "code": dict(code.files),
        "patch": _digest(code.patch) if code.patch else None,
        "commands": dict(config.commands),
        "parameters": {name: canonical(value) for name, value in config.parameters},
        "seed": config.seed and config.seed.name,
        "environment": dict(environment.declared),
        "data": {item.path: item.hash for item in data},
    }
    text = json.dumps(declared, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def key_of(record: RunRecord) -> str:
    """The key that a record's own contents give now."""
    return run_key(record.code, record.config, record.environment, record.data)


def key_fits(record: RunRecord) -> bool:
    """Whether a record's contents give its key, by this or an older version; else it was tampered with."""
    return any(
        record.key == run_key(record.code, record.config, record.environment, record.data, version)
        for version in range(VERSION, 0, -1)
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def canonical(value: Scalar) -> Scalar:
    """1.0 and 1 are two values (a type can change a training); NaN becomes a word that JSON can hold."""
    return number(value) if isinstance(value, float) else value
