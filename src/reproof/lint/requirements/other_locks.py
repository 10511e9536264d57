"""Locks that are no TOML: `Pipfile.lock`, conda-lock's two forms, `pixi.lock`. What each one fixes, by name."""

from __future__ import annotations

import re

from reproof.lint.requirements.locks import Lock, Locked, by_name
from reproof.lint.requirements.pinned import normalise
from reproof.lint.requirements.unpinned import LARGEST_LOCK, refuse_huge
from reproof.lint.source import InvalidFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from reproof.lint.source import SourceFile


def read_pipfile_lock(file: SourceFile) -> Lock:
    """A `Pipfile.lock`; a broken one is a `Lock` that says so."""
    try:
        refuse_huge(file, LARGEST_LOCK)
        document = load_json(file.text)
    except InvalidFile as invalid:
        return _broken(file, invalid)
    if not isinstance(document, dict):
        return Lock(file.path, {}, "no JSON object")
    return Lock(file.path, by_name(_of_pipfile(document)))


def load_json(text: str) -> Any:
    """The values of a JSON text. Raises `InvalidFile` with the line."""
    import json

    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidFile(f"not JSON: {error.msg}", error.lineno, error.colno) from None
    except (RecursionError, ValueError) as error:
        raise InvalidFile(f"not JSON that can be read: {type(error).__name__}") from None


def _of_pipfile(document: dict[str, Any]) -> Iterator[tuple[str, Locked]]:
    for category, packages in document.items():
        if category.startswith("_") or not isinstance(packages, dict):
            continue
        for name, entry in packages.items():
            if isinstance(entry, dict):
                version = str(entry.get("version", "")).lstrip("=")
                yield normalise(name), Locked(version, bool({"ref", "path", "file"} & entry.keys()))


# These two are written by programs, one fact a line, and can be many megabytes: they are read by their lines,
# a hundred times quicker than as YAML.
_ENTRY = re.compile(r"^[ ]*- (?P<key>\w+): (?P<value>.*)$")
_FACT = re.compile(r"^[ ]+(?P<key>name|version|manager|kind): (?P<value>.*)$")


def read_conda_lock(file: SourceFile) -> Lock:
    """conda-lock's YAML for all platforms."""
    return _read_entries(file, "package:")


def read_pixi_lock(file: SourceFile) -> Lock:
    """A `pixi.lock`, of any of its versions."""
    return _read_entries(file, "packages:")


def _read_entries(file: SourceFile, head: str) -> Lock:
    try:
        refuse_huge(file, LARGEST_LOCK)
        lines = file.text.splitlines()
    except InvalidFile as invalid:
        return _broken(file, invalid)
    if head not in lines:
        return Lock(file.path, {}, "no list of packages in it")
    entries: list[dict[str, str]] = []
    for line in lines[lines.index(head) + 1 :]:
        if line[:1] not in " -":
            break
        if first := _ENTRY.match(line):
            entries.append({first["key"]: _unquoted(first["value"])})
        elif entries and (fact := _FACT.match(line)):
            entries[-1].setdefault(fact["key"], _unquoted(fact["value"]))
    return Lock(file.path, by_name(found for each in entries if (found := _of_package(each))))


def _unquoted(value: str) -> str:
    return value.strip().strip("'\"")


_CONDA_FILE = re.compile(r"(?P<name>[\w.-]+)-(?P<version>[^-]+)-[^-]+(?:\.conda|\.tar\.bz2)")
_WHEEL = re.compile(
    r"(?P<name>[\w.]+)-(?P<version>[^-]+)-.*\.whl|(?P<other>[\w.-]+)-(?P<release>\d[^-]*?)\.(?:tar\.gz|zip)"
)


def _of_package(entry: dict[str, str]) -> tuple[str, Locked] | None:
    """Name and distribution of one entry: by its facts, else by the name of its file."""
    url = entry.get("conda") or entry.get("pypi") or ""
    if "name" in entry and "version" in entry:
        pip = entry.get("manager", entry.get("kind")) in ("pip", "pypi") or "pypi" in entry
        name = entry["name"]
        return (normalise(name) if pip else name.lower()), Locked(
            entry["version"], "://" not in url and bool(url)
        )
    title = url.rpartition("/")[2].partition("#")[0]
    if "conda" in entry and (found := _CONDA_FILE.fullmatch(title)):
        return found["name"].lower(), Locked(found["version"])
    if "name" in entry:  # a local package, or one from a repository: its version is its place
        return normalise(entry["name"]), Locked("", True)
    if "pypi" in entry and (found := _WHEEL.fullmatch(title)):
        return normalise(found["name"] or found["other"]), Locked(found["version"] or found["release"])
    return None


def read_explicit_lock(file: SourceFile) -> Lock:
    """A list of package URLs under `@EXPLICIT`, as `conda list --explicit` and conda-lock write it."""
    try:
        refuse_huge(file, LARGEST_LOCK)
        lines = file.text.splitlines()
    except InvalidFile as invalid:
        return _broken(file, invalid)
    found = (_CONDA_FILE.fullmatch(line.strip().rpartition("/")[2].partition("#")[0]) for line in lines)
    return Lock(file.path, by_name((each["name"].lower(), Locked(each["version"])) for each in found if each))


def _broken(file: SourceFile, invalid: InvalidFile) -> Lock:
    return Lock(file.path, {}, f"line {invalid.line}: {invalid.message}")
