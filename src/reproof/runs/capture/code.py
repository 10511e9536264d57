"""The code aspect: the commit, and the blob ids of the files that the training depends on."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from reproof.runs.record import Code

if TYPE_CHECKING:
    from reproof.ports import Head, Snapshot
    from reproof.runs.layout import Layout


def capture_code(snapshot: Snapshot, layout: Layout, head: Head, patch: str | None = None) -> Code:
    """The code files of a snapshot by blob id, under the commit that `head` names."""
    files = snapshot.files()
    return Code(
        commit=head.commit,
        branch=head.branch,
        remote=head.remote,
        patch=patch or None,
        files=tuple((path, _identity(snapshot, path, files[path])) for path in sorted(layout.code)),
    )


def _identity(snapshot: Snapshot, path: str, blob: str) -> str:
    """A file's blob id; for a notebook the hash of its code cells, since outputs and prose change nothing."""
    if not path.endswith(".ipynb"):
        return blob
    try:
        document = json.loads(snapshot.read(path) or b"")
        sources = [
            cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
            for cell in document["cells"]
            if cell["cell_type"] == "code"
        ]
    except (ValueError, KeyError, TypeError, RecursionError):
        return blob
    return f"cells:{hashlib.sha256(json.dumps(sources).encode()).hexdigest()}"
