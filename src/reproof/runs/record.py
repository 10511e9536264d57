"""What a recorded run is: the four aspects of a training and its results, as frozen values.

Nothing here reads a file. `schema.py` turns a record into versioned JSON and back; `key.py` hashes what a
record declares; `capture/` makes the parts from a repository.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Scalar = str | int | float | bool | None
Slice = tuple[tuple[str, str], ...]
Kind = Literal["trained", "locked", "claimed"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One number of a training's results.

    `slice` names a part of the evaluation data as (column, value) pairs, empty for all of it. `rows` is the
    number of samples behind the number, where the metrics file says so. `value` has the metric's own unit.
    """

    name: str
    value: float
    slice: Slice = ()
    rows: int | None = None

    @property
    def id(self) -> tuple[str, Slice]:
        """What makes it the same metric in another run."""
        return (self.name, self.slice)

    @property
    def label(self) -> str:
        """How it is shown everywhere: `auc` or `auc · country=BR`."""
        return " · ".join([self.name, *(f"{column}={value}" for column, value in self.slice)])


@dataclass(frozen=True, slots=True)
class Code:
    """The code aspect. `files` maps the code that the training depends on to git blob ids.

    `patch` is the difference to `commit` where the tree was dirty (`--allow-dirty`), else None.
    """

    commit: str
    files: tuple[tuple[str, str], ...]
    branch: str | None = None
    remote: str | None = None
    patch: str | None = None


@dataclass(frozen=True, slots=True)
class Seed:
    """Where the seed is declared (`train.seed`, `env:SEED`, `arg:--seed`) and its value in this run."""

    name: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class Config:
    """The config aspect: commands by stage and parameters by dotted name, the seed's own value aside."""

    commands: tuple[tuple[str, str], ...]
    parameters: tuple[tuple[str, Scalar], ...] = ()
    seed: Seed | None = None


@dataclass(frozen=True, slots=True)
class Observed:
    """The environment as it was found, beside the key: interpreter, packages, machine.

    `machine` holds named facts (`os`, `architecture`, `cpu`, `threads`, …); `numeric_class` names what decides
    floating point bits, so that bit equality is only asked of runs of one class.
    """

    python: str
    packages: tuple[tuple[str, str], ...] = ()
    machine: tuple[tuple[str, str], ...] = ()
    numeric_class: str | None = None


@dataclass(frozen=True, slots=True)
class Environment:
    """The environment aspect: what the repository declares, and what was observed when it trained.

    `declared` maps package names to versions (from the lock) or to requirement specifiers (without one);
    `sources` are the files that it was read from.
    """

    declared: tuple[tuple[str, str], ...] = ()
    sources: tuple[str, ...] = ()
    observed: Observed | None = None


@dataclass(frozen=True, slots=True)
class DataFile:
    """One input file or folder: `hash` is `md5:…` (DVC's), `git:…` (a blob id) or `sha256:…`; size in bytes."""

    path: str
    hash: str
    size: int | None = None
    stages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StageResult:
    """What one stage of a pipeline made: output hashes by path, and the stages whose outputs it reads."""

    name: str
    outputs: tuple[tuple[str, str], ...]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """What the training gave: metrics, artifact hashes by path, stages in order, wall-clock seconds."""

    metrics: tuple[Metric, ...]
    artifacts: tuple[tuple[str, str], ...] = ()
    stages: tuple[StageResult, ...] = ()
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One recorded run. `created` is UTC in ISO 8601; `kind` says how much was seen:

    `trained`: reproof trained it; `locked`: read from `dvc.lock` and metrics of a commit; `claimed`: read from
    committed metrics alone. `origin` is `ci` or `local`.
    """

    id: str
    key: str
    kind: Kind
    created: str
    origin: str
    code: Code
    config: Config
    environment: Environment
    data: tuple[DataFile, ...]
    results: Results
    reproof: str = field(default="")


def oldest_first(records: Iterable[RunRecord]) -> tuple[RunRecord, ...]:
    """In the order of their making; the id decides between runs of one moment."""
    return tuple(sorted(records, key=lambda record: (record.created, record.id)))
