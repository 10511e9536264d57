"""The recorded data, put into a scratch clone by hash: from DVC's cache, or from the work tree where it still lies.

Only what has the recorded hash is taken. What a DVC remote has is left to `dvc pull`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from typing import TYPE_CHECKING, Any

from reproof.replay.missing import Missing
from reproof.runs.hashing import hash_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reproof.runs.record import DataFile

BLOCK = 1 << 20


def place_data(data: Iterable[DataFile], clone: str, scratch: str, cache: str | None) -> tuple[Missing, ...]:
    """Put the inputs at their paths below `scratch`; those that could not be had, DVC's aside.

    `clone` is the user's work tree and `cache` its DVC cache; both are only read.
    """
    missing: list[Missing] = []
    for item in data:
        kind, _, digest = item.hash.partition(":")
        target = os.path.join(scratch, item.path)
        if not _inside(item.path) or os.path.lexists(target):
            continue
        if kind == "md5" and cache:
            _from_cache(cache, digest, target)
        elif kind == "sha256":
            missing += _from_work_tree(item, os.path.join(clone, item.path), target)
    return tuple(missing)


def _from_cache(cache: str, digest: str, target: str) -> None:
    """A file or a folder out of DVC's cache; nothing where a part of it is not there, or is broken."""
    if not digest.endswith(".dir"):
        _copy_object(cache, digest, target)
        return
    listing = _object(cache, digest)
    if listing is None:
        return
    try:
        with open(listing, "rb") as handle:
            entries: Any = json.load(handle)
        parts = [(str(entry["md5"]), str(entry["relpath"])) for entry in entries]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return
    if any(not _inside(path) or _object(cache, md5) is None for md5, path in parts):
        return
    if not all(_copy_object(cache, md5, os.path.join(target, path)) for md5, path in parts):
        shutil.rmtree(target, ignore_errors=True)


def _object(cache: str, digest: str) -> str | None:
    """Where the cache has an object: in DVC 3's folder, or in that of the versions before it."""
    if set(digest.removesuffix(".dir")) - set("0123456789abcdef") or len(digest) < 32:
        return None
    for folder in ("files/md5", ""):
        path = os.path.join(cache, folder, digest[:2], digest[2:])
        if os.path.isfile(path):
            return path
    return None


def _copy_object(cache: str, digest: str, target: str) -> bool:
    """A copy, and no link: what a training writes must never reach the cache."""
    source = _object(cache, digest)
    if source is None:
        return False
    os.makedirs(os.path.dirname(target), exist_ok=True)
    md5 = hashlib.md5(usedforsecurity=False)
    with open(source, "rb") as reader, open(target, "wb") as writer:
        while block := reader.read(BLOCK):
            md5.update(block)
            writer.write(block)
    if md5.hexdigest() != digest and not _text_of(target, digest):
        os.unlink(target)
        return False
    return True


def _text_of(path: str, digest: str) -> bool:
    """DVC before version 3 hashed text with Unix line ends."""
    with open(path, "rb") as handle:
        data = handle.read().replace(b"\r\n", b"\n")
    return hashlib.md5(data, usedforsecurity=False).hexdigest() == digest


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


def _inside(path: str) -> bool:
    return not os.path.isabs(path) and ".." not in path.replace("\\", "/").split("/")
