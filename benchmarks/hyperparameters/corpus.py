"""A labelled corpus: which files at which commits, and which of their lines hold hyperparameters.

A folder has `files.jsonl` (repo, commit, path, kind) and `labels.jsonl` (repo, path, cell, line, stmt_line,
call_line, category, confidence), one object a line. No source is in it: `sources.py` gets the files. Lines
count from 1; in a notebook inside the cell, and `cell` from 0 among all cells.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

# A place where a finding can be: path below the laid-out folder, cell, line.
Spot = tuple[str, int | None, int]


class Source(NamedTuple):
    """One file of a public repository at a commit; `kind` is "py" or "ipynb"."""

    repo: str
    commit: str
    path: str
    kind: str

    @property
    def local(self) -> str:
        """Where it is laid out."""
        return local(self.repo, self.path)


class Label(NamedTuple):
    """One hyperparameter in a file. `confidence` is "must", or "may" where reviewers would not agree.

    A finding on any of `lines` has found it: its own, the first of its statement, and the first of the
    innermost call around it.
    """

    path: str
    cell: int | None
    line: int
    lines: frozenset[int]
    category: str
    confidence: str

    @property
    def spots(self) -> list[Spot]:
        return [(self.path, self.cell, line) for line in self.lines]


class Corpus(NamedTuple):
    """The files, by their laid-out paths, and all labels in them."""

    files: dict[str, Source]
    labels: list[Label]


def local(repo: str, path: str) -> str:
    """The laid-out path of a repository's file."""
    return f"{repo.replace('/', '__')}/{path}"


def read_corpus(folder: Path) -> Corpus:
    """Read a corpus's folder; raises `ValueError` for a label whose file the list does not have."""
    sources = (
        Source(row["repo"], row["commit"], row["path"], row["kind"]) for row in _rows(folder / "files.jsonl")
    )
    files = {source.local: source for source in sources}
    labels = [_label(row) for row in _rows(folder / "labels.jsonl")]
    strangers = sorted({label.path for label in labels} - files.keys())
    if strangers:
        raise ValueError(f"{folder}: labels in files that files.jsonl lacks: {', '.join(strangers)}")
    return Corpus(files, labels)


def _rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def _label(row: dict[str, Any]) -> Label:
    return Label(
        path=local(row["repo"], row["path"]),
        cell=row["cell"],
        line=row["line"],
        lines=frozenset({row["line"], row["stmt_line"], row["call_line"]}),
        category=row["category"],
        confidence=row["confidence"],
    )
