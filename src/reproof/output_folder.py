"""A folder for what reproof writes and nobody commits: a report, a plan, shards."""

from __future__ import annotations

import os


def make_output_folder(folder: str) -> None:
    """Make the folder where it is not there. What is new, or empty, is ignored by git: by a file of its own.

    In a work tree it would be a change of its commit otherwise, and the next training would be refused for it.
    Raises `OSError`.
    """
    os.makedirs(folder, exist_ok=True)
    if not os.listdir(folder):
        with open(os.path.join(folder, ".gitignore"), "w", encoding="ascii", newline="\n") as handle:
            handle.write("*\n")
