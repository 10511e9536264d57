"""Whether a training repeats by itself: from runs of one key, one seed and one numeric class, and of no others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reproof.config import CompareConfig
from reproof.runs.baseline import Base
from reproof.runs.record import Metric, RunRecord, Seed
from reproof.verdict.compare import compare
from reproof.verdict.comparison import Determinism
from tests.runs.records import OBSERVED, record

BR = (("country", "BR"),)


def run(number: int, auc: float = 0.9, seed: int | None = 1, **observed: Any) -> RunRecord:
    made = record(number, metrics={"auc": auc, "loss": 0.123456})
    return replace(
        made,
        config=replace(made.config, seed=None if seed is None else Seed("train.seed", seed)),
        environment=replace(made.environment, observed=replace(OBSERVED, **observed)),
    )


def told(now: list[RunRecord], *recorded: RunRecord, base: Base | None = None) -> Determinism:
    found = compare(now, recorded, base, CompareConfig()).determinism
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("runs", "count", "repeats"),
    [
        ([run(1), run(2), run(3)], 3, "equal"),
        ([run(1), run(2, 0.9 + 1e-9), run(3)], 3, "rounding"),
        ([run(1), run(2, 0.8), run(3)], 3, "differ"),
        ([run(1), run(2, 0.8, seed=2)], 0, None),
        ([run(1, seed=None), run(2, seed=None)], 2, "equal"),
        ([run(1), run(2, 0.8, numeric_class=(("vendor", "AuthenticAMD"),))], 0, None),
        ([run(1), replace(run(2, 0.8), kind="claimed")], 0, None),
        ([run(1), run(2, 0.8, seed=2), run(3, seed=2), run(4, 0.8, seed=2)], 3, "differ"),
    ],
    ids=["equal", "rounding", "differ", "seeds", "no-seed", "classes", "claimed", "most-of-one-seed"],
)
def test_runs_of_one_seed_tell(runs: list[RunRecord], count: int, repeats: str | None) -> None:
    found = told(runs[-1:], *runs[:-1])
    assert (found.runs, found.repeats, found.own) == (count, repeats, True)


def test_the_metric_that_differs_most_is_named() -> None:
    first, second = run(1), run(2, 0.8)
    more = (*second.results.metrics, Metric("auc", 0.1, BR), Metric("nan", float("nan")))
    second = replace(second, results=replace(second.results, metrics=more))
    third = replace(second, id="f" * 12, results=replace(second.results, metrics=(*more[:-2], *more[-1:])))
    found = told([third], first, second)
    assert (found.widest, round(found.by or 0, 6)) == ("auc", 0.1)


def test_a_number_in_one_run_and_none_in_another_is_the_widest_difference() -> None:
    runs_ = [
        replace(one, results=replace(one.results, metrics=(*one.results.metrics, Metric("f1", value))))
        for one, value in ((run(1), float("nan")), (run(2, 0.8), 0.5))
    ]
    found = told([runs_[1]], runs_[0])
    assert (found.repeats, found.widest, found.by) == ("differ", "f1", None)


def test_the_bases_runs_tell_where_no_others_do() -> None:
    old = [
        replace(run(number, auc), code=replace(run(1).code, files=(("train.py", "a" * 40),)), key="1" * 64)
        for number, auc in ((1, 0.9), (2, 0.91))
    ]
    found = told([run(3)], base=Base("c" * 40, 0, tuple(old)))
    assert (found.own, found.runs, found.repeats) == (False, 2, "differ")


def test_threads_flags_and_the_class_are_those_of_the_new_run() -> None:
    facts: dict[str, Any] = {
        "libraries": (("openblas threads (numpy)", "2"), ("openblas core (numpy)", "Haswell")),
        "determinism": (("PYTHONHASHSEED", "0"),),
    }
    found = told([run(2, **facts)], run(1))
    assert found.facts == (("openblas threads (numpy)", "2"), ("PYTHONHASHSEED", "0"))
    assert (found.seed, found.numeric_class) == ("train.seed", "same")
    assert told([run(2, numeric_class=None)], run(1)).numeric_class == "unknown"
    assert told([run(2, numeric_class=(("vendor", "x"),))], run(1)).numeric_class == "other"
    assert told([run(2)]).numeric_class == "unknown"


def test_a_run_that_nobody_observed_tells_nothing() -> None:
    blind = replace(run(1), environment=replace(run(1).environment, observed=None))
    assert told([blind]) == Determinism("train.seed")


def test_where_nothing_was_trained_nothing_is_known() -> None:
    claimed = [replace(run(number), kind="claimed") for number in (1, 2)]
    found = told(claimed[1:], claimed[0])
    assert (found.runs, found.repeats, found.own, found.widest) == (0, None, False, None)


def test_rounding_is_no_difference_to_be_named() -> None:
    assert told([run(2, 0.9 + 1e-9)], run(1)).widest is None


def test_runs_of_the_own_key_tell_before_more_of_another() -> None:
    other = [replace(run(number), key="1" * 64) for number in (4, 5, 6)]
    found = told([run(2, 0.8)], run(1), base=Base("a" * 40, 0, tuple(other)))
    assert (found.own, found.runs, found.repeats) == (True, 2, "differ")


def test_of_metrics_that_are_gone_bad_a_whole_one_is_named_before_a_slice() -> None:
    def bad(number: int, value: float) -> RunRecord:
        parts = (Metric("zeta", value), Metric("zeta", value, BR), Metric("auc", value, BR))
        made = run(number)
        return replace(made, results=replace(made.results, metrics=parts))

    found = told([bad(2, float("nan"))], bad(1, 0.5))
    assert (found.widest, found.by) == ("zeta", None)
