"""The packages of a Python environment, read from the names of its `*.dist-info` folders, and of conda's records.

Nothing is started.

A package that was installed from a folder, a repository or a URL has no version of an index, and is left out.
"""

from __future__ import annotations

import os
import re
import sys

_CONDA_META = re.compile(r"(?P<name>[a-z0-9_][a-z0-9_.-]*)-(?P<version>[^-]+)-[^-]+\.json")
_DIST_INFO = re.compile(r"(?P<name>[A-Za-z0-9._]+)-(?P<version>[^-]+)\.dist-info")


def installed_versions(root: str, python: str | None) -> dict[str, str]:
    """Normalised name -> version in the training's environment; empty where there is none.

    That is the environment of `python` (relative to `root`, or a name on PATH), else `.venv` or `venv` in `root`,
    else the one of `python` on PATH, unless that is the one that reproof itself runs in: a hook's environment
    stands first on its PATH, and is no training's.
    """
    return {name: version for folder in _environment(root, python)[1] for name, version in _packages(folder)}


def how_to_name_python(root: str) -> str:
    """The hint where the training's interpreter is wrong or missing: the file of `root` that names it, and how."""
    from reproof.named_settings import as_configured

    return as_configured(
        'Name the training\'s interpreter in pyproject.toml: [tool.reproof] python = ".venv/bin/python"; '
        "without that key it is the `python` on the PATH.",
        root,
    )


def installed_by_conda(root: str, python: str | None) -> dict[str, str]:
    """Conda's name -> version of what conda installed in the same environment, from the names in `conda-meta`."""
    prefix, _ = _environment(root, python)
    try:
        names = sorted(os.listdir(os.path.join(prefix, "conda-meta"))) if prefix else []
    except OSError:
        return {}
    return {match["name"]: match["version"] for name in names if (match := _CONDA_META.fullmatch(name))}


def _environment(root: str, python: str | None) -> tuple[str, list[str]]:
    """The prefix of the training's environment and its folders of packages; both empty where there is none."""
    for prefix in _prefixes(root, python):
        if folders := _site_packages(prefix):
            return prefix, folders
    return "", []


def _prefixes(root: str, python: str | None) -> list[str]:
    if python is not None:
        if os.sep not in python and "/" not in python:
            return _on_path(python)
        # The interpreter of an environment is a link to another one: its own folder says which environment it is.
        return [os.path.dirname(os.path.dirname(os.path.join(root, python)))]
    guessed = [
        prefix for prefix in _on_path("python") if os.path.realpath(prefix) != os.path.realpath(sys.prefix)
    ]
    return [os.path.join(root, ".venv"), os.path.join(root, "venv"), *guessed]


def _on_path(name: str) -> list[str]:
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if folder and os.path.isfile(os.path.join(folder, name)):
            return [os.path.dirname(folder.rstrip(os.sep))]
    return []


def _site_packages(prefix: str) -> list[str]:
    base = os.path.join(prefix, "lib")
    try:
        versions = sorted(name for name in os.listdir(base) if re.fullmatch(r"python3\.\d+", name))
    except OSError:
        versions = []
    candidates = [os.path.join(base, name, "site-packages") for name in versions]
    candidates.append(os.path.join(prefix, "Lib", "site-packages"))  # Windows
    return [each for each in candidates if os.path.isdir(each)][:1]


def _packages(folder: str) -> list[tuple[str, str]]:
    found = []
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    for name in names:
        match = _DIST_INFO.fullmatch(name)
        if match and not os.path.exists(os.path.join(folder, name, "direct_url.json")):
            found.append((re.sub(r"[-_.]+", "-", match["name"]).lower(), match["version"]))
    return found
