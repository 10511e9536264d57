"""`Snapshot` from a dict: the files of a commit that was never made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from reproof.config import Config, config_from_texts
from reproof.ports import Head
from reproof.runs.declared import Declared, declare

HEAD = Head("c" * 40, "main", None, ())


@dataclass(frozen=True)
class Submodule:
    commit: str


class Files:
    """Path -> content. Ids are those of git. A content that is `Submodule` is one at a commit."""

    def __init__(self, files: Mapping[str, str | bytes | Submodule]) -> None:
        self._modules = {path: text.commit for path, text in files.items() if isinstance(text, Submodule)}
        self._files = {
            path: text.encode() if isinstance(text, str) else text
            for path, text in files.items()
            if not isinstance(text, Submodule)
        }

    def files(self) -> Mapping[str, str]:
        return {path: blob_id(data) for path, data in self._files.items()} | self._modules

    def submodules(self) -> Mapping[str, str]:
        return self._modules

    def read(self, path: str) -> bytes | None:
        return self._files.get(path)


def blob_id(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def settings_of(files: Mapping[str, str | bytes | Submodule]) -> Config:
    return config_from_texts("/nowhere", Files(files).read)


def declared_by(files: Mapping[str, str | bytes | Submodule], head: Head = HEAD) -> Declared:
    """What the files declare, their own configuration included."""
    return declare(Files(files), settings_of(files), head)
