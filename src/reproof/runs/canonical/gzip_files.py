"""A gzip file by what it holds: its header has a time and a name, and levels of compression differ."""

from __future__ import annotations

import gzip
import hashlib

from reproof.runs.canonical.frame import allowance, pieces


def gzip_digest(path: str) -> str:
    """SHA-256 of the unpacked bytes."""
    digest = hashlib.sha256()
    with gzip.open(path, "rb") as handle:
        for chunk in pieces(handle, allowance(path)):
            digest.update(chunk)
    return digest.hexdigest()
