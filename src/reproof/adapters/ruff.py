"""ruff, as a `NameChecker`: F821 on notebooks, whose cells are one module to it. Offline, without any settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from reproof.errors import MissingToolError
from reproof.lint.notebooks.name_check import Names, Use

TYPE_CHECKING = False
if TYPE_CHECKING:
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


class RuffCheck:
    """A check that was started; files that do not lie on the disk are written to a folder of ours first."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self._program = _find()
        self._folder: Any = None
        self._paths = dict(self._laid_out(files))
        self._left = list(_shares(self._paths))
        self._running: subprocess.Popen[bytes] | None = self._start_next()

    def result(self) -> Mapping[str, Names]:
        """The answers by path, each notebook among them."""
        names = {path: Names() for path in self._paths.values()}
        try:
            while self._running:
                said, complaint = self._running.communicate()
                code = self._running.returncode
                self._running = self._start_next()
                names.update(_read(said, complaint, code, self._paths, self._program))
        finally:
            self.stop()
        return names

    def stop(self) -> None:
        """End what runs, and remove what was written."""
        if self._running:
            self._running.kill()
            self._running.communicate()
            self._running = None
        if self._folder:
            self._folder.cleanup()
            self._folder = None

    def _start_next(self) -> subprocess.Popen[bytes] | None:
        if not self._left:
            return None
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RUFF_")}
        command = [self._program, "check", *_OPTIONS, "--", *self._left.pop(0)]
        try:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
            )
        except OSError as error:
            raise MissingToolError(f"ruff cannot be started: {error.strerror or error}", _INSTALL) from None

    def _laid_out(self, files: Mapping[str, str | bytes]) -> Iterator[tuple[str, str]]:
        """Where each file lies, and whose it is; a name that JSON cannot hold is written under another one."""
        for number, (path, where) in enumerate(files.items()):
            if isinstance(where, str) and _is_text(where):
                yield where, path
                continue
            if self._folder is None:
                import tempfile

                self._folder = tempfile.TemporaryDirectory(prefix="reproof-")
            copy = os.path.join(os.path.realpath(self._folder.name), f"{number}.ipynb")
            with open(copy, "wb") as handle:
                handle.write(where if isinstance(where, bytes) else _bytes_of(where))
            yield copy, path


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
