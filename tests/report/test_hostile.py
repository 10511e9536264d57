"""Nothing that a stranger can choose becomes a link, a picture, HTML or a mention, or breaks a renderer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reproof.report import json as report_json
from reproof.report import state
from reproof.report.escape import block, clean, code, prose
from reproof.report.markdown import COMMENT_LIMIT, MARKER, comment, summary
from reproof.report.report import Report
from reproof.report.text import text
from tests.report.hostile import ATTACKS, reports, texts

# Tables, strikethrough and bare links as on GitHub; raw HTML is let through so that it would be seen.
GFM = MarkdownIt("gfm-like", {"html": True, "linkify": True})
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
OUR_HTML = re.compile(
    r"(<details><summary>[A-Z][A-Za-z ?]*( \([0-9]+\))?</summary>|</details>|<!-- reproof:v1:default -->)\s*"
)


def tokens(markdown: str) -> Iterator[Token]:
    for token in GFM.parse(markdown):
        yield token
        yield from token.children or ()


def live(markdown: str) -> list[str]:
    """What would be alive on the page and is not ours."""
    found = []
    for token in tokens(markdown):
        if token.type in ("link_open", "image", "html_inline"):
            found.append(f"{token.type}: {token.content or token.attrs}")
        if token.type == "html_block" and not OUR_HTML.fullmatch(token.content):
            found.append(f"html: {token.content}")
        if token.type == "text" and re.search(r"@\w|#\d|GH-\d|://|www\.|:\w+:", token.content):
            found.append(f"text: {token.content}")
        if token.type in ("code_inline", "fence") and re.search(r"[@#]\w", token.content):
            found.append(f"code: {token.content}")
    return found


@SLOW
@given(reports)
def test_a_comment_of_hostile_text_has_nothing_alive_in_it(report: Report) -> None:
    made = comment(report)
    assert live(made) == []
    assert made.startswith(f"{MARKER}\n## ")
    assert len(made.encode()) <= COMMENT_LIMIT


@SLOW
@given(reports)
def test_a_comment_ends_with_our_state_and_with_no_other(report: Report) -> None:
    assert state.read(comment(report)) == state.state_of(report)


@SLOW
@given(reports)
def test_a_terminal_gets_no_control_characters(report: Report) -> None:
    shown = text(report).replace("\n", "")
    assert [letter for letter in shown if unicodedata.category(letter) in ("Cc", "Cf", "Cs")] == []


@SLOW
@given(reports)
def test_what_is_written_as_json_reads_back_and_shows_the_same(report: Report) -> None:
    back = report_json.parse(report_json.handover(report), report.context)
    again = report_json.parse(report_json.handover(back), report.context)
    assert repr(again) == repr(back)  # by repr: NaN is not equal to itself
    assert live(comment(back)) == []
    assert summary(back).count("\n## ") == summary(report).count("\n## ")


@given(texts)
@example("a\\|b")
@example("`|`")
def test_a_table_cell_stays_one_cell(text: str) -> None:
    table = f"| a | b |\n| --- | --- |\n| {code(text, cell=True)} | {prose(text, cell=True)} |\n"
    kinds = [token.type for token in GFM.parse(table)]
    assert kinds.count("td_open") == 2
    assert kinds.count("tr_open") == 2


@given(texts)
def test_a_code_span_shows_the_text_and_nothing_else(text: str) -> None:
    (inline,) = [token for token in GFM.parse(code(text)) if token.type == "inline"]
    shown = [(token.type, token.content) for token in inline.children or ()]
    expected = clean(text).strip() or "(empty)"
    assert shown == [("code_inline", re.sub(r"([@#])(?=[\w-])", "\\1\u2060", expected))]


@given(texts, texts)
def test_a_block_shows_its_lines_and_ends(first: str, second: str) -> None:
    made = GFM.parse(f"{block([first, second])}\nafter")
    assert [token.type for token in made] == ["fence", "paragraph_open", "inline", "paragraph_close"]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_sentence_of_strangers_keeps_its_words_and_quotes_the_rest(attack: str) -> None:
    made = prose(f"wrote {attack} to it")
    assert live(made) == []
    assert made.startswith("wrote")
    assert made.endswith("to it")


def test_a_plain_sentence_is_left_as_it_is() -> None:
    said = "the training exited with 1 (after 3.5 minutes), and wrote no metrics"
    assert prose(said) == said


def test_a_long_text_is_cut_at_80_characters() -> None:
    assert len(clean("x" * 1000)) == 80
    assert clean("x" * 80) == "x" * 80


def test_what_cannot_be_seen_is_shown() -> None:
    assert clean("a\u202eb\x1bc\u200bd") == "a\ufffdb\ufffdc\ufffdd"
    assert clean("a\tb\nc\u2028d") == "a b c d"
