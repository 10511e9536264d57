"""What a repository declares at one snapshot: four aspects, a layout, and the key that follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reproof.runs.capture.code import capture_code
from reproof.runs.capture.config import capture_config
from reproof.runs.capture.environment import declared_environment
from reproof.runs.key import run_key
from reproof.runs.layout import read_layout

if TYPE_CHECKING:
    from reproof.config import Config as Settings
    from reproof.ports import Head, Snapshot
    from reproof.runs.layout import Layout
    from reproof.runs.record import Code, Config, DataFile, Environment


@dataclass(frozen=True, slots=True)
class Declared:
    """The declared side of a run, before anything is trained."""

    layout: Layout
    code: Code
    config: Config
    environment: Environment
    data: tuple[DataFile, ...]

    @property
    def key(self) -> str:
        """The run's key; computing it needs nothing but the snapshot."""
        return run_key(self.code, self.config, self.environment, self.data)


def declare(snapshot: Snapshot, settings: Settings, head: Head, patch: str | None = None) -> Declared:
    """Read the declared inputs of a snapshot; raises `UsageError` for files that cannot be read."""
    layout = read_layout(snapshot, settings)
    return Declared(
        layout=layout,
        code=capture_code(snapshot, layout, head, patch),
        config=capture_config(snapshot, layout, settings),
        environment=declared_environment(snapshot),
        data=layout.data,
    )
