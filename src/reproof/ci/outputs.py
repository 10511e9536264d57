"""What CI reads back: step outputs, the job summary, annotations in the log. Each a no-op outside of CI.

Values may be a stranger's text: outputs are written between random delimiters, commands are escaped.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Mapping
from typing import Any, Literal, TextIO, cast

from reproof.inert import inert

SUMMARY_LIMIT = 1024 * 1024  # bytes of one step's summary; GitHub shows nothing of a longer one


class Inert:
    """A stream on which nobody's text is a command to the runner; `commands` is the stream below, for our own."""

    def __init__(self, stream: TextIO) -> None:
        self.commands = stream

    def write(self, text: str) -> int:
        """Write it, with no command in it."""
        return self.commands.write(inert(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.commands, name)


def silence_commands(environ: Mapping[str, str]) -> None:
    """From now on nothing that this process prints is a command, `annotate` aside: logs, names, errors."""
    if environ.get("GITHUB_ACTIONS") == "true":
        sys.stdout, sys.stderr = cast("TextIO", Inert(sys.stdout)), cast("TextIO", Inert(sys.stderr))


def commands(stream: TextIO | None = None) -> TextIO:
    """The stream that the runner reads commands from."""
    stream = stream or sys.stdout
    return stream.commands if isinstance(stream, Inert) else stream


def write_outputs(environ: Mapping[str, str], values: Mapping[str, str]) -> None:
    """Set the step's outputs. Names are ours; a value may be any text."""
    for name, value in values.items():
        end = f"reproof-{secrets.token_hex(16)}"
        _append(environ, "GITHUB_OUTPUT", f"{name}<<{end}\n{value}\n{end}\n")


def write_summary(environ: Mapping[str, str], markdown: str) -> None:
    """Add Markdown to the job's summary."""
    _append(environ, "GITHUB_STEP_SUMMARY", markdown.rstrip("\n") + "\n")


def annotate(
    environ: Mapping[str, str],
    level: Literal["notice", "warning", "error"],
    message: str,
    *,
    path: str | None = None,
    line: int | None = None,
    stream: TextIO | None = None,
) -> None:
    """Show a message on the run's page and, with a path, at a line of the pull request's files."""
    if environ.get("GITHUB_ACTIONS") != "true":
        return
    places = {"file": path, "line": None if line is None else str(line), "title": "reproof"}
    properties = ",".join(f"{key}={_property(value)}" for key, value in places.items() if value is not None)
    print(f"::{level} {properties}::{_message(message)}", file=commands(stream), flush=True)


def _append(environ: Mapping[str, str], variable: str, text: str) -> None:
    path = environ.get(variable)
    if path:
        with open(path, "a", encoding="utf-8", errors="replace", newline="\n") as handle:
            handle.write(text)


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
