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


@dataclass(frozen=True)
class Link:
    end: str


Content = str | bytes | Submodule | Link


class Files:
    """Path -> content. Ids are those of git. A `Link` leads to a path from the root."""

    def __init__(self, files: Mapping[str, Content]) -> None:
        self._modules = {path: text.commit for path, text in files.items() if isinstance(text, Submodule)}
        self._links = {path: text.end for path, text in files.items() if isinstance(text, Link)}
        self._files = {
            path: text.encode() if isinstance(text, str) else text
            for path, text in files.items()
            if isinstance(text, str | bytes)
        }

    def files(self) -> Mapping[str, str]:
        blobs = self._files | {path: end.encode() for path, end in self._links.items()}
        return {path: blob_id(data) for path, data in blobs.items()} | self._modules

    def submodules(self) -> Mapping[str, str]:
        return self._modules

    def links(self) -> Mapping[str, str]:
        return self._links

    def read(self, path: str) -> bytes | None:
        return self._files.get(self._links.get(path, path))


def blob_id(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def settings_of(files: Mapping[str, Content]) -> Config:
    return config_from_texts("/nowhere", Files(files).read)


def declared_by(files: Mapping[str, Content], head: Head = HEAD) -> Declared:
    """What the files declare, their own configuration included."""
    return declare(Files(files), settings_of(files), head)
