"""`Trainer` for a plain command: started without a shell in a process group of its own.

The log is shown live on our stderr, redacted, and its end is kept. Over time, on Ctrl-C or when we are told to end,
the whole group is killed; so is what the command leaves behind in it.
"""

from __future__ import annotations

import collections
import contextlib
import math
import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

from reproof.ending import told_to_end
from reproof.redact import LogLines, redact, secret_values
from reproof.training.outcome import Outcome
from reproof.training.progress import display_for
from reproof.training.withheld import seen_by_training
from reproof.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import IO

    from reproof.training.plan import Plan
    from reproof.training.progress import Display

TAIL = 40  # lines kept for the report
WIDTH = 2000  # characters kept of one line
LONGEST = 1 << 20  # bytes of one line that are redacted as a whole
GRACE = 5.0  # seconds between the polite signal and the kill
POLL = 0.05  # seconds between two looks at whether the command has ended
LINGER = 1.0  # seconds that the log is still read after the command's end
INTERPRETERS = ("python", "python3")


class CommandTrainer:
    """Runs the plan's command and waits for it."""

    def __init__(self, environ: Mapping[str, str], python: str | None = None) -> None:
        """`python` is the training interpreter: `python` means it, and its folder comes first on PATH."""
        self._secrets = secret_values(environ)
        self._environ = seen_by_training(environ, python)
        self._python = os.path.abspath(python) if python else None

    def train(self, plan: Plan) -> Outcome:
        """Run the command to its end, its time limit, or an interruption (which is raised again)."""
        environ = self._environ | dict(plan.variables)
        program = self._program(plan, environ)
        if isinstance(program, Outcome):
            return program
        shown = visible(redact(shlex.join(plan.command), self._secrets))
        print(f"reproof: running {_obeyed_by_nobody(shown)}", file=sys.stderr, flush=True)
        started = time.monotonic()
        try:
            process = subprocess.Popen(
                [program, *plan.command[1:]],
                cwd=plan.folder,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            return Outcome(None, 0.0, f"the training command cannot be started: {error.strerror}")
        assert process.stdout is not None
        display = display_for(sys.stderr, environ)
        log = _Log(process.stdout, self._secrets, display)
        late = False
        usage = _Usage(display, log.pause)
        with told_to_end():
            try:
                usage.wait(process, plan.timeout)
            except subprocess.TimeoutExpired:
                late = True
                _end(process, usage)
            except BaseException:
                display.end(())
                _end(process, usage)
                raise
            seconds = time.monotonic() - started
            log.finish(LINGER)
            _signal(process, signal.SIGKILL)  # a child left behind would hold the log, or write results later
            log.finish(LINGER)
        code = process.returncode
        problem = (
            f"the training took longer than {plan.timeout:g} s and was killed" if late else _problem(code)
        )
        exit_code = code if code >= 0 and not late else None
        tail = log.tail()
        display.end(tail if problem else ())
        return Outcome(exit_code, seconds, problem, tail, usage.cpu_seconds, usage.peak_memory)

    def _program(self, plan: Plan, environ: Mapping[str, str]) -> str | Outcome:
        """The program's path: below the plan's folder where it has a slash, else as PATH has it."""
        name = plan.command[0]
        if self._python and name in INTERPRETERS:
            return self._python
        if os.path.dirname(name):
            path = os.path.join(plan.folder, name)
            if os.path.isdir(path):
                return Outcome(None, 0.0, f"the training command {name!r} is a folder")
            if os.path.isfile(path) and not os.access(path, os.X_OK):
                return Outcome(None, 0.0, f"the training command {name!r} is not executable")
            found = path if os.path.isfile(path) else None
        else:
            found = shutil.which(name, path=environ.get("PATH"))
        return found or Outcome(None, 0.0, f"the training command {name!r} does not exist")


class _Usage:
    """Waits for a process in a way that tells what it used; `Popen.wait` forgets it."""

    def __init__(self, display: Display, pause: Callable[[float], bool]) -> None:
        """`pause` waits for some seconds, or until the command may have ended, which it then says."""
        self._display = display
        self._pause = pause
        self.cpu_seconds: float | None = None
        self.peak_memory: int | None = None

    def wait(self, process: subprocess.Popen[bytes], timeout: float) -> None:
        """Wait for the end; raises `subprocess.TimeoutExpired`."""
        if sys.platform == "win32":
            process.wait(timeout)
            return
        end, pause = time.monotonic() + timeout, 0.001
        while process.returncode is None:
            pid, status, used = os.wait4(process.pid, os.WNOHANG)
            if pid:
                process.returncode = os.waitstatus_to_exitcode(status)
                self.cpu_seconds = round(used.ru_utime + used.ru_stime, 3)
                self.peak_memory = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
            elif time.monotonic() >= end:
                raise subprocess.TimeoutExpired(process.args, timeout)
            else:
                self._display.tick()
                ended = self._pause(min(pause, max(end - time.monotonic(), 0)))
                pause = 0.001 if ended else min(pause * 2, POLL)


class _Log:
    """The training's output as it comes: shown, and its end kept."""

    def __init__(self, stream: IO[bytes], secrets: tuple[str, ...], display: Display) -> None:
        self._stream = stream
        self._redacted = LogLines(secrets)
        self._display: Display | None = display
        self._tail: collections.deque[str] = collections.deque(maxlen=TAIL)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._told = False
        self._reader.start()

    def finish(self, seconds: float) -> None:
        """Wait for the end of the output, but not longer than `seconds`."""
        self._reader.join(seconds)

    def pause(self, seconds: float) -> bool:
        """Wait, but once not longer than until the output ends: who closes the log has mostly ended."""
        if self._told:
            time.sleep(seconds)
            return False
        self._reader.join(seconds)
        self._told = not self._reader.is_alive()
        return self._told

    def tail(self) -> tuple[str, ...]:
        """The last lines; whatever still comes is not shown any more."""
        self._display = None
        return tuple(self._tail.copy())

    def _read(self) -> None:
        with contextlib.closing(self._stream):
            for raw in self._lines():
                line = self._line(raw.decode("utf-8", "replace"))
                self._tail.append(line)
                if display := self._display:
                    display.line(line)

    def _lines(self) -> Iterator[bytes]:
        """Lines; of one that is too long its beginning and whole states of a progress bar, so that no secret is
        cut in two and its second half shown."""
        begun = False
        while raw := self._stream.readline(LONGEST):
            ended = raw.endswith(b"\n") or len(raw) < LONGEST
            first, begun = not begun, not ended
            states = raw if first else raw.partition(b"\r")[2]
            if not ended:
                whole, mark, _ = states.rpartition(b"\r")
                states = whole if mark else states if first else b""
            if states:
                yield states

    def _line(self, text: str) -> str:
        """One line as a terminal would leave it: of a progress bar the last state."""
        return _obeyed_by_nobody(self._redacted(text.rstrip("\r\n")).rpartition("\r")[2])


def _obeyed_by_nobody(line: str) -> str:
    """A line, cut off where it is too long, in which a runner finds no order (`##[`)."""
    return line[:WIDTH].replace("##[", "# #[")


def _problem(code: int) -> str | None:
    if code == 0:
        return None
    if code > 0:
        return f"the training command exited with {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"the training command was killed by {name}{_MEANINGS.get(name, '')}"


_MEANINGS = {
    "SIGKILL": " (out of memory, perhaps)",
    "SIGSEGV": " (a compiled package touched memory that is not its own)",
    "SIGILL": " (a compiled package uses instructions that this processor lacks)",
    "SIGBUS": " (shared memory is full, perhaps)",
    "SIGABRT": " (a compiled package gave up)",
}


def _end(process: subprocess.Popen[bytes], usage: _Usage) -> None:
    """End the whole process group: politely, then for certain, even when interrupted meanwhile."""
    try:
        _signal(process, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            usage.wait(process, GRACE)
    finally:
        _signal(process, signal.SIGKILL)
        usage.wait(process, math.inf)


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody is left in the group
        if os.name == "posix":
            os.killpg(process.pid, number)
        else:
            process.kill()
