"""Which runs are observations: by seed, by what they repeat, by numeric class, by data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reproof.runs.record import DataFile, Predictions, Results, RunRecord, StageResult
from reproof.verdict.sample import (
    independent,
    lacking,
    like_with_like,
    observations,
    one_seed_repeats,
    past_samples,
    refuse_one_seed_twice,
    sample_of,
    shared_stages,
    surely_repeats,
    varies_with_one_seed,
)
from tests.runs.records import OBSERVED, record, seeded


def runs(
    *values: float, seeds: tuple[int, ...] | None = None, first: int = 1, **changes: Any
) -> list[RunRecord]:
    """Runs of a loss, one a value; of different seeds where they are given."""
    made = [record(first + at, metrics={"loss": value}, **changes) for at, value in enumerate(values)]
    return [seeded(run, seed) for run, seed in zip(made, seeds, strict=True)] if seeds else made


def of_class(run: RunRecord, name: str | None) -> RunRecord:
    pieces = None if name is None else (("vendor", name),)
    return replace(
        run, environment=replace(run.environment, observed=replace(OBSERVED, numeric_class=pieces))
    )


@pytest.mark.parametrize(
    ("recorded", "kind", "count"),
    [
        (runs(0.1), "single", 1),
        (runs(0.1, 0.1), "exact", 2),
        (runs(0.1, 0.1 * (1 + 1e-9)), "exact", 2),
        (runs(0.1, 0.2), "reruns", 2),
        (runs(0.1, 0.1, 0.2), "reruns", 3),
        (runs(0.1, 0.1, seeds=(1, 2)), "exact", 2),
        (runs(0.1, 0.2, seeds=(1, 2)), "seeds", 2),
        (runs(0.1, 0.15, 0.2, seeds=(1, 1, 2)), "seeds", 2),
    ],
)
def test_recorded_runs_show_one_kind_of_spread(recorded: list[RunRecord], kind: str, count: int) -> None:
    for order in (recorded, recorded[::-1]):
        found = sample_of(order)
        assert (found.kind, len(found.runs)) == (kind, count)


def test_a_second_run_of_a_seed_is_no_observation() -> None:
    sample = sample_of(runs(0.1, 0.2, seeds=(1, 2)))
    now = runs(0.3, 0.4, 0.5, seeds=(1, 1, 9), first=10)
    assert [run.results.metrics[0].value for run in observations(now, sample)] == [0.3, 0.5]
    refuse_one_seed_twice(observations(now, sample))
    with pytest.raises(ValueError, match="one seed"):
        refuse_one_seed_twice(now)


def test_reruns_are_held_against_reruns_of_their_seed() -> None:
    sample = sample_of(runs(0.1, 0.2))
    now = [*runs(0.3, 0.4, first=10), seeded(record(12, metrics={"loss": 0.5}), 9)]
    assert [run.results.metrics[0].value for run in observations(now, sample)] == [0.3, 0.4]


def test_an_accuracy_is_equal_by_chance_and_a_loss_is_not() -> None:
    def pair(metrics: dict[str, float], **results: Any) -> list[RunRecord]:
        made = [record(number, metrics=metrics) for number in (1, 2)]
        return [
            replace(
                run,
                results=Results(run.results.metrics, **{key: value[at] for key, value in results.items()}),
            )
            for at, run in enumerate(made)
        ]

    other = [(("model", "sha256:" + digit * 64),) for digit in "ab"]
    same = [other[0], other[0]]
    guessed = [Predictions("p.csv", "sha256:" + digit * 64, 10) for digit in "ab"]

    def surely(*more: Any, **results: Any) -> bool:
        return surely_repeats(sample_of(pair(*more, **results)))

    assert not surely({"accuracy": 0.91})
    assert not surely({"accuracy": 0.91}, artifacts=other)
    assert not surely({"score": 0.91})
    assert not surely({"accuracy": 0.91}, predictions=guessed)
    assert surely({"accuracy": 0.91}, artifacts=same)
    assert surely({"accuracy": 0.91}, predictions=guessed[:1] * 2)
    assert surely({"accuracy": 0.91, "log_loss": 0.3})
    assert surely({"score": 0.3141592653589793})
    assert surely({"loss": 0.0})
    three = [
        replace(
            record(at, metrics={"accuracy": 0.91}),
            results=Results(pair({"accuracy": 0.91})[0].results.metrics),
        )
        for at in (1, 2, 3)
    ]
    assert surely_repeats(sample_of(three))
    seeds = [seeded(run, at) for at, run in enumerate(three)]
    assert sample_of(seeds).kind == "seeds", "of different seeds chance is the better guess"


def test_equality_is_asked_of_the_same_numeric_class_where_it_can_decide() -> None:
    here, there = runs(0.1, 0.1), [of_class(run, "other") for run in runs(0.2, 0.2, first=5)]
    now = runs(0.3, first=10)
    assert like_with_like([*there, *here], now) == tuple(here)
    assert like_with_like([*there, here[0]], now) == (*there, here[0])
    assert like_with_like(there, now) == tuple(there)
    assert like_with_like(there, [of_class(now[0], None)]) == tuple(there)
    three = runs(0.1, 0.2, 0.3, first=20)
    assert like_with_like([*there, *three], now) == tuple(three), "three that differ tell how far they do"
    assert like_with_like([*there, *three[:2]], now) == (*there, *three[:2])


def test_past_versions_count_where_data_and_kind_of_spread_are_the_same() -> None:
    sample = sample_of(runs(0.1, 0.2, seeds=(1, 2)))
    seeds, reruns, single = runs(0.3, 0.4, seeds=(1, 2)), runs(0.3, 0.4), runs(0.3)
    moved = runs(0.3, 0.4, seeds=(1, 2), data=(DataFile("data/raw.csv", "md5:" + "e" * 32),))
    history = [moved, single, reruns, seeds]
    assert [one.runs for one in past_samples(history, sample)] == [tuple(seeds)]
    assert [one.kind for one in past_samples(history, sample_of(reruns))] == ["reruns"]
    assert [one.kind for one in past_samples(history, sample_of(single))] == ["seeds"]
    assert past_samples(history, sample_of(runs(0.1, 0.1))) == ()
    assert len(past_samples([seeds] * 30, sample)) == 20


def test_what_a_baseline_lacks_is_counted_in_seeds_or_in_runs() -> None:
    once, twice = runs(0.1), runs(0.1, 0.1)
    assert lacking(once, 5, reseeds=True) == 5, "one more of its seed, which does not count, and four seeds"
    assert lacking(once, 5, reseeds=False) == 4
    assert lacking(twice, 5, reseeds=True) == 0, "it repeats"
    assert lacking(runs(0.1, 0.2), 5, reseeds=True) == 4, "one seed so far"
    seeds = runs(*(at / 10 for at in range(5)), seeds=(1, 2, 3, 4, 5))
    assert lacking(seeds, 5, reseeds=True) == lacking(seeds, 4, reseeds=True) == 0
    assert lacking(runs(0.1, 0.2, 0.3), 5, reseeds=False) == 2


def test_one_run_of_a_seed_does_not_show_that_it_repeats() -> None:
    assert one_seed_repeats(runs(0.1, 0.1))
    assert not one_seed_repeats(runs(0.1, 0.2))
    assert not one_seed_repeats(runs(0.1, 0.1, seeds=(1, 2)))


def test_a_training_varies_where_one_seed_gives_other_bits() -> None:
    assert varies_with_one_seed(runs(0.1, 0.1 * (1 + 1e-9)))
    assert not varies_with_one_seed(runs(0.1, 0.1))
    assert not varies_with_one_seed(runs(0.1, 0.2, seeds=(1, 2)))


def with_stages(number: int, reused: str | None = None, loss: float = 0.1) -> RunRecord:
    made = record(number, metrics={"loss": loss})
    stages = (
        StageResult("clean", (("clean.txt", "md5:1"),), reused=reused),
        StageResult("train", (("model", "md5:2"),), ("clean",)),
    )
    return replace(made, results=replace(made.results, stages=stages))


def test_runs_that_share_the_training_of_a_stage_are_one_observation() -> None:
    first, other = with_stages(1), with_stages(4)
    taken, again = with_stages(2, reused=first.id), with_stages(3, reused=first.id)
    assert independent([again, other, taken, first]) == (first, other)
    assert independent([again, taken]) == (taken,), "of a run that is not among them"
    assert independent([first, other, with_stages(5, reused=first.id)]) == (first, other), (
        "the first stays known"
    )
    assert shared_stages(again, [first, taken]) == {"clean": first.id}
    assert shared_stages(again, [other]) == shared_stages(other, [first, taken]) == {}
