"""A command that chooses its interpreter itself is recorded with that one."""

from __future__ import annotations

from pathlib import Path

import pytest

from reproof.training.interpreter import chosen_by


@pytest.mark.parametrize(
    ("command", "environ", "expected"),
    [
        ("uv run python train.py", {}, ".venv/bin/python"),
        ("uv run train.py", {"UV_PROJECT_ENVIRONMENT": "env"}, "env/bin/python"),
        ("uv run train.py", {"UV_PROJECT_ENVIRONMENT": "gone"}, None),
        ("poetry run python train.py", {"UV_PROJECT_ENVIRONMENT": "env"}, ".venv/bin/python"),
        ("env/bin/torchrun train.py", {}, "env/bin/python"),
        ("./train.sh", {}, None),
        ("uv sync", {}, None),
        ("uv", {}, None),
        ("torchrun train.py", {}, None),
    ],
)
def test_the_interpreter_that_a_command_chooses(
    tmp_path: Path, command: str, environ: dict[str, str], expected: str | None
) -> None:
    for folder in (".venv", "env"):
        (tmp_path / folder / "bin").mkdir(parents=True)
        (tmp_path / folder / "bin/python").touch()
    found = chosen_by(command.split(), str(tmp_path), environ)
    assert found == (expected and str(tmp_path / expected))
