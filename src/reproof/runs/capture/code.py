"""The code aspect: the commit, its submodules, and the blob ids of the files that the training depends on."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from reproof.redact import redact
from reproof.runs.record import Code

if TYPE_CHECKING:
    from reproof.ports import Head, Snapshot
    from reproof.runs.layout import Layout


def capture_code(snapshot: Snapshot, layout: Layout, head: Head, patch: str | None = None) -> Code:
    """The code files of a snapshot by blob id (a submodule's by its commit), under the commit of `head`."""
    files = snapshot.files()
    return Code(
        commit=head.commit,
        branch=head.branch and redact(head.branch),
        remote=head.remote,
        patch=patch or None,
        tree=head.tree,
        submodules=tuple(sorted(snapshot.submodules().items())),
        files=tuple((path, _identity(snapshot, path, files[path])) for path in sorted(layout.code)),
    )


def _identity(snapshot: Snapshot, path: str, blob: str) -> str:
    """A file's blob id; for a notebook the hash of its code cells, since outputs and prose change nothing."""
    if not path.endswith(".ipynb"):
        return blob
    cells = code_cells(snapshot.read(path) or b"")
    if cells is None:
        return blob
    sources = [source for _, source in cells]
    return f"cells:{hashlib.sha256(json.dumps(sources).encode()).hexdigest()}"


def code_cells(data: bytes) -> list[tuple[int, str]] | None:
    """(position from 1 among all cells, source) of a notebook's code cells; None for what is no notebook."""
    try:
        return [
            (number, cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"]))
            for number, cell in enumerate(json.loads(data)["cells"], 1)
            if cell["cell_type"] == "code"
        ]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
