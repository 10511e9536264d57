"""What is shown while a training runs: one line that is kept up to date on a terminal, plain lines elsewhere."""

from __future__ import annotations

import contextlib
import re
import shutil
import sys
import threading
import time
import unicodedata
from typing import TYPE_CHECKING, Protocol

from reproof.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TextIO

STAGE = re.compile(r"Running stage '(.{1,200})':$")  # as DVC says which stage it starts
PAUSE = 0.1  # seconds between two writes of the line at least: more often is flicker
CLEAR = "\r\x1b[K"


class Display(Protocol):
    """Told of each line of the log as it comes, and again and again that time goes by; from two threads."""

    def line(self, text: str) -> None:
        """One line of the log."""

    def tick(self) -> None:
        """Time went by."""

    def end(self, unseen: Sequence[str]) -> None:
        """The training is over; `unseen` are the last lines of a log that somebody should see now."""


class Lines:
    """Each line of the log as a line, for CI and pipes."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def line(self, text: str) -> None:
        print(f"  | {text}", file=self._stream, flush=True)

    def tick(self) -> None:
        pass

    def end(self, unseen: Sequence[str]) -> None:
        pass  # all of it was shown


class OneLine:
    """The stage that runs, the time it takes, and the log's last line, in one line of a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._began = self._stage_began = time.monotonic()
        self._stage = ""
        self._last = ""
        self._shown = ""
        self._wrote = 0.0
        self._over = False
        self._lock = threading.Lock()

    def line(self, text: str) -> None:
        with self._lock:
            if found := STAGE.match(text):
                self._stage, self._stage_began, self._last = found.group(1), time.monotonic(), ""
            elif text.strip():
                self._last = text.strip()
        self.tick()

    def tick(self) -> None:
        now = time.monotonic()
        with self._lock:
            if self._over or now - self._wrote < PAUSE:
                return
            text = self._text(now)
            if text != self._shown:  # nothing is written over itself
                self._stream.write(CLEAR + text)
                self._stream.flush()
                self._shown, self._wrote = text, now

    def end(self, unseen: Sequence[str]) -> None:
        with self._lock:
            self._over = True
            self._stream.write(CLEAR if self._shown else "")
            for line in unseen:
                self._stream.write(f"  | {visible(line)}\n")
            self._stream.flush()

    def _text(self, now: float) -> str:
        took = _clock(now - self._began)
        if self._stage:
            took = f"{self._stage} {_clock(now - self._stage_began)}, {took} in all"
        text = f"reproof: training {took}" + (f" | {self._last}" if self._last else "")
        return clipped(visible(text), shutil.get_terminal_size().columns - 1)


class Undisturbed:
    """A display that is given up where its stream cannot be written; the training, which costs, goes on."""

    def __init__(self, display: Display) -> None:
        self._display = display

    def line(self, text: str) -> None:
        with contextlib.suppress(OSError):
            self._display.line(text)

    def tick(self) -> None:
        with contextlib.suppress(OSError):
            self._display.tick()

    def end(self, unseen: Sequence[str]) -> None:
        with contextlib.suppress(OSError):
            self._display.end(unseen)


def display_for(stream: TextIO, environ: Mapping[str, str]) -> Display:
    """One line where a person looks at a terminal; plain lines in CI, in a pipe, on a terminal that can do less.

    Where the stream cannot be written any more (`reproof run 2>&1 | head`), nothing more is shown.
    """
    watched = stream.isatty() and not environ.get("CI") and environ.get("TERM", "dumb") != "dumb"
    return Undisturbed(OneLine(stream) if watched and sys.platform != "win32" else Lines(stream))


def clipped(text: str, columns: int) -> str:
    """As much of a text as fits into so many columns; wide characters take two."""
    used, kept = 0, 0  # `kept` characters leave room for the mark
    for position, char in enumerate(text):
        used += 2 if unicodedata.east_asian_width(char) in "WF" else not unicodedata.combining(char)
        if used > columns:
            return text[:kept] + "…"
        if used < columns:
            kept = position + 1
    return text


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
