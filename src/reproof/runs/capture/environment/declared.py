"""The declared environment, read from a commit alone: a part of the key. Nothing is installed, fetched or run.

Of Python's locks the first that is there counts, without one the requirement lines; beside it what conda installs,
images, and `.python-version`. `docs/explanation/key.md` says what is left out, and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reproof.runs.capture.environment.conda import read_conda
from reproof.runs.capture.environment.images import read_images
from reproof.runs.capture.environment.lines import REQUIREMENTS, Lines
from reproof.runs.capture.environment.locks import LOCKS, read_lock
from reproof.runs.capture.environment.wanted import Wanted, by_name, text_of
from reproof.runs.record import Environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.ports import Snapshot


@dataclass(frozen=True, slots=True)
class DeclaredEnvironment:
    """What the key is made of, and the packages one by one, to be compared with those that are installed.

    `complete` says that a lock names every package that should be there.
    """

    environment: Environment
    packages: tuple[Wanted, ...] = ()
    complete: bool = False


def declared_environment(snapshot: Snapshot) -> DeclaredEnvironment:
    """Read it; raises `UsageError` with the file for one that cannot be read."""
    sources: list[str] = []
    packages = _packages(snapshot, sources)
    complete = bool(sources) and sources[0] in LOCKS
    others = [*read_conda(snapshot, sources), *read_images(snapshot, sources), *_python(snapshot, sources)]
    declared = by_name([*packages, *others])
    return DeclaredEnvironment(
        Environment(tuple(declared.items()), tuple(sources)), tuple(packages), complete
    )


def _packages(snapshot: Snapshot, sources: list[str]) -> list[Wanted]:
    for path in LOCKS:
        data = snapshot.read(path)
        if data is not None:
            sources.append(path)
            return read_lock(data, path)
    lines = Lines(snapshot)
    first = next((path for path in REQUIREMENTS if snapshot.read(path) is not None), None)
    found = [*(lines.requirements(first) if first else lines.project())]
    sources += lines.sources
    return found


def _python(snapshot: Snapshot, sources: list[str]) -> Iterator[Wanted]:
    """The versions that `.python-version` names, in its order: the first is the one that is used."""
    data = snapshot.read(".python-version")
    if data is None:
        return
    sources.append(".python-version")
    lines = (line.partition("#")[0].strip() for line in text_of(data).splitlines())
    yield Wanted("python", ", ".join(line for line in lines if line))
