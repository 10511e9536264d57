"""nbstripout's own end-to-end notebooks through our fix: equal wherever its options are ours.

    python benchmarks/nbstripout_cases.py CLONE

CLONE is a checkout of https://github.com/kynan/nbstripout (its `tests/` are read, none of its code is run).
Its list of cases is taken from `tests/test_end_to_end.py`. nbstripout renumbers cell ids unless told not to,
and we never do, so ids are left out of the comparison. Prints a line a case; exit code 1 if one differs.
"""

from __future__ import annotations

import argparse
import ast
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

OURS = {"--extra-keys": "extra-keys", "--keep-metadata-keys": "keep-metadata-keys"}


def main() -> int:
    """Run all cases and print how each went."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("clone", type=Path, metavar="CLONE", help="a checkout of nbstripout")
    tests = parser.parse_args().clone / "tests"
    if not (tests / "test_end_to_end.py").is_file():
        parser.error(f"{tests.parent} is no checkout of nbstripout: it has no tests/test_end_to_end.py")
    wrong = 0
    for source, expected, options in cases((tests / "test_end_to_end.py").read_text(encoding="utf-8")):
        settings = settings_of(options)
        if settings is None or not source.endswith(".ipynb"):
            print(f"not ours   {source} {' '.join(options)}")
            continue
        folder = tests / "e2e_notebooks"
        result = fixed((folder / source).read_bytes(), settings)
        equal = values(result) == values((folder / expected).read_bytes())
        wrong += not equal
        print(f"{'equal' if equal else 'DIFFERS':<10} {source} {' '.join(options)}")
    return 1 if wrong else 0


def cases(program: str) -> list[tuple[str, str, list[str]]]:
    """The literal `TEST_CASES` of nbstripout's test module."""
    for node in ast.parse(program).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "TEST_CASES":
            found: list[tuple[str, str, list[str]]] = ast.literal_eval(node.value)
            return found
    raise SystemExit("no TEST_CASES in tests/test_end_to_end.py")


def settings_of(options: list[str]) -> dict[str, list[str]] | None:
    """Our configuration for a case's options; None where one of them is not ours."""
    plain = [option for option in options if option != "--keep-id"]
    names, given = plain[::2], plain[1::2]
    if not set(names) <= OURS.keys() or len(names) != len(given):
        return None
    return {OURS[name]: value.split() for name, value in zip(names, given, strict=True)}


def fixed(data: bytes, settings: dict[str, list[str]]) -> bytes:
    """A notebook's bytes after `reproof check --fix` with that configuration."""
    with tempfile.TemporaryDirectory() as folder:
        notebook = Path(folder, "n.ipynb")
        notebook.write_bytes(data)
        lines = [f"{key} = {json.dumps(keys)}\n" for key, keys in settings.items()]
        Path(folder, "reproof.toml").write_text("[check.notebooks]\n" + "".join(lines), encoding="utf-8")
        command = [sys.executable, "-m", "reproof", "check", "--select", "dirty-notebook", "--fix", "n.ipynb"]
        subprocess.run(command, cwd=folder, capture_output=True, check=False)
        return notebook.read_bytes()


def values(data: bytes) -> Any:
    """What a notebook says: texts joined, cell ids left out."""

    def joined(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: joined(item) for key, item in value.items() if key != "id"}
        if isinstance(value, list):
            return (
                "".join(value)
                if value and all(isinstance(item, str) for item in value)
                else list(map(joined, value))
            )
        return value

    return joined(json.loads(data))


if __name__ == "__main__":
    raise SystemExit(main())
