"""Parquet, Feather and Arrow files by their columns' values, read by the training's own interpreter.

That interpreter wrote the files, so it has the pyarrow that reads them; reproof itself has none. Where it
does not answer, or has no pyarrow, the files are told by their bytes, and `same_artifact` knows the difference.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reproof.runs.interpreter import Interpreter

TABLES = frozenset({".parquet", ".pq", ".feather", ".arrow", ".ipc"})
SCRIPT = os.path.join(os.path.dirname(__file__), "table_values.py")
SECONDS = 600.0  # for all tables of one run; what is not answered by then is told by its bytes
RESTARTS = 20  # of an interpreter that a table brings down
_ANSWER = re.compile(r"[0-9a-f]{64}|-", re.ASCII)


def table_digests(paths: Sequence[str], interpreter: Interpreter, seconds: float = SECONDS) -> dict[str, str]:
    """The digests (64 hexadecimal digits) of those tables that could be read, by path.

    The interpreter may be a stranger's program: of its answer only digests of the asked paths are taken.
    """
    found: dict[str, str] = {}
    left = list(paths)
    end = time.monotonic() + seconds
    for _ in range(RESTARTS):
        answers, died = _answers(left, interpreter, end - time.monotonic())
        found |= {path: answers[place] for place, path in enumerate(left) if answers.get(place, "-") != "-"}
        # A library that was brought down took the tables behind the one that did it with it: those are asked again.
        left = left[max(answers, default=-1) + 2 :] if died else []
        if not left or time.monotonic() >= end:
            break
    return found


def _answers(paths: Sequence[str], interpreter: Interpreter, seconds: float) -> tuple[dict[int, str], bool]:
    """What one process says, by the places of the asked paths; and whether it ended before its time."""
    lines = b"".join(json.dumps(os.path.abspath(path)).encode("ascii") + b"\n" for path in paths)
    try:
        done = subprocess.run(
            [interpreter.python, "-I", SCRIPT],
            cwd=interpreter.folder,
            env=interpreter.environ,
            input=lines,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        output, died = late.stdout or b"", False
    except OSError:
        return {}, False
    else:
        output, died = done.stdout, done.returncode != 0
    found = {}
    for line in output.splitlines():
        place, _, digest = line.decode("ascii", "replace").partition(" ")
        known = place.isdecimal() and len(place) < 10 and int(place) < len(paths)
        if known and _ANSWER.fullmatch(digest):
            found[int(place)] = digest
    return found, died
