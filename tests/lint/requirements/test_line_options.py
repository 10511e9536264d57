"""Options of requirements files: what pip takes is passed by, and where pip stops, that is said with the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from reproof.lint.requirements.line_options import why_pip_stops
from tests.lint.requirements.test_hostile import look


@pytest.mark.parametrize(
    "options",
    [
        "--hash=sha256:ab --hash=sha256:cd",
        "--hash sha256:ab",
        "-r a.txt",
        "-ra.txt",
        "--requirement=a.txt",
        "--require a.txt",
        "-e .",
        "-e ./-x[a]",
        "-i https://e.org --extra-index https://e.org/--x",
        "--no-index --pre --prefer-binary",
        "--find-links='a --b' --trusted-host e.org",
        "--config-settings --build-option=--x -C 'a=-b c'",
        '--global-option="--x" --global-option --y',
        "--no-binary :all: --only-binary=numpy",
        "-",
        "- numpy",
    ],
)
def test_what_pip_takes_is_passed_by(options: str) -> None:
    assert why_pip_stops(options) is None


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("-r", "`-r` without its value"),
        ("-c  # later", "`-c` without its value"),
        ("--requirement=", "`--requirement` without its value"),
        ("-e", "`-e` without its value"),
        ("numpy==1 --hash", "`--hash` without its value"),
        ("-U numpy==1", "`-U`, which is no option"),
        ("--upgrade", "`--upgrade`, which is no option"),
        ("numpy==1 --no-deps", "`--no-deps`, which is no option"),
        ("------- -------", "`-------`, which is no option"),
    ],
)
def test_where_pip_stops_is_said_behind_what_else_was_found(tmp_path: Path, line: str, says: str) -> None:
    content = f"scipy==1\n{line}\npandas\n"
    found = look(tmp_path, "requirements.txt", content.encode())
    assert [(finding.rule, finding.span.line) for finding in found] == [
        ("invalid-file", 2),
        ("unpinned-dependency", 3),
    ]
    assert says in found[0].message
