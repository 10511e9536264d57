"""The real `reproof check` on files that a benchmark laid out: a process of its own, its JSON read back.

What was found is judged elsewhere.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

RULE = "hardcoded-hyperparameter"
# So many files a process: a command line of this length is allowed everywhere.
_BATCH = 400


class Found(NamedTuple):
    """One finding. Lines count from 1; `cell` from 0 among all cells, as labels do, and None in a script."""

    path: str
    cell: int | None
    line: int
    rule: str
    kind: str
    name: str
    value: str | None
    message: str

    @property
    def place(self) -> str:
        """Where it is, for people: `path:line`, with the cell's number in a notebook."""
        return place(self.path, self.cell, self.line)


def place(path: str, cell: int | None, line: int) -> str:
    """A place for people; cells counted from 1 among all cells, as the findings' text format counts."""
    return f"{path}:{line}" if cell is None else f"{path}:cell {cell + 1}:{line}"


def check(folder: Path, paths: list[str], *, strict: bool = False) -> list[Found]:
    """What the rule finds in `paths` (relative to `folder`), in order.

    The folder gets a `reproof.toml`, so it must be one that the benchmark made. Raises `RuntimeError` where
    the command itself fails.
    """
    Path(folder, "reproof.toml").write_text(f"[check]\nstrict = {str(strict).lower()}\n", encoding="utf-8")
    found: list[Found] = []
    for start in range(0, len(paths), _BATCH):
        found += map(_found, _run(folder, paths[start : start + _BATCH]))
    return found


def _run(folder: Path, paths: list[str]) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "reproof", "check", "--format", "json", "--select", RULE, "--", *paths]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(
            f"reproof check failed ({done.returncode}): {done.stderr.decode(errors='replace')}"
        )
    findings: list[dict[str, Any]] = json.loads(done.stdout)
    return findings


def _found(finding: dict[str, Any]) -> Found:
    cell = finding["cell"]
    return Found(
        path=finding["path"],
        cell=None if cell is None else cell - 1,
        line=finding["line"],
        rule=finding["rule"],
        kind=finding["kind"],
        name=finding["name"],
        value=finding["value"],
        message=finding["message"],
    )


def code_line(folder: Path, path: str, cell: int | None, line: int) -> str:
    """The line of source at a place, stripped and cut to one terminal line; empty where there is none."""
    try:
        text = Path(folder, path).read_bytes().decode("utf-8", "replace")
        if cell is not None:
            source = json.loads(text)["cells"][cell]["source"]
            text = "".join(source) if isinstance(source, list) else source
        return text.splitlines()[line - 1].strip()[:100]
    except (OSError, ValueError, LookupError, TypeError):
        return ""
