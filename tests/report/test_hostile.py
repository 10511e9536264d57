"""Nothing that a stranger can choose becomes a link, a picture, HTML or a mention, or breaks a renderer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reproof.report import json as report_json
from reproof.report import state
from reproof.report.escape import block, clean, code, named, prose
from reproof.report.html import page
from reproof.report.markdown import COMMENT_LIMIT, MARKER, comment, summary
from reproof.report.report import Report
from reproof.report.short_json import short_json
from reproof.report.text import text
from tests.report.cases import RUN
from tests.report.hostile import ATTACKS, STRANGE, everywhere, failing, reports, texts
from tests.report.test_html import Elements

# Tables, strikethrough and bare links as on GitHub; raw HTML is let through so that it would be seen.
GFM = MarkdownIt("gfm-like", {"html": True, "linkify": True})
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# What is not drawn, and is not the joiner by which we break mentions.
UNSEEN = frozenset("".join(STRANGE[name] for name in ("bidi", "zero-width", "drawn-as-nothing", "control")))
UNSEEN -= frozenset("x[31m")
ALIVE = re.compile(r"@\w|#\d|GH-\d|://|www\.|:\w+:", re.IGNORECASE)
COMMIT = re.compile(r"\b[0-9a-f]{7,40}\b", re.IGNORECASE)
OUR_HTML = re.compile(
    r"(<details><summary>[A-Z][A-Za-z ?]*( \([0-9]+\))?</summary>|</details>|<!-- reproof:v1:default -->)\s*"
)


def tokens(markdown: str) -> Iterator[Token]:
    for token in GFM.parse(markdown):
        yield token
        yield from token.children or ()


def live(markdown: str, report: Report | None = None) -> list[str]:
    """What would be alive on the page and is not ours; a report's own links are."""
    found = []
    ours = (report.context.run_url, report.context.page_url) if report else ()
    for token in tokens(markdown):
        if token.type == "link_open" and token.attrs.get("href") in ours:
            continue
        if token.type in ("link_open", "image", "html_inline"):
            found.append(f"{token.type}: {token.content or token.attrs}")
        if token.type == "html_block" and not OUR_HTML.fullmatch(token.content):
            found.append(f"html: {token.content}")
        if token.type == "text" and ALIVE.search(token.content):
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


BLOCKS = re.compile(
    r"(heading|table|tr|td|list_item|ordered_list|bullet_list|blockquote)_open|html_block|fence|hr"
)


def shape(markdown: str) -> list[str]:
    """The parts that a page is made of, from top to bottom."""
    return [token.type for token in GFM.parse(markdown) if BLOCKS.fullmatch(token.type)]


@pytest.mark.parametrize("made_of", [everywhere, failing])
@pytest.mark.parametrize("strange", STRANGE.values(), ids=STRANGE)
def test_a_strange_text_is_nowhere_more_than_a_text(strange: str, made_of: Callable[[str], Report]) -> None:
    """It makes no part of a page that a plain word in its place does not make."""
    report, plain = made_of(strange), made_of("word")
    for render in (comment, summary):
        made = render(report)
        assert live(made, report) == []
        orders = re.findall(r"^\s*/\w.*", made, re.MULTILINE)
        assert all(order.strip() == f"/reproof accept {RUN[:12]} because …" for order in orders)
        assert not [one for one in tokens(made) if one.type == "text" and COMMIT.search(one.content)]
        assert shape(made) == shape(render(plain))
        assert not [letter for letter in made.replace("\n", "") if letter in UNSEEN]
    assert state.read(comment(report)) == state.state_of(report)
    assert Elements(page(report)).order == Elements(page(plain)).order
    assert text(report).count("\n") == text(plain).count("\n")


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
    back = report_json.parse(short_json(report), report.context)
    again = report_json.parse(short_json(back), report.context)
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
    assert shown == [("code_inline", re.sub(r"([@#])(?=[\w-])", "\\1\u2060", named(text)))]


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


def test_blanks_at_the_ends_of_a_name_are_shown() -> None:
    assert [code(name) for name in ("auc", "auc ", " auc", "\tauc\n", " ")] == [
        "`auc`",
        "`auc␣`",
        "`␣auc`",
        "`␣auc␣`",
        "`(empty)`",
    ]


def test_marks_do_not_pile_up_on_the_lines_around() -> None:
    assert clean("e" + "\u0301" * 9) == "e" + "\u0301" * 4 + "\ufffd" * 5
    assert clean("ni\u0303o") == "ni\u0303o"


def test_what_cannot_be_seen_is_shown() -> None:
    assert clean("a\u202eb\x1bc\u200bd") == "a\ufffdb\ufffdc\ufffdd"
    assert clean("a\tb\nc\u2028d") == "a b c d"
