"""What may go to a terminal: text of other people's files made visible, and colour where it is wanted."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO


def visible(text: str, keep: str = "") -> str:
    """Control, format, private and unpaired characters as escapes (`\\x1b`, `\\u202e`), `keep` aside."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in keep else _escape(char) for char in text)


def _escape(char: str) -> str:
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(char) or char.encode("unicode_escape").decode("ascii")


def shown_number(value: float, spec: str = "") -> str:
    """A number as a reader sees it everywhere: as Python writes it, or in the form of `spec`."""
    if value != value:
        return "NaN"
    if abs(value) == float("inf"):
        return "∞" if value > 0 else "−∞"  # noqa: RUF001  as the report's minus
    return format(value, spec) if spec else repr(value)


def in_colour(stream: TextIO) -> bool:
    """Whether a stream is a terminal that wants colour (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
