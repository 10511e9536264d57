"""Where an environment is declared that the root does not declare: in the folders that trainings start from."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from reproof.runs.pipeline import folders_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reproof.ports import Snapshot
    from reproof.runs.layout import Layout


class Folder:
    """A folder of a snapshot, whose files have their paths from there; what they name may lie above it."""

    def __init__(self, snapshot: Snapshot, path: str) -> None:
        self._snapshot = snapshot
        self._path = path

    def files(self) -> Mapping[str, str]:
        """Path from the folder -> id, of the files in it and below."""
        start = f"{self._path}/"
        return {
            path.removeprefix(start): oid
            for path, oid in self._snapshot.files().items()
            if path.startswith(start)
        }

    def read(self, path: str) -> bytes | None:
        """The content of a file, None where there is none."""
        return self._snapshot.read(self.from_root(path))

    def from_root(self, path: str) -> str:
        """A path of the folder as one of the snapshot."""
        return posixpath.normpath(posixpath.join(self._path, path))


def starting_folders(snapshot: Snapshot, layout: Layout) -> tuple[tuple[str, ...], ...]:
    """For each command, the folders in which its environment may be declared, nearest first, the root left out.

    A command starts in a stage's folder, and from the folder of a tracked file that it names (`python a/train.py`).
    """
    stages = layout.pipeline.stages if layout.pipeline and layout.runs_dvc else ()
    commands = [(stage.folder, stage.cmd.split()) for stage in stages] or [("", list(layout.command))]
    files = snapshot.files()
    named: dict[str, None] = {}
    for folder, words in commands:
        paths = [posixpath.normpath(posixpath.join(folder, word)) for word in words]
        named |= dict.fromkeys(path for path in paths if path in files)
        named |= {f"{folder}/": None} if folder else {}
    return tuple(dict.fromkeys(chain for path in named if (chain := tuple(folders_of(path)))))
