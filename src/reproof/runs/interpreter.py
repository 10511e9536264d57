"""The program that trains, as it is asked for what only it can tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Interpreter:
    """The training's interpreter, and the folder and environment variables that the training sees."""

    python: str
    folder: str
    environ: Mapping[str, str]
