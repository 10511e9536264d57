"""A Python with nothing but this project on its path, to see what a program imports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"


def run_bare(program: str, folder: Path) -> str:
    """What a program prints in a folder. Site-packages are left out: their `.pth` files import what they like."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", program],
        cwd=folder,
        env={"PYTHONPATH": str(SOURCE), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
