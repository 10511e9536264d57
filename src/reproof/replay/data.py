"""The recorded data, put into a scratch clone by hash: from DVC's cache, or from the work tree where it still lies.

Only what has the recorded hash is taken. What a DVC remote has is left to `dvc pull`.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from reproof.replay.missing import Missing
from reproof.runs.dvc_cache import is_inside, restore
from reproof.runs.hashing import hash_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reproof.runs.record import DataFile


def place_data(data: Iterable[DataFile], clone: str, scratch: str, cache: str | None) -> tuple[Missing, ...]:
    """Put the inputs at their paths below `scratch`; those that could not be had, DVC's aside.

    `clone` is the user's work tree and `cache` its DVC cache; both are only read.
    """
    missing: list[Missing] = []
    for item in data:
        kind, _, digest = item.hash.partition(":")
        target = os.path.join(scratch, item.path)
        if not is_inside(item.path) or os.path.lexists(target):
            continue
        if kind == "md5" and cache:
            restore(cache, digest, target)
        elif kind == "sha256":
            missing += _from_work_tree(item, os.path.join(clone, item.path), target)
    return tuple(missing)


def _from_work_tree(item: DataFile, source: str, target: str) -> Iterator[Missing]:
    if not os.path.exists(source):
        yield Missing(item.path, "nobody tracks it, and it does not lie in this work tree any more")
        return
    found = hash_data([source])[source].hash
    if found != item.hash:
        yield Missing(item.path, "nobody tracks it, and what lies in this work tree is another version")
        return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.isdir(source):
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)
