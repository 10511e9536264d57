"""Many files: worker processes change who looks, and neither what is found nor its order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reproof.lint import workers
from reproof.lint.finding import Finding
from reproof.lint.own_findings import FIRST, UNUSED_IGNORE
from reproof.lint.workers import look_at
from tests.lint.bare import run_bare
from tests.lint.sample_rules import BadWord, linter

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="one process where a fork is not safe")


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers from the second file on, two of them whatever the machine has, a few files each at a time."""
    monkeypatch.setattr(workers, "ALONE", -1.0)
    monkeypatch.setattr(workers, "PAYS", -1.0)
    monkeypatch.setattr(workers, "LEAST", 0)
    monkeypatch.setattr(workers, "SHARE", 4096)
    monkeypatch.setattr(workers, "_cores", lambda: 2)


def told(path: str) -> list[Finding]:
    """One finding that says which process looked."""
    return [UNUSED_IGNORE.at(path, FIRST, str(os.getpid()), "", name=path)]


def size(path: str) -> int:
    return 1000


PATHS = [f"f{number:03}.py" for number in range(40)]


@pytest.mark.usefixtures("at_once")
def test_findings_come_in_the_order_of_the_paths_whoever_looked() -> None:
    seen = list(look_at(told, PATHS, size))
    assert [path for path, _ in seen] == PATHS
    assert [found[0].path for _, found in seen] == PATHS
    pids = {found[0].message for _, found in seen}
    assert len(pids - {str(os.getpid())}) == 2


@pytest.mark.usefixtures("at_once")
def test_workers_find_what_one_process_finds(tmp_path: Path) -> None:
    for number, path in enumerate(PATHS):
        (tmp_path / path).write_text("bad\n" * (number % 3))
    look = linter(tmp_path, BadWord).look
    shared = [(path, found) for path, found in look_at(look, PATHS, size)]
    alone = [(path, found) for path, found in look_at(look, PATHS, size, alone=True)]
    assert [[workers.without_text(each) for each in found] for _, found in shared] == [
        [workers.without_text(each) for each in found] for _, found in alone
    ]
    assert sum(len(found) for _, found in shared) == 39


@pytest.mark.usefixtures("at_once")
def test_what_cannot_be_sent_is_looked_at_here() -> None:
    """Not the end of the worker, which would blame the file."""

    def look(path: str) -> list[Finding]:
        return [told(path)[0].replace(value=object())]

    assert {each.rule for _, found in look_at(look, PATHS, size) for each in found} == {UNUSED_IGNORE.name}


@pytest.mark.usefixtures("at_once")
def test_a_worker_that_is_killed_costs_its_file_only() -> None:
    def look(path: str) -> list[Finding]:
        if path == "f020.py":
            os.kill(os.getpid(), signal.SIGKILL)
        return told(path)

    seen = dict(look_at(look, PATHS, size))
    assert list(seen) == PATHS
    (crash,) = seen.pop("f020.py")
    assert (crash.rule, crash.path) == ("crashed-rule", "f020.py")
    assert "signal 9" in crash.message
    assert {found[0].rule for found in seen.values()} == {"unused-ignore"}


@pytest.mark.usefixtures("at_once")
def test_what_raises_in_a_worker_raises_here() -> None:
    def look(path: str) -> list[Finding]:
        if path == "f020.py":
            raise LookupError(path)
        return told(path)

    with pytest.raises(LookupError, match=r"f020\.py"):
        list(look_at(look, PATHS, size))


@pytest.mark.usefixtures("at_once")
def test_no_worker_outlives_a_reader_that_stops() -> None:
    seen = look_at(told, PATHS, size)
    pids = {int(next(seen)[1][0].message) for _ in range(10)} - {os.getpid()}
    assert pids
    seen.close()  # type: ignore[attr-defined]
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.usefixtures("at_once")
def test_a_system_without_processes_to_spare_is_looked_at_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_fork() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", no_fork)
    assert {found[0].message for _, found in look_at(told, PATHS, size)} == {str(os.getpid())}


@pytest.mark.usefixtures("at_once")
def test_findings_to_be_fixed_are_found_in_this_process() -> None:
    seen = list(look_at(told, PATHS, size, alone=True))
    assert {found[0].message for _, found in seen} == {str(os.getpid())}


def test_little_work_imports_and_forks_nothing(tmp_path: Path) -> None:
    for path in PATHS:
        (tmp_path / path).write_text("x = 1\n")
    program = (
        "import sys\n"
        "from reproof.cli import main\n"
        "code = main(['check', '.'])\n"
        "print(code, sorted({'multiprocessing', 'concurrent', 'pickle'} & set(sys.modules)))"
    )
    assert run_bare(program, tmp_path) == "0 []\n"


INTERRUPTED = """
import os, time
from reproof.lint import workers
workers.ALONE = workers.PAYS = -1.0
workers.LEAST = 0
workers._cores = lambda: 2
def look(path):
    os.write(1, b"looking\\n")  # in one piece, beside the other worker's
    time.sleep(60)
    return []
list(workers.look_at(lambda path: [] if path == "0" else look(path), ["0", "1", "2"], lambda path: 10**6))
"""


@pytest.fixture
def interrupted() -> Iterator[subprocess.Popen[str]]:
    program = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    yield program
    program.kill()
    program.communicate()


def test_an_interruption_ends_all_workers(interrupted: subprocess.Popen[str]) -> None:
    assert interrupted.stdout is not None
    assert interrupted.stdout.readline() == interrupted.stdout.readline() == "looking\n"
    os.killpg(interrupted.pid, signal.SIGINT)  # as a terminal does: everybody hears it
    _, errors = interrupted.communicate(timeout=30)
    assert errors.count("KeyboardInterrupt") == 1
    with pytest.raises(ProcessLookupError):
        os.killpg(interrupted.pid, 0)
