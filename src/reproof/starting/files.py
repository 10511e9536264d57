"""The texts that `reproof init` writes, each whole: configuration, hooks, workflows, and the pins of numerics."""

from __future__ import annotations

import json
import os
import shlex
from typing import TYPE_CHECKING

from reproof import __version__
from reproof.runs.capture.environment.flags import pins_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reproof.starting.found import Project

SOURCE = "https://github.com/reproof-ml/reproof"
SETTINGS, HOOKS = "reproof.toml", ".pre-commit-config.yaml"
WORKFLOWS = {  # path -> the starter in this folder
    ".github/workflows/reproof.yml": "pull-request.yml",
    ".github/workflows/reproof-record.yml": "record.yml",
}
HOOK_ENTRY = f"""\
  - repo: {SOURCE}
    rev: v{__version__}
    hooks:
      - id: unpinned-dependencies
      - id: hardcoded-hyperparameters
      - id: dirty-notebooks
"""


def releases(paths: Iterable[str]) -> str:
    """Which releases new files name: one that is not there fails at its first use, and says less. May be empty."""
    kinds = {"hooks" if path.startswith(".pre-commit") else "workflows" for path in paths if path[:1] == "."}
    tags = [f"the {kind} name v{__version__ if kind == 'hooks' else 1}" for kind in sorted(kinds)]
    if not tags:
        return ""
    said = f"{', '.join(tags)}: see that this release is there, else name a commit:"
    return f"{said}\n  git ls-remote --tags {SOURCE}"


def settings(project: Project, *, pinned: bool) -> str:
    """`reproof.toml`: what was found and is not the default; what could be meant stands as comments."""
    trains = [_quoted(f"python {shlex.quote(path)}") for path in project.trains]
    lines = [f"# Every key has a default: {SOURCE}/blob/main/docs/reference/configuration.md"]
    if len(trains) == 1:
        lines.append(f"train = {trains[0]}")
    elif trains:
        lines += ["# Which of these is the training?", *(f"# train = {command}" for command in trains)]
    if project.python:
        lines.append(f"python = {_quoted(project.python)}")
    if project.metrics:
        lines.append(f"metrics = [{_quoted(project.metrics)}]")
    text = "\n".join(lines) + "\n"
    return text + "\n" + numerics(project, "numerics") if pinned else text


def numerics(project: Project, table: str) -> str:
    """The table of variables that make machines compute alike, with the reason beside each."""
    lines = [
        "# The training's own environment variables, the same on every machine: kernels for AVX2, two threads.",
        "# It costs speed where a CPU has AVX-512 or more cores; two machines agree to the bit more often.",
        f"[{table}]",
    ]
    told = None
    for name, (value, why) in pins_for(project.packages).items():
        if why != told:
            lines.append(f"# {why}")
        told = why
        lines.append(f"{name} = {_quoted(value)}")
    return "\n".join(lines) + "\n"


def hooks() -> str:
    """`.pre-commit-config.yaml`."""
    return f"repos:\n{HOOK_ENTRY}"


def workflow(path: str, branch: str) -> str:
    """A workflow; `branch` is the one whose merges are recorded."""
    with open(os.path.join(os.path.dirname(__file__), WORKFLOWS[path]), encoding="utf-8") as handle:
        text = handle.read()
    return text if branch == "main" else text.replace("branches: [main]", f"branches: [{_quoted(branch)}]")


def _quoted(text: str) -> str:
    """A string of TOML, YAML and JSON."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
