"""Which stages are trained and which are taken from recorded runs: laws over random pipelines."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.errors import UsageError
from reproof.runs.record import RunRecord, Seed, StageResult
from reproof.training.stages import as_far_as, choose_stages, comparable, downstream
from tests.runs.records import OBSERVED, record

NAMES = "abcdefg"
Upstream = dict[str, tuple[str, ...]]


@st.composite
def pipelines(draw: st.DrawFn) -> Upstream:
    """Stages that wait for some of those before them, in any order of the file."""
    waits = {
        name: tuple(other for other in NAMES[:position] if draw(st.booleans()))
        for position, name in enumerate(NAMES)
    }
    return {name: waits[name] for name in draw(st.permutations(NAMES))}


def run(number: int, keys: dict[str, str]) -> RunRecord:
    stages = tuple(
        StageResult(name, ((f"{name}.out", f"md5:{name}"),), (), key) for name, key in keys.items()
    )
    made = record(number)
    return replace(made, results=replace(made.results, stages=stages))


KEYS = {name: name * 64 for name in NAMES}
some = st.frozensets(st.sampled_from(NAMES))


@given(pipelines(), some, some)
def test_each_stage_is_trained_or_taken_and_none_is_taken_that_must_be_trained(
    upstream: Upstream, known: frozenset[str], lacking: frozenset[str]
) -> None:
    one = run(1, {name: KEYS[name] for name in known})
    choice = choose_stages(upstream, KEYS, [one], {(one.id, name) for name in lacking})
    taken = {reused.stage.name for reused in choice.reused}
    assert sorted([*choice.trained, *taken]) == sorted(NAMES)
    assert taken <= known - lacking
    for name in NAMES:
        for before in upstream[name]:
            assert not (before in choice.trained and name in taken), "what is behind is trained, too"
            if {before, name} <= set(choice.trained):
                assert choice.trained.index(before) < choice.trained.index(name)
    needed = downstream(upstream, set(NAMES) - (known - lacking))
    assert set(choice.trained) == needed, "and no more than that"


@given(pipelines(), st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_one_stage_is_behind_another_where_that_is_before_it(
    upstream: Upstream, one: str, other: str
) -> None:
    assert (one in downstream(upstream, [other])) == (other in as_far_as(upstream, one))


def test_the_first_run_that_has_a_stage_gives_it_and_another_where_that_is_lacking() -> None:
    upstream: Upstream = {"a": (), "b": ("a",)}
    newer, older = run(2, KEYS), run(1, KEYS)
    assert {one.run for one in choose_stages(upstream, KEYS, [newer, older]).reused} == {newer.id}
    choice = choose_stages(upstream, KEYS, [newer, older], lacking={(newer.id, "b")})
    assert [(one.stage.name, one.run) for one in choice.reused] == [("a", newer.id), ("b", older.id)]


def test_a_stage_that_was_itself_taken_goes_by_the_run_that_trained_it() -> None:
    made = run(2, KEYS)
    stages = tuple(replace(stage, reused="0" * 12) for stage in made.results.stages)
    passed_on = replace(made, results=replace(made.results, stages=stages))
    assert {one.run for one in choose_stages({"a": ()}, KEYS, [passed_on]).reused} == {"0" * 12}


def test_a_changed_key_and_a_stage_without_one_are_no_match() -> None:
    upstream: Upstream = {"a": ()}
    assert choose_stages(upstream, {"a": "f" * 64}, [run(1, KEYS)]).trained == ("a",)
    made = run(1, KEYS)
    old = replace(made, results=replace(made.results, stages=(StageResult("a", (("x", "md5:1"),)),)))
    assert choose_stages(upstream, {}, [old]).trained == ("a",)


def test_a_circle_is_refused() -> None:
    with pytest.raises(UsageError, match="in a circle: a, b"):
        choose_stages({"a": ("b",), "b": ("a",)}, {}, [])


def test_only_runs_with_the_same_seed_variables_and_environment_are_comparable() -> None:
    made = record(1)
    made = replace(made, environment=replace(made.environment, observed=OBSERVED))
    config = made.config
    assert comparable(made, config, OBSERVED)
    for change in (
        replace(made, kind="locked"),
        replace(made, config=replace(config, seed=Seed("seed", 99))),
        replace(made, config=replace(config, variables=(("OMP_NUM_THREADS", "1"),))),
        replace(made, environment=replace(made.environment, observed=None)),
        *(
            replace(made, environment=replace(made.environment, observed=other))
            for other in (
                replace(OBSERVED, python="CPython 3.9.1"),
                replace(OBSERVED, packages=(("numpy", "0.1"),)),
                replace(OBSERVED, origins=(("numpy", "git+https://example.org/x"),)),
                replace(OBSERVED, numeric_class=(("cpu", "another"),)),
            )
        ),
    ):
        assert not comparable(change, config, OBSERVED)
