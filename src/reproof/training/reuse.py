"""The outputs of stages that are not trained anew: where they lie with their hash, else out of DVC's cache."""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reproof.runs.capture.dvc_data import as_it_lies
from reproof.runs.dvc_cache import is_inside, restore
from reproof.runs.record import DataFile
from reproof.training.stages import choose_stages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reproof.runs.hashing import Remembered
    from reproof.runs.record import RunRecord
    from reproof.training.stages import Choice, Reused


@dataclass(frozen=True, slots=True)
class Outputs:
    """The outputs of a work tree at `root`; `cache` is DVC's folder of files by hash, `known` what is hashed."""

    root: str
    cache: str | None
    known: Remembered

    def place(self, choice: Choice) -> frozenset[tuple[str, str]]:
        """Have the outputs of the reused stages in the work tree; the (run, stage) of those that cannot be had.

        What lies at an output's place gives way, as it does to `dvc repro`.
        """
        return frozenset(
            (reused.run, reused.stage.name) for reused in choice.reused if not self._have(reused)
        )

    def changed(self, choice: Choice) -> tuple[str, ...]:
        """Outputs of reused stages that are not, or no longer, as they were recorded."""
        return tuple(path for reused in choice.reused for path in self._other(reused.outputs))

    def _have(self, reused: Reused) -> bool:
        for path in self._other(reused.outputs):
            kind, _, digest = dict(reused.outputs)[path].partition(":")
            target = os.path.join(self.root, path)
            if kind != "md5" or not is_inside(path) or self.cache is None:
                return False
            beside = f"{target}.reproof"  # first all of it, then in place of what is there
            if not restore(self.cache, digest, beside):
                return False
            _remove(target)
            os.replace(beside, target)
        return True

    def _other(self, outputs: Iterable[tuple[str, str]]) -> list[str]:
        """Those that are not there, or have another hash."""
        items = [DataFile(path, digest) for path, digest in outputs]
        now = as_it_lies(items, self.root, self.known)
        return [
            item.path
            for item, found in zip(items, now, strict=True)
            if found.hash != item.hash or not os.path.exists(os.path.join(self.root, item.path))
        ]


def choose_at_hand(
    outputs: Outputs,
    upstream: Mapping[str, tuple[str, ...]],
    keys: Mapping[str, str],
    recorded: Sequence[RunRecord],
) -> Choice:
    """`choose_stages`, with the outputs of the reused ones in the work tree; one that cannot be had is trained."""
    lacking: frozenset[tuple[str, str]] = frozenset()
    while True:
        choice = choose_stages(upstream, keys, recorded, lacking)
        missed = outputs.place(choice)
        if not missed:
            return choice
        lacking |= missed


def _remove(place: str) -> None:
    """Whatever is there; a link goes, and not what it leads to."""
    with contextlib.suppress(FileNotFoundError):
        if os.path.isdir(place) and not os.path.islink(place):
            shutil.rmtree(place)
        else:
            os.unlink(place)
