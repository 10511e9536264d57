"""ruff, as a `NameChecker`: F821 on notebooks, whose cells are one module to it. Offline, without any settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from reproof.errors import MissingToolError, ReproofError
from reproof.lint.notebooks.name_check import Names, Use

TYPE_CHECKING = False
if TYPE_CHECKING:
    import tempfile
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

# The newest Python that the oldest ruff we take knows, so that new syntax is no error.
_OPTIONS = (
    "--isolated",
    "--no-cache",
    "--select=F821",
    "--target-version=py313",
    "--output-format=json",
    "--quiet",
)
_INSTALL = 'python -m pip install "ruff>=0.9"'
# Bytes of file names that one command line may hold, far below what any system allows.
_MOST = 24_000 if sys.platform == "win32" else 200_000
_ELSEWHERE = "Make room, or name another folder by TMPDIR."
# A folder in memory, and the bytes that must be free in it: a thousand notebooks' code, and what others need.
_MEMORY = "/dev/shm"  # noqa: S108  a folder of our own is made in it
_ROOM = 1 << 28
# Files that are worth a process of their own, while others are still being read.
_TOGETHER = 24


class RuffCheck:
    """A check that was started; files that do not lie on the disk are written to a folder of ours first."""

    def __init__(self, files: Mapping[str, str | bytes | None]) -> None:
        self._program = _find()
        self._folder: Any = None
        self._paths: dict[str, str] = {}  # whose a file is that ruff was or will be given
        self._copies: dict[str, str] = {}
        self._known: dict[str, Names] = {}
        self._waiting: list[str] = []
        self._running: list[_Process] = []
        for path, where in files.items():
            if isinstance(where, str) and _is_text(where):
                self._paths[where] = path
                self._waiting.append(where)
                continue
            if self._folder is None:
                self._folder = _folder()
            folder = os.path.realpath(self._folder.name)
            self._copies[path] = os.path.join(folder, f"{len(self._copies)}.ipynb")
            if where is not None:
                self.add(path, where if isinstance(where, bytes) else _bytes_of(where))
                self.proceed(path)
        self._start()

    def add(self, path: str, data: bytes) -> None:
        """Lay out a file that was announced; another process than the one that started the check may do so."""
        try:
            with open(self._copies[path], "wb") as handle:
                handle.write(data)
        except OSError as error:
            folder = os.path.dirname(self._copies[path])
            raise ReproofError(
                f"a notebook's code cannot be written to {folder}: {error.strerror or error}", _ELSEWHERE
            ) from None

    def proceed(self, path: str) -> None:
        """Check a file that was added, beside others, as soon as there are enough or nothing else is left."""
        copy = self._copies.get(path)
        if copy is None or copy in self._paths or not os.path.exists(copy):
            return
        self._paths[copy] = path
        self._waiting.append(copy)
        if len(self._waiting) >= _TOGETHER and all(each.ended() for each in self._running):
            self._start()

    def names(self, path: str) -> Names:
        """The answer about a file, once it is there; of one that was never added nothing is known."""
        while path not in self._known and (self._running or self._waiting):
            if self._waiting:
                self._start()
            process = self._running.pop(0)
            said, complaint = process.result()
            for file in process.files:
                self._known[self._paths[file]] = Names()
            self._known.update(_read(said, complaint, process.code, self._paths, self._program))
        return self._known.get(path, Names())

    def stop(self) -> None:
        """End what runs, and remove what was written."""
        for process in self._running:
            process.kill()
        self._running, self._waiting = [], []
        if self._folder:
            self._folder.cleanup()
            self._folder = None

    def _start(self) -> None:
        for share in _shares(self._waiting):
            command = [self._program, "check", *_OPTIONS, "--", *share]
            self._running.append(_Process(command, share, self._folder.name if self._folder else None))
        self._waiting = []


class _Process:
    """One run of ruff; where there is a folder for its answer, it need not wait for somebody to read it."""

    def __init__(self, command: Sequence[str], files: Sequence[str], folder: str | None) -> None:
        self.files = files
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RUFF_")}
        where = os.path.join(folder, f"{os.path.basename(files[0])}.json") if folder else None
        self._answer: Any = open(where, "w+b") if where else None  # noqa: SIM115  closed with the process
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=self._answer or subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
            )
        except OSError as error:
            raise MissingToolError(f"ruff cannot be started: {error.strerror or error}", _INSTALL) from None

    @property
    def code(self) -> int:
        """The exit code, once there is a result."""
        return self._process.returncode

    def ended(self) -> bool:
        """Whether it is done."""
        return self._process.poll() is not None

    def result(self) -> tuple[bytes, bytes]:
        """What it wrote to stdout and stderr; waits for its end."""
        try:
            said, complaint = self._process.communicate()
            if self._answer:
                self._answer.seek(0)
                said = self._answer.read()
        finally:
            self.kill()
        return said, complaint

    def kill(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdout, self._process.stderr, self._answer):
            if stream:
                stream.close()


def _folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for a moment; in memory where there is room, since a disk takes as long as ruff does."""
    import tempfile

    try:
        about = os.statvfs(_MEMORY)
        room = about.f_bavail * about.f_frsize > _ROOM and os.access(_MEMORY, os.W_OK | os.X_OK)
    except (OSError, AttributeError):  # another system than Linux
        room = False
    return tempfile.TemporaryDirectory(prefix="reproof-", dir=_MEMORY if room else None)


def _read(
    said: bytes, complaint: bytes, code: int, paths: Mapping[str, str], program: str
) -> dict[str, Names]:
    try:
        entries = json.loads(said) if code in {0, 1} else None
    except ValueError:
        entries = None
    if not isinstance(entries, list):
        lines = complaint.decode("utf-8", "replace").strip().splitlines() or [f"exit code {code}"]
        raise MissingToolError(f"{program} cannot check notebooks (too old?): {lines[0]}", _INSTALL)
    uses: dict[str, list[Use]] = {}
    problems: dict[str, Names] = {}
    for entry in entries:
        path = paths.get(entry["filename"])
        if path is None:
            continue
        cell = entry.get("cell")
        if entry["code"] != "F821":
            what = entry["message"] if cell else "ruff cannot read it as a notebook of nbformat 4"
            problems.setdefault(path, Names((), what, cell))
        elif cell is not None:
            start, end = entry["location"], entry["end_location"]
            name = entry["message"].partition("`")[2].rpartition("`")[0]
            uses.setdefault(path, []).append(Use(name, cell, start["row"], start["column"], end["column"]))
    found = {path: Names(tuple(sorted(own, key=_place))) for path, own in uses.items()}
    return found | problems


def _place(use: Use) -> tuple[int, int, int]:
    return use.cell, use.line, use.column


def _find() -> str:
    """ruff's own path: beside our interpreter, where the package puts it, or on the PATH."""
    name = "ruff.exe" if sys.platform == "win32" else "ruff"
    for folder in (os.path.dirname(sys.executable), *os.get_exec_path()):
        path = os.path.join(folder, name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    raise MissingToolError("ruff is not installed; undefined-in-order needs it", _INSTALL)


def _shares(paths: Iterable[str]) -> Iterator[Sequence[str]]:
    share: list[str] = []
    held = 0
    for path in paths:
        held += len(path.encode()) + 1
        if share and held > _MOST:
            yield share
            share, held = [], len(path.encode()) + 1
        share.append(path)
    if share:
        yield share


def _is_text(path: str) -> bool:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _bytes_of(path: str) -> bytes:
    try:
        with open(path, "rb") as handle:
            return handle.read()
    except OSError:
        return b""
