"""`Snapshot` from a dict: the files of a commit that was never made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from reproof.config import Config, config_from_texts
from reproof.ports import Head
from reproof.runs.declared import Declared, declare

HEAD = Head("c" * 40, "main", None, ())


class Files:
    """Path -> content. Ids are those of git."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self._files = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}

    def files(self) -> Mapping[str, str]:
        return {path: blob_id(data) for path, data in self._files.items()}

    def read(self, path: str) -> bytes | None:
        return self._files.get(path)


def blob_id(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def settings_of(files: Mapping[str, str | bytes]) -> Config:
    return config_from_texts("/nowhere", Files(files).read)


def declared_by(files: Mapping[str, str | bytes], head: Head = HEAD) -> Declared:
    """What the files declare, their own configuration included."""
    return declare(Files(files), settings_of(files), head)
