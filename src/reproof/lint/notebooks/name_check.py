"""The port `NameChecker`: which names of notebooks are undefined where they are used. ruff carries it out."""

from __future__ import annotations

from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Protocol

    class NameCheck(Protocol):
        """A check of many notebooks that was started."""

        def result(self) -> Mapping[str, Names]:
            """The answers by path; waits until they are there. Raises `MissingToolError`."""

        def stop(self) -> None:
            """End it; nobody wants the answers any more."""

    class NameChecker(Protocol):
        """Starts a check of notebooks: by path where it lies on the disk, or its bytes."""

        def __call__(self, files: Mapping[str, str | bytes]) -> NameCheck:
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
