"""JSON by value: keys sorted, floats in their shortest form, whole numbers exactly, 1 and 1.0 apart.

NaN and the infinities, which Python writes, are values like others.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any

from reproof.runs.canonical.frame import UnreadableError

LIMIT = (
    64 * 1024 * 1024
)  # bytes: parsed JSON takes ten times as much memory; larger files are told by their bytes


def json_digest(path: str) -> str:
    """SHA-256 of the file's values as compact JSON with sorted keys.

    Raises `ValueError` for what is no JSON, has a key twice, or a number of more than 4,300 digits, and
    `RecursionError` where it is nested too deeply.
    """
    if os.path.getsize(path) > LIMIT:
        raise UnreadableError("it is larger than is parsed")
    with open(path, "rb") as handle:
        value = json.loads(handle.read(LIMIT + 1), object_pairs_hook=_object)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise UnreadableError("a key is there twice, and parsers differ on which counts")
    return made
