"""What the checks add up to, at the edges that no whole situation reaches."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reproof.config import CompareConfig, MetricPolicy
from reproof.runs.record import Code, Environment, Metric, Predictions, Results, RunRecord
from reproof.verdict import noise, outcome
from reproof.verdict.changes import changes_between
from reproof.verdict.compare import compare, decide, decide_by_past
from reproof.verdict.comparison import Changes, FileChange, ValueChange
from reproof.verdict.policy_lint import findings_by_values
from tests.runs.records import OBSERVED, record, seeded
from tests.verdict.situations import CODE, LOSS, base, of_class, one_more, runs, versions

SETTINGS = CompareConfig()


def made(number: int, artifacts: dict[str, str], predictions: str | None = None) -> RunRecord:
    told = Predictions("p.csv", predictions, 150) if predictions else None
    results = Results((Metric("loss", 0.3),), tuple(artifacts.items()), predictions=told)
    return record(number, results=results)


MODEL = {"model.joblib": "sha256:1"}


@pytest.mark.parametrize(
    ("old", "new", "strength"),
    [
        (made(1, MODEL), made(2, MODEL), "bitwise"),
        (made(1, MODEL), made(2, {"model.joblib": "sha256:2"}), "metrics"),
        (made(1, MODEL), made(2, {}), "metrics"),
        (made(1, MODEL), made(2, {**MODEL, "b.npz": "npz:1"}), "metrics"),
        (made(1, {**MODEL, "a.png": "sha256:1"}), made(2, {**MODEL, "a.png": "sha256:2"}), "bitwise"),
        (made(1, {**MODEL, "a.log": "sha256:1"}), made(2, MODEL), "bitwise"),
        (made(1, MODEL, "sha256:a"), made(2, {"model.joblib": "sha256:2"}, "sha256:a"), "predictions"),
        (made(1, MODEL, "sha256:a"), made(2, {"model.joblib": "sha256:2"}, "sha256:b"), "metrics"),
        (made(1, MODEL, "sha256:a"), made(2, {"model.joblib": "sha256:2"}), "metrics"),
        (made(1, MODEL), made(2, {"model.joblib": "sha256:2"}, "sha256:a"), "metrics"),
    ],
)
def test_the_strongest_claim_that_holds_is_made(old: RunRecord, new: RunRecord, strength: str) -> None:
    assert compare([new], [old], None, SETTINGS).strength == strength
    foreign = compare(of_class([new]), [old], None, SETTINGS).strength
    assert foreign == ("metrics" if strength == "bitwise" else strength), (
        "bits are claimed within a class only"
    )


def test_many_small_slices_are_told_in_one_line() -> None:
    labels = [f"auc[c={place:02}]" for place in range(23)]
    rows = dict.fromkeys(labels, 5) | {"loss": 100}
    columns = {"loss": LOSS} | dict.fromkeys(labels, (0.5, 0.6, 0.7, 0.6, 0.5))
    now = {"loss": (0.301,)} | dict.fromkeys(labels, (0.1,))
    it = compare(one_more(now, rows=rows), runs(columns, rows=rows), None, SETTINGS)
    told = [(item.what, item.why) for item in it.not_checked]
    assert ("auc · c=00", "5 rows are fewer than 30 (min-rows)") in told
    assert ("auc · c=19", "5 rows are fewer than 30 (min-rows)") in told
    assert ("3 more slices", "too few rows, or not known how many") in told
    assert not [what for what, _ in told if what == "auc · c=20"]


@pytest.mark.parametrize("sources", [(), ("uv.lock",)])
def test_an_environment_that_nobody_declares_is_told_as_not_checked(sources: tuple[str, ...]) -> None:
    old, new = (record(number, environment=Environment((), sources, OBSERVED)) for number in (1, 2))
    told = {item.what for item in compare([new], [old], None, SETTINGS).not_checked}
    assert ("the declared environment" in told) == (not sources)


EXACT = [record(1, metrics={"loss": 0.3}), record(2, metrics={"loss": 0.3})]
ELSEWHERE = of_class([record(3, metrics={"loss": 0.5})], replace(OBSERVED, packages=(("numpy", "2.2.0"),)))


@pytest.mark.parametrize(
    ("recorded", "settings", "answer"),
    [
        (EXACT, SETTINGS, False),
        ([*EXACT, *ELSEWHERE], SETTINGS, True),  # of two environments, of which one repeats
        ([*EXACT, *ELSEWHERE], CompareConfig(metrics=(MetricPolicy("*", None, 0.2),)), False),
        (EXACT[:1] + ELSEWHERE, SETTINGS, True),
        ([*EXACT, replace(EXACT[0], id="9" * 12, kind="locked")], SETTINGS, False),
        (
            [EXACT[0], record(3, metrics={"loss": 0.5})],
            CompareConfig(metrics=(MetricPolicy("*", None, 0.1),)),
            True,  # one environment, and a tolerance forbids it
        ),
        ([EXACT[0], record(3, metrics={"loss": 0.5})], SETTINGS, False),  # two that differ may be noise
        ([*EXACT, record(3, metrics={"loss": 0.5})], SETTINGS, False),  # three that differ show it
        (
            [*EXACT, seeded(record(3, metrics={"loss": 0.5}), 9)],
            SETTINGS,
            False,
        ),  # another seed is no contradiction
        (EXACT[:1], SETTINGS, False),
    ],
)
def test_recorded_runs_contradict_each_other_where_noise_is_no_excuse(
    recorded: list[RunRecord], settings: CompareConfig, answer: bool
) -> None:
    assert outcome.disagree(recorded, settings) is answer


def test_what_is_not_committed_and_other_commands_are_changes() -> None:
    old = record(1)
    patched = replace(old, code=replace(old.code, patch="+print()\n"))
    assert changes_between(old, patched, {}) == Changes(code=(FileChange("(uncommitted changes)"),))
    edited = replace(patched, code=Code("c" * 40, (("train.py", "e" * 40),), patch="+print()\n"))
    assert changes_between(old, edited, {"train.py": (2, 1)}) == Changes(code=(FileChange("train.py", 2, 1),))
    config = replace(old.config, commands=(("train", "python train.py --fast"), ("test", "pytest")))
    assert changes_between(old, replace(old, config=config), {}).config == (
        ValueChange("command of test", None, "pytest"),
        ValueChange("command of train", "python train.py", "python train.py --fast"),
    )


def test_the_past_is_asked_with_the_same_question() -> None:
    now, at = one_more({"loss": (0.4,)}, **CODE), base(runs({"loss": (0.3,)}))
    nothing: list[RunRecord] = []
    facts = (now, nothing, at, SETTINGS)
    lines = {"train.py": (4, 2)}
    made_by = decide_by_past(*facts, lambda: versions(0.5, 0.7), lines, 3, 0)
    assert made_by == decide(*facts, lines, 3, versions(0.5, 0.7), 0)
    assert made_by.comparison.moved == "regressed"
    assert made_by.comparison.changes.code[-1] == FileChange("train.py", 4, 2)


def test_sums_of_huge_values_do_not_overflow() -> None:
    found = noise.sums([[1.5e308, 1.7e308], [1.0, 3.0]])
    assert found.mean.tolist() == [1.6e308, 2.0]
    assert noise.mean_of([1.5e308, 1.7e308]) == pytest.approx(1.6e308)
    odd = 0.8933170425576351  # three times as much, divided by three, is another number
    assert noise.mean_of([odd] * 3) == odd


def test_a_share_near_zero_of_one_known_value_has_no_number_to_offer() -> None:
    settings = CompareConfig(metrics=(MetricPolicy("*", None, "5%"),))
    (found,) = findings_by_values(settings, [Metric("bias", 0.0)])
    assert found.message == (
        "a share of bias allows next to nothing, since it is near zero; a number in its own unit would work"
    )
    assert findings_by_values(settings, []) == ()
