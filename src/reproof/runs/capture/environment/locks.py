"""Locks of Python packages: uv.lock, poetry.lock, pdm.lock, pylock.toml, Pipfile.lock.

Of each package the version, and the source where it is no index. A project's own entry is left out: it is code, and
in the key as such. Raises `UsageError` with the file for a lock that cannot be read.
"""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

from reproof.errors import UsageError
from reproof.lint.requirements.pinned import normalise
from reproof.runs.capture.environment.wanted import Wanted

if TYPE_CHECKING:
    from collections.abc import Iterator

# Where there are several, the first counts: each is complete by itself.
LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock")


def read_lock(data: bytes, path: str) -> list[Wanted]:
    """What the lock holds. `path` is one of `LOCKS`."""
    if path == "Pipfile.lock":
        return list(_pipfile(_json(data, path)))
    document = read_toml(data, path)
    packages = document.get("package", document.get("packages"))
    entries = [entry for entry in packages if isinstance(entry, dict)] if isinstance(packages, list) else []
    always = _reached(entries) if path == "uv.lock" else None
    found = []
    for entry in entries:
        name, version = entry.get("name"), entry.get("version")
        if not isinstance(name, str) or _is_own(entry):
            continue
        found.append(
            Wanted(
                normalise(name),
                version if isinstance(version, str) else "",
                _source(entry),
                exact=True,
                always=normalise(name) in always if always is not None else _is_always(entry, path),
            )
        )
    return found


def read_toml(data: bytes, path: str) -> dict[str, Any]:
    """A TOML file; raises `UsageError` naming it."""
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: not TOML that can be read: {error}") from None


def _json(data: bytes, path: str) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: not JSON that can be read: {error}") from None


def table(value: Any, *names: str) -> dict[str, Any]:
    """The table at a path of names; an empty one for what is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _is_own(entry: dict[str, Any]) -> bool:
    """Whether the entry is the project itself: uv has it as editable or virtual, pylock as the folder `.`."""
    source = table(entry, "source")
    places = [source.get(name) for name in ("editable", "virtual", "directory")]
    return "." in (*places, table(entry, "directory").get("path"))


def _source(entry: dict[str, Any]) -> str:
    """`git https://…#commit`, `url https://…`, `path libs/x`; empty for an index."""
    source = table(entry, "source")
    if "registry" in source or source.get("type") == "legacy":
        return ""  # an index, of which a mirror gives the same files
    if source.get("type"):  # poetry: type, url, reference, resolved_reference
        commit = source.get("resolved_reference") or source.get("reference")
        return _named(source["type"], source.get("url"), commit)
    for kind in (
        "git",
        "url",
        "path",
        "directory",
        "editable",
    ):  # uv: one key, the commit in the URL's fragment
        if isinstance(source.get(kind), str):
            return _named(kind, source[kind], None)
    for kind in ("vcs", "archive", "directory"):  # pylock: one table
        told = table(entry, kind)
        if told:
            place = told.get("url") or told.get("path")
            return _named(
                told.get("type", kind), place, told.get("commit-id") or table(told, "hashes").get("sha256")
            )
    return _beside(entry)


def _beside(entry: dict[str, Any]) -> str:
    """pdm and Pipenv have the source among the package's own keys."""
    for kind in ("git", "hg", "svn", "bzr"):
        if entry.get(kind):
            return _named(kind, entry[kind], entry.get("revision") or entry.get("ref"))
    for kind in ("url", "path", "file"):
        if entry.get(kind):
            return _named(kind, entry[kind], None)
    return ""


def _named(kind: Any, place: Any, commit: Any) -> str:
    return f"{kind} {place}#{commit}" if commit else f"{kind} {place}"


def _is_always(entry: dict[str, Any], path: str) -> bool:
    """Whether every installation from the lock has the package, as far as its entry says."""
    if entry.get("marker") or entry.get("markers"):
        return False
    if path == "pylock.toml":
        return True
    groups = entry.get("groups", [entry.get("category")])
    main = "default" if path == "pdm.lock" else "main"
    return not entry.get("optional") and isinstance(groups, list) and main in groups


def _reached(entries: list[dict[str, Any]]) -> set[str]:
    """uv.lock is a graph: the names that the project's dependencies lead to by edges without a marker."""
    packages = {normalise(entry["name"]): entry for entry in entries if isinstance(entry.get("name"), str)}
    waiting: list[tuple[dict[str, Any], tuple[str, ...]]] = [
        (entry, ()) for entry in entries if _is_own(entry)
    ]
    seen: set[tuple[str, tuple[str, ...]]] = set()
    while waiting:
        entry, extras = waiting.pop()
        edges = [*_list(entry.get("dependencies"))]
        for extra in extras:
            edges += _list(table(entry, "optional-dependencies").get(extra))
        for edge in edges:
            if not isinstance(edge, dict) or edge.get("marker") or edge.get("name") not in packages:
                continue
            asked = tuple(sorted(str(extra) for extra in _list(edge.get("extra"))))
            if (edge["name"], asked) not in seen:
                seen.add((edge["name"], asked))
                waiting.append((packages[edge["name"]], asked))
    return {name for name, _ in seen}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _pipfile(document: Any) -> Iterator[Wanted]:
    categories = [name for name in table(document) if name != "_meta"]
    for category in categories:
        for name, entry in table(document, category).items():
            version = table(entry).get("version")
            yield Wanted(
                normalise(name),
                version.removeprefix("==").strip("*") if isinstance(version, str) else "",
                _beside(table(entry)),
                exact=True,
                always=category == "default" and not table(entry).get("markers"),
            )
