"""Many files: one after the other, and by worker processes as soon as the work proves long enough.

Who looked at a file makes no difference to what is found, nor to its order. Workers are forks, so they start
with what this process knows (rules, catalogues); where there is no safe fork (macOS, Windows) one process
looks at everything. Nothing of this is imported before it is needed.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from time import perf_counter

from reproof.lint.finding import Aspect, Finding, Fix, Span
from reproof.lint.own_findings import crashed_process

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    Look = Callable[[str], list[Finding]]

# Two forks take some 5 ms. So this process works alone at first, and asks for help when what is left, at the pace
# so far, would take it several times that long; and never for less than some bytes, since the first file pays
# for imports and catalogues and makes the pace look slow.
ALONE = 0.005
BUSY = 0.3
PAYS = 0.03
LEAST = 2_000_000
MOST = 8
# Bytes that a worker is given at a time: some 30 ms of work, so that none is left with much at the end.
SHARE = 256 * 1024
# Bytes of a number in the pipes between us and the workers.
_WIDTH = 4


def look_at(
    look: Look, paths: Sequence[str], size: Callable[[str], int], alone: bool = False, busy: bool = False
) -> Iterator[tuple[str, list[Finding]]]:
    """Each path with its findings, in order. What is found by `look` elsewhere comes without its fix's text.

    `alone` keeps the work in this process: for findings that are to be fixed. Where another program is `busy` on
    all cores, help is asked for later. Raises what `look` raises.
    """
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


def without_text(finding: Finding) -> Finding:
    """The finding without the file that its fix holds on to."""
    if finding.fix is None:
        return finding
    return finding.replace(fix=Fix(finding.fix.title, finding.fix.safe, tuple))


def _cores() -> int:
    """How many workers may run at the same time; 1 where a fork is not safe."""
    return min(len(os.sched_getaffinity(0)), MOST) if sys.platform == "linux" else 1


class _Worker:
    """A fork that looks at parts of the paths as they are given to it; what it finds comes file by file."""

    def __init__(self, look: Look, paths: Sequence[str], others: Iterable[_Worker]) -> None:
        parts, self._parts = os.pipe()
        self.answers, answers = os.pipe()
        self.part = range(0)
        self.gone = False
        self._heard = b""
        try:
            self.pid = os.fork()
        except OSError:
            for end in (parts, self._parts, self.answers, answers):
                os.close(end)
            raise
        if self.pid == 0:
            code = 1
            try:
                # As long as we held the parent's ends, no worker would see that the parent is gone.
                for worker in (self, *others):
                    worker.close()
                _serve(look, paths, parts, answers)
                code = 0
            finally:
                os._exit(code)
        os.close(parts)
        os.close(answers)

    def give(self, part: range) -> None:
        """Let it look at more; raises `BrokenPipeError` where it is gone."""
        os.write(self._parts, part.start.to_bytes(_WIDTH, "big") + part.stop.to_bytes(_WIDTH, "big"))
        self.part = part

    def hear(self) -> list[list[Finding] | None]:
        """What it has found since the last time, file by file; nothing at all where it is gone."""
        came = os.read(self.answers, 1 << 20)
        self.gone = not came
        self._heard += came
        found = []
        while len(self._heard) >= (end := _WIDTH + int.from_bytes(self._heard[:_WIDTH], "big")):
            found.append(unpacked(self._heard[_WIDTH:end]))
            self._heard = self._heard[end:]
        return found

    def close(self) -> None:
        """Let go of our ends of its pipes."""
        os.close(self._parts)
        os.close(self.answers)

    def end(self) -> int:
        """End it, whatever it does; its exit code, negative for a signal."""
        import signal

        os.kill(self.pid, signal.SIGKILL)
        self.close()
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


class _Crew:
    """The workers of one run, and what they have found so far, by the index of the path."""

    def __init__(self, look: Look, paths: Sequence[str], sizes: Sequence[int], most: int) -> None:
        self._look = look
        self._paths = paths
        self._parts = _parts(sizes)
        self._most = most
        self._workers: dict[int, _Worker] = {}  # by the pipe of their answers
        self._found: dict[int, list[Finding]] = {}

    def work(self) -> Iterator[tuple[str, list[Finding]]]:
        """Each path with its findings, in order; no worker is left, however this ends."""
        import select

        try:
            for index, path in enumerate(self._paths):
                while index not in self._found:
                    if not self._hire():
                        self._look_here()
                        continue
                    for answers in select.select(list(self._workers), (), ())[0]:
                        self._hear(self._workers[answers])
                yield path, self._found.pop(index)
        finally:
            for worker in self._workers.values():
                worker.end()

    def _hire(self) -> bool:
        """Fill the crew as long as there is work to give; False where the system has no process for us."""
        import signal

        # An interruption waits until a new worker is on the list of those that are to be ended.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            while self._parts and len(self._workers) < self._most:
                worker = _Worker(self._look, self._paths, self._workers.values())
                self._workers[worker.answers] = worker
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
            try:
                worker.give(self._parts[0])
            except BrokenPipeError:
                return  # it is gone, which is heard next
            self._parts.popleft()

    def _hear(self, worker: _Worker) -> None:
        """Take what a worker found; where it ended instead, say so, and let others go on."""
        for found in worker.hear():
            index, worker.part = worker.part[0], worker.part[1:]
            # What raised there raises here, where somebody can be told.
            self._found[index] = self._look(self._paths[index]) if found is None else found
        if worker.gone:
            del self._workers[worker.answers]
            code = worker.end()
            if worker.part:
                index, left = worker.part[0], worker.part[1:]
                self._found[index] = [crashed_process(self._paths[index], code)]
                if left:
                    self._parts.appendleft(left)
        elif not worker.part:
            self._give(worker)


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


def _serve(look: Look, paths: Sequence[str], parts: int, answers: int) -> None:
    """A worker's life: parts come in, and what is found in each file goes out, until the other end is closed."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # our parent hears it as well, and ends us
    while part := os.read(parts, 2 * _WIDTH):
        for index in range(int.from_bytes(part[:_WIDTH], "big"), int.from_bytes(part[_WIDTH:], "big")):
            try:
                answer = packed(look(paths[index]))
            except Exception:  # noqa: BLE001  the parent looks itself, and meets it
                answer = packed(None)
            with open(answers, "wb", closefd=False) as pipe:
                pipe.write(len(answer).to_bytes(_WIDTH, "big") + answer)


def packed(found: list[Finding] | None) -> bytes:
    """What was found in a file as JSON; the texts that fixes hold on to stay behind."""
    import json

    def row(finding: Finding) -> dict[str, Any]:
        fix = finding.fix and {"title": finding.fix.title, "safe": finding.fix.safe}
        return {**vars(finding), "aspect": finding.aspect.value, "span": vars(finding.span), "fix": fix}

    return json.dumps(found and [row(finding) for finding in found]).encode()


def unpacked(data: bytes) -> list[Finding] | None:
    """What `packed` was given, each finding `without_text`."""
    import json

    rows = json.loads(data)
    return rows and [
        Finding(
            **row
            | {
                "aspect": Aspect(row["aspect"]),
                "span": Span(**row["span"]),
                "fix": row["fix"] and Fix(make=tuple, **row["fix"]),
            }
        )
        for row in rows
    ]
