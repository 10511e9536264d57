"""The declared environment, read from a commit alone: a part of the key. Nothing is installed, fetched or run.

Of Python's locks the first that is there counts, without one the requirement lines; beside it what conda installs,
images, and `.python-version`. `docs/explanation/key.md` says what is left out, and why.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from reproof.errors import UsageError
from reproof.runs.capture.environment.conda import read_conda
from reproof.runs.capture.environment.folder import Folder, starting_folders
from reproof.runs.capture.environment.images import read_images
from reproof.runs.capture.environment.lines import REQUIREMENTS, Lines
from reproof.runs.capture.environment.locks import LOCKS, read_lock
from reproof.runs.capture.environment.wanted import Wanted, by_name, text_of
from reproof.runs.record import Environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reproof.ports import Snapshot
    from reproof.runs.layout import Layout


@dataclass(frozen=True, slots=True)
class DeclaredEnvironment:
    """What the key is made of, and the packages one by one, to be compared with those that are installed.

    `complete` says that a lock names every package that should be there.
    """

    environment: Environment
    packages: tuple[Wanted, ...] = ()
    complete: bool = False


def declared_environment(snapshot: Snapshot, layout: Layout | None = None) -> DeclaredEnvironment:
    """Read it; raises `UsageError` with the file for one that cannot be read.

    Where no file of the root declares packages, those of the folders count that the layout's commands start from.
    """
    found = _declared(snapshot)
    if not found.sources and layout:
        for chain in starting_folders(snapshot, layout):
            found = found.with_those_of(_nearest(snapshot, chain))
    sources = list(found.sources)
    complete = bool(sources) and posixpath.basename(sources[0]) in LOCKS
    others = [*found.others, *read_images(snapshot, sources), *_python(snapshot, sources)]
    declared = by_name([*found.packages, *others])
    return DeclaredEnvironment(Environment(tuple(declared.items()), tuple(sources)), found.packages, complete)


class _Found(NamedTuple):
    """Python's packages, conda's, and the files that name them."""

    packages: tuple[Wanted, ...] = ()
    others: tuple[Wanted, ...] = ()
    sources: tuple[str, ...] = ()

    def with_those_of(self, more: _Found) -> _Found:
        return _Found(
            tuple(dict.fromkeys((*self.packages, *more.packages))),
            tuple(dict.fromkeys((*self.others, *more.others))),
            tuple(dict.fromkeys((*self.sources, *more.sources))),
        )


def _nearest(snapshot: Snapshot, chain: Iterable[str]) -> _Found:
    """What the first of the folders declares that declares any packages."""
    for path in chain:
        folder = Folder(snapshot, path)
        try:
            found = _declared(folder)
        except UsageError as error:
            raise UsageError(f"{path}/{error.message}", error.hint) from None
        if found.sources:
            return found._replace(sources=tuple(map(folder.from_root, found.sources)))
    return _Found()


def _declared(place: Snapshot | Folder) -> _Found:
    sources: list[str] = []
    packages = _packages(place, sources)
    others = read_conda(place, sources)
    return _Found(tuple(packages), tuple(others), tuple(sources))


def _packages(snapshot: Snapshot | Folder, sources: list[str]) -> list[Wanted]:
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
