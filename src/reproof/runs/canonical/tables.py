"""Parquet, Feather and Arrow files by their columns' values, read by the training's own interpreter.

That interpreter wrote the files, so it has the pyarrow that reads them; reproof itself has none. Where it
does not answer, or has no pyarrow, the files are told by their bytes, and `same_artifact` knows the difference.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TABLES = frozenset({".parquet", ".pq", ".feather", ".arrow", ".ipc"})
SCRIPT = os.path.join(os.path.dirname(__file__), "table_values.py")
SECONDS = 600.0  # for all tables of one run; what is not answered by then is told by its bytes
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Interpreter:
    """The training's interpreter, and the folder and environment variables that the training sees."""

    python: str
    folder: str
    environ: Mapping[str, str]


def table_digests(paths: Sequence[str], interpreter: Interpreter, seconds: float = SECONDS) -> dict[str, str]:
    """The digests (64 hexadecimal digits) of those tables that could be read, by path.

    The interpreter may be a stranger's program: of its answer only digests of the asked paths are taken.
    """
    asked = [os.path.abspath(path) for path in paths]
    lines = b"".join(json.dumps(os.fsdecode(path)).encode("ascii") + b"\n" for path in asked)
    try:
        answer = subprocess.run(
            [interpreter.python, "-I", SCRIPT],
            cwd=interpreter.folder,
            env=interpreter.environ,
            input=lines,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,  # tables that were read before it died are read all the same
        ).stdout
    except subprocess.TimeoutExpired as late:
        answer = late.stdout or b""
    except OSError:
        return {}
    found = {}
    for line in answer.splitlines():
        position, _, digest = line.decode("ascii", "replace").partition(" ")
        if position.isdecimal() and len(position) < 10 and _DIGEST.fullmatch(digest):
            found[int(position)] = digest
    return {path: found[position] for position, path in enumerate(paths) if position in found}
