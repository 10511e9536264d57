"""The words of a verdict: `Comparison` and its parts, as the public format has them. Values only.

Two questions are never mixed. `repeats`: do runs of the same key give the same results? `moved`: what did the
change since the base do to the results? The verdict is the first word of `config.VERDICTS` that applies.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reproof.runs.record import Scalar, Slice
    from reproof.verdict.failure import Failure

Repeats = Literal["reproduced", "drifted", "undecided", "no-baseline"]
Moved = Literal["unchanged", "changed", "regressed", "undecided", "no-baseline"]
Verdict = Literal[
    "failed",
    "drifted",
    "regressed",
    "undecided",
    "changed",
    "unchanged",
    "reproduced",
    "recorded",
    "no-baseline",
]
Strength = Literal["bitwise", "predictions", "metrics", "tolerance", "statistical"]
Cause = Literal["code", "config", "environment", "data", "nondeterminism", "several", "unknown"]
Aspect = Literal["code", "config", "environment", "data"]
ASPECTS: tuple[Aspect, ...] = ("code", "config", "environment", "data")
Against = Literal["same-key", "base"]
Result = Literal[
    "equal",
    "rounding",
    "tolerance",
    "statistical",
    "drifted",
    "better",
    "worse",
    "missing",
    "new",
    "nan",
    "too-few-rows",
    "undecided",
]


class Spread(NamedTuple):
    """Recorded values of one metric: count, mean, sample standard deviation (None for one), extremes."""

    n: int
    mean: float
    sd: float | None
    min: float
    max: float


FAILING = ("drifted", "worse", "missing", "nan")
# How the reason begins where only few rows let a metric pass, so that more runs say nothing.
FEWER_ROWS = "it stands on far fewer rows"
# Why a metric that is missing under other inputs is no regression.
UNNAMED = "the configuration does not name it, so that it is gone is a change"
# Why a difference of a training that repeats exactly may be the machine's.
OTHER_CLASS = "the recorded runs are of another numeric class (another kind of CPU)"
# Why a move of a training that repeats exactly is open all the same.
UNRULED = "the training repeats exactly, so it moved; no tolerance says how far it may"


class Check(NamedTuple):
    """One metric (or one slice of it) held against the recorded runs.

    `recorded` is None for a new metric, `now` empty for a missing one. `policy` is how it was judged ("exact",
    "noise", "0.02", "0.5%"); `why` says in a sentence what the result word alone does not.
    """

    metric: str
    slice: Slice
    rows: int | None
    against: Against
    recorded: Spread | None
    now: tuple[float, ...]
    better: Literal["higher", "lower", "none"]
    policy: str
    result: Result
    smallest_noticed: float | None = None
    why: str | None = None

    @property
    def on_fewer_rows(self) -> bool:
        """Whether it is open because it stands on a small part of the rows that it was recorded on."""
        return self.result == "undecided" and (self.why or "").startswith(FEWER_ROWS)

    @property
    def unruled(self) -> bool:
        """Whether it moved for sure, and is open only because nothing says how far it may."""
        return self.result == "undecided" and self.why == UNRULED

    @property
    def fails(self) -> bool:
        """Whether it makes the verdict one that fails: what moved or is gone under other inputs does not always."""
        if self.against == "base" and self.result == "missing":
            return not self.slice and self.why != UNNAMED
        return self.result in FAILING and not (self.against == "base" and self.result == "drifted")


@dataclass(frozen=True, slots=True)
class FileChange:
    """A code file that differs; line counts where git could tell."""

    path: str
    added: int | None = None
    removed: int | None = None


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A parameter, a package or a data file: its name (or path) with the old and the new value.

    None is "was not there" (old) or "is gone" (new).
    """

    name: str
    old: Scalar
    new: Scalar


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between the declared inputs of two runs, by aspect."""

    code: tuple[FileChange, ...] = ()
    config: tuple[ValueChange, ...] = ()
    environment: tuple[ValueChange, ...] = ()
    data: tuple[ValueChange, ...] = ()

    @property
    def aspects(self) -> tuple[Aspect, ...]:
        """The aspects with at least one change, in their usual order."""
        return tuple(name for name in ASPECTS if getattr(self, name))


@dataclass(frozen=True, slots=True)
class Difference:
    """An observed fact, outside the key, that differs.

    `what` is package, python, origin, determinism, variable, numeric-class, library, accelerator, container,
    runner, interpreter, machine or seed.
    """

    what: str
    name: str
    old: Scalar
    new: Scalar


@dataclass(frozen=True, slots=True)
class StageDifference:
    """One stage: `equal`, `drifted` (the first to differ on its path), `downstream` of one, or `unknown`.

    `after` names the stages that it reads from.
    """

    name: str
    result: Literal["equal", "drifted", "downstream", "unknown"]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flips:
    """So many `samples` that were predicted as `old` are predicted as `new`."""

    old: str
    new: str
    samples: int


@dataclass(frozen=True, slots=True)
class PredictionChanges:
    """The newest run's predictions held against those of the recorded `run`, sample by sample.

    `differ` of `rows` samples are predicted otherwise (numbers: beyond rounding), `rounded` by rounding only.
    `broken` were right and are wrong, `mended` the other way round; None where the true values are not known.
    `largest` is the largest difference of two numbers, None for labels. `flips` are the most frequent ones.
    """

    run: str
    rows: int
    differ: int
    rounded: int = 0
    broken: int | None = None
    mended: int | None = None
    largest: float | None = None
    flips: tuple[Flips, ...] = ()

    @property
    def churn(self) -> float:
        """The share of samples that are predicted otherwise (Milani Fard et al., 2016)."""
        return self.differ / self.rows if self.rows else 0.0


Repetition = Literal["equal", "rounding", "differ"]
ClassIs = Literal["same", "other", "unknown"]


@dataclass(frozen=True, slots=True)
class Determinism:
    """What the runs tell of whether the training repeats by itself.

    `seed` names where the seed is declared. `runs` trainings of one key, seed and numeric class are known; what
    they say is `repeats` (None, and 0 runs, where no two are known); `own`: they are of the newest run's key.
    `widest` is the metric that differs most among them, `by` so much (None: some have no finite number of it).
    `numeric_class` is the newest run's, beside that of the recorded ones. `facts` are its threads, and the
    variables that decide whether a training repeats.
    """

    seed: str | None
    runs: int = 0
    own: bool = True
    repeats: Repetition | None = None
    widest: str | None = None
    by: float | None = None
    numeric_class: ClassIs = "unknown"
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NotChecked:
    """What was not looked at, and why; always said."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """That somebody accepted the results of a run as the expected ones. `when` is UTC in ISO 8601.

    `self_reported`: its numbers come from code that nobody here vouches for (a fork's pull request).
    """

    run: str
    who: str
    when: str
    why: str
    self_reported: bool = False


@dataclass(frozen=True, slots=True)
class Baseline:
    """The recorded runs that the new ones were held against.

    `kind` is `same-key` or `base`; `distance` counts first-parent commits from the merge base.
    """

    kind: Against
    commit: str
    distance: int
    runs: tuple[str, ...]
    accepted: Accepted | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """What could settle an open verdict: more `recorded` runs or `retrains`, and the minutes that they take.

    `minutes` is None where no run tells how long a training takes.
    """

    of: Literal["recorded", "retrains"]
    runs: int
    minutes: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The whole answer. `run` and `key` are those of the newest run, `retrains` what was trained for it."""

    run: str | None
    key: str | None
    repeats: Repeats
    moved: Moved | None
    strength: Strength | None = None
    cause: Cause | None = None
    baseline: Baseline | None = None
    retrains: int = 0
    checks: tuple[Check, ...] = ()
    changes: Changes = Changes()
    observed: tuple[Difference, ...] = ()
    stages: tuple[StageDifference, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    failure: Failure | None = None
    price: Price | None = None
    predictions: PredictionChanges | None = None
    determinism: Determinism | None = None

    @property
    def verdict(self) -> Verdict:
        """The first that applies, in the order of the public contract."""
        if self.failure:
            return "failed"
        if self.repeats == "drifted":
            return "drifted"
        if self.moved == "regressed":
            return "regressed"
        if "undecided" in (self.repeats, self.moved):
            return "undecided"
        if self.moved == "changed" or self.moved == "unchanged":
            return self.moved
        if self.repeats == "reproduced":
            return "reproduced"
        known = self.baseline is not None and self.baseline.kind == "same-key"
        return "recorded" if known else "no-baseline"

    def with_notes(self, notes: Iterable[NotChecked]) -> Comparison:
        """The same, with more that was not looked at."""
        return replace(self, not_checked=(*self.not_checked, *notes))

    @property
    def worst(self) -> tuple[Check, ...]:
        """The checks that decide a verdict that fails, in their order."""
        return tuple(check for check in self.checks if check.fails)
