"""What a recorded run is: the four aspects of a training and its results, as frozen values.

Nothing here reads a file. `schema.py` turns a record into versioned JSON and back; `key.py` hashes what a
record declares; `capture/` makes the parts from a repository.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

Scalar = str | int | float | bool | None
Slice = tuple[tuple[str, str], ...]
Kind = Literal["trained", "locked", "claimed"]
MOST_KEPT = 64 * 1024  # bytes of packed predictions that a record holds


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

    `tree` is the commit's tree id. `patch` is the difference to `commit` where the tree was dirty
    (`--allow-dirty`; untracked sources are in it), else None. `submodules` maps paths to commits.
    """

    commit: str
    files: tuple[tuple[str, str], ...]
    branch: str | None = None
    remote: str | None = None
    patch: str | None = None
    tree: str | None = None
    submodules: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Seed:
    """Where the seed is declared (`train.seed`, `env:SEED`, `arg:--seed`) and its value in this run."""

    name: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class FoundSeed:
    """A seed as it was found, besides the declared one: `where` is `params.yaml:split.random_state`,
    `src/train.py:12 numpy.random.seed` or `env:PYTHONHASHSEED`.
    """

    where: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class Config:
    """The config aspect: commands by stage and parameters by dotted name, the seed's own value aside.

    `variables` are environment variables of an allow-list, as the training saw them; they and `seeds` stand
    beside the key.
    """

    commands: tuple[tuple[str, str], ...]
    parameters: tuple[tuple[str, Scalar], ...] = ()
    seed: Seed | None = None
    seeds: tuple[FoundSeed, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Observed:
    """The environment as it was found, beside the key: interpreter, packages, machine.

    `interpreter` holds its build, and its file by hash; `origins` where packages came from that no index gave
    (`git+https://…@commit`, `editable: .`). `machine` holds named facts (`os`, `libc`, `architecture`, `cpu`,
    `cores`, `memory`, …); `libraries` what computes (`openblas core (numpy)`, `torch`, …: build, kernels,
    threads); `accelerators` GPUs and drivers; `determinism` the flags that decide whether a training repeats.
    `container` is an image, by digest where something told it, `runner` the hosted runner's image and version.
    `numeric_class` names, piece by piece, what decides floating point bits, so that bit equality is only asked of
    runs of one class; None where it is not known.
    """

    python: str
    packages: tuple[tuple[str, str], ...] = ()
    machine: tuple[tuple[str, str], ...] = ()
    numeric_class: tuple[tuple[str, str], ...] | None = None
    origins: tuple[tuple[str, str], ...] = ()
    libraries: tuple[tuple[str, str], ...] = ()
    accelerators: tuple[tuple[str, str], ...] = ()
    determinism: tuple[tuple[str, str], ...] = ()
    container: str | None = None
    runner: str | None = None
    interpreter: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A package that is not installed as it is declared; None where it is in one of the two only."""

    name: str
    declared: str | None
    installed: str | None


@dataclass(frozen=True, slots=True)
class Environment:
    """The environment aspect: what the repository declares, and what was observed when it trained.

    `declared` maps package names to versions (from the lock) or to requirement specifiers (without one);
    `sources` are the files that it was read from. `disagreements` are the packages that were installed
    otherwise than declared; None where nothing was observed.
    """

    declared: tuple[tuple[str, str], ...] = ()
    sources: tuple[str, ...] = ()
    observed: Observed | None = None
    disagreements: tuple[Disagreement, ...] | None = None


@dataclass(frozen=True, slots=True)
class DataFile:
    """One input file or folder: `hash` is `md5:…` (DVC's), `git:…` (a blob id) or `sha256:…`; size in bytes.

    `files` counts those of a folder; `rows` and `columns` are a table's. `source` says where it came from (a
    DVC remote, a URL, `git`), without credentials; `version` which one of there (DVC's `rev`, an object
    store's version id). `stages` are those that read it. All but path and hash are beside the key.
    """

    path: str
    hash: str
    size: int | None = None
    stages: tuple[str, ...] = ()
    files: int | None = None
    rows: int | None = None
    columns: tuple[str, ...] | None = None
    source: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class StageResult:
    """What one stage of a pipeline made: output hashes by path, and the stages whose outputs it reads.

    `key` is the hash of what the stage declares, the stages before it included; None in older records.
    `reused` is the id of the recorded run that trained it, where this one did not.
    """

    name: str
    outputs: tuple[tuple[str, str], ...]
    after: tuple[str, ...] = ()
    key: str | None = None
    reused: str | None = None


@dataclass(frozen=True, slots=True)
class Predictions:
    """A file of predictions, one row a sample: its canonical hash and the number of samples.

    `kept` holds them sample by sample (`predictions/packed.py`), so that later runs can be held against them; None
    where they are no table, too large, or hold a secret.
    """

    path: str
    hash: str
    rows: int
    kept: str | None = None


class Columns(NamedTuple):
    """The metrics in the order of their ids, apart: 100 runs of 50,000 are compared by arrays, not by objects.

    Runs with the same metrics share one `ids`, so that this is seen at once. `values` has type code `d`.
    """

    ids: tuple[tuple[str, Slice], ...]
    values: array[float]
    metrics: tuple[Metric, ...]

    @classmethod
    def of(cls, metrics: Iterable[Metric]) -> Columns:
        """The columns of metrics in any order."""
        ordered = tuple(sorted(metrics, key=_ID))
        return cls(_shared(tuple(map(_ID, ordered))), array("d", map(_VALUE, ordered)), ordered)


_ID = attrgetter("name", "slice")  # `Metric.id`, at a third of its price
_VALUE = attrgetter("value")


@lru_cache(maxsize=32)
def _shared(ids: tuple[tuple[str, Slice], ...]) -> tuple[tuple[str, Slice], ...]:
    """The first tuple that was equal to this one."""
    return ids


@dataclass(frozen=True, slots=True)
class Results:
    """What the training gave: metrics, predictions, artifact hashes by path, stages in order.

    `seconds` is wall-clock; `cpu_seconds` what the training's processes used; `peak_memory` the largest
    resident set of one of them, in bytes. `log_tail` holds the last lines of its log, redacted. `unwritten` are
    artifacts that are declared and that the training did not write, None where that is not known. `columns` follow
    from `metrics`.
    """

    metrics: tuple[Metric, ...]
    artifacts: tuple[tuple[str, str], ...] = ()
    stages: tuple[StageResult, ...] = ()
    seconds: float | None = None
    predictions: Predictions | None = None
    cpu_seconds: float | None = None
    peak_memory: int | None = None
    log_tail: tuple[str, ...] = ()
    unwritten: tuple[str, ...] | None = None
    columns: Columns = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", Columns.of(self.metrics))


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


def trained_by(run: RunRecord, stage: StageResult) -> str:
    """The id of the run that trained a stage of `run`."""
    return stage.reused or run.id


def oldest_first(records: Iterable[RunRecord]) -> tuple[RunRecord, ...]:
    """In the order of their making; the id decides between runs of one moment."""
    return tuple(sorted(records, key=lambda record: (record.created, record.id)))
