"""The recorded environment, rebuilt: Python, then the lock, then each package that still differs from the record.

The record is what counts: where the lock says one version and another was installed, the installed one is had.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from reproof.errors import UsageError
from reproof.lint.requirements.pinned import normalise
from reproof.replay.missing import Missing
from reproof.runs.capture.environment.observe import installed_packages
from reproof.runs.dvc_cache import is_inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reproof.runs.record import Environment, Observed

MANAGERS = frozenset(("pip", "uv"))  # they install, no training imports them, and a recorded one may be any
MOST_NAMED = 8
_HASHED = re.compile(rb"(?m)^[^#\n]*--hash=sha256:")
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+!_-]*")
_PYTHON = re.compile(r"CPython ((\d+\.\d+)\.\S+)")


class Installer(Protocol):
    """Builds one virtual environment; each verb gives what is wrong in a sentence, None where all went well."""

    @property
    def python(self) -> str:
        """The environment's interpreter."""

    def create(self, python: str | None) -> str | None:
        """An empty environment of a Python (`3.11.7`, None for any)."""

    def sync(self, project: str) -> str | None:
        """Install what `uv.lock` of a project says."""

    def sync_requirements(self, path: str, *, hashed: bool) -> str | None:
        """Install a requirements file, with its hashes where it has them."""

    def install(self, requirements: Sequence[str], folder: str) -> str | None:
        """Install these and nothing that they ask for; paths among them start at `folder`."""


def rebuild_environment(
    recorded: Environment, root: str, installer: Installer, environ: Mapping[str, str]
) -> tuple[Missing, ...]:
    """Build it in a scratch clone at `root`; what could not be had as recorded.

    `environ` is what the look at the built environment sees. Raises `UsageError` where there is no Python at all.
    """
    missing = [*_create(recorded, installer)]
    if problem := _locked(recorded, root, installer):
        missing.append(Missing(f"the lock {recorded.sources[0]}", problem))
    if recorded.observed is None:
        missing.append(
            Missing("the installed packages", "this record was not observed: only what is declared")
        )
        return tuple(missing)
    missing += _conda(recorded.observed)
    missing += _align(recorded.observed, root, installer, environ)
    return tuple(missing)


def _conda(recorded: Observed) -> Iterator[Missing]:
    """Of what conda installed the packages of Python can be had elsewhere, in other builds."""
    put = [name.removeprefix("conda ") for name, _ in recorded.libraries if name.startswith("conda ")]
    packages = dict(recorded.packages)
    others = [name for name in put if normalise(name) not in packages]
    if put:
        named = ", ".join(others[:MOST_NAMED]) + (", …" if len(others) > MOST_NAMED else "")
        lost = f"; left out: {named}" if others else ""
        yield Missing("conda's builds", f"its packages of Python are those of the index{lost}")


def _create(recorded: Environment, installer: Installer) -> Iterator[Missing]:
    """The recorded Python to the patch version, else its minor version, else any."""
    python = recorded.observed.python if recorded.observed else None
    exact = _PYTHON.fullmatch(python or "")
    declared = dict(recorded.declared).get("python")
    choices = [exact.group(1), exact.group(2)] if exact else [declared] if declared else []
    first = None
    for choice in (*choices, None):
        problem = installer.create(choice)
        first = first or problem
        if problem is None:
            wanted = python or declared
            if first and wanted:
                yield Missing(wanted, f"another version stands in: {first}")
            elif python and not exact:
                yield Missing(python, "only CPython is rebuilt; the default one stands in")
            return
    raise UsageError(f"no Python for the replay: {first}")


def _locked(recorded: Environment, root: str, installer: Installer) -> str | None:
    if "uv.lock" in recorded.sources:
        return installer.sync(root)
    for name in recorded.sources:
        path = os.path.join(root, name)
        if not name.endswith(".txt") or not os.path.isfile(path):
            continue
        with open(path, "rb") as handle:
            hashed = bool(_HASHED.search(handle.read()))
        if hashed or recorded.observed is None:
            return installer.sync_requirements(path, hashed=hashed)
        return None  # without hashes the recorded list says more than the file
    return None


def _align(
    recorded: Observed, root: str, installer: Installer, environ: Mapping[str, str]
) -> Iterator[Missing]:
    built, _ = installed_packages(installer.python, root, environ)
    origins = dict(recorded.origins)
    wanted = []
    for name, version in recorded.packages:
        if name in MANAGERS or (built.get(name) == version and name not in origins):
            continue
        requirement = _requirement(name, version, origins.get(name), root)
        if requirement is None:
            origin = origins.get(name, "nowhere that is known")
            yield Missing(f"package {name} {version}", f"it came from {origin}, which is not at hand")
        else:
            wanted.append((name, version, requirement))
    for name, version, problem in _install(wanted, root, installer):
        public = version.partition("+")[0]
        stands_in = public != version and installer.install([f"{name}=={public}"], root) is None
        why = f"{public} of the index stands in" if stands_in else problem
        yield Missing(f"package {name} {version}", why)


def _requirement(name: str, version: str, origin: str | None, root: str) -> str | None:
    """How to ask for a package; None where it came from what only the recording machine had.

    A record may be a stranger's: what is no name or no version is not asked for.
    """
    if not _NAME.fullmatch(name) or not _VERSION.fullmatch(version):
        return None
    if origin is None:
        return f"{name}=={version}"
    if origin.startswith(("git+", "https://")):
        return f"{name} @ {origin}"
    kind, _, path = origin.partition(": ")
    place = os.path.join(root, path)
    if kind not in ("editable", "local") or not is_inside(path) or not _installable(place):
        return None
    return f"-e{place}" if kind == "editable" else f"{name} @ {Path(place).as_uri()}"


def _installable(place: str) -> bool:
    """Whether a place in the repository is a project, or a built package."""
    files = ("pyproject.toml", "setup.py")
    return os.path.isfile(place) or any(os.path.isfile(os.path.join(place, name)) for name in files)


def _install(
    wanted: Sequence[tuple[str, str, str]], root: str, installer: Installer
) -> Iterator[tuple[str, str, str]]:
    """All at once, else in halves, so that one package that is gone does not cost a call for each of the others."""
    if not wanted:
        return
    problem = installer.install([requirement for _, _, requirement in wanted], root)
    if problem is None:
        return
    if len(wanted) == 1:
        yield (*wanted[0][:2], problem)
        return
    half = len(wanted) // 2
    yield from _install(wanted[:half], root, installer)
    yield from _install(wanted[half:], root, installer)
