"""Records in, verdict out: each situation of the settled cases, in the words of the public contract."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.config import CompareConfig, MetricPolicy
from reproof.runs.baseline import Base
from reproof.runs.record import Config, Environment, Metric, Observed, RunRecord, StageResult
from reproof.verdict.compare import compare, decide, decide_by_past, failed, nothing_trained
from reproof.verdict.comparison import Comparison
from reproof.verdict.failure import Failure
from tests.runs.records import OBSERVED, record, seeded

TOLERANT = CompareConfig(metrics=(MetricPolicy("auc", "higher", 0.02),))
OTHER_CONFIG = {"config": Config((("train", "python train.py"),), (("lr", 0.2),))}
OTHER_CODE = {"code": replace(record().code, files=(("train.py", "e" * 40),))}


def observed_with(**changes: Any) -> dict[str, Any]:
    return {"environment": replace(record().environment, observed=replace(OBSERVED, **changes))}


def base_of(*runs: RunRecord) -> Base:
    return Base("a" * 40, 0, runs)


def words(it: Comparison) -> tuple[str, str, str | None, str | None, str | None]:
    return it.verdict, it.repeats, it.moved, it.strength, it.cause


SAME = [record(1), record(2)]


def test_no_run_is_evidence_for_itself_on_either_side_nor_twice_on_one() -> None:
    run, other = record(1), record(2)
    changed = record(1, **OTHER_CONFIG)
    assert compare([run], [run], None, CompareConfig()) == compare([run], [], None, CompareConfig())
    assert compare([run], [run, other], None, CompareConfig()) == compare(
        [run], [other], None, CompareConfig()
    )
    alone = compare([changed], [], base_of(changed), CompareConfig())
    assert words(alone) == ("no-baseline", "no-baseline", "no-baseline", None, None)
    noisy = [seeded(record(number, metrics={"loss": 1 + number / 64}), number) for number in range(2, 5)]
    new = seeded(record(9, metrics={"loss": 1.03}), 9)
    once = decide([new], noisy, None, CompareConfig(), history=[noisy])
    assert decide([new], [*noisy, *noisy, new], None, CompareConfig(), history=[[*noisy, new]]) == once
    assert decide([new, new], noisy, None, CompareConfig(), history=[noisy], retrains=1) == once._replace(
        comparison=replace(once.comparison, retrains=1)
    )


AUC = {"metrics": {"auc": 0.9}}


@pytest.mark.parametrize(
    ("now", "same_key", "base", "said"),
    [
        ([record(3)], SAME, None, ("reproduced", "reproduced", None, "bitwise", None)),
        (
            [record(3, metrics={"auc": 0.9 + 1e-9})],
            SAME,
            None,
            ("reproduced", "reproduced", None, "metrics", None),
        ),
        (
            [record(3, metrics={"auc": 0.89})],
            SAME,
            None,
            ("reproduced", "reproduced", None, "tolerance", None),
        ),
        ([record(3, metrics={"auc": 0.8})], SAME, None, ("drifted", "drifted", None, None, "unknown")),
        ([record(3, metrics={"f1": 0.8})], SAME, None, ("drifted", "drifted", None, None, "unknown")),
        (
            [record(3, metrics={"auc": float("nan")})],
            SAME,
            None,
            ("drifted", "drifted", None, None, "unknown"),
        ),
        (
            [record(3, metrics={"auc": 0.8}, **observed_with(packages=(("numpy", "2.2.0"),)))],
            SAME,
            None,
            ("drifted", "drifted", None, None, "environment"),
        ),
        (
            [record(3, metrics={"auc": 0.8}), record(4, metrics={"auc": 0.7})],
            SAME,
            None,
            ("drifted", "drifted", None, None, "nondeterminism"),
        ),
        ([record(3)], [], None, ("no-baseline", "no-baseline", "no-baseline", None, None)),
        ([], SAME, None, ("recorded", "no-baseline", None, None, None)),
        (
            [record(3, **OTHER_CONFIG)],
            [],
            base_of(*SAME),
            ("unchanged", "no-baseline", "unchanged", "bitwise", None),
        ),
        (
            [record(3, metrics={"auc": 0.95}, **OTHER_CONFIG)],
            [],
            base_of(*SAME),
            ("changed", "no-baseline", "changed", None, "config"),
        ),
        (
            [record(3, metrics={"auc": 0.8}, **OTHER_CONFIG)],
            [],
            base_of(*SAME),
            ("regressed", "no-baseline", "regressed", None, "config"),
        ),
        (
            [record(3, metrics={"auc": 0.8}, **OTHER_CONFIG, **OTHER_CODE)],
            [],
            base_of(*SAME),
            ("regressed", "no-baseline", "regressed", None, "several"),
        ),
        (
            [record(3, metrics={"f1": 0.8}, **OTHER_CODE)],
            [],
            base_of(*SAME),
            ("regressed", "no-baseline", "regressed", None, "code"),
        ),
        (
            [record(3, metrics={"auc": float("nan")}, **OTHER_CODE)],
            [],
            base_of(*SAME),
            ("regressed", "no-baseline", "regressed", None, "code"),
        ),
    ],
)
def test_a_situation_gets_its_words(
    now: list[RunRecord], same_key: list[RunRecord], base: Base | None, said: tuple[str, ...]
) -> None:
    assert words(compare(now, same_key, base, TOLERANT)) == said


def test_without_a_tolerance_a_move_under_another_key_is_undecided() -> None:
    it = compare([record(3, metrics={"auc": 0.8}, **OTHER_CONFIG)], [], base_of(*SAME), CompareConfig())
    assert words(it) == ("undecided", "no-baseline", "undecided", None, None)
    assert it.checks[0].why


def test_a_missing_metric_that_nobody_configured_is_a_change() -> None:
    it = compare([record(3, metrics={"f1": 0.9}, **OTHER_CODE)], [], base_of(*SAME), CompareConfig())
    assert it.moved == "changed"


def test_a_missing_slice_is_a_change_and_a_new_metric_is_none() -> None:
    sliced = (Metric("auc", 0.9), Metric("auc", 0.8, (("country", "BR"),)))
    base = base_of(record(1, metrics=sliced))
    assert compare([record(3, **OTHER_CODE)], [], base, TOLERANT).moved == "changed"
    more = record(3, metrics={"auc": 0.9, "brand_new": 1.0}, **OTHER_CODE)
    assert compare([more], [], base_of(*SAME), TOLERANT).moved == "unchanged"


def test_one_recorded_run_and_a_mismatch_ask_for_one_more_with_the_same_seed() -> None:
    first = record(3, metrics={"auc": 0.8})
    it, wanted = decide([first], [record(1)], None, CompareConfig())
    assert it.verdict == "undecided"
    assert wanted is not None
    assert (wanted.seed, wanted.counts) == ("recorded", False)
    again = [first, record(4, metrics={"auc": 0.8})]
    settled, wanted = decide(again, [record(1)], None, CompareConfig())
    assert settled.verdict == "drifted"
    assert wanted is None
    noisy = [first, record(4, metrics={"auc": 0.81})]
    assert compare(noisy, [record(1)], None, CompareConfig()).verdict == "undecided"


def test_another_kind_of_cpu_does_not_cry_wolf() -> None:
    foreign = record(3, metrics={"auc": 0.8}, **observed_with(numeric_class=(("architecture", "aarch64"),)))
    assert compare([foreign], SAME, None, CompareConfig()).verdict == "undecided"


def test_another_seed_is_never_the_cause() -> None:
    it = compare([seeded(record(3, metrics={"auc": 0.8}), 2)], SAME, None, CompareConfig())
    assert (it.verdict, it.cause) == ("undecided", None)
    assert [fact.what for fact in it.observed] == ["seed"]


def test_a_base_of_the_same_key_leaves_one_question() -> None:
    it = compare([record(3)], [], base_of(*SAME), TOLERANT)
    assert words(it) == ("reproduced", "reproduced", None, "bitwise", None)


def test_what_is_declared_otherwise_is_no_observed_difference_too() -> None:
    declared = Environment((("numpy", "2.2.0"),), ("requirements.txt",), OBSERVED)
    observed = Observed("CPython 3.11.7", (("numpy", "2.2.0"), ("scikit-learn", "1.7.0")), OBSERVED.machine)
    moved = record(3, environment=replace(declared, observed=observed))
    it = compare([moved], [], base_of(*SAME), TOLERANT)
    assert [change.name for change in it.changes.environment] == ["numpy"]
    assert [fact.name for fact in it.observed if fact.what == "package"] == ["scikit-learn"]


def test_the_first_stage_to_differ_is_told_from_those_behind_it() -> None:
    def stages(train: str) -> tuple[StageResult, ...]:
        return (
            StageResult("prepare", (("data.csv", "md5:1"),)),
            StageResult("train", (("model", f"md5:{train}"),), ("prepare",)),
            StageResult("evaluate", (("metrics.json", f"md5:{train}"),), ("train",)),
        )

    old = record(1, results=replace(record().results, stages=stages("2")))
    new = record(3, results=replace(record().results, stages=stages("3")), **OTHER_CODE)
    it = compare([new], [], base_of(old), TOLERANT)
    assert [stage.result for stage in it.stages] == ["equal", "drifted", "downstream"]


def test_a_failed_training_is_failed_whatever_is_recorded() -> None:
    broke = failed(Failure("it broke", 1), "0" * 64, 1)
    assert broke == Comparison(
        None, "0" * 64, "no-baseline", None, failure=Failure("it broke", 1), retrains=1
    )
    assert broke.verdict == "failed"
    assert nothing_trained("0" * 64) == Comparison(None, "0" * 64, "no-baseline", None)
    assert nothing_trained("0" * 64).verdict == "no-baseline"


def test_line_counts_and_retrains_are_told_as_they_are_given() -> None:
    it = compare([record(3, **OTHER_CODE)], [], base_of(*SAME), TOLERANT, {"train.py": (3, 1)}, retrains=5)
    assert [(change.path, change.added, change.removed) for change in it.changes.code] == [("train.py", 3, 1)]
    assert it.retrains == 5


NOISY = [
    seeded(record(at, metrics={"auc": value}), at) for at, value in enumerate((0.9, 0.92, 0.88, 0.91), 1)
]
EARLIER = [
    [
        seeded(record(at, metrics={"auc": value}, **OTHER_CODE), at)
        for at, value in enumerate((0.5, 0.52, 0.48), 20)
    ]
]
EXACT = CompareConfig(metrics=(MetricPolicy("auc", None, "exact"),))


@pytest.mark.parametrize(
    ("now", "same_key", "base", "settings", "looked_up"),
    [
        ([record(3)], SAME, None, TOLERANT, False),  # equal
        ([record(3, metrics={"auc": 0.89})], SAME, None, TOLERANT, False),  # inside a tolerance
        ([seeded(record(9, metrics={"auc": 0.9004}), 9)], NOISY[:1], None, CompareConfig(), True),
        ([seeded(record(9, metrics={"auc": 0.9004}), 9)], NOISY, None, CompareConfig(), True),  # statistical
        ([record(9, metrics={"auc": 0.8})], SAME, None, EXACT, True),  # drifted, with no strength
    ],
)
def test_the_past_is_looked_up_only_where_it_can_matter(
    now: list[RunRecord],
    same_key: list[RunRecord],
    base: Base | None,
    settings: CompareConfig,
    looked_up: bool,
) -> None:
    calls = []

    def past() -> list[list[RunRecord]]:
        calls.append(1)
        return EARLIER

    facts = (now, same_key, base, settings)
    made = decide_by_past(*facts, past, {"train.py": (1, 1)}, 4, 1)
    assert len(calls) == looked_up
    assert made == decide(*facts, {"train.py": (1, 1)}, 4, EARLIER if looked_up else (), 1)


def test_what_the_past_adds_settles_what_is_open_without_it() -> None:
    now = [seeded(record(9, metrics={"auc": 0.9004}), 9)]
    assert decide(now, NOISY[:1], None, CompareConfig()).comparison.verdict == "undecided"
    settled = decide_by_past(now, NOISY[:1], None, CompareConfig(), lambda: EARLIER)
    assert settled.comparison.verdict == "reproduced"
    assert settled.comparison.retrains == 1
    assert settled.wanted is None


def test_runs_of_other_seeds_that_differ_are_no_nondeterminism() -> None:
    now = [seeded(record(at, metrics={"auc": 0.5 + at / 100}), at) for at in (3, 4)]
    assert compare(now, SAME, None, TOLERANT).cause == "unknown"
    again = [*now, seeded(record(5, metrics={"auc": 0.7}), 4)]
    assert compare(again, SAME, None, TOLERANT).cause == "nondeterminism"


METRICS = st.dictionaries(st.sampled_from("abcdef"), st.floats(width=32), min_size=1, max_size=5)


@given(METRICS, st.integers(1, 3), st.integers(1, 3))
def test_identical_runs_never_drift(metrics: dict[str, float], known: int, trained: int) -> None:
    recorded = [record(number, metrics=metrics) for number in range(known)]
    now = [record(10 + number, metrics=metrics) for number in range(trained)]
    assert compare(now, recorded, None, CompareConfig()).verdict == "reproduced"


@given(METRICS, METRICS, st.randoms(use_true_random=False))
def test_the_order_of_runs_and_metrics_changes_nothing(
    one: dict[str, float], other: dict[str, float], chance: random.Random
) -> None:
    recorded = [record(1, metrics=one), record(2, metrics=other)]
    now = [record(3, metrics=other)]
    plain = compare(now, recorded, None, TOLERANT)
    names = list(other)
    chance.shuffle(names)
    mixed = [record(3, metrics={name: other[name] for name in names})]
    shuffled = compare(mixed, recorded[::-1], None, TOLERANT)
    assert words(plain) == words(shuffled)
    assert [check.result for check in plain.checks] == [check.result for check in shuffled.checks]


def taking(number: int, run: str | None, auc: float = 0.9) -> RunRecord:
    made = record(number, metrics={"auc": auc})
    stages = (StageResult("clean", (("clean.txt", "md5:1"),), reused=run), StageResult("train", ()))
    return replace(made, results=replace(made.results, stages=stages))


def test_a_stage_that_was_not_trained_again_is_no_sign_that_it_repeats() -> None:
    first = taking(1, None)
    same = compare([taking(2, first.id)], [first], None, CompareConfig())
    assert words(same) == ("undecided", "undecided", None, None, None)
    assert [stage.result for stage in same.stages] == ["unknown", "equal"]
    assert ("whether clean repeats", f"taken from run {first.id}, not trained again") in [
        (item.what, item.why) for item in same.not_checked
    ]
    other = compare([taking(2, first.id, auc=0.7)], [first, taking(3, None)], None, TOLERANT)
    assert other.verdict == "drifted", "what was trained again did not repeat, whatever was taken"
    trained = compare([taking(4, None)], [first, taking(2, first.id), taking(3, first.id)], None, TOLERANT)
    assert trained.verdict == "reproduced"
    assert trained.baseline
    assert trained.baseline.runs == (first.id,), "three runs, one training of the first stage"


def test_a_drift_beside_what_is_open_asks_for_nothing() -> None:
    """That it drifted is known already; another training would not make it less so."""
    settings = CompareConfig(metrics=(MetricPolicy("loss", None, "exact"),))
    old, new = record(1, metrics={"auc": 0.9, "loss": 0.5}), record(3, metrics={"auc": 0.8, "loss": 0.6})
    it, wanted = decide([new], [old], None, settings)
    assert sorted((check.metric, check.result) for check in it.checks) == [
        ("auc", "undecided"),
        ("loss", "drifted"),
    ]
    assert wanted is None


def test_a_new_metric_takes_nothing_from_the_strength() -> None:
    it = compare([record(3, metrics={"auc": 0.9, "f1": 0.5})], SAME, None, CompareConfig())
    assert (it.verdict, it.strength) == ("reproduced", "bitwise")


def test_one_seed_s_second_run_is_not_in_the_numbers_that_are_shown() -> None:
    recorded = [
        seeded(record(at, metrics={"loss": value}), seed)
        for at, (value, seed) in enumerate([(0.1, 1), (0.9, 1), (0.2, 2), (0.3, 3)], start=1)
    ]
    now = seeded(record(9, metrics={"loss": 0.21}), 4)
    (check,) = compare([now], recorded, None, CompareConfig()).checks
    assert check.recorded is not None
    assert (check.recorded.n, check.recorded.max) == (3, 0.3)
