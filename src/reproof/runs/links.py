"""What symbolic links inside of a repository lead to: whoever reads a link reads that, so it is in the key."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reproof.runs.pipeline import folders_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from reproof.runs.pipeline import Pipeline

MOST = 1000  # places that names are followed to: `a -> a/b` leads on without end


class Links:
    """The symbolic links of a snapshot: path -> where it leads, both from the root."""

    def __init__(self, ends: Mapping[str, str]) -> None:
        self._ends = ends
        self._below: dict[str, list[str]] = {}
        for path in ends:
            for folder in folders_of(path):
                self._below.setdefault(folder, []).append(path)

    def led_to(self, names: Iterable[str]) -> tuple[str, ...]:
        """The places that are reached from names (files or folders) through links at, below or above them."""
        found = dict.fromkeys(name.rstrip("/") for name in names)
        given = len(found)
        left = list(found)
        while left and len(found) < given + MOST:
            for end in self._next(left.pop()):
                if end not in found:
                    found[end] = None
                    left.append(end)
        return tuple(found)[given:]

    def _next(self, name: str) -> Iterator[str]:
        for above in (name, *folders_of(name)):
            if above in self._ends:
                yield f"{self._ends[above]}{name[len(above) :]}"
        for path in self._below.get(name, ()):
            yield self._ends[path]

    def followed(self, pipeline: Pipeline | None) -> Pipeline | None:
        """The pipeline whose stages also read what links among their inputs lead to."""
        if pipeline is None or not self._ends:
            return pipeline
        stages = (
            replace(stage, besides=(*stage.besides, *self.led_to(stage.inputs))) for stage in pipeline.stages
        )
        return replace(pipeline, stages=tuple(stages))

    def to_folders(self, files: Iterable[str]) -> tuple[str, ...]:
        """The links that lead to a folder with some of the files in it."""
        folders = {folder for path in files for folder in folders_of(path)} if self._ends else set()
        return tuple(path for path, end in self._ends.items() if end in folders)
