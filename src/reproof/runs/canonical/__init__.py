"""Canonical hashes of artifacts: equal where the meaning is equal, whatever the container adds.

A hash says how it was made: `json:sha256:<hex>`, `npz:sha256:<hex>`, …; `sha256:<hex>` alone is of the bytes as
they lie there (no format with a rule here, or a file that is not what its name says). The table is in
`docs/reference/canonical-hashes.md`. Nothing is unpickled or executed here; tables are read by the training's own
interpreter (`tables.py`), where it can.
"""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import warnings
import zlib
from typing import TYPE_CHECKING, Literal
from zipfile import BadZipFile

from reproof.runs.canonical.gzip_files import gzip_digest
from reproof.runs.canonical.json_files import json_digest
from reproof.runs.canonical.numpy_files import npy_digest, npz_digest
from reproof.runs.canonical.png import png_digest
from reproof.runs.canonical.safetensors import safetensors_digest
from reproof.runs.canonical.tables import TABLES, table_digests
from reproof.runs.canonical.torch_files import torch_digest
from reproof.runs.folders import entries_below, name_bytes, no_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from reproof.runs.interpreter import Interpreter

CHUNK = 1 << 20
# The way of a suffix: its name in the hash, and what gives the digest or raises one of `NOT_THIS`.
WAYS: dict[str, tuple[str, Callable[[str], str]]] = {
    ".json": ("json", json_digest),
    ".gz": ("gzip", gzip_digest),
    ".npy": ("npy", npy_digest),
    ".npz": ("npz", npz_digest),
    ".safetensors": ("safetensors", safetensors_digest),
    ".pt": ("torch", torch_digest),
    ".pth": ("torch", torch_digest),
    ".ckpt": ("torch", torch_digest),
    ".bin": ("torch", torch_digest),
    ".png": ("png", png_digest),
}
# Whether a way can be gone depends on the machine for these alone: everything else follows from the bytes.
TABLE = "table"
WITH_TABLES = "folder+table"
NOT_THIS = (
    ValueError, TypeError, AttributeError, LookupError, OverflowError, EOFError, MemoryError, RecursionError,
    RuntimeError, SyntaxError, BufferError, OSError, zlib.error, struct.error, BadZipFile,
)  # fmt: skip
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp"})
_PROSE = frozenset({".svg", ".pdf", ".log", ".html", ".htm"})


def artifact_hash(path: str, interpreter: Interpreter | None = None) -> str:
    """The hash of a file or a folder; raises `OSError` with the place.

    A folder is its files' names and hashes. What is neither file nor folder inside it counts by name and kind.
    """
    return artifact_hashes([path], interpreter)[path]


def artifact_hashes(paths: Iterable[str], interpreter: Interpreter | None = None) -> dict[str, str]:
    """The hashes of several artifacts; the interpreter is started at most once for all their tables."""
    listed = {path: _listed(path) for path in paths}
    files = [place for items in listed.values() for _, place, kind in items if kind == "file"]
    tables = [place for place in files if _suffix(place) in TABLES]
    values = table_digests(tables, interpreter) if tables and interpreter else {}
    return {
        path: _folder_hash(items, values) if os.path.isdir(path) else _file_hash(path, values)
        for path, items in listed.items()
    }


def same_artifact(one: str, other: str) -> bool | None:
    """Whether two hashes are of artifacts that mean the same; None where their ways do not compare.

    That is so only where one was made with a library that the other machine lacked (tables without pyarrow):
    which other way a file is hashed in follows from its own bytes, so another way is another content.
    """
    if one == other:
        return True
    ways = {_way(one), _way(other)}
    if len(ways) == 2 and ways & {TABLE, WITH_TABLES}:
        return None
    return False


def weight(path: str) -> Literal["counts", "warns", "ignored"]:
    """What another hash of this artifact means: pictures only warn; SVG, PDF, logs and HTML are not compared."""
    suffix = _suffix(path)
    return "ignored" if suffix in _PROSE else "warns" if suffix in _PICTURES else "counts"


def _way(text: str) -> str:
    return text.rpartition("sha256:")[0].rstrip(":")


def _suffix(path: str) -> str:
    return os.path.splitext(path)[1].lower()


def _listed(path: str) -> tuple[tuple[str, str, str], ...]:
    """(name, place, kind) of a folder's entries, or of the one file."""
    status = os.stat(path)
    if stat.S_ISDIR(status.st_mode):
        return tuple((entry.name, entry.place, entry.kind) for entry in entries_below(path))
    if not stat.S_ISREG(status.st_mode):
        raise no_file(path)
    return (("", path, "file"),)


def _folder_hash(items: tuple[tuple[str, str, str], ...], values: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    way = "folder"
    for name, place, kind in items:
        what = _file_hash(place, values) if kind == "file" else kind
        if _way(what) == TABLE:
            way = WITH_TABLES
        digest.update(what.encode() + b" " + name_bytes(name) + b"\0")  # no name has a NUL in it
    return f"{way}:sha256:{digest.hexdigest()}"


def _file_hash(path: str, values: Mapping[str, str]) -> str:
    if path in values:
        return f"{TABLE}:sha256:{values[path]}"
    way, reader = WAYS.get(_suffix(path), ("", None))
    if reader:
        try:
            with warnings.catch_warnings():  # of escapes in a strange file's texts, for one
                warnings.simplefilter("ignore")
                return f"{way}:sha256:{reader(path)}"
        except NOT_THIS:
            pass  # broken, hostile or of another kind: its bytes say what it is; a file that is gone says so below
    with open(path, "rb") as handle:
        return f"sha256:{hashlib.file_digest(handle, 'sha256').hexdigest()}"
