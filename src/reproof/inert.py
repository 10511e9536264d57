"""Text in which a CI runner finds no command, whoever wrote it: a file's name, a line of source, a log."""

from __future__ import annotations

import os
import re
import stat
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, TextIO

# What the runner takes for a command: `::` first on a line, however far in, and `##[` anywhere.
_COMMAND = re.compile(r"((?:^|[\r\n])\s*:|##)(?=:|\[)")
_BREAK = "\u2060"  # word joiner, invisible


def inert(text: str) -> str:
    """The same to read. The text counts as beginning a line: who writes half a line is not asked."""
    return _COMMAND.sub(rf"\1{_BREAK}", text)


class Inert:
    """A stream on which nobody's text is a command to the runner; `commands` is the stream below, for our own."""

    def __init__(self, stream: TextIO) -> None:
        self.commands = stream

    def write(self, text: str) -> int:
        """Write it, with no command in it. JSON, which a program may read, stays the same JSON."""
        if text.startswith(("{", "[")):
            text = text.replace("##[", r"##\u005b")
        return self.commands.write(inert(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.commands, name)


def silence_commands(environ: Mapping[str, str]) -> None:
    """From now on nothing that this process prints is a command, our own `commands` aside: logs, names, errors.

    What goes into a file goes as it is: no runner reads it.
    """
    if environ.get("GITHUB_ACTIONS") != "true":
        return
    if not isinstance(sys.stdout, Inert) and not _into_a_file(sys.stdout):
        sys.stdout = Inert(sys.stdout)
    if not isinstance(sys.stderr, Inert):
        sys.stderr = Inert(sys.stderr)


def commands(stream: TextIO | None = None) -> TextIO:
    """The stream that the runner reads commands from."""
    stream = stream or sys.stdout
    return stream.commands if isinstance(stream, Inert) else stream


def _into_a_file(stream: TextIO) -> bool:
    try:
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):
        return False
