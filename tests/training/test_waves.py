"""Trainings spread over machines: orders out, shards back, and what of them counts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.errors import UsageError
from reproof.runs.record import RunRecord, Seed
from reproof.strict import SchemaError
from reproof.training.waves import (
    JOBS,
    Order,
    Shard,
    dump_plan,
    dump_shard,
    fresh_seeds,
    gather,
    load_order,
    load_plan,
    load_shard,
    matrix,
    next_wave,
    wave,
)
from reproof.verdict.failure import Failure
from tests.runs.records import record

COMMIT = record().code.commit
KEY = record().key
PLAN = wave(1, COMMIT, KEY, [1, 7, 8], [("ubuntu-latest",)])


def run_with(seed: object, number: int = 1) -> RunRecord:
    made = record(number)
    return replace(made, config=replace(made.config, seed=Seed("seed", seed)))  # type: ignore[arg-type]


def answer(order: Order, number: int = 1) -> Shard:
    return Shard(order, run_with(order.seed, number))


def test_what_was_ordered_and_came_counts_in_the_order_of_the_plan() -> None:
    shards = [answer(order, number) for number, order in enumerate(PLAN, 1)]
    found = gather(PLAN, reversed(shards))
    assert [run.id for run in found.runs] == [record(number).id for number in (1, 2, 3)]
    assert (found.missing, found.left_out, found.failures) == ((), (), ())


def test_a_shard_that_was_killed_is_named() -> None:
    found = gather(PLAN, [answer(PLAN[0]), answer(PLAN[2], 3)])
    assert found.missing == ("1-2",)
    assert len(found.runs) == 2


@pytest.mark.parametrize("turned", [False, True])
def test_of_a_shard_that_came_twice_the_earlier_one_counts_whichever_arrived_first(turned: bool) -> None:
    both = [answer(PLAN[0], 1), answer(PLAN[0], 2)]
    found = gather(PLAN[:1], both[::-1] if turned else both)
    assert [run.id for run in found.runs] == [record(1).id]
    assert found.left_out == (("1-1", "it came twice; the earlier one counts"),)


LATE = replace(PLAN[0], commit="d" * 40)
UNLIKE = {
    "of another push": (
        Shard(LATE, replace(run_with(1), code=replace(record().code, commit="d" * 40))),
        "plan",
    ),
    "of another commit": (
        Shard(PLAN[0], replace(run_with(1), code=replace(record().code, commit="d" * 40))),
        "commit",
    ),
    "of another key": (Shard(PLAN[0], replace(run_with(1), key="1" * 64)), "key"),
    "of another seed": (Shard(PLAN[0], run_with(2)), "seed"),
    "of a changed tree": (
        Shard(PLAN[0], replace(run_with(1), code=replace(record().code, patch="x"))),
        "changed work tree",
    ),
}


@pytest.mark.parametrize(("shard", "why"), UNLIKE.values(), ids=UNLIKE)
def test_what_was_not_ordered_is_left_out_and_named(shard: Shard, why: str) -> None:
    found = gather(PLAN[:1], [shard])
    assert found.runs == ()
    assert found.missing == ("1-1",)
    assert why in found.left_out[0][1]


def test_a_failed_training_is_an_answer() -> None:
    failure = Failure("the training exited with 1", 1, ("boom",))
    found = gather(PLAN[:1], [Shard(PLAN[0], None, failure)])
    assert (found.failures, found.missing) == ((failure,), ())


def test_one_run_that_answers_two_orders_counts_once() -> None:
    plan = wave(1, COMMIT, KEY, [None, None], [("a",)])
    run = record(1)
    assert gather(plan, [Shard(order, run) for order in plan]).runs == (run,)


def test_a_seed_comes_back_as_text_where_a_variable_gave_it() -> None:
    assert gather(PLAN[:1], [Shard(PLAN[0], run_with("1"))]).missing == ()


def test_plan_and_shard_read_back_equal() -> None:
    assert load_plan(dump_plan(PLAN), "plan.json") == PLAN
    for shard in (answer(PLAN[0]), Shard(PLAN[1], None, Failure("it failed", None, ("a", "b")))):
        assert load_shard(dump_shard(shard), "shard.json") == shard


def test_a_job_of_the_matrix_holds_its_order() -> None:
    jobs = json.loads(matrix(PLAN))["include"]
    assert [load_order(job["order"]) for job in jobs] == list(PLAN)
    assert jobs[0]["runner"] == ["ubuntu-latest"]
    assert json.loads(matrix(()))["include"] == []


def test_each_runner_trains_all_seeds() -> None:
    made = wave(2, COMMIT, KEY, [1, 2], [("a",), ("self-hosted", "gpu")])
    assert [(order.name, order.seed, order.runner[0]) for order in made] == [
        ("2-1", 1, "a"),
        ("2-2", 2, "a"),
        ("2-3", 1, "self-hosted"),
        ("2-4", 2, "self-hosted"),
    ]


def test_more_jobs_than_a_matrix_holds_are_refused() -> None:
    seeds = list(range(JOBS + 1))
    with pytest.raises(UsageError, match="more than the 256 jobs"):
        wave(1, COMMIT, KEY, seeds, [("a",)])
    assert len(matrix(wave(1, COMMIT, KEY, seeds[:-1], [("a",)]))) < 200_000


def test_the_next_wave_takes_the_machines_of_the_newest_until_the_budget_is_spent() -> None:
    second = next_wave(PLAN, [9, 10], 5)
    assert [(order.name, order.seed, order.runner) for order in second] == [
        ("2-1", 9, ("ubuntu-latest",)),
        ("2-2", 10, ("ubuntu-latest",)),
    ]
    assert next_wave(PLAN, [9, 10], 4) == second[:1]
    assert next_wave(PLAN, [9], 3) == ()
    third = next_wave((*PLAN, *second), [11], 9)
    assert [order.name for order in third] == ["3-1"]
    assert next_wave((*PLAN, *second, *third), [12], 99) == ()


@pytest.mark.parametrize("label", ["", "${{ x }}", 'a"b', "a\nb", "a" * 200])
def test_a_label_is_a_plain_word(label: str) -> None:
    with pytest.raises(UsageError, match="no label"):
        wave(1, COMMIT, KEY, [1], [(label,)])


@given(st.integers(0, 40), st.sets(st.integers(0, 2**31 - 1), max_size=5))
def test_fresh_seeds_are_new_distinct_and_the_same_each_time(count: int, taken: set[int]) -> None:
    found = fresh_seeds(KEY, count, taken)
    assert len(set(found)) == count
    assert not set(found) & taken
    assert fresh_seeds(KEY, count, taken) == found
    assert all(0 <= seed < 2**31 for seed in found)


def test_a_seed_that_a_run_has_is_not_fresh() -> None:
    first, second = fresh_seeds(KEY, 2, [])
    assert fresh_seeds(KEY, 1, [first]) == (second,)


def broken(**changes: object) -> bytes:
    values = json.loads(dump_shard(answer(PLAN[0])))
    for path, value in changes.items():
        first, _, last = path.rpartition("__")
        (values[first] if first else values)[last] = value
    return json.dumps(values).encode()


BROKEN = {
    "no JSON": b"{",
    "another schema": broken(schema="reproof-shard/9"),
    "neither record nor failure": broken(record=None),
    "both": broken(failure={"what": "x", "exit_code": 1, "log_tail": []}),
    "a name with a path in it": broken(order__name="../../etc"),
    "a commit that is no commit": broken(order__commit="$(id)"),
    "a wave beyond the last": broken(order__wave=4),
    "a key too many": broken(more=1),
    "a failure that is no failure": broken(
        record=None, failure={"what": "x", "exit_code": "1", "log_tail": []}
    ),
    "nested without end": b'{"schema":' + b"[" * 100_000,
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_shard_that_is_not_whole_is_refused(data: bytes) -> None:
    with pytest.raises(SchemaError):
        load_shard(data, "shard.json")


def test_a_plan_with_two_orders_of_one_name_is_refused() -> None:
    with pytest.raises(SchemaError, match="two orders of one name"):
        load_plan(dump_plan((PLAN[0], PLAN[0])), "plan.json")
