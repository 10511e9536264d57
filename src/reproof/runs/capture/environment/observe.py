"""What was found when a training ran: its interpreter is asked by three programs, and their answers are judged.

`probes/interpreter.py` must answer. `machine.py` may fail, and so may `arithmetic.py`, which runs once for each
framework that is installed, all at once; what does not answer in time is not known, and stops no training.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import re
import signal
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reproof.errors import MissingToolError
from reproof.installed import how_to_name_python
from reproof.redact import HIDDEN, redact, secret_values
from reproof.runs.capture.environment.flags import flags_of
from reproof.runs.capture.environment.numeric import numeric_class
from reproof.runs.record import Observed
from reproof.strict import Fields, SchemaError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reproof.runs.capture.environment.numeric import Facts

PROBES = os.path.join(os.path.dirname(__file__), "probes")
SECONDS = 60  # for one probe; importing a large framework from a cold disk takes a while
LIMIT = 8 * 1024 * 1024  # bytes of one answer
LONGEST = 1_000  # characters of one fact
WIDE = 4 * LONGEST
MOST = 20_000  # facts of one kind
# What computes, by the distributions that bring it.
FRAMEWORKS = {
    "numpy": ("numpy",),
    "torch": ("torch",),
    "tensorflow": ("tensorflow", "tensorflow-cpu", "tensorflow-macos", "intel-tensorflow", "tf-nightly"),
    "jax": ("jax",),
}


@dataclass(frozen=True, slots=True)
class Found:
    """The environment as it was observed, and the values that its interpreter gives environment markers."""

    observed: Observed
    markers: tuple[tuple[str, str], ...]


def observe(python: str, folder: str, environ: Mapping[str, str]) -> Found:
    """Ask the training's own interpreter what it is, and what it computes with, and wait for all answers.

    `environ` is what the training will see: an interpreter of a pull request is a stranger's program. Raises
    `MissingToolError` where it does not answer.
    """
    return Look(python, folder, environ).found()


class Look:
    """The same begun. The interpreter must have answered before anything is trained (`ready`); the machine, and
    what it computes with, may be asked while the training already runs (`found`), by more than one thread.
    """

    def __init__(self, python: str, folder: str, environ: Mapping[str, str]) -> None:
        self._python, self._folder, self._environ = python, folder, environ
        self._interpreter = self._probe("interpreter.py")
        self._answer: _Interpreter | None = None
        self._found: Found | None = None
        self._one_at_a_time = threading.Lock()

    def is_of(self, python: str, folder: str, environ: Mapping[str, str]) -> bool:
        """Whether it is this interpreter that was asked, in this folder, with these variables."""
        return (python, folder, environ) == (self._python, self._folder, self._environ)

    def ready(self) -> _Interpreter:
        """Wait for the interpreter's answer; raises `MissingToolError` where there is none."""
        if self._answer is None:
            self._answer = _interpreter(self._interpreter, self._python, self._folder)
        return self._answer

    def found(self) -> Found:
        """All answers; waits for those that are not there yet. Raises as `ready` does."""
        with self._one_at_a_time:
            if self._found is None:
                self._found = self._asked(self.ready())
            return self._found

    def _asked(self, answer: _Interpreter) -> Found:
        machine = self._probe("machine.py")
        computing = [
            self._probe("arithmetic.py", name, *answer.besides)
            for name, distributions in FRAMEWORKS.items()
            if not answer.packages.keys().isdisjoint(distributions)
        ]
        return _found(answer, _machine(machine), [_computing(probe) for probe in computing], self._environ)

    def _probe(self, probe: str, *words: str) -> _Probe:
        return _Probe(self._python, probe, words, self._folder, self._environ)


def installed_packages(
    python: str, folder: str, environ: Mapping[str, str]
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Versions and origins of an interpreter's packages, by normalised name; nothing is imported.

    Raises `MissingToolError` where it does not answer.
    """
    answer = _interpreter(_Probe(python, "interpreter.py", (), folder, environ), python, folder)
    hidden = _Hidden(environ)
    return answer.packages, dict(hidden.origins(answer.origins))


@dataclass(frozen=True, slots=True)
class _Interpreter:
    python: str
    interpreter: Facts
    packages: Facts
    origins: Facts
    libraries: Facts
    markers: Facts
    besides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Machine:
    machine: Facts
    accelerators: Facts
    interpreter: Facts
    container: str = ""
    runner: str = ""


def _interpreter(asked: _Probe, python: str, folder: str) -> _Interpreter:
    try:
        with Fields(asked.answer(), "the probe's answer") as fields:
            return _Interpreter(
                fields.text("python")[:WIDE],
                _facts(fields, "interpreter"),
                _facts(fields, "packages"),
                _facts(fields, "origins"),
                _facts(fields, "libraries"),
                _facts(fields, "markers"),
                tuple(path for path in fields.texts("besides") if os.path.isabs(path)),
            )
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise MissingToolError(
            f"the training interpreter {python!r} does not answer: {_why_not(error)}",
            how_to_name_python(folder),
        ) from None


def _why_not(error: Exception) -> str:
    """Why there is no answer, in words."""
    if isinstance(error, OSError):
        return error.strerror or "it cannot be started"
    if isinstance(error, subprocess.TimeoutExpired):
        return "it takes too long"
    return str(error) if isinstance(error, SchemaError) else "it is no Python, or it is broken"


def _machine(asked: _Probe) -> _Machine:
    try:
        with Fields(asked.answer(), "the probe's answer") as fields:
            return _Machine(
                _facts(fields, "machine"),
                _facts(fields, "accelerators"),
                _facts(fields, "interpreter"),
                (fields.text_or_none("container") or "")[:WIDE],
                (fields.text_or_none("runner") or "")[:WIDE],
            )
    except (OSError, subprocess.SubprocessError, ValueError):
        return _Machine({}, {}, {})


def _computing(asked: _Probe) -> Facts | None:
    """What a framework says; None where it did not answer."""
    try:
        with Fields({"facts": asked.answer()}, "the probe's answer") as fields:
            return _facts(fields, "facts")
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def _found(
    answer: _Interpreter, machine: _Machine, asked: Sequence[Facts | None], environ: Mapping[str, str]
) -> Found:
    hidden = _Hidden(environ)
    flags = flags_of(environ)
    computing = {name: value for facts in asked for name, value in (facts or {}).items()}
    known = machine.machine and None not in asked
    pieces = numeric_class(machine.machine, machine.accelerators, answer.libraries, computing, flags)
    return Found(
        Observed(
            python=hidden.text(answer.python),
            interpreter=hidden.facts({**answer.interpreter, **machine.interpreter}),
            packages=hidden.facts(answer.packages),
            machine=hidden.facts(machine.machine),
            numeric_class=hidden.facts(pieces) if known else None,
            origins=hidden.origins(answer.origins),
            libraries=hidden.facts({**answer.libraries, **computing}),
            accelerators=hidden.facts(machine.accelerators),
            determinism=hidden.facts(flags),
            container=hidden.text(machine.container) or None,
            runner=hidden.text(machine.runner) or None,
        ),
        tuple(answer.markers.items()),
    )


class _Hidden:
    """Facts without secrets: neither those that look like one, nor the values of variables that are named so."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._secrets = secret_values(environ)

    def text(self, value: str) -> str:
        return redact(value, self._secrets)[:LONGEST]

    def facts(self, facts: Facts) -> tuple[tuple[str, str], ...]:
        return tuple((self.text(name), self.text(value)) for name, value in facts.items())

    def origins(self, origins: Facts) -> tuple[tuple[str, str], ...]:
        """Addresses without credentials and queries (a signed one opens a store); `git@` is everybody's."""
        return tuple((self.text(name), self._address(origin)) for name, origin in origins.items())

    def _address(self, origin: str) -> str:
        user = "git@" if re.match(r"git\+ssh://git@", origin) else ""
        plain = re.sub(r"\?[^#\s]*", "", origin)
        return self.text(plain).replace(f"://{HIDDEN}@", f"://{user}")


def _facts(fields: Fields, name: str) -> Facts:
    """Named texts. Cut, since a training of hours must not be lost to a long one; wide of what a record gets of
    them, so that no secret is cut in two before it is hidden.
    """
    return {key[:WIDE]: value[:WIDE] for key, value in fields.pairs(name)[:MOST]}


class _Probe:
    """One program that was started. It prints into a file: a pipe could be held open by what it leaves behind."""

    def __init__(
        self, python: str, probe: str, words: Sequence[str], folder: str, environ: Mapping[str, str]
    ) -> None:
        self._printed = tempfile.TemporaryFile()  # noqa: SIM115  closed with the answer
        self._process: subprocess.Popen[bytes] | OSError
        try:
            self._process = subprocess.Popen(
                [python, "-I", os.path.join(PROBES, probe), *words],
                cwd=folder,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=self._printed,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            self._process = error
        # Whoever asks for the answer may do so hours later, or, interrupted, never.
        self._too_long = threading.Timer(SECONDS, self._end)
        self._too_long.daemon = True
        self._too_long.start()
        atexit.register(self._end)

    def answer(self) -> Any:
        """The JSON value on its last line; a site customisation may print before.

        Raises `OSError`, `SubprocessError` or `ValueError`.
        """
        with self._printed as printed:
            if isinstance(self._process, OSError):
                raise self._process
            try:
                code = self._process.wait()
            finally:
                self._too_long.cancel()
                self._end()
                atexit.unregister(self._end)
            if code or os.fstat(printed.fileno()).st_size > LIMIT:
                raise subprocess.SubprocessError("it failed, or printed too much")
            printed.seek(0)
            output = printed.read(LIMIT)
        try:
            return json.loads(output.rstrip().rpartition(b"\n")[2])
        except RecursionError:
            raise ValueError("nested too deep") from None

    def _end(self) -> None:
        """End the program with all that it started."""
        if isinstance(self._process, OSError):
            return
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        self._process.wait()
