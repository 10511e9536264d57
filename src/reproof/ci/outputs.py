"""What CI reads back: step outputs, the job summary, annotations in the log. Each a no-op outside of CI.

Values may be a stranger's text: outputs are written between random delimiters, commands are escaped.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Literal, TextIO

from reproof.inert import commands

SUMMARY_LIMIT = 1024 * 1024  # bytes of one step's summary; GitHub shows nothing of a longer one


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
