"""What an acceptance says of the runs around it, and which comparison names it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from reproof import __version__
from reproof.config import CompareConfig, MetricPolicy
from reproof.runs.acceptance import Acceptance
from reproof.runs.baseline import Base
from reproof.runs.record import RunRecord
from reproof.verdict.acceptance import acceptance_of, naming
from reproof.verdict.compare import compare
from reproof.verdict.comparison import Accepted
from tests.runs.records import record, seeded

SETTINGS = CompareConfig()
OLD, NEW, AGREES = record(1), record(2, metrics={"auc": 0.8}), record(3, metrics={"auc": 0.8})


def accepted(
    run: RunRecord,
    same_key: tuple[RunRecord, ...],
    base: Base | None = None,
    settings: CompareConfig = SETTINGS,
) -> Acceptance:
    return acceptance_of(
        run,
        same_key,
        base,
        settings,
        name="ab" * 6,
        who="Ada",
        why="better",
        when="2026-02-01T12:00:00+00:00",
    )


def test_runs_of_the_key_that_disagree_are_replaced_and_the_others_count() -> None:
    made = accepted(NEW, (OLD, NEW, AGREES))
    assert (made.to_run, made.key, made.head) == (NEW.id, NEW.key, NEW.code.commit)
    assert (made.from_key, made.from_runs) == (NEW.key, (OLD.id,))
    assert made.metrics == NEW.results.metrics
    assert (made.id, made.who, made.why, made.when) == (
        "ab" * 6,
        "Ada",
        "better",
        "2026-02-01T12:00:00+00:00",
    )
    assert made.self_reported is False
    assert made.reproof == __version__


SPREAD = (0.310, 0.314, 0.306, 0.312, 0.308)


def losses(first: int, *values: float, seeds: Iterable[int] | None = None, **changes: Any) -> list[RunRecord]:
    """Runs with these losses, each of another seed unless `seeds` says which; `first` is the first one's number."""
    numbers = range(first, first + len(values))
    return [
        replace(seeded(record(number, metrics={"loss": value}, **changes), seed), key="0" * 64)
        for number, value, seed in zip(numbers, values, seeds or numbers, strict=False)
    ]


def replaced(run: RunRecord, *others: RunRecord) -> set[str]:
    return set(accepted(run, (run, *others)).from_runs)


def ids(runs: Iterable[RunRecord]) -> set[str]:
    return {run.id for run in runs}


def test_runs_that_noise_sets_apart_stay_the_distribution_of_the_accepted_one() -> None:
    runs = losses(1, *SPREAD)
    for run in runs:
        assert replaced(run, *(other for other in runs if other is not run)) == set()
    elsewhere = losses(9, 0.311, environment=replace(OLD.environment, observed=None))
    assert replaced(elsewhere[0], *runs) == set(), "another machine, inside the noise"


def test_too_few_runs_of_other_seeds_contradict_nothing_but_another_result_of_one_seed_does() -> None:
    one, two = losses(1, 0.31, 0.35)
    assert replaced(two, one) == set()
    assert replaced(two, *losses(1, 0.31, seeds=[2])) == {one.id}
    elsewhere = losses(1, 0.31, environment=replace(OLD.environment, observed=None))
    assert replaced(two, *elsewhere) == {one.id}, "nothing shows that it is not the machine"


def test_reruns_of_one_seed_that_vary_are_a_distribution_too() -> None:
    *reruns, last = losses(1, *SPREAD, seeds=[7] * 5)
    assert replaced(last, *reruns) == set()
    assert replaced(last, *reruns[:2]) == set()


def test_runs_from_before_the_results_moved_are_replaced_and_those_since_then_are_not() -> None:
    before = losses(1, *SPREAD)
    since = losses(20, *(value + 0.1 for value in SPREAD))
    for run in since:
        others = [other for other in since if other is not run]
        assert replaced(run, *before) == ids(before)
        assert replaced(run, *before, *others) == ids(before)
    assert replaced(before[-1], *before[:-1], *since) == ids(since)
    exact = losses(1, 0.31, 0.31, seeds=[7, 7])
    assert replaced(*losses(5, 0.32, seeds=[7]), *exact) == ids(exact)


def test_what_the_policy_calls_equal_agrees() -> None:
    tolerant = CompareConfig(metrics=(MetricPolicy("auc", "higher", 0.2),))
    assert accepted(NEW, (OLD,), settings=tolerant).from_runs == ()


def test_the_base_s_runs_are_replaced_for_this_key() -> None:
    base = replace(OLD, key="b" * 64)
    made = accepted(NEW, (), Base(base.code.commit, 0, (base,)))
    assert (made.from_key, made.from_runs) == (base.key, (base.id,))


def test_the_first_run_of_all_can_be_accepted() -> None:
    made = accepted(NEW, (NEW,))
    assert (made.from_key, made.from_runs) == (None, ())


def test_a_comparison_names_the_newest_acceptance_of_a_run_that_it_builds_on() -> None:
    made = accepted(NEW, (OLD,))
    newer = replace(made, id="cd" * 6, when="2026-03-01T12:00:00+00:00", who="Grace")
    comparison = naming(compare([AGREES], [NEW], None, SETTINGS), [newer, made])
    assert comparison.repeats == "reproduced"
    assert comparison.baseline is not None
    assert comparison.baseline.accepted is not None
    assert comparison.baseline.accepted == Accepted(NEW.id, "Grace", "2026-03-01T12:00:00+00:00", "better")
    forked = naming(compare([AGREES], [NEW], None, SETTINGS), [replace(newer, self_reported=True)])
    assert forked.baseline is not None
    assert forked.baseline.accepted is not None
    assert forked.baseline.accepted.self_reported
    other = naming(compare([AGREES], [OLD], None, SETTINGS), [made])
    assert other.baseline is not None
    assert other.baseline.accepted is None
    alone = compare([NEW], [], None, SETTINGS)
    assert naming(alone, [made]) == alone
