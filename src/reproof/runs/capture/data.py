"""The data aspect as a work tree has it: what neither git nor DVC tracks is hashed, DVC's data is held against its
`.dvc` files, tables are counted.

What a commit tells by itself is in `layout.py` and `dvc_files.py`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reproof.errors import UsageError
from reproof.runs.capture.dvc_data import as_it_lies
from reproof.runs.capture.dvc_state import DvcHashes
from reproof.runs.folders import entries_below
from reproof.runs.hash_cache import HashCache
from reproof.runs.hashing import hash_data
from reproof.runs.layout import UNKNOWN, matches
from reproof.runs.pipeline import folders_of
from reproof.runs.record import DataFile
from reproof.runs.tables import Budget, table_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from reproof.ports import Repository
    from reproof.runs.capture.dvc_data import Ask
    from reproof.runs.layout import Layout

PASSED_OVER = frozenset({".git", ".dvc", "__pycache__", ".ipynb_checkpoints"})


@dataclass(frozen=True, slots=True)
class WorkFolder:
    """A work tree, and a folder for what reproof remembers of it (hashes of files).

    `environ` are the training's variables, which may say where DVC keeps its state; `ask_dvc` asks DVC itself.
    """

    root: str
    private: str
    environ: Mapping[str, str] = field(default_factory=dict)
    ask_dvc: Ask | None = None

    @classmethod
    def of(cls, repository: Repository) -> WorkFolder:
        """The work tree of a repository."""
        return cls(repository.root, repository.private)


def data_of(layout: Layout, work: WorkFolder) -> tuple[DataFile, ...]:
    """The layout's data as the work tree has it: untracked data by its bytes, DVC's by what really lies there."""
    untracked = _with_untracked(layout, work)
    return as_it_lies(untracked, work.root, DvcHashes(work.root, work.private, work.environ), work.ask_dvc)


def _with_untracked(layout: Layout, work: WorkFolder) -> tuple[DataFile, ...]:
    """The layout's data, with what the work tree has of named data that neither git nor DVC tracks.

    Files and folders in which nothing is tracked are one input each, by SHA-256; so is what a tracked link leads
    to outside of the repository. Raises `UsageError` for what cannot be read.
    """
    found = {path: pattern for pattern in layout.sought for path in _untracked(layout, work.root, pattern)}
    found |= {item.path: item.path for item in layout.data if _leads_out(work.root, item)}
    places = {os.path.join(work.root, path): path for path in found}
    try:
        hashed = hash_data(places, HashCache(work.private))
    except OSError as error:
        raise UsageError(
            f"the data {os.path.relpath(error.filename or work.root, work.root)} cannot be read: {error.strerror}"
        ) from None
    stages = {item.path: item.stages for item in layout.data}
    made = {
        path: DataFile(
            path,
            hashed[place].hash,
            hashed[place].size,
            stages.get(found[path], ()),
            hashed[place].files if os.path.isdir(place) else None,
        )
        for place, path in places.items()
        if hashed[place].files
    }
    told = {found[path] for path in made}
    kept = {item.path: item for item in layout.data if item.hash != UNKNOWN or item.path not in told}
    return tuple((kept | made)[path] for path in sorted(kept | made))


def _leads_out(root: str, item: DataFile) -> bool:
    """Whether git tracks only a link here, and what it leads to lies elsewhere."""
    place = os.path.join(root, item.path)
    if not item.hash.startswith("git:") or not os.path.islink(place) or not os.path.exists(place):
        return False
    inside = os.path.realpath(root)
    return os.path.commonpath([inside, os.path.realpath(place)]) != inside


def _untracked(layout: Layout, root: str, pattern: str) -> Iterator[str]:
    """The largest files and folders below a name that hold nothing which is told already."""
    around = {folder for path in layout.known for folder in folders_of(path)}
    if not set(pattern) & set("*?["):
        yield from _below(root, pattern, layout.known, around)
        return
    fixed = pattern[: min(pattern.find(one) for one in "*?[" if one in pattern)].rpartition("/")[0]
    folder = os.path.join(root, fixed)
    for entry in entries_below(folder) if os.path.isdir(folder) else ():
        path = f"{fixed}/{entry.name}" if fixed else entry.name
        inside = {path, *folders_of(path)}
        if entry.kind != "file" or inside & layout.known or PASSED_OVER & set(path.split("/")):
            continue
        if matches(path, pattern):
            yield path


def _below(root: str, path: str, known: frozenset[str], around: set[str]) -> Iterator[str]:
    name = path.rpartition("/")[2]
    if name in PASSED_OVER or path in known or any(folder in known for folder in folders_of(path)):
        return
    place = os.path.join(root, path)
    if path in around and os.path.isdir(place):
        for inner in sorted(os.listdir(place)):
            yield from _below(root, f"{path}/{inner}", known, around)
    elif os.path.exists(place):
        yield path


def with_tables(
    root: str, data: tuple[DataFile, ...], only: Container[str] | None = None
) -> tuple[DataFile, ...]:
    """The data with sizes, and with rows and columns of tables, as far as looking is cheap; `only` some paths."""
    budget = Budget()
    return tuple(
        item
        if only is not None and item.path not in only
        else _seen(os.path.join(root, item.path), item, budget)
        for item in data
    )


def _seen(place: str, item: DataFile, budget: Budget) -> DataFile:
    try:
        if not os.path.isfile(place):
            return item
        size = os.path.getsize(place) if item.size is None else item.size
        table = table_of(place, budget)
    except OSError:
        return item
    rows, columns = (table.rows, table.columns) if table else (None, None)
    return replace(item, size=size, rows=rows, columns=columns)
