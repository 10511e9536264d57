"""Whether DVC-tracked data still is what its `.dvc` file says: edited without `dvc add`, it is another input.

Told by the bytes that lie there, with every hash that DVC or reproof has computed before. Only for what does not
agree is DVC itself asked, where there is one: it also knows files that `.dvcignore` leaves out.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from reproof.errors import UsageError
from reproof.runs.folders import files_below
from reproof.runs.hashing import hash_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from reproof.runs.hashing import Remembered
    from reproof.runs.record import DataFile

    # Which of the paths DVC takes for edited; None where it cannot be asked.
    Ask = Callable[[tuple[str, ...]], frozenset[str] | None]


def as_it_lies(
    data: Iterable[DataFile], root: str, known: Remembered, ask: Ask | None = None
) -> tuple[DataFile, ...]:
    """The data, each with the MD5 that `dvc add` would give it now; what is not there stays as declared.

    Raises `UsageError` for what cannot be read.
    """
    items = tuple(data)
    here = [item for item in items if item.hash.startswith("md5:") and _exists(root, item)]
    try:
        now = _hashes(here, root, known)
    except OSError as error:
        place = os.path.relpath(error.filename or root, root)
        raise UsageError(f"the data {place} cannot be read: {error.strerror}") from None
    edited = tuple(item.path for item in here if now[item.path].hash != item.hash)
    if edited and ask and (confirmed := ask(edited)) is not None:
        edited = tuple(path for path in edited if path in confirmed)
    return tuple(now[item.path] if item.path in edited else item for item in items)


def _exists(root: str, item: DataFile) -> bool:
    return os.path.exists(os.path.join(root, item.path))


def _hashes(items: Iterable[DataFile], root: str, known: Remembered) -> dict[str, DataFile]:
    """The items with hash and size of what lies there; where it came from is not known any more."""
    files: dict[str, list[tuple[str, str]]] = {}
    folders = set()
    for item in items:
        place = os.path.abspath(os.path.join(root, item.path))
        if os.path.isdir(place):
            folders.add(item.path)
            files[item.path] = [(entry.name, entry.place) for entry in files_below(place)]
        else:
            files[item.path] = [("", place)]
    places = {place for listed in files.values() for _, place in listed}
    digests, stamps = hash_files(places, known, algorithm="md5")
    found = {}
    for item in items:
        listed = files[item.path]
        is_folder = item.path in folders
        digest = _of_folder(listed, digests) if is_folder else digests[listed[0][1]]
        size = sum(stamps[place].size for _, place in listed)
        count = len(listed) if is_folder else None
        found[item.path] = replace(
            item, hash=f"md5:{digest}", size=size, files=count, source=None, version=None
        )
    return found


def _of_folder(listed: list[tuple[str, str]], digests: dict[str, str]) -> str:
    """DVC's hash of a folder: that of the JSON which lists its files' names and hashes."""
    entries = [{"md5": digests[place], "relpath": name} for name, place in listed]
    text = json.dumps(sorted(entries, key=lambda entry: entry["relpath"]), sort_keys=True)
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() + ".dir"
