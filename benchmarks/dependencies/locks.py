"""`stale-lock` beside the tools: `uv lock --check`, `poetry check --lock`, `pdm lock --check`, `pipenv verify`.

    python -m benchmarks.dependencies.locks TOOLS FOLDER…

TOOLS is a folder of programs (`bin` of an environment with uv, poetry, pdm and pipenv). Each FOLDER is searched for
manifests with a lock beside them. Every one is asked about as it is, and after changes of the manifest that a lock
must not survive (another requirement, another range, another Python) and one that it must (a comment, another
description), in a scratch copy of the repository. uv and pdm may ask their index where they find a lock stale.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

TOOLS = {
    "uv.lock": ("pyproject.toml", ["uv", "lock", "--check"]),
    "poetry.lock": ("pyproject.toml", ["poetry", "check", "--lock"]),
    "pdm.lock": ("pyproject.toml", ["pdm", "lock", "--check"]),
    "Pipfile.lock": ("Pipfile", ["pipenv", "verify"]),
}


def changes(text: str, manifest: str) -> Iterator[tuple[str, str]]:
    """Names of changes, and the changed text; those that find nothing to change are left out."""
    yield "as it is", text
    yield "a comment", f"{text.rstrip()}\n# a comment\n"
    if manifest == "Pipfile":
        yield "a package more", text.replace("[packages]\n", '[packages]\nsix = "*"\n', 1)
        return
    yield "another description", re.sub(r'(?m)^description = ".*"$', 'description = "another"', text, count=1)
    more = re.sub(r"(?m)^dependencies = \[", 'dependencies = ["six", ', text, count=1)
    yield (
        "a requirement more",
        more.replace("[tool.poetry.dependencies]\n", '[tool.poetry.dependencies]\nsix = "*"\n', 1),
    )
    yield (
        "another range",
        re.sub(r'">=(\d+)\.(\d+)', r'">=\1.0.\2', text.replace("^", ">=0.0.1,^", 1), count=1),
    )
    yield (
        "another Python",
        re.sub(r'(?m)^(requires-python|python) = ".*"$', r'\1 = ">=3.11.3"', text, count=1),
    )


def tool_says(command: list[str], tools: Path, folder: Path) -> bool | None:
    """Whether the tool takes the lock for fresh; None where it cannot say (it failed on something else)."""
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "PIPENV_VERBOSITY": "-1", "CI": "1"}
    environment |= {"PIPENV_IGNORE_VIRTUALENVS": "1", "PDM_CHECK_UPDATE": "0"}
    try:
        done = subprocess.run(
            [str(tools / command[0]), *command[1:]],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    said = done.stdout + done.stderr
    if done.returncode == 0:
        return True
    stale = r"needs to be updated|changed significantly|hash doesn't match|out-of-date|doesn't satisfy"
    return False if re.search(stale, said) else None


def reproof_says(root: Path, manifest: str, title: str) -> list[str]:
    """The messages of `stale-lock` about a lock."""
    command = [
        sys.executable,
        "-m",
        "reproof",
        "check",
        "--select",
        "stale-lock",
        "--format",
        "json",
        "--",
        manifest,
    ]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)
    return [each["message"] for each in found if each["rule"] == "stale-lock" and each["name"] == title]


def main() -> None:
    """Ask both about every manifest, and print where they differ."""
    parser = argparse.ArgumentParser(description="stale-lock beside the tools that make the locks")
    parser.add_argument("tools", type=Path)
    parser.add_argument("folders", nargs="+", type=Path)
    given = parser.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    for folder in given.folders:
        for title, (manifest, command) in TOOLS.items():
            for lock in sorted(folder.rglob(title)):
                if (lock.parent / manifest).is_file():
                    _ask(folder, lock, manifest, command, given.tools.absolute(), counts)
    for (title, outcome), count in sorted(counts.items()):
        print(f"{title:14}{outcome:44}{count:5}")


def _ask(
    folder: Path, lock: Path, manifest: str, command: list[str], tools: Path, counts: Counter[tuple[str, str]]
) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch, "repository")
        shutil.copytree(folder, root, symlinks=True)
        inside = lock.parent.relative_to(folder)
        path = root / inside / manifest
        text = path.read_text(encoding="utf-8")
        before: bool | None = True
        for name, changed in changes(text, manifest):
            if name != "as it is" and (changed == text or before is None):
                continue
            path.write_text(changed, encoding="utf-8")
            theirs = tool_says(command, tools, root / inside)
            before = theirs if name == "as it is" else before
            ours = reproof_says(root, (inside / manifest).as_posix(), lock.name)
            said = "fresh" if theirs else "stale"
            if theirs is None:
                outcome = "the tool cannot say"
            else:
                outcome = f"{'agreed' if theirs is not bool(ours) else 'DIFFERENT'}: the tool says {said}"
            counts[lock.name, outcome] += 1
            if outcome.startswith("DIFFERENT"):
                print(f"{folder.name}/{inside}/{lock.name}, {name}: the tool says {said}, {ours}")


if __name__ == "__main__":
    main()
