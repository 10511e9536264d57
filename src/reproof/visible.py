"""Text of other people's files, made fit for a terminal: nothing invisible, nothing that moves the cursor."""

from __future__ import annotations


def visible(text: str, keep: str = "") -> str:
    """Control, format, private and unpaired characters as escapes (`\\x1b`, `\\u202e`), `keep` aside."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in keep else _escape(char) for char in text)


def _escape(char: str) -> str:
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(char) or char.encode("unicode_escape").decode("ascii")
