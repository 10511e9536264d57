"""Pieces of HTML. `escaped` is the one place where outside text is made safe for it."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from reproof.report.escape import LOG_WIDTH, PROSE_WIDTH, clean, named
from reproof.report.wording import Voice


def escaped(text: str, width: int = PROSE_WIDTH) -> str:
    """Outside text, for an element or a quoted attribute: nothing in it is alive, what cannot be seen is shown."""
    return html.escape(clean(text, width), quote=True)


def code(text: str) -> str:
    """An outside name or value."""
    return f"<code>{html.escape(named(text, PROSE_WIDTH), quote=True)}</code>"


VOICE = Voice(quote=code, prose=escaped, strong=lambda text: f"<strong>{text}</strong>")


def lines(texts: Iterable[str]) -> str:
    """Outside lines, one below the other. It scrolls, so the keyboard must reach it."""
    shown = "\n".join(escaped(text, LOG_WIDTH) for text in texts)
    return f'<pre tabindex="0">{shown}</pre>'


def section(title: str, *parts: str) -> str:
    """A part of the page with a heading of ours; nothing where there is nothing to say."""
    body = "\n".join(part for part in parts if part)
    return f"<section>\n<h2>{title}</h2>\n{body}\n</section>" if body else ""


def table(label: str, head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> str:
    """A table in a region of its own that scrolls sideways; the first cell of a row is its heading."""
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "\n".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(_cell(cell) for cell in row[1:])}</tr>' for row in rows
    )
    name = f' class="{kind}"' if kind else ""
    return (
        f'<div class="wide" role="region" aria-label="{label}" tabindex="0"><table{name}>'
        f"<thead><tr>{top}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )


def _cell(cell: str) -> str:
    return cell if cell.startswith("<td") else f"<td>{cell}</td>"


def items(texts: Iterable[str]) -> str:
    """A list of finished pieces."""
    made = "\n".join(f"<li>{text}</li>" for text in texts)
    return f"<ul>\n{made}\n</ul>" if made else ""
