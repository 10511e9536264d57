"""`Trainer` for a plain command: started without a shell in a process group of its own.

The log goes live to our stderr, redacted, and its end is kept. Over time or on Ctrl-C the whole group is killed.
"""

from __future__ import annotations

import collections
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

from reproof.redact import redact, secret_values
from reproof.training.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reproof.training.plan import Plan

TAIL = 40  # lines kept for the report
LINE = 2000  # characters kept of one line
GRACE = 5.0  # seconds between the polite signal and the kill

# The training must neither write our outputs nor hold our tokens: on a pull request it is a stranger's code.
WITHHELD = (
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "ACTIONS_RUNTIME_TOKEN",
    "GITHUB_ENV",
    "GITHUB_OUTPUT",
    "GITHUB_PATH",
    "GITHUB_STATE",
    "GITHUB_STEP_SUMMARY",
    "INPUT_TOKEN",
    "REPROOF_TOKEN",
)


class CommandTrainer:
    """Runs the plan's command and waits for it."""

    def __init__(self, environ: Mapping[str, str], python: str | None = None, echo: bool = True) -> None:
        """`python` is the training interpreter: its folder comes first on the command's PATH."""
        self._secrets = secret_values(environ)
        self._environ = {name: value for name, value in environ.items() if name not in WITHHELD}
        if python:
            folder = os.path.dirname(os.path.abspath(python))
            self._environ["PATH"] = os.pathsep.join([folder, self._environ.get("PATH", os.defpath)])
        self._echo = echo

    def train(self, plan: Plan) -> Outcome:
        """Run the command to its end, its time limit, or an interruption (which is raised again)."""
        environ = self._environ | dict(plan.variables)
        program = shutil.which(plan.command[0], path=environ.get("PATH")) or _beside(plan)
        if program is None:
            return Outcome(None, 0.0, f"the training command {plan.command[0]!r} does not exist")
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
        tail: collections.deque[str] = collections.deque(maxlen=TAIL)
        reader = threading.Thread(target=self._drain, args=(process, tail), daemon=True)
        reader.start()
        late = False
        try:
            process.wait(timeout=plan.timeout)
        except subprocess.TimeoutExpired:
            late = True
            _kill(process)
        except BaseException:
            _kill(process)
            raise
        reader.join(GRACE)
        seconds = time.monotonic() - started
        code = process.returncode
        problem = (
            f"the training took longer than {plan.timeout:g} s and was killed" if late else _problem(code)
        )
        return Outcome(code if code >= 0 else None, seconds, problem, tuple(tail))

    def _drain(self, process: subprocess.Popen[bytes], tail: collections.deque[str]) -> None:
        assert process.stdout is not None
        while raw := process.stdout.readline(LINE):
            line = redact(raw.decode("utf-8", "replace").rstrip("\r\n"), self._secrets)
            tail.append(line)
            if self._echo:
                print(f"  | {line}", file=sys.stderr, flush=True)
        process.stdout.close()


def _problem(code: int) -> str | None:
    if code == 0:
        return None
    if code > 0:
        return f"the training command exited with {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    hint = " (out of memory, perhaps)" if name == "SIGKILL" else ""
    return f"the training command was killed by {name}{hint}"


def _beside(plan: Plan) -> str | None:
    """A command given by a path relative to the plan's folder."""
    path = os.path.join(plan.folder, plan.command[0])
    return path if os.sep in plan.command[0] and os.access(path, os.X_OK) else None


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the whole process group: politely, then for certain."""
    for polite in (True, False):
        try:
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGTERM if polite else signal.SIGKILL)
            else:
                process.terminate()
        except ProcessLookupError:
            break
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            continue
    process.wait()
