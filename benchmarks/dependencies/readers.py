"""Our reading of requirements files beside pip's own parser: the same names and versions, line by line.

    python -m benchmarks.dependencies.readers PYTHON FOLDER…

PYTHON is an interpreter whose environment has pip; its internal parser reads each requirements file below the
FOLDERs without following `-r` and `-c`, and without the network. Lines that both cannot read agree, too.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from reproof.lint.file_types import FileType, file_type
from reproof.lint.requirements.parse import EntryKind, parse_requirements
from reproof.lint.requirements.pinned import State
from reproof.lint.source import InvalidFile, open_source

# Runs in the other interpreter: paths come in, requirements go out; each by its text, as pip takes it apart.
_PIP = """
import json, optparse, sys
from pip._internal.network.session import PipSession
from pip._internal.req import req_file
for path in json.load(sys.stdin):
    try:
        parser = req_file.RequirementsFileParser(PipSession(), req_file.get_line_parser(None))
        lines = parser._parse_file(path, False)
        found = [line.requirement for line in lines if line.requirement]
        print(json.dumps([path, found]))
    except Exception as error:
        print(json.dumps([path, type(error).__name__]))
"""


def form(text: str) -> tuple[str, str]:
    """Name and sorted specifiers of a requirement; its text where it has none."""
    try:
        requirement = Requirement(text.strip().rstrip("; "))
    except InvalidRequirement:
        return text.strip(), ""
    return canonicalize_name(requirement.name), str(requirement.specifier)


def main() -> None:
    """Read every file by both, and print where they differ."""
    parser = argparse.ArgumentParser(description="requirements files read by reproof and by pip")
    parser.add_argument("python")
    parser.add_argument("folders", nargs="+", type=Path)
    given = parser.parse_args()
    paths = [
        str(path)
        for folder in given.folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and FileType.REQUIREMENTS in file_type(path.relative_to(folder).as_posix())
    ]
    done = subprocess.run(
        [given.python, "-I", "-c", _PIP], input=json.dumps(paths), capture_output=True, text=True, check=True
    )
    lines = differing = unread = judged_otherwise = 0
    for line in done.stdout.splitlines():
        path, theirs = json.loads(line)
        try:
            entries = parse_requirements(open_source("requirements.txt", Path(path).read_bytes()).text)
        except InvalidFile:
            entries = None
        if isinstance(theirs, str) or entries is None:
            unread += 1
            if isinstance(theirs, str) is not (entries is None):
                print(f"{path}: pip says {theirs if isinstance(theirs, str) else 'nothing'}")
            continue
        ours = [entry for entry in entries if entry.kind is EntryKind.REQUIREMENT]
        lines += len(theirs)
        if [form(entry.text) for entry in ours] != [form(text) for text in theirs]:
            differing += 1
            print(f"{path}: {_first_difference([entry.text for entry in ours], theirs)}")
        for entry in ours:
            name, specifier = form(entry.text)
            exact = any(part.startswith("==") and not part.endswith(".*") for part in specifier.split(","))
            pinned = entry.verdict is not None and entry.verdict.state is State.PINNED
            if specifier and not entry.hashed and pinned is not exact:
                judged_otherwise += 1
                print(f"{path}: {name}{specifier} is {'' if pinned else 'not '}pinned")
    print(
        f"{len(paths)} files, {lines} requirements: {differing} files read otherwise, {unread} read by one or none,"
    )
    print(f"{judged_otherwise} requirements whose verdict is not that of their specifiers")


def _first_difference(ours: list[str], theirs: list[str]) -> str:
    for mine, other in zip(ours, theirs, strict=False):
        if form(mine) != form(other):
            return f"{mine!r} is {other!r} to pip"
    return f"{len(ours)} requirements, and {len(theirs)} to pip"


if __name__ == "__main__":
    main()
