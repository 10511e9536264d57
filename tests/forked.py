"""Commands without the half second that starting them takes: copies of a process that has imported reproof already.

Each copy is a process of its own, with its own folder, variables, arguments, streams and exit code. What it does
not show is the start itself: so the first command of each test is started as a user starts it, and so is each whose
variables say something to the interpreter.
"""

from __future__ import annotations

import atexit
import functools
import gc
import io
import json
import os
import re
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

# Read when the interpreter starts, and so of no effect on a copy; with -I, those of Python's own never are. A copy
# writes no bytecode, and no order of ours comes from a hash: these two are the training's.
_AT_START = re.compile(r"LC_.*|LANG(UAGE)?|PYTHON(?!DONTWRITEBYTECODE|HASHSEED).*")
_AT_ISOLATED_START = re.compile(r"LC_.*|LANG(UAGE)?")
# They run in the user's interpreter, and are not imported.
_PROGRAMS = re.compile(r"__main__|\.probes\.|\.table_values$")
_started: set[str] = set()


def reproof(
    words: Sequence[str],
    folder: Path,
    environ: Mapping[str, str],
    *,
    isolated: bool = False,
    timeout: float = 300,
) -> subprocess.CompletedProcess[str]:
    """`python -m reproof WORDS` in a folder, with these variables and no others; isolated is `python -I -m`."""
    test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
    read = _AT_ISOLATED_START if isolated else _AT_START
    asked, ours = (_read_at_start(read, them) for them in (environ, os.environ))
    if test in _started and asked == ours:
        return _server().run(words, folder, environ, isolated, timeout)
    _started.add(test)
    return subprocess.run(
        [sys.executable, *(["-I"] if isolated else []), "-m", "reproof", *words],
        cwd=folder,
        env=dict(environ),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def _read_at_start(names: re.Pattern[str], environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if names.fullmatch(name)}


class _Server:
    """The process that is copied, with a line to it. One command at a time."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair()
        self._one = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-B", __file__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,  # a copy's streams are pipes, too, and are used as such from the start
                stderr=subprocess.PIPE,
            )
        atexit.register(self._end)

    def run(
        self, words: Sequence[str], folder: Path, environ: Mapping[str, str], isolated: bool, timeout: float
    ) -> subprocess.CompletedProcess[str]:
        request = json.dumps([list(words), str(folder), dict(environ), isolated]).encode()
        with self._one, open(os.devnull) as nothing:
            (out, their_out), (err, their_err) = os.pipe(), os.pipe()
            socket.send_fds(self._line, [b"%8d" % len(request)], [nothing.fileno(), their_out, their_err])
            self._line.sendall(request)
            os.close(their_out)
            os.close(their_err)
            held = {out: b"", err: b""}
            readers = [threading.Thread(target=_read, args=(end, held)) for end in held]
            for reader in readers:
                reader.start()
            pid = int(self._answer())
            if not select.select([self._line], [], [], timeout)[0]:
                os.kill(pid, signal.SIGKILL)
            code = int(self._answer())
            for reader in readers:
                reader.join()
        stdout, stderr = (io.TextIOWrapper(io.BytesIO(held[end])).read() for end in (out, err))
        return subprocess.CompletedProcess(["reproof", *words], code, stdout, stderr)

    def _answer(self) -> bytes:
        """A number of the other side, which always has eight characters."""
        number = self._line.recv(8, socket.MSG_WAITALL)
        assert number, self._process.communicate()[1].decode()
        return number

    def _end(self) -> None:
        self._line.close()
        self._process.wait(10)


@functools.cache
def _server() -> _Server:
    return _Server()


def _read(end: int, held: dict[int, bytes]) -> None:
    with open(end, "rb") as stream:
        held[end] = stream.read()


def _serve(line: socket.socket) -> None:
    """Copy this process for each request that comes over the line, until it is closed."""
    import pkgutil

    import reproof as package

    for library in ("github", "scipy.special"):  # imported late, and by many
        __import__(library)
    for module in pkgutil.walk_packages(package.__path__, "reproof."):
        if not _PROGRAMS.search(module.name):
            __import__(module.name)
    gc.collect()
    gc.freeze()  # what is shared stays shared
    while True:
        length, streams, _, _ = socket.recv_fds(line, 8, 3)
        if not length:
            return
        words, folder, environ, isolated = json.loads(line.recv(int(length), socket.MSG_WAITALL))
        pid = os.fork()
        if pid == 0:
            line.close()
            for number, stream in enumerate(streams):
                os.dup2(stream, number)
                os.close(stream)
            _become(words, folder, environ, isolated)
        for stream in streams:
            os.close(stream)
        line.sendall(b"%8d" % pid)
        line.sendall(b"%8d" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def _become(words: list[str], folder: str, environ: dict[str, str], isolated: bool) -> None:
    """Run the command in this process, which ends with it."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    if not isolated:
        sys.path.insert(0, folder)
    sys.argv[1:] = words
    try:
        runpy.run_module("reproof", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        if isinstance(end.code, int):
            os._exit(end.code)  # to take apart what is shared would copy all of it first
        raise


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
