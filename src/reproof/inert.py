"""Text in which a CI runner finds no command, whoever wrote it: a file's name, a line of source, a log."""

from __future__ import annotations

import re

# What the runner takes for a command: `::` first on a line, however far in, and `##[` anywhere.
_COMMAND = re.compile(r"((?:^|[\r\n])\s*:|##)(?=:|\[)")
_BREAK = "\u2060"  # word joiner, invisible


def inert(text: str) -> str:
    """The same to read. The text counts as beginning a line: who writes half a line is not asked."""
    return _COMMAND.sub(rf"\1{_BREAK}", text)
