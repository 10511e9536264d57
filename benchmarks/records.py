"""What a lookup and an append cost on a large records branch, from fresh clones, in seconds and bytes on the wire.

    python -m benchmarks.records [--sizes 1000 10000 100000] [--rounds 3]

A branch of so many records is made with `git fast-import` (every record of a key and a commit of its own: the
largest folders there can be) and served by `git daemon` on this machine, behind a proxy that counts what goes
through it. Each measurement is a new process in a new clone, start-up included; the best round counts. The floor
is `git ls-remote` of the branch through the same proxy; what a plain `git fetch` of the branch brings stands
beside. An append is measured in a clone that knows the branch already, as in a CI job that has looked up its base.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from reproof.runs.schema import dump
from tests.repositories import environment, git, make_repository
from tests.runs.records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REF = "refs/heads/reproof-records"
HERE = Path(__file__).parents[1]
STORE = """
import sys
from reproof.adapters.records_branch import RecordsBranch
store = RecordsBranch(sys.argv[1], sys.argv[1] + "/.git/reproof/records.git", "refs/heads/reproof-records")
"""
BY_KEY = STORE + "assert len(store.same_key(sys.argv[2])) == 1\n"
BY_COMMIT = STORE + "assert len(store.of_commit(sys.argv[2])) == 1\n"
ANCESTORS = STORE + "assert store.newest_recorded(sys.argv[2].split(',')) == sys.argv[2][-40:]\n"
APPEND = STORE + "import pathlib\nfrom reproof.runs.schema import load\n"
APPEND += "store.add([load(pathlib.Path(sys.argv[2]).read_bytes())])\n"


class Cost(NamedTuple):
    """Of one process: wall-clock seconds, bytes to the client, bytes to the server."""

    seconds: float
    received: int
    sent: int


def main() -> int:
    """Measure and print one table a size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    version = git(HERE, "version").removeprefix("git version ")
    print(f"git {version}, Python {sys.version.split()[0]}, best of {args.rounds}")
    print("| records | what | s | of ls-remote | KiB received | KiB sent | of a plain fetch |")
    print("|---:|---|---:|---:|---:|---:|---:|")
    for size in args.sizes:
        with tempfile.TemporaryDirectory() as scratch:
            measure(size, args.rounds, Path(scratch))
    return 0


def measure(size: int, rounds: int, scratch: Path) -> None:
    """The rows of one size."""
    remote = build(size, scratch / "remote.git")
    with served(remote) as (url, count):
        fresh = 0

        def new_clone() -> Path:
            nonlocal fresh
            fresh += 1
            root = make_repository(scratch / f"clone{fresh}", {"train.py": "print()\n"})
            git(root, "remote", "add", "origin", url)
            return root

        def python(program: str, *words: str, root: Path | None = None) -> Cost:
            command = [sys.executable, "-c", program, str(root or new_clone()), *words]
            return cost(command, count)

        def best(once: Callable[[], Cost]) -> Cost:
            return min(once() for _ in range(rounds))

        key, commit = names_of(size // 2)
        none = [hashlib.sha1(f"none {number}".encode()).hexdigest() for number in range(199)]
        used = new_clone()
        python(BY_COMMIT, commit, root=used)
        added = iter(range(size, size + rounds))

        def append() -> Cost:
            path = scratch / "new.json"
            path.write_bytes(dump(numbered(next(added))))
            return python(APPEND, str(path), root=used)

        floor = best(lambda: cost(["git", "ls-remote", url, REF], count))
        plain = best(
            lambda: cost(["git", "-C", str(new_clone()), "fetch", "-q", "--depth=1", url, REF], count)
        )
        rows = {
            "git ls-remote": floor,
            "git fetch --depth=1": plain,
            "lookup by key": best(lambda: python(BY_KEY, key)),
            "lookup by commit": best(lambda: python(BY_COMMIT, commit)),
            "the first recorded of 200 commits": best(lambda: python(ANCESTORS, ",".join((*none, commit)))),
            "append": best(append),
        }
        for name, (seconds, received, sent) in rows.items():
            print(
                f"| {size} | {name} | {seconds:.2f} | {seconds / floor.seconds:.1f} | {received / 1024:.0f} "
                f"| {sent / 1024:.0f} | {received / plain.received:.4f} |",
                flush=True,
            )


def cost(command: list[str], count: list[int]) -> Cost:
    """Run a program to its end and tell what it took; raises `CalledProcessError`."""
    count[:] = [0, 0]
    started = time.perf_counter()
    subprocess.run(command, check=True, cwd=HERE, env=environment(), stdout=subprocess.DEVNULL)
    return Cost(time.perf_counter() - started, count[0], count[1])


def names_of(number: int) -> tuple[str, str]:
    """The key and the commit of a record, spread as hashes are."""
    return hashlib.sha256(str(number).encode()).hexdigest(), hashlib.sha1(str(number).encode()).hexdigest()


def numbered(number: int):  # type: ignore[no-untyped-def]
    """A record of its own key and commit."""
    key, commit = names_of(number)
    made = record(number, key=key)
    return replace(made, code=replace(made.code, commit=commit))


def build(size: int, remote: Path, per_commit: int = 1000) -> Path:
    """A bare repository with a records branch, laid out as the store does (docs/explanation/records.md)."""
    remote.mkdir()
    git(remote, "init", "-q", "--bare", "-b", "main")
    for name in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant", "daemon.receivepack"):
        git(remote, "config", name, "true")
    process = subprocess.Popen(
        ["git", "fast-import", "--quiet"], cwd=remote, env=environment(), stdin=subprocess.PIPE
    )
    assert process.stdin is not None
    write(size, per_commit, process.stdin)
    process.stdin.close()
    assert process.wait() == 0
    git(remote, "repack", "-adq")  # as a forge's
    return remote


def write(size: int, per_commit: int, out: IO[bytes]) -> None:
    """The stream for `git fast-import`."""
    template = dump(numbered(0)).decode()
    zero_key, zero_commit = names_of(0)
    for number in range(size):
        if number % per_commit == 0:
            out.write(f"commit {REF}\ncommitter r <r@e> {1_700_000_000 + number} +0000\ndata 0\n".encode())
        key, commit = names_of(number)
        run = f"{number:012x}"
        text = template.replace(zero_key, key).replace(zero_commit, commit).replace("0" * 12, run)
        data = text.encode()
        out.write(f"M 100644 inline runs/{key[:2]}/{key}/{run}.json\ndata {len(data)}\n".encode() + data)
        out.write(f"\nM 100644 inline commits/{commit[:2]}/{commit}/{key}-{run}\ndata 0\n\n".encode())


@contextlib.contextmanager
def served(remote: Path) -> Iterator[tuple[str, list[int]]]:
    """A git daemon for one repository, behind a counting proxy: its address, and [to client, to server]."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["git", "daemon", "--listen=127.0.0.1", f"--port={port}", "--export-all", "--enable=receive-pack"]
    daemon = subprocess.Popen(
        [*words, f"--base-path={remote.parent}", str(remote)], env=environment(), stderr=subprocess.DEVNULL
    )
    front = socket.create_server(("127.0.0.1", 0))
    count = [0, 0]
    threading.Thread(target=accept, args=(front, port, count), daemon=True).start()
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield f"git://127.0.0.1:{front.getsockname()[1]}/{remote.name}", count
    finally:
        front.close()
        daemon.terminate()
        daemon.wait()


def accept(front: socket.socket, port: int, count: list[int]) -> None:
    """Connect each client with the daemon until the front is closed."""
    with contextlib.suppress(OSError):
        while True:
            client, _ = front.accept()
            server = socket.create_connection(("127.0.0.1", port))
            threading.Thread(target=pump, args=(server, client, count, 0), daemon=True).start()
            threading.Thread(target=pump, args=(client, server, count, 1), daemon=True).start()


def pump(source: socket.socket, target: socket.socket, count: list[int], at: int) -> None:
    """Carry bytes one way, and count them."""
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            count[at] += len(data)
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    if str(HERE) not in sys.path:
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | {"PYTHONPATH": str(HERE)})
    sys.exit(main())
