"""The hashes of a manifest that poetry, pdm and Pipenv write into their locks, computed again.

Each is the SHA-256 of the JSON of some of the manifest's tables, as the tools' own sources define it: poetry's
`Locker`, pdm's `PyProject.content_hash`, and `Pipfile.get_hash` of plette.
"""

from __future__ import annotations

import hashlib
import json
import re

from reproof.lint.requirements.pinned import normalise
from reproof.lint.requirements.pyproject import table_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_POETRY_LEGACY = ("dependencies", "source", "extras", "dev-dependencies")
_PIPFILE_OWN = frozenset({"source", "packages", "dev-packages", "requires", "scripts", "pipfile", "pipenv"})
_PYPI = {"name": "pypi", "url": "https://pypi.org/simple", "verify_ssl": True}


def poetry_is_fresh(manifest: dict[str, Any], lock: dict[str, Any], lock_text: str) -> bool | None:
    """Whether `metadata.content-hash` of a poetry.lock is the manifest's; None where it has none."""
    recorded = table_at(lock, "metadata").get("content-hash")
    if not isinstance(recorded, str):
        return None
    if recorded == _poetry_hash(manifest, groups=True):
        return True
    made_by = re.search(r"Poetry (\d+)\.(\d+)", lock_text[:200])
    older = made_by is not None and (int(made_by[1]), int(made_by[2])) < (2, 3)
    # Until 2.3 dependency groups did not count; locks before 1.x said nothing of the version that wrote them.
    return (older or made_by is None) and recorded == _poetry_hash(manifest, groups=False)


def _poetry_hash(manifest: dict[str, Any], groups: bool) -> str:
    project = table_at(manifest, "project")
    listed = ("requires-python", "dependencies", "optional-dependencies")
    of_project = {key: project[key] for key in listed if project.get(key) is not None}
    of_groups = table_at(manifest, "dependency-groups") if groups else {}
    poetry = table_at(manifest, "tool", "poetry")
    keys = [key for key in (*_POETRY_LEGACY, "group") if poetry.get(key) is not None]
    if not of_project and not of_groups:
        keys += [key for key in _POETRY_LEGACY if key not in keys]  # absent ones count as null
    of_poetry = {key: poetry.get(key) for key in keys}
    content: dict[str, Any] = {}
    if of_project:
        content["project"] = of_project
    if of_groups:
        content["dependency-groups"] = of_groups
    content = {**content, "tool": {"poetry": of_poetry}} if content else of_poetry
    return _digest(json.dumps(content, sort_keys=True, default=str))


def pdm_is_fresh(manifest: dict[str, Any], lock: dict[str, Any], _: str = "") -> bool | None:
    """Whether the hash in a pdm.lock, or in pdm's `pylock.toml`, is the manifest's; None where it has none.

    A lock with `lock_inputs` is judged by those in newer versions of pdm, and here by what it holds.
    """
    metadata = table_at(lock, "metadata")
    recorded = str(metadata.get("content_hash", "")).removeprefix("sha256:")
    recorded = recorded or str(table_at(lock, "tool", "pdm", "hashes").get("sha256", ""))
    settings = table_at(manifest, "tool", "pdm")
    if not re.fullmatch(r"[0-9a-f]{64}", recorded) or "lock_inputs" in metadata or "workspace" in settings:
        return None
    project = table_at(manifest, "project")
    groups: dict[str, list[Any]] = {}
    for table in (table_at(manifest, "dependency-groups"), table_at(settings, "dev-dependencies")):
        for name, listed in table.items():
            groups.setdefault(normalise(name), []).extend(listed if isinstance(listed, list) else [])
    content = {
        "sources": settings.get("source", []),
        "dependencies": project.get("dependencies", []),
        "dev-dependencies": groups,
        "optional-dependencies": project.get("optional-dependencies", {}),
        "requires-python": project.get("requires-python", ""),
    }
    # Until 2.20 the overrides alone counted, under a name of their own.
    overrides = table_at(settings, "resolution").get("overrides", {})
    forms = ({"resolution": settings.get("resolution", {})}, {"overrides": overrides})
    return any(
        recorded == _digest(json.dumps({**content, **each}, sort_keys=True, default=str)) for each in forms
    )


def pipfile_is_fresh(manifest: dict[str, Any], lock: dict[str, Any]) -> bool | None:
    """Whether `_meta.hash.sha256` of a Pipfile.lock is the Pipfile's; None where it has none."""
    recorded = table_at(lock, "_meta", "hash").get("sha256")
    if not isinstance(recorded, str):
        return None
    content = {
        "_meta": {"sources": manifest.get("source", [_PYPI]), "requires": manifest.get("requires", {})},
        "default": manifest.get("packages", {}),
        "develop": manifest.get("dev-packages", {}),
    }
    content |= {
        key: table for key, table in manifest.items() if key not in _PIPFILE_OWN | {"default", "develop"}
    }
    return recorded == _digest(json.dumps(content, sort_keys=True, separators=(",", ":"), default=str))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
