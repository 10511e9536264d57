"""The HTML report: one file, nothing alive of what strangers chose, every fact of the comment in it."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings

from reproof.report.figures import MINUS
from reproof.report.html import page
from reproof.report.html.charts import history, recorded_range, stage_graph
from reproof.report.html.heat import METRICS, SLICES
from reproof.report.html.style import STYLE
from reproof.report.report import History, PastRuns, Report
from reproof.verdict.comparison import Check, Spread, StageDifference
from tests.report.cases import AUC, BRAZIL, HISTORY, REGRESSED, VERDICTS
from tests.report.hostile import reports

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TAGS = frozenset(
    (
        *(
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "header",
            "main",
            "section",
            "footer",
            "h1",
            "h2",
            "p",
        ),
        *("code", "strong", "ul", "li", "pre", "div", "table", "thead", "tbody", "tr", "th", "td", "br"),
        *("figure", "figcaption", "svg", "rect", "path", "circle", "text"),
    )
)
ATTRIBUTES = frozenset(
    (
        *(
            "lang",
            "charset",
            "http-equiv",
            "content",
            "name",
            "class",
            "role",
            "aria-label",
            "tabindex",
            "scope",
        ),
        *(
            "title",
            "width",
            "height",
            "viewbox",
            "xmlns",
            "d",
            "x",
            "y",
            "cx",
            "cy",
            "r",
            "rx",
            "text-anchor",
        ),
    )
)


class Elements(HTMLParser):
    """The elements of a page, and whether all that was opened is closed."""

    def __init__(self, made: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.order: list[str] = []
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.feed(made)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.order.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.order.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@SLOW
@given(reports)
def test_a_page_of_hostile_text_has_only_our_elements(report: Report) -> None:
    found = Elements(page(report))
    assert found.tags <= TAGS
    assert found.attributes <= ATTRIBUTES
    assert found.open == []


def test_the_style_sheet_refers_to_nothing_outside_of_itself() -> None:
    assert not re.search(r"url\(|@import|src", STYLE)


@pytest.mark.parametrize("report", VERDICTS.values(), ids=VERDICTS)
def test_a_page_says_the_verdict_and_names_every_metric(report: Report) -> None:
    made = page(report)
    assert f'<h1 class="{report.comparison.verdict}">' in made
    for check in report.comparison.checks:
        assert f"<code>{check.metric}" in made


def test_the_page_of_a_fork_says_that_nobody_checked_it() -> None:
    shown = page(replace(REGRESSED, context=replace(REGRESSED.context, self_reported=True)))
    assert "nobody here has checked these numbers" in shown
    assert "nobody here" not in page(REGRESSED)


def test_a_range_says_in_words_what_it_draws() -> None:
    drawn = recorded_range(AUC)
    assert "<title>recorded 0.9110 to 0.9146, mean 0.9127; now 0.9071, 0.9062, 0.9080</title>" in drawn
    assert drawn.count('class="now bad"') == 3


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e308, -1e308])
def test_what_cannot_be_drawn_is_left_out(value: float) -> None:
    check = AUC._replace(now=(value,), recorded=Spread(2, 1.0, 0.1, -1e308, 1.0))
    assert "nan" not in recorded_range(check).replace("NaN", "").lower()
    assert "inf" not in recorded_range(check)
    assert page(replace(REGRESSED, comparison=replace(REGRESSED.comparison, checks=(check,))))


def test_a_history_marks_what_was_accepted_and_where_this_run_is() -> None:
    drawn = history(HISTORY[0], AUC)
    assert drawn.count('class="accepted"') == 1
    assert drawn.count("<circle") == 8
    assert drawn.count('class="now bad"') == 1
    assert "the new features are wanted" in page(REGRESSED)


def test_a_history_of_one_point_is_drawn() -> None:
    one = History("auc", (PastRuns("ab" * 20, Spread(1, 0.9, None, 0.9, 0.9)),))
    assert "<circle" in history(one, None)
    assert history(History("auc", ()), None) == ""


def test_stages_stand_behind_those_that_they_read_from() -> None:
    stages = (
        StageDifference("b", "equal", ("a",)),
        StageDifference("a", "equal"),
        StageDifference("c", "drifted", ("a", "b", "gone")),
    )
    places = dict(re.findall(r'<text class="name" x="([0-9.]+)"[^>]*>(\w)</text>', stage_graph(stages)))
    order = [name for _, name in sorted((float(x), name) for x, name in places.items())]
    assert order == ["a", "b", "c"]
    assert stage_graph(stages).count('class="arrow"') == 3


def test_stages_in_a_circle_are_drawn_all_the_same() -> None:
    stages = (StageDifference("a", "equal", ("b",)), StageDifference("b", "equal", ("a", "b")))
    assert stage_graph(stages).count("<rect") == 2


def test_a_report_of_many_slices_is_cut_and_says_so() -> None:
    many = tuple(
        Check(
            f"m{metric}",
            (("s", str(number)),),
            100,
            "base",
            AUC.recorded,
            AUC.now,
            "higher",
            "noise",
            "worse",
        )
        for metric in range(METRICS + 2)
        for number in range(SLICES + 3)
    )
    made = page(replace(REGRESSED, comparison=replace(REGRESSED.comparison, checks=many)))
    assert "and 3 more slices and 2 more metrics" in made
    assert len(made) < 3_000_000


def test_how_far_a_slice_is_off_is_told_in_words_and_by_depth() -> None:
    made = page(replace(REGRESSED, comparison=replace(REGRESSED.comparison, checks=(BRAZIL,))))
    assert (
        f'<td class="worse-3" title="auc · country=BR: worse, {MINUS}10.2 sd">❌ {MINUS}10.2 sd</td>' in made
    )
