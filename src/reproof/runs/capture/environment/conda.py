"""What conda and pixi install: locks with builds, else environment.yml and pixi.toml.

Names are `conda NAME`, since conda's names are not PyPI's. Of a lock the build counts, too: NumPy 1.26.4 is built
with MKL and with OpenBLAS.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from reproof.lint.requirements.pinned import normalise
from reproof.runs.capture.environment.locks import read_toml, table
from reproof.runs.capture.environment.wanted import Wanted, requirement_of, text_of
from reproof.yaml_text import load_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.ports import Snapshot
    from reproof.runs.capture.environment.folder import Folder

_EXPLICIT = re.compile(r"conda-[A-Za-z0-9_-]+\.lock")
_FILE = re.compile(r"([^/]+)-([^-/]+)-([^-/]+?)(?:\.conda|\.tar\.bz2)(?:#.*)?$")


def read_conda(snapshot: Snapshot | Folder, sources: list[str]) -> list[Wanted]:
    """What the first of conda's and pixi's files declares; its name is added to `sources`.

    Raises `UsageError` with the file for one that cannot be read.
    """
    explicit = sorted(path for path in snapshot.files() if _EXPLICIT.fullmatch(path))
    choices = [
        ("conda-lock.yml", _conda_lock),
        *((path, _explicit) for path in explicit),
        ("pixi.lock", _pixi_lock),
        ("environment.yml", _environment),
        ("environment.yaml", _environment),
        ("pixi.toml", _pixi),
        ("pyproject.toml", _pixi_in_pyproject),
    ]
    for path, read in choices:
        data = snapshot.read(path)
        found = [] if data is None else list(read(data, path))
        if path in explicit:  # one for each platform: all count
            for other in explicit[1:]:
                found += _explicit(snapshot.read(other) or b"", other)
        if found:
            sources += [name for name in (explicit if path in explicit else [path]) if name not in sources]
            return found
    return []


def _conda_lock(data: bytes, path: str) -> Iterator[Wanted]:
    """https://conda.github.io/conda-lock: one entry a package and platform, pip's among them."""
    for entry in _entries(load_yaml(data, path), "package"):
        name, version = str(entry.get("name")), str(entry.get("version"))
        if entry.get("manager") == "pip":
            yield Wanted(normalise(name), version, exact=True)
        else:
            yield from _build(str(entry.get("url")), str(entry.get("platform")), name, version)


def _pixi_lock(data: bytes, path: str) -> Iterator[Wanted]:
    """Packages are named by their URLs (`conda:`), or by name and version (`pypi:`)."""
    for entry in _entries(load_yaml(data, path), "packages"):
        conda = entry.get("conda") or (entry.get("url") if entry.get("kind") == "conda" else None)
        if conda:
            subdir = str(conda).rpartition("/")[0].rpartition("/")[2]
            yield from _build(str(conda), subdir, str(conda), "")
        elif entry.get("name"):
            yield Wanted(normalise(str(entry["name"])), str(entry.get("version", "")), exact=True)


def _explicit(data: bytes, _: str) -> Iterator[Wanted]:
    """`@EXPLICIT` and a URL a line, as `conda list --explicit` writes it."""
    for line in text_of(data).splitlines():
        url = line.strip()
        if "://" in url and not url.startswith("#"):
            yield from _build(url, url.rpartition("/")[0].rpartition("/")[2], url, "")


def _build(url: str, platform: str, name: str, version: str) -> Iterator[Wanted]:
    """A package by its file's name: `numpy-1.26.4-py312h8442bc7_0.conda`."""
    told = _FILE.match(url.rpartition("/")[2])
    if told:
        yield Wanted(f"conda {told[1]}"[:900], f"{told[2]} {told[3]}", note=platform, exact=True)
    else:
        yield Wanted(f"conda {name}"[:900], version, note=platform, exact=True)


def _environment(data: bytes, path: str) -> Iterator[Wanted]:
    document = load_yaml(data, path)
    channels = [str(channel) for channel in _list(document, "channels")]
    if channels:
        yield Wanted("conda channels", ", ".join(channels))  # their order decides
    for line in _list(document, "dependencies"):
        if isinstance(line, dict):
            for requirement in _list(line, "pip"):
                yield _pip(str(requirement).strip())
        else:
            yield from _match(str(line))


def _match(line: str) -> Iterator[Wanted]:
    """A match specification: `channel::name=version=build`, `name >=1`."""
    channel, _, rest = line.strip().rpartition("::")
    told = re.match(r"([A-Za-z0-9_][A-Za-z0-9_.-]*)\s*(.*)", rest)
    if told:
        yield Wanted(f"conda {told[1].lower()}", re.sub(r"\s+", " ", told[2]), note=channel)


def _pip(line: str) -> Wanted:
    requirement = requirement_of(line)
    if requirement is None:
        return Wanted("pip", line)
    value = str(requirement)[len(requirement.name) :]
    return Wanted(normalise(requirement.name), value)


def _pixi(data: bytes, path: str) -> Iterator[Wanted]:
    yield from _pixi_tables(read_toml(data, path))


def _pixi_in_pyproject(data: bytes, path: str) -> Iterator[Wanted]:
    yield from _pixi_tables(table(read_toml(data, path), "tool", "pixi"))


def _pixi_tables(document: dict[str, Any], note: str = "") -> Iterator[Wanted]:
    """Tables of dependencies, those of features and platforms among them."""
    for name, before in (("dependencies", "conda "), ("pypi-dependencies", "")):
        for package, told in table(document, name).items():
            plain = told if isinstance(told, str) else json.dumps(told, sort_keys=True, default=str)
            yield Wanted(f"{before}{normalise(package)}", plain, note=note)
    for kind in ("feature", "target"):
        for name in table(document, kind):
            yield from _pixi_tables(table(document, kind, name), f"{note} {kind} {name}".strip())


def _entries(document: Any, name: str) -> list[dict[str, Any]]:
    return [entry for entry in _list(document, name) if isinstance(entry, dict)]


def _list(document: Any, name: str) -> list[Any]:
    value = table(document).get(name)
    return value if isinstance(value, list) else []
