"""What a file is by its name: a rule lists the types that it wants to see, and no other file is read for it."""

from __future__ import annotations

import enum
import re


class FileType(enum.Flag):
    """What a file's name says that it is; a rule lists the types it wants to see."""

    OTHER = 0
    PYTHON = enum.auto()
    NOTEBOOK = enum.auto()
    REQUIREMENTS = enum.auto()
    PYPROJECT = enum.auto()
    PARAMS = enum.auto()
    PIPELINE = enum.auto()  # DVC's
    # What installs something besides: `lint/requirements/kinds.py`.
    CONDA = enum.auto()
    DOCKER = enum.auto()
    WORKFLOW = enum.auto()
    PRE_COMMIT = enum.auto()
    SHELL = enum.auto()
    SETUP_CFG = enum.auto()
    PIPFILE = enum.auto()
    PIXI = enum.auto()
    LOCK = enum.auto()
    SETTINGS = enum.auto()  # reproof's own, where they stand in a file of their own


# Patterns are compiled where they are used: a notebook's commit does not pay for what it does not need.
_REQUIREMENTS = (
    r"(?i)(?:^|/)(?:[\w.-]*(?:requirements|constraints)[\w.-]*\.(?:txt|in)|requirements/[^/]+\.(?:txt|in))$"
)
_INSTALLS = (
    (
        FileType.LOCK,
        r"(?:^|/)(?:(?:uv|poetry|pdm|pixi|Pipfile)\.lock|pylock(?:\.[^/]+)?\.toml|[^/]*conda-lock\.ya?ml)$",
    ),
    (FileType.PRE_COMMIT, r"(?:^|/)\.pre-commit-config\.ya?ml$"),
    (FileType.WORKFLOW, r"(?:^|/)\.github/workflows/[^/]+\.ya?ml$|(?:^|/)action\.ya?ml$"),
    (FileType.CONDA, r"(?:^|/)(?:[^/]*(?:environment|conda)[^/]*|(?:[^/]*[-_.])?env(?:[-_.][^/]*)?)\.ya?ml$"),
    (FileType.CONDA, r"(?:^|/)(?:[^/]*conda[^/]*|envs?|environments?|\.?binder)/(?:[^/]+/)?[^/]+\.ya?ml$"),
    (
        FileType.DOCKER,
        r"(?:^|/)(?:Dockerfile|Containerfile)(?:[._-][^/]*)?(?<!\.dockerignore)$|\.(?:dockerfile|containerfile)$",
    ),
    (FileType.SHELL, r"\.(?:sh|bash)$"),
    (FileType.SETUP_CFG, r"(?:^|/)setup\.cfg$"),
    (FileType.PIPFILE, r"(?:^|/)Pipfile$"),
    (FileType.PIXI, r"(?:^|/)pixi\.toml$"),
)
# Hyperparameters by their usual name, that of DVC; dvc.yaml says which of them a pipeline reads.
_PARAMS = r"(?:^|/)params\.(?:ya?ml|json|toml)$"


def file_type(path: str) -> FileType:
    """Classify a repository-relative POSIX path by its name alone."""
    name = path.rpartition("/")[2]
    if name.endswith((".py", ".pyw")):
        return FileType.PYTHON
    if name.endswith(".ipynb"):
        return FileType.NOTEBOOK
    if name == "pyproject.toml":
        return FileType.PYPROJECT
    if path == "reproof.toml":
        return FileType.SETTINGS
    if re.search(_PARAMS, path):
        return FileType.PARAMS
    if name == "dvc.yaml":
        return FileType.PIPELINE
    if re.search(_REQUIREMENTS, path):
        return FileType.REQUIREMENTS
    found = (kind for kind, pattern in _INSTALLS if re.search(pattern, path, re.IGNORECASE))
    return next(found, FileType.OTHER)
