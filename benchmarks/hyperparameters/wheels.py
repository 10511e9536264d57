"""Pinned public packages as sources to read: downloaded as wheels, unpacked, never installed or imported.

A list (`silence.txt`, `libraries.txt`) has one `name==version --hash=sha256:…` a line. The wheels are those
for CPython 3.11, the oldest that reproof runs on, on x86-64 Linux, whatever machine asks: everybody reads the
same files and can parse them.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache" / "hyperparameters"
_PLATFORM = ["--only-binary", ":all:", "--python-version", "3.11", "--implementation", "cp"]
_PLATFORM += [word for abi in ("cp311", "abi3", "none") for word in ("--abi", abi)]
_PLATFORM += [
    word
    for platform in ("manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_28_x86_64", "any")
    for word in ("--platform", platform)
]


def downloaded(name: str) -> list[Path]:
    """The wheels of the list `name`, each with the recorded hash; from the cache where they are there."""
    pinned = (HERE / f"{name}.txt").read_text(encoding="utf-8")
    hashes = set(re.findall(r"--hash=sha256:([0-9a-f]{64})", pinned))
    folder = CACHE / name
    wheels = _with_hashes(folder, hashes)
    if len(wheels) < len(hashes):
        _download(folder, ["--require-hashes", "--requirement", str(HERE / f"{name}.txt")])
        wheels = _with_hashes(folder, hashes)
    if len(wheels) < len(hashes):
        raise RuntimeError(f"{folder} lacks {len(hashes) - len(wheels)} of the wheels of {name}.txt")
    return wheels


def pin(name: str) -> str:
    """The list `name` anew: the same packages in their newest versions, with the hashes of what came."""
    lines = (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    comments = [line for line in lines if line.startswith("#")]
    folder = CACHE / f"{name}-newest"
    names = [line.partition("==")[0] for line in lines if line and not line.startswith("#")]
    _download(folder, names)
    newest: dict[str, str] = {}
    for wheel in sorted(folder.glob("*.whl"), key=lambda path: path.stat().st_mtime):
        distribution, version = wheel.name.split("-")[:2]
        newest[distribution.lower().replace("_", "-")] = (
            f"=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}"
        )
    pinned = [f"{one}{newest[re.sub(r'[-_.]+', '-', one).lower()]}" for one in sorted(names)]
    return "\n".join([*comments, *pinned]) + "\n"


def unpacked(wheel: Path, folder: Path) -> list[str]:
    """Lay out a wheel's Python files below `folder/<distribution>`; the paths, relative to `folder`."""
    paths = []
    distribution = wheel.name.partition("-")[0]
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            inside = PurePosixPath(entry.filename)
            if inside.suffix != ".py" or inside.is_absolute() or ".." in inside.parts:
                continue
            path = f"{distribution}/{inside}"
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(entry))
            paths.append(path)
    return sorted(paths)


def _with_hashes(folder: Path, hashes: set[str]) -> list[Path]:
    return [
        wheel
        for wheel in sorted(folder.glob("*.whl"))
        if hashlib.sha256(wheel.read_bytes()).hexdigest() in hashes
    ]


def _download(folder: Path, what: list[str]) -> None:
    """`pip download`, by a pip of its own: an environment made by uv has none."""
    home = CACHE / "pip"
    if not (home / "pyvenv.cfg").exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    python = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    command = [str(python), "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*command, *_PLATFORM, "--dest", str(folder), *what], check=True)
