"""Canonical hashes of artifacts: equal where the meaning is equal, whatever the container adds.

Files are read as bytes in chunks; nothing is ever unpickled. Formats without a rule here hash as raw bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK = 1 << 20


def artifact_hash(path: str) -> str:
    """`sha256:<hex>` of a file, or of a folder's files by relative path; raises `OSError`."""
    if os.path.isdir(path):
        digest = hashlib.sha256()
        for name in sorted(_files_below(path)):
            line = f"{artifact_hash(os.path.join(path, name))} {name}\n"
            digest.update(line.encode("utf-8", "surrogateescape"))
        return f"sha256:{digest.hexdigest()}"
    if path.endswith(".json"):
        return _json_hash(path)
    if path.endswith(".gz"):
        return _gzip_hash(path)
    with open(path, "rb") as handle:
        return _stream_hash(handle)


def _files_below(folder: str) -> Iterator[str]:
    for base, folders, names in os.walk(folder):
        folders.sort()
        for name in names:
            full = os.path.join(base, name)
            if os.path.isfile(full):
                yield os.path.relpath(full, folder).replace(os.sep, "/")


def _stream_hash(handle: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := handle.read(CHUNK):
        digest.update(chunk)
    return f"sha256:{digest.hexdigest()}"


def _json_hash(path: str) -> str:
    """JSON by value: keys sorted, floats in their shortest form; raw bytes where it does not parse."""
    with open(path, "rb") as handle:
        data = handle.read()
    try:
        text = json.dumps(json.loads(data), sort_keys=True, separators=(",", ":"))
    except (ValueError, RecursionError):
        return f"sha256:{hashlib.sha256(data).hexdigest()}"
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _gzip_hash(path: str) -> str:
    """A gzip file by what it holds: its header has a time and a name. Raw bytes where it is broken."""
    try:
        with gzip.open(path, "rb") as handle:
            return _stream_hash(handle)  # type: ignore[arg-type]
    except (OSError, EOFError, zlib.error):
        with open(path, "rb") as handle:
            return _stream_hash(handle)
