"""What a repository declares at one snapshot: four aspects, a layout, and the keys that follow from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reproof.errors import UsageError
from reproof.runs.capture.code import capture_code
from reproof.runs.capture.config import capture_config, read_parameters, with_variables
from reproof.runs.capture.data import data_of, with_tables
from reproof.runs.capture.environment.declared import declared_environment
from reproof.runs.fields import CODE, CONFIG, DATA_LIST, ENVIRONMENT, PATH
from reproof.runs.hidden import without_secrets
from reproof.runs.key import run_key
from reproof.runs.layout import UNKNOWN, read_layout
from reproof.runs.schema import VERSION
from reproof.runs.stage_keys import stage_keys
from reproof.strict import SchemaError

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from reproof.config import Config as Settings
    from reproof.ports import Head, Snapshot
    from reproof.runs.capture.config import Parameter
    from reproof.runs.capture.data import WorkFolder
    from reproof.runs.capture.environment.declared import DeclaredEnvironment
    from reproof.runs.layout import Layout
    from reproof.runs.record import Code, Config, DataFile, Environment


@dataclass(frozen=True, slots=True)
class Declared:
    """The declared side of a run, before anything is trained."""

    layout: Layout
    code: Code
    config: Config
    environment: Environment
    packages: DeclaredEnvironment
    data: tuple[DataFile, ...]
    parameters: tuple[Parameter, ...] = ()

    @property
    def key(self) -> str:
        """The run's key; computing it needs nothing but the snapshot."""
        return run_key(self.code, self.config, self.environment, self.data)

    @property
    def stage_keys(self) -> Mapping[str, str]:
        """The key of each stage of a pipeline; empty without one. Raises `UsageError` for a circle of stages."""
        pipeline = self.layout.pipeline
        if pipeline is None:
            return {}
        return stage_keys(pipeline, self.code, self.config, self.parameters, self.environment, self.data)

    @property
    def edited(self) -> tuple[str, ...]:
        """DVC-tracked data that is not what its `.dvc` file says: edited, and not added since."""
        now = {item.path: item.hash for item in self.data}
        return tuple(
            item.path
            for item in self.layout.data
            if item.hash.startswith("md5:") and now.get(item.path, item.hash) != item.hash
        )

    @property
    def unknown(self) -> tuple[str, ...]:
        """Data that is named, and of which neither the snapshot nor the work tree holds anything."""
        return tuple(item.path for item in self.data if item.hash == UNKNOWN)

    def pulled(self, stages: Container[str] | None = None) -> tuple[str, ...]:
        """The data that DVC keeps outside of git; with `stages`, only what those read."""
        return tuple(
            item.path
            for item in self.data
            if item.hash.startswith("md5:")
            and (stages is None or any(name in stages for name in item.stages))
        )

    def require_data(self) -> None:
        """Raise `UsageError` where named data is not there: what a training read would not be known."""
        if self.unknown:
            raise UsageError(
                f"the data {', '.join(self.unknown[:3])} is named, and is neither tracked nor there",
                "Fetch it first; track it with DVC, so that reproof can; or correct [tool.reproof] data.",
            )

    def as_seen(self, root: str, environ: Mapping[str, str]) -> Declared:
        """The same with what stands beside the key: the training's variables, sizes and tables of the data."""
        return replace(self, config=with_variables(self.config, environ), data=with_tables(root, self.data))


def declare(
    snapshot: Snapshot,
    settings: Settings,
    head: Head,
    patch: str | None = None,
    work: WorkFolder | None = None,
) -> Declared:
    """Read the declared inputs of a snapshot. With `work`, data has the hash of what lies there.

    Raises `UsageError` for files that cannot be read, and for inputs that no record can hold.
    """
    layout = read_layout(snapshot, settings)
    parameters = read_parameters(snapshot, layout.params)
    read = declared_environment(snapshot, layout)
    declared = Declared(
        layout=layout,
        code=capture_code(snapshot, layout, head, patch),
        config=capture_config(snapshot, layout, settings, parameters),
        environment=without_secrets(read.environment),
        packages=read,
        data=data_of(layout, work) if work else layout.data,
        parameters=parameters,
    )
    _refuse_unrecordable(declared)
    return declared


def _refuse_unrecordable(declared: Declared) -> None:
    """What the schema refuses must be said before hours are spent on a training."""
    try:
        CODE.read(CODE.plain(declared.code), "code", VERSION)
        CONFIG.read(CONFIG.plain(declared.config), "config", VERSION)
        ENVIRONMENT.read(ENVIRONMENT.plain(declared.environment), "environment", VERSION)
        DATA_LIST.read(DATA_LIST.plain(declared.data), "data", VERSION)
        for path in declared.layout.outputs:
            PATH.read(path, "the name of an output", VERSION)
    except SchemaError as error:
        raise UsageError(
            f"what is declared cannot be recorded: {error}", "Rename it, or leave it out of [tool.reproof]."
        ) from None
