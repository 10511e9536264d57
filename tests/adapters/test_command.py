"""`CommandTrainer` with real processes: how a training ends, what it may see, and what is left of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reproof.adapters.command import LONGEST, TAIL, WIDTH, CommandTrainer
from reproof.training.outcome import Outcome
from reproof.training.plan import Plan

TOKEN = "ghp_" + "a1B2" * 9


def train(folder: Path, *command: str, timeout: float = 30, **environ: str) -> Outcome:
    return CommandTrainer(os.environ | environ).train(Plan(command, str(folder), timeout))


def python(folder: Path, script: str, timeout: float = 30, **environ: str) -> Outcome:
    return train(folder, sys.executable, "-c", script, timeout=timeout, **environ)


def assert_ends(pid: int) -> None:
    """A process is gone, or a zombie that nobody has fetched, within seconds."""
    for _ in range(50):
        state = subprocess.run(
            ["ps", "-o", "stat=", "-p", str(pid)], check=False, capture_output=True, text=True
        ).stdout
        if not state.strip() or state.startswith("Z"):
            return
        time.sleep(0.1)
    raise AssertionError(f"process {pid} is still alive")


def test_a_training_that_ends_well_has_no_problem(tmp_path: Path) -> None:
    outcome = python(tmp_path, "print('one'); print('two')")
    assert (outcome.succeeded, outcome.exit_code, outcome.log_tail) == (True, 0, ("one", "two"))
    assert 0 < outcome.seconds < 10


def test_the_time_and_the_memory_of_all_its_processes_are_measured(tmp_path: Path) -> None:
    work = "import time; x = bytearray(300 << 20)\nwhile time.process_time() < 0.3: pass"
    outcome = python(tmp_path, f"import subprocess, sys; subprocess.run([sys.executable, '-c', {work!r}])")
    assert outcome.cpu_seconds is not None
    assert outcome.peak_memory is not None
    assert 0.3 <= outcome.cpu_seconds < 5
    assert 300 << 20 < outcome.peak_memory < 600 << 20


def test_it_runs_in_the_plan_s_folder_with_its_variables_and_without_standard_input(tmp_path: Path) -> None:
    script = "import os, sys; print(os.getcwd(), os.environ['X'], repr(sys.stdin.read()))"
    plan = Plan((sys.executable, "-c", script), str(tmp_path), 30, (("X", "y"),))
    assert CommandTrainer(os.environ).train(plan).log_tail == (f"{tmp_path} y ''",)


def test_words_reach_the_command_as_they_are(tmp_path: Path) -> None:
    words = ["$HOME", "a b", "; touch pwned", "*", ""]
    outcome = train(tmp_path, sys.executable, "-c", "import sys; print(sys.argv[1:])", *words)
    assert outcome.log_tail == (repr(words),)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("script", "problem", "code"),
    [
        ("raise SystemExit(1)", "the training command exited with 1", 1),
        ("raise SystemExit(77)", "the training command exited with 77", 77),
        (
            "import os; os.kill(os.getpid(), 9)",
            "the training command was killed by SIGKILL (out of memory, perhaps)",
            None,
        ),
        (
            "import os; os.kill(os.getpid(), 11)",
            (
                "the training command was killed by SIGSEGV "
                "(a compiled package touched memory that is not its own)"
            ),
            None,
        ),
    ],
)
def test_a_training_that_fails_says_how(tmp_path: Path, script: str, problem: str, code: int | None) -> None:
    outcome = python(tmp_path, script)
    assert (outcome.problem, outcome.exit_code, outcome.succeeded) == (problem, code, False)


def test_a_command_that_is_not_there_or_cannot_be_started_says_so(tmp_path: Path) -> None:
    (tmp_path / "plain.sh").write_text("#!/bin/sh\n")
    (tmp_path / "broken.sh").write_text("#!/no/such/interpreter\n")
    (tmp_path / "broken.sh").chmod(0o755)
    (tmp_path / "folder").mkdir()
    assert (
        train(tmp_path, "no-such-command").problem == "the training command 'no-such-command' does not exist"
    )
    assert train(tmp_path, "./nothing").problem == "the training command './nothing' does not exist"
    assert train(tmp_path, "./folder").problem == "the training command './folder' is a folder"
    assert train(tmp_path, "./plain.sh").problem == "the training command './plain.sh' is not executable"
    assert "cannot be started: No such file" in str(train(tmp_path, "./broken.sh").problem)


def test_a_path_is_that_of_the_project_wherever_we_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("project", "elsewhere"):
        (tmp_path / place).mkdir()
        script = tmp_path / place / "train.sh"
        script.write_text(f"#!/bin/sh\necho {place}\n")
        script.chmod(0o755)
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert train(tmp_path / "project", "./train.sh").log_tail == ("project",)


def test_the_configured_interpreter_is_python_for_the_command_and_for_what_it_starts(tmp_path: Path) -> None:
    named = tmp_path / "bin/python3.99"
    named.parent.mkdir()
    for name in ("python3.99", "helper"):
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\necho {name} $1\n")
        (tmp_path / "bin" / name).chmod(0o755)
    trainer = CommandTrainer(os.environ, str(named))
    assert trainer.train(Plan(("python", "x"), str(tmp_path), 9)).log_tail == ("python3.99 x",)
    assert trainer.train(Plan(("sh", "-c", "helper y"), str(tmp_path), 9)).log_tail == ("helper y",)


def test_a_training_over_its_time_is_killed_with_its_children(tmp_path: Path) -> None:
    script = """
import subprocess, sys, time
child = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
print(subprocess.Popen([sys.executable, "-c", child]).pid, flush=True)
time.sleep(60)
"""
    started = time.monotonic()
    outcome = python(tmp_path, script, timeout=0.7)
    assert time.monotonic() - started < 8
    assert (outcome.problem, outcome.exit_code) == (
        "the training took longer than 0.7 s and was killed",
        None,
    )
    assert_ends(int(outcome.log_tail[0]))


def test_a_child_left_behind_holds_nothing_up_and_does_not_outlive_the_training(tmp_path: Path) -> None:
    script = """
import subprocess, sys
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]).pid, flush=True)
"""
    started = time.monotonic()
    outcome = python(tmp_path, script)
    assert time.monotonic() - started < 8
    assert outcome.succeeded
    assert_ends(int(outcome.log_tail[0]))


def test_even_a_child_that_left_the_group_and_holds_the_log_does_not_hold_us(tmp_path: Path) -> None:
    script = """
import subprocess, sys
child = [sys.executable, "-c", "import time; time.sleep(6)"]
print(subprocess.Popen(child, start_new_session=True).pid, flush=True)
"""
    started = time.monotonic()
    assert python(tmp_path, script).succeeded
    assert time.monotonic() - started < 5


INTERRUPTED = """
import os, sys
from reproof.adapters.command import CommandTrainer
from reproof.training.plan import Plan
script = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(60)"
CommandTrainer(os.environ).train(Plan((sys.executable, "-c", script), sys.argv[1], 60))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_when_we_are_told_to_end_the_training_ends_first(tmp_path: Path, number: signal.Signals) -> None:
    ours = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(tmp_path)], stderr=subprocess.DEVNULL, start_new_session=True
    )
    for _ in range(100):
        if (tmp_path / "pid").exists() and (tmp_path / "pid").read_text():
            break
        time.sleep(0.05)
    ours.send_signal(number)
    assert ours.wait(timeout=10) != 0
    assert_ends(int((tmp_path / "pid").read_text()))


def test_the_end_of_a_long_log_is_kept(tmp_path: Path) -> None:
    outcome = python(tmp_path, "for i in range(500): print(i)")
    assert outcome.log_tail == tuple(str(number) for number in range(500 - TAIL, 500))


def test_errors_and_output_are_kept_in_their_order(tmp_path: Path) -> None:
    script = "import sys; print('out', flush=True); print('err', file=sys.stderr, flush=True); print('end')"
    assert python(tmp_path, script).log_tail == ("out", "err", "end")


def test_a_log_may_be_binary_endless_or_without_a_last_newline(tmp_path: Path) -> None:
    script = "import sys; sys.stdout.buffer.write(bytes(range(256)) + b'\\n' + b'x' * 3_000_000 + b'\\nlast')"
    outcome = python(tmp_path, script)
    assert outcome.succeeded
    assert outcome.log_tail[-1] == "last"
    assert max(map(len, outcome.log_tail)) <= WIDTH


@pytest.mark.parametrize("before", ["", r"\r", r"x\rx"])
def test_of_a_line_that_is_too_long_no_half_of_a_secret_is_shown(tmp_path: Path, before: str) -> None:
    script = f"import sys; sys.stdout.write('x' * {LONGEST - 10} + '{before}{TOKEN}' + '\\r'*%d + 'end\\n')"
    (cut,) = python(tmp_path, script % 0).log_tail[-1:]
    bar = python(tmp_path, script % 1).log_tail
    assert TOKEN[-4:] not in cut
    assert bar[-1] == "end"
    assert TOKEN[:7] not in cut + "".join(bar)


def test_of_a_progress_bar_the_last_state_is_kept(tmp_path: Path) -> None:
    outcome = python(tmp_path, r"print('1%\r2%\r100%'); print('done\r')")
    assert outcome.log_tail == ("100%", "done")


def test_no_line_can_give_orders_to_the_runner(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    python(tmp_path, r"print('::set-output name=a::b'); print('x ##[add-path]/evil'); print('y\r::error::z')")
    shown = capfd.readouterr().err
    assert not [line for line in shown.splitlines() if line.lstrip().startswith("::")]
    assert "##[" not in shown
    assert "\r" not in shown


def test_secrets_are_neither_in_the_log_nor_in_its_tail(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    key = "-----BEGIN KEY-----\nMIIEow8vQx77\n-----END KEY-----"
    script = (
        "import os; print(os.environ['MY_API_KEY']); print(os.environ['SIGNING_PRIVATE_KEY']);"
        f"print('x' * {WIDTH - 20} + '{TOKEN}'); print('https://ada:pass@example.org')"
    )
    outcome = python(tmp_path, script, MY_API_KEY="/plain+word/77", SIGNING_PRIVATE_KEY=key)
    assert outcome.succeeded
    for text in (capfd.readouterr().err, "\n".join(outcome.log_tail)):
        for secret in ("/plain+word/77", "MIIEow8vQx77", TOKEN[:12], "pass@"):
            assert secret not in text


def test_our_tokens_and_the_files_of_the_runner_are_withheld(tmp_path: Path) -> None:
    script = "import os; print(sorted(name for name in os.environ if name in os.environ['ASKED'].split()))"
    ours = dict.fromkeys(
        ["REPROOF_TOKEN", "GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_STEP_SUMMARY", "ACTIONS_RUNTIME_TOKEN"], "x"
    )
    outcome = python(tmp_path, script, 30, ASKED=" ".join([*ours, "PATH"]), **ours)
    assert outcome.log_tail == ("['PATH']",)
