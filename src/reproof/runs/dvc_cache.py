"""Files and folders out of DVC's cache by their hash, read without DVC. What does not have its hash is not had."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from typing import Any

BLOCK = 1 << 20


def restore(cache: str, digest: str, target: str) -> bool:
    """Copy a file or a folder out of a cache; False, and nothing there, where a part of it is missing or broken."""
    if not digest.endswith(".dir"):
        return _copy_object(cache, digest, target)
    parts = _parts(cache, digest)
    if parts is None or any(not is_inside(path) or _object(cache, md5) is None for md5, path in parts):
        return False
    if all(_copy_object(cache, md5, os.path.join(target, path)) for md5, path in parts):
        os.makedirs(target, exist_ok=True)
        return True
    shutil.rmtree(target, ignore_errors=True)
    return False


def is_inside(path: str) -> bool:
    """Whether a relative path stays where it starts."""
    return not os.path.isabs(path) and ".." not in path.replace("\\", "/").split("/")


def _parts(cache: str, digest: str) -> list[tuple[str, str]] | None:
    """(hash, name) of a folder's files, from its listing; None where there is none that can be read."""
    listing = _object(cache, digest)
    if listing is None:
        return None
    try:
        with open(listing, "rb") as handle:
            entries: Any = json.load(handle)
        return [(str(entry["md5"]), str(entry["relpath"])) for entry in entries]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


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
