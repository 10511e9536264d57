"""What an acceptance says of the runs around it, and which comparison names it."""

from __future__ import annotations

from dataclasses import replace

from reproof import __version__
from reproof.config import CompareConfig, MetricPolicy
from reproof.runs.acceptance import Acceptance
from reproof.runs.baseline import Base
from reproof.runs.record import RunRecord
from reproof.verdict.acceptance import acceptance_of, naming
from reproof.verdict.compare import compare
from reproof.verdict.comparison import Accepted
from tests.runs.records import record

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
