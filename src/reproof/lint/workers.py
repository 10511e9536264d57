"""Many files: one after the other, and by worker processes as soon as the work proves long enough.

Who looked at a file makes no difference to what is found, nor to its order. Workers are forks, so they start
with what this process knows (rules, catalogues); where there is no safe fork (macOS, Windows) one process
looks at everything. Nothing of this is imported before it is needed.
"""

from __future__ import annotations

import gc
import os
import sys
from collections import deque
from time import perf_counter

from reproof.lint.own_findings import crashed_process

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.connection import Connection

    from reproof.lint.finding import Finding

    Look = Callable[[str], list[Finding]]

# Importing multiprocessing and forking twice takes 30 ms. So this process works alone at first, and asks for
# help when what is left, at the pace so far, would take it several times that long; and never for less than
# some bytes, since the first file pays for imports and catalogues and makes the pace look slow.
ALONE = 0.1
BUSY = 0.5
PAYS = 0.2
LEAST = 2_000_000
MOST = 8
# Bytes that a worker is given at a time: some 30 ms of work, so that none is left with much at the end.
SHARE = 256 * 1024
# Trees have no cycles, so that counting references frees them with their file. The collector would only go
# through them again and again, for a quarter of the time that parsing takes.
SELDOM = 1_000_000


def look_at(
    look: Look, paths: Sequence[str], size: Callable[[str], int], alone: bool = False, busy: bool = False
) -> Iterator[tuple[str, list[Finding]]]:
    """Each path with its findings, in order. What is found by `look` elsewhere comes without its fix's text.

    `alone` keeps the work in this process: for findings that are to be fixed. Where another program is `busy` on
    all cores, help is asked for later. Raises what `look` raises.
    """
    often = gc.get_threshold()
    gc.set_threshold(SELDOM, *often[1:])
    try:
        most = 1 if alone else _cores()
        start = perf_counter()
        sizes: list[int] = []
        done = left = 0
        for index, path in enumerate(paths):
            spent = perf_counter() - start
            if most > 1 and spent > (BUSY if busy else ALONE):
                if not sizes:
                    sizes = [size(each) for each in paths]
                    done, left = sum(sizes[:index]), sum(sizes[index:])
                if left > LEAST and spent * left > PAYS * done:
                    yield from _Crew(look, paths[index:], sizes[index:], most).work()
                    return
                done, left = done + sizes[index], left - sizes[index]
            yield path, look(path)
    finally:
        gc.set_threshold(*often)


def without_text(finding: Finding) -> Finding:
    """The finding without the file that its fix holds on to."""
    if finding.fix is None:
        return finding
    return finding.replace(fix=finding.fix.replace(make=tuple))


def _cores() -> int:
    """How many workers may run at the same time; 1 where a fork is not safe."""
    return min(len(os.sched_getaffinity(0)), MOST) if sys.platform == "linux" else 1


class _Worker:
    """A process, our end of the pipe to it, and the part of the paths that it looks at."""

    def __init__(self, look: Look, others: Iterable[Connection]) -> None:
        from multiprocessing import get_context

        context = get_context("fork")
        self.connection, theirs = context.Pipe()
        ours = (self.connection, *others)
        self.process = context.Process(target=_serve, args=(look, theirs, ours), daemon=True)
        self.process.start()
        theirs.close()
        self.part = range(0)


class _Crew:
    """The workers of one run, and what they have found so far, by the index of the path."""

    def __init__(self, look: Look, paths: Sequence[str], sizes: Sequence[int], most: int) -> None:
        self._look = look
        self._paths = paths
        self._parts = _parts(sizes)
        self._most = most
        self._workers: dict[Connection, _Worker] = {}
        self._found: dict[int, list[Finding]] = {}

    def work(self) -> Iterator[tuple[str, list[Finding]]]:
        """Each path with its findings, in order; no worker is left, however this ends."""
        from multiprocessing.connection import wait

        try:
            for index, path in enumerate(self._paths):
                while index not in self._found:
                    if not self._hire():
                        self._look_here()
                        continue
                    for connection in wait(list(self._workers)):
                        self._hear(self._workers[connection])  # type: ignore[index]
                yield path, self._found.pop(index)
        finally:
            for worker in self._workers.values():
                worker.process.terminate()
                worker.process.join()

    def _hire(self) -> bool:
        """Fill the crew as long as there is work to give; False where the system has no process for us."""
        import signal

        # An interruption waits until a new worker is on the list of those that are to be ended.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            while self._parts and len(self._workers) < self._most:
                worker = _Worker(self._look, self._workers)
                self._workers[worker.connection] = worker
                self._give(worker)
        except OSError:
            self._most = len(self._workers)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return bool(self._workers)

    def _look_here(self) -> None:
        for index in self._parts.popleft():
            self._found[index] = self._look(self._paths[index])

    def _give(self, worker: _Worker) -> None:
        if self._parts:
            worker.part = self._parts.popleft()
            worker.connection.send([self._paths[index] for index in worker.part])

    def _hear(self, worker: _Worker) -> None:
        """Take what a worker found in one file; where it ended instead, say so, and let others go on."""
        index = worker.part[0]
        try:
            found = worker.connection.recv()
        except (EOFError, OSError):
            del self._workers[worker.connection]
            worker.process.join()
            found = [crashed_process(self._paths[index], worker.process.exitcode or 0)]
            if len(worker.part) > 1:
                self._parts.appendleft(worker.part[1:])
        else:
            worker.part = worker.part[1:]
            if not worker.part:
                self._give(worker)
        # What raised there raises here, where somebody can be told.
        self._found[index] = self._look(self._paths[index]) if found is None else found


def _parts(sizes: Sequence[int]) -> deque[range]:
    """Neighbouring files, in parts of about `SHARE` bytes."""
    parts: deque[range] = deque()
    start = held = 0
    for index, size in enumerate(sizes):
        held += size + 1024  # an empty file is some work, too
        if held >= SHARE:
            parts.append(range(start, index + 1))
            start, held = index + 1, 0
    if start < len(sizes):
        parts.append(range(start, len(sizes)))
    return parts


def _serve(look: Look, connection: Connection, inherited: Iterable[Connection]) -> None:
    """A worker's life: paths come in, and the findings of each go out, until the other end is closed."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # our parent hears it as well, and ends us
    for other in inherited:
        other.close()  # as long as we held them, no worker would see that the parent is gone
    try:
        while True:
            for path in connection.recv():
                try:
                    found = [without_text(finding) for finding in look(path)]
                except Exception:  # noqa: BLE001  the parent looks itself, and meets it
                    found = None
                connection.send(found)
    except (EOFError, OSError):
        return
