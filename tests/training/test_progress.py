"""What a person sees while a training runs: one line of a real terminal; elsewhere plain lines."""

from __future__ import annotations

import itertools
import os
import pty
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.training.progress import CLEAR, clipped
from tests.journeys.program import COMMAND, PATH
from tests.repositories import environment, make_repository

TRAIN = """\
import json, time
print("Running stage 'fit':", flush=True)
for epoch in range(3):
    print(f"epoch {epoch} \\x1b[31mred " + "wide 界" * 40, flush=True)
    time.sleep(0.3)
{end}
json.dump({"auc": 0.9}, open("metrics.json", "w"))
"""
FILES = {"requirements.txt": "", ".gitignore": "metrics.json\n"}


def on_terminal(root: Path, **variables: str) -> tuple[int, str]:
    """Exit code of `reproof run` and all that it wrote to a terminal of sixty columns."""
    ours, theirs = pty.openpty()
    environ = environment() | {"PATH": PATH, "TERM": "xterm", "COLUMNS": "60"} | variables
    if "CI" not in variables:
        environ.pop("CI", None)
    process = subprocess.Popen(
        [*COMMAND, "run", "--no-push"], cwd=root, env=environ, stdout=theirs, stderr=theirs, close_fds=True
    )
    os.close(theirs)
    written = b""
    while True:
        try:
            data = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not data:
            break
        written += data
    os.close(ours)
    return process.wait(), written.decode()


def project(tmp_path: Path, end: str = "") -> Path:
    return make_repository(tmp_path / "project", FILES | {"train.py": TRAIN.replace("{end}", end)})


def wide(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def test_a_terminal_shows_stage_time_and_last_line_in_one_line_that_is_gone_at_the_end(
    tmp_path: Path,
) -> None:
    code, shown = on_terminal(project(tmp_path))
    assert code == 0, shown
    states = [part.partition("\r\n")[0] for part in shown.split(CLEAR)[1:]]
    assert [
        state for state in states if re.match(r"reproof: training fit 0:0\d, 0:0\d in all \| epoch 2", state)
    ]
    assert all(wide(state) < 60 for state in states if state.startswith("reproof: training"))
    assert "\x1b[31m" not in shown, "a log cannot colour the terminal"
    assert "  | " not in shown
    assert shown.rpartition(CLEAR)[2].startswith("recorded run "), "nothing is left of it"
    assert len(states) == len([1 for one, next_one in itertools.pairwise(states) if one != next_one]) + 1


def test_of_a_failure_the_end_of_the_log_is_shown(tmp_path: Path) -> None:
    code, shown = on_terminal(project(tmp_path, "raise SystemExit(3)"))
    assert code == 5
    assert shown.count("  | epoch 2") == 1
    assert "exited with 3" in shown


@pytest.mark.parametrize("variables", [{"CI": "true"}, {"TERM": "dumb"}])
def test_ci_and_terminals_that_can_do_less_get_plain_lines(tmp_path: Path, variables: dict[str, str]) -> None:
    code, shown = on_terminal(project(tmp_path), **variables)
    assert code == 0
    assert CLEAR not in shown
    assert shown.count("  | epoch") == 3


def test_a_pipe_gets_plain_lines_and_each_repetition_its_number(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "run", "--no-push", "--repeat", "2"],
        cwd=project(tmp_path),
        env=environment() | {"PATH": PATH},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "\x1b" not in done.stderr.replace("\x1b[31m", "")
    assert [line for line in done.stderr.splitlines() if line.startswith("reproof: run ")] == [
        "reproof: run 1 of 2",
        "reproof: run 2 of 2",
    ]
    assert "2 runs: their metrics are equal, perhaps by chance" in done.stdout


@given(st.text(alphabet="ab界é́ ", max_size=60), st.integers(1, 40))
def test_what_is_cut_fits_and_what_fits_is_not_cut(text: str, columns: int) -> None:
    cut = clipped(text, columns)
    width = sum(
        2 if unicodedata.east_asian_width(char) in "WF" else not unicodedata.combining(char) for char in cut
    )
    assert width <= columns
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))


if sys.platform == "win32":
    pytest.skip("there is no such terminal", allow_module_level=True)
