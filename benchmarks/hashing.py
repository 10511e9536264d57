"""How fast untracked data is hashed, as ratios of `sha256sum`'s rate measured in the same run.

    python benchmarks/hashing.py [--size 1024] [--rounds 3] [--folder SCRATCH]

The same bytes three ways: one large file, eight files, 20,000 small ones. "warm": the system has the files in
memory; "cold": it was asked to forget them first (`posix_fadvise`), and reads them from the disk; "cached":
reproof has hashed them before. The peer is `sha256sum` as a process over the same files. The best round counts,
and the programs take turns, so that a busy machine disturbs all alike. Last: what importing the hashing costs.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from reproof.runs.hash_cache import HashCache
from reproof.runs.hashing import hash_data

SHAPES = {"one file": 1, "8 files": 8, "20,000 files": 20_000}
MEGABYTE = 1 << 20


def main() -> int:
    """Write the files, measure, print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, default=1024, help="MiB in each shape")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--folder", help="where the files are written; as a default, the system's scratch folder"
    )
    args = parser.parse_args()
    print(f"{args.size} MiB, {len(os.sched_getaffinity(0))} cores, best of {args.rounds}, seconds (MiB/s)")
    print(f"{'':14}{'':6}{'sha256sum':>18}{'reproof':>18}{'rate':>8}")
    with tempfile.TemporaryDirectory(dir=args.folder) as scratch:
        for shape, count in SHAPES.items():
            data = Path(scratch, "data")
            data.mkdir()
            files = written(data, args.size * MEGABYTE, count)
            measure(shape, data, files, args.size, args.rounds)
            for path in files:
                path.unlink()
            data.rmdir()
    script = (
        "import time; t = time.perf_counter(); import reproof.runs.hashing; print(time.perf_counter() - t)"
    )
    imported = min(
        float(subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout)
        for _ in range(args.rounds)
    )
    print(f"importing takes {imported * 1000:.0f} ms")
    return 0


def written(folder: Path, size: int, count: int) -> list[Path]:
    """`count` files of random bytes, an hour old, on the disk."""
    chance = random.Random(1)
    files = []
    for number in range(count):
        path = folder / f"{number:05}"
        left = size // count
        with open(path, "wb") as handle:
            while left:
                chunk = chance.randbytes(min(left, MEGABYTE))
                handle.write(chunk)
                left -= len(chunk)
            handle.flush()
            if count < 100:
                os.fsync(handle.fileno())
        files.append(path)
    os.sync()
    time.sleep(2.5)  # what was written just now is not cached
    return files


def forget(files: list[Path]) -> None:
    """Ask the system to drop what it holds of the files."""
    for path in files:
        descriptor = os.open(path, os.O_RDONLY)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def measure(shape: str, data: Path, files: list[Path], size: int, rounds: int) -> None:
    """The three rows of one shape, best of the rounds."""
    command = (
        "find . -type f -print0 | xargs -0 sha256sum"  # one process per 128 KiB of names, as a person would
    )

    def peer() -> None:
        subprocess.run(["sh", "-c", command], cwd=data, stdout=subprocess.DEVNULL, check=True)

    def ours() -> None:
        hash_data([str(data)])

    for temperature in ("warm", "cold"):
        theirs: list[float] = []
        our: list[float] = []
        for _ in range(rounds):
            for action, times in ((peer, theirs), (ours, our)):
                if temperature == "cold":
                    forget(files)
                times.append(seconds(action))
        line(shape, temperature, min(theirs), min(our), size)
    with tempfile.TemporaryDirectory() as private:
        cache = HashCache(private)
        whole = hash_data([str(data)])
        if hash_data([str(data)], cache) != whole:
            raise SystemExit("the cache changed the hash")
        again = min(seconds(lambda: hash_data([str(data)], cache)) for _ in range(rounds))
        line(shape, "cached", None, again, size)
        if hash_data([str(data)], cache) != whole:
            raise SystemExit("the cache changed the hash")


def seconds(action: Callable[[], object]) -> float:
    """How long an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def line(shape: str, temperature: str, theirs: float | None, ours: float, size: int) -> None:
    """One row of the table."""
    peer = f"{theirs:7.3f} ({size / theirs:7.0f})" if theirs else ""
    ratio = f"{theirs / ours:7.0%}" if theirs else ""
    print(
        f"{shape:14}{temperature:6}{peer:>18}{f'{ours:7.3f} ({size / ours:7.0f})':>18}{ratio:>8}", flush=True
    )


if __name__ == "__main__":
    sys.exit(main())
