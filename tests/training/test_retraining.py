"""Trainings as often as they are wanted: seeds, budgets, baselines; a trainer that hands out records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from reproof.config import CompareConfig
from reproof.runs.record import Results, RunRecord, Scalar
from reproof.training.retraining import (
    Budget,
    measure_baseline,
    measure_merge,
    settle,
)
from reproof.training.trainings import Trainings
from reproof.training.waves import fresh_seeds
from reproof.verdict.compare import Decision, decide
from reproof.verdict.failure import Failure
from tests.runs.records import record, seeded


def in_turn(*made: RunRecord | Failure) -> Callable[[], RunRecord | Failure]:
    left: Iterator[RunRecord | Failure] = iter(made)
    return lambda: next(left)


EQUAL = [record(number) for number in range(9)]
DIFFERENT = [record(number, metrics={"auc": 0.9 + number / 1000}) for number in range(9)]


class Noisy:
    """A training whose loss is told by a list; it knows which seeds it was asked for."""

    def __init__(self, *losses: float | None) -> None:
        self.losses = list(losses)
        self.seeds: list[Scalar] = []

    def once(self) -> RunRecord | Failure:
        return self.with_seed(1)

    def with_seed(self, seed: Scalar) -> RunRecord | Failure:
        loss = self.losses[len(self.seeds)]
        self.seeds.append(seed)
        if loss is None:
            return Failure("it broke", 1)
        return of_loss(100 + len(self.seeds), loss, seed)

    @property
    def training(self) -> Trainings:
        return Trainings(self.once, 1, self.with_seed)


def of_loss(number: int, loss: float, seed: Scalar) -> RunRecord:
    made = record(number, metrics={"loss": loss})
    return seeded(replace(made, results=Results(made.results.metrics)), seed)  # type: ignore[arg-type]


RECORDED = [of_loss(at, loss, at) for at, loss in enumerate((0.30, 0.304, 0.298, 0.302, 0.297, 0.303))]

FRESH: list[Scalar] = [*fresh_seeds(RECORDED[0].key, 9, range(6))]


def settled(
    noisy: Noisy, *, runs: int = 6, seconds: float = 1e6, reseeds: bool = True
) -> tuple[str, list[Scalar], tuple[str, ...]]:
    """The verdict, the seeds that were trained, and what was not checked."""
    now = 0.0

    def clock() -> float:
        nonlocal now
        now += 30
        return now

    def decided(made: Sequence[RunRecord]) -> Decision:
        return decide(made, RECORDED, None, CompareConfig())

    training = noisy.training if reseeds else replace(noisy.training, reseeded=None)
    comparison, _ = settle(training, decided, Budget(runs, seconds), clock, RECORDED, "0" * 64)
    return comparison.verdict, noisy.seeds, tuple(item.why for item in comparison.not_checked)


def test_the_first_new_run_repeats_a_recorded_seed_and_is_enough_where_it_is_usual() -> None:
    assert settled(Noisy(0.301))[:2] == ("reproduced", [1])


def test_a_difference_is_confirmed_by_a_fresh_seed_and_then_diagnosed_by_the_same() -> None:
    assert settled(Noisy(0.5, 0.51, 0.5))[:2] == ("drifted", [1, FRESH[0], 1])


def test_one_bad_seed_is_undecided() -> None:
    assert settled(Noisy(0.5, 0.3))[:2] == ("undecided", [1, FRESH[0]])


def test_four_looks_are_the_most() -> None:
    verdict, seeds, _ = settled(Noisy(0.306, 0.3065, 0.3065, 0.307, 0.3))
    assert (verdict, seeds) == ("undecided", [1, *FRESH[:3]])


def test_the_budget_of_runs_and_of_time_ends_it_and_says_so() -> None:
    verdict, seeds, why = settled(Noisy(0.306, 0.306, 0.306), runs=2)
    assert (verdict, len(seeds)) == ("undecided", 2)
    assert "retrains" in why[0]
    verdict, seeds, why = settled(Noisy(0.306, 0.306, 0.306), seconds=70.0)
    assert (verdict, len(seeds)) == ("undecided", 1)
    assert "time-budget" in why[0]


def test_where_no_other_seed_can_be_set_the_first_run_has_to_do() -> None:
    verdict, seeds, why = settled(Noisy(0.306), reseeds=False)
    assert (verdict, seeds) == ("undecided", [1])
    assert "cannot be set" in why[0]


def test_a_failure_of_the_declared_training_fails_and_one_of_another_seed_is_said() -> None:
    assert settled(Noisy(None))[0] == "failed"
    verdict, _, why = settled(Noisy(0.306, None))
    assert verdict == "undecided"
    assert "it broke" in why[0]


def test_a_training_that_repeats_takes_two_runs_and_one_that_does_not_as_many_as_configured() -> None:
    assert measure_baseline(Trainings(in_turn(*EQUAL)), 5) == EQUAL[:2]
    assert measure_baseline(Trainings(in_turn(*DIFFERENT)), 5) == DIFFERENT[:5]
    assert measure_baseline(Trainings(in_turn(*DIFFERENT)), 1) == DIFFERENT[:2], (
        "one run cannot tell whether it repeats"
    )


def test_equal_numbers_of_two_seeds_do_not_show_that_it_repeats() -> None:
    runs = [EQUAL[0], seeded(EQUAL[1], 2), *EQUAL[2:]]
    assert measure_baseline(Trainings(in_turn(*runs)), 3) == runs[:3]


def test_one_failure_ends_a_baseline() -> None:
    failure = Failure("it broke", 1)
    assert measure_baseline(Trainings(in_turn(EQUAL[0], failure)), 5) == failure


def test_not_a_number_repeats_itself() -> None:
    runs = [replace(record(number, metrics={"auc": float("nan")})) for number in (1, 2)]
    assert measure_baseline(Trainings(in_turn(*runs)), 5) == runs


def test_a_noisy_baseline_goes_on_with_other_seeds() -> None:
    noisy = Noisy(0.30, 0.31, 0.32, 0.33, 0.34, 0.35)
    made = measure_baseline(noisy.training, 5)
    assert isinstance(made, list)
    assert noisy.seeds == [1, 1, *FRESH[:4]], "the second run of the first seed is none of the five"


def test_a_baseline_grows_from_what_is_recorded() -> None:
    noisy = Noisy(0.33, 0.34)
    made = measure_baseline(noisy.training, 5, RECORDED[:3])
    assert isinstance(made, list)
    assert noisy.seeds == FRESH[:2]
    again = Noisy(0.33)
    assert len(measure_baseline(again.training, 5, RECORDED)) == 1  # type: ignore[arg-type]


def test_equal_counts_take_a_third_run() -> None:
    equal = [replace(run, results=Results(run.results.metrics)) for run in EQUAL]
    assert measure_baseline(Trainings(in_turn(*equal)), 5) == equal[:3]


def test_a_merge_takes_as_many_runs_as_configured() -> None:
    noisy = Noisy(0.3, 0.31)
    measure_merge(noisy.training, 2)
    assert noisy.seeds == [1, FRESH[0]]
    assert measure_merge(Noisy(None).training, 2) == Failure("it broke", 1)
