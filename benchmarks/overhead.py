"""What `reproof run` costs over the bare command, with data that DVC tracks and with data that nobody does.

    python benchmarks/overhead.py [--size 1024] [--seconds 10] [--rounds 3] [--folder SCRATCH] [--json FILE]

A plain training that only waits, in a repository with `size` MiB of data. "tracked, first": DVC has hashed the file
on `dvc add`, reproof never looked at it. "untracked, first": reproof hashes it, before the training; what hashing
alone takes, in a process of its own, is measured beside, and so is `sha256sum`. "again": it was hashed before. Bare
command and `reproof run` take turns, so that a busy machine disturbs both alike; the best round counts ("first" has
one round). Needs DVC beside this Python.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import reproof

MEGABYTE = 1 << 20
TRAIN = "import json, time\ntime.sleep({seconds})\njson.dump({{'auc': 0.9}}, open('metrics.json', 'w'))\n"
BARE = [sys.executable, "train.py"]
HASH_ALONE = """\
import time
from reproof.runs.hashing import hash_data
began = time.perf_counter()
hash_data(["raw.bin"])
print(time.perf_counter() - began)
"""
HASH = [sys.executable, "-c", HASH_ALONE]
RUN = [sys.executable, "-m", "reproof", "run", "--no-push"]


def main() -> int:
    """Make the two projects, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, default=1024, help="MiB of data")
    parser.add_argument("--seconds", type=float, default=10, help="that the training takes")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", help="where the files are written; as a default, the scratch folder")
    parser.add_argument("--json", help="a file for the figures")
    args = parser.parse_args()
    compileall.compile_dir(os.path.dirname(reproof.__file__), quiet=1)  # as an installation does
    with tempfile.TemporaryDirectory(dir=args.folder) as scratch:
        rows = measured(Path(scratch), args.size, args.seconds, args.rounds)
    print(
        f"{args.size} MiB, a training of {args.seconds:g} s, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    print(f"{'':20}{'bare':>11}{'reproof':>11}{'over':>11}{'hashing':>11}{'sha256sum':>11}   seconds")
    for name, row in rows.items():
        known = [row.get(column) for column in ("bare", "reproof", "over", "hashing", "sha256sum")]
        print(f"{name:20}" + "".join(f"{'' if one is None else f'{one:.2f}':>11}" for one in known).rstrip())
    if args.json:
        Path(args.json).write_text(json.dumps(rows, indent=1) + "\n")
    return 0


def measured(scratch: Path, size: int, seconds: float, rounds: int) -> dict[str, dict[str, float]]:
    """Seconds by case."""
    environ = isolated(scratch)
    tracked = project(scratch / "tracked", size, seconds, environ, tracked=True)
    rows = {"tracked, first": pair(tracked, environ, 1), "tracked, again": pair(tracked, environ, rounds)}
    untracked = project(scratch / "untracked", size, seconds, environ, tracked=False)
    alone = took(["sha256sum", "raw.bin"], untracked, environ)
    own = float(subprocess.check_output(HASH, cwd=untracked, env=environ))
    rows["untracked, first"] = pair(untracked, environ, 1) | {"hashing": own, "sha256sum": alone}
    rows["untracked, again"] = pair(untracked, environ, rounds)
    return rows


def isolated(scratch: Path) -> dict[str, str]:
    """Away from the settings of whoever measures."""
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)])
    names = {
        f"GIT_{role}_{what}": "bench@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    return {
        **os.environ,
        **names,
        "PATH": path,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "DVC_NO_ANALYTICS": "1",
        "DVC_SITE_CACHE_DIR": str(scratch / "site"),
    }


def project(root: Path, size: int, seconds: float, environ: dict[str, str], *, tracked: bool) -> Path:
    """A committed plain project with one file of random bytes."""
    root.mkdir()
    chance = random.Random(1)
    with open(root / "raw.bin", "wb") as handle:
        handle.writelines(chance.randbytes(MEGABYTE) for _ in range(size))
    (root / "train.py").write_text(TRAIN.format(seconds=seconds))
    (root / "requirements.txt").write_text("")
    (root / ".gitignore").write_text("/raw.bin\nmetrics.json\n")
    (root / "reproof.toml").write_text("data = ['raw.bin']\n")
    commands = [["git", "init", "-q"], ["git", "add", "--all"], ["git", "commit", "-q", "-m", "project"]]
    if tracked:
        commands[1:1] = [["dvc", "init", "-q"], ["dvc", "add", "-q", "raw.bin"]]
    for command in commands:
        subprocess.run(command, cwd=root, env=environ, check=True, capture_output=True)
    os.sync()
    time.sleep(2.5)  # what was written just now is not remembered
    return root


def pair(root: Path, environ: dict[str, str], rounds: int) -> dict[str, float]:
    """The bare command and `reproof run` in turns."""
    bare, ours = [], []
    for _ in range(rounds):
        bare.append(took(BARE, root, environ))
        ours.append(took(RUN, root, environ))
    return {"bare": min(bare), "reproof": min(ours), "over": min(ours) - min(bare)}


def took(command: list[str], root: Path, environ: dict[str, str]) -> float:
    """Seconds of one command."""
    began = time.perf_counter()
    subprocess.run(command, cwd=root, env=environ, check=True, capture_output=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    if not shutil.which("dvc", path=os.path.dirname(sys.executable)):
        raise SystemExit("DVC is not installed beside this Python: pip install dvc")
    raise SystemExit(main())
