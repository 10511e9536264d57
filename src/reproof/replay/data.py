"""The recorded data, put into a scratch clone by hash: from DVC's cache, or from the work tree where it still lies.

Only what has the recorded hash is taken. What a DVC remote has is left to `dvc pull`.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from reproof.errors import UsageError
from reproof.replay.missing import Missing
from reproof.runs.dvc_cache import is_inside, restore
from reproof.runs.hashing import hash_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from reproof.runs.record import DataFile


def place_data(
    data: Iterable[DataFile], clone: str, scratch: str, cache: str | None, tracked: Mapping[str, str]
) -> tuple[Missing, ...]:
    """Put the inputs at their paths below `scratch`; those that can be had nowhere.

    `clone` is the user's work tree and `cache` its DVC cache; both are only read. `tracked` are the hashes that the
    commit's `.dvc` files have by path: those can still be pulled.
    """
    missing: list[Missing] = []
    for item in data:
        kind, _, digest = item.hash.partition(":")
        source, target = os.path.join(clone, item.path), os.path.join(scratch, item.path)
        if not is_inside(item.path):
            continue
        if kind == "sha256" and (os.path.islink(target) or not os.path.lexists(target)):
            missing += _from_work_tree(item, source, target)
        elif kind == "md5" and not os.path.lexists(target):
            restored = cache is not None and restore(cache, digest, target)
            if not restored and tracked.get(item.path) != item.hash:
                missing.append(
                    Missing(item.path, "it was edited after `dvc add`, and this DVC cache lacks that version")
                )
    return tuple(missing)


def refuse_lost(missing: Iterable[Missing]) -> None:
    """Raise `UsageError` for data that could not be had: a training without it would be another one."""
    lost = tuple(missing)
    if lost:
        told = "; ".join(f"{item.what}: {item.why}" for item in lost[:3])
        more = f" and {len(lost) - 3} more" if len(lost) > 3 else ""
        raise UsageError(
            f"the recorded data cannot be rebuilt: {told}{more}",
            "`reproof show RUN` has the hash: put that version back there. What DVC tracks, a replay fetches.",
        )


def _from_work_tree(item: DataFile, source: str, target: str) -> Iterator[Missing]:
    """A copy; where git tracks a link that leads out of the repository, a link to the same place."""
    if not os.path.exists(source):
        yield Missing(item.path, "nobody tracks it, and it does not lie in this work tree any more")
        return
    found = hash_data([source])[source].hash
    if found != item.hash:
        yield Missing(item.path, "nobody tracks it, and what lies in this work tree is another version")
        return
    if os.path.islink(target):
        os.unlink(target)
        os.symlink(os.path.realpath(source), target)
        return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.isdir(source):
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)
