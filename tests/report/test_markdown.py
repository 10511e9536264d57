"""What fits, what is dropped, and what is always said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from benchmarks.report import large
from reproof.config import CompareConfig, MetricPolicy
from reproof.report.markdown import COMMENT_LIMIT, MARKER, comment, summary
from reproof.report.report import Context, Report
from reproof.report.text import text
from reproof.verdict.compare import compare
from reproof.verdict.comparison import Changes, FileChange, NotChecked, StageDifference
from reproof.verdict.failure import Failure
from tests.report.cases import AUC, BRAZIL, CONTEXT, FAILED, REGRESSED, REPRODUCED, VERDICTS
from tests.runs.records import record, seeded


def regressed(**parts: Any) -> Report:
    return replace(REGRESSED, comparison=replace(REGRESSED.comparison, **parts))


def slices(count: int) -> tuple[Any, ...]:
    return tuple(BRAZIL._replace(slice=(("country", f"{number:04d}"),)) for number in range(count))


def test_the_first_line_after_the_marker_says_verdict_metric_and_cause() -> None:
    first = comment(REGRESSED).splitlines()[:2]
    assert first[0] == MARKER
    assert first[1].startswith("## ❌ **Regressed**: `auc` (and 1 more) is worse than what `main` recorded. ")
    assert first[1].endswith("Cause: **environment** (`scikit-learn` 1.6.1 → 1.7.0 and 1 more)")


@pytest.mark.parametrize("verdict", ["reproduced", "unchanged", "recorded"])
def test_where_all_is_well_three_lines_are_unfolded(verdict: str) -> None:
    unfolded = comment(VERDICTS[verdict]).partition("<details>")[0]
    assert len([line for line in unfolded.splitlines()[1:] if line]) <= 3


@pytest.mark.parametrize(
    ("verdict", "line"),
    [
        ("failed", "reproof run"),
        ("drifted", "reproof run"),
        ("regressed", "reproof run"),
        ("no-baseline", "reproof run --baseline"),
        ("undecided", "reproof run --baseline"),
    ],
)
def test_what_is_not_well_ends_in_lines_to_paste(verdict: str, line: str) -> None:
    unfolded = comment(VERDICTS[verdict]).partition("<details>")[0]
    assert "**Next.**" in unfolded
    assert f"\n{line}\n" in unfolded


@pytest.mark.parametrize("report", VERDICTS.values(), ids=VERDICTS)
def test_no_word_sounds_like_a_proof(report: Report) -> None:
    shown = comment(report).lower()
    assert [word for word in ("significan", "probab", "p-value", "p =") if word in shown] == []


@pytest.mark.parametrize("report", VERDICTS.values(), ids=VERDICTS)
def test_no_table_has_more_than_five_columns(report: Report) -> None:
    rows = [line for line in comment(report).splitlines() if line.startswith("| ---")]
    assert all(row.count("---") <= 5 for row in rows)


def test_only_the_worst_slices_are_shown_and_the_rest_is_counted() -> None:
    made = comment(regressed(checks=(AUC, *slices(40))))
    assert "Slice (worst 3 of 40)" in made
    unfolded = made.partition("<details>")[0]
    assert unfolded.count("country=") == 4  # the three, and the first line's worst
    assert summary(regressed(checks=(AUC, *slices(40)))).count("| ❌ `auc · country=") == 40


def test_rows_beyond_a_screen_are_counted() -> None:
    checks = tuple(AUC._replace(metric=f"m{number}") for number in range(30))
    assert "and 18 more metrics" in comment(regressed(checks=checks))


def test_a_long_comment_drops_the_lightest_parts_and_names_them() -> None:
    long = tuple(f"{'word ' * 39}{number}" for number in range(25))
    wide = "ü" * 80
    report = replace(FAILED, comparison=replace(FAILED.comparison, failure=Failure("x", 1, long)))
    assert "Left out" not in comment(report)
    huge = regressed(
        checks=tuple(AUC._replace(metric=wide, why="é" * 300, policy=wide) for _ in range(12)),
        changes=Changes(code=tuple(FileChange(wide) for _ in range(12))),
        stages=tuple(StageDifference(wide, "equal") for _ in range(12)),
        not_checked=tuple(NotChecked("ü" * 300, "ö" * 300) for _ in range(50)),
    )
    assert len(comment(huge).encode()) <= COMMENT_LIMIT


def test_a_summary_beyond_its_limit_keeps_the_verdict_and_says_what_is_gone() -> None:
    made = summary(regressed(checks=slices(30_000)))
    assert len(made.encode()) <= 1024 * 1024
    assert made.startswith("## ❌ **Regressed**")
    assert "Left out because it is too long: " in made
    assert "how each number was judged" in made.splitlines()[-1]


def test_a_forks_numbers_are_called_self_reported() -> None:
    assert "Self-reported" in comment(replace(REPRODUCED, context=replace(CONTEXT, self_reported=True)))
    assert "Self-reported" not in comment(REPRODUCED)


def test_the_log_is_linked_only_where_the_address_is_of_the_known_form() -> None:
    assert "[log](https://github.com/octo/penguins/actions/runs/4242)" in comment(REGRESSED)
    odd = Context(run_url="https://x.example/)[a](javascript:alert(1)")
    assert "javascript" not in comment(replace(REGRESSED, context=odd))


def test_without_a_context_the_report_is_still_whole() -> None:
    made = comment(replace(REGRESSED, context=Context(), head=None, minutes=None))
    assert "what the base recorded" in made
    assert "None" not in made


def test_a_comment_of_51_000_checks_fits_and_says_what_it_leaves_out() -> None:
    report = large(1000, 50)
    made = comment(report)
    assert len(made.encode()) <= COMMENT_LIMIT
    assert "and 988 more metrics" in made
    assert "worst 3 of 50000" in made
    assert "more check" in text(report)


def test_agreement_says_what_would_have_gone_unnoticed_or_that_one_run_cannot_tell() -> None:
    plain = CompareConfig(metrics=(MetricPolicy("auc", "higher", 0.02),))
    one, *more = (record(number, metrics={"auc": 0.9 + number / 1000}) for number in range(1, 6))
    seeds = [seeded(run, number) for number, run in enumerate(more, start=2)]
    for recorded, told in ((seeds, True), ([one], False)):
        said = comment(
            Report(compare([seeded(record(9, metrics={"auc": 0.9035}), 9)], recorded, None, plain))
        )
        assert ("would not have been noticed" in said) is told
        assert ("One recorded run does not tell how much it varies" in said) is not told


@pytest.mark.parametrize(("verdict", "asked"), [("failed", False), ("drifted", True)])
def test_after_a_replay_nobody_is_sent_to_replay_or_to_accept(verdict: str, asked: bool) -> None:
    report = VERDICTS[verdict]
    said = text(replace(report, context=replace(report.context, replayed=True, pull=None, recorded=False)))
    assert ("next: Train it in your own environment" in said) is asked
    assert "reproof replay" not in said
    assert "reproof accept" not in said
