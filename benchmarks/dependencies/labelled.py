"""How right `unpinned-dependency` is on the files labelled in `labels/`: precision and recall by format.

    python -m benchmarks.dependencies.labelled MIRROR [--worst 40]

MIRROR holds the git directories of the public repositories, `<owner>+<name>/repo` each. The files, and the locks
and requirements beside them, are laid out in a temporary folder at the commits of `labels/files.jsonl`; the real
command looks at them. A finding is right where a label has its file, line (in a notebook: cell and line) and name
and says `unpinned`; what a label calls `may` counts neither way. Nothing is fetched and nothing is kept.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.dependencies.score import findings

LABELS = Path(__file__).parent / "labels"

# Where a name stands: file, cell (0 outside of notebooks), line, name.
Place = tuple[str, int, int, str]


def rows(name: str) -> list[dict[str, Any]]:
    """One of the two tables."""
    return [json.loads(line) for line in (LABELS / name).read_text(encoding="utf-8").splitlines()]


def lay_out(mirror: Path, out: Path) -> None:
    """Write the files of the table; each repository becomes a git repository of its own."""
    for row in rows("files.jsonl"):
        folder = row["repo"].replace("/", "+", 1)
        git = mirror / folder / "repo"
        git = git / ".git" if (git / ".git").is_dir() else git
        blob = subprocess.run(
            ["git", "--git-dir", git, "cat-file", "blob", row["blob"]], capture_output=True, check=False
        )
        if blob.returncode:
            sys.exit(
                f"{row['repo']} has no {row['path']} at {row['commit'][:12]}: put that commit into {mirror}"
            )
        target = out / folder / row["path"]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(blob.stdout)
    for folder in out.iterdir():
        subprocess.run(["git", "init", "-q", folder], check=True)


def place(path: str, cell: int | None, line: int, name: str) -> Place:
    """The place of a label or a finding; names as indexes compare them, those of actions and images alone."""
    return path, cell or 0, line, re.sub(r"[-_.]+", "-", re.split(r"[\[@:]", name)[0]).lower() or name


def main() -> None:
    """Lay out, look, compare, print."""
    parser = argparse.ArgumentParser(description="precision and recall of unpinned-dependency on labels/")
    parser.add_argument("mirror", type=Path)
    parser.add_argument("--worst", type=int, default=40, help="how many differences to print")
    given = parser.parse_args()
    labels = {
        place(row["path"], row.get("cell"), row["line"], row["name"]): row for row in rows("labels.jsonl")
    }
    formats = {f"{row['repo'].replace('/', '+', 1)}/{row['path']}": row for row in rows("files.jsonl")}
    with tempfile.TemporaryDirectory() as scratch:
        lay_out(given.mirror, Path(scratch))
        told = [each for folder in sorted(Path(scratch).iterdir()) for each in findings(folder)]
    counts: dict[str, Counter[str]] = {}
    differences = []
    found: set[Place] = set()
    for each in told:
        cell = None if "cell" not in each else int(str(each["cell"])) + 1
        where = place(str(each["path"]), cell, int(str(each["line"])), str(each["name"]))
        row = formats[where[0]]
        if row["role"] != "target" or where in found:
            continue
        found.add(where)
        any_name = labels.get((*where[:3], "*"))
        verdict = labels.get(where, any_name or {"verdict": "no dependency"})["verdict"]
        if verdict == "may":
            continue
        result = "right" if verdict == "unpinned" else "wrong"
        counts.setdefault(row["format"], Counter())[result] += 1
        if result == "wrong":
            differences.append(f"told, but {verdict}: {where}")
    for where, row in labels.items():
        if row["verdict"] == "unpinned" and where not in found:
            counts.setdefault(row["format"], Counter())["missed"] += 1
            differences.append(f"missed: {where} {row['reason']}")
    counts["all"] = sum(counts.values(), Counter())
    print(f"{'format':14}{'right':>7}{'wrong':>7}{'missed':>8}{'precision':>11}{'recall':>8}")
    for name, count in sorted(counts.items(), key=lambda item: (item[0] == "all", item[0])):
        right, wrong, missed = count["right"], count["wrong"], count["missed"]
        print(
            f"{name:14}{right:7}{wrong:7}{missed:8}"
            f"{right / (right + wrong or 1):11.3f}{right / (right + missed or 1):8.3f}"
        )
    print(*differences[: given.worst], sep="\n")


if __name__ == "__main__":
    main()
