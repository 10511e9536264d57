"""Whether the training repeats by itself, as far as the runs at hand tell. It decides nothing of the verdict."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from reproof.runs.record import Metric
from reproof.verdict.comparison import Determinism
from reproof.verdict.sample import agree, columns_of, seed_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reproof.runs.record import Observed, RunRecord, Slice
    from reproof.verdict.comparison import ClassIs, Repetition


def determinism_of(newest: RunRecord, runs: Iterable[RunRecord]) -> Determinism:
    """What the newest run and all runs that it is judged by (itself among them) tell.

    Only trainings that reproof saw count. Runs of two numeric classes may differ without any nondeterminism: they
    are never held against each other here.
    """
    seen = [run for run in {run.id: run for run in runs}.values() if run.kind == "trained"]
    alike = max(_alike(seen), key=lambda one: (len(one) > 1, one[0].key == newest.key, len(one)), default=[])
    repeats = _repetition(alike)
    widest, by = _widest(alike) if repeats == "differ" else (None, None)
    return Determinism(
        seed=newest.config.seed.name if newest.config.seed else None,
        runs=len(alike) if repeats else 0,
        own=bool(alike) and alike[0].key == newest.key,
        repeats=repeats,
        widest=widest,
        by=by,
        numeric_class=_numeric_class(newest, [run for run in seen if run.id != newest.id]),
        facts=_facts(newest.environment.observed),
    )


def _alike(runs: Iterable[RunRecord]) -> list[list[RunRecord]]:
    """The runs apart by key, seed and numeric class; one look at each, since strangers may hand over a thousand."""
    found: dict[object, list[RunRecord]] = {}
    for run in runs:
        known = _class(run)
        of_class = None if known is None else frozenset(known.items())
        found.setdefault((run.key, seed_of(run), of_class), []).append(run)
    return list(found.values())


def _repetition(alike: Sequence[RunRecord]) -> Repetition | None:
    if len(alike) < 2:
        return None
    if all(agree(alike[0], run, rounding=0.0) for run in alike[1:]):
        return "equal"
    return "rounding" if all(agree(alike[0], run) for run in alike[1:]) else "differ"


def _widest(alike: Sequence[RunRecord]) -> tuple[str | None, float | None]:
    """The metric that differs most, relative to its size, and by how much; a slice is named after whole metrics.

    None by how much, where it is a number in some runs and NaN or infinite in others: nothing differs more.
    """
    spans: list[tuple[float, bool, str, Slice, float | None]] = []
    for (name, part), values in columns_of(alike).items():
        known = [value for value in values if math.isfinite(value)]
        if known and len(known) < len(values):
            spans.append((math.inf, not part, name, part, None))
        elif len(known) > 1 and (span := max(known) - min(known)) > 0:
            spans.append((span / max(map(abs, known)), not part, name, part, span))
    if not spans:
        return None, None
    _, _, name, part, by = max(spans, key=lambda span: span[:4])
    return Metric(name, 0.0, part).label, by


def _numeric_class(newest: RunRecord, others: Sequence[RunRecord]) -> ClassIs:
    mine = _class(newest)
    theirs = [known for run in others if (known := _class(run)) is not None]
    if mine is None or not theirs:
        return "unknown"
    return "same" if mine in theirs else "other"


def _class(run: RunRecord) -> dict[str, str] | None:
    observed = run.environment.observed
    return None if observed is None or observed.numeric_class is None else dict(observed.numeric_class)


def _facts(observed: Observed | None) -> tuple[tuple[str, str], ...]:
    """Threads, as the libraries tell them (`openblas threads (numpy)`), then the variables that are set."""
    if observed is None:
        return ()
    threads = ((name, value) for name, value in observed.libraries if "threads" in name.split())
    return tuple(dict((*threads, *observed.determinism)).items())
