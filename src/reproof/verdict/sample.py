"""Which recorded runs are observations of one thing, and which new runs may be held against them.

Two kinds of spread are never pooled. Runs of one seed that differ show what the seed leaves open
(nondeterminism); runs of different seeds show what the seed itself changes. Runs that repeat each other to the bit
are one observation. A stage that was taken from another run says nothing about whether that stage repeats.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from reproof.runs.record import oldest_first, trained_by
from reproof.verdict.changes import same_numeric_class
from reproof.verdict.noise import libraries
from reproof.verdict.policy import is_fine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reproof.runs.record import Metric, RunRecord, Slice

    Id = tuple[str, Slice]

# single: one run. exact: all repeat each other to the bit (or by rounding). reruns: one seed. seeds: different
# seeds, one run of each.
Kind = Literal["single", "exact", "reruns", "seeds"]

ROUNDING = 1e-6  # relative; below it two results differ by the order of additions, not by their inputs
MOST_VERSIONS = 20  # past versions that a spread is pooled over


class Sample(NamedTuple):
    """Recorded runs as observations: independent ones, oldest first, and what their spread is one of."""

    runs: tuple[RunRecord, ...]
    kind: Kind

    @property
    def varies(self) -> bool:
        """Whether the runs show a spread."""
        return self.kind in ("reruns", "seeds")


def sample_of(recorded: Sequence[RunRecord]) -> Sample:
    """The observations among recorded runs (one at least) of one version, in any order."""
    runs = oldest_first(recorded)
    if len(runs) == 1:
        return Sample(runs, "single")
    first = first_of_each_seed(runs)
    if all(agree(runs[0], run) for run in runs[1:]) and (len(first) == 1 or no_coincidence(runs)):
        return Sample(runs, "exact")
    return Sample(first, "seeds") if len(first) > 1 else Sample(runs, "reruns")


def independent(recorded: Iterable[RunRecord]) -> tuple[RunRecord, ...]:
    """The runs of which no two are one, or share the training of a stage, oldest first; the older of two stays."""
    found: dict[str, RunRecord] = {}
    trained = set[tuple[str, str]]()
    for run in oldest_first(recorded):
        stages = {(stage.name, trained_by(run, stage)) for stage in run.results.stages}
        if run.id not in found and trained.isdisjoint(stages):
            found[run.id] = run
            trained |= stages
    return tuple(found.values())


def shared_stages(run: RunRecord, recorded: Iterable[RunRecord]) -> dict[str, str]:
    """The stages that a run has from the same training as a recorded one, with the run that trained them."""
    known = {(stage.name, trained_by(old, stage)) for old in recorded for stage in old.results.stages}
    mine = ((stage.name, trained_by(run, stage)) for stage in run.results.stages)
    return dict(one for one in mine if one in known)


def like_with_like(recorded: Sequence[RunRecord], now: Sequence[RunRecord]) -> tuple[RunRecord, ...]:
    """The recorded runs of the new runs' numeric class where those can decide, else all."""
    if not now:
        return tuple(recorded)
    like = tuple(run for run in recorded if same_class(run, now[0]))
    if like and (len(like) > 2 or sample_of(like).kind == "exact"):
        return like
    return tuple(recorded)


def same_class(one: RunRecord, other: RunRecord) -> bool:
    """Whether bit equality may be asked of two runs: one numeric class, as far as both are known."""
    return same_numeric_class(one.environment.observed, other.environment.observed)


def observations(now: Sequence[RunRecord], sample: Sample) -> tuple[RunRecord, ...]:
    """The new runs that may stand against a sample, oldest first.

    Where different seeds are the noise: one run a seed, since a second one of the same seed is no independent
    observation (taken for one, it raises false alarms sevenfold). Where reruns of one seed are the noise: runs of
    that seed only. Where nothing varies: the first.
    """
    if sample.kind == "reruns":
        seed = seed_of(sample.runs[0])
        return tuple(run for run in oldest_first(now) if seed_of(run) == seed)
    first = first_of_each_seed(now)
    return first if sample.kind == "seeds" else first[:1]


def first_of_each_seed(runs: Iterable[RunRecord]) -> tuple[RunRecord, ...]:
    """The oldest run of each seed, oldest first."""
    found: dict[str, RunRecord] = {}
    for run in oldest_first(runs):
        found.setdefault(seed_of(run), run)
    return tuple(found.values())


def refuse_one_seed_twice(runs: Sequence[RunRecord]) -> None:
    """Raises `ValueError` where two observations have one seed."""
    if len({seed_of(run) for run in runs}) < len(runs):
        raise ValueError("two new runs of one seed are no two observations")


def seed_of(run: RunRecord) -> str:
    """Different texts for different seeds: 1 and True and "1" are three."""
    return repr(run.config.seed.value) if run.config.seed else ""


def repeat_each_other(runs: Sequence[RunRecord]) -> bool:
    """At least two runs of one seed, all with the same metrics to the bit."""
    if len(runs) < 2 or len({seed_of(run) for run in runs}) > 1:
        return False
    return all(agree(runs[0], run, rounding=0.0) for run in runs[1:])


def agree(one: RunRecord, other: RunRecord, rounding: float = ROUNDING) -> bool:
    """Whether two runs have the same metrics, each equal to the bit or apart by rounding."""
    if not same_metrics((one, other)):
        return False
    before, after = one.results.columns, other.results.columns
    return before.values == after.values or all(
        close(old, new, rounding) for old, new in zip(before.values, after.values, strict=True)
    )


def varies_with_one_seed(runs: Sequence[RunRecord]) -> bool:
    """Whether two of the runs have one seed and not the same metrics: something varies that no seed holds."""
    first: dict[str, RunRecord] = {}
    return any(not agree(first.setdefault(seed_of(run), run), run, rounding=0.0) for run in runs)


def no_coincidence(runs: Sequence[RunRecord]) -> bool:
    """Whether runs with equal metrics (two at least) must have done the same.

    An accuracy on a hundred samples is often equal by chance. A loss never is; nor are the artifacts or the
    predictions, where they are known.
    """
    first, rest = runs[0].results, [run.results for run in runs[1:]]
    if any(is_fine(metric.name, metric.value) for metric in first.metrics):
        return True
    if first.artifacts and all(dict(one.artifacts) == dict(first.artifacts) for one in rest):
        return True
    made = first.predictions
    return made is not None and all(
        one.predictions is not None and one.predictions.hash == made.hash for one in rest
    )


def surely_repeats(sample: Sample) -> bool:
    """Whether the runs repeat each other, and not by chance: three of them, or two in more than a count."""
    return sample.kind == "exact" and (len(sample.runs) > 2 or no_coincidence(sample.runs))


def one_seed_repeats(runs: Sequence[RunRecord]) -> bool:
    """Whether two runs of one seed at least, and all others, agree."""
    one_seed = [run for run in runs if seed_of(run) == seed_of(runs[0])]
    return len(one_seed) > 1 and surely_repeats(sample_of(one_seed))


def lacking(runs: Sequence[RunRecord], most: int, *, reseeds: bool) -> int:
    """How many more trainings of a version a baseline may need, beside its `runs`; 0 where they are one.

    `most` seeds are a baseline where trainings differ; without `reseeds` (no other seed can be set) as many runs.
    """
    if len(runs) < 2:  # first two of one seed, of which one counts where seeds do
        return 2 - len(runs) + max(most - (1 if reseeds else 2), 0)
    if one_seed_repeats(runs):
        return 0
    return max(most - len(first_of_each_seed(runs) if reseeds else runs), 0)


def close(old: float, new: float, rounding: float = ROUNDING) -> bool:
    """Equal as results (NaN equals NaN, -0 equals 0), or apart by rounding relative to the old value."""
    if old == new or (old != old and new != new):
        return True
    return rounding > 0 and math.isfinite(old) and abs(old - new) <= rounding * abs(old)


def columns_of(runs: Sequence[RunRecord]) -> dict[Id, Sequence[float]]:
    """Each metric's values, in the order of the runs; a run without the metric adds none."""
    columns = [run.results.columns for run in runs]
    if same_metrics(runs):
        return dict(zip(columns[0].ids, _tuples(runs), strict=True))
    found: dict[Id, list[float]] = {}
    for column in columns:
        for name, value in zip(column.ids, column.values, strict=True):
            found.setdefault(name, []).append(value)
    return {**found}


def matrix_of(runs: Sequence[RunRecord]) -> Mapping[Id, Sequence[float]]:
    """As `columns_of`, but where all runs have the same metrics, rows of a NumPy matrix (metrics x runs)."""
    if not same_metrics(runs):
        return columns_of(runs)
    return dict(zip(runs[0].results.columns.ids, _matrix(runs), strict=True))


def _tuples(runs: Sequence[RunRecord]) -> list[tuple[float, ...]]:
    """The values of each metric of runs with the same metrics."""
    return list(zip(*(run.results.columns.values for run in runs), strict=True))


def _matrix(runs: Sequence[RunRecord]) -> Any:
    """The same as a NumPy matrix, the values of one metric side by side in memory."""
    np, _ = libraries()
    return np.ascontiguousarray(np.array([np.frombuffer(run.results.columns.values) for run in runs]).T)


def lined_up(
    ids: Sequence[Id], runs: Sequence[RunRecord], *, matrix: bool = False
) -> Sequence[Sequence[float]]:
    """What `columns_of` (or `matrix_of`) has for each of these ids, and nothing for those that no run has.

    Where all runs have just these, nothing is looked up.
    """
    if _have(runs, ids):
        return _matrix(runs) if matrix else _tuples(runs)
    found = matrix_of(runs) if matrix else columns_of(runs)
    return [found.get(name, ()) for name in ids]


def newest_metrics(ids: Sequence[Id], runs: Sequence[RunRecord]) -> Sequence[Metric | None]:
    """What `metrics_of` has for each of these ids."""
    if _have(runs, ids):
        return runs[-1].results.columns.metrics
    found = metrics_of(runs)
    return [found.get(name) for name in ids]


def _have(runs: Sequence[RunRecord], ids: Sequence[Id]) -> bool:
    """Whether there are runs, and all of them have just these metrics."""
    return same_metrics(runs) and runs[0].results.columns.ids == ids


def ids_of(runs: Sequence[RunRecord]) -> Sequence[Id]:
    """The ids of all their metrics, sorted."""
    if same_metrics(runs):
        return runs[0].results.columns.ids
    return tuple(sorted({name for run in runs for name in run.results.columns.ids}))


def same_metrics(runs: Sequence[RunRecord]) -> bool:
    """Whether there are runs, and all of them have the same metrics."""
    ids = [run.results.columns.ids for run in runs]
    return bool(ids) and all(other is ids[0] or other == ids[0] for other in ids)


def metrics_of(runs: Sequence[RunRecord]) -> dict[Id, Metric]:
    """Each metric as the newest run with it has it."""
    if same_metrics(runs):
        runs = runs[-1:]
    return {
        name: metric
        for run in runs
        for name, metric in zip(run.results.columns.ids, run.results.columns.metrics, strict=True)
    }


def past_samples(history: Sequence[Sequence[RunRecord]], sample: Sample) -> tuple[Sample, ...]:
    """The samples of past versions (newest first) whose spread is of the same kind and whose data are the same.

    Where the sample shows no spread itself (a version recorded once), that of seeds is taken, else that of reruns.
    """
    data = _data(sample.runs[0])
    same = [version for version in history if version and all(_data(run) == data for run in version)]
    past = [made for version in same[:MOST_VERSIONS] if (made := sample_of(version)).varies]
    if sample.kind == "exact":
        return ()
    kinds: Sequence[Kind] = (sample.kind,) if sample.varies else ("seeds", "reruns")
    return next((found for kind in kinds if (found := tuple(one for one in past if one.kind == kind))), ())


def _data(run: RunRecord) -> Mapping[str, str]:
    return {item.path: item.hash for item in run.data}
