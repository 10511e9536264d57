"""The history of a metric: from recorded versions to what is drawn."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st

from reproof.report.diagram import diagram
from reproof.report.history import METRICS, histories
from reproof.runs.past import Version
from reproof.runs.record import Metric, Results
from reproof.verdict.comparison import Spread
from tests.report.cases import AUC, BRAZIL, LOSS
from tests.runs.records import record


def version(commit: str, *values: dict[str, float]) -> Version:
    first = ord(commit[0]) * 10  # no two versions share a run
    return Version(
        commit, tuple(record(number, metrics=metrics) for number, metrics in enumerate(values, first))
    )


PAST = (version("a" * 40, {"auc": 0.9, "log_loss": 0.3}), version("b" * 40, {"auc": 0.91}, {"auc": 0.93}))


def test_each_version_gives_what_its_runs_vary_by() -> None:
    (auc,) = histories(PAST, (AUC, BRAZIL))
    assert [point.commit for point in auc.points] == ["a" * 40, "b" * 40]
    assert auc.points[0].recorded == Spread(1, 0.9, None, 0.9, 0.9)
    assert auc.points[1].recorded.n == 2


def test_a_metric_that_was_recorded_once_has_no_history() -> None:
    assert [past.metric for past in histories(PAST, (LOSS, AUC))] == ["auc"]
    assert histories(PAST[:1], (AUC,)) == ()


def test_a_slice_alone_has_no_history() -> None:
    runs = (
        replace(record(1), results=Results((Metric("auc", 0.5, (("country", "BR"),)),), (), (), 1.0)),
        record(2),
    )
    (auc,) = histories((Version("a" * 40, runs), PAST[1]), (BRAZIL, AUC))
    assert auc.points[0].recorded == Spread(1, 0.9, None, 0.9, 0.9)


def test_what_was_accepted_stands_at_its_version() -> None:
    (auc,) = histories(PAST, (AUC,), {PAST[1].runs[0].id: "wanted"})
    assert [point.accepted for point in auc.points] == [None, "wanted"]


def test_only_the_leading_metrics_have_one() -> None:
    names = [f"m{number}" for number in range(METRICS + 5)]
    past = tuple(version(commit * 40, dict.fromkeys(names, 0.5)) for commit in "ab")
    checks = tuple(AUC._replace(metric=name) for name in names)
    assert [past.metric for past in histories(past, checks)] == names[:METRICS]


def test_a_diagram_holds_nothing_but_letters_digits_and_numbers() -> None:
    made = diagram(['a"]\n```\n@x', "now"], [1.0, 1.0])
    assert made.splitlines()[3:] == [
        '  x-axis ["ax", "now"]',
        "  y-axis 0.99 --> 1.01",
        "  line [1, 1]",
        "```",
    ]


NUMBER = r"-?[0-9]+(\.[0-9]+)?"  # all that mermaid takes


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5))
@example([1.2e-5, 2.3e-5])
@example([3e9, 2e9])
@example([123456789.0, 123456790.0])
@example([1.79e308, -1.79e308])
@example([5e-324])
@example([0.0, -0.0])
def test_numbers_of_any_size_are_drawn_as_mermaid_reads_them_or_not_at_all(values: list[float]) -> None:
    made = diagram([str(number) for number in range(len(values))], values)
    if not made:
        assert not 1e-290 < max(map(abs, values)) < 1e290 or max(values) - min(values) < max(values) * 1e-9
        return
    axis, line = made.splitlines()[4:6]
    found = re.fullmatch(
        rf'  y-axis ("in units of 10\^-?[0-9]+" )?(?P<low>{NUMBER}) --> (?P<high>{NUMBER})', axis
    )
    assert found, axis
    assert re.fullmatch(rf"  line \[{NUMBER}(, {NUMBER})*\]", line), line
    shown = [float(value) for value in line[8:-1].split(", ")]
    assert float(found["low"]) < min(shown) <= max(shown) < float(found["high"])


def test_small_and_large_values_name_their_unit() -> None:
    assert '"in units of 10^-5" ' in diagram(["a", "now"], [1.2e-5, 2.3e-5])
    assert "  line [1.2, 2.3]" in diagram(["a", "now"], [1.2e-5, 2.3e-5])
    assert "units" not in diagram(["a", "now"], [0.001, 900_000.0])
