"""How quiet `hardcoded-hyperparameter` is where it has nothing to say.

    python -m benchmarks.hyperparameters.silence [--top 20] [--json]
    python -m benchmarks.hyperparameters.silence --pin      write the two lists of packages anew

Three measurements, each in default and in strict mode, by the real `reproof check`; tests aside:

- well-kept Python that is no machine learning: this interpreter's standard library and the packages of
  `silence.txt`. There must be no finding; each is printed, and the exit code is 1.
- the same files with an import of torch and scikit-learn added to each: what is left when the rule cannot see
  that a file is none of its business. A stress of the finders, not a promise.
- libraries for machine learning (`libraries.txt`): code that is full of hyperparameters by nature. A rate, and
  what the findings are.

The first run downloads some 300 MB of wheels to `.cache/` (`wheels.py`).
"""

from __future__ import annotations

import argparse
import json
import sys
import sysconfig
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.hyperparameters import wheels
from benchmarks.hyperparameters.checked import Found, check, code_line
from reproof.lint.hyperparameters.place import is_test

GENERAL, LIBRARIES = "silence", "libraries"
STANDARD_LIBRARY = "standard-library"
# At the end of the file, so that no line moves.
PRETENCE = b"\nimport sklearn, torch\n"


class Sources(NamedTuple):
    """Python files below a folder, tests left out; `lines` is how many each has."""

    folder: Path
    lines: dict[str, int]

    @property
    def paths(self) -> list[str]:
        return list(self.lines)


class Rate(NamedTuple):
    """How many findings there are in how much code."""

    files: int
    lines: int
    findings: int
    files_with: int

    def __str__(self) -> str:
        a_file, a_thousand = self.findings / max(1, self.files), 1000 * self.findings / max(1, self.lines)
        silent = 1 - self.files_with / max(1, self.files)
        return (
            f"{self.files:>6}{self.lines:>9}{self.findings:>10}{a_file:>9.3f}{a_thousand:>9.3f}{silent:>8.1%}"
        )


HEAD = f"{'':<28}{'files':>6}{'lines':>9}{'findings':>10}{'a file':>9}{'a 1000':>9}{'silent':>8}"


def main() -> int:
    """Measure, print, and say by the exit code whether the well-kept code is silent."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--top", type=int, default=20, help="how many patterns to show (default: 20)")
    parser.add_argument("--json", action="store_true", help="print all that was found as one JSON object")
    parser.add_argument("--pin", action="store_true", help="write silence.txt and libraries.txt anew")
    args = parser.parse_args()
    if args.pin:
        for name in (GENERAL, LIBRARIES):
            (wheels.HERE / f"{name}.txt").write_text(wheels.pin(name), encoding="utf-8")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        general = laid_out(Path(scratch, GENERAL), GENERAL, standard_library=True)
        libraries = laid_out(Path(scratch, LIBRARIES), LIBRARIES)
        quiet = {strict: check(general.folder, general.paths, strict=strict) for strict in (False, True)}
        loud = {strict: check(libraries.folder, libraries.paths, strict=strict) for strict in (False, True)}
        pretend(general)
        stressed = {strict: check(general.folder, general.paths, strict=strict) for strict in (False, True)}
        groups = [
            (GENERAL, general, quiet),
            ("as-if-training", general, stressed),
            ("libraries", libraries, loud),
        ]
        if args.json:
            print(json.dumps({name: as_json(sources, runs) for name, sources, runs in groups}, indent=1))
        else:
            show(groups, args.top)
    return 1 if any(quiet.values()) else 0


def laid_out(folder: Path, name: str, *, standard_library: bool = False) -> Sources:
    """The list's wheels as files below `folder`, and the interpreter's own library beside them if asked."""
    paths = [path for wheel in wheels.downloaded(name) for path in wheels.unpacked(wheel, folder)]
    if standard_library:
        paths += copied_standard_library(folder)
    code = (path for path in paths if not is_test(path, (folder / path).read_bytes()))
    return Sources(folder, {path: (folder / path).read_bytes().count(b"\n") for path in sorted(code)})


def copied_standard_library(folder: Path) -> Iterable[str]:
    """Copy the running interpreter's library, what was installed into it aside."""
    source = Path(sysconfig.get_path("stdlib"))
    for path in sorted(source.rglob("*.py")):
        inside = path.relative_to(source)
        if "site-packages" in inside.parts or "test" in inside.parts:
            continue
        target = folder / STANDARD_LIBRARY / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
        yield f"{STANDARD_LIBRARY}/{inside.as_posix()}"


def pretend(sources: Sources) -> None:
    """Let each file import machine learning libraries."""
    for path in sources.paths:
        with (sources.folder / path).open("ab") as file:
            file.write(PRETENCE)


def rate(sources: Sources, found: list[Found], package: str = "") -> Rate:
    """The rate of all files, or of one package's."""
    own = [path for path in sources.paths if path.startswith(package)]
    findings = [one for one in found if one.path.startswith(package)]
    lines = sum(sources.lines[path] for path in own)
    return Rate(len(own), lines, len(findings), len({one.path for one in findings}))


def show(groups: list[tuple[str, Sources, dict[bool, list[Found]]]], top: int) -> None:
    """Print the tables."""
    print(f"Python {sys.version.split()[0]}; tests left out; 'a 1000' is findings a 1,000 lines")
    print(HEAD)
    for name, sources, runs in groups:
        for strict, found in runs.items():
            print(f"{name + (', strict' if strict else ''):<28}{rate(sources, found)}")
    for name, sources, runs in groups:
        for strict, found in runs.items():
            if found and name == GENERAL:
                print(f"\n{name}{', strict' if strict else ''}: every finding")
                for one in found:
                    print(f"  {told(sources, one)}")
            elif found:
                print(f"\n{name}{', strict' if strict else ''}: by package")
                for package in sorted({path.partition("/")[0] + "/" for path in sources.paths}):
                    print(f"  {package:<26}{rate(sources, found, package)}")
                print(f"\n{name}{', strict' if strict else ''}: the {top} most frequent")
                for (kind, word), members in patterns(found)[:top]:
                    print(f"  {len(members):>5}  {kind} {word}\n         {told(sources, members[0])}")


def patterns(found: list[Found]) -> list[tuple[tuple[str, str], list[Found]]]:
    """The findings by kind and name, the most frequent first."""
    groups: dict[tuple[str, str], list[Found]] = {}
    for one in found:
        groups.setdefault((one.kind, one.name if one.rule != "invalid-file" else one.message), []).append(one)
    return sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))


def told(sources: Sources, one: Found) -> str:
    """A finding on one line, with the line of code that it is about."""
    code = code_line(sources.folder, one.path, one.cell, one.line)
    return f"{one.place}: [{one.kind}] {one.name} | {code}"


def as_json(sources: Sources, runs: dict[bool, list[Found]]) -> dict[str, Any]:
    """All that one group gave."""
    return {
        "strict" if strict else "default": {
            **rate(sources, found)._asdict(),
            "kinds": Counter(one.kind for one in found),
            "found": [
                one._asdict() | {"code": code_line(sources.folder, one.path, one.cell, one.line)}
                for one in found
            ],
        }
        for strict, found in runs.items()
    }


if __name__ == "__main__":
    raise SystemExit(main())
