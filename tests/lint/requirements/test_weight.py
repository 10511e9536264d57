"""What looking at one small file imports: no YAML without a YAML file, and no `packaging` for plain lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.bare import run_bare

PROGRAM = (
    "import sys\nfrom reproof.cli import main\n"
    "main(['check', '--select', 'unpinned-dependency,stale-lock', '--output', 'found', {path!r}])\n"
    "print(*sorted(set(sys.modules) & {{'yaml', 'packaging', 'dataclasses', 'tomllib', 'subprocess'}}))"
)


@pytest.mark.parametrize(
    ("path", "text", "left_out"),
    [
        ("requirements.txt", "numpy==2.1.3\n", {"yaml", "packaging", "tomllib", "subprocess", "dataclasses"}),
        (
            "Dockerfile",
            "FROM a:1\nRUN pip install numpy==2.1.3\n",
            {"yaml", "packaging", "tomllib", "dataclasses"},
        ),
        ("run.sh", "pip install numpy==2.1.3\n", {"yaml", "packaging", "tomllib", "dataclasses"}),
        ("environment.yml", "name: another tool's\n", {"yaml", "packaging", "tomllib", "dataclasses"}),
        ("setup.cfg", "[options]\ninstall_requires = numpy==2.1.3\n", {"yaml", "packaging", "dataclasses"}),
        ("train.py", "print(1)\n", {"yaml", "packaging", "tomllib", "dataclasses"}),
    ],
)
def test_what_is_not_needed_is_not_imported(tmp_path: Path, path: str, text: str, left_out: set[str]) -> None:
    (tmp_path / path).write_text(text)
    assert left_out.isdisjoint(run_bare(PROGRAM.format(path=path), tmp_path).split())
