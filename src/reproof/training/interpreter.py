"""Which interpreter a command trains with where it chooses one itself: `uv run …`, `.venv/bin/torchrun …`.

To look at another one, the `python` on PATH, would record packages that no training has seen.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Their `run` prefers the environment in the project's folder.
RUNNERS = ("uv", "pdm", "rye", "poetry", "pipenv")
PYTHONS = (("bin", "python"), ("Scripts", "python.exe"))


def chosen_by(command: Sequence[str], root: str, environ: Mapping[str, str]) -> str | None:
    """The interpreter that the first words of a command at `root` decide on; None where PATH does."""
    program, verb = command[0], command[1] if len(command) > 1 else ""
    if os.sep in program:
        folder = os.path.join(root, os.path.dirname(program))
        places = [os.path.join(folder, name) for _, name in PYTHONS]
    elif program in RUNNERS and verb == "run":
        own = environ.get("UV_PROJECT_ENVIRONMENT") if program == "uv" else None
        places = [os.path.join(root, own or ".venv", *parts) for parts in PYTHONS]
    else:
        return None
    return next((place for place in places if os.path.isfile(place)), None)
