"""The port `NameChecker`: which names of notebooks are undefined where they are used. ruff carries it out."""

from __future__ import annotations

from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Protocol

    class NameCheck(Protocol):
        """A check of many notebooks that was started."""

        def add(self, path: str, data: bytes) -> None:
            """Hand over a notebook that was announced without its bytes."""

        def proceed(self, path: str) -> None:
            """Take up a notebook that was added, maybe by a fork of this process."""

        def names(self, path: str) -> Names:
            """The answer about one notebook; waits until it is there. Raises `MissingToolError`."""

        def stop(self) -> None:
            """End it; nobody wants the answers any more."""

    class NameChecker(Protocol):
        """Starts a check of notebooks: by path on the disk, its bytes, or None where it is added later."""

        def __call__(self, files: Mapping[str, str | bytes | None]) -> NameCheck:
            """Start it and come back at once. Raises `MissingToolError`."""


class Use(Value):
    """A name that is undefined where it is used: 1-based cell, and line and columns in it."""

    name: str
    cell: int
    line: int
    column: int
    end_column: int


class Names(Value):
    """What a `NameChecker` says of one notebook; `problem` is why it was not checked, and in which cell."""

    uses: tuple[Use, ...] = ()
    problem: str | None = None
    cell: int | None = None


_NO_CODE = {"cell_type": "raw", "metadata": {}, "source": ""}


def without_outputs(document: dict[str, Any], raw_cells: Sequence[dict[str, Any]]) -> bytes:
    """A notebook of nbformat 4 as far as names go: without what a `NameChecker` would only read over.

    Cells stay in their places, since answers name them by these.
    """
    import json

    cells = [
        {**cell, "outputs": []} if cell.get("cell_type") == "code" and "outputs" in cell else _NO_CODE
        for cell in raw_cells
    ]
    metadata = document.get("metadata")
    if isinstance(metadata, dict):
        metadata = {key: value for key, value in metadata.items() if key != "widgets"}
    return json.dumps({**document, "metadata": metadata, "cells": cells}).encode()
