"""`Installer` on the uv program: virtual environments of a recorded Python, packages at recorded versions.

uv's own cache makes the second environment cheap, so none is kept here. uv fetches a Python that is not installed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from reproof.errors import MissingToolError
from reproof.redact import redact, secret_values
from reproof.training.withheld import without_ours

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SECONDS = 1800  # of one call: a framework with its accelerator's libraries is some gigabytes
# Settings of a person's shell that would send packages elsewhere than into the environment that is named.
ELSEWHERE = ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONHOME", "PYTHONPATH", "UV_PROJECT_ENVIRONMENT", "UV_PYTHON")


class Uv:
    """Builds one virtual environment."""

    def __init__(self, environ: Mapping[str, str], folder: str, indexes: Sequence[str] = ()) -> None:
        """`folder` is where the environment comes to be; `indexes` are options that say where packages come from.

        Raises `MissingToolError` where there is no uv.
        """
        self.folder = folder
        self._indexes = tuple(indexes)
        self._secrets = secret_values(environ)
        kept = without_ours(environ)
        self._environ = {name: value for name, value in kept.items() if name not in ELSEWHERE}
        beside = os.pathsep.join([environ.get("PATH", os.defpath), os.path.dirname(sys.executable)])
        found = shutil.which("uv", path=beside)
        if found is None:
            raise MissingToolError(
                "uv is not installed; it rebuilds the recorded environment", "pip install uv"
            )
        self._uv = found

    @property
    def python(self) -> str:
        """The environment's interpreter."""
        parts = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
        return os.path.join(self.folder, *parts)

    def create(self, python: str | None) -> str | None:
        """An empty environment of a Python (`3.11.7`, None for any); what is wrong, else None."""
        wanted = ("--python", python) if python else ()
        return self._problem("venv", "-q", "--clear", "--no-project", *wanted, self.folder)

    def sync(self, project: str) -> str | None:
        """Install what `uv.lock` of a project says; what is wrong, else None."""
        return self._problem("sync", "-q", "--frozen", "--inexact", "--python", self.python, folder=project)

    def sync_requirements(self, path: str, *, hashed: bool) -> str | None:
        """Install a requirements file, with its hashes where it has them; what is wrong, else None."""
        words = ("sync", "--require-hashes") if hashed else ("install", "-r")
        return self._problem("pip", words[0], "-q", "--python", self.python, *self._indexes, *words[1:], path)

    def install(self, requirements: Sequence[str], folder: str) -> str | None:
        """Install these and nothing that they ask for; what is wrong, else None. `folder`: paths start there."""
        words = ("pip", "install", "-q", "--no-deps", "--python", self.python)
        problem = self._problem(*words, *self._indexes, *requirements, folder=folder)
        others = [word for word in self._indexes if not word.startswith("--extra-index-url=")]
        if problem and others != list(self._indexes):  # it may be gone, and pip would do without it
            return self._problem(*words, *others, *requirements, folder=folder) and problem
        return problem

    def _problem(self, *words: str, folder: str | None = None) -> str | None:
        environ = self._environ | {"UV_PROJECT_ENVIRONMENT": self.folder}
        try:
            done = subprocess.run(
                [self._uv, *words],
                cwd=folder or os.path.dirname(self.folder),
                env=environ,
                capture_output=True,
                stdin=subprocess.DEVNULL,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"uv took longer than {SECONDS} s"
        except OSError as error:
            return f"uv cannot be started: {error.strerror}"
        if done.returncode == 0:
            return None
        said = redact(done.stderr.decode("utf-8", "replace"), self._secrets)
        return _sentence(said) or f"uv exited with {done.returncode}"


def _sentence(said: str) -> str:
    """uv's complaint without its drawing and its headings, on one line."""
    lines = [re.sub(r"^[^\w'\"`(]+", "", line).rstrip() for line in said.splitlines()]
    text = " ".join(line for line in lines if line and not line.startswith(("warning:", "hint:")))
    return text.removeprefix("error: ").removeprefix("No solution found when resolving dependencies cause: ")[
        :300
    ]
